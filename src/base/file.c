#include "base/file.h"

#include "base/list.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static struct err read_all(struct arena *arena, int fd, size_t bytes_max, struct str *out_content)
{
	struct stat info;
	if (fstat(fd, &info) != 0) return err_from_errno(errno);
	if (S_ISDIR(info.st_mode)) return ERR(INVALID);
	if (S_ISREG(info.st_mode) && (uint64_t)info.st_size > bytes_max) return ERR(LIMIT);
	size_t capacity = S_ISREG(info.st_mode) ? (size_t)info.st_size + 1 : 4096, used = 0;
	char *bytes = arena_alloc(arena, capacity);
	for (;;) {
		ssize_t got = read(fd, bytes + used, capacity - used);
		if (got < 0 && errno == EINTR) continue;
		if (got < 0) return err_from_errno(errno);
		if (got == 0) break;
		used += (size_t)got;
		if (used > bytes_max) return ERR(LIMIT);
		if (used == capacity) {
			bytes = arena_grow(arena, bytes, capacity, capacity * 2);
			capacity *= 2;
		}
	}
	*out_content = (struct str){ bytes, used };
	return OK;
}

struct err file_read(struct arena *arena, const char *path, size_t bytes_max, struct str *out_content)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) return err_from_errno(errno);
	struct err err = read_all(arena, fd, bytes_max, out_content);
	close(fd);
	return err;
}

static struct err write_all(int fd, struct str content)
{
	for (size_t done = 0; done < content.len;) {
		ssize_t wrote = write(fd, content.ptr + done, content.len - done);
		if (wrote < 0 && errno == EINTR) continue;
		if (wrote < 0) return err_from_errno(errno);
		done += (size_t)wrote;
	}
	return fsync(fd) == 0 ? OK : err_from_errno(errno);
}

static struct err sync_folder_of(struct arena *arena, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *folder = slash ? str_to_c(arena, (struct str){ path, slash == path ? 1 : (size_t)(slash - path) }) : ".";
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) return err_from_errno(errno);
	int result = fsync(fd);
	struct err err = result == 0 ? OK : err_from_errno(errno);
	close(fd);
	return err;
}

struct err file_write(const char *path, struct str content, int mode)
{
	struct arena scratch = { 0 };
	const char *beside = str_to_c(&scratch, str_printf(&scratch, "%s.part-%d", path, (int)getpid()));
	int fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	struct err err = fd < 0 ? err_from_errno(errno) : write_all(fd, content);
	if (fd >= 0 && close(fd) != 0 && !failed(err)) err = err_from_errno(errno);
	if (!failed(err) && rename(beside, path) != 0) err = err_from_errno(errno);
	if (!failed(err)) err = sync_folder_of(&scratch, path);
	else if (fd >= 0) unlink(beside);
	arena_done(&scratch);
	return err;
}

struct err file_map(const char *path, struct file_mapping *out_mapping)
{
	struct stat info;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) return err_from_errno(errno);
	struct err err = fstat(fd, &info) == 0 ? OK : err_from_errno(errno);
	void *bytes = NULL;
	if (!failed(err) && info.st_size > 0) {
		bytes = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (bytes == MAP_FAILED) err = err_from_errno(errno);
	}
	close(fd);
	TRY(err);
	out_mapping->content = info.st_size > 0 ? (struct str){ bytes, (size_t)info.st_size } : STR("");
	return OK;
}

void file_unmap(struct file_mapping *mapping)
{
	if (mapping->content.len) munmap((void *)(uintptr_t)mapping->content.ptr, mapping->content.len);
	mapping->content = STR("");
}

struct err file_sync_folder(const char *path)
{
	struct arena scratch = { 0 };
	struct err err = sync_folder_of(&scratch, path);
	arena_done(&scratch);
	return err;
}

bool file_exists(const char *path) { return access(path, F_OK) == 0; }

struct err folder_make(const char *path)
{
	struct arena scratch = { 0 };
	struct err err = OK;
	char *partial = arena_copy(&scratch, path, strlen(path) + 1);
	for (char *slash = partial + 1; !failed(err); slash++) {
		if (*slash != '/' && *slash != '\0') continue;
		char kept = *slash;
		*slash = '\0';
		if (mkdir(partial, 0700) != 0 && errno != EEXIST) err = err_from_errno(errno);
		*slash = kept;
		if (kept == '\0') break;
	}
	struct stat info;
	if (!failed(err) && (stat(path, &info) != 0 || !S_ISDIR(info.st_mode))) err = ERR(INVALID);
	arena_done(&scratch);
	return err;
}

struct name_list { LIST_OF(struct str); };

static struct err walk(struct arena *arena, const char *root, struct str below, size_t count_max, struct name_list *names)
{
	const char *path = str_to_c(arena, str_printf(arena, "%s/%.*s", root, STR_ARG(below)));
	DIR *folder = opendir(path);
	if (!folder) return err_from_errno(errno);
	struct err err = OK;
	for (struct dirent *entry; !failed(err) && (entry = readdir(folder));) {
		if (entry->d_name[0] == '.') continue;
		struct str name = str_printf(arena, "%.*s%s%s", STR_ARG(below), below.len ? "/" : "", entry->d_name);
		struct stat info;
		if (stat(str_to_c(arena, str_printf(arena, "%s/%.*s", root, STR_ARG(name))), &info) != 0) continue;
		if (S_ISDIR(info.st_mode)) err = walk(arena, root, name, count_max, names);
		else if (S_ISREG(info.st_mode) && names->count >= count_max) err = ERR(LIMIT);
		else if (S_ISREG(info.st_mode)) LIST_PUSH(arena, names, name);
	}
	closedir(folder);
	return err;
}

static int by_bytes(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

struct err folder_list(struct arena *arena, const char *path, size_t count_max, struct file_names *out_names)
{
	struct name_list names = { 0 };
	TRY(walk(arena, path, STR(""), count_max, &names));
	if (names.count > 1) qsort(names.items, names.count, sizeof *names.items, by_bytes);
	*out_names = (struct file_names){ names.items, names.count };
	return OK;
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *where)
{
	(void)info; (void)kind; (void)where;
	return remove(path);
}

struct err folder_remove(const char *path)
{
	enum { OPEN_FOLDERS_MAX = 16 };
	return nftw(path, remove_one, OPEN_FOLDERS_MAX, FTW_DEPTH | FTW_PHYS) == 0 ? OK : err_from_errno(errno);
}
