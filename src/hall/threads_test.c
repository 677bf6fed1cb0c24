/* One hall and many threads: applicants who submit and sign, people who look and search, schedulers who race for the
 * same work. What comes out must be what one thread would have made, and the log must hold. Built with TSan too. */
#include "hall/hall.h"

#include "codec/codec.h"
#include "paper/paper.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

enum { SUBMITTERS = 6, CASES_EACH = 3, CASES = SUBMITTERS * CASES_EACH, READERS = 3, SCHEDULERS = 2, APPLICANTS_MAX = 24 };

struct town {
	char folder[64], fonts[600];
	struct arena arena;
	struct hall *hall;
	struct str page;                     /* a PDF that may be attached */
	const struct json *applicants[APPLICANTS_MAX];
	size_t applicant_count;
	int64_t shared_case;                 /* that everybody tries to submit */
	struct actor shared_actor;
	_Atomic int64_t case_ids[CASES];
	_Atomic size_t shared_done, shared_refused, faults, signed_count;
	_Atomic bool over;
};

struct citizen { struct town *town; int number; };

static void fault(struct town *town, const char *what, struct err err)
{
	fprintf(stderr, "%s: %s\n", what, err_name(err));
	atomic_fetch_add(&town->faults, 1);
}

/* The answers without what a story says about itself, and with a phone of the thread's own. */
static struct feel_value answers_of(struct arena *arena, const struct json *applicant, struct str phone)
{
	static const char *const left_out[] = { "id", "inGroup", "expect", "submittedAt", "identityLevel", "files" };
	struct feel_value data = feel_context_of(arena, NULL, 0);
	for (const struct json *member = applicant->first; member; member = member->next) {
		bool out = false;
		for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++) out |= str_eq_c(member->key, left_out[i]);
		if (!out) data = feel_put(arena, data, member->key, feel_from_json(arena, member));
	}
	return feel_put(arena, data, STR("phone"), feel_string(phone));
}

static const struct json *applicant_at(const struct town *town, int64_t serial)
{
	return town->applicants[(size_t)serial % town->applicant_count];
}

static struct str phone_at(struct arena *arena, int64_t serial) { return str_printf(arena, "139%08lld", (long long)serial); }

static struct err draft(struct town *town, struct arena *arena, int64_t serial, struct actor *out_actor, int64_t *out_case_id)
{
	struct person person = { .name = json_string_of(applicant_at(town, serial), "name"), .phone = phone_at(arena, serial) };
	*out_actor = (struct actor){ .kind = ACTOR_APPLICANT, .identity_level = 2, .identity_method = STR("test") };
	TRY(person_by_phone(town->hall, arena, &person, &out_actor->person_id));
	return case_open(town->hall, arena, out_actor, STR("legal-aid"), STR("310113"), out_case_id);
}

static struct err submit_one(struct town *town, struct arena *arena, int64_t serial, struct actor *out_actor, int64_t *out_case_id)
{
	struct case_upload upload = { .field = STR("files.arbitrationApplication"), .name = STR("page.pdf"), .content = town->page };
	int64_t file_id;
	TRY(draft(town, arena, serial, out_actor, out_case_id));
	TRY(case_attach(town->hall, arena, out_actor, *out_case_id, &upload, NULL, &file_id));
	struct feel_value data = answers_of(arena, applicant_at(town, serial), phone_at(arena, serial));
	data = feel_put_at(arena, data, upload.field, feel_string(id_print(arena, file_id)));
	return case_submit(town->hall, arena, out_actor, *out_case_id, data, NULL);
}

/* What a person does on his phone: every paper that waits for him. */
static struct err sign_all(struct town *town, struct arena *arena, const struct actor *actor, int64_t case_id, struct str name)
{
	struct case_papers papers;
	TRY(papers_of_case(town->hall, arena, case_id, &papers));
	for (size_t i = 0; i < papers.count; i++) {
		struct signing signing = { .typed_name = name, .code = STR("271828"), .code_is_assumed = true };
		size_t next = 0;
		while (next < papers.items[i].act_count && papers.items[i].acts[next].done) next++;
		if (next == papers.items[i].act_count || papers.items[i].acts[next].party != PARTY_APPLICANT) continue;
		struct err err = ERR(BUSY);   /* somebody else was at the case three times: a person presses again */
		for (int press = 0; press < 10 && err_is(err, ERR_BUSY); press++)
			err = paper_act(town->hall, arena, actor, case_id, papers.items[i].id, &signing, NULL);
		TRY(err);
		atomic_fetch_add(&town->signed_count, 1);
	}
	return OK;
}

/* Everybody wants to submit the same draft: one does, the others are told so. */
static void submit_shared(struct town *town, struct arena *arena)
{
	struct feel_value data = answers_of(arena, applicant_at(town, 0), phone_at(arena, 99));
	struct err err = case_submit(town->hall, arena, &town->shared_actor, town->shared_case, data, NULL);
	if (!failed(err)) atomic_fetch_add(&town->shared_done, 1);
	else if (err_is(err, ERR_REFUSED) || err_is(err, ERR_BUSY)) atomic_fetch_add(&town->shared_refused, 1);
	else fault(town, "submitting what others submit", err);
}

static void *submitter(void *data)
{
	struct citizen *citizen = data;
	struct town *town = citizen->town;
	struct arena arena = { 0 };
	submit_shared(town, &arena);
	for (int i = 0; i < CASES_EACH; i++) {
		int64_t serial = citizen->number * CASES_EACH + i, case_id = 0;
		struct actor actor;
		struct report report = report_make(&arena);
		struct err err = submit_one(town, &arena, serial, &actor, &case_id);
		if (failed(err)) fault(town, "submitting", err);
		if (!failed(err)) err = scheduler_settle(town->hall, &arena, case_id, &report);
		if (failed(err)) fault(town, "settling", err);
		if (!failed(err)) err = sign_all(town, &arena, &actor, case_id, json_string_of(applicant_at(town, serial), "name"));
		if (failed(err)) fault(town, "signing", err);
		atomic_store(&town->case_ids[serial], case_id);
		arena_reset(&arena);
	}
	arena_done(&arena);
	return NULL;
}

static void look_at(struct town *town, struct arena *arena, int64_t case_id)
{
	struct case_summary summary;
	struct case_tasks tasks;
	struct case_papers papers;
	struct notices notices;
	struct audit_events events;
	struct feel_value data, variables;
	struct err err = case_by_id(town->hall, arena, case_id, &summary);
	if (!failed(err)) err = case_tasks(town->hall, arena, case_id, &tasks);
	if (!failed(err)) err = papers_of_case(town->hall, arena, case_id, &papers);
	if (!failed(err)) err = notices_of_case(town->hall, arena, case_id, &notices);
	if (!failed(err)) err = audit_of_case(town->hall, arena, case_id, &events);
	if (!failed(err)) err = case_data(town->hall, arena, case_id, &data, &variables);
	if (failed(err)) fault(town, "looking", err);
}

static void *reader(void *data)
{
	struct citizen *citizen = data;
	struct town *town = citizen->town;
	while (!atomic_load(&town->over)) {
		struct arena arena = { 0 };
		struct search_hits hits;
		int64_t count;
		for (size_t i = 0; i < CASES; i++)
			if (atomic_load(&town->case_ids[i])) look_at(town, &arena, atomic_load(&town->case_ids[i]));
		struct err err = search_cases(town->hall, &arena, 0, STR("工资"), 50, &hits);
		if (!failed(err)) err = case_count(town->hall, &arena, &count);
		if (failed(err)) fault(town, "searching", err);
		arena_done(&arena);
	}
	return NULL;
}

static void *scheduler(void *data)
{
	struct citizen *citizen = data;
	struct town *town = citizen->town;
	while (!atomic_load(&town->over)) {
		struct arena arena = { 0 };
		struct report report = report_make(&arena);
		size_t done;
		struct err err = scheduler_run_due(town->hall, &report, &done);
		if (failed(err) && !err_is(err, ERR_BUSY)) fault(town, "scheduling", err);
		arena_done(&arena);
		usleep(2000);
	}
	return NULL;
}

/* ---- the town ---------------------------------------------------------------------------------------------------- */

static struct hall_places places_of(const struct town *town)
{
	return (struct hall_places){ .hall = town->folder, .services = "services", .law = "law", .regions = "regions", .calendar = "calendar",
		.fonts = town->fonts };
}

static void beside_the_binary(struct town *town)
{
	char exe[500];
	ssize_t length = readlink("/proc/self/exe", exe, sizeof exe - 1);
	assert_true(length > 0);
	exe[length] = '\0';
	for (int i = 0; i < 2; i++) *strrchr(exe, '/') = '\0';
	snprintf(town->fonts, sizeof town->fonts, "%s/share/unionhall/fonts", exe);
}

static struct str page_of(struct town *town)
{
	struct paper_fonts *fonts;
	struct paper_press *press;
	struct paper paper;
	struct paper_options options = { .title = STR("仲裁申请书") };
	assert_false(failed(paper_fonts_open(town->fonts, NULL, &fonts)));
	assert_false(failed(paper_press_open(fonts, &press)));
	assert_false(failed(paper_render(press, &town->arena, &options, STR("申请人请求支付工资。\n"), NULL, &paper)));
	paper_press_close(press);
	paper_fonts_close(fonts);
	return paper.pdf;
}

static void furnish(struct town *town)
{
	struct str recovery, text, line;
	const struct service *service;
	snprintf(town->folder, sizeof town->folder, "/tmp/unionhall-threads-XXXXXX");
	assert_non_null(mkdtemp(town->folder));
	beside_the_binary(town);
	town->page = page_of(town);
	struct hall_init_options init = { .places = places_of(town), .clock = clock_system(), .rand = rand_system(),
		.name = STR("上海市宝山区总工会"), .region = STR("310113") };
	struct hall_options open = { .places = places_of(town), .clock = clock_system(), .rand = rand_system() };
	assert_false(failed(hall_init(&town->arena, &init, NULL, &recovery)));
	assert_false(failed(hall_open(&open, NULL, &town->hall)));
	assert_false(failed(file_read(&town->arena, "demo/organisations.json", 1 << 20, &text)));
	assert_false(failed(roster_import(town->hall, &town->arena, text, NULL)));
	assert_false(failed(service_load(&town->arena, "services/legal-aid", "law", NULL, &service)));
	assert_false(failed(service_deploy(town->hall, service)));
	assert_false(failed(file_read(&town->arena, "demo/applicants.jsonl", 1 << 20, &text)));
	while (str_split(&text, '\n', &line) && town->applicant_count < APPLICANTS_MAX)
		if (line.len) assert_false(failed(json_parse(&town->arena, line, NULL, &town->applicants[town->applicant_count++])));
	assert_false(failed(draft(town, &town->arena, 99, &town->shared_actor, &town->shared_case)));
}

static void run_everybody(struct town *town)
{
	pthread_t submitters[SUBMITTERS], others[READERS + SCHEDULERS];
	struct citizen citizens[SUBMITTERS], watchers = { town, 0 };
	for (int i = 0; i < READERS + SCHEDULERS; i++)
		assert_int_equal(pthread_create(&others[i], NULL, i < READERS ? reader : scheduler, &watchers), 0);
	for (int i = 0; i < SUBMITTERS; i++) {
		citizens[i] = (struct citizen){ town, i };
		assert_int_equal(pthread_create(&submitters[i], NULL, submitter, &citizens[i]), 0);
	}
	for (int i = 0; i < SUBMITTERS; i++) pthread_join(submitters[i], NULL);
	atomic_store(&town->over, true);
	for (int i = 0; i < READERS + SCHEDULERS; i++) pthread_join(others[i], NULL);
}

/* LA15, LA18: one number a case, one submission, papers signed while others look, nothing left undone, a log that holds. */
static void many_threads_share_one_hall(void **state)
{
	struct town town = { 0 };
	(void)state;
	furnish(&town);
	run_everybody(&town);
	assert_int_equal(atomic_load(&town.faults), 0);
	assert_int_equal(atomic_load(&town.shared_done), 1);
	assert_int_equal(atomic_load(&town.shared_refused), SUBMITTERS - 1);
	struct map numbers = { 0 };
	for (size_t i = 0; i < CASES; i++) {
		struct case_summary summary;
		assert_false(failed(case_by_id(town.hall, &town.arena, atomic_load(&town.case_ids[i]), &summary)));
		assert_true(summary.number.len > 0);
		assert_false(map_has(&numbers, summary.number));
		map_put(&town.arena, &numbers, summary.number, &town);
	}
	struct report report = report_make(&town.arena);
	struct verified verified;
	size_t left;
	assert_false(failed(scheduler_run_due(town.hall, &report, &left)));
	assert_false(failed(hall_verify(town.hall, &town.arena, &report, &verified)));
	assert_true(atomic_load(&town.signed_count) >= CASES);   /* most are accepted, and sign several papers */
	assert_int_equal(verified.cases, CASES + 1);
	hall_close(town.hall);
	assert_false(failed(folder_remove(town.folder)));
	arena_done(&town.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(many_threads_share_one_hall) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
