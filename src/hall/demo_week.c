/* The week that a demo hall has behind it: applicants come at their hour, sign when they have time, clerks decide, lawyers sign
 * in the morning. Everything goes through the same calls as in a hall that people use; only the clock is in our hand. */
#include "hall/demo.h"

#include "hall/inside.h"
#include "hall/lawyers.h"

#include <string.h>

enum { MINUTE_MS = 60000, WEEK_BYTES_MAX = 4 << 20, PAPER_MS = 25000, ALL_PAPERS = 1000, GUESTS_MIN = 8 };

struct guest {
	size_t line; /* of applicants.jsonl; of week.json's drafts for those who only began */
	const struct json *answers, *story;
	struct feel_value data;
	struct actor actor;
	struct str name;
	int64_t at_ms, case_id;
	int32_t sign_max; /* so many papers are signed until now */
	bool will_sign, agent_will_answer, agent_will_sign;
};
enum happening_kind { COMES, BEGINS, SIGNS, AGENT_ANSWERS, AGENT_SIGNS, STEP };
struct happening {
	int64_t at_ms;
	size_t order;
	enum happening_kind kind;
	struct guest *guest;
	const struct json *step;
};

struct week {
	struct play_stage *stage;
	struct hall *hall;
	struct arena *arena;
	const struct demo_week_options *options;
	struct report *report;
	const struct json *plan;
	int64_t now_ms;
	struct {
		LIST_OF(struct guest);
	} guests;
	struct {
		LIST_OF(struct happening);
	} happenings;
	size_t order, done, total;
};

/* ---- reading ---------------------------------------------------------------------------------------------------- */

static struct err read_text(
    struct arena *arena, const char *folder, const char *name, struct report *report, struct str *out_text)
{
	const char *path = str_to_c(arena, str_printf(arena, "%s/%s", folder, name));
	struct err err = file_read(arena, path, WEEK_BYTES_MAX, out_text);
	if (failed(err)) report_error(report, str_from_c(path), "the demo's file cannot be read: %s", err_words(err));
	return err;
}

static struct err read_plan(struct arena *arena, const char *folder, struct report *report, const struct json **out_plan)
{
	struct str text;
	TRY(read_text(arena, folder, "week.json", report, &text));
	report->file = STR("week.json");
	return json_parse(arena, text, report, out_plan);
}

static struct err wrong(struct week *week, const struct json *at, const char *words)
{
	report_error(week->report, at ? str_printf(week->arena, "%u:%u", at->line, at->column) : STR(""), "%s", words);
	return ERR(INVALID);
}

static int64_t number_of(const struct json *object, const char *key, int64_t otherwise)
{
	int64_t value = otherwise;
	const struct json *member = json_get(object, str_from_c(key));
	if (json_is(member, JSON_NUMBER)) (void)str_to_i64(member->text, &value);
	return value;
}

static const struct json *story_of(const struct week *week, size_t line)
{
	const struct json *stories = json_get(week->plan, STR("stories"));
	for (const struct json *story = stories ? stories->first : NULL; story; story = story->next)
		if (number_of(story, "applicant", 0) == (int64_t)line) return story;
	return NULL;
}

/* On what they came: stands in the evidence of their signatures. */
static const char *const devices[] = { "微信 8.0，Android 12，HUAWEI nova 9", "微信 8.0，iOS 15，iPhone 11",
	"Chrome，Android 11，Redmi Note 10", "微信 8.0，Android 10，OPPO A72", "Safari，iOS 15，iPhone 13" };
enum { DEVICE_COUNT = sizeof devices / sizeof *devices };

static struct err add_guest(struct week *week, const struct json *answers, const struct json *story, size_t line, struct str at)
{
	struct guest guest = { .line = line, .answers = answers, .story = story, .sign_max = ALL_PAPERS };
	int64_t level = number_of(answers, "identityLevel", 2);
	guest.data = play_answers(week->arena, answers);
	if (json_get(story, STR("data")))
		guest.data = feel_merge(week->arena, guest.data, feel_from_json(week->arena, json_get(story, STR("data"))));
	guest.name = json_string_of(answers, "name");
	if (json_string_of(story, "at").len) at = json_string_of(story, "at");
	if (failed(time_parse_ms(at, &guest.at_ms))) return wrong(week, story, "a time like 2022-08-26T01:30:00+08:00 is needed");
	guest.actor = (struct actor){ .kind = ACTOR_APPLICANT,
		.identity_level = (int32_t)level,
		.device = str_from_c(devices[line % DEVICE_COUNT]),
		.identity_method = level >= 2 ? STR("手机号与短信验证码，身份经随申办核验") : STR("手机号与短信验证码") };
	if (json_get(story, STR("signs"))) guest.sign_max = (int32_t)number_of(story, "signs", ALL_PAPERS);
	LIST_PUSH(week->arena, &week->guests, guest);
	return OK;
}

/* With fewer than all: those whose story is told, then the first of the others. */
static bool is_wanted(const struct week *week, const struct json *story, size_t *without_story)
{
	const struct json *stories = json_get(week->plan, STR("stories"));
	int64_t max = week->options->applicants_max;
	if (max == 0 || story) return true;
	int64_t room = max - (int64_t)(stories ? stories->count : 0);
	return (int64_t)(*without_story)++ < (room > GUESTS_MIN ? room : GUESTS_MIN);
}

static struct err add_applicants(struct week *week)
{
	struct str text, line;
	size_t without_story = 0;
	TRY(read_text(week->arena, week->options->demo, "applicants.jsonl", week->report, &text));
	for (size_t number = 1; str_split(&text, '\n', &line); number++) {
		const struct json *answers, *story = story_of(week, number);
		if (str_trim(line).len == 0 || !is_wanted(week, story, &without_story)) continue;
		week->report->file = STR("applicants.jsonl");
		TRY(json_parse(week->arena, line, week->report, &answers));
		TRY(add_guest(week, answers, story, number, json_string_of(answers, "submittedAt")));
	}
	week->report->file = STR("week.json");
	return OK;
}

/* The last of those who pass every rule have not signed all yet: so many papers each, in turn. */
static void choose_signing(struct week *week)
{
	const struct json *counts = json_at(week->plan, STR("/signing/papers"));
	int64_t wanted = number_of(json_get(week->plan, STR("signing")), "applicants", 0), all = 102, taken = 0;
	if (week->options->applicants_max)
		wanted = wanted * (int64_t)week->guests.count / all > 4 ? wanted * (int64_t)week->guests.count / all : 4;
	if (!counts || !counts->first) return;
	const struct json *count = counts->first;
	for (size_t i = week->guests.count; i > 0 && taken < wanted; i--) {
		struct guest *guest = &week->guests.items[i - 1];
		if (guest->story || !str_eq_c(json_string(json_at(guest->answers, STR("/expect/outcome"))), "accepted")) continue;
		int64_t papers = 0;
		(void)str_to_i64(count->text, &papers);
		guest->sign_max = (int32_t)papers;
		count = count->next ? count->next : counts->first;
		taken++;
	}
}

static struct err add_drafts(struct week *week)
{
	const struct json *drafts = json_get(week->plan, STR("drafts"));
	size_t max = week->options->applicants_max ? 3 : SIZE_MAX, count = 0;
	for (const struct json *draft = drafts ? drafts->first : NULL; draft && count < max; draft = draft->next, count++)
		TRY(add_guest(week, json_get(draft, STR("answers")), draft, count, STR("")));
	return OK;
}

/* ---- what happens when ------------------------------------------------------------------------------------------ */

static void plan_at(struct week *week, int64_t at_ms, enum happening_kind kind, struct guest *guest, const struct json *step)
{
	struct happening happening = { at_ms, week->order++, kind, guest, step };
	if (at_ms <= week->now_ms) LIST_PUSH(week->arena, &week->happenings, happening);
}

static struct err plan_guest(struct week *week, struct guest *guest)
{
	bool draft = json_get(guest->story, STR("answers")) != NULL;
	const struct json *then = json_get(guest->story, STR("then"));
	plan_at(week, guest->at_ms, draft ? BEGINS : COMES, guest, NULL);
	for (const struct json *step = then ? then->first : NULL; step; step = step->next) {
		int64_t at_ms;
		if (failed(time_parse_ms(json_string_of(step, "at"), &at_ms))) return wrong(week, step, "a step needs the time `at`");
		plan_at(week, at_ms, STEP, guest, step);
	}
	return OK;
}

/* What lawyers do beside answering and signing: week.json's `lawyers`, whoever has the case at that hour. */
static struct err plan_lawyers(struct week *week)
{
	const struct json *list = json_get(week->plan, STR("lawyers"));
	for (const struct json *step = list ? list->first : NULL; step; step = step->next) {
		int64_t at_ms;
		if (failed(time_parse_ms(json_string_of(step, "at"), &at_ms))) return wrong(week, step, "a step needs the time `at`");
		for (size_t i = 0; i < week->guests.count; i++) {
			struct guest *guest = &week->guests.items[i];
			bool came = json_get(guest->story, STR("answers")) == NULL;
			if (came && (int64_t)guest->line == number_of(step, "applicant", 0)) plan_at(week, at_ms, STEP, guest, step);
		}
	}
	return OK;
}

static bool take_earliest(struct week *week, struct happening *out)
{
	size_t best = SIZE_MAX;
	for (size_t i = 0; i < week->happenings.count; i++) {
		const struct happening *a = &week->happenings.items[i], *b = best == SIZE_MAX ? NULL : &week->happenings.items[best];
		if (!b || a->at_ms < b->at_ms || (a->at_ms == b->at_ms && a->order < b->order)) best = i;
	}
	if (best == SIZE_MAX) return false;
	*out = week->happenings.items[best];
	week->happenings.items[best] = week->happenings.items[--week->happenings.count];
	return true;
}

/* Different for everybody, the same each time. */
static int64_t minutes_until_signing(const struct guest *guest)
{
	int64_t line = (int64_t)guest->line;
	return line % 5 == 0 ? 400 + line * 37 % 300 : 4 + line * 37 % 53;
}

/* A lawyer works at the desk: within two hours by day, else in the next morning. */
static int64_t agent_works_ms(const struct week *week, const struct guest *guest)
{
	enum { OPENS = 9 * 60, CLOSES = 18 * 60 };
	int64_t now_ms = hall_now_ms(week->hall), day_ms = date_begin_ms(date_of_ms(now_ms, SHANGHAI_OFFSET_S), SHANGHAI_OFFSET_S);
	int64_t minute = (now_ms - day_ms) / MINUTE_MS, offset = 20 + (int64_t)(guest->line * 29 % 100);
	if (minute < OPENS) return day_ms + (OPENS + offset) * MINUTE_MS;
	if (minute < CLOSES) return now_ms + offset * MINUTE_MS;
	return day_ms + DAY_MS + (OPENS + offset) * MINUTE_MS;
}

/* Whatever waits for the worker's or the lawyer's papers now is planned. */
static struct err plan_signing(struct week *week, struct arena *arena, struct guest *guest)
{
	struct case_tasks tasks;
	TRY(case_tasks(week->hall, arena, guest->case_id, &tasks));
	for (size_t i = 0; i < tasks.count; i++) {
		if (tasks.items[i].papers_of.len && !guest->agent_will_answer) {
			guest->agent_will_answer = true;
			/* some take their time */
			plan_at(week, agent_works_ms(week, guest) + (guest->line % 3 ? 0 : DAY_MS), AGENT_ANSWERS, guest, NULL);
		}
		if (str_eq_c(tasks.items[i].papers_of, "applicant") && !guest->will_sign) {
			guest->will_sign = true;
			plan_at(week, hall_now_ms(week->hall) + minutes_until_signing(guest) * MINUTE_MS, SIGNS, guest, NULL);
		} else if (str_eq_c(tasks.items[i].papers_of, "agent") && guest->sign_max == ALL_PAPERS && !guest->agent_will_sign) {
			guest->agent_will_sign = true; /* of the others the lawyer's desk is still full */
			plan_at(week, agent_works_ms(week, guest), AGENT_SIGNS, guest, NULL);
		}
	}
	return OK;
}

/* ---- what they do -------------------------------------------------------------------------------------------------- */

struct moving_in {
	int64_t case_id, organisation_id;
};

static struct err move_body(struct work *work, void *data)
{
	const struct moving_in *moving = data;
	WORK_GUARD(work, "demo_case_at", I(moving->case_id), I(moving->organisation_id));
	return OK;
}

/* At the counter of a town's union instead of the district's: that union sees it, and those above. */
static struct err take_to_counter(struct week *week, struct arena *arena, const struct guest *guest)
{
	struct organisation organisation;
	struct str code = json_string_of(guest->story, "counter");
	if (code.len == 0) return OK;
	if (failed(organisation_by_code(week->hall, arena, code, &organisation)))
		return wrong(week, guest->story, "this counter is not known");
	struct moving_in moving = { guest->case_id, organisation.organisation_id };
	return work_run(week->hall, arena, NULL, STR("hall"), false, move_body, &moving);
}

static struct str text_of(struct feel_value data, const char *key)
{
	struct feel_value value = feel_get(data, str_from_c(key));
	return value.kind == FEEL_STRING ? value.string : STR("");
}

/* Those whom the city's app confirmed are known at their next sign-in too. */
static struct err introduce(struct week *week, struct arena *arena, struct guest *guest)
{
	struct person person = { .name = text_of(guest->data, "name"),
		.phone = text_of(guest->data, "phone"),
		.id_number = text_of(guest->data, "idNumber") };
	TRY(person_by_phone(week->hall, arena, &person, &guest->actor.person_id));
	if (guest->actor.identity_level < 2 || person.id_number.len == 0) return OK;
	struct actor hall = { .kind = ACTOR_HALL };
	struct confirmation confirmation = { .name = person.name,
		.id_number = person.id_number,
		.level = 2,
		.method = STR("随申办"),
		.subject = str_join(arena, STR("demo:"), person.phone) };
	struct report unread = report_make(arena);
	struct err err = person_confirm(week->hall, arena, &hall, guest->actor.person_id, &confirmation, &unread);
	return err_is(err, ERR_INVALID) ? OK : err; /* a passport: confirmed at a counter, not by the app */
}

static struct err attach(
    struct week *week, struct arena *arena, struct guest *guest, const struct json *files, struct feel_value *data)
{
	for (const struct json *file = files ? files->first : NULL; file; file = file->next) {
		int64_t file_id;
		if (json_string(file).len == 0) continue;
		struct case_upload upload = { .field = str_join(arena, STR("files."), file->key), .name = STR("样张.pdf") };
		TRY(play_sample_page(week->hall, arena, file->key, week->report, &upload.content));
		TRY(case_attach(week->hall, arena, &guest->actor, guest->case_id, &upload, NULL, &file_id));
		*data = feel_put_at(arena, *data, upload.field, feel_string(id_text(arena, file_id)));
	}
	return OK;
}

static struct err come(struct week *week, struct arena *arena, struct guest *guest)
{
	struct feel_value data = guest->data;
	TRY(introduce(week, arena, guest));
	TRY(case_open(week->hall, arena, &guest->actor, STR("legal-aid"), hall_region(week->hall), &guest->case_id));
	TRY(take_to_counter(week, arena, guest));
	TRY(attach(week, arena, guest, json_get(guest->answers, STR("files")), &data));
	return case_submit(week->hall, arena, &guest->actor, guest->case_id, data, week->report);
}

static struct err begin(struct week *week, struct arena *arena, struct guest *guest)
{
	TRY(introduce(week, arena, guest));
	TRY(case_open(week->hall, arena, &guest->actor, STR("legal-aid"), hall_region(week->hall), &guest->case_id));
	return case_save_draft(
	    week->hall, arena, &guest->actor, guest->case_id, json_string_of(guest->story, "page"), guest->data, NULL);
}

static struct err sign(struct week *week, struct arena *arena, struct guest *guest, const struct actor *actor, enum party party,
    struct str name, int32_t count_max)
{
	struct case_papers papers;
	int32_t count = 0;
	TRY(papers_of_case(week->hall, arena, guest->case_id, &papers));
	for (size_t i = 0; i < papers.count && count < count_max; i++) {
		const struct case_paper *paper = &papers.items[i];
		uint32_t number;
		size_t next = 0;
		while (next < paper->act_count && paper->acts[next].done) next++;
		if (next == paper->act_count || paper->acts[next].party != party) continue;
		rand_fill(week->hall->rand, &number, sizeof number);
		struct signing signing = {
			.typed_name = name, .code = str_printf(arena, "%06u", number % 1000000), .code_is_assumed = true
		};
		struct report unread = report_make(arena);
		struct err err = paper_act(week->hall, arena, actor, guest->case_id, paper->id, &signing, &unread);
		if (err_is(err, ERR_FORBIDDEN)) return OK; /* not surely enough known: it waits until he is */
		TRY(err);
		TRY(play_stage_move(week->stage, hall_now_ms(week->hall) + PAPER_MS, week->report));
		count++;
	}
	return OK;
}

/* Who has the case now. NOT_FOUND: nobody. */
static struct err agent_of(struct week *week, struct arena *arena, const struct guest *guest, struct actor *out_agent)
{
	struct case_summary summary;
	TRY(case_by_id(week->hall, arena, guest->case_id, &summary));
	*out_agent = (struct actor){ .kind = ACTOR_AGENT,
		.person_id = summary.lawyer_id,
		.identity_level = 2,
		.identity_method = STR("律所名册登记，手机验证码"),
		.device = STR("Chrome，Windows 10") };
	return summary.lawyer_id ? OK : ERR(NOT_FOUND);
}

static struct err agent_sign(struct week *week, struct arena *arena, struct guest *guest)
{
	struct actor agent;
	struct lawyer lawyer;
	TRY(agent_of(week, arena, guest, &agent));
	TRY(lawyer_by_id(week->hall, arena, agent.person_id, &lawyer));
	return sign(week, arena, guest, &agent, PARTY_AGENT, lawyer.name, ALL_PAPERS);
}

static struct err agent_answer(struct week *week, struct arena *arena, struct guest *guest)
{
	struct actor agent;
	struct err err = agent_of(week, arena, guest, &agent);
	if (err_is(err, ERR_NOT_FOUND)) return OK;      /* handed back, nobody has it yet */
	TRY(err);
	return lawyer_accept(week->hall, arena, &agent, guest->case_id, week->report);
}

/* ---- steps of a story ------------------------------------------------------------------------------------------------ */

static struct err staff_of(struct week *week, struct arena *arena, const struct json *step, struct actor *out_actor)
{
	struct person person = { .phone = json_string_of(step, "as") };
	struct roles_at roles;
	*out_actor = (struct actor){ .kind = ACTOR_STAFF,
		.identity_level = 2,
		.identity_method = STR("工作账号：密码与动态码"),
		.device = STR("Edge，Windows 10") };
	if (failed(person_by_phone(week->hall, arena, &person, &out_actor->person_id)))
		return wrong(week, step, "`as` is applicant or a phone of the staff");
	TRY(roles_of(week->hall, arena, out_actor->person_id, &roles));
	if (roles.count == 0) return wrong(week, step, "this person holds no role");
	out_actor->role = roles.items[0].role;
	return OK;
}

static struct err read_result(struct week *week, const struct json *with, struct case_result *out)
{
	struct str on = json_string_of(with, "on"), hearing = json_string_of(with, "hearing");
	const struct json *final = json_get(with, STR("final"));
	*out = (struct case_result){ .stage = json_string_of(with, "stage"), .result = json_string_of(with, "result"),
		.note = json_string_of(with, "note"), .place = json_string_of(with, "place"), .amount_fen = number_of(with, "amountFen", -1),
		.minutes = number_of(with, "minutes", 0), .final = json_is(final, JSON_TRUE) };
	if (!date_parse(on, &out->happened_on)) return wrong(week, with, "a result needs the day `on`");
	if (hearing.len && failed(time_parse_ms(hearing, &out->hearing_ms))) return wrong(week, with, "`hearing` is a time");
	return OK;
}

static struct err lawyer_step(struct week *week, struct arena *arena, struct guest *guest, const struct json *step)
{
	const struct json *with = json_get(step, STR("with"));
	struct actor agent;
	struct case_result result;
	TRY(agent_of(week, arena, guest, &agent));
	if (str_eq_c(json_string_of(step, "do"), "decline")) {
		guest->will_sign = guest->agent_will_answer = guest->agent_will_sign = false;
		return lawyer_decline(week->hall, arena, &agent, guest->case_id, json_string_of(with, "reason"), json_string_of(with, "words"),
		    week->report);
	}
	if (!str_eq_c(json_string_of(step, "do"), "result")) return wrong(week, step, "a lawyer does `decline` or `result`");
	TRY(read_result(week, with, &result));
	return case_result_add(week->hall, arena, &agent, guest->case_id, &result, week->report);
}

static struct err applicant_step(struct week *week, struct arena *arena, struct guest *guest, const struct json *step)
{
	const struct json *with = json_get(step, STR("with")), *right = json_get(step, STR("correct"));
	struct str wish = json_string_of(step, "askPerson");
	if (wish.len) return case_ask_person(week->hall, arena, &guest->actor, guest->case_id, wish, week->report);
	if (right)
		return case_ask_correction(week->hall, arena, &guest->actor, guest->case_id, json_string_of(right, "path"),
		    json_string_of(right, "right"), json_string_of(right, "reason"), week->report);
	struct feel_value data = with ? feel_from_json(arena, with) : feel_context_of(arena, NULL, 0);
	TRY(attach(week, arena, guest, json_get(step, STR("files")), &data));
	return case_do_task(week->hall, arena, &guest->actor, guest->case_id, json_string_of(step, "do"), data, week->report);
}

static struct err staff_step(struct week *week, struct arena *arena, struct guest *guest, const struct json *step)
{
	struct actor actor;
	struct desk_task task;
	int64_t thread_id;
	struct str note = json_string_of(step, "note"), take = json_string_of(step, "take");
	const struct json *with = json_get(step, STR("with"));
	TRY(staff_of(week, arena, step, &actor));
	TRY(desk_look(week->hall, arena, &actor, guest->case_id));
	if (note.len) return note_write(week->hall, arena, &actor, guest->case_id, 0, 0, note, week->report, &thread_id);
	if (take.len) return desk_take(week->hall, arena, &actor, guest->case_id, take, false, &task);
	struct feel_value data = with ? feel_from_json(arena, with) : FEEL_NULL_VALUE;
	return desk_decide(week->hall, arena, &actor, guest->case_id, json_string_of(step, "do"), data, week->report, &task);
}

static struct err act(struct week *week, struct arena *arena, const struct happening *happening)
{
	struct guest *guest = happening->guest;
	switch (happening->kind) {
	case COMES:
		return come(week, arena, guest);
	case BEGINS:
		return begin(week, arena, guest);
	case SIGNS:
		return sign(week, arena, guest, &guest->actor, PARTY_APPLICANT, guest->name, guest->sign_max);
	case AGENT_SIGNS:
		return agent_sign(week, arena, guest);
	case AGENT_ANSWERS:
		return agent_answer(week, arena, guest);
	case STEP:
		break;
	}
	struct str as = json_string_of(happening->step, "as");
	if (str_eq_c(as, "applicant")) return applicant_step(week, arena, guest, happening->step);
	return str_eq_c(as, "lawyer") ? lawyer_step(week, arena, guest, happening->step) : staff_step(week, arena, guest, happening->step);
}

static struct err happen(struct week *week, const struct happening *happening)
{
	static const struct notice_gateway gateway = { .demo = true };
	struct arena arena = { 0 };
	size_t sent;
	struct err err = play_stage_move(week->stage, happening->at_ms, week->report);
	if (!failed(err)) err = act(week, &arena, happening);
	if (!failed(err) && happening->kind != BEGINS)
		err = scheduler_settle(week->hall, &arena, happening->guest->case_id, week->report);
	if (!failed(err) && happening->kind != BEGINS) err = plan_signing(week, &arena, happening->guest);
	if (!failed(err)) err = notices_send(week->hall, &gateway, SIZE_MAX / 2, &sent);
	if (failed(err))
		report_error(week->report,
		    happening->step ? str_printf(week->arena, "%u:%u", happening->step->line, happening->step->column) : STR(""),
		    "applicant %zu (%.*s): %s", happening->guest->line, STR_ARG(happening->guest->name), err_words(err));
	arena_done(&arena);
	return err;
}

/* ---- the whole ---------------------------------------------------------------------------------------------------------- */

static struct err furnish(struct week *week)
{
	const struct service *service;
	struct str roster;
	const struct json *more = json_get(week->plan, STR("roster"));
	TRY(read_text(week->arena, week->options->demo, "organisations.json", week->report, &roster));
	TRY(roster_import(week->hall, week->arena, roster, week->report));
	if (more) {
		TRY(json_print(week->arena, more, JSON_COMPACT, WEEK_BYTES_MAX, &roster));
		TRY(roster_import(week->hall, week->arena, roster, week->report));
	}
	const char *folder = str_to_c(week->arena, str_printf(week->arena, "%s/legal-aid", week->options->services));
	TRY(service_load(week->arena, folder, week->options->law, week->report, &service));
	return service_deploy(week->hall, service);
}

static struct err gather(struct week *week)
{
	TRY(read_plan(week->arena, week->options->demo, week->report, &week->plan));
	if (failed(time_parse_ms(json_string_of(week->plan, "now"), &week->now_ms)))
		return wrong(week, week->plan, "`now` says when the week is over");
	TRY(add_applicants(week));
	choose_signing(week);
	TRY(add_drafts(week));
	for (size_t i = 0; i < week->guests.count; i++) TRY(plan_guest(week, &week->guests.items[i]));
	TRY(plan_lawyers(week));
	week->total = week->guests.count;
	return OK;
}

struct err demo_week_begin(struct arena *arena, const char *demo, struct report *report, int64_t *out_at_ms)
{
	const struct json *plan;
	TRY(read_plan(arena, demo, report, &plan));
	report->file = STR("");
	return time_parse_ms(json_string_of(plan, "begins"), out_at_ms);
}

struct err demo_week_make(struct play_stage *stage, struct arena *arena, const struct demo_week_options *options,
    struct report *report, int64_t *out_now_ms)
{
	struct week week = { .stage = stage, .hall = play_stage_hall(stage), .arena = arena, .options = options, .report = report };
	struct happening happening;
	TRY(gather(&week));
	TRY(furnish(&week));
	while (take_earliest(&week, &happening)) {
		TRY(happen(&week, &happening));
		week.done += happening.kind == COMES || happening.kind == BEGINS;
		if (options->progress) options->progress(options->data, week.done, week.total);
	}
	TRY(play_stage_move(stage, week.now_ms, report));
	report->file = STR("");
	*out_now_ms = week.now_ms;
	return OK;
}
