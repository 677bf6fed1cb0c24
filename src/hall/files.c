/* Judging what people attach by its content. Pictures are shrunk by vips, a subprocess with limits: a decoder never runs
 * inside the hall. */
#include "hall/files.h"

#include <fcntl.h>
#include <magic.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SHRINK_SECONDS = 20, SHRUNK_EDGE_PIXELS = 4000 };

static struct str media_type_of(struct arena *arena, struct str content)
{
	magic_t magic = magic_open(MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_TAR);
	struct str type = STR("");
	if (magic && magic_load(magic, NULL) == 0) {
		const char *found = magic_buffer(magic, content.ptr, content.len);
		type = str_copy(arena, str_from_c(found));
	}
	if (magic) magic_close(magic);
	return type;
}

static uint32_t big_endian(const unsigned char *p, int bytes)
{
	uint32_t value = 0;
	for (int i = 0; i < bytes; i++) value = value << 8 | p[i];
	return value;
}

/* Sizes from the headers alone; false when the header cannot be read. */
static bool png_size(struct str content, int32_t *width, int32_t *height)
{
	const unsigned char *p = (const unsigned char *)content.ptr;
	if (content.len < 24 || memcmp(p + 12, "IHDR", 4) != 0) return false;
	*width = (int32_t)(big_endian(p + 16, 4) & INT32_MAX);
	*height = (int32_t)(big_endian(p + 20, 4) & INT32_MAX);
	return true;
}

static bool jpeg_size(struct str content, int32_t *width, int32_t *height)
{
	const unsigned char *p = (const unsigned char *)content.ptr;
	size_t at = 2;
	while (at + 9 < content.len && p[at] == 0xff) {
		unsigned char marker = p[at + 1];
		size_t length = big_endian(p + at + 2, 2);
		bool frame = marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
		if (frame) {
			*height = (int32_t)big_endian(p + at + 5, 2);
			*width = (int32_t)big_endian(p + at + 7, 2);
			return true;
		}
		if (length < 2) return false;
		at += 2 + length;
	}
	return false;
}

static bool webp_size(struct str content, int32_t *width, int32_t *height)
{
	const unsigned char *p = (const unsigned char *)content.ptr;
	if (content.len < 30) return false;
	if (memcmp(p + 12, "VP8X", 4) == 0) {
		*width = 1 + (p[24] | p[25] << 8 | p[26] << 16);
		*height = 1 + (p[27] | p[28] << 8 | p[29] << 16);
	} else if (memcmp(p + 12, "VP8L", 4) == 0) {
		*width = 1 + (p[21] | (p[22] & 0x3f) << 8);
		*height = 1 + (p[22] >> 6 | p[23] << 2 | (p[24] & 15) << 10);
	} else {
		*width = (p[26] | p[27] << 8) & 0x3fff;
		*height = (p[28] | p[29] << 8) & 0x3fff;
	}
	return true;
}

static bool ends_whole(struct str type, struct str content)
{
	struct str tail = str_sub(content, content.len > 1024 ? content.len - 1024 : 0, content.len);
	if (str_eq_c(type, "image/jpeg")) return str_find(tail, (struct str){ "\xff\xd9", 2 }, 0) >= 0;
	if (str_eq_c(type, "image/png")) return str_find(tail, STR("IEND"), 0) >= 0;
	if (str_eq_c(type, "application/pdf")) return str_find(tail, STR("%%EOF"), 0) >= 0;
	return true;
}

static int limit_and_exec(const char *from, const char *to)
{
	const struct rlimit memory = { (rlim_t)2 << 30, (rlim_t)2 << 30 }, cpu = { SHRINK_SECONDS, SHRINK_SECONDS },
	                    size = { 64 << 20, 64 << 20 };
	int null = open("/dev/null", O_RDWR);
	setrlimit(RLIMIT_AS, &memory);
	setrlimit(RLIMIT_CPU, &cpu);
	setrlimit(RLIMIT_FSIZE, &size);
	dup2(null, 0);
	dup2(null, 1);
	dup2(null, 2);
	struct arena scratch = { 0 };
	const char *pixels = str_to_c(&scratch, str_from_i64(&scratch, SHRUNK_EDGE_PIXELS));
	execlp("vipsthumbnail", "vipsthumbnail", from, "--size", pixels, "-o", to, (char *)NULL);
	return 127;
}

static struct err shrink(struct arena *arena, struct str content, struct str *out_content)
{
	char folder[] = "/tmp/unionhall-image-XXXXXX";
	int status = -1;
	if (!mkdtemp(folder)) return ERR(IO);
	const char *from = str_to_c(arena, str_printf(arena, "%s/in", folder)),
	           *to = str_to_c(arena, str_printf(arena, "%s/out.jpg[Q=85,strip]", folder));
	struct err err = file_write(from, content, 0600);
	if (!failed(err)) {
		pid_t child = fork();
		if (child == 0) _exit(limit_and_exec(from, to));
		if (child < 0 || waitpid(child, &status, 0) != child) err = ERR(IO);
	}
	if (!failed(err) && (!WIFEXITED(status) || WEXITSTATUS(status) != 0)) err = ERR(INVALID);
	if (!failed(err)) err = file_read(arena, str_to_c(arena, str_printf(arena, "%s/out.jpg", folder)), FILE_BYTES_MAX, out_content);
	(void)failed(folder_remove(folder));
	return err;
}

static struct inspected_file unsound(struct inspected_file file, const char *words)
{
	file.sound = false;
	file.words = str_from_c(words);
	return file;
}

static bool is_accepted(struct str type)
{
	static const char *const types[] = { "image/jpeg", "image/png", "image/webp", "image/heic", "image/heif", "application/pdf" };
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (str_eq_c(type, types[i])) return true;
	return false;
}

static struct err inspect_picture(struct arena *arena, struct inspected_file *file)
{
	bool known = str_eq_c(file->media_type, "image/png") ? png_size(file->content, &file->width, &file->height)
		: str_eq_c(file->media_type, "image/jpeg") ? jpeg_size(file->content, &file->width, &file->height)
		: str_eq_c(file->media_type, "image/webp") ? webp_size(file->content, &file->width, &file->height) : true;
	int64_t pixels = (int64_t)file->width * file->height;
	bool high_efficiency = str_starts(file->media_type, STR("image/hei"));
	struct str smaller;
	if (!known || !ends_whole(file->media_type, file->content)) *file = unsound(*file, "这张照片不完整，可能没传完。请重新拍一张再上传。");
	else if (pixels > FILE_PIXELS_FLOOD) *file = unsound(*file, "这张图片的尺寸太大，打不开。请用手机重新拍一张。");
	if (!file->sound || (pixels <= FILE_PIXELS_MAX && !high_efficiency)) return OK;
	struct err err = shrink(arena, file->content, &smaller);
	if (failed(err) && !err_is(err, ERR_INVALID)) return err;
	if (failed(err)) {
		*file = unsound(*file, high_efficiency ? "这种苹果照片（HEIC）这里打不开。请在相机设置里选“兼容性最佳”，或截一张图再上传。"
			: "这张照片打不开。请重新拍一张再上传。");
		return OK;
	}
	file->content = smaller;
	file->media_type = STR("image/jpeg");
	file->shrunk = true;
	return OK;
}

static bool wanted(struct str accept, struct str type)
{
	static const struct {
		const char *ending, *type;
	} endings[] = { { ".jpg", "image/jpeg" }, { ".jpeg", "image/jpeg" }, { ".png", "image/png" }, { ".webp", "image/webp" },
		{ ".heic", "image/heic" }, { ".pdf", "application/pdf" } };
	struct str piece;
	if (str_trim(accept).len == 0) return true;
	while (str_split(&accept, ',', &piece)) {
		piece = str_trim(piece);
		if (str_eq(piece, type) || (str_eq_c(piece, "image/*") && str_starts(type, STR("image/")))) return true;
		for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
			if (str_eq_c(piece, endings[i].ending) && str_eq_c(type, endings[i].type)) return true;
	}
	return false;
}

struct err file_inspect(struct arena *arena, struct str content, struct str accept, struct inspected_file *out_file)
{
	struct inspected_file file = { .sound = true, .content = content };
	if (content.len == 0) {
		*out_file = unsound(file, "这个文件是空的（0字节）。请重新选择，或重新拍一张。");
		return OK;
	}
	if (content.len > FILE_BYTES_MAX) {
		file.content = STR("");
		*out_file = unsound(file, "文件超过20兆。请用手机拍照上传，或分成几个文件。");
		return OK;
	}
	file.media_type = media_type_of(arena, content);
	if (!is_accepted(file.media_type) || !wanted(accept, file.media_type))
		file = unsound(file, "这里收照片（JPG、PNG）和PDF，这个文件不是。请拍照上传。");
	else if (str_eq_c(file.media_type, "application/pdf")) {
		if (!ends_whole(file.media_type, content)) file = unsound(file, "这个PDF不完整，可能没传完。请重新上传。");
		else if (str_find(content, STR("/Encrypt"), 0) >= 0) file = unsound(file, "这个PDF加了密码，我们打不开。请去掉密码，或拍照上传。");
	} else TRY(inspect_picture(arena, &file));
	*out_file = file;
	return OK;
}

struct str file_name_clean(struct arena *arena, struct str name)
{
	struct buf buf = buf_make(arena, FILE_NAME_BYTES_MAX);
	size_t at = 0;
	for (size_t i = 0; i < name.len; i++)
		if (name.ptr[i] == '/' || name.ptr[i] == '\\') at = i + 1;
	for (uint32_t c; at < name.len;) {
		if (!utf8_next(name, &at, &c)) { at++; continue; }
		if (c < 0x20 || c == 0x7f || (c >= 0x202a && c <= 0x202e) || buf.len + 4 > FILE_NAME_BYTES_MAX) continue;
		utf8_add(&buf, c);
	}
	return buf_str(&buf).len ? buf_str(&buf) : STR("file");
}
