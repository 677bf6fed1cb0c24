/* What was answered, counted by route and status, and how long it took; and the page of it for Prometheus (text 0.0.4). */
#include "web/inside.h"

#include <stdlib.h>

enum { STATUS_COUNT = 20, BUCKET_COUNT = 12, ROUTE_COUNT_MAX = 1024, METRICS_BYTES_MAX = 2 << 20 };

/* Every status that anybody answers with; another is counted under the last one, so that the set of labels has an end. */
static const int statuses[STATUS_COUNT] = { 200, 201, 204, 303, 304, 400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500, 501, 503, 507,
    0 };
static const struct { int64_t us; const char *le; } buckets[BUCKET_COUNT] = { { 1000, "0.001" }, { 2500, "0.0025" }, { 5000, "0.005" },
	{ 10000, "0.01" }, { 25000, "0.025" }, { 50000, "0.05" }, { 100000, "0.1" }, { 250000, "0.25" }, { 500000, "0.5" }, { 1000000, "1" },
	{ 2500000, "2.5" }, { 10000000, "10" } };

struct route_counts { _Atomic uint64_t by_status[STATUS_COUNT]; };
struct metrics {
	struct route_counts counts[ROUTE_COUNT_MAX];     /* in the order of the tables; the last one: no route fits */
	_Atomic uint64_t buckets[BUCKET_COUNT + 1], count, sum_us;
};

struct metrics *metrics_new(void)
{
	struct metrics *metrics = calloc(1, sizeof *metrics);
	if (!metrics) abort();
	return metrics;
}

void metrics_free(struct metrics *metrics) { free(metrics); }

static size_t index_of(const struct route *wanted)
{
	size_t index = 0;
	for (size_t t = 0; t < route_table_count; t++)
		for (const struct route *route = route_tables[t].routes; route->id; route++, index++)
			if (route == wanted && index < ROUTE_COUNT_MAX - 1) return index;
	return ROUTE_COUNT_MAX - 1;
}

void metrics_count(struct metrics *metrics, const struct route *route, int status, int64_t took_us)
{
	size_t s = 0, b = 0;
	while (s < STATUS_COUNT - 1 && statuses[s] != status) s++;
	while (b < BUCKET_COUNT && took_us > buckets[b].us) b++;
	atomic_fetch_add(&metrics->counts[route ? index_of(route) : ROUTE_COUNT_MAX - 1].by_status[s], 1);
	atomic_fetch_add(&metrics->buckets[b], 1);
	atomic_fetch_add(&metrics->count, 1);
	atomic_fetch_add(&metrics->sum_us, (uint64_t)(took_us > 0 ? took_us : 0));
}

/* ---- printing ---------------------------------------------------------------------------------------------------------- */

static void print_route(struct buf *out, const struct route_counts *counts, const char *name)
{
	for (size_t s = 0; s < STATUS_COUNT; s++) {
		uint64_t count = atomic_load(&counts->by_status[s]);
		if (count == 0) continue;
		buf_printf(out, "unionhall_http_requests_total{route=\"%s\",status=\"", name);
		if (statuses[s]) buf_printf(out, "%d\"} %llu\n", statuses[s], (unsigned long long)count);
		else buf_printf(out, "other\"} %llu\n", (unsigned long long)count);
	}
}

/* By the route's pattern, never by the path: paths hold numbers of cases. A pattern that a JSON face shares is told once. */
static void print_requests(struct web *web, struct buf *out)
{
	size_t index = 0;
	buf_add_lit(out,
	    "# HELP unionhall_http_requests_total Answers by operation and status.\n# TYPE unionhall_http_requests_total counter\n");
	for (size_t t = 0; t < route_table_count; t++)
		for (const struct route *route = route_tables[t].routes; route->id; route++, index++)
			if (index < ROUTE_COUNT_MAX - 1) print_route(out, &web->metrics->counts[index], route->id);
	print_route(out, &web->metrics->counts[ROUTE_COUNT_MAX - 1], "none");
}

static void print_latency(struct web *web, struct buf *out)
{
	const struct metrics *metrics = web->metrics;
	uint64_t below = 0, sum_us = atomic_load(&metrics->sum_us);
	buf_add_lit(out, "# HELP unionhall_http_request_seconds From the last byte of the request to the answer.\n"
	                 "# TYPE unionhall_http_request_seconds histogram\n");
	for (size_t b = 0; b < BUCKET_COUNT; b++) {
		below += atomic_load(&metrics->buckets[b]);
		buf_printf(out, "unionhall_http_request_seconds_bucket{le=\"%s\"} %llu\n", buckets[b].le, (unsigned long long)below);
	}
	below += atomic_load(&metrics->buckets[BUCKET_COUNT]);
	buf_printf(out, "unionhall_http_request_seconds_bucket{le=\"+Inf\"} %llu\n", (unsigned long long)below);
	buf_printf(out, "unionhall_http_request_seconds_sum %llu.%06llu\n", (unsigned long long)(sum_us / 1000000),
	    (unsigned long long)(sum_us % 1000000));
	buf_printf(out, "unionhall_http_request_seconds_count %llu\n", (unsigned long long)below);
}

struct gauge { const char *name, *type, *help; int64_t value; };

static void print_gauges(struct buf *out, const struct gauge *gauges, size_t count)
{
	for (size_t i = 0; i < count; i++)
		buf_printf(out, "# HELP unionhall_%s %s\n# TYPE unionhall_%s %s\nunionhall_%s %lld\n", gauges[i].name, gauges[i].help,
		    gauges[i].name,
		    gauges[i].type, gauges[i].name, (long long)gauges[i].value);
}

static int64_t age_s(int64_t now_ms, int64_t since_ms) { return since_ms && now_ms > since_ms ? (now_ms - since_ms) / 1000 : 0; }

static void print_health(struct buf *out, const struct hall_health *h)
{
	const struct gauge gauges[] = {
		{ "ready", "gauge", "1 while the hall can serve.", health_is_ready(h) },
		{ "database_bytes", "gauge", "Size of the database file.", h->database_bytes },
		{ "wal_bytes", "gauge", "Size of the write-ahead log.", h->wal_bytes },
		{ "disk_free_bytes", "gauge", "Free bytes where the hall lies.", h->disk_free_bytes },
		{ "disk_bytes", "gauge", "All bytes where the hall lies.", h->disk_bytes },
		{ "memory_bytes", "gauge", "Memory in use.", h->memory_bytes },
		{ "writer_queue", "gauge", "Commands that wait to be written.", h->writer_queue },
		{ "timers_behind", "gauge", "Timers due for more than a minute.", h->scheduler.timers_behind },
		{ "jobs_behind", "gauge", "Jobs due for more than a minute.", h->scheduler.jobs_behind },
		{ "jobs_failed", "gauge", "Jobs that were given up.", h->scheduler.jobs_failed },
		{ "tasks_overdue", "gauge", "Open tasks past their due time.", h->scheduler.tasks_overdue },
		{ "tasks_untold", "gauge", "Of these, without an alarm yet.", h->scheduler.tasks_untold },
		{ "clocks_late", "gauge", "Promises broken and not kept yet.", h->scheduler.clocks_late },
		{ "outbox_pending", "gauge", "Notices that wait.", h->outbox.waiting_count },
		{ "outbox_failed", "gauge", "Notices that failed.", h->outbox.failed_count },
		{ "outbox_up", "gauge", "1 while the gateway takes notices.", h->outbox.state == OUTBOX_UP },
		{ "outbox_oldest_seconds", "gauge", "Age of the oldest waiting notice.", age_s(h->now_ms, h->outbox.oldest_ms) },
		{ "backup_age_seconds", "gauge", "Age of the newest backup; -1: none.", h->backup_ms ? age_s(h->now_ms, h->backup_ms) : -1 },
		{ "log_head", "gauge", "Leaves under the newest head of the log.", h->log_size },
		{ "clock_back_seconds", "gauge", "By so much the clock is behind what was written.", h->clock_back_ms / 1000 },
	};
	print_gauges(out, gauges, sizeof gauges / sizeof *gauges);
	buf_add_lit(out, "# HELP unionhall_alarm 1 while the alarm holds; docs/operators.md says what to do.\n# TYPE unionhall_alarm gauge\n");
	for (int i = 0; i < HEALTH_ALARM_COUNT; i++) buf_printf(out, "unionhall_alarm{id=\"%s\"} %d\n", health_alarms[i].id, h->alarms[i]);
}

/* A scraper on the machine itself, and not one that a proxy on the machine lets through. */
static bool is_local(const struct request *request)
{
	static const char *const forwarding[] = { "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Forwarded", "Via" };
	for (size_t i = 0; i < sizeof forwarding / sizeof *forwarding; i++)
		if (request_header(request, forwarding[i]).len) return false;
	return str_eq_c(request->client, "127.0.0.1") || str_eq_c(request->client, "::1") || str_eq_c(request->client, "::ffff:127.0.0.1");
}

static struct err metrics_show(struct request *request, struct answer *answer)
{
	struct web *web = request->web;
	struct hall_health health;
	struct buf out = buf_make(request->arena, METRICS_BYTES_MAX);
	if (!is_local(request) && !(request->holds & NEEDS_OPERATOR)) return ERR(FORBIDDEN);
	hall_health(request->hall, request->arena, &health);
	buf_add_lit(&out, "# HELP unionhall_build_info The program.\n# TYPE unionhall_build_info gauge\n");
	buf_printf(&out, "unionhall_build_info{version=\"" UNIONHALL_VERSION "\",build=\"%.*s\"} 1\n", STR_ARG(web->build));
	const struct gauge server[] = {
		{ "uptime_seconds", "gauge", "Since the server began.", (clock_monotonic_us() - web->started_us) / 1000000 },
		{ "http_faults_total", "counter", "Answers of 5xx.", (int64_t)atomic_load(&web->faults) },
		{ "http_refused_total", "counter", "Requests refused before they were one.", (int64_t)atomic_load(&web->refused) },
	};
	print_gauges(&out, server, sizeof server / sizeof *server);
	print_requests(web, &out);
	print_latency(web, &out);
	print_health(&out, &health);
	TRY(buf_finish(&out, &answer->file.content));
	answer->file.media_type = STR("text/plain; version=0.0.4; charset=utf-8");
	return OK;
}

const struct route metrics_routes[] = {
	{ .id = "metrics",
	    .method = "GET",
	    .path = "/metrics",
	    .needs = NEEDS_ANYBODY,
	    .handler = metrics_show,
	    .api = true,
	    .text_type = "text/plain",
	    .summary = "Prometheus 指标（文本 0.0.4）：本机，或持运行维护角色的令牌" },
	{ 0 },
};
