/* The index holds keyed hashes only: whoever reads the database learns neither words nor names. */
#include "hall/search.h"

#include "hall/inside.h"

#include <unicode/unorm2.h>
#include <unicode/ustring.h>

enum { TOKEN_COUNT_MAX = 4000 };

struct token { struct str hash; int64_t position; };
struct tokens { LIST_OF(struct token); int64_t next; };

/* NFC, so that one spelling of a character is found by another. Text that cannot be normalised stays as it is. */
static struct str normal(struct arena *arena, struct str text)
{
	UErrorCode status = U_ZERO_ERROR;
	const UNormalizer2 *nfc = unorm2_getNFCInstance(&status);
	int32_t length = 0, out_length = 0, capacity = (int32_t)text.len * 2 + 16;
	UChar *wide = ARENA_ARRAY(arena, UChar, (size_t)capacity), *done = ARENA_ARRAY(arena, UChar, (size_t)capacity);
	char *out = arena_alloc(arena, (size_t)capacity * 3 + 1);
	u_strFromUTF8(wide, capacity, &length, text.ptr, (int32_t)text.len, &status);
	int32_t done_length = U_SUCCESS(status) ? unorm2_normalize(nfc, wide, length, done, capacity, &status) : 0;
	if (U_SUCCESS(status)) u_strToUTF8(out, capacity * 3, &out_length, done, done_length, &status);
	return U_SUCCESS(status) ? (struct str){ out, (size_t)out_length } : text;
}

static bool is_latin(uint32_t c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
static bool is_letter(uint32_t c)
{
	return is_latin(c) || (c >= 0xc0 && c < 0x2000 && c != 0xd7 && c != 0xf7) || (c >= 0x3400 && c < 0xa000) ||
	    (c >= 0xf900 && c < 0xfb00) || c >= 0x20000;
}

static void add_token(struct hall *hall, struct arena *arena, struct tokens *tokens, struct str word)
{
	if (tokens->count >= TOKEN_COUNT_MAX) return;
	LIST_PUSH(arena, tokens, ((struct token){ lookup_key(hall, arena, "search", str_lower_ascii(arena, word)), tokens->next++ }));
}

/* Latin runs whole, everything else as overlapping pairs; punctuation ends a run and leaves a gap. */
static void cut(struct hall *hall, struct arena *arena, struct str text, struct tokens *tokens)
{
	size_t at = 0, last = 0;
	uint32_t c, before = 0;
	text = normal(arena, text);
	for (size_t begin = 0; begin = at, utf8_next(text, &at, &c);) {
		if (is_latin(c)) {
			size_t end = at;
			uint32_t next;
			while (utf8_next(text, &at, &next) && is_latin(next)) end = at;
			at = end;
			add_token(hall, arena, tokens, str_sub(text, begin, end));
			before = 0;
		} else if (!is_letter(c)) {
			tokens->next++;
			before = 0;
		} else {
			if (before) add_token(hall, arena, tokens, str_sub(text, last, at));
			before = c;
			last = begin;
		}
	}
	tokens->next++;
}

static void cut_value(struct hall *hall, struct arena *arena, struct feel_value value, struct tokens *tokens)
{
	if (value.kind == FEEL_STRING && value.string.len <= SEARCH_TEXT_BYTES_MAX) cut(hall, arena, value.string, tokens);
	for (size_t i = 0; value.kind == FEEL_LIST && i < value.list.count; i++) cut_value(hall, arena, value.list.items[i], tokens);
	for (size_t i = 0; value.kind == FEEL_CONTEXT && i < value.context.count; i++)
		cut_value(hall, arena, value.context.entries[i].value, tokens);
}

static struct err index_body(struct work *work, void *data)
{
	struct case_file file;
	struct tokens tokens = { 0 };
	TRY(case_load(work, *(const int64_t *)data, &file));
	cut(work->hall, work->arena, file.row.number, &tokens);
	cut_value(work->hall, work->arena, file.data, &tokens);
	WORK_ADD(work, "search_done", I(file.row.case_id));
	WORK_ADD(work, "search_clear", I(file.row.case_id));
	for (size_t i = 0; i < tokens.count; i++)
		WORK_ADD(work, "search_add", B(tokens.items[i].hash), I(file.row.case_id), I(tokens.items[i].position));
	return OK;
}

struct err search_index(struct hall *hall, size_t count_max, size_t *out_indexed)
{
	struct arena arena = { 0 };
	struct store_reader *reader;
	struct store_rows rows;
	TRY(read_begin(hall, &reader));
	struct err err = QUERY(hall, &arena, reader, "search_next", &rows, I((int64_t)count_max));
	store_read_end(reader);
	for (size_t i = 0; !failed(err) && i < rows.count; i++) {
		struct arena scratch = { 0 };
		int64_t case_id = row_i64(rows.items[i], 0);
		err = work_run(hall, &scratch, NULL, STR("hall"), false, index_body, &case_id);
		arena_done(&scratch);
	}
	if (!failed(err)) *out_indexed = rows.count;
	arena_done(&arena);
	return err;
}

static bool stands_at(const struct store_rows *rows, int64_t case_id, int64_t position)
{
	for (size_t i = 0; i < rows->count; i++)
		if (row_i64(rows->items[i], 0) == case_id && row_i64(rows->items[i], 1) == position) return true;
	return false;
}

/* Cases in which the tokens of one word stand side by side. */
static struct err find_word(struct hall *hall, struct arena *arena, struct store_reader *reader, const struct tokens *tokens,
    size_t count_max, struct search_hits *hits)
{
	struct store_rows *found = ARENA_ARRAY(arena, struct store_rows, tokens->count);
	for (size_t i = 0; i < tokens->count; i++) TRY(QUERY(hall, arena, reader, "search_find", &found[i], B(tokens->items[i].hash)));
	hits->case_ids = ARENA_ARRAY(arena, int64_t, found[0].count);
	for (size_t i = 0; i < found[0].count && hits->count < count_max; i++) {
		int64_t case_id = row_i64(found[0].items[i], 0), position = row_i64(found[0].items[i], 1);
		bool whole = hits->count == 0 || hits->case_ids[hits->count - 1] != case_id;
		for (size_t k = 1; whole && k < tokens->count; k++)
			whole = stands_at(&found[k], case_id, position + tokens->items[k].position - tokens->items[0].position);
		if (whole) hits->case_ids[hits->count++] = case_id;
	}
	return OK;
}

static void keep_common(struct search_hits *hits, const struct search_hits *others)
{
	size_t kept = 0;
	for (size_t i = 0; i < hits->count; i++)
		for (size_t k = 0; k < others->count; k++)
			if (hits->case_ids[i] == others->case_ids[k]) { hits->case_ids[kept++] = hits->case_ids[i]; break; }
	hits->count = kept;
}

static struct err find_all(struct hall *hall, struct arena *arena, struct store_reader *reader, struct str query_text,
    size_t count_max, struct search_hits *out)
{
	enum { CANDIDATES_MAX = 10000 };
	struct search_hits hits = { 0 };
	bool first = true;
	struct str word;
	while (str_split(&query_text, ' ', &word)) {
		struct tokens tokens = { 0 };
		struct search_hits more = { 0 };
		if (str_trim(word).len == 0) continue;
		cut(hall, arena, word, &tokens);
		if (tokens.count == 0) return ERR(INVALID);
		TRY(find_word(hall, arena, reader, &tokens, CANDIDATES_MAX, &more));
		if (first) hits = more;
		else keep_common(&hits, &more);
		first = false;
	}
	if (first) return ERR(INVALID);
	if (hits.count > count_max) hits.count = count_max;
	*out = hits;
	return OK;
}

struct err search_cases(struct hall *hall, struct arena *arena, struct str query_text, size_t count_max, struct search_hits *out_hits)
{
	struct store_reader *reader;
	if (query_text.len > SEARCH_QUERY_BYTES_MAX) return ERR(LIMIT);
	if (!hall->keyring) return ERR(LOCKED);
	TRY(read_begin(hall, &reader));
	struct err err = find_all(hall, arena, reader, query_text, count_max, out_hits);
	store_read_end(reader);
	return err;
}
