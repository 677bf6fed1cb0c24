#include "codec/zip.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

/* A small entry may be all zeros: the ratio is asked for only beyond this. */
enum { RATIO_FREE_BYTES = 1 << 16, DOS_DATE_1980_01_01 = 0x21, SMALLEST = 9, QUICKEST = 1, PIECE_BYTES = 1 << 20 };

/* NULL, or what is wrong with the name. */
static const char *name_fault(struct str name)
{
	struct str rest = name, piece;
	if (name.len == 0) return "an entry has no name";
	if (!utf8_is_valid(name) || str_find_byte(name, '\0', 0) >= 0) return "the name of an entry is not UTF-8";
	if (name.ptr[0] == '/' || (name.len > 1 && name.ptr[1] == ':')) return "the name of an entry is absolute";
	if (str_find_byte(name, '\\', 0) >= 0) return "the name of an entry has a backslash";
	while (str_split(&rest, '/', &piece))
		if (str_eq_c(piece, "..") || str_eq_c(piece, ".")) return "the name of an entry leaves its folder";
	return NULL;
}

static struct err fail(struct report *report, struct str name, struct err err, const char *words)
{
	report_error(report, name, "%s", words);
	return err;
}

/* ---- writing ---- */

static struct err add_file(struct arena *arena, zip_t *zip, const struct zip_file *file, zip_uint32_t level)
{
	zip_source_t *content = zip_source_buffer(zip, file->content.ptr, file->content.len, 0);
	if (!content) return ERR(INTERNAL);
	zip_int64_t index = zip_file_add(zip, str_to_c(arena, file->name), content, ZIP_FL_ENC_UTF_8);
	if (index < 0) {
		zip_source_free(content);
		return ERR(INVALID);         /* a name given twice */
	}
	if (zip_set_file_compression(zip, (zip_uint64_t)index, ZIP_CM_DEFLATE, level) != 0
		|| zip_file_set_dostime(zip, (zip_uint64_t)index, 0, DOS_DATE_1980_01_01, 0) != 0)
		return ERR(INTERNAL);
	return OK;
}

static struct err add_files(struct arena *arena, zip_t *zip, const struct zip_files *files, zip_uint32_t level)
{
	for (size_t i = 0; i < files->count; i++) {
		if (name_fault(files->items[i].name)) return ERR(INVALID);
		TRY(add_file(arena, zip, &files->items[i], level));
	}
	return OK;
}

static struct err read_source(struct arena *arena, zip_source_t *source, struct str *out_bytes)
{
	zip_stat_t stat;
	if (zip_source_open(source) != 0) return ERR(INTERNAL);
	struct err err = ERR(INTERNAL);
	if (zip_source_stat(source, &stat) == 0 && (stat.valid & ZIP_STAT_SIZE)) {
		char *bytes = arena_alloc(arena, stat.size + 1);
		if (zip_source_read(source, bytes, stat.size) == (zip_int64_t)stat.size) {
			*out_bytes = (struct str){ bytes, stat.size };
			err = OK;
		}
	}
	zip_source_close(source);
	return err;
}

/* libzip keeps no archive without entries, but these 22 bytes are one. */
static struct str empty_archive(void)
{
	return STR("PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
}

struct err zip_write(struct arena *arena, const struct zip_files *files, struct str *out_archive)
{
	if (files->count > ZIP_ENTRY_COUNT_MAX) return ERR(LIMIT);
	if (files->count == 0) {
		*out_archive = empty_archive();
		return OK;
	}
	zip_source_t *target = zip_source_buffer_create(NULL, 0, 0, NULL);
	if (!target) return ERR(INTERNAL);
	zip_source_keep(target);         /* one for the archive, one to read the result from */
	zip_t *zip = zip_open_from_source(target, ZIP_CREATE | ZIP_TRUNCATE, NULL);
	if (!zip) {
		zip_source_free(target);
		zip_source_free(target);
		return ERR(INTERNAL);
	}
	struct err err = add_files(arena, zip, files, SMALLEST);
	if (failed(err)) {
		zip_discard(zip);
	} else if (zip_close(zip) != 0) {
		zip_discard(zip);
		err = ERR(INTERNAL);
	} else {
		err = read_source(arena, target, out_archive);
	}
	zip_source_free(target);
	return err;
}

static struct err system_error(zip_error_t *error)
{
	return zip_error_system_type(error) == ZIP_ET_SYS ? err_from_errno(zip_error_code_system(error)) : ERR(IO);
}

static struct err sync_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) return err_from_errno(errno);
	struct err err = fsync(fd) == 0 ? OK : err_from_errno(errno);
	close(fd);
	return err;
}

static struct err write_to(struct arena *arena, const char *path, const struct zip_files *files)
{
	int code = 0;
	zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &code);
	if (!zip) return ERR(IO);
	struct err err = add_files(arena, zip, files, QUICKEST);
	if (!failed(err) && zip_close(zip) == 0) return sync_file(path);
	if (!failed(err)) err = system_error(zip_get_error(zip));
	zip_discard(zip);
	return err;
}

struct err zip_write_file(const char *path, const struct zip_files *files)
{
	struct arena arena = { 0 };
	const char *beside = str_to_c(&arena, str_printf(&arena, "%s.part-%d", path, (int)getpid()));
	struct err err = write_to(&arena, beside, files);
	if (!failed(err) && (chmod(beside, 0600) != 0 || rename(beside, path) != 0)) err = err_from_errno(errno);
	if (!failed(err)) err = file_sync_folder(path);
	else unlink(beside);
	arena_done(&arena);
	return err;
}

/* ---- reading ---- */

struct reader {
	struct arena *arena;
	struct report *report;
	zip_t *zip;
	size_t inflated_bytes;
	struct map names;
	struct { LIST_OF(struct zip_file); } files;
};

static struct err check_entry(struct reader *r, struct str name, const zip_stat_t *stat)
{
	const zip_uint64_t needed = ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE;
	const char *fault = name_fault(name);
	if (fault) return fail(r->report, name, ERR(INVALID), fault);
	if (map_has(&r->names, name)) return fail(r->report, name, ERR(INVALID), "two entries have this name");
	if ((stat->valid & needed) != needed) return fail(r->report, name, ERR(INVALID), "the size of this entry is not said");
	if ((stat->valid & ZIP_STAT_ENCRYPTION_METHOD) && stat->encryption_method != ZIP_EM_NONE)
		return fail(r->report, name, ERR(TYPE), "this entry is locked with a password");
	if (stat->size > ZIP_INFLATED_BYTES_MAX - r->inflated_bytes)
		return fail(r->report, name, ERR(LIMIT), "the archive holds more than 200 MB");
	if (stat->size > RATIO_FREE_BYTES && stat->size / ZIP_RATIO_MAX > stat->comp_size)
		return fail(r->report, name, ERR(LIMIT), "this entry grows more than a hundredfold");
	return OK;
}

/* Exactly the bytes that the entry promised: reading on to the end makes libzip compare the checksum. */
static struct err inflate(struct reader *r, zip_uint64_t index, struct str name, size_t size, struct str *out_content)
{
	zip_file_t *file = zip_fopen_index(r->zip, index, 0);
	if (!file) return fail(r->report, name, ERR(INVALID), "this entry cannot be opened");
	char *bytes = arena_alloc(r->arena, size + 1);
	size_t used = 0;
	zip_int64_t got;
	while ((got = zip_fread(file, bytes + used, size + 1 - used)) > 0 && (used += (size_t)got) <= size) ;
	zip_fclose(file);
	if (got < 0 || used != size) return fail(r->report, name, ERR(INVALID), "this entry is damaged");
	bytes[size] = '\0';
	*out_content = (struct str){ bytes, size };
	return OK;
}

static struct err read_entry(struct reader *r, zip_uint64_t index)
{
	zip_stat_t stat;
	struct str content;
	if (zip_stat_index(r->zip, index, 0, &stat) != 0 || !(stat.valid & ZIP_STAT_NAME))
		return fail(r->report, STR(""), ERR(INVALID), "the list of entries is damaged");
	struct str name = str_copy(r->arena, str_from_c(stat.name));
	TRY(check_entry(r, name, &stat));
	map_put(r->arena, &r->names, name, r);
	r->inflated_bytes += stat.size;
	if (str_ends(name, STR("/")) && stat.size == 0) return OK;       /* a folder */
	TRY(inflate(r, index, name, stat.size, &content));
	LIST_PUSH(r->arena, &r->files, ((struct zip_file){ name, content }));
	return OK;
}

static struct err read_entries(struct reader *r)
{
	zip_int64_t count = zip_get_num_entries(r->zip, 0);
	if (count > ZIP_ENTRY_COUNT_MAX) return fail(r->report, STR(""), ERR(LIMIT), "the archive has more than 1000 entries");
	for (zip_int64_t i = 0; i < count; i++) TRY(read_entry(r, (zip_uint64_t)i));
	return OK;
}

struct err zip_read(struct arena *arena, struct str archive, struct report *report, struct zip_files *out_files)
{
	if (str_eq(archive, empty_archive())) {
		*out_files = (struct zip_files){ 0 };
		return OK;
	}
	if (archive.len == 0) return fail(report, STR(""), ERR(INVALID), "this is not a ZIP archive, it is empty");
	zip_source_t *source = zip_source_buffer_create(archive.ptr, archive.len, 0, NULL);
	if (!source) return ERR(INTERNAL);
	struct reader r = { .arena = arena, .report = report };
	r.zip = zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, NULL);
	if (!r.zip) {
		zip_source_free(source);
		return fail(report, STR(""), ERR(INVALID), "this is not a ZIP archive, or it is damaged");
	}
	struct err err = read_entries(&r);
	zip_discard(r.zip);
	TRY(err);
	*out_files = (struct zip_files){ r.files.items, r.files.count };
	return OK;
}

/* ---- one entry into a file ---- */

static struct err write_piece(int fd, const char *bytes, size_t count)
{
	while (count > 0) {
		ssize_t wrote = write(fd, bytes, count);
		if (wrote < 0 && errno == EINTR) continue;
		if (wrote < 0) return err_from_errno(errno);
		bytes += wrote;
		count -= (size_t)wrote;
	}
	return OK;
}

static struct err copy_entry(zip_file_t *entry, int fd, uint64_t bytes_max)
{
	struct arena arena = { 0 };
	char *piece = arena_alloc(&arena, PIECE_BYTES);
	struct err err = OK;
	zip_int64_t got = 0;
	for (uint64_t all = 0; !failed(err) && (got = zip_fread(entry, piece, PIECE_BYTES)) > 0;) {
		all += (uint64_t)got;
		err = all > bytes_max ? ERR(LIMIT) : write_piece(fd, piece, (size_t)got);
	}
	arena_done(&arena);
	if (!failed(err) && got < 0) err = ERR(INVALID);
	if (!failed(err) && fsync(fd) != 0) err = err_from_errno(errno);
	return err;
}

static struct err extract(zip_t *zip, const char *name, const char *to, uint64_t bytes_max)
{
	zip_int64_t index = zip_name_locate(zip, name, ZIP_FL_ENC_UTF_8);
	if (index < 0) return ERR(NOT_FOUND);
	zip_file_t *entry = zip_fopen_index(zip, (zip_uint64_t)index, 0);
	if (!entry) return ERR(INVALID);
	int fd = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	struct err err = fd < 0 ? err_from_errno(errno) : copy_entry(entry, fd, bytes_max);
	zip_fclose(entry);
	if (fd >= 0 && close(fd) != 0 && !failed(err)) err = err_from_errno(errno);
	if (fd >= 0 && failed(err)) unlink(to);
	return err;
}

struct err zip_extract_file(const char *archive, const char *name, const char *to, uint64_t bytes_max)
{
	int code = 0;
	zip_t *zip = zip_open(archive, ZIP_RDONLY, &code);
	if (!zip) return code == ZIP_ER_NOENT ? ERR(NOT_FOUND) : ERR(INVALID);
	struct err err = extract(zip, name, to, bytes_max);
	zip_discard(zip);
	return err;
}
