/* Whom a change touches, before it is made: services and rules that use the figure, promises that would end on another day,
 * decisions that would come out otherwise. */
#include "hall/inside.h"

enum { RECEIPT_PAGE_COUNT = 100 };

struct looking {
	struct hall *hall;
	struct arena *arena;
	struct store_reader *reader;
	const struct overlay_change *change;
	struct offered_services offered;
	struct parameter row;            /* that is set or withdrawn */
	struct overlay_sight sight;
	struct overlay_preview *preview;
};

/* ---- who uses it ---------------------------------------------------------------------------------------------------- */

static bool is_name_character(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

/* As a whole word: minimumWage is not minimumWageMonth. */
static bool mentions(struct str content, struct str name)
{
	for (ptrdiff_t at = 0; (at = str_find(content, name, (size_t)at)) >= 0; at++) {
		size_t end = (size_t)at + name.len;
		bool before = at > 0 && is_name_character(content.ptr[at - 1]), after = end < content.len && is_name_character(content.ptr[end]);
		if (!before && !after) return true;
	}
	return false;
}

static void find_uses(struct looking *looking, const struct service *service, struct str name)
{
	struct overlay_use use = { .service_id = service->id, .title = service->title };
	for (size_t i = 0; i < service->clocks.count; i++) {
		if (!str_eq(service->clocks.items[i].parameter, name)) continue;
		use.place = str_join(looking->arena, STR("clock "), service->clocks.items[i].id);
		LIST_PUSH(looking->arena, &looking->preview->uses, use);
	}
	for (size_t i = 0; i < service->files.count; i++) {
		const struct service_file *file = &service->files.items[i];
		bool tells = str_ends(file->path, STR(".dmn")) || str_ends(file->path, STR(".bpmn")) || str_ends(file->path, STR(".form")) ||
		    str_ends(file->path, STR(".md")) || str_ends(file->path, STR(".txt"));
		if (!tells || str_eq_c(file->path, "README.md") || !mentions(file->content, name)) continue;
		use.place = file->path;
		LIST_PUSH(looking->arena, &looking->preview->uses, use);
	}
	if (str_eq_c(name, "caseNumberPrefix")) {
		use.place = STR("service.json");
		LIST_PUSH(looking->arena, &looking->preview->uses, use);
	}
}

static bool lies_below(struct str region, struct str other)
{
	size_t digits = 6;
	while (digits > 0 && str_eq(str_sub(region, digits - 2, digits), STR("00"))) digits -= 2;
	return !str_eq(region, other) && str_eq(str_sub(region, 0, digits), str_sub(other, 0, digits));
}

static void find_own_rows(struct looking *looking, const struct parameter *row)
{
	struct parameter_list all;
	struct overlay_preview *preview = looking->preview;
	parameters_list(looking->arena, looking->sight.parameters, STR(""), &all);
	for (size_t i = 0; i < all.count; i++) {
		const struct parameter *other = all.items[i];
		bool known = !str_eq(other->name, row->name) || !lies_below(row->region, other->region);
		for (size_t k = 0; k < preview->regions_of_their_own.count; k++)
			known |= str_eq(preview->regions_of_their_own.items[k], other->region);
		if (!known) LIST_PUSH(looking->arena, &preview->regions_of_their_own, other->region);
	}
}

/* ---- which decisions would come out otherwise ------------------------------------------------------------------------- */

static struct err look_at_receipt(struct looking *looking, struct arena *scratch, struct store_row row)
{
	struct str whole;
	const struct json *receipt;
	const struct service *service;
	bool holds = true;
	TRY(unseal_text(looking->hall, scratch, "receipt.whole", row_i64(row, 0), row_bytes(row, 3), &whole));
	TRY(json_parse(scratch, whole, NULL, &receipt));
	TRY(service_version(looking->hall, row_bytes(row, 6), &service));
	const struct service_model *model = service_decision(service, row_bytes(row, 2));
	if (!model) return OK;
	TRY(receipt_result_holds(scratch, model->model, receipt, looking->sight.calendar, looking->sight.parameters, &holds));
	if (holds) return OK;
	struct decision_change change = { row_i64(row, 1), row_i64(row, 5), str_copy(looking->arena, row_bytes(row, 4)),
		str_copy(looking->arena, row_bytes(row, 2)) };
	LIST_PUSH(looking->arena, &looking->preview->decisions, change);
	return OK;
}

/* needle: what the commitment of a receipt that could change must hold. */
static struct err find_decisions(struct looking *looking, struct str needle)
{
	int64_t after_id = 0;
	for (size_t count = RECEIPT_PAGE_COUNT; count == RECEIPT_PAGE_COUNT && !looking->preview->cut;) {
		struct arena scratch = { 0 };
		struct store_rows rows = { 0 };
		struct err err = QUERY(looking->hall, &scratch, looking->reader, "receipt_using", &rows, T(needle), I(after_id),
		    I(RECEIPT_PAGE_COUNT));
		for (size_t i = 0; !failed(err) && i < rows.count; i++) {
			if (looking->preview->decisions.count >= OVERLAY_CASE_COUNT_MAX) looking->preview->cut = true;
			else err = look_at_receipt(looking, &scratch, rows.items[i]);
			after_id = row_i64(rows.items[i], 0);
		}
		count = rows.count;
		arena_done(&scratch);
		TRY(err);
	}
	return OK;
}

/* The years whose days would be others; a receipt names each year that it was decided by. */
static struct err look_at_days(struct looking *looking)
{
	for (int32_t year = 2000; year < 2100; year++) {
		bool other = false;
		for (int64_t at = date_to_days((struct date){ year, 1, 1 }); !other && at < date_to_days((struct date){ year + 1, 1, 1 }); at++) {
			struct date day = date_from_days(at);
			other = calendar_day(looking->hall->calendar, day) != calendar_day(looking->sight.calendar, day);
		}
		if (other) TRY(find_decisions(looking, str_printf(looking->arena, "%%\"year\":\"%d\"%%", year)));
	}
	return OK;
}

/* ---- the whole ------------------------------------------------------------------------------------------------------- */

/* Before the snapshot is taken, so that one reader is enough. A row that is withdrawn is looked at as if it were set. */
static struct err prepare(struct looking *looking)
{
	struct parameter_overlays all;
	TRY(services_offered(looking->hall, looking->arena, &looking->offered));
	looking->row = looking->change->parameter;
	if (looking->change->kind != OVERLAY_WITHDRAW_PARAMETER) return OK;
	TRY(parameter_overlays(looking->hall, looking->arena, &all));
	for (size_t i = 0; i < all.count; i++)
		if (all.items[i].overlay_id == looking->change->withdrawn_id) looking->row = all.items[i].row;
	return OK;
}

static struct err look_at_parameter(struct looking *looking)
{
	const struct parameter *row = &looking->row;
	const struct parameters *now = looking->hall->parameters;
	looking->preview->before = parameter_find(now, row->region, row->name, row->from);
	looking->preview->after = parameter_find(looking->sight.parameters, row->region, row->name, row->from);
	for (size_t i = 0; i < looking->offered.count; i++) find_uses(looking, looking->offered.items[i], row->name);
	find_own_rows(looking, row);
	/* a figure that was not there before stands in no receipt: then every open decision is looked at */
	if (!parameter_exists(now, row->region, row->name)) return find_decisions(looking, STR("%"));
	return find_decisions(looking, str_printf(looking->arena, "%%\"name\":\"%.*s\"%%", STR_ARG(row->name)));
}

struct err overlay_preview(struct hall *hall, struct arena *arena, const struct overlay_change *change, struct report *report,
    struct overlay_preview *out_preview)
{
	struct overlay_preview preview = { 0 };
	struct looking looking = { .hall = hall, .arena = arena, .change = change, .preview = &preview };
	if (hall_is_locked(hall)) return ERR(LOCKED);
	TRY(prepare(&looking));
	TRY(read_begin(hall, &looking.reader));
	struct err err = overlay_sight(hall, arena, looking.reader, change, report, &looking.sight);
	preview.version = looking.sight.version;
	bool figure = change->kind == OVERLAY_PARAMETER || change->kind == OVERLAY_WITHDRAW_PARAMETER;
	if (!failed(err)) err = figure ? look_at_parameter(&looking) : look_at_days(&looking);
	if (!failed(err))
		err = clock_moves_under(hall, arena, looking.reader, &looking.sight, OVERLAY_CASE_COUNT_MAX, &preview.moves, &preview.cut);
	store_read_end(looking.reader);
	if (!failed(err)) *out_preview = preview;
	return err;
}
