/* The papers of a case: what templates see, rendering, the union's seal. Signatures of people: signing.c. */
#include "hall/inside.h"

#include "codec/codec.h"

enum { BOXES_BYTES_MAX = 64 << 10 };

/* ---- what templates see ------------------------------------------------------------------------------------- */

static struct feel_value public_facts(struct arena *arena, struct str json_text)
{
	const struct json *json;
	return failed(json_parse(arena, json_text, NULL, &json)) ? FEEL_NULL_VALUE : feel_from_json(arena, json);
}

static struct err union_value(struct work *work, struct case_file *file, struct feel_value *out)
{
	struct store_row row;
	struct arena *arena = work->arena;
	TRY(QUERY_ONE(work->hall, arena, work->reader, "organisation_by_id", &row, I(file->row.organisation_id)));
	struct feel_entry entries[] = {
		{ STR("name"), feel_string(row_bytes(row, 3)) },
		{ STR("region"), feel_string(row_bytes(row, 4)) },
		{ STR("regionName"), feel_string(region_full_name(arena, work->hall->parameters, row_bytes(row, 4))) },
	};
	*out = feel_merge(arena, public_facts(arena, row_bytes(row, 6)), feel_context_of(arena, entries, sizeof entries / sizeof *entries));
	return OK;
}

static struct feel_value case_value(struct work *work, struct case_file *file)
{
	struct arena *arena = work->arena;
	struct feel_entry entries[] = {
		{ STR("id"), feel_string(id_text(arena, file->row.case_id)) },
		{ STR("number"), file->row.number.len ? feel_string(file->row.number) : FEEL_NULL_VALUE },
		{ STR("service"), feel_string(file->service->title) },
		{ STR("region"), feel_string(file->row.region) },
		{ STR("regionName"), feel_string(region_full_name(arena, work->hall->parameters, file->row.region)) },
		{ STR("submittedOn"), file->row.submitted_ms ? feel_date(date_of_ms(file->row.submitted_ms, SHANGHAI_OFFSET_S)) : FEEL_NULL_VALUE },
		{ STR("decidedOn"), file->row.decided_ms ? feel_date(date_of_ms(file->row.decided_ms, SHANGHAI_OFFSET_S)) : FEEL_NULL_VALUE },
		{ STR("outcome"), feel_string(file->row.outcome) },
		{ STR("trial"), feel_boolean(file->row.trial) },
	};
	return feel_context_of(arena, entries, sizeof entries / sizeof *entries);
}

/* clocks: {review: {dueOn, provisional}, whole: ...} */
static struct err clocks_value(struct work *work, struct case_file *file, struct feel_value *out)
{
	struct store_rows rows;
	struct feel_value clocks = feel_context_of(work->arena, NULL, 0);
	TRY(QUERY(work->hall, work->arena, work->reader, "clock_of_case", &rows, I(file->row.case_id)));
	for (size_t i = 0; i < rows.count; i++) {
		struct date due;
		if (!date_parse(row_bytes(rows.items[i], 4), &due)) return ERR(TAMPERED);
		struct feel_entry entries[] = { { STR("dueOn"), feel_date(due) },
			{ STR("provisional"), feel_boolean(row_bool(rows.items[i], 5)) } };
		clocks = feel_put(work->arena, clocks, row_bytes(rows.items[i], 0), feel_context_of(work->arena, entries, 2));
	}
	*out = clocks;
	return OK;
}

/* decided: {decision, on, rules: [{id, decision, label, article, fact, hit}]} of the last receipt; null before there is one. */
static struct err decided_value(struct work *work, struct case_file *file, struct feel_value *out)
{
	struct arena *arena = work->arena;
	struct receipts receipts;
	struct receipt_rules rules;
	*out = FEEL_NULL_VALUE;
	TRY(receipts_read(work->hall, arena, work->reader, file->row.case_id, &receipts));
	if (receipts.count == 0) return OK;
	const struct receipt *last = &receipts.items[receipts.count - 1];
	TRY(receipt_rules(arena, last->whole, &rules));
	struct feel_value *items = ARENA_ARRAY(arena, struct feel_value, rules.count);
	for (size_t i = 0; i < rules.count; i++) {
		const struct receipt_rule *rule = &rules.items[i];
		struct feel_entry entries[] = { { STR("id"), feel_string(rule->id) }, { STR("decision"), feel_string(rule->decision) },
			{ STR("label"), feel_string(rule->label) }, { STR("article"), feel_string(rule->article) },
			{ STR("fact"), feel_string(rule->fact) }, { STR("hit"), feel_boolean(rule->hit) } };
		items[i] = feel_context_of(arena, entries, sizeof entries / sizeof *entries);
	}
	struct feel_entry entries[] = { { STR("decision"), feel_string(last->decision) },
		{ STR("on"), feel_date(date_of_ms(last->decided_ms, SHANGHAI_OFFSET_S)) },
		{ STR("rules"), feel_list_of(arena, items, rules.count) } };
	*out = feel_context_of(arena, entries, sizeof entries / sizeof *entries);
	return OK;
}

struct err paper_context(struct work *work, struct case_file *file, struct feel_value *out_context)
{
	struct feel_value union_facts, clocks, decided, hearing, lawyer = FEEL_NULL_VALUE;
	struct feel_value variables = file->instance ? bpmn_variables(work->arena, file->instance, 0) : file->data;
	TRY(union_value(work, file, &union_facts));
	TRY(clocks_value(work, file, &clocks));
	TRY(decided_value(work, file, &decided));
	TRY(hearing_value(work->hall, work->arena, work->reader, file->row.case_id, &hearing));
	if (file->row.lawyer_id) {
		struct lawyer found;
		TRY(lawyer_read(work->hall, work->arena, work->reader, file->row.lawyer_id, &found));
		struct feel_entry entries[] = {
			{ STR("name"), feel_string(found.name) },
			{ STR("sex"), feel_string(found.sex) },
			{ STR("licence"), feel_string(found.licence) },
			{ STR("phone"), feel_string(found.phone) },
			{ STR("firm"), feel_string(found.firm) },
			{ STR("firmFacts"), public_facts(work->arena, found.firm_data) },
			{ STR("id"), feel_string(id_text(work->arena, found.lawyer_id)) },
		};
		lawyer = feel_context_of(work->arena, entries, sizeof entries / sizeof *entries);
	}
	struct feel_entry entries[] = {
		{ STR("case"), case_value(work, file) }, { STR("organisation"), union_facts }, { STR("lawyer"), lawyer }, { STR("clocks"), clocks },
		{ STR("decided"), decided }, { STR("hearing"), hearing },
		{ STR("today"), feel_date(date_of_ms(work->now_ms, SHANGHAI_OFFSET_S)) },
	};
	*out_context = feel_merge(work->arena, variables, feel_context_of(work->arena, entries, sizeof entries / sizeof *entries));
	return OK;
}

/* ---- rendering ------------------------------------------------------------------------------------------------ */

static struct err boxes_json(struct arena *arena, const struct paper *paper, struct str *out_text)
{
	struct json *list = json_new(arena, JSON_ARRAY);
	for (size_t i = 0; i < paper->box_count; i++) {
		const struct paper_box *box = &paper->boxes[i];
		struct json *row = json_new(arena, JSON_OBJECT);
		const double places[] = { box->x, box->y, box->width, box->height };
		json_add(row, STR("id"), json_new_string(arena, box->id));
		json_add(row, STR("page"), json_new_i64(arena, box->page));
		for (size_t k = 0; k < 4; k++)   /* hundredths of a point */
			json_add(row, (struct str[]){ STR("x"), STR("y"), STR("width"), STR("height") }[k],
			    json_new_i64(arena, (int64_t)(places[k] * 100)));
		json_add(list, STR(""), row);
	}
	return json_print(arena, list, JSON_COMPACT, BOXES_BYTES_MAX, out_text);
}

static struct str paper_number(struct work *work, const struct case_file *file, size_t position)
{
	return str_printf(work->arena, "%.*s-%zu", STR_ARG(file->row.number), position);
}

static struct err words_of_paper(struct work *work, struct case_file *file, const struct service_paper *paper, size_t position,
    struct feel_value context, const struct environment *environment, struct str *out_markdown)
{
	struct str number = paper_number(work, file, position);
	struct feel_entry entries[] = { { STR("id"), feel_string(paper->id) }, { STR("title"), feel_string(paper->title) },
		{ STR("number"), feel_string(number) } };
	struct feel_template_options template_options = { .escape = FEEL_ESCAPE_MARKDOWN, .must_have_values = true };
	context = feel_put(work->arena, context, STR("paper"), feel_context_of(work->arena, entries, sizeof entries / sizeof *entries));
	work->report->file = str_printf(work->arena, "papers/%.*s", STR_ARG(paper->template_path));
	return feel_template_run(work->arena, paper->body, context, &environment->feel, &template_options, work->report, out_markdown);
}

static struct err render_one(struct work *work, struct case_file *file, const struct service_paper *paper, size_t position,
    struct str markdown, struct paper *out_paper)
{
	struct str number = paper_number(work, file, position);
	struct paper_options options = { .title = paper->title,
		.number = number,
		.language = STR("zh-CN"),
		.author = work->hall->name,
		.date_ms = work->now_ms,
		.watermark = file->row.trial ? STR("试运行") : STR(""),
		.footer = number,
		.qr = str_printf(work->arena, "unionhall:%.*s/%.*s/%.*s", STR_ARG(work->hall->id_text),
		    STR_ARG(id_text(work->arena, file->row.case_id)), STR_ARG(paper->id)) };
	return paper_render(work->press, work->arena, &options, markdown, work->report, out_paper);
}

static struct err keep_paper(
    struct work *work, struct case_file *file, const struct service_paper *paper, size_t position, const struct paper *rendered,
    struct str markdown)
{
	struct inspected_file content = { .sound = true, .media_type = STR("application/pdf"), .content = rendered->pdf };
	uint8_t *digest = arena_alloc(work->arena, SEAL_SHA256_BYTES);
	int64_t file_id;
	struct str boxes, source_box;
	TRY(boxes_json(work->arena, rendered, &boxes));
	seal_sha256(rendered->pdf, digest);
	TRY(file_store(work, file->row.case_id, str_join(work->arena, STR("paper:"), paper->id), &content,
	    str_join(work->arena, paper->id, STR(".pdf")), &file_id));
	WORK_ADD(work, "paper_add", I(file->row.case_id), T(paper->id), I((int64_t)position), T(paper->title),
	    T(paper->acknowledge ? STR("acknowledge") : STR("sign")), I(paper->identity_level), I(file_id), T(boxes),
	    B(((struct str){ (const char *)digest, SEAL_SHA256_BYTES })), I(work->now_ms));
	TRY(seal_text(work->hall, work->arena, "paper.source", file_id, markdown, &source_box));
	WORK_ADD(work, "paper_set_source", I(file->row.case_id), T(paper->id), B(source_box));
	for (size_t i = 0; i < paper->party_count; i++) {
		enum party party = paper->parties[i];
		struct str act = party == PARTY_UNION                ? STR("seal")
		    : party == PARTY_APPLICANT && paper->acknowledge ? STR("acknowledge")
		                                                     : STR("sign");
		WORK_ADD(work, "paper_act_add", I(file->row.case_id), T(paper->id), I((int64_t)i), T(str_from_c(party_name(party))), T(act));
	}
	return audit_add(work, file->row.case_id, "paper.rendered", paper->id, STR(""));
}

/* The signature of another lawyer is worth nothing, whatever the paper says. */
static bool agent_has_signed(const struct case_paper *paper)
{
	for (size_t i = 0; i < paper->act_count; i++)
		if (paper->acts[i].party == PARTY_AGENT && paper->acts[i].done) return true;
	return false;
}

/* Would it say the same, written on the day on which it was written? Then what was signed stays signed. */
static struct err is_as_it_was(struct work *work, struct case_file *file, const struct service_paper *paper, size_t position,
    struct feel_value context, bool *out_same)
{
	struct store_row row;
	struct str before, now;
	TRY(QUERY_ONE(work->hall, work->arena, work->reader, "paper_source", &row, I(file->row.case_id), T(paper->id)));
	*out_same = false;
	if (row_bytes(row, 0).len == 0) return OK;
	TRY(unseal_text(work->hall, work->arena, "paper.source", row_i64(row, 1), row_bytes(row, 0), &before));
	int64_t at_ms = row_i64(row, 2);
	struct environment *then =
	    environment_new(work->arena, work->hall->calendar, work->hall->parameters, file->row.region, at_ms);
	context = feel_put(work->arena, context, STR("today"), feel_date(date_of_ms(at_ms, SHANGHAI_OFFSET_S)));
	TRY(words_of_paper(work, file, paper, position, context, then, &now));
	*out_same = str_eq(before, now);
	return OK;
}

static struct err archive(struct work *work, struct case_file *file, const struct case_paper *paper)
{
	int64_t case_id = file->row.case_id;
	WORK_GUARD(work, "paper_archive", I(case_id), T(paper->id), I(paper->version), I(work->now_ms), T(STR("lawyer")));
	WORK_ADD(work, "paper_act_archive", I(case_id), T(paper->id));
	WORK_ADD(work, "paper_act_remove", I(case_id), T(paper->id));
	WORK_ADD(work, "paper_remove", I(case_id), T(paper->id));
	return audit_add(work, case_id, "paper.replaced", paper->id, paper->sha256);
}

struct err papers_render(struct work *work, struct case_file *file, struct feel_value *out_replaced)
{
	struct feel_value context, *titles = ARENA_ARRAY(work->arena, struct feel_value, file->service->papers.count);
	struct case_papers written;
	size_t replaced = 0;
	struct str file_before = work->report->file;
	TRY(paper_context(work, file, &context));
	TRY(papers_read(work->hall, work->arena, work->reader, file->row.case_id, &written));
	for (size_t i = 0; i < file->service->papers.count; i++) {
		const struct service_paper *paper = &file->service->papers.items[i];
		const struct case_paper *before = NULL;
		struct paper rendered;
		struct str markdown;
		bool same = false;
		for (size_t k = 0; k < written.count; k++)
			if (str_eq(written.items[k].id, paper->id)) before = &written.items[k];
		if (before && !agent_has_signed(before)) TRY(is_as_it_was(work, file, paper, i + 1, context, &same));
		if (same) continue;
		TRY(words_of_paper(work, file, paper, i + 1, context, file->environment, &markdown));
		TRY(render_one(work, file, paper, i + 1, markdown, &rendered));
		if (before) titles[replaced++] = feel_string(paper->title);
		if (before) TRY(archive(work, file, before));
		TRY(keep_paper(work, file, paper, i + 1, &rendered, markdown));
	}
	work->report->file = file_before;
	*out_replaced = feel_list_of(work->arena, titles, replaced);
	return OK;
}

/* ---- reading ------------------------------------------------------------------------------------------------------ */

/* Column 0 of an act is its paper: the id, or for replaced ones the file. */
static struct err read_acts(
    struct hall *hall, struct arena *arena, const struct store_rows *rows, struct case_paper *paper, int64_t case_id)
{
	for (size_t i = 0; i < rows->count; i++) {
		struct store_row row = rows->items[i];
		bool its = paper->replaced_ms ? row_i64(row, 0) == paper->file_id : str_eq(row_bytes(row, 0), paper->id);
		if (!its || paper->act_count >= SERVICE_PARTY_COUNT_MAX) continue;
		struct case_paper_act *act = &paper->acts[paper->act_count++];
		*act = (struct case_paper_act){ .act = row_bytes(row, 3), .done = str_eq_c(row_bytes(row, 4), "done"), .done_ms = row_i64(row, 5) };
		if (!party_from_name(row_bytes(row, 2), &act->party)) return ERR(TAMPERED);
		if (row_bytes(row, 6).len) TRY(unseal_text(hall, arena, "paper_act.evidence", case_id, row_bytes(row, 6), &act->evidence));
		act->sha256 = str_hex(arena, row_bytes(row, 7).ptr, row_bytes(row, 7).len);
	}
	return OK;
}

static struct err read_papers(struct hall *hall, struct arena *arena, const struct store_rows *rows, const struct store_rows *acts,
    bool replaced, int64_t case_id, struct case_papers *out_papers)
{
	struct case_papers papers = { .items = ARENA_ARRAY(arena, struct case_paper, rows->count), .count = rows->count };
	for (size_t i = 0; i < rows->count; i++) {
		struct store_row row = rows->items[i];
		papers.items[i] = (struct case_paper){ .id = row_bytes(row, 0),
			.position = (int32_t)row_i64(row, 1),
			.title = row_bytes(row, 2),
			.act = row_bytes(row, 3),
			.identity_level = (int32_t)row_i64(row, 4),
			.file_id = row_i64(row, 5),
			.boxes = row_bytes(row, 6),
			.sha256 = str_hex(arena, row_bytes(row, 7).ptr, row_bytes(row, 7).len),
			.version = row_i64(row, 8),
			.replaced_ms = replaced ? row_i64(row, 9) : 0 };
		TRY(read_acts(hall, arena, acts, &papers.items[i], case_id));
	}
	*out_papers = papers;
	return OK;
}

struct err papers_read(struct hall *hall, struct arena *arena, struct store_reader *reader, int64_t case_id, struct case_papers *out_papers)
{
	struct store_rows rows, acts, tasks;
	TRY(QUERY(hall, arena, reader, "paper_of_case", &rows, I(case_id)));
	TRY(QUERY(hall, arena, reader, "paper_act_of_case", &acts, I(case_id)));
	TRY(QUERY(hall, arena, reader, "task_open_of_case", &tasks, I(case_id)));
	TRY(read_papers(hall, arena, &rows, &acts, false, case_id, out_papers));
	for (size_t i = 0; i < tasks.count; i++) {
		enum party party;
		if (party_from_name(row_bytes(tasks.items[i], 8), &party)) out_papers->open[party] = true;
	}
	return OK;
}

static struct err replaced_read(
    struct hall *hall, struct arena *arena, struct store_reader *reader, int64_t case_id, struct case_papers *out_papers)
{
	struct store_rows rows, acts;
	TRY(QUERY(hall, arena, reader, "paper_replaced_of_case", &rows, I(case_id)));
	TRY(QUERY(hall, arena, reader, "paper_act_replaced_of_case", &acts, I(case_id)));
	return read_papers(hall, arena, &rows, &acts, true, case_id, out_papers);
}

struct err papers_replaced(struct hall *hall, struct arena *arena, int64_t case_id, struct case_papers *out_papers)
{
	struct store_reader *reader;
	TRY(read_begin(hall, &reader));
	struct err err = replaced_read(hall, arena, reader, case_id, out_papers);
	store_read_end(reader);
	return err;
}

struct err paper_replaced_content(struct hall *hall, struct arena *arena, int64_t case_id, int64_t file_id, struct str *out_pdf)
{
	struct store_reader *reader;
	struct case_papers papers;
	TRY(read_begin(hall, &reader));
	struct err err = replaced_read(hall, arena, reader, case_id, &papers), found = ERR(NOT_FOUND);
	for (size_t i = 0; !failed(err) && i < papers.count; i++)
		if (papers.items[i].file_id == file_id) found = paper_pdf(hall, arena, reader, &papers.items[i], out_pdf);
	store_read_end(reader);
	return failed(err) ? err : found;
}

struct err papers_of_case(struct hall *hall, struct arena *arena, int64_t case_id, struct case_papers *out_papers)
{
	struct store_reader *reader;
	TRY(read_begin(hall, &reader));
	struct err err = papers_read(hall, arena, reader, case_id, out_papers);
	store_read_end(reader);
	return err;
}

struct err paper_pdf(
    struct hall *hall, struct arena *arena, struct store_reader *reader, const struct case_paper *paper, struct str *out_pdf)
{
	struct str pdf;
	uint8_t digest[SEAL_SHA256_BYTES];
	TRY(file_content(hall, arena, reader, paper->file_id, &pdf));
	seal_sha256(pdf, digest);
	if (!str_eq(str_hex(arena, digest, sizeof digest), paper->sha256)) return ERR(TAMPERED);
	*out_pdf = pdf;
	return OK;
}

struct err paper_content(struct hall *hall, struct arena *arena, int64_t case_id, struct str paper_id, struct str *out_pdf)
{
	struct store_reader *reader;
	struct case_papers papers;
	TRY(read_begin(hall, &reader));
	struct err err = papers_read(hall, arena, reader, case_id, &papers), found = ERR(NOT_FOUND);
	for (size_t i = 0; !failed(err) && i < papers.count; i++)
		if (str_eq(papers.items[i].id, paper_id)) found = paper_pdf(hall, arena, reader, &papers.items[i], out_pdf);
	store_read_end(reader);
	return failed(err) ? err : found;
}

struct err paper_reading(struct hall *hall, struct arena *arena, int64_t case_id, const struct case_paper *paper,
	const struct paper_mark *marks, size_t mark_count, struct str *out_html)
{
	struct store_reader *reader;
	struct store_row row;
	struct str source;
	TRY(read_begin(hall, &reader));
	struct err err = QUERY_ONE(hall, arena, reader, "paper_source", &row, I(case_id), T(paper->id));
	store_read_end(reader);
	TRY(err);
	if (row_bytes(row, 0).len == 0) return ERR(NOT_FOUND);
	TRY(unseal_text(hall, arena, "paper.source", row_i64(row, 1), row_bytes(row, 0), &source));
	return paper_html(arena, source, marks, mark_count, NULL, out_html);
}
