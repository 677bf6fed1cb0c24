#include "seal/pdf.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

static struct err refuse(struct pdf_file *file, uint64_t at, enum err_code code, const char *words)
{
	struct str place = file->report ? str_printf(file->report->arena, "byte %" PRIu64, at) : STR("");
	report_error(file->report, place, "%s", words);
	return (struct err){ (uint16_t)code };
}

const struct pdf_value *pdf_get(const struct pdf_value *dict, const char *key)
{
	if (dict == NULL || dict->kind != PDF_DICT) return NULL;
	for (const struct pdf_value *value = dict->first; value != NULL; value = value->next)
		if (str_eq_c(value->key, key)) return value;
	return NULL;
}

bool pdf_is_name(const struct pdf_value *value, const char *name)
{
	return value != NULL && value->kind == PDF_NAME && str_eq_c(str_sub(value->raw, 1, value->raw.len), name);
}

/* One subsection "first count" with its lines; *at moves behind it. */
static struct err read_subsection(struct pdf_file *file, uint64_t *at, int64_t first, int64_t count)
{
	if (first + count > PDF_OBJECT_COUNT_MAX) return refuse(file, *at, ERR_LIMIT, "the file has too many objects");
	for (int64_t number = first; number < first + count; number++) {
		int64_t offset = 0, generation = 0;
		if (!pdf_read_number(file->bytes, at, &offset) || !pdf_read_number(file->bytes, at, &generation)
		    || generation > UINT16_MAX)
			return refuse(file, *at, ERR_INVALID, "a line of the cross-reference table cannot be read");
		bool used = pdf_read_word(file->bytes, at, STR("n"));
		if (!used && !pdf_read_word(file->bytes, at, STR("f")))
			return refuse(file, *at, ERR_INVALID, "a line of the cross-reference table is neither n nor f");
		if ((size_t)number >= file->entry_count) continue;
		struct pdf_entry *entry = &file->entries[number];
		if (entry->known) continue;      /* a newer section has spoken */
		*entry = (struct pdf_entry){ (uint64_t)offset, (uint16_t)generation, true, used };
	}
	return OK;
}

static struct err begin_entries(struct pdf_file *file, const struct pdf_value *trailer, uint64_t at)
{
	const struct pdf_value *size = pdf_get(trailer, "Size");
	if (size == NULL || size->kind != PDF_NUMBER || size->number < 1)
		return refuse(file, at, ERR_INVALID, "the trailer has no Size");
	if (size->number > PDF_OBJECT_COUNT_MAX) return refuse(file, at, ERR_LIMIT, "the file has too many objects");
	file->trailer = trailer;
	file->entry_count = (size_t)size->number;
	file->entries = ARENA_ARRAY(file->arena, struct pdf_entry, file->entry_count);
	return OK;
}

/* The trailer stands behind the lines, but its Size must be known before they are kept: so they are passed over first. */
static struct err find_trailer(struct pdf_file *file, uint64_t at, const struct pdf_value **out_trailer)
{
	int64_t first = 0, count = 0, ignored = 0;
	while (pdf_read_number(file->bytes, &at, &first) && pdf_read_number(file->bytes, &at, &count)) {
		for (int64_t i = 0; i < count; i++) {
			if (!pdf_read_number(file->bytes, &at, &ignored) || !pdf_read_number(file->bytes, &at, &ignored)
			    || (!pdf_read_word(file->bytes, &at, STR("n")) && !pdf_read_word(file->bytes, &at, STR("f"))))
				return refuse(file, at, ERR_INVALID, "a line of the cross-reference table cannot be read");
		}
	}
	if (!pdf_read_word(file->bytes, &at, STR("trailer")))
		return refuse(file, at, ERR_INVALID, "there is no trailer behind the cross-reference table");
	TRY(pdf_parse(file, at, out_trailer, NULL));
	if ((*out_trailer)->kind != PDF_DICT) return refuse(file, at, ERR_INVALID, "the trailer is no dictionary");
	return OK;
}

static struct err read_section(struct pdf_file *file, uint64_t at, const struct pdf_value **out_trailer)
{
	int64_t first = 0, count = 0;
	if (!pdf_read_word(file->bytes, &at, STR("xref"))) {
		uint64_t probe = at;
		if (pdf_read_number(file->bytes, &probe, &first) && pdf_read_number(file->bytes, &probe, &first)
		    && pdf_read_word(file->bytes, &probe, STR("obj")))
			return refuse(file, at, ERR_UNSUPPORTED,
				"this PDF has a cross-reference stream; rewrite it with `qpdf --object-streams=disable`");
		return refuse(file, at, ERR_INVALID, "there is no cross-reference table where one was promised");
	}
	const struct pdf_value *trailer = NULL;
	TRY(find_trailer(file, at, &trailer));
	if (pdf_get(trailer, "Encrypt") != NULL) return refuse(file, at, ERR_UNSUPPORTED, "this PDF is encrypted");
	if (pdf_get(trailer, "XRefStm") != NULL)
		return refuse(file, at, ERR_UNSUPPORTED, "this PDF has a cross-reference stream beside its table");
	if (file->trailer == NULL) TRY(begin_entries(file, trailer, at));
	while (pdf_read_number(file->bytes, &at, &first) && pdf_read_number(file->bytes, &at, &count))
		TRY(read_subsection(file, &at, first, count));
	*out_trailer = trailer;
	return OK;
}

/* Each Prev must point further back, so the chain ends. */
static struct err read_sections(struct pdf_file *file)
{
	uint64_t at = file->xref_offset;
	for (int revision = 0; revision < PDF_REVISION_COUNT_MAX; revision++) {
		const struct pdf_value *trailer = NULL;
		TRY(read_section(file, at, &trailer));
		const struct pdf_value *previous = pdf_get(trailer, "Prev");
		if (previous == NULL) return OK;
		if (previous->kind != PDF_NUMBER || previous->number < 0 || (uint64_t)previous->number >= at)
			return refuse(file, at, ERR_INVALID, "the trailer's Prev does not point to an earlier table");
		at = (uint64_t)previous->number;
	}
	return refuse(file, at, ERR_LIMIT, "the file has too many revisions");
}

static struct err find_startxref(struct pdf_file *file)
{
	static const struct str word = STR_INIT("startxref");
	size_t len = file->bytes.len;
	for (size_t back = word.len; back <= len && back <= 2048; back++) {
		uint64_t at = len - back;
		if (memcmp(file->bytes.ptr + at, word.ptr, word.len) != 0) continue;
		int64_t offset = 0;
		at += word.len;
		if (!pdf_read_number(file->bytes, &at, &offset) || (uint64_t)offset >= len)
			return refuse(file, at, ERR_INVALID, "startxref does not point into the file");
		file->xref_offset = (uint64_t)offset;
		return OK;
	}
	return refuse(file, len, ERR_INVALID, "there is no startxref at the end of the file");
}

struct err pdf_read(struct arena *arena, struct str bytes, struct report *report, struct pdf_file *out_file)
{
	struct pdf_file file = { .arena = arena, .bytes = bytes, .report = report };
	if (!str_starts(bytes, STR("%PDF-"))) return refuse(&file, 0, ERR_INVALID, "this is no PDF file");
	TRY(find_startxref(&file));
	TRY(read_sections(&file));
	assert(file.trailer != NULL);
	const struct pdf_value *root = pdf_get(file.trailer, "Root");
	if (root == NULL || root->kind != PDF_REF) return refuse(&file, file.xref_offset, ERR_INVALID, "the trailer has no Root");
	TRY(pdf_object(&file, root->number, root->generation, &file.catalog));
	if (file.catalog->kind != PDF_DICT) return refuse(&file, file.xref_offset, ERR_INVALID, "the catalog is no dictionary");
	file.catalog_number = root->number;
	file.catalog_generation = root->generation;
	*out_file = file;
	return OK;
}

struct err pdf_object(struct pdf_file *file, int64_t number, int32_t generation, const struct pdf_value **out_value)
{
	static const struct pdf_value null_value = { .kind = PDF_NULL, .raw = STR_INIT("null") };
	if (number < 0 || (uint64_t)number >= file->entry_count || !file->entries[number].used
	    || file->entries[number].generation != generation) {
		*out_value = &null_value;
		return OK;
	}
	uint64_t at = file->entries[number].offset;
	int64_t number_there = 0, generation_there = 0;
	if (at >= file->bytes.len || !pdf_read_number(file->bytes, &at, &number_there)
	    || !pdf_read_number(file->bytes, &at, &generation_there) || !pdf_read_word(file->bytes, &at, STR("obj"))
	    || number_there != number || generation_there != generation)
		return refuse(file, file->entries[number].offset, ERR_INVALID, "the object promised here is not here");
	return pdf_parse(file, at, out_value, NULL);
}

struct err pdf_resolve(struct pdf_file *file, const struct pdf_value *value, const struct pdf_value **out_value)
{
	for (int step = 0; value != NULL && value->kind == PDF_REF; step++) {
		if (step == 8) return refuse(file, file->xref_offset, ERR_INVALID, "references lead in a circle");
		TRY(pdf_object(file, value->number, value->generation, &value));
	}
	*out_value = value;
	return OK;
}

/* Leaves in order, without recursion: a stack of the nodes still to visit. */
struct err pdf_page(struct pdf_file *file, int32_t page, const struct pdf_value **out_reference)
{
	const struct pdf_value *stack[PDF_DEPTH_MAX], *pages = pdf_get(file->catalog, "Pages");
	if (pages == NULL) return refuse(file, file->xref_offset, ERR_INVALID, "the catalog has no Pages");
	struct pdf_value *root = arena_copy(file->arena, pages, sizeof *pages);
	root->next = NULL;                   /* its neighbour is the catalog's next entry, not a page */
	int depth = 0, node = 0;
	int32_t seen = 0;
	stack[depth++] = root;
	while (depth > 0) {
		const struct pdf_value *reference = stack[depth - 1], *object = NULL, *kids = NULL;
		if (reference == NULL) {
			depth--;
			continue;
		}
		stack[depth - 1] = reference->next;
		if (++node > PDF_PAGE_NODE_COUNT_MAX) return refuse(file, file->xref_offset, ERR_LIMIT, "the page tree is too large");
		if (reference->kind != PDF_REF) return refuse(file, file->xref_offset, ERR_INVALID, "the page tree cannot be read");
		TRY(pdf_resolve(file, reference, &object));
		TRY(pdf_resolve(file, pdf_get(object, "Kids"), &kids));
		if (kids != NULL && kids->kind == PDF_ARRAY) {
			if (depth == PDF_DEPTH_MAX) return refuse(file, file->xref_offset, ERR_LIMIT, "the page tree is too deep");
			stack[depth++] = kids->first;
		} else if (object->kind == PDF_DICT && ++seen == page) {
			*out_reference = reference;
			return OK;
		}
	}
	return ERR(NOT_FOUND);
}
