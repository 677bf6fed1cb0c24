/* Words are cut into tokens with places; a query's tokens must stand in a case side by side as they do in the query. */
#include "hall/search.h"

#include "hall/inside.h"

#include <assert.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

enum { TOKEN_COUNT_MAX = 8000, TOKEN_BYTES = 16, STEPS_MAX = STORE_COMMAND_STEP_COUNT_MAX - TOKEN_COUNT_MAX - 100,
	CHANGED_PAGE_COUNT = 1000, PLACES_PAGE_COUNT = 200, CANDIDATES_MAX = 100000, RARITY_COUNT_MAX = 2000 };

struct token { struct str hash; int64_t position; };
struct tokens { LIST_OF(struct token); int64_t next; };

/* ---- cutting ---------------------------------------------------------------------------------------------------- */

/* One spelling of what reads the same: composed, half width, small letters. Text that cannot be folded stays as it is. */
static struct str folded(struct arena *arena, struct str text)
{
	UErrorCode status = U_ZERO_ERROR;
	const UNormalizer2 *fold = unorm2_getNFKCCasefoldInstance(&status);
	int32_t length = 0, out_length = 0, capacity = (int32_t)text.len * 4 + 16;
	UChar *wide = ARENA_ARRAY(arena, UChar, (size_t)capacity), *done = ARENA_ARRAY(arena, UChar, (size_t)capacity);
	char *out = arena_alloc(arena, (size_t)capacity * 3 + 1);
	u_strFromUTF8(wide, capacity, &length, text.ptr, (int32_t)text.len, &status);
	int32_t done_length = U_SUCCESS(status) ? unorm2_normalize(fold, wide, length, done, capacity, &status) : 0;
	if (U_SUCCESS(status)) u_strToUTF8(out, capacity * 3, &out_length, done, done_length, &status);
	return U_SUCCESS(status) ? (struct str){ out, (size_t)out_length } : text;
}

static bool is_digit(uint32_t c) { return c >= '0' && c <= '9'; }
/* Letters of which words are made that stand between spaces. */
static bool is_word(uint32_t c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= 0xc0 && c < 0x2000 && c != 0xd7 && c != 0xf7);
}
/* Characters that stand without spaces: Han, kana, Hangul. */
static bool is_character(uint32_t c)
{
	return (c >= 0x3040 && c < 0x3100) || (c >= 0x3400 && c < 0xa000) || (c >= 0xac00 && c < 0xd7b0) || (c >= 0xf900 && c < 0xfb00) ||
	    (c >= 0x20000 && c < 0x40000);
}

/* kind keeps pairs of digits apart from whole numbers and words that look the same. */
static void add_token(struct hall *hall, struct arena *arena, struct tokens *tokens, char kind, struct str text, int64_t position)
{
	if (tokens->count >= TOKEN_COUNT_MAX) return;
	struct str hash = lookup_key(hall, arena, "search", str_printf(arena, "%c%.*s", kind, STR_ARG(text)));
	LIST_PUSH(arena, tokens, ((struct token){ str_sub(hash, 0, TOKEN_BYTES), position }));
}

/* Whole numbers are found without leading zeros; four digits and more also by any four and more of them. A query asks for
 * the one or the other. */
static void add_number(struct hall *hall, struct arena *arena, struct tokens *tokens, struct str digits, bool query)
{
	enum { PART_DIGITS_MIN = 4 };
	bool in_parts = digits.len >= PART_DIGITS_MIN;
	struct str bare = digits;
	while (bare.len > 1 && bare.ptr[0] == '0') bare = str_sub(bare, 1, bare.len);
	if (!query || !in_parts) add_token(hall, arena, tokens, 'n', bare, tokens->next);
	for (size_t i = 0; in_parts && i + 2 <= digits.len; i++)
		add_token(hall, arena, tokens, 'd', str_sub(digits, i, i + 2), tokens->next + (int64_t)i);
	tokens->next += in_parts ? (int64_t)digits.len - 1 : 1;
}

static size_t word_end(struct str text, size_t at, bool *out_number)
{
	uint32_t c;
	size_t end = at;
	*out_number = true;
	while (utf8_next(text, &at, &c) && is_word(c)) {
		*out_number &= is_digit(c);
		end = at;
	}
	return end;
}

/* Words and numbers whole, characters as overlapping pairs; anything else ends a run and leaves a gap. Already folded. */
static void cut(struct hall *hall, struct arena *arena, struct str text, bool query, struct tokens *tokens)
{
	size_t last = 0;
	uint32_t c, before = 0;
	for (size_t begin = 0, at = 0; utf8_next(text, &at, &c); begin = at) {
		if (is_word(c)) {
			bool number;
			at = word_end(text, begin, &number);
			if (number) add_number(hall, arena, tokens, str_sub(text, begin, at), query);
			else add_token(hall, arena, tokens, 'w', str_sub(text, begin, at), tokens->next++);
			before = 0;
		} else if (is_character(c)) {
			if (before) add_token(hall, arena, tokens, 'c', str_sub(text, last, at), tokens->next++);
			before = c;
			last = begin;
		} else {
			tokens->next++;
			before = 0;
		}
	}
	tokens->next++;
}

static void cut_value(struct hall *hall, struct arena *arena, struct feel_value value, struct tokens *tokens)
{
	if (value.kind == FEEL_STRING && value.string.len <= SEARCH_TEXT_BYTES_MAX)
		cut(hall, arena, folded(arena, value.string), false, tokens);
	for (size_t i = 0; value.kind == FEEL_LIST && i < value.list.count; i++) cut_value(hall, arena, value.list.items[i], tokens);
	for (size_t i = 0; value.kind == FEEL_CONTEXT && i < value.context.count; i++)
		cut_value(hall, arena, value.context.entries[i].value, tokens);
}

/* ---- indexing --------------------------------------------------------------------------------------------------- */

struct batch { const int64_t *case_ids; size_t count, done; };

/* Number and data, without waking the process instance. */
static struct err read_tokens(struct work *work, int64_t case_id, struct tokens *tokens)
{
	struct store_row row;
	struct str plain;
	struct feel_value data;
	TRY(QUERY_ONE(work->hall, work->arena, work->reader, "case_by_id", &row, I(case_id)));
	cut(work->hall, work->arena, folded(work->arena, row_bytes(row, 1)), false, tokens);
	TRY(QUERY_ONE(work->hall, work->arena, work->reader, "state_by_case", &row, I(case_id)));
	TRY(unseal_text(work->hall, work->arena, "case_state.data", case_id, row_bytes(row, 0), &plain));
	TRY(value_decode(work->arena, plain, &data));
	cut_value(work->hall, work->arena, data, tokens);
	return OK;
}

static struct err index_case(struct work *work, int64_t case_id)
{
	struct tokens tokens = { 0 };
	struct store_row row;
	struct err err = QUERY_ONE(work->hall, work->arena, work->reader, "search_since", &row, I(case_id));
	if (err_is(err, ERR_NOT_FOUND)) return OK;   /* somebody else has indexed it */
	TRY(err);
	err = read_tokens(work, case_id, &tokens);
	if (failed(err) && !err_is(err, ERR_TAMPERED) && !err_is(err, ERR_NOT_FOUND) && !err_is(err, ERR_INVALID)) return err;
	WORK_GUARD(work, "search_done", I(case_id), I(row_i64(row, 0)));
	WORK_ADD(work, "search_clear", I(case_id));
	if (failed(err)) return audit_add(work, case_id, "search.failed", str_from_c(err_name(err)), STR(""));
	for (size_t i = 0; i < tokens.count; i++)
		WORK_ADD(work, "search_add", B(tokens.items[i].hash), I(case_id), I(tokens.items[i].position));
	return OK;
}

static struct err index_body(struct work *work, void *data)
{
	struct batch *batch = data;
	for (batch->done = 0; batch->done < batch->count && work->command->steps.count < STEPS_MAX; batch->done++)
		TRY(index_case(work, batch->case_ids[batch->done]));
	return OK;
}

static struct err index_page(struct hall *hall, struct arena *arena, size_t count_max, size_t *out_indexed)
{
	struct store_reader *reader;
	struct store_rows rows;
	TRY(read_begin(hall, &reader));
	struct err err = QUERY(hall, arena, reader, "search_next", &rows, I((int64_t)count_max));
	store_read_end(reader);
	TRY(err);
	int64_t *case_ids = ARENA_ARRAY(arena, int64_t, rows.count);
	for (size_t i = 0; i < rows.count; i++) case_ids[i] = row_i64(rows.items[i], 0);
	*out_indexed = 0;
	while (*out_indexed < rows.count) {
		struct arena scratch = { 0 };
		size_t left = rows.count - *out_indexed;
		struct batch batch = { case_ids + *out_indexed, left < SEARCH_BATCH_CASE_COUNT ? left : SEARCH_BATCH_CASE_COUNT, 0 };
		err = work_run(hall, &scratch, NULL, STR("hall"), false, index_body, &batch);
		arena_done(&scratch);
		TRY(err);
		*out_indexed += batch.done;
	}
	return OK;
}

struct err search_index(struct hall *hall, size_t count_max, size_t *out_indexed)
{
	size_t total = 0, count = 1;
	while (total < count_max && count > 0) {
		struct arena arena = { 0 };
		size_t left = count_max - total;
		struct err err = index_page(hall, &arena, left < CHANGED_PAGE_COUNT ? left : CHANGED_PAGE_COUNT, &count);
		arena_done(&arena);
		if (err_is(err, ERR_BUSY)) count = 0;   /* somebody else indexes the same cases; what is left comes next time */
		else TRY(err);
		total += count;
	}
	*out_indexed = total;
	return OK;
}

/* ---- finding ---------------------------------------------------------------------------------------------------- */

struct search {
	struct hall *hall;
	struct arena *arena, scratch;        /* scratch: of one candidate */
	struct store_reader *reader;
	int64_t organisation_id;
	struct { LIST_OF(struct tokens); } words;
	size_t rare_word, rare_token;        /* where looking costs least */
};

static struct err stands(struct search *search, struct str hash, int64_t case_id, int64_t position, bool *out_stands)
{
	struct store_row row;
	TRY(QUERY_ONE(search->hall, &search->scratch, search->reader, "search_stands", &row, B(hash), I(case_id), I(position)));
	*out_stands = row_i64(row, 0) > 0;
	return OK;
}

/* With token `known` of the word at `position`: do the others stand around it? */
static struct err word_stands(
    struct search *search, const struct tokens *word, size_t known, int64_t case_id, int64_t position, bool *out_stands)
{
	*out_stands = true;
	for (size_t i = 0; *out_stands && i < word->count; i++)
		if (i != known)
			TRY(stands(search, word->items[i].hash, case_id, position + word->items[i].position - word->items[known].position, out_stands));
	return OK;
}

static struct err word_occurs(struct search *search, const struct tokens *word, int64_t case_id, bool *out_occurs)
{
	struct store_rows places;
	*out_occurs = false;
	TRY(QUERY(search->hall, &search->scratch, search->reader, "search_places", &places, B(word->items[0].hash), I(case_id)));
	for (size_t i = 0; !*out_occurs && i < places.count; i++)
		TRY(word_stands(search, word, 0, case_id, row_i64(places.items[i], 0), out_occurs));
	return OK;
}

static struct err fits(struct search *search, int64_t case_id, int64_t position, bool *out_fits)
{
	struct store_row row;
	TRY(word_stands(search, &search->words.items[search->rare_word], search->rare_token, case_id, position, out_fits));
	for (size_t i = 0; *out_fits && i < search->words.count; i++)
		if (i != search->rare_word) TRY(word_occurs(search, &search->words.items[i], case_id, out_fits));
	if (!*out_fits) return OK;
	TRY(QUERY_ONE(search->hall, &search->scratch, search->reader, "search_within", &row, I(case_id), I(search->organisation_id)));
	*out_fits = row_i64(row, 0) > 0;
	return OK;
}

static struct err cut_query(struct search *search, struct str query_text)
{
	struct str rest = folded(search->arena, query_text), word;
	while (str_split(&rest, ' ', &word)) {
		struct tokens tokens = { 0 };
		if (str_trim(word).len == 0) continue;
		cut(search->hall, search->arena, str_trim(word), true, &tokens);
		if (tokens.count == 0) return ERR(INVALID);
		LIST_PUSH(search->arena, &search->words, tokens);
	}
	return search->words.count ? OK : ERR(INVALID);
}

static struct err find_rarest(struct search *search)
{
	int64_t rarest = INT64_MAX;
	for (size_t i = 0; i < search->words.count; i++)
		for (size_t k = 0; k < search->words.items[i].count; k++) {
			struct store_row row;
			TRY(QUERY_ONE(search->hall, &search->scratch, search->reader, "search_rarity", &row,
			    B(search->words.items[i].items[k].hash), I(RARITY_COUNT_MAX)));
			if (row_i64(row, 0) >= rarest) continue;
			rarest = row_i64(row, 0);
			search->rare_word = i;
			search->rare_token = k;
		}
	return OK;
}

/* Walks the places of the rarest token from the newest case on. */
static struct err walk(struct search *search, size_t count_max, struct search_hits *hits)
{
	struct str hash = search->words.items[search->rare_word].items[search->rare_token].hash;
	int64_t case_id = INT64_MAX, position = INT64_MAX;
	for (size_t seen = 0; seen < CANDIDATES_MAX; seen += PLACES_PAGE_COUNT) {
		struct arena page = { 0 };
		struct store_rows rows = { 0 };
		struct err err = QUERY(search->hall, &page, search->reader, "search_find", &rows, B(hash), I(case_id), I(position),
		    I(PLACES_PAGE_COUNT));
		for (size_t i = 0; !failed(err) && i < rows.count && hits->count < count_max; i++) {
			bool found = false;
			case_id = row_i64(rows.items[i], 0);
			position = row_i64(rows.items[i], 1);
			if (hits->count && hits->case_ids[hits->count - 1] == case_id) continue;
			err = fits(search, case_id, position, &found);
			arena_reset(&search->scratch);
			if (found) hits->case_ids[hits->count++] = case_id;
		}
		size_t count = rows.count;
		arena_done(&page);
		TRY(err);
		if (count < PLACES_PAGE_COUNT || hits->count == count_max) return OK;
	}
	return ERR(LIMIT);
}

struct err search_cases(struct hall *hall, struct arena *arena, int64_t organisation_id, struct str query_text, size_t count_max,
    struct search_hits *out_hits)
{
	struct search search = { .hall = hall, .arena = arena, .organisation_id = organisation_id ? organisation_id : hall->organisation_id };
	struct search_hits hits = { .case_ids = ARENA_ARRAY(arena, int64_t, count_max) };
	if (query_text.len > SEARCH_QUERY_BYTES_MAX) return ERR(LIMIT);
	if (!hall->keyring) return ERR(LOCKED);
	TRY(cut_query(&search, query_text));
	TRY(read_begin(hall, &search.reader));
	struct err err = find_rarest(&search);
	if (!failed(err)) err = walk(&search, count_max, &hits);
	store_read_end(search.reader);
	arena_done(&search.scratch);
	if (!failed(err)) *out_hits = hits;
	return err;
}
