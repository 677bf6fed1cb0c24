/* The story of a case: what happened, what is being waited for, what comes next, what the applicant can do. */
#include "hall/inside.h"
#include "hall/journey.h"
#include "hall/way.h"

enum { DONE_COUNT_MAX = 200, NEXT_COUNT_MAX = 6 };

struct telling {
	struct hall *hall;
	struct arena *arena;
	struct store_reader *reader;
	struct case_file file;
	struct case_papers papers;
	struct story story;
};

/* ---- done -------------------------------------------------------------------------------------------------------- */

/* what the log says, what people are told; subject_is: e = element, p = paper, l = lawyer, o = outcome, - = as it is;
 * by_hall: it happened in somebody's command, but nobody did it */
static const struct { const char *event, *what; char subject_is; bool by_hall; } told[] = {
	{ "case.submitted", "submitted", '-', false },
	{ "case.outcome", "outcome", 'o', true },
	{ "decision.made", "decided", '-', true },
	{ "lawyer.assigned", "lawyer", 'l', true },
	{ "lawyer.declined", "lawyerDeclined", '-', true },
	{ "paper.rendered", "papers", 'p', true },
	{ "paper.signed", "signed", 'p', false },
	{ "task.done", "taskDone", 'e', false },
	{ "file.attached", "file", '-', false },
	{ "notice.accepted", "notice", '-', true },
	{ "clock.late", "late", '-', true },
	{ "case.closed", "closed", '-', true },
	{ "case.withdrawAsked", "withdrawAsked", '-', false },
	{ "case.personAsked", "personAsked", '-', false },
	{ "correction.asked", "correctionAsked", '-', false },
	{ "correction.made", "correctionMade", '-', false },
	{ "correction.refused", "correctionRefused", '-', false },
	{ "phone.changed", "phone", '-', false },
};

static struct str role_of(struct str who)
{
	ptrdiff_t colon = str_find_byte(who, ':', 0);
	return colon < 0 ? who : str_sub(who, 0, (size_t)colon);
}

static struct str element_name(const struct telling *telling, struct str id)
{
	const struct bpmn_element *element = bpmn_element_by_id(telling->file.service->bpmn, id);
	return element ? element->name : STR("");
}

/* In the service's own words: the element that reaches it. */
static struct str outcome_name(const struct telling *telling, struct str outcome)
{
	const struct bpmn_model *bpmn = telling->file.service->bpmn;
	for (size_t i = 0; i < bpmn_element_count(bpmn); i++)
		if (str_eq(bpmn_property(bpmn_element_at(bpmn, i), "outcome"), outcome)) return bpmn_element_at(bpmn, i)->name;
	return outcome;
}

static struct err name_line(struct telling *telling, char subject_is, struct story_line *line)
{
	struct lawyer lawyer;
	int64_t lawyer_id;
	const struct service_paper *paper = subject_is == 'p' ? service_paper(telling->file.service, line->subject) : NULL;
	if (subject_is == 'e') line->name = element_name(telling, line->subject);
	if (paper) line->name = paper->title;
	if (subject_is == 'o') {
		line->what = str_printf(telling->arena, "outcome.%.*s", STR_ARG(line->subject));
		line->name = outcome_name(telling, line->subject);
	}
	if (subject_is != 'l' || !id_parse(line->subject, &lawyer_id)) return OK;
	struct err err = lawyer_read(telling->hall, telling->arena, telling->reader, lawyer_id, &lawyer);
	if (!failed(err)) line->name = str_printf(telling->arena, "%.*s（%.*s）", STR_ARG(lawyer.name), STR_ARG(lawyer.firm));
	return err_is(err, ERR_NOT_FOUND) ? OK : err;
}

/* Six papers are written in one moment, two notices sent: one line. A task that papers finished is told by its papers. */
static bool is_repeated(const struct telling *telling, const struct story_line *line)
{
	const struct story *story = &telling->story;
	struct str before = story->done.count ? story->done.items[story->done.count - 1].what : STR("");
	bool told_once = str_eq_c(before, "papers") || str_eq_c(before, "notice") || str_eq_c(before, "decided");
	if (told_once && str_eq(line->what, before)) return true;
	if (!str_eq_c(line->what, "taskDone")) return false;
	const struct bpmn_element *element = bpmn_element_by_id(telling->file.service->bpmn, line->subject);
	return element && bpmn_property(element, "papersOf").len > 0;
}

static struct err tell_done(struct telling *telling)
{
	struct store_rows rows;
	TRY(QUERY(telling->hall, telling->arena, telling->reader, "event_told", &rows, I(telling->file.row.case_id)));
	for (size_t i = 0; i < rows.count && telling->story.done.count < DONE_COUNT_MAX; i++) {
		struct str event = row_bytes(rows.items[i], 3);
		for (size_t k = 0; k < sizeof told / sizeof *told; k++) {
			if (!str_eq_c(event, told[k].event)) continue;
			struct story_line line = { .what = str_from_c(told[k].what), .subject = row_bytes(rows.items[i], 4),
				.who = told[k].by_hall ? STR("hall") : role_of(row_bytes(rows.items[i], 2)), .at_ms = row_i64(rows.items[i], 1) };
			TRY(name_line(telling, told[k].subject_is, &line));
			if (!is_repeated(telling, &line)) LIST_PUSH(telling->arena, &telling->story.done, line);
		}
	}
	return OK;
}

static struct err usual_of(struct telling *telling, struct str element, int64_t *out_ms)
{
	struct usual usual;
	TRY(usual_read(telling->hall, telling->arena, telling->reader, telling->file.row.service_id, element, &usual));
	*out_ms = usual.usual_ms;
	return OK;
}

/* ---- now ------------------------------------------------------------------------------------------------------------ */

static struct str who_of(const struct telling *telling, struct str candidate_role, struct str assignee)
{
	if (candidate_role.len) return candidate_role;
	return str_eq(assignee, id_text(telling->arena, telling->file.row.applicant_id)) ? STR("applicant") : STR("agent");
}

static struct err tell_now(struct telling *telling)
{
	struct store_rows rows;
	struct story *story = &telling->story;
	TRY(QUERY(telling->hall, telling->arena, telling->reader, "task_open_of_case", &rows, I(telling->file.row.case_id)));
	for (int round = 0; round < 2; round++)       /* the applicant's own first */
		for (size_t i = 0; i < rows.count; i++) {
			struct store_row row = rows.items[i];
			const struct bpmn_element *element = bpmn_element_by_id(telling->file.service->bpmn, row_bytes(row, 3));
			struct story_now now = { .element = row_bytes(row, 3), .name = row_bytes(row, 4), .form = row_bytes(row, 5),
				.who = who_of(telling, row_bytes(row, 6), row_bytes(row, 7)), .papers_of = row_bytes(row, 8),
				.since_ms = row_i64(row, 9), .due_ms = row_i64(row, 10) };
			if (str_eq_c(now.who, "applicant") != (round == 0)) continue;
			if (element) now.words = element->documentation;
			TRY(usual_of(telling, now.element, &now.usual_ms));
			LIST_PUSH(telling->arena, &story->now, now);
		}
	if (story->now.count == 0 && str_eq_c(telling->file.row.state, "open"))
		LIST_PUSH(telling->arena, &story->now, ((struct story_now){ .who = STR("hall"), .since_ms = hall_now_ms(telling->hall) }));
	return OK;
}

/* ---- next: what comes on the way to a good end, as far as the model tells ------------------------------------------------ */

static bool is_good_end(const struct telling *telling, const struct bpmn_element *element)
{
	const struct service_outcome *outcome = service_outcome(telling->file.service, bpmn_property(element, "outcome"));
	return (outcome && outcome->kind == OUTCOME_POSITIVE) || (element->kind == BPMN_END_EVENT && str_eq_c(element->id, "signed"));
}

/* The shortest way, breadth first: from[i] is the element before i. NULL: there is none. */
static const struct bpmn_element *way_to_good(struct telling *telling, const struct bpmn_element *begin, const struct bpmn_element **from)
{
	size_t count = bpmn_element_count(telling->file.service->bpmn), first = 0, last = 0;
	const struct bpmn_element **queue = ARENA_ARRAY(telling->arena, const struct bpmn_element *, count + 1);
	queue[last++] = begin;
	from[begin->index] = begin;
	while (first < last) {
		const struct bpmn_element *element = queue[first++];
		if (element != begin && is_good_end(telling, element)) return element;
		for (size_t i = 0; i < element->outgoing.count; i++) {
			const struct bpmn_element *to = element->outgoing.items[i]->to;
			if (from[to->index]) continue;
			from[to->index] = element;
			queue[last++] = to;
		}
	}
	return NULL;
}

static struct err add_next(struct telling *telling, const struct bpmn_element *element)
{
	struct story *story = &telling->story;
	struct story_next next = { .element = element->id, .name = element->name };
	if (element->kind != BPMN_USER_TASK && !is_good_end(telling, element)) return OK;
	if (story->next.count >= NEXT_COUNT_MAX) return OK;
	TRY(usual_of(telling, element->id, &next.usual_ms));
	LIST_PUSH(telling->arena, &story->next, next);
	return OK;
}

/* From one good end to the next: accepted, then signed. */
static struct err tell_next(struct telling *telling)
{
	enum { ENDS_MAX = 4 };
	const struct bpmn_model *bpmn = telling->file.service->bpmn;
	if (telling->story.now.count == 0 || telling->story.now.items[0].element.len == 0) return OK;
	const struct bpmn_element *at = bpmn_element_by_id(bpmn, telling->story.now.items[0].element);
	for (int ends = 0; at && ends < ENDS_MAX; ends++) {
		const struct bpmn_element **from = ARENA_ARRAY(telling->arena, const struct bpmn_element *, bpmn_element_count(bpmn));
		const struct bpmn_element **way = ARENA_ARRAY(telling->arena, const struct bpmn_element *, bpmn_element_count(bpmn) + 1);
		const struct bpmn_element *end = way_to_good(telling, at, from);
		size_t length = 0;
		for (const struct bpmn_element *step = end; step && step != at; step = from[step->index]) way[length++] = step;
		while (length > 0) TRY(add_next(telling, way[--length]));
		at = end;
	}
	return OK;
}

/* ---- you can ------------------------------------------------------------------------------------------------------------- */

static void tell_can(struct telling *telling)
{
	struct story *story = &telling->story;
	bool open = str_eq_c(telling->file.row.state, "open");
	story->can.add_paper = open;
	for (size_t i = 0; i < story->now.count; i++) {
		if (!str_eq_c(story->now.items[i].who, "applicant")) continue;
		if (story->now.items[i].papers_of.len) story->can.sign = true;
		else story->can.fill = story->now.items[i].form.len > 0;
	}
	if (!open || !telling->file.instance) return;
	struct bpmn_wait_list waits = bpmn_waits(telling->arena, telling->file.instance);
	for (size_t i = 0; i < waits.count; i++) {
		if (waits.items[i].kind != BPMN_WAIT_MESSAGE) continue;
		story->can.withdraw |= str_eq_c(waits.items[i].name, "withdrawn");
		story->can.ask_person |= str_eq_c(waits.items[i].name, "humanWanted");
		story->can.correct |= str_eq_c(waits.items[i].name, "correctionWanted");
	}
	for (size_t i = 0; i < story->now.count; i++) {
		if (str_eq_c(story->now.items[i].element, "correct")) story->can.correct = false;
		if (str_eq_c(story->now.items[i].element, "lookAgain")) story->can.ask_person = false;
	}
}

static void count_papers(struct telling *telling)
{
	struct story *story = &telling->story;
	story->paper_count = (int32_t)telling->papers.count;
	for (size_t i = 0; i < telling->papers.count; i++)
		for (size_t k = 0; k < telling->papers.items[i].act_count; k++) {
			const struct case_paper_act *act = &telling->papers.items[i].acts[k];
			story->paper_done_count += act->party == PARTY_APPLICANT && act->done;
		}
}

static struct err tell(struct telling *telling, int64_t case_id)
{
	struct report report = report_make(telling->arena);
	struct work work = { .hall = telling->hall, .arena = telling->arena, .report = &report, .reader = telling->reader,
		.now_ms = hall_now_ms(telling->hall) };
	TRY(case_load(&work, case_id, &telling->file));
	telling->story.summary = telling->file.row;
	telling->story.title = telling->file.service->title;
	TRY(papers_read(telling->hall, telling->arena, telling->reader, case_id, &telling->papers));
	TRY(tell_done(telling));
	TRY(tell_now(telling));
	TRY(tell_next(telling));
	tell_can(telling);
	count_papers(telling);
	return OK;
}

struct err case_story(struct hall *hall, struct arena *arena, int64_t case_id, struct story *out_story)
{
	struct telling telling = { .hall = hall, .arena = arena };
	if (!hall->keyring) return ERR(LOCKED);
	TRY(read_begin(hall, &telling.reader));
	struct err err = tell(&telling, case_id);
	store_read_end(telling.reader);
	if (!failed(err)) err = case_clocks(hall, arena, case_id, &telling.story.clocks);
	if (!failed(err)) *out_story = telling.story;
	return err;
}

/* ---- without signing in --------------------------------------------------------------------------------------------------- */

static struct err say_follow(struct report *report, int64_t wait_s)
{
	report_error(report, STR("number"), "查的次数太多了，请过%lld分钟再试，或登录后查看", (long long)(wait_s + 59) / 60);
	return ERR(REFUSED);
}

static struct err find_followed(struct hall *hall, struct arena *arena, struct str number, struct str tail, struct case_summary *out)
{
	struct person person;
	TRY(case_by_number(hall, arena, number, out));
	TRY(person_by_id(hall, arena, out->applicant_id, &person));
	bool fits = person.phone.len == 11 && str_eq(str_sub(person.phone, 7, 11), tail);
	return fits ? OK : ERR(NOT_FOUND);
}

struct err case_follow(struct hall *hall, struct arena *arena, struct str number, struct str tail, struct str client,
	struct report *report, struct followed *out_followed)
{
	struct case_summary summary;
	struct story story;
	int64_t wait_s = 0;
	struct err err = attempt_take(hall, arena, "follow.network", network_of(arena, client), FOLLOW_TRIES_A_NETWORK, 3600000, &wait_s);
	if (!failed(err)) err = attempt_take(hall, arena, "follow.number", number, FOLLOW_TRIES_A_NUMBER, 3600000, &wait_s);
	if (err_is(err, ERR_REFUSED)) return say_follow(report, wait_s);
	TRY(err);
	err = find_followed(hall, arena, number, tail, &summary);
	if (err_is(err, ERR_NOT_FOUND)) {
		report_error(report, STR("number"), "办件号和手机号后四位对不上，请看一下短信里的办件号");
		return ERR(FORBIDDEN);
	}
	TRY(err);
	TRY(case_story(hall, arena, summary.case_id, &story));
	struct followed followed = { .title = story.title, .service_version = summary.service_version, .number = summary.number,
		.state = summary.state, .outcome = summary.outcome, .submitted_ms = summary.submitted_ms, .closed_ms = summary.closed_ms };
	for (size_t i = 0; i < story.now.count; i++) LIST_PUSH(arena, &followed.now, story.now.items[i]);
	for (size_t i = 0; i < story.clocks.count; i++)
		if (!story.clocks.items[i].ended_ms && (!followed.due_ms || story.clocks.items[i].due_ms < followed.due_ms))
			followed.due_ms = story.clocks.items[i].due_ms;
	*out_followed = followed;
	return attempt_clear(hall, arena, "follow.number", number);
}
