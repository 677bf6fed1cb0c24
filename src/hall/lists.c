/* Lists over tasks and cases. Rows are read in order and opened one by one; a search keeps those that the index names. */
#include "hall/lists.h"

#include "hall/desk_inside.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_SORT INT64_C(-9000000000000000)

/* ---- filters as texts ------------------------------------------------------------------------------------ */

#define X(name) #name,
static const char *const dimension_names[] = { LIST_FILTERS(X) };
#undef X

const char *list_dimension_name(enum list_dimension dimension) { return dimension_names[dimension]; }

struct list_filter list_filter_make(enum list_kind kind)
{
	struct list_filter filter = { .kind = kind };
	filter.values[LIST_BY_mode] = STR("live");
	return filter;
}

bool list_filter_set(struct list_filter *filter, struct str key, struct str value)
{
	if (value.len > LIST_VALUE_BYTES_MAX || !utf8_is_valid(value)) return false;
	for (size_t i = 0; i < LIST_DIMENSION_COUNT; i++)
		if (str_eq_c(key, dimension_names[i])) return filter->values[i] = value, true;
	if (str_eq_c(key, "kind")) {
		if (!str_eq_c(value, "tasks") && !str_eq_c(value, "cases")) return false;
		filter->kind = str_eq_c(value, "cases") ? LIST_CASES : LIST_TASKS;
		return true;
	}
	if (str_eq_c(key, "order")) {
		if (!str_eq_c(value, "due") && !str_eq_c(value, "newest")) return false;
		filter->newest = str_eq_c(value, "newest");
		return true;
	}
	if (str_eq_c(key, "employer")) return filter->employer = value, true;
	if (str_eq_c(key, "role")) return filter->role = value, true;
	if (str_eq_c(key, "q")) return filter->query = str_trim(value), true;
	bool from = str_eq_c(key, "from");
	if (!from && !str_eq_c(key, "until")) return false;
	struct date date = { 0 };
	if (value.len && !date_parse(value, &date)) return false;
	*(from ? &filter->from : &filter->until) = date;
	return true;
}

static void add_pair(struct buf *buf, const char *key, struct str value)
{
	if (value.len == 0) return;
	buf_printf(buf, "%s%s=", buf->len ? "&" : "", key);
	for (size_t i = 0; i < value.len; i++) {
		unsigned char c = (unsigned char)value.ptr[i];
		bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '.' || c == '_';
		if (plain) buf_add_byte(buf, (char)c);
		else buf_printf(buf, "%%%02X", c);
	}
}

struct str list_filter_print(struct arena *arena, const struct list_filter *filter)
{
	struct buf buf = buf_make(arena, 1 << 14);
	add_pair(&buf, "kind", filter->kind == LIST_CASES ? STR("cases") : STR("tasks"));
	for (size_t i = 0; i < LIST_DIMENSION_COUNT; i++)
		if (i != LIST_BY_mode || !str_eq_c(filter->values[i], "live")) add_pair(&buf, dimension_names[i], filter->values[i]);
	if (filter->newest) add_pair(&buf, "order", STR("newest"));
	add_pair(&buf, "employer", filter->employer);
	add_pair(&buf, "role", filter->role);
	add_pair(&buf, "q", filter->query);
	if (filter->from.year) add_pair(&buf, "from", date_print(arena, filter->from));
	if (filter->until.year) add_pair(&buf, "until", date_print(arena, filter->until));
	return buf_str(&buf);
}

/* ---- asking the store -------------------------------------------------------------------------------------- */

struct asking {
	struct hall *hall;
	const struct list_filter *filter;
	struct sql_value values[20];
	size_t value_count;
	struct search_hits hits;         /* ascending; only with a query */
};

static void add_i64(struct asking *asking, int64_t value) { asking->values[asking->value_count++] = sql_i64(value); }
static void add_str(struct asking *asking, struct str value) { asking->values[asking->value_count++] = sql_text(value); }

static int by_id(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
	return (left > right) - (left < right);
}

/* The eight values that a page and its counts share. */
static struct err ask(struct hall *hall, struct arena *arena, int64_t person_id, const struct list_filter *filter, struct asking *asking)
{
	int64_t now_ms = hall_now_ms(hall);
	struct date today = date_of_ms(now_ms, SHANGHAI_OFFSET_S);
	int64_t begin_ms = date_begin_ms(today, SHANGHAI_OFFSET_S);
	*asking = (struct asking){ .hall = hall, .filter = filter };
	if (filter->query.len) {
		TRY(search_cases(hall, arena, 0, filter->query, LIST_HIT_COUNT_MAX, &asking->hits));
		if (asking->hits.count) qsort(asking->hits.case_ids, asking->hits.count, sizeof *asking->hits.case_ids, by_id);
	}
	add_i64(asking, person_id);
	add_i64(asking, now_ms);
	add_i64(asking, begin_ms + DAY_MS - 1);
	add_i64(asking, begin_ms + (8 - date_weekday(today)) * DAY_MS - 1);      /* Sunday's end */
	add_str(asking, filter->employer);
	add_i64(asking, filter->from.year ? date_begin_ms(filter->from, SHANGHAI_OFFSET_S) : 0);
	add_i64(asking, filter->until.year ? date_begin_ms(filter->until, SHANGHAI_OFFSET_S) + DAY_MS : INT64_MAX);
	add_str(asking, filter->role);
	return OK;
}

static const struct store_statement *page_statement(const struct asking *asking)
{
	const char *name = asking->filter->kind == LIST_TASKS ? "list_tasks" : asking->filter->newest ? "list_cases_newest" : "list_cases_due";
	return store_statement(asking->hall->store, str_from_c(name));
}

static bool is_wanted(const struct asking *asking, int64_t case_id)
{
	if (asking->filter->query.len == 0) return true;
	return asking->hits.count && bsearch(&case_id, asking->hits.case_ids, asking->hits.count, sizeof case_id, by_id) != NULL;
}

/* ---- rows ------------------------------------------------------------------------------------------------------ */

enum { COLUMN_SEALED = 13, COLUMN_SORT = 21, COLUMN_TIE = 22, COLUMN_BUCKET = 23 };

static struct err row_read(struct hall *hall, struct arena *arena, struct store_row row, struct list_row *out)
{
	struct str box = row_bytes(row, COLUMN_SEALED), rules = str_copy(arena, row_bytes(row, 12)), plain;
	const struct json *json = NULL;
	*out = (struct list_row){ .case_id = row_i64(row, 0),
		.number = str_copy(arena, row_bytes(row, 1)),
		.service_id = str_copy(arena, row_bytes(row, 2)),
		.service_version = str_copy(arena, row_bytes(row, 3)),
		.state = str_copy(arena, row_bytes(row, 4)),
		.outcome = str_copy(arena, row_bytes(row, 5)),
		.trial = str_eq_c(row_bytes(row, 6), "trial"),
		.submitted_ms = row_i64(row, 7),
		.decided_ms = row_i64(row, 8),
		.closed_ms = row_i64(row, 9),
		.district = str_copy(arena, row_bytes(row, 10)),
		.employer_key = str_copy(arena, row_bytes(row, 11)),
		.rules = rules.len > 2 ? str_sub(rules, 1, rules.len - 1) : STR(""),
		.task_id = row_i64(row, 14),
		.step = str_copy(arena, row_bytes(row, 15)),
		.task_name = str_copy(arena, row_bytes(row, 16)),
		.role = str_copy(arena, row_bytes(row, 17)),
		.assignee = str_copy(arena, row_bytes(row, 18)),
		.opened_ms = row_i64(row, 19),
		.due_ms = row_i64(row, 20),
		.due = str_copy(arena, row_bytes(row, COLUMN_BUCKET)),
		.cursor = str_printf(arena, "%lld.%lld", (long long)row_i64(row, COLUMN_SORT), (long long)row_i64(row, COLUMN_TIE)) };
	if (box.len == 0) return OK;      /* older than the desk, not followed yet */
	TRY(unseal_text(hall, arena, "desk_case.row", out->case_id, box, &plain));
	if (failed(json_parse(arena, plain, NULL, &json))) return ERR(TAMPERED);
	out->applicant = json_string_of(json, "applicant");
	out->phone = json_string_of(json, "phone");
	out->employer = json_string_of(json, "employer");
	return OK;
}

struct gathering { struct asking *asking; struct arena *arena; size_t count_max; struct { LIST_OF(struct list_row); } rows; bool more; };

static struct err gather(void *data, struct store_row row, size_t column_count)
{
	struct gathering *gathering = data;
	struct list_row read;
	(void)column_count;
	if (gathering->more || !is_wanted(gathering->asking, row_i64(row, 0))) return OK;
	if (gathering->rows.count == gathering->count_max) {
		gathering->more = true;
		return OK;
	}
	TRY(row_read(gathering->asking->hall, gathering->arena, row, &read));
	LIST_PUSH(gathering->arena, &gathering->rows, read);
	return OK;
}

static bool cursor_read(struct str cursor, int64_t *out_sort, int64_t *out_tie)
{
	struct str left;
	*out_sort = FIRST_SORT;
	*out_tie = 0;
	if (cursor.len == 0) return true;
	return str_split(&cursor, '.', &left) && str_to_i64(left, out_sort) && str_to_i64(cursor, out_tie);
}

struct err list_page(struct hall *hall, struct arena *arena, int64_t person_id, const struct list_filter *filter, struct str cursor,
    size_t count_max, struct list_page *out_page)
{
	struct asking asking;
	struct store_reader *reader;
	int64_t sort, tie;
	if (!cursor_read(cursor, &sort, &tie)) return ERR(INVALID);
	TRY(ask(hall, arena, person_id, filter, &asking));
	for (size_t i = 0; i < LIST_DIMENSION_COUNT; i++) add_str(&asking, filter->values[i]);
	add_i64(&asking, sort);
	add_i64(&asking, tie);
	add_i64(&asking, filter->query.len ? INT64_MAX : (int64_t)count_max + 1);
	add_i64(&asking, filter->organisation_id);
	struct gathering gathering = { .asking = &asking, .arena = arena, .count_max = count_max };
	TRY(read_begin(hall, &reader));
	struct err err = store_each(reader, page_statement(&asking), asking.values, asking.value_count, gather, &gathering);
	store_read_end(reader);
	TRY(err);
	*out_page = (struct list_page){ gathering.rows.items, gathering.rows.count, gathering.more };
	return OK;
}

static struct err first_free(struct hall *hall, struct arena *arena, int64_t person_id, const struct list_filter *filter, struct str cursor,
    struct list_row *out_row)
{
	struct str own = id_text(arena, person_id);
	struct list_page page = { .more = true };
	while (page.more) {
		TRY(list_page(hall, arena, person_id, filter, cursor, LIST_PAGE_COUNT_MAX, &page));
		for (size_t i = 0; i < page.count; i++) {
			bool taken = page.items[i].role.len && page.items[i].assignee.len && !str_eq(page.items[i].assignee, own);
			if (taken) continue;
			*out_row = page.items[i];
			return OK;
		}
		if (page.count) cursor = page.items[page.count - 1].cursor;
	}
	return ERR(NOT_FOUND);
}

struct err list_next(struct hall *hall, struct arena *arena, int64_t person_id, const struct list_filter *filter, struct str cursor,
    struct list_row *out_row)
{
	struct err err = first_free(hall, arena, person_id, filter, cursor, out_row);
	if (!err_is(err, ERR_NOT_FOUND) || cursor.len == 0) return err;
	return first_free(hall, arena, person_id, filter, STR(""), out_row);
}

/* ---- counts ------------------------------------------------------------------------------------------------------ */

struct counting { struct asking *asking; struct arena *arena; struct list_facets *facets; };

static bool value_fits(enum list_dimension dimension, struct str wanted, struct str value)
{
	if (wanted.len == 0) return true;
	if (dimension == LIST_BY_assignee && str_eq_c(wanted, "-")) return value.len == 0;
	if (dimension != LIST_BY_rule) return str_eq(wanted, value);
	struct str rest = value, rule;
	while (str_split(&rest, ',', &rule))
		if (str_eq(rule, wanted)) return true;
	return false;
}

static void add_count(struct arena *arena, struct list_counts *counts, struct str value, int64_t count)
{
	for (size_t i = 0; i < counts->count; i++)
		if (str_eq(counts->items[i].value, value)) {
			counts->items[i].count += count;
			return;
		}
	LIST_PUSH(arena, counts, ((struct list_count){ str_copy(arena, value), count }));
}

/* A combination of values counts in a dimension when everything but that dimension fits. */
static void count_values(const struct counting *counting, const struct str values[LIST_DIMENSION_COUNT], int64_t count)
{
	const struct list_filter *filter = counting->asking->filter;
	size_t misses = 0, missed = 0;
	for (size_t i = 0; i < LIST_DIMENSION_COUNT; i++)
		if (!value_fits((enum list_dimension)i, filter->values[i], values[i])) {
			misses++;
			missed = i;
		}
	if (misses == 0) counting->facets->total += count;
	for (size_t i = 0; i < LIST_DIMENSION_COUNT; i++) {
		if (misses > 1 || (misses == 1 && missed != i)) continue;
		struct str rest = values[i], rule;
		if (i != LIST_BY_rule) add_count(counting->arena, &counting->facets->by[i], values[i], count);
		else while (str_split(&rest, ',', &rule))
			if (rule.len) add_count(counting->arena, &counting->facets->by[i], rule, count);
	}
}

static struct err count_group(void *data, struct store_row row, size_t column_count)
{
	struct str values[LIST_DIMENSION_COUNT];
	(void)column_count;
	for (size_t i = 0; i < LIST_DIMENSION_COUNT; i++) values[i] = row_bytes(row, i);
	count_values(data, values, row_i64(row, LIST_DIMENSION_COUNT));
	return OK;
}

/* With a search there are no groups: each row that is wanted counts one. */
static struct err count_row(void *data, struct store_row row, size_t column_count)
{
	const struct counting *counting = data;
	(void)column_count;
	if (!is_wanted(counting->asking, row_i64(row, 0))) return OK;
	bool ours = row_bytes(row, 17).len > 0;
	struct str values[LIST_DIMENSION_COUNT] = { [LIST_BY_state] = row_bytes(row, 4),
		[LIST_BY_outcome] = row_bytes(row, 5),
		[LIST_BY_district] = row_bytes(row, 10),
		[LIST_BY_rule] = row_bytes(row, 12),
		[LIST_BY_step] = row_bytes(row, 15),
		[LIST_BY_assignee] = ours ? row_bytes(row, 18) : STR(""),
		[LIST_BY_mode] = row_bytes(row, 6),
		[LIST_BY_due] = row_bytes(row, COLUMN_BUCKET) };
	count_values(counting, values, 1);
	return OK;
}

static int by_count(const void *a, const void *b)
{
	const struct list_count *left = a, *right = b;
	if (left->count != right->count) return left->count < right->count ? 1 : -1;
	return str_cmp(left->value, right->value);
}

struct err list_facets(
    struct hall *hall, struct arena *arena, int64_t person_id, const struct list_filter *filter, struct list_facets *out_facets)
{
	struct asking asking;
	struct store_reader *reader;
	struct list_facets facets = { 0 };
	TRY(ask(hall, arena, person_id, filter, &asking));
	struct counting counting = { &asking, arena, &facets };
	bool searching = filter->query.len > 0;
	const struct store_statement *statement = searching ? page_statement(&asking)
		: store_statement(hall->store, filter->kind == LIST_TASKS ? STR("list_tasks_counted") : STR("list_cases_counted"));
	if (searching) {
		for (size_t i = 0; i < LIST_DIMENSION_COUNT; i++) add_str(&asking, STR(""));
		add_i64(&asking, FIRST_SORT);
		add_i64(&asking, 0);
		add_i64(&asking, INT64_MAX);
	}
	add_i64(&asking, filter->organisation_id);
	TRY(read_begin(hall, &reader));
	struct err err = store_each(reader, statement, asking.values, asking.value_count, searching ? count_row : count_group, &counting);
	store_read_end(reader);
	TRY(err);
	for (size_t i = 0; i < LIST_DIMENSION_COUNT; i++)
		if (facets.by[i].count) qsort(facets.by[i].items, facets.by[i].count, sizeof *facets.by[i].items, by_count);
	*out_facets = facets;
	return OK;
}

struct str list_person_name(struct hall *hall, struct arena *arena, struct str person_id_text)
{
	struct person person;
	int64_t person_id;
	if (!id_parse(person_id_text, &person_id) || failed(person_by_id(hall, arena, person_id, &person))) return STR("");
	return person.name;
}
