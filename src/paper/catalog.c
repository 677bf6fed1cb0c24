#include "paper/catalog.h"

#include "paper/paper.h"

#include <string.h>

enum { XREF_ENTRY_BYTES = 20, XREF_OFFSET_DIGITS = 10 };

static ptrdiff_t find_last(struct str s, struct str needle)
{
	for (size_t at = s.len >= needle.len ? s.len - needle.len + 1 : 0; at-- > 0;) {
		if (memcmp(s.ptr + at, needle.ptr, needle.len) == 0)
			return (ptrdiff_t)at;
	}
	return -1;
}

static bool read_number(struct str s, size_t *at, size_t *out_value)
{
	size_t value = 0, from = *at;
	while (*at < s.len && s.ptr[*at] >= '0' && s.ptr[*at] <= '9' && *at - from < 12)
		value = value * 10 + (size_t)(s.ptr[(*at)++] - '0');
	*out_value = value;
	return *at > from;
}

/* Copies the table from `at`, with each offset behind `moved_from` moved by `delta`. */
static struct err move_offsets(struct buf *out, struct str pdf, size_t at, size_t moved_from, size_t delta)
{
	size_t begin = at, first = 0, count = 0;
	at += sizeof "xref\n" - 1;
	if (!read_number(pdf, &at, &first) || at >= pdf.len || pdf.ptr[at++] != ' ' || !read_number(pdf, &at, &count) ||
		at >= pdf.len || pdf.ptr[at++] != '\n' || count > (pdf.len - at) / XREF_ENTRY_BYTES)
		return ERR(INTERNAL);
	buf_add(out, str_sub(pdf, begin, at));
	for (size_t i = 0; i < count; i++, at += XREF_ENTRY_BYTES) {
		size_t digits = at, offset = 0;
		if (!read_number(pdf, &digits, &offset) || digits != at + XREF_OFFSET_DIGITS)
			return ERR(INTERNAL);
		buf_printf(out, "%010zu", offset > moved_from ? offset + delta : offset);
		buf_add(out, str_sub(pdf, digits, at + XREF_ENTRY_BYTES));
	}
	ptrdiff_t start = str_find(pdf, STR("startxref\n"), at);
	if (start < 0)
		return ERR(INTERNAL);
	buf_add(out, str_sub(pdf, at, (size_t)start));
	buf_printf(out, "startxref\n%zu\n%%%%EOF\n", begin + delta);
	return OK;
}

struct err catalog_complete(struct arena *arena, struct str pdf, struct str language, struct str *out_pdf)
{
	ptrdiff_t catalog = find_last(pdf, STR("<< /Type /Catalog\n"));
	ptrdiff_t xref = find_last(pdf, STR("\nxref\n"));
	if (catalog < 0 || xref < catalog)
		return ERR(INTERNAL);
	size_t insert = (size_t)catalog + strlen("<< /Type /Catalog\n");
	bool is_marked = str_find(str_sub(pdf, insert, (size_t)xref), STR("/MarkInfo"), 0) >= 0;
	struct str added = str_printf(arena, "%s   /Lang (%.*s)\n   /ViewerPreferences << /DisplayDocTitle true >>\n",
		is_marked ? "" : "   /MarkInfo << /Marked true >>\n", STR_ARG(language));
	struct buf out = buf_make(arena, PAPER_PDF_BYTES_MAX + 1024);
	buf_add(&out, str_sub(pdf, 0, insert));
	buf_add(&out, added);
	buf_add(&out, str_sub(pdf, insert, (size_t)xref + 1));
	TRY(move_offsets(&out, pdf, (size_t)xref + 1, insert, added.len));
	return buf_finish(&out, out_pdf);
}
