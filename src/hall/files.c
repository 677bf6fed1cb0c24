/* Judging what people attach by its content: the headers are read here, pixels are touched by the worker of pictures.c. */
#include "hall/files.h"

#include "hall/pictures.h"

#include <magic.h>

enum { REDRAWN_EDGE_PIXELS = 4000, PDF_TAIL_BYTES = 1024 };

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

static struct inspected_file unsound(struct inspected_file file, const char *words)
{
	file.sound = false;
	file.words = str_from_c(words);
	return file;
}

/* ---- what it is ------------------------------------------------------------------------------------------------ */

static bool is_high_efficiency(struct str type) { return str_starts(type, STR("image/hei")) || str_eq_c(type, "image/avif"); }

static bool is_accepted(struct str type)
{
	static const char *const types[] = { "image/jpeg", "image/png", "image/webp", "application/pdf" };
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (str_eq_c(type, types[i])) return true;
	return is_high_efficiency(type);
}

/* What to do with what we do not take; the first row whose beginning fits. */
static const char *words_for(struct str type)
{
	static const struct { const char *beginning, *words; } rows[] = {
		{ "image/", "这种图片格式这里打不开。请截一张图，或拍一张照片（JPG）再上传。" },
		{ "video/", "这是视频，这里收照片和PDF。请截图，或拍照片上传。" },
		{ "audio/", "这是录音，这里收照片和PDF。录音请自己留好，需要时工作人员会告诉您怎么交。" },
		{ "application/msword", "这是Word文档。请另存为PDF再上传，或打印出来拍照上传。" },
		{ "application/vnd.openxmlformats-officedocument.wordprocessingml", "这是Word文档。请另存为PDF再上传，或打印出来拍照上传。" },
		{ "application/vnd.openxmlformats-officedocument.spreadsheetml", "这是表格。请另存为PDF再上传，或截图上传。" },
		{ "application/vnd.ms-excel", "这是表格。请另存为PDF再上传，或截图上传。" },
		{ "application/zip", "这是压缩包。请先解开，再一张一张上传照片或PDF。" },
		{ "application/x-rar", "这是压缩包。请先解开，再一张一张上传照片或PDF。" },
		{ "application/x-7z", "这是压缩包。请先解开，再一张一张上传照片或PDF。" },
		{ "", "这里收照片（JPG、PNG）和PDF，这个文件不是。请拍照上传。" },
	};
	size_t i = 0;
	while (!str_starts(type, str_from_c(rows[i].beginning))) i++;
	return rows[i].words;
}

static bool wanted(struct str accept, struct str type)
{
	static const struct { const char *ending, *type; } endings[] = { { ".jpg", "image/jpeg" }, { ".jpeg", "image/jpeg" },
		{ ".png", "image/png" }, { ".webp", "image/webp" }, { ".heic", "image/heic" }, { ".pdf", "application/pdf" } };
	struct str piece;
	if (str_trim(accept).len == 0) return true;
	if (is_high_efficiency(type)) type = STR("image/jpeg");   /* what becomes of it */
	while (str_split(&accept, ',', &piece)) {
		piece = str_trim(piece);
		if (str_eq(piece, type) || (str_starts(piece, STR("image/")) && piece.len <= 7 && str_starts(type, STR("image/")))) return true;
		for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
			if (str_eq_c(piece, endings[i].ending) && str_eq_c(type, endings[i].type)) return true;
	}
	return false;
}

/* ---- photos ---------------------------------------------------------------------------------------------------- */

static struct err redraw(struct arena *arena, struct inspected_file *file)
{
	bool high_efficiency = is_high_efficiency(file->media_type);
	struct str jpeg;
	struct picture drawn = { 0 };
	struct err err = picture_redraw(arena, file->content, REDRAWN_EDGE_PIXELS, &jpeg);
	if (failed(err) && !err_is(err, ERR_INVALID)) return err;
	if (!failed(err)) drawn = picture_read(arena, STR("image/jpeg"), jpeg);
	if (!drawn.whole) {
		*file = unsound(*file, high_efficiency ? "这张苹果照片（HEIC）打不开。请把它截一张图再上传，或在“设置—相机—格式”里选“兼容性最佳”后重拍。"
			: "这张照片打不开。请重新拍一张再上传。");
		return OK;
	}
	file->content = jpeg;
	file->media_type = STR("image/jpeg");
	file->width = drawn.width;
	file->height = drawn.height;
	file->redrawn = true;
	return OK;
}

static struct err inspect_picture(struct arena *arena, struct inspected_file *file)
{
	if (is_high_efficiency(file->media_type)) return redraw(arena, file);
	struct picture picture = picture_read(arena, file->media_type, file->content);
	file->width = picture.width;
	file->height = picture.height;
	int64_t pixels = (int64_t)picture.width * picture.height;
	if (pixels > FILE_PIXELS_FLOOD) *file = unsound(*file, "这张图片的尺寸太大，打不开。请用手机重新拍一张。");
	else if (!picture.whole) *file = unsound(*file, "这张照片不完整，可能没传完。请重新拍一张再上传。");
	if (!file->sound) return OK;
	if (pixels > FILE_PIXELS_MAX || picture.orientation != 1 || picture.animated) return redraw(arena, file);
	file->cleaned = picture.clean.len != file->content.len;
	file->content = picture.clean;
	return OK;
}

/* ---- PDF --------------------------------------------------------------------------------------------------------- */

/* Pages as plainly written: the greatest /Count outside of compressed streams; 0 when the file does not say. */
static int64_t plain_pages(struct str pdf)
{
	int64_t most = 0;
	for (ptrdiff_t at = 0; (at = str_find(pdf, STR("/Count"), (size_t)at)) >= 0; at++) {
		size_t begin = (size_t)at + 6, end;
		int64_t count;
		while (begin < pdf.len && (pdf.ptr[begin] == ' ' || pdf.ptr[begin] == '\n' || pdf.ptr[begin] == '\r')) begin++;
		for (end = begin; end < pdf.len && end - begin < 12 && pdf.ptr[end] >= '0' && pdf.ptr[end] <= '9';) end++;
		if (str_to_i64(str_sub(pdf, begin, end), &count) && count > most) most = count;
	}
	return most;
}

/* startxref says where the table of objects begins, and it does begin there: what the writer wrote has all come. */
static bool table_is_where_it_says(struct str pdf)
{
	struct str tail = str_sub(pdf, pdf.len > PDF_TAIL_BYTES ? pdf.len - PDF_TAIL_BYTES : 0, pdf.len), digits;
	ptrdiff_t at = -1;
	int64_t offset;
	for (ptrdiff_t next = 0; (next = str_find(tail, STR("startxref"), (size_t)next)) >= 0; next++) at = next;
	if (at < 0 || str_find(tail, STR("%%EOF"), (size_t)at) < 0) return false;
	digits = str_trim(str_sub(tail, (size_t)at + 9, (size_t)str_find(tail, STR("%%EOF"), (size_t)at)));
	return str_to_i64(digits, &offset) && offset > 0 && (size_t)offset < pdf.len &&
	    str_starts(str_sub(pdf, (size_t)offset, pdf.len), STR("xref"));
}

/* Most are judged by reading them; the worker opens those that leave a doubt (compressed, repaired, locked). */
static struct err inspect_pdf(struct arena *arena, struct inspected_file *file)
{
	bool locked = str_find(file->content, STR("/Encrypt"), 0) >= 0;
	int64_t pages = plain_pages(file->content);
	if (locked || pages == 0 || pages > FILE_PDF_PAGES_MAX || !table_is_where_it_says(file->content)) {
		struct err err = pdf_count_pages(arena, file->content, &pages);
		if (failed(err) && !err_is(err, ERR_INVALID)) return err;
		if (failed(err)) {
			*file = unsound(*file, locked ? "这个PDF加了密码，我们打不开。请去掉密码，或拍照上传。" : "这个PDF不完整，可能没传完。请重新上传，或拍照上传。");
			return OK;
		}
	}
	if (pages > FILE_PDF_PAGES_MAX) *file = unsound(*file, "这个PDF超过300页。请只传有关的几页，或分成几个文件。");
	return OK;
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
	if (!is_accepted(file.media_type)) file = unsound(file, words_for(file.media_type));
	else if (!wanted(accept, file.media_type))
		file = unsound(file, str_eq_c(file.media_type, "application/pdf") ? "这里要照片，这个是PDF。请拍照上传。" : "这里要PDF，这个是照片。请换成PDF，或问一问工作人员。");
	else if (str_eq_c(file.media_type, "application/pdf")) TRY(inspect_pdf(arena, &file));
	else TRY(inspect_picture(arena, &file));
	*out_file = file;
	return OK;
}

/* Control characters, and those that turn the direction of text or cannot be seen. */
static bool hides(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	    (c >= 0x2060 && c <= 0x206f) || c == 0xfeff;
}

static void add_visible(struct buf *buf, struct str text, size_t bytes_max)
{
	size_t at = 0;
	for (uint32_t c; at < text.len;) {
		if (!utf8_next(text, &at, &c)) { at++; continue; }
		if (hides(c)) continue;
		if (buf->len + 4 > bytes_max) return;
		utf8_add(buf, c);
	}
}

struct str file_name_clean(struct arena *arena, struct str name)
{
	enum { ENDING_BYTES_MAX = 10 };
	struct buf buf = buf_make(arena, FILE_NAME_BYTES_MAX);
	size_t begin = 0, dot;
	for (size_t i = 0; i < name.len; i++)
		if (name.ptr[i] == '/' || name.ptr[i] == '\\') begin = i + 1;
	name = str_sub(name, begin, name.len);
	for (dot = name.len; dot > 0 && name.ptr[dot - 1] != '.';) dot--;
	struct str ending = dot > 1 && name.len - dot < ENDING_BYTES_MAX ? str_sub(name, dot - 1, name.len) : STR("");
	add_visible(&buf, str_sub(name, 0, name.len - ending.len), FILE_NAME_BYTES_MAX - ENDING_BYTES_MAX - 4);
	add_visible(&buf, ending, FILE_NAME_BYTES_MAX);
	struct str clean = str_trim(buf_str(&buf));
	while (clean.len && clean.ptr[0] == '.') clean = str_sub(clean, 1, clean.len);
	return clean.len ? clean : STR("file");
}
