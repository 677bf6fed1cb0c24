/* applications FONTS FOLDER [SECONDS]: the main job, in process, in one hall with sealed data, log and receipts.
 * First one worker alone, a hundred times: from pressing "submit" to a decision and six papers ready to sign (the page
 * that he waits for). Then 64 threads for some seconds: whole applications, from the draft to the last signature of
 * applicant, lawyer and union. Only accepted applicants of demo/ are used. Floor: six pages and ten signatures of bench/paper.c. */
#include "bench.h"

#include "codec/codec.h"
#include "hall/hall.h"
#include "paper/paper.h"

#include <pthread.h>
#include <stdatomic.h>

enum { THREADS = 64, APPLICANTS_MAX = 200, ALONE = 100, PAPERS = 6, PRESSES_MAX = 50 };

struct town {
	struct hall *hall;
	struct hall_places places;
	struct str page;
	const struct json *applicants[APPLICANTS_MAX];
	size_t applicant_count;
	double until;
	_Atomic int64_t serial;
	_Atomic size_t whole, incomplete, busy;
};

struct application { struct actor actor; int64_t case_id; struct str name; double ready_ms; };

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

/* What may be answered with "please try again": a person presses again. */
static bool once_more(struct town *town, struct err err, int *presses)
{
	if (!err_is(err, ERR_BUSY) || ++*presses >= PRESSES_MAX) return false;
	atomic_fetch_add(&town->busy, 1);
	return true;
}

static void settle(struct town *town, int64_t case_id)
{
	struct arena arena = { 0 };
	must(scheduler_settle(town->hall, &arena, case_id, NULL), "printing and sealing");
	arena_done(&arena);
}

static void apply(struct town *town, struct arena *arena, struct application *application)
{
	int64_t serial = atomic_fetch_add(&town->serial, 1), file_id;
	const struct json *applicant = town->applicants[(size_t)serial % town->applicant_count];
	struct str phone = str_printf(arena, "138%08lld", (long long)serial);
	application->name = json_string_of(applicant, "name");
	struct person person = { .name = application->name, .phone = phone };
	struct case_upload upload = { .field = STR("files.arbitrationApplication"), .name = STR("page.pdf"), .content = town->page };
	application->actor = (struct actor){ .kind = ACTOR_APPLICANT, .identity_level = 2, .identity_method = STR("手机验证码"), .device = STR("bench") };
	must(person_by_phone(town->hall, arena, &person, &application->actor.person_id), "meeting the applicant");
	must(case_open(town->hall, arena, &application->actor, STR("legal-aid"), STR("310113"), &application->case_id), "opening a case");
	must(case_attach(town->hall, arena, &application->actor, application->case_id, &upload, NULL, &file_id), "attaching");
	struct feel_value data = feel_put_at(arena, answers_of(arena, applicant, phone), upload.field, feel_string(id_print(arena, file_id)));
	double began = wall_seconds();
	struct err err;
	struct report report = report_make(arena);
	int presses = 0;
	do err = case_submit(town->hall, arena, &application->actor, application->case_id, data, &report);
	while (once_more(town, err, &presses));
	if (failed(err)) fprintf(stderr, "%.*s", STR_ARG(report_print(arena, &report)));
	must(err, "submitting");
	settle(town, application->case_id);
	application->ready_ms = (wall_seconds() - began) * 1000;
}

static bool sign_as(struct town *town, struct arena *arena, const struct application *application, const struct actor *actor, enum party party,
	struct str name)
{
	struct case_papers papers;
	must(papers_of_case(town->hall, arena, application->case_id, &papers), "reading papers");
	for (size_t i = 0; i < papers.count; i++) {
		struct signing signing = { .typed_name = name, .code = STR("271828") };
		size_t next = 0;
		while (next < papers.items[i].act_count && papers.items[i].acts[next].done) next++;
		if (next == papers.items[i].act_count || papers.items[i].acts[next].party != party) continue;
		struct arena request = { 0 };    /* as a server has one a request */
		struct err err;
		int presses = 0;
		do err = paper_act(town->hall, &request, actor, application->case_id, papers.items[i].id, &signing, NULL);
		while (once_more(town, err, &presses));
		must(err, "signing");
		arena_done(&request);
	}
	settle(town, application->case_id);
	return papers.count == PAPERS;
}

/* Everything until the case is closed; false when it went to a person instead (no lawyer free, say). */
static bool finish(struct town *town, struct arena *arena, const struct application *application)
{
	struct case_summary summary;
	struct lawyer lawyer;
	must(case_by_id(town->hall, arena, application->case_id, &summary), "reading the case");
	if (!str_eq_c(summary.outcome, "accepted") || summary.lawyer_id == 0) return false;
	must(lawyer_by_id(town->hall, arena, summary.lawyer_id, &lawyer), "reading the lawyer");
	struct actor agent = { .kind = ACTOR_AGENT, .person_id = lawyer.lawyer_id, .identity_level = 2, .identity_method = STR("律所名册登记，手机验证码") };
	for (int round = 0; round < 4; round++) {
		if (!sign_as(town, arena, application, &application->actor, PARTY_APPLICANT, application->name)) return false;
		if (!sign_as(town, arena, application, &agent, PARTY_AGENT, lawyer.name)) return false;
		must(case_by_id(town->hall, arena, application->case_id, &summary), "reading the case");
		if (summary.closed_ms) return true;
	}
	return false;
}

static void *citizen(void *data)
{
	struct town *town = data;
	struct arena arena = { 0 };
	while (wall_seconds() < town->until) {
		struct application application;
		apply(town, &arena, &application);
		atomic_fetch_add(finish(town, &arena, &application) ? &town->whole : &town->incomplete, 1);
		arena_reset(&arena);
	}
	arena_done(&arena);
	return NULL;
}

/* ---- the town ---------------------------------------------------------------------------------------------------- */

static struct str page_of(struct arena *arena, const char *fonts_folder)
{
	struct paper_fonts *fonts;
	struct paper_press *press;
	struct paper paper;
	struct paper_options options = { .title = STR("仲裁申请书") };
	must(paper_fonts_open(fonts_folder, NULL, &fonts), fonts_folder);
	must(paper_press_open(fonts, &press), "opening a press");
	must(paper_render(press, arena, &options, STR("申请人请求支付工资。\n"), NULL, &paper), "printing a page");
	paper_press_close(press);
	paper_fonts_close(fonts);
	return paper.pdf;
}

static void furnish(struct town *town, struct arena *arena)
{
	struct str recovery, text, line;
	const struct service *service;
	struct hall_init_options init = { .places = town->places, .clock = clock_system(), .rand = rand_system(), .name = STR("上海市宝山区总工会"),
		.region = STR("310113") };
	struct hall_options open = { .places = town->places, .clock = clock_system(), .rand = rand_system() };
	must(hall_init(arena, &init, NULL, &recovery), "making the hall");
	must(hall_open(&open, NULL, &town->hall), "opening the hall");
	must(file_read(arena, "demo/organisations.json", 1 << 20, &text), "demo/organisations.json");
	must(roster_import(town->hall, arena, str_replace(arena, text, STR("\"loadMax\": 40"), STR("\"loadMax\": 4000")), NULL), "the roster");
	must(service_load(arena, "services/legal-aid", "law", NULL, &service), "loading the service");
	must(service_deploy(town->hall, service), "deploying the service");
	must(file_read(arena, "demo/applicants.jsonl", 1 << 20, &text), "demo/applicants.jsonl");
	while (str_split(&text, '\n', &line) && town->applicant_count < APPLICANTS_MAX) {
		const struct json *applicant;
		if (line.len == 0) continue;
		must(json_parse(arena, line, NULL, &applicant), "demo/applicants.jsonl");
		if (str_eq_c(json_string(json_at(applicant, STR("/expect/outcome"))), "accepted")) town->applicants[town->applicant_count++] = applicant;
	}
}

static void alone(struct town *town)
{
	static double ready[ALONE];
	for (int i = -5; i < ALONE; i++) {
		struct arena arena = { 0 };
		struct application application;
		struct case_papers papers;
		apply(town, &arena, &application);
		must(papers_of_case(town->hall, &arena, application.case_id, &papers), "reading papers");
		if (papers.count != PAPERS) {
			fprintf(stderr, "%zu papers instead of six\n", papers.count);
			exit(3);
		}
		if (i >= 0) ready[i] = application.ready_ms;
		arena_done(&arena);
	}
	figure("application.ready", quantile(ready, ALONE, 0.5), "ms");
	figure("application.ready.p99", quantile(ready, ALONE, 0.99), "ms");
}

static void together(struct town *town, double seconds)
{
	pthread_t threads[THREADS];
	double began = wall_seconds(), cpu = cpu_seconds();
	town->until = began + seconds;
	for (int i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, citizen, town) != 0) exit(3);
	for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
	size_t whole = atomic_load(&town->whole);
	figure("applications", (double)whole / (wall_seconds() - began), "applications/s");
	figure("applications.cpu", (cpu_seconds() - cpu) / (double)(whole ? whole : 1) * 1000, "CPU ms/application");
	figure("applications.incomplete", (double)atomic_load(&town->incomplete), "applications");
	figure("applications.again", (double)atomic_load(&town->busy), "answers of `please try again`");
	figure("applications.memory", memory_mb("VmHWM:"), "MB");
}

int main(int argc, char **argv)
{
	struct arena arena = { 0 };
	static struct town town;
	if (argc < 3) return 2;
	town.places = (struct hall_places){ .hall = argv[2], .services = "services", .law = "law", .regions = "regions", .calendar = "calendar",
		.fonts = argv[1] };
	town.page = page_of(&arena, argv[1]);
	furnish(&town, &arena);
	alone(&town);
	together(&town, argc > 3 ? strtod(argv[3], NULL) : 10);
	hall_close(town.hall);
	arena_done(&arena);
	return 0;
}
