/* Formats: ITU T.81 and Exif 2.3 (JPEG), ISO/IEC 15948 (PNG), RFC 9649 (WebP). */
#include "hall/pictures.h"

#include "hall/files.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

enum { WORKER_SECONDS = 20, WORKER_WAIT_SECONDS = 60 };

static uint32_t big_endian(const unsigned char *p, int bytes)
{
	uint32_t value = 0;
	for (int i = 0; i < bytes; i++) value = value << 8 | p[i];
	return value;
}

static uint32_t little_endian(const unsigned char *p, int bytes)
{
	uint32_t value = 0;
	for (int i = bytes - 1; i >= 0; i--) value = value << 8 | p[i];
	return value;
}

static const unsigned char *bytes_of(struct str content) { return (const unsigned char *)content.ptr; }
static bool is_tag(struct str content, size_t at, const char *tag) { return memcmp(content.ptr + at, tag, 4) == 0; }

/* Tag 0x0112 of the first directory of a TIFF block; 1 when it is not there or makes no sense. */
static int32_t tiff_orientation(struct str tiff)
{
	const unsigned char *p = bytes_of(tiff);
	if (tiff.len < 14 || (memcmp(p, "II*\0", 4) != 0 && memcmp(p, "MM\0*", 4) != 0)) return 1;
	uint32_t (*number)(const unsigned char *, int) = p[0] == 'I' ? little_endian : big_endian;
	size_t at = number(p + 4, 4);
	if (at > tiff.len - 2) return 1;
	size_t count = number(p + at, 2);
	for (size_t i = 0; i < count && at + 2 + (i + 1) * 12 <= tiff.len; i++) {
		const unsigned char *entry = p + at + 2 + i * 12;
		uint32_t value = number(entry + 8, 2);
		if (number(entry, 2) == 0x0112) return value >= 1 && value <= 8 ? (int32_t)value : 1;
	}
	return 1;
}

static int32_t exif_orientation(struct str exif)
{
	struct str head = { "Exif\0\0", 6 };
	return tiff_orientation(str_starts(exif, head) ? str_sub(exif, head.len, exif.len) : exif);
}

static void finish_clean(struct picture *picture, struct str content, const struct buf *kept)
{
	picture->whole = true;
	if (kept->len != content.len) picture->clean = buf_str(kept);
}

/* ---- JPEG ---------------------------------------------------------------------------------------------------- */

/* Needed to show the picture: JFIF, a colour profile, Adobe's colour flag, and all that is no application segment. */
static bool jpeg_keeps(unsigned char marker, struct str body)
{
	if (marker == 0xe2) return str_starts(body, (struct str){ "ICC_PROFILE\0", 12 });
	return marker != 0xfe && (marker < 0xe1 || marker > 0xef || marker == 0xee);
}

static void jpeg_segment(struct picture *picture, unsigned char marker, struct str body)
{
	const unsigned char *p = bytes_of(body);
	bool frame = marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
	if (frame && body.len >= 5 && picture->width == 0) {
		picture->height = (int32_t)big_endian(p + 1, 2);
		picture->width = (int32_t)big_endian(p + 3, 2);
	}
	bool exif = marker == 0xe1 && str_starts(body, (struct str){ "Exif\0\0", 6 });
	if (exif && picture->orientation == 0) picture->orientation = exif_orientation(body);
}

/* Behind a scan's header: to the next marker that is neither a stuffed zero nor a restart. */
static size_t jpeg_scan_end(struct str content, size_t at)
{
	const unsigned char *p = bytes_of(content);
	for (; at + 1 < content.len; at++) {
		unsigned char next = p[at + 1];
		bool marker = next != 0 && next != 0xff && (next < 0xd0 || next > 0xd7);
		if (p[at] == 0xff && marker) break;
	}
	return at;
}

static void read_jpeg(struct picture *picture, struct str content, struct buf *kept)
{
	const unsigned char *p = bytes_of(content);
	bool scanned = false;
	buf_add(kept, str_sub(content, 0, 2));
	for (size_t at = 2; at + 1 < content.len;) {
		if (p[at] != 0xff) return;
		unsigned char marker = p[at + 1];
		if (marker == 0xff) { at++; continue; }   /* fill */
		if (marker == 0xd9) {
			buf_add(kept, (struct str){ "\xff\xd9", 2 });
			if (scanned && picture->width) finish_clean(picture, content, kept);
			return;
		}
		if (at + 4 > content.len || marker < 0xc0 || (marker >= 0xd0 && marker <= 0xd8)) return;
		size_t end = at + 2 + big_endian(p + at + 2, 2);
		if (end < at + 4 || end > content.len) return;
		struct str body = str_sub(content, at + 4, end);
		jpeg_segment(picture, marker, body);
		if (marker == 0xda) {
			end = jpeg_scan_end(content, end);
			scanned = true;
		}
		if (jpeg_keeps(marker, body)) buf_add(kept, str_sub(content, at, end));
		at = end;
	}
}

/* ---- PNG ----------------------------------------------------------------------------------------------------- */

static bool png_keeps(struct str content, size_t at)
{
	static const char *const types[] = {
		"IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "sBIT", "bKGD", "pHYs"
	};
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (is_tag(content, at, types[i])) return true;
	return false;
}

static void read_png(struct picture *picture, struct str content, struct buf *kept)
{
	const unsigned char *p = bytes_of(content);
	bool data = false;
	buf_add(kept, str_sub(content, 0, 8));
	for (size_t at = 8; content.len - at >= 12;) {
		size_t length = big_endian(p + at, 4), end = at + 12 + length;
		if (at == 8 && is_tag(content, at + 4, "IHDR") && content.len >= 24) {   /* the size is told before anything is judged */
			picture->width = (int32_t)(big_endian(p + at + 8, 4) & INT32_MAX);
			picture->height = (int32_t)(big_endian(p + at + 12, 4) & INT32_MAX);
		}
		if (end > content.len || crc32(0, p + at + 4, (uInt)(length + 4)) != big_endian(p + end - 4, 4)) return;
		data |= is_tag(content, at + 4, "IDAT");
		if (is_tag(content, at + 4, "eXIf")) picture->orientation = exif_orientation(str_sub(content, at + 8, end - 4));
		if (png_keeps(content, at + 4)) buf_add(kept, str_sub(content, at, end));
		if (is_tag(content, at + 4, "IEND")) {
			if (data && picture->width && picture->height) finish_clean(picture, content, kept);
			return;
		}
		at = end;
	}
}

/* ---- WebP ---------------------------------------------------------------------------------------------------- */

static void webp_size(struct picture *picture, struct str content, size_t at, size_t length)
{
	const unsigned char *p = bytes_of(content) + at;
	if (picture->width || length < 10) return;
	if (is_tag(content, at, "VP8X")) {
		picture->width = 1 + (int32_t)little_endian(p + 12, 3);
		picture->height = 1 + (int32_t)little_endian(p + 15, 3);
		picture->animated = p[8] & 2;
	} else if (is_tag(content, at, "VP8L")) {
		picture->width = 1 + (p[9] | (p[10] & 0x3f) << 8);
		picture->height = 1 + (p[10] >> 6 | p[11] << 2 | (p[12] & 15) << 10);
	} else if (is_tag(content, at, "VP8 ")) {
		picture->width = (int32_t)little_endian(p + 14, 2) & 0x3fff;
		picture->height = (int32_t)little_endian(p + 16, 2) & 0x3fff;
	}
}

static void read_webp(struct picture *picture, struct str content, struct buf *kept)
{
	const unsigned char *p = bytes_of(content);
	if (content.len < 12) return;
	size_t end = 8 + (size_t)little_endian(p + 4, 4);
	bool data = false;
	if (end > content.len) return;
	buf_add(kept, str_sub(content, 0, 12));
	for (size_t at = 12; at + 8 <= end;) {
		size_t length = little_endian(p + at + 4, 4), next = at + 8 + length + (length & 1);
		if (next > end) return;
		webp_size(picture, content, at, length);
		if (at == 12 && picture->width == 0) return;   /* the first part says the size */
		data |= is_tag(content, at, "VP8 ") || is_tag(content, at, "VP8L") || is_tag(content, at, "ANMF");
		if (is_tag(content, at, "EXIF")) picture->orientation = exif_orientation(str_sub(content, at + 8, at + 8 + length));
		else if (!is_tag(content, at, "XMP ")) {
			buf_add(kept, str_sub(content, at, next));
			if (is_tag(content, at, "VP8X") && length >= 10) kept->ptr[kept->len - (next - at) + 8] &= ~(8 | 4);
		}
		at = next;
	}
	for (int i = 0; i < 4; i++) kept->ptr[4 + i] = (char)((kept->len - 8) >> (8 * i));
	if (data && picture->width && picture->height) finish_clean(picture, content, kept);
}

struct picture picture_read(struct arena *arena, struct str type, struct str content)
{
	struct picture picture = { .clean = content };
	struct buf kept = buf_make(arena, content.len + 16);
	if (str_eq_c(type, "image/jpeg")) read_jpeg(&picture, content, &kept);
	else if (str_eq_c(type, "image/png")) read_png(&picture, content, &kept);
	else if (str_eq_c(type, "image/webp")) read_webp(&picture, content, &kept);
	if (picture.orientation == 0) picture.orientation = 1;   /* nothing was said; where it is said twice, the first holds */
	return picture;
}

/* ---- the worker: a decoder never runs inside the hall, and what it reads never lies on the disk in the open -------- */

/* Between fork and exec only calls that a process with threads may make there. */
static void become_worker(int in, int out, char *const words[], char *const surroundings[])
{
	const struct rlimit memory = { (rlim_t)2 << 30, (rlim_t)2 << 30 }, cpu = { WORKER_SECONDS, WORKER_SECONDS },
	                    size = { FILE_BYTES_MAX * 2, FILE_BYTES_MAX * 2 }, none = { 0, 0 };
	int null = open("/dev/null", O_WRONLY);
	setrlimit(RLIMIT_AS, &memory);
	setrlimit(RLIMIT_CPU, &cpu);
	setrlimit(RLIMIT_FSIZE, &size);
	setrlimit(RLIMIT_CORE, &none);
	alarm(WORKER_WAIT_SECONDS);
	dup2(in, 0);
	dup2(out, 1);
	dup2(null, 2);
	close_range(3, ~0U, 0);
	execvpe(words[0], words, surroundings);
	_exit(127);
}

static struct err memory_file(const char *name, struct str content, int *out_file)
{
	int file = memfd_create(name, MFD_CLOEXEC);
	if (file < 0) return ERR(IO);
	for (size_t done = 0; done < content.len;) {
		ssize_t count = write(file, content.ptr + done, content.len - done);
		if (count <= 0) {
			close(file);
			return ERR(IO);
		}
		done += (size_t)count;
	}
	*out_file = file;
	return lseek(file, 0, SEEK_SET) == 0 ? OK : ERR(IO);
}

static struct err read_back(struct arena *arena, int file, struct str *out_content)
{
	off_t bytes = lseek(file, 0, SEEK_END);
	if (bytes <= 0 || bytes > FILE_BYTES_MAX) return ERR(INVALID);
	char *content = arena_alloc(arena, (size_t)bytes);
	for (off_t done = 0; done < bytes;) {
		ssize_t count = pread(file, content + done, (size_t)(bytes - done), done);
		if (count <= 0) return ERR(IO);
		done += count;
	}
	*out_content = (struct str){ content, (size_t)bytes };
	return OK;
}

/* Runs one of vips' programs with `content` as its standard input; gives its standard output. */
static struct err run_worker(struct arena *arena, struct str content, char *const words[], bool trusted_only, struct str *out_content)
{
	char *const trusted[] = { "PATH=/usr/bin:/bin", "VIPS_CONCURRENCY=1", "LC_ALL=C.UTF-8", "VIPS_BLOCK_UNTRUSTED=1", NULL };
	char *const any[] = { "PATH=/usr/bin:/bin", "VIPS_CONCURRENCY=1", "LC_ALL=C.UTF-8", NULL };
	int in, out, status = -1;
	TRY(memory_file("unionhall-in", content, &in));
	struct err err = memory_file("unionhall-out", STR(""), &out);
	if (failed(err)) {
		close(in);
		return err;
	}
	pid_t child = fork();
	if (child == 0) become_worker(in, out, words, trusted_only ? trusted : any);
	if (child < 0 || waitpid(child, &status, 0) != child) err = ERR(IO);
	else if (WIFEXITED(status) && WEXITSTATUS(status) == 127) err = ERR(IO);   /* not installed: our fault, not the picture's */
	else if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) err = ERR(INVALID);
	if (!failed(err)) err = read_back(arena, out, out_content);
	close(in);
	close(out);
	return err;
}

struct err picture_redraw(struct arena *arena, struct str content, int32_t edge, struct str *out_jpeg)
{
	char *size = (char *)str_to_c(arena, str_printf(arena, "%dx%d>", edge, edge));   /* >: never made larger */
	char *const words[] = { "vipsthumbnail", "stdin", "--size", size, "-o", ".jpg[Q=85,strip,background=255]", NULL };
	return run_worker(arena, content, words, true, out_jpeg);
}

struct err pdf_count_pages(struct arena *arena, struct str content, int64_t *out_pages)
{
	char *const words[] = { "vipsheader", "-f", "n-pages", "stdin", NULL };
	struct str answer;
	TRY(run_worker(arena, content, words, false, &answer));
	return str_to_i64(str_trim(answer), out_pages) && *out_pages > 0 ? OK : ERR(INVALID);
}
