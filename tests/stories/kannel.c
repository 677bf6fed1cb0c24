/* LA14 against the real gateway: Kannel's bearerbox and smsbox with its fake SMSC. Each sentence printed is a proof that
 * can fail. `kannel BUILD` from the repository's root; `kannel BUILD send HALL NOW_MS NODE` is the process that gets killed. */
#include "codec/codec.h"
#include "kannel_stand.h"

#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BATCH = 200, WINDOW_MS = 300000, SENDER_COUNT = 4, MANY = 20, LOG_BYTES_MAX = 16 << 20 };

static const char password[] = "s3cret-wörd&";

struct test {
	struct arena arena;
	struct stand stand;
	char folder[64];
	const char *build;
	_Atomic int64_t now_ms;
	struct logger logger;
	struct hall *hall;
	struct str line; /* one applicant of the demo */
	struct notice_gateway gateway;
	int64_t serial;
	int passed, failed;
};

/* One case: what its phone gets. */
struct letter {
	int64_t case_id;
	struct str phone;
};

static void check(struct test *test, bool holds, const char *sentence)
{
	printf("%s - %s\n", holds ? "ok" : "NOT OK", sentence);
	if (holds) test->passed++;
	else test->failed++;
}

static const char *path_in(struct test *test, const char *name)
{
	return str_to_c(&test->arena, str_printf(&test->arena, "%s/%s", test->folder, name));
}

/* ---- the hall ------------------------------------------------------------------------------------------------------ */

static struct hall *open_hall(struct arena *arena, const char *build, const char *folder, _Atomic int64_t *now_ms,
    const struct logger *logger, int32_t node)
{
	struct hall_places places = { .hall = folder,
		.services = "services",
		.law = "law",
		.regions = "regions",
		.calendar = "calendar",
		.fonts = str_to_c(arena, str_printf(arena, "%s/share/unionhall/fonts", build)) };
	struct hall_options options = {
		.places = places, .clock = clock_manual(now_ms), .rand = rand_system(), .logger = logger, .node = node
	};
	struct hall *hall = NULL;
	struct report report = report_make(arena);
	if (failed(hall_open(&options, &report, &hall))) {
		struct str words = report_print(arena, &report);
		printf("%.*s\n", STR_ARG(words));
		abort();
	}
	return hall;
}

static void wake(struct test *test)
{
	test->hall = open_hall(&test->arena, test->build, path_in(test, "hall"), &test->now_ms, &test->logger, 0);
	stand_serve(&test->stand, test->hall, false);
}

static void sleep_on(struct test *test)
{
	stand_serve(&test->stand, NULL, false);
	hall_close(test->hall);
	test->hall = NULL;
}

/* The service as it stands, but for what is said at receipt. */
static void deploy(struct test *test, const char *received)
{
	struct file_names names;
	struct report report = report_make(&test->arena);
	const struct service *service;
	if (failed(folder_list(&test->arena, "services/legal-aid", 1000, &names))) abort();
	for (size_t i = 0; i < names.count; i++) {
		struct str content, name = names.items[i];
		const char *from = str_to_c(&test->arena, str_printf(&test->arena, "services/legal-aid/%.*s", STR_ARG(name)));
		const char *to = path_in(test, str_to_c(&test->arena, str_printf(&test->arena, "legal-aid/%.*s", STR_ARG(name))));
		struct str folder = str_sub(str_from_c(to), 0, (size_t)(strrchr(to, '/') - to));
		if (failed(file_read(&test->arena, from, 4 << 20, &content)) || failed(folder_make(str_to_c(&test->arena, folder))))
			abort();
		if (str_eq_c(name, "notices/received.txt")) content = str_from_c(received);
		if (failed(file_write(to, content, 0600))) abort();
	}
	if (failed(service_load(&test->arena, path_in(test, "legal-aid"), "law", &report, &service)) ||
	    failed(service_deploy(test->hall, service)))
		abort();
}

static const char received_text[] =
    "【{{organisation.smsSign}}】{{name}}您好：您的法律援助申请已收到，办件号{{case.number}}。最迟{{short "
    "date(clocks.review.dueOn)}}前答复，"
    "暂不用您办事。办到哪一步，我们都会发到这部手机上，请您留意。查询：{{organisation.hotline}}\n";

static void furnish(struct test *test)
{
	struct str recovery, text;
	struct hall_places places = { .hall = path_in(test, "hall"),
		.services = "services",
		.law = "law",
		.regions = "regions",
		.calendar = "calendar",
		.fonts = "" };
	struct hall_init_options init = { .places = places,
		.clock = clock_manual(&test->now_ms),
		.rand = rand_system(),
		.name = STR("上海市宝山区总工会"),
		.region = STR("310113") };
	if (failed(hall_init(&test->arena, &init, NULL, &recovery))) abort();
	wake(test);
	if (failed(file_read(&test->arena, "demo/organisations.json", 1 << 20, &text)) ||
	    failed(roster_import(test->hall, &test->arena, text, NULL)))
		abort();
	deploy(test, received_text);
	if (failed(file_read(&test->arena, "demo/applicants.jsonl", 1 << 20, &text)) || !str_split(&text, '\n', &test->line)) abort();
}

static struct letter submit(struct test *test, const char *prefix)
{
	static const char *const left_out[] = { "id", "inGroup", "expect", "submittedAt", "identityLevel", "files" };
	struct arena *arena = &test->arena;
	struct feel_value data = feel_context_of(arena, NULL, 0);
	const struct json *applicant;
	struct letter letter = { .phone = str_printf(arena, "%s%08lld", prefix, (long long)++test->serial) };
	if (failed(json_parse(arena, test->line, NULL, &applicant))) abort();
	for (const struct json *member = applicant->first; member; member = member->next) {
		bool out = false;
		for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++) out |= str_eq_c(member->key, left_out[i]);
		if (!out) data = feel_put(arena, data, member->key, feel_from_json(arena, member));
	}
	data = feel_put(arena, data, STR("phone"), feel_string(letter.phone));
	data = feel_put(arena, data, STR("name"), feel_string(STR("欧阳𬭚")));
	struct person person = { .name = STR("欧阳𬭚"), .phone = letter.phone };
	struct actor actor = { .kind = ACTOR_APPLICANT, .identity_level = 2, .identity_method = STR("test") };
	struct report report = report_make(arena);
	struct err err = person_by_phone(test->hall, arena, &person, &actor.person_id);
	if (!failed(err)) err = case_open(test->hall, arena, &actor, STR("legal-aid"), STR("310113"), &letter.case_id);
	if (!failed(err)) err = case_submit(test->hall, arena, &actor, letter.case_id, data, &report);
	if (failed(err)) {
		struct str words = report_print(arena, &report);
		printf("%s %.*s\n", err_name(err), STR_ARG(words));
		abort();
	}
	return letter;
}

/* ---- looking ------------------------------------------------------------------------------------------------------- */

static struct notices notices_of(struct test *test, struct letter letter)
{
	struct notices notices;
	if (failed(notices_of_case(test->hall, &test->arena, letter.case_id, &notices))) abort();
	return notices;
}

static struct notice notice_of(struct test *test, struct letter letter, const char *template_id)
{
	struct notices notices = notices_of(test, letter);
	for (size_t i = 0; i < notices.count; i++)
		if (str_eq_c(notices.items[i].template_id, template_id)) return notices.items[i];
	abort();
}

struct state_wait {
	struct test *test;
	struct letter letter;
	const char *template_id, *state;
};

static bool in_state(void *data)
{
	struct state_wait *wait = data;
	return str_eq_c(notice_of(wait->test, wait->letter, wait->template_id).state, wait->state);
}

static bool becomes(struct test *test, struct letter letter, const char *template_id, const char *state)
{
	return stand_wait(in_state, &(struct state_wait){ test, letter, template_id, state });
}

static bool both_become(struct test *test, struct letter letter, const char *state)
{
	return becomes(test, letter, "received", state) && becomes(test, letter, "person", state);
}

/* How often the phone got the notice's text. */
static size_t received(struct test *test, struct letter letter, const char *template_id)
{
	return stand_received(&test->stand, &test->arena, letter.phone, notice_of(test, letter, template_id).text, NULL);
}

static bool got_each_once(struct test *test, struct letter letter)
{
	size_t all = 0;
	(void)stand_received(&test->stand, &test->arena, letter.phone, STR(""), &all);
	return received(test, letter, "received") == 1 && received(test, letter, "person") == 1 && all == 2;
}

/* The timeline of one notice: "queued accepted delivered". */
static struct str timeline(struct test *test, struct letter letter, const char *template_id)
{
	struct audit_events events;
	struct buf buf = buf_make(&test->arena, 4096);
	if (failed(audit_of_case(test->hall, &test->arena, letter.case_id, &events))) abort();
	for (size_t i = 0; i < events.count; i++) {
		struct audit_event event = events.items[i];
		if (!str_starts(event.what, STR("notice.")) || !str_eq_c(event.subject, template_id)) continue;
		if (buf.len) buf_add_byte(&buf, ' ');
		buf_add(&buf, str_sub(event.what, 7, event.what.len));
	}
	return buf_str(&buf);
}

static bool tells(struct test *test, struct letter letter, const char *template_id, const char *words)
{
	struct str is = timeline(test, letter, template_id);
	if (!str_eq_c(is, words)) printf("# the timeline of %s says: %.*s\n", template_id, STR_ARG(is));
	return str_eq_c(is, words);
}

static struct outbox_health health(struct test *test)
{
	struct outbox_health now;
	if (failed(outbox_health(test->hall, &now))) abort();
	return now;
}

static size_t said(struct test *test, const char *words)
{
	struct str log;
	size_t count = 0;
	if (failed(file_read(&test->arena, path_in(test, "hall.log"), LOG_BYTES_MAX, &log))) abort();
	for (ptrdiff_t at = 0; (at = str_find(log, str_from_c(words), (size_t)at)) >= 0; at++) count++;
	return count;
}

static struct err send_all(struct test *test, size_t *out_sent)
{
	*out_sent = 0;
	return notices_send(test->hall, &test->gateway, BATCH, out_sent);
}

static bool sends(struct test *test, size_t count)
{
	size_t sent;
	return !failed(send_all(test, &sent)) && sent == count;
}

static bool is_busy(struct test *test) { return err_is(send_all(test, &(size_t){ 0 }), ERR_BUSY); }

static bool is_in(struct test *test, struct letter letter, const char *template_id, const char *state, const char *reason)
{
	struct notice notice = notice_of(test, letter, template_id);
	return str_eq_c(notice.state, state) && str_eq_c(notice.reason, reason);
}

static void pass(struct test *test, int64_t ms) { atomic_fetch_add(&test->now_ms, ms); }

/* ---- scenes ---------------------------------------------------------------------------------------------------------- */

static void scene_delivered(struct test *test)
{
	struct letter letter = submit(test, "139");
	struct str text = notice_of(test, letter, "received").text;
	bool right = str_find(text, STR("欧阳𬭚您好"), 0) > 0 && notice_segments(text) == 2 &&
	    notice_segments(notice_of(test, letter, "person").text) == 1;
	check(test, right, "one notice takes two messages and holds a character beyond 16 bits, the other takes one");
	check(test, sends(test, 2), "two notices are accepted by Kannel");
	check(test, both_become(test, letter, "delivered"), "both become delivered by Kannel's reports");
	check(test, got_each_once(test, letter), "the phone got exactly the two texts, each once, the split one put together");
	check(test, tells(test, letter, "received", "queued accepted delivered"), "the timeline says queued, accepted, delivered");
	check(test, sends(test, 0), "nothing is left to send");
}

/* What an operator writes. port: of the gateway; report: 0, or the port where reports are heard. */
static void configure(struct test *test, int port, int report, const char *path)
{
	struct str text = str_printf(&test->arena,
	    "[sms]\nurl = http://127.0.0.1:%d/cgi-bin/sendsms\nusername = hall\npassword_file = sms.password\nsender = 12351\n",
	    port);
	if (report)
		text = str_join(&test->arena, text, str_printf(&test->arena, "report_url = http://127.0.0.1:%d%s\n", report, path));
	if (failed(file_write(path_in(test, "hall/hall.ini"), text, 0600)) ||
	    failed(file_write(path_in(test, "hall/sms.password"), str_from_c(password), 0600)))
		abort();
}

/* The whole program, as an operator starts it: nobody calls anything. */
static void scene_served(struct test *test)
{
	struct letter letter = submit(test, "139");
	char port[16];
	int number, held = stand_listen(&number);
	close(held);
	snprintf(port, sizeof port, "%d", number);
	configure(test, test->stand.port_send, number, "/sms/report");
	sleep_on(test);
	const char *program = str_to_c(&test->arena, str_printf(&test->arena, "%s/unionhall", test->build));
	pid_t server = stand_start(&test->stand, "serve.log",
	    (const char *const[]){
	        program, "serve", "--hall", path_in(test, "hall"), "--port", port, "--services", "services", NULL });
	test->hall = open_hall(&test->arena, test->build, path_in(test, "hall"), &test->now_ms, &test->logger, 5);
	bool delivered = both_become(test, letter, "delivered");
	hall_close(test->hall);
	stand_stop(&server);
	wake(test);
	check(test, delivered && got_each_once(test, letter),
	    "`unionhall serve` with its hall.ini sends by itself and hears the reports");
}

static void scene_rejected(struct test *test)
{
	struct letter letter = submit(test, "138");
	check(test, sends(test, 2) && both_become(test, letter, "failed"),
	    "a network that rejects is reported by Kannel: the notice has failed");
	struct notice notice = notice_of(test, letter, "received");
	check(test,
	    str_eq_c(notice.reason, "rejected") && notice.text.len > 0 && tells(test, letter, "received", "queued accepted failed"),
	    "the failure is kept and shown with its reason, its text and on the timeline");
	pass(test, 10 * WINDOW_MS);
	check(test, sends(test, 0) && health(test).failed_count == 2, "it is not sent again by itself, and counted for the operator");
}

static bool reports_came(void *data)
{
	struct test *test = data;
	pthread_mutex_lock(&test->stand.lock);
	bool came = test->stand.report_count >= 4;
	pthread_mutex_unlock(&test->stand.lock);
	return came;
}

/* Kannel's own four reports, given three times in an order of chance, with weaker ones mixed in. */
static void scene_shuffled(struct test *test)
{
	size_t faults = 0;
	struct letter letter = submit(test, "139");
	pthread_mutex_lock(&test->stand.lock);
	test->stand.report_count = 0;
	test->stand.hold = true;
	pthread_mutex_unlock(&test->stand.lock);
	bool good = sends(test, 2) && stand_wait(reports_came, test);
	stand_serve(&test->stand, test->hall, false);
	struct stand_report mixed[12];
	for (size_t i = 0; good && i < 12; i++) mixed[i] = test->stand.reports[i % 4];
	for (size_t i = 12; good && i-- > 1;) {
		uint32_t chance;
		rand_fill(rand_system(), &chance, sizeof chance);
		struct stand_report kept = mixed[i];
		mixed[i] = mixed[chance % (i + 1)];
		mixed[chance % (i + 1)] = kept;
	}
	for (size_t i = 0; good && i < 12; i++) {
		faults += failed(notice_report(test->hall, str_from_c(mixed[i].id), str_from_c(mixed[i].key), mixed[i].type));
		if (mixed[i].type != 1) continue;
		faults += failed(notice_report(test->hall, str_from_c(mixed[i].id), str_from_c(mixed[i].key), 4));
		faults += failed(notice_report(test->hall, str_from_c(mixed[i].id), str_from_c(mixed[i].key), 2));
	}
	check(test,
	    good && faults == 0 && both_become(test, letter, "delivered") &&
	        tells(test, letter, "received", "queued accepted delivered") &&
	        tells(test, letter, "person", "queued accepted delivered"),
	    "reports given three times, shuffled and with a late failure, have one effect");
	struct stand_report report = mixed[0];
	report.key[0] = report.key[0] == '0' ? '1' : '0';
	check(test,
	    good && err_is(notice_report(test->hall, str_from_c(report.id), str_from_c(report.key), 2), ERR_FORBIDDEN) &&
	        err_is(notice_report(test->hall, str_from_c(report.id), str_from_c(mixed[0].key), 3), ERR_INVALID),
	    "a report without its notice's key, or of no known type, is refused");
}

static void scene_down(struct test *test)
{
	stand_smsbox_stop(&test->stand);
	struct letter letter = submit(test, "139");
	bool busy = is_busy(test);
	struct notice notice = notice_of(test, letter, "received");
	check(test,
	    busy && str_eq_c(notice.state, "queued") && str_eq_c(notice.reason, "down") &&
	        notice.next_ms > atomic_load(&test->now_ms),
	    "with the gateway down the notice stays queued and waits");
	check(test, is_busy(test) && notice_of(test, letter, "received").tries == 1, "while it waits nobody asks");
	int64_t waits[3];
	for (int i = 0; i < 3; i++) {
		waits[i] = health(test).next_ms - atomic_load(&test->now_ms);
		pass(test, waits[i]);
		busy = busy && is_busy(test);
	}
	struct outbox_health now = health(test);
	check(test, busy && waits[1] == 2 * waits[0] && waits[2] == 2 * waits[1], "each wait is twice the one before");
	check(test,
	    now.state == OUTBOX_DOWN && now.waiting_count == 2 && notice_of(test, letter, "received").tries == 1 &&
	        said(test, "outbox.down") >= 4,
	    "the operator sees that it is down and what waits; the notices themselves were not spent on asking");
	sleep_on(test);
	wake(test);
	check(test, stand_smsbox_start(&test->stand), "the gateway returns, and the hall was started anew");
	pass(test, WINDOW_MS);
	check(
	    test, sends(test, 2) && both_become(test, letter, "delivered") && got_each_once(test, letter), "then each is sent, once");
	check(test, tells(test, letter, "received", "queued waiting accepted delivered"),
	    "the timeline says queued, waiting, accepted, delivered");
}

static void scene_password(struct test *test)
{
	struct letter letter = submit(test, "139");
	test->gateway.password = STR("wrong-wrong");
	bool busy = is_busy(test);
	check(test, busy && health(test).state == OUTBOX_CLOSED && said(test, "<3>event=outbox.alarm") > 0,
	    "a wrong password raises an alarm");
	check(test, is_in(test, letter, "received", "queued", "closed"), "and keeps the notice");
	pass(test, WINDOW_MS);
	check(test, is_busy(test) && notice_of(test, letter, "received").tries == 1,
	    "the gateway is asked again without risking the notice");
	test->gateway.password = str_from_c(password);
	pass(test, WINDOW_MS);
	check(test, sends(test, 2) && both_become(test, letter, "delivered") && got_each_once(test, letter),
	    "when it is mended all is sent, once");
	check(test,
	    said(test, "wrong-wrong") == 0 && said(test, password) == 0 && said(test, str_to_c(&test->arena, letter.phone)) == 0,
	    "no password and no phone stands in the log");
}

/* ---- killed between the gateway's answer and our commit -------------------------------------------------------------- */

/* A process of its own, configured by hall.ini as an operator does. */
static pid_t start_sender(struct test *test, int node)
{
	char now[32], node_text[16];
	snprintf(now, sizeof now, "%lld", (long long)atomic_load(&test->now_ms));
	snprintf(node_text, sizeof node_text, "%d", node);
	const char *hall = path_in(test, "hall");
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		execl("/proc/self/exe", "kannel", test->build, "send", hall, now, node_text, (char *)NULL);
		_exit(3);
	}
	return pid;
}

static int send_once(const char *build, const char *folder, const char *now, const char *node)
{
	struct arena arena = { 0 };
	struct report report = report_make(&arena);
	struct configuration configuration;
	int64_t now_ms, node_number;
	size_t sent = 0;
	struct logger logger = { LOG_LEVEL_INFO };
	if (!str_to_i64(str_from_c(now), &now_ms) || !str_to_i64(str_from_c(node), &node_number) ||
	    failed(configuration_load(&arena, folder, &report, &configuration)))
		return 2;
	_Atomic int64_t moving_ms = now_ms;
	struct hall *hall = open_hall(&arena, build, folder, &moving_ms, &logger, (int32_t)node_number);
	struct err err = notices_send(hall, &configuration.sms, BATCH, &sent);
	hall_close(hall);
	arena_done(&arena);
	if (failed(err)) fprintf(stderr, "send: %s\n", err_name(err));
	return failed(err) ? 1 : 0;
}

static bool is_killed(void *data)
{
	int status;
	return waitpid(*(pid_t *)data, &status, WNOHANG) != 0 && WIFSIGNALED(status);
}

static bool was_turned_away(void *data)
{
	struct test *test = data;
	pthread_mutex_lock(&test->stand.lock);
	int turned_away = test->stand.turned_away;
	pthread_mutex_unlock(&test->stand.lock);
	return turned_away > 0;
}

/* The sender's first message is taken by Kannel; it dies before it knows. */
static bool kill_sender(struct test *test, bool with_report)
{
	configure(test, test->stand.port_listen, with_report ? test->stand.port_listen : 0, "/report");
	sleep_on(test);
	pthread_mutex_lock(&test->stand.lock);
	test->stand.between = BETWEEN_KILL;
	test->stand.victim = test->stand.turned_away = 0;
	pthread_mutex_unlock(&test->stand.lock);
	pid_t pid = start_sender(test, 1);
	pthread_mutex_lock(&test->stand.lock);
	test->stand.victim = pid;
	pthread_mutex_unlock(&test->stand.lock);
	bool killed =
	    stand_wait(is_killed, &pid) && (!with_report || stand_wait(was_turned_away, test)); /* nobody is there to hear */
	pthread_mutex_lock(&test->stand.lock);
	test->stand.between = BETWEEN_PASS;
	pthread_mutex_unlock(&test->stand.lock);
	wake(test);
	return killed;
}

static void scene_killed_and_told(struct test *test)
{
	struct letter letter = submit(test, "139");
	bool killed = kill_sender(test, true);
	check(test, killed && becomes(test, letter, "received", "delivered"),
	    "killed between Kannel's answer and our commit: the report, given again after the restart, makes it delivered");
	pass(test, 2 * WINDOW_MS);
	check(test,
	    sends(test, 1) && both_become(test, letter, "delivered") && got_each_once(test, letter) &&
	        !notice_of(test, letter, "received").repeated,
	    "it is not sent again; what waited behind it is");
	check(test, tells(test, letter, "received", "queued accepted delivered"), "the timeline says it once");
}

static void scene_killed_without_word(struct test *test)
{
	struct letter letter = submit(test, "139");
	bool killed = kill_sender(test, false);
	struct notice notice = notice_of(test, letter, "received");
	check(test, killed && str_eq_c(notice.state, "sending"), "killed, and no report will come: the outcome is unknown");
	check(test, sends(test, 1) && is_in(test, letter, "received", "sending", ""), "within the window only the others are sent");
	pass(test, WINDOW_MS + 1);
	check(test,
	    sends(test, 1) && both_become(test, letter, "delivered") && notice_of(test, letter, "received").repeated &&
	        received(test, letter, "received") == 2 && received(test, letter, "person") == 1,
	    "after the window it is sent once more, and marked");
	check(test, tells(test, letter, "received", "queued repeated accepted delivered"), "the timeline says repeated");
	pass(test, 10 * WINDOW_MS);
	check(test, sends(test, 0) && received(test, letter, "received") == 2, "and never a third time");
}

/* The connection breaks after the second question on it: left alone, curl would ask again by itself. */
static void scene_hung_up(struct test *test)
{
	struct letter letter = submit(test, "139");
	struct str url = test->gateway.url;
	pthread_mutex_lock(&test->stand.lock);
	test->stand.between = BETWEEN_HANG_UP;
	test->stand.between_first = 2;
	test->stand.asked = 0;
	pthread_mutex_unlock(&test->stand.lock);
	test->gateway.url = str_printf(&test->arena, "http://127.0.0.1:%d/cgi-bin/sendsms", test->stand.port_listen);
	bool busy = is_busy(test) && both_become(test, letter, "delivered");
	test->gateway.url = url;
	check(test, busy, "an answer that is lost stops the batch; the report makes the notice delivered");
	pass(test, 2 * WINDOW_MS);
	check(test, sends(test, 0) && got_each_once(test, letter), "nothing was sent twice, not by curl either");
}

/* ---- one that cannot go, and many at once ------------------------------------------------------------------------------ */

static void scene_stuck(struct test *test)
{
	struct buf buf = buf_make(&test->arena, 8192);
	for (int i = 0; i < 680; i++) buf_add_lit(&buf, "长"); /* more than ten messages */
	deploy(test, str_to_c(&test->arena, buf_str(&buf)));
	struct letter endless = submit(test, "139");
	deploy(test, received_text);
	struct letter unroutable = submit(test, "137"), good = submit(test, "139");
	check(test, sends(test, 3) && both_become(test, good, "delivered"),
	    "a text too long and a number Kannel has no way to hold up nobody");
	check(test, is_in(test, endless, "received", "queued", "text") && is_in(test, unroutable, "received", "queued", "refused"),
	    "both wait and say why");
	for (int i = 0; i < 8; i++) {
		pass(test, 3600000);
		if (failed(send_all(test, &(size_t){ 0 }))) break;
	}
	check(test,
	    is_in(test, endless, "received", "failed", "text") && is_in(test, unroutable, "received", "failed", "refused") &&
	        tells(test, unroutable, "received", "queued waiting failed") && said(test, "reason=refused") == 2,
	    "after eight tries they have failed, on the timeline and in the log");
}

struct sender {
	struct test *test;
	size_t sent, faults;
};

static void *send_some(void *data)
{
	struct sender *sender = data;
	for (size_t sent = 1; sent > 0;) {
		sent = 0;
		sender->faults += failed(notices_send(sender->test->hall, &sender->test->gateway, BATCH, &sent));
		sender->sent += sent;
	}
	return NULL;
}

static void scene_many(struct test *test)
{
	struct letter letters[MANY];
	struct sender senders[SENDER_COUNT];
	pthread_t threads[SENDER_COUNT];
	size_t sent = 0, faults = 0, once = 0;
	for (int i = 0; i < MANY; i++) letters[i] = submit(test, "139");
	for (int i = 0; i < SENDER_COUNT; i++) {
		senders[i] = (struct sender){ test, 0, 0 };
		if (pthread_create(&threads[i], NULL, send_some, &senders[i]) != 0) abort();
	}
	for (int i = 0; i < SENDER_COUNT; i++) {
		pthread_join(threads[i], NULL);
		sent += senders[i].sent;
		faults += senders[i].faults;
	}
	for (int i = 0; i < MANY; i++) once += both_become(test, letters[i], "delivered") && got_each_once(test, letters[i]);
	check(test, sent == 2 * MANY && faults == 0 && once == MANY, "four threads send forty notices: each arrives once");
}

static bool ended(pid_t pid)
{
	int status;
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void scene_two_processes(struct test *test)
{
	struct letter letters[MANY];
	size_t once = 0;
	for (int i = 0; i < MANY; i++) letters[i] = submit(test, "139");
	configure(test, test->stand.port_send, test->stand.port_listen, "/report");
	sleep_on(test);
	pid_t first = start_sender(test, 1), second = start_sender(test, 2);
	bool good = ended(first);
	good = ended(second) && good;
	wake(test);
	for (int i = 0; i < MANY; i++) {
		size_t all = 0;
		(void)stand_received(&test->stand, &test->arena, letters[i].phone, STR(""), &all);
		once += all == 2 && got_each_once(test, letters[i]);
	}
	check(test, good && once == MANY, "two processes on one hall send forty notices: each arrives once");
}

int main(int argc, char **argv)
{
	static struct test test;
	if (argc == 6 && strcmp(argv[2], "send") == 0) return send_once(argv[1], argv[3], argv[4], argv[5]);
	static void (*const scenes[])(struct test * test) = { scene_delivered, scene_served, scene_rejected, scene_shuffled,
		scene_down, scene_password, scene_killed_and_told, scene_killed_without_word, scene_hung_up, scene_stuck, scene_many,
		scene_two_processes };
	test.build = argc > 1 ? argv[1] : "build";
	test.logger = (struct logger){ LOG_LEVEL_INFO };
	atomic_init(&test.now_ms, clock_now_ms(clock_system()));
	snprintf(test.folder, sizeof test.folder, "/tmp/unionhall-kannel-XXXXXX");
	if (!mkdtemp(test.folder)) return 3;
	int log = open(path_in(&test, "hall.log"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (log < 0 || dup2(log, STDERR_FILENO) < 0) return 3;
	bool good = stand_open(&test.stand, test.folder);
	test.gateway =
	    (struct notice_gateway){ .url = str_printf(&test.arena, "http://127.0.0.1:%d/cgi-bin/sendsms", test.stand.port_send),
		    .username = STR("hall"),
		    .password = str_from_c(password),
		    .sender = STR("12351"),
		    .timeout_s = 10,
		    .report_url = str_printf(&test.arena, "http://127.0.0.1:%d/report", test.stand.port_listen) };
	if (good) furnish(&test);
	for (size_t i = 0; good && i < sizeof scenes / sizeof *scenes; i++) {
		int64_t began_us = clock_monotonic_us();
		scenes[i](&test);
		printf("# %.1f s\n", (double)(clock_monotonic_us() - began_us) / 1e6);
	}
	if (good) sleep_on(&test);
	stand_close(&test.stand);
	good = good && test.failed == 0;
	if (good) (void)failed(folder_remove(test.folder));
	else printf("logs are in %s\n", test.folder);
	arena_done(&test.arena);
	printf("%d passed, %d failed\n", test.passed, test.failed);
	return good ? 0 : 1;
}
