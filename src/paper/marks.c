#include "paper/marks.h"

#include "paper/paper.h"

#include <string.h>

struct cutter {
	struct arena *arena;
	struct report *report;
	struct pieces pieces;
	struct buf text;          /* the Markdown piece being gathered */
	uint32_t text_line, line;
	bool has_failed;
};

static void refuse(struct cutter *cutter, const char *words, struct str what)
{
	report_error(cutter->report, str_printf(cutter->arena, "%u", cutter->line), words, STR_ARG(what));
	cutter->has_failed = true;
}

/* A paper must say what it seems to say: no control characters, no invisible changes of direction. Mere zero-width
 * characters, which come along when people copy from chats, are dropped later. */
static bool is_forbidden(uint32_t c)
{
	if (c < 0x20)
		return c != '\n' && c != '\t' && c != '\r';
	return (c >= 0x7F && c < 0xA0) || (c >= 0xFDD0 && c <= 0xFDEF) || (c & 0xFFFE) == 0xFFFE ||
		(c >= 0x2028 && c <= 0x202E) || (c >= 0x2065 && c <= 0x206F);
}

static void check_characters(struct cutter *cutter, struct str markdown)
{
	size_t at = 0;
	uint32_t c = 0, line = 1;
	while (at < markdown.len) {
		if (!utf8_next(markdown, &at, &c)) {
			report_error(cutter->report, str_printf(cutter->arena, "%u", line), "the text is not valid UTF-8");
			cutter->has_failed = true;
			return;
		}
		if (c == '\n')
			line++;
		if (is_forbidden(c)) {
			report_error(cutter->report, str_printf(cutter->arena, "%u", line),
				"the control character U+%04X cannot be printed; remove it", (unsigned)c);
			cutter->has_failed = true;
		}
	}
}

static void flush_text(struct cutter *cutter)
{
	struct str text = buf_str(&cutter->text);
	if (!str_is_empty(str_trim(text)))
		LIST_PUSH(cutter->arena, &cutter->pieces, ((struct piece){
			.kind = PIECE_MARKDOWN, .line = cutter->text_line, .text = text,
		}));
	cutter->text = buf_make(cutter->arena, 4 * PAPER_MARKDOWN_BYTES_MAX);
	cutter->text_line = cutter->line + 1;
}

static bool id_is_valid(struct str id)
{
	if (id.len < 1 || id.len > 40)
		return false;
	for (size_t i = 0; i < id.len; i++) {
		char c = id.ptr[i];
		bool ok = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
		if (!ok)
			return false;
	}
	return true;
}

/* Captions are plain text; the backslashes of escaped values go. */
static struct str unescape(struct arena *arena, struct str text)
{
	struct buf buf = buf_make(arena, text.len + 1);
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '\\' && i + 1 < text.len && text.ptr[i + 1] > ' ' && text.ptr[i + 1] < 0x7F)
			i++;
		buf_add_byte(&buf, text.ptr[i]);
	}
	return str_trim(buf_str(&buf));
}

/* Cuts at the next `|` that is not escaped. */
static struct str next_part(struct str *rest)
{
	size_t i = 0;
	while (i < rest->len && rest->ptr[i] != '|')
		i += rest->ptr[i] == '\\' && i + 1 < rest->len ? 2 : 1;
	struct str part = str_sub(*rest, 0, i);
	*rest = str_sub(*rest, i + 1, rest->len);
	return part;
}

static void add_box(struct cutter *cutter, enum piece_kind kind, struct str arguments)
{
	struct piece piece = { .kind = kind, .line = cutter->line };
	struct str rest = arguments;
	piece.id = str_trim(next_part(&rest));
	piece.caption = unescape(cutter->arena, next_part(&rest));
	piece.date = unescape(cutter->arena, next_part(&rest));
	if (!id_is_valid(piece.id) || str_is_empty(piece.caption) || !str_is_empty(rest)) {
		refuse(cutter, "write {sign: id | caption} or {sign: id | caption | date}, the id of letters, digits, . _ -: %.*s",
			arguments);
		return;
	}
	for (size_t i = 0; i < cutter->pieces.count; i++) {
		if (str_eq(cutter->pieces.items[i].id, piece.id))
			refuse(cutter, "the box \"%.*s\" stands twice in this paper; give it another id", piece.id);
	}
	LIST_PUSH(cutter->arena, &cutter->pieces, piece);
}

static bool looks_like_directive(struct str line)
{
	return line.len >= 2 && line.ptr[0] == '{' && line.ptr[1] >= 'a' && line.ptr[1] <= 'z';
}

static void take_directive(struct cutter *cutter, struct str line)
{
	static const struct { const char *word; enum piece_kind kind; } words[] = {
		{ "flush", PIECE_FLUSH }, { "centre", PIECE_CENTRE }, { "center", PIECE_CENTRE }, { "right", PIECE_RIGHT },
		{ "page", PIECE_PAGE },
	};
	flush_text(cutter);
	if (line.ptr[line.len - 1] != '}') {
		refuse(cutter, "a directive ends with } on the same line: %.*s", line);
		return;
	}
	struct str inside = str_trim(str_sub(line, 1, line.len - 1));
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (str_eq_c(inside, words[i].word)) {
			LIST_PUSH(cutter->arena, &cutter->pieces, ((struct piece){ .kind = words[i].kind, .line = cutter->line }));
			return;
		}
	}
	if (str_starts(inside, STR("sign:")))
		add_box(cutter, PIECE_SIGN, str_sub(inside, 5, inside.len));
	else if (str_starts(inside, STR("seal:")))
		add_box(cutter, PIECE_SEAL, str_sub(inside, 5, inside.len));
	else
		refuse(cutter, "there is no directive {%.*s}; there are flush, centre, right, page, sign and seal", inside);
}

static bool is_space_at(struct str line, size_t at)
{
	return at >= line.len || line.ptr[at] == ' ' || line.ptr[at] == '\t';
}

/* A line of nothing but `*`, `-`, `_` and spaces is a rule or a table's border: no marks there. */
static bool is_ruled(struct str line)
{
	for (size_t i = 0; i < line.len; i++) {
		if (!strchr("*-_ \t|:", line.ptr[i]))
			return false;
	}
	return true;
}

static void add_stars(struct buf *out, struct str line, size_t from, size_t count)
{
	bool is_alone = (from == 0 || is_space_at(line, from - 1)) && is_space_at(line, from + count);
	if (is_alone || count > 3) {
		for (size_t i = 0; i < count; i++)
			buf_add_lit(out, "\\*");
		return;
	}
	if (count >= 2)
		buf_add_lit(out, MARK_BOLD);
	if (count != 2)
		buf_add_lit(out, MARK_UNDERLINE);
}

static void add_marked(struct buf *out, struct str line)
{
	size_t i = 0;
	while (i < line.len && (line.ptr[i] == ' ' || line.ptr[i] == '\t' || line.ptr[i] == '>'))
		i++;
	if (i + 1 < line.len && line.ptr[i] == '*' && is_space_at(line, i + 1))
		i++;                                            /* a bullet */
	buf_add(out, str_sub(line, 0, i));
	while (i < line.len) {
		if (line.ptr[i] == '\\' && i + 1 < line.len) {
			buf_add(out, str_sub(line, i, i + 2));
			i += 2;
		} else if (line.ptr[i] == '*') {
			size_t count = 1;
			while (i + count < line.len && line.ptr[i + count] == '*')
				count++;
			add_stars(out, line, i, count);
			i += count;
		} else {
			buf_add_byte(out, line.ptr[i++]);
		}
	}
}

/* md4c wants three dashes in each column of a table's border; GitHub's own rule is one. */
static void add_border(struct buf *out, struct str line)
{
	for (size_t i = 0; i < line.len; i++) {
		bool begins = line.ptr[i] == '-' && (i == 0 || line.ptr[i - 1] != '-');
		if (begins)
			buf_add_lit(out, "--");
		buf_add_byte(out, line.ptr[i]);
	}
}

static void take_line(struct cutter *cutter, struct str line)
{
	if (line.len > 0 && line.ptr[line.len - 1] == '\r')
		line.len--;
	struct str trimmed = str_trim(line);
	if (looks_like_directive(trimmed)) {
		take_directive(cutter, trimmed);
		return;
	}
	if (is_ruled(line) && str_find_byte(line, '|', 0) >= 0)
		add_border(&cutter->text, line);
	else if (is_ruled(line))
		buf_add(&cutter->text, line);
	else
		add_marked(&cutter->text, line);
	buf_add_byte(&cutter->text, '\n');
}

struct err marks_cut(struct arena *arena, struct str markdown, struct report *report, struct pieces *out_pieces)
{
	if (markdown.len > PAPER_MARKDOWN_BYTES_MAX) {
		report_error(report, (struct str){ 0 }, "the text is larger than %d bytes", PAPER_MARKDOWN_BYTES_MAX);
		return ERR(LIMIT);
	}
	struct cutter cutter = { .arena = arena, .report = report, .text_line = 1 };
	check_characters(&cutter, markdown);
	if (cutter.has_failed)
		return ERR(INVALID);
	cutter.text = buf_make(arena, 4 * PAPER_MARKDOWN_BYTES_MAX);
	struct str rest = markdown, line;
	while (str_split(&rest, '\n', &line)) {
		cutter.line++;
		take_line(&cutter, line);
	}
	flush_text(&cutter);
	if (cutter.has_failed)
		return ERR(INVALID);
	*out_pieces = cutter.pieces;
	return OK;
}
