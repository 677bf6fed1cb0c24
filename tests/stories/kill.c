/* kill -9 in the middle of 64 threads that submit, round after round: what was acknowledged is there, no number and no
 * notice twice, the log holds. UNIONHALL_KILL_ROUNDS says how often (20). Run from the repository's root. */
#include "codec/codec.h"
#include "hall/hall.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { THREAD_COUNT = 64, ACKNOWLEDGED_MAX = 200000 };

struct shared { _Atomic size_t count; int64_t case_ids[ACKNOWLEDGED_MAX]; };
struct shop { struct hall *hall; struct shared *shared; const struct json *applicants[128]; size_t applicant_count; int round; };
struct submitter { struct shop *shop; int number; };

static const char *folder;
static char fonts[512];

static struct hall_places places(void)
{
	return (struct hall_places){ .hall = folder, .services = "services", .law = "law", .regions = "regions", .calendar = "calendar", .fonts = fonts };
}

static struct hall *open_hall(void)
{
	struct hall_options options = { .places = places(), .clock = clock_system(), .rand = rand_system() };
	struct hall *hall = NULL;
	if (failed(hall_open(&options, NULL, &hall))) abort();
	return hall;
}

static struct err submit(struct shop *shop, struct arena *arena, int64_t serial, int64_t *out_case_id)
{
	const struct json *applicant = shop->applicants[serial % (int64_t)shop->applicant_count];
	static const char *const left_out[] = { "id", "inGroup", "expect", "submittedAt", "identityLevel", "files" };
	struct feel_value data = feel_context_of(arena, NULL, 0);
	for (const struct json *member = applicant->first; member; member = member->next) {
		bool out = false;
		for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++) out |= str_eq_c(member->key, left_out[i]);
		if (!out) data = feel_put(arena, data, member->key, feel_from_json(arena, member));
	}
	struct str phone = str_printf(arena, "139%08lld", (long long)(serial % 100000000));
	data = feel_put(arena, data, STR("phone"), feel_string(phone));
	struct person person = { .name = json_string_of(applicant, "name"), .phone = phone };
	struct actor actor = { .kind = ACTOR_APPLICANT, .identity_level = 2, .identity_method = STR("test") };
	TRY(person_by_phone(shop->hall, arena, &person, &actor.person_id));
	TRY(case_open(shop->hall, arena, &actor, STR("legal-aid"), STR("310113"), out_case_id));
	return case_submit(shop->hall, arena, &actor, *out_case_id, data, NULL);
}

static void *submit_for_ever(void *data)
{
	struct submitter *submitter = data;
	for (int64_t i = 0;; i++) {
		struct arena arena = { 0 };
		int64_t case_id;
		int64_t serial = submitter->shop->round * INT64_C(1000000) + submitter->number * INT64_C(10000) + i;
		if (!failed(submit(submitter->shop, &arena, serial, &case_id))) {
			size_t at = atomic_fetch_add(&submitter->shop->shared->count, 1);
			if (at < ACKNOWLEDGED_MAX) submitter->shop->shared->case_ids[at] = case_id;
		}
		arena_done(&arena);
	}
	return NULL;
}

static void child(struct shop *shop)
{
	static struct submitter submitters[THREAD_COUNT];
	shop->hall = open_hall();
	for (int i = 0; i < THREAD_COUNT; i++) {
		pthread_t thread;
		submitters[i] = (struct submitter){ shop, i };
		if (pthread_create(&thread, NULL, submit_for_ever, &submitters[i]) != 0) abort();
	}
	for (;;) pause();
}

/* Each acknowledged case is there with a number of its own and each notice once. */
static size_t faults_after(struct shared *shared, size_t begin)
{
	struct hall *hall = open_hall();
	struct arena arena = { 0 };
	struct map numbers = { 0 };
	size_t faults = 0, count = atomic_load(&shared->count);
	for (size_t i = 0; i < count; i++) {
		struct case_summary summary;
		struct notices notices;
		if (shared->case_ids[i] == 0) continue;   /* killed between taking the place and writing the id: nobody was told */
		if (failed(case_by_id(hall, &arena, shared->case_ids[i], &summary)) || summary.number.len == 0 || map_has(&numbers, summary.number)) {
			faults++;
			continue;
		}
		map_put(&arena, &numbers, summary.number, &faults);
		if (i < begin) continue;
		if (failed(notices_of_case(hall, &arena, shared->case_ids[i], &notices))) faults++;
		for (size_t a = 0; a < notices.count; a++)
			for (size_t b = a + 1; b < notices.count; b++) faults += str_eq(notices.items[a].template_id, notices.items[b].template_id);
	}
	arena_done(&arena);
	hall_close(hall);
	return faults;
}

static bool verifies(void)
{
	struct hall *hall = open_hall();
	struct arena arena = { 0 };
	struct report report = report_make(&arena);
	struct verified counts;
	bool good = !failed(hall_verify(hall, &arena, &report, &counts));
	struct str findings = report_print(&arena, &report);
	printf("%.*s%lld cases, %lld events, %lld leaves under %lld heads verified: %s\n", STR_ARG(findings), good ? (long long)counts.cases : 0,
		good ? (long long)counts.events : 0, good ? (long long)counts.leaves : 0, good ? (long long)counts.heads : 0, good ? "yes" : "no");
	arena_done(&arena);
	hall_close(hall);
	return good;
}

static void furnish(struct arena *arena, struct shop *shop)
{
	struct str recovery, text, line;
	struct hall_init_options init = { .places = places(), .clock = clock_system(), .rand = rand_system(), .name = STR("上海市宝山区总工会"), .region = STR("310113") };
	const struct service *service;
	if (failed(hall_init(arena, &init, NULL, &recovery))) abort();
	struct hall *hall = open_hall();
	if (failed(file_read(arena, "demo/organisations.json", 1 << 20, &text)) || failed(roster_import(hall, arena, text, NULL))) abort();
	if (failed(service_load(arena, "services/legal-aid", "law", NULL, &service)) || failed(service_deploy(hall, service))) abort();
	hall_close(hall);
	if (failed(file_read(arena, "demo/applicants.jsonl", 1 << 20, &text))) abort();
	while (str_split(&text, '\n', &line) && shop->applicant_count < 100)
		if (line.len && failed(json_parse(arena, line, NULL, &shop->applicants[shop->applicant_count++]))) abort();
}

/* A round that is over before the first answer kills nothing: slow machines and sanitizers get the time they need. */
static void wait_until_at_work(struct shared *shared, size_t begin)
{
	enum { STEP_NS = 5000000, STEPS_MAX = 6000 };
	for (int i = 0; i < STEPS_MAX && atomic_load(&shared->count) == begin; i++) nanosleep(&(struct timespec){ 0, STEP_NS }, NULL);
}

int main(int argc, char **argv)
{
	struct arena arena = { 0 };
	struct shop shop = { 0 };
	char path[] = "/tmp/unionhall-kill-XXXXXX";
	const char *rounds_text = getenv("UNIONHALL_KILL_ROUNDS");
	int64_t rounds = 20;
	size_t faults = 0;
	if (rounds_text) (void)str_to_i64(str_from_c(rounds_text), &rounds);
	snprintf(fonts, sizeof fonts, "%s/share/unionhall/fonts", argc > 1 ? argv[1] : "build");
	if (!mkdtemp(path)) return 3;
	folder = path;
	furnish(&arena, &shop);
	shop.shared = mmap(NULL, sizeof *shop.shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shop.shared == MAP_FAILED) return 3;
	for (shop.round = 0; shop.round < rounds; shop.round++) {
		size_t begin = atomic_load(&shop.shared->count);
		fflush(stdout);
		pid_t pid = fork();
		if (pid == 0) child(&shop);
		uint32_t chance;
		rand_fill(rand_system(), &chance, sizeof chance);
		wait_until_at_work(shop.shared, begin);
		struct timespec wait = { 0, 50000000 + chance % 600000000 };
		nanosleep(&wait, NULL);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		size_t found = faults_after(shop.shared, begin);
		printf("round %d: %zu acknowledged, %zu faults\n", shop.round + 1, atomic_load(&shop.shared->count) - begin, found);
		faults += found;
	}
	faults += !verifies();
	size_t acknowledged = atomic_load(&shop.shared->count);
	(void)failed(folder_remove(path));
	arena_done(&arena);
	printf("%zu acknowledged in %lld rounds, %zu faults\n", acknowledged, (long long)rounds, faults);
	return faults || acknowledged == 0 ? 1 : 0;
}
