/* unionhall demo: a list of applicants through a temporary hall, as a table. */
#include "cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct demo {
	const struct call *call;
	struct play_stage *stage;
	struct str service;
	const char *out;
	size_t done, total, unexpected, papers, staff_events;
	struct map outcomes;             /* name -> count, boxed */
	int64_t began_us;
};

/* Columns on a terminal: a wide character takes two. */
static int width_of(struct str text)
{
	int width = 0;
	size_t at = 0;
	for (uint32_t c; utf8_next(text, &at, &c);) width += c >= 0x1100 && c != 0xb7 ? 2 : 1;
	return width;
}

static void cell(struct str text, int width)
{
	printf("%.*s%*s", STR_ARG(text), width > width_of(text) ? width - width_of(text) : 1, "");
}

static void count_outcome(struct demo *demo, struct str outcome)
{
	size_t *count = map_get(&demo->outcomes, outcome);
	if (!count) {
		count = ARENA_NEW(demo->call->arena, size_t);
		map_put(demo->call->arena, &demo->outcomes, str_copy(demo->call->arena, outcome), count);
	}
	(*count)++;
}

static struct err save_papers(
    struct demo *demo, struct arena *arena, int64_t case_id, struct str number, struct str name, size_t *out_count)
{
	struct case_papers papers;
	struct hall *hall = play_stage_hall(demo->stage);
	size_t count = 0;
	TRY(papers_of_case(hall, arena, case_id, &papers));
	for (size_t i = 0; i < papers.count; i++) {
		bool finished = true;
		for (size_t k = 0; k < papers.items[i].act_count; k++) finished &= papers.items[i].acts[k].done;
		if (!finished) continue;
		struct str pdf;
		const char *folder = str_to_c(arena, str_printf(arena, "%s/%.*s %.*s", demo->out, STR_ARG(number), STR_ARG(name)));
		TRY(folder_make(folder));
		TRY(paper_content(hall, arena, case_id, papers.items[i].id, &pdf));
		TRY(file_write(
		    str_to_c(arena, str_printf(arena, "%s/%d-%.*s.pdf", folder, papers.items[i].position, STR_ARG(papers.items[i].id))),
		    pdf, 0600));
		count++;
	}
	*out_count = count;
	return OK;
}

static bool as_expected(const struct json *answers, const struct play_result *result)
{
	const struct json *expect = json_get(answers, STR("expect")), *rules = json_get(expect, STR("failedRules"));
	size_t i = 0;
	if (!expect) return true;
	if (!str_eq(json_string_of(expect, "outcome"), result->summary.outcome)) return false;
	for (const struct json *rule = rules ? rules->first : NULL; rule; rule = rule->next, i++)
		if (i >= result->failed_rules.count || !str_eq(json_string(rule), result->failed_rules.items[i].rule)) return false;
	return i == result->failed_rules.count;
}

/* One row of the table; further failed rules stand below the first. */
static const struct { const char *title; int width; } columns[] = {
	{ "who", 30 }, { "number", 33 }, { "outcome", 10 }, { "papers", 8 }, { "seconds", 9 }, { "failed rule", 18 }, { "article", 0 } };
enum { COLUMN_COUNT = sizeof columns / sizeof *columns };

static void line_of(const struct str texts[COLUMN_COUNT], const char *behind)
{
	size_t last = COLUMN_COUNT - 1;
	while (last > 0 && texts[last].len == 0) last--;
	for (size_t i = 0; i < last; i++) cell(texts[i], columns[i].width);
	printf("%.*s%s\n", STR_ARG(texts[last]), behind);
}

static void print_head(void)
{
	struct str titles[COLUMN_COUNT];
	for (size_t i = 0; i < COLUMN_COUNT; i++) titles[i] = str_from_c(columns[i].title);
	line_of(titles, "");
}

static void print_row(struct arena *arena, const struct json *answers, const struct play_result *result, size_t papers)
{
	struct str texts[COLUMN_COUNT] = { json_string_of(answers, "name"), result->summary.number, result->summary.outcome,
		str_printf(arena, "%zu", papers), str_printf(arena, "%.3f", (double)(result->ended_us - result->started_us) / 1e6) };
	const char *behind = as_expected(answers, result) ? "" : "  NOT AS EXPECTED";
	for (size_t i = 0; i == 0 || i < result->failed_rules.count; i++, behind = "") {
		for (size_t k = 0; i > 0 && k < 5; k++) texts[k] = STR("");
		texts[5] = result->failed_rules.count ? result->failed_rules.items[i].rule : STR("");
		texts[6] = result->failed_rules.count ? result->failed_rules.items[i].article : STR("");
		line_of(texts, behind);
	}
}

/* How far it is, on the last line of a terminal. */
static void show_progress(const struct demo *demo)
{
	fflush(stdout);
	if (isatty(2)) fprintf(stderr, "%zu of %zu, %.0f s", demo->done, demo->total, (double)(clock_monotonic_us() - demo->began_us) / 1e6);
}

static void hide_progress(void)
{
	if (isatty(2)) fprintf(stderr, "\r\033[K");
}

static struct err run_line(struct demo *demo, struct str line, size_t number)
{
	struct arena arena = { 0 };
	struct report report = report_make(&arena);
	const struct json *answers;
	struct play_result result;
	size_t papers = 0;
	int64_t at_ms;
	struct err err = json_parse(&arena, line, &report, &answers);
	struct play_options options = { .service = demo->service, .region = call_str(demo->call, "--region"), .folder = "." };
	options.answers = answers;
	if (!failed(err) && !failed(time_parse_ms(json_string_of(answers, "submittedAt"), &at_ms)))
		err = play_stage_move(demo->stage, at_ms, &report);
	if (!failed(err)) err = play_case(demo->stage, &arena, &options, &report, &result);
	if (!failed(err)) err = save_papers(demo, &arena, result.case_id, result.summary.number, json_string_of(answers, "name"), &papers);
	demo->done++;
	hide_progress();
	if (failed(err)) {
		struct str findings = report_print(&arena, &report);
		printf("line %zu: %s\n%.*s", number, err_words(err), STR_ARG(findings));
		demo->unexpected++;
	} else {
		print_row(&arena, answers, &result, papers);
		demo->unexpected += !as_expected(answers, &result);
		demo->papers += papers;
		demo->staff_events += (size_t)result.staff_events;
		count_outcome(demo, result.summary.outcome);
	}
	show_progress(demo);
	arena_done(&arena);
	return err_is(err, ERR_IO) || err_is(err, ERR_FULL) ? err : OK;
}

static void print_sum(struct demo *demo)
{
	double seconds = (double)(clock_monotonic_us() - demo->began_us) / 1e6;
	int64_t counted = 0;
	(void)failed(case_count(play_stage_hall(demo->stage), demo->call->arena, &counted));
	printf("\n%zu applicants:", demo->total);
	for (size_t i = 0; i < demo->outcomes.count; i++)
		printf(" %zu %.*s%s", *(size_t *)demo->outcomes.entries[i].value, STR_ARG(demo->outcomes.entries[i].key),
		    i + 1 < demo->outcomes.count ? "," : ";");
	printf(" %zu papers; %zu staff events; counted by the hall: %lld; %.1f s\n", demo->papers, demo->staff_events,
	    (long long)counted, seconds);
	printf("The papers are in %s\n", demo->out);
	if (demo->unexpected) printf("%zu not as expected\n", demo->unexpected);
}

struct arrival { struct str line; size_t number; int64_t at_ms; };
struct arrivals { LIST_OF(struct arrival); };

/* The hall's clock never goes back: whoever came first is taken first. A line that cannot be read keeps its place in front. */
static void add_arrival(struct arena *arena, struct arrivals *arrivals, struct str line, size_t number)
{
	struct arena scratch = { 0 };
	struct arrival arrival = { .line = line, .number = number };
	const struct json *answers;
	if (failed(json_parse(&scratch, line, NULL, &answers)) || failed(time_parse_ms(json_string_of(answers, "submittedAt"), &arrival.at_ms)))
		arrival.at_ms = 0;
	arena_done(&scratch);
	LIST_PUSH(arena, arrivals, arrival);
}

static int compare_arrivals(const void *left, const void *right)
{
	const struct arrival *a = left, *b = right;
	if (a->at_ms != b->at_ms) return a->at_ms < b->at_ms ? -1 : 1;
	return a->number < b->number ? -1 : 1;
}

static struct err run_all(struct demo *demo, struct str content)
{
	struct str line, rest = content;
	const struct service *service;
	struct hall_places places = call_places(demo->call);
	struct report report = report_make(demo->call->arena);
	const char *folder = str_to_c(demo->call->arena, str_printf(demo->call->arena, "%s/%.*s", places.services, STR_ARG(demo->service)));
	struct err err = service_load(demo->call->arena, folder, places.law, &report, &service);
	if (failed(err)) {
		struct str findings = report_print(demo->call->arena, &report);
		fwrite(findings.ptr, 1, findings.len, stderr);
		return err;
	}
	TRY(service_deploy(play_stage_hall(demo->stage), service));
	struct arrivals arrivals = { 0 };
	for (size_t number = 1; str_split(&rest, '\n', &line); number++)
		if (str_trim(line).len) add_arrival(demo->call->arena, &arrivals, line, number);
	qsort(arrivals.items, arrivals.count, sizeof *arrivals.items, compare_arrivals);
	demo->total = arrivals.count;
	print_head();
	show_progress(demo);
	for (size_t i = 0; i < arrivals.count; i++) TRY(run_line(demo, arrivals.items[i].line, arrivals.items[i].number));
	hide_progress();
	return OK;
}

int run_demo(const struct call *call)
{
	struct demo demo = { .call = call, .out = call_option(call, "--out"), .began_us = clock_monotonic_us(),
		.service = call_option(call, "--service") ? call_str(call, "--service") : STR("legal-aid") };
	struct play_stage_options options = { .places = call_places(call), .demo = call_demo(call), .logger = &call->logger,
		.region = call_option(call, "--region") ? call_str(call, "--region") : STR("310113"), .at_ms = INT64_C(1577836800000) };
	struct str content;
	struct report report = report_make(call->arena);
	struct call said = *call;
	struct err err = read_file(call, &report, call->operands[0], (size_t)256 << 20, &content);
	options.places.hall = NULL;
	if (!failed(err)) err = make_folder(call, &report, "--out");
	if (!failed(err)) err = play_stage_open(call->arena, &options, &report, &demo.stage);
	said.report = report;
	if (failed(err)) return finish(&said, err);
	err = run_all(&demo, content);
	if (!failed(err)) print_sum(&demo);
	play_stage_close(demo.stage);
	int code = finish(call, err);
	return code == EXIT_DONE && demo.unexpected ? EXIT_CHECK_FAILED : code;
}
