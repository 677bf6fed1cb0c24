/* The machine's room: health in figures and alarms, backups, and no case (LA4). /readyz and /metrics for programs. */
#include "web/inside.h"

enum { ERRANDS_SHOWN = 3, METRICS_BYTES_MAX = 16 << 10 };

static struct str megabytes(struct request *request, int64_t bytes)
{
	int64_t tenths = bytes * 10 >> 20;
	return str_printf(request->arena, "%lld.%lld MB", (long long)(tenths / 10), (long long)(tenths % 10));
}

static void add_line(struct request *request, struct value_list *lines, const char *key, struct str value)
{
	struct resource line = resource_make(request->arena);
	resource_text(&line, "words", page_word(request, key));
	resource_text(&line, "value", value);
	value_list_add(lines, resource_done(&line));
}

static struct str count_text(struct request *request, int64_t count) { return str_from_i64(request->arena, count); }

static struct feel_value figures_value(struct request *request, const struct hall_health *health)
{
	struct value_list lines = value_list_make(request->arena);
	struct str disk = str_printf(request->arena, "%.*s / %.*s", STR_ARG(megabytes(request, health->disk_free_bytes)),
	    STR_ARG(megabytes(request, health->disk_bytes)));
	add_line(request, &lines, "operator.disk", disk);
	add_line(request, &lines, "operator.database", megabytes(request, health->database_bytes));
	add_line(request, &lines, "operator.wal", megabytes(request, health->wal_bytes));
	add_line(request, &lines, "operator.memory", megabytes(request, health->memory_bytes));
	add_line(request, &lines, "operator.queue", count_text(request, health->writer_queue));
	add_line(request, &lines, "operator.behind", count_text(request, health->scheduler.timers_behind + health->scheduler.jobs_behind));
	add_line(request, &lines, "operator.jobsFailed", count_text(request, health->scheduler.jobs_failed));
	add_line(request, &lines, "operator.overdue", count_text(request, health->scheduler.tasks_overdue));
	add_line(request, &lines, "operator.outbox", count_text(request, health->outbox.waiting_count));
	add_line(request, &lines, "operator.outboxFailed", count_text(request, health->outbox.failed_count));
	add_line(request, &lines, "operator.log", count_text(request, health->log_size));
	add_line(request, &lines, "operator.backup",
	    health->backup_ms ? page_time(request, health->backup_ms) : page_word(request, "operator.none"));
	add_line(request, &lines, "operator.started", page_time(request, health->started_ms));
	add_line(request, &lines, "operator.requests", count_text(request, (int64_t)atomic_load(&request->web->requests)));
	add_line(request, &lines, "operator.faults", count_text(request, (int64_t)atomic_load(&request->web->faults)));
	return value_list_done(&lines);
}

static struct feel_value alarms_value(struct request *request, const struct hall_health *health)
{
	struct value_list list = value_list_make(request->arena);
	for (size_t i = 0; i < HEALTH_ALARM_COUNT; i++) {
		struct resource alarm = resource_make(request->arena);
		if (!health->alarms[i]) continue;
		const char *key = str_to_c(request->arena, str_printf(request->arena, "operator.alarm.%s", health_alarms[i].id));
		resource_text(&alarm, "id", str_from_c(health_alarms[i].id));
		resource_text(&alarm, "words", page_word(request, key));
		resource_flag(&alarm, "red", health_alarms[i].level == 2);
		value_list_add(&list, resource_done(&alarm));
	}
	return value_list_done(&list);
}

static struct err errands_value(struct request *request, enum errand_kind kind, struct feel_value *out_list)
{
	struct errands errands;
	struct value_list list = value_list_make(request->arena);
	TRY(errands_latest(request->hall, request->arena, kind, STR(""), ERRANDS_SHOWN, &errands));
	for (size_t i = 0; i < errands.count; i++) {
		struct resource item = resource_make(request->arena);
		const struct errand *errand = &errands.items[i];
		const char *key = str_to_c(request->arena, str_printf(request->arena, "operator.errand.%s", errand_state_name(errand->state)));
		resource_text(&item, "when", page_time(request, errand->ended_ms ? errand->ended_ms : errand->asked_ms));
		resource_text(&item, "state", page_word(request, key));
		resource_text(&item, "words", errand->words);
		resource_flag(&item, "good", errand->state == ERRAND_DONE);
		value_list_add(&list, resource_done(&item));
	}
	*out_list = value_list_done(&list);
	return OK;
}

static struct err backups_value(struct request *request, struct feel_value *out_list)
{
	struct backup_files files;
	struct value_list list = value_list_make(request->arena);
	TRY(backups_list(request->hall, request->arena, &files));
	for (size_t i = 0; i < files.count; i++) {
		struct resource item = resource_make(request->arena);
		resource_text(&item, "name", files.items[i].name);
		resource_text(&item, "size", megabytes(request, files.items[i].bytes));
		resource_text(&item, "when", page_time(request, files.items[i].made_ms));
		value_list_add(&list, resource_done(&item));
	}
	*out_list = value_list_done(&list);
	return OK;
}

static struct err operator_show(struct request *request, struct answer *answer)
{
	struct hall_health health;
	struct feel_value backups, verified, made;
	struct resource it = resource_make(request->arena);
	hall_health(request->hall, request->arena, &health);
	TRY(backups_value(request, &backups));
	TRY(errands_value(request, ERRAND_VERIFY, &verified));
	TRY(errands_value(request, ERRAND_BACKUP, &made));
	resource_flag(&it, "ready", health_is_ready(&health));
	resource_text(&it, "asOf", page_time(request, health.now_ms));
	resource_add(&it, "alarms", alarms_value(request, &health));
	resource_add(&it, "lines", figures_value(request, &health));
	resource_add(&it, "backups", backups);
	resource_add(&it, "verified", verified);
	resource_add(&it, "made", made);
	answer->resource = resource_done(&it);
	return OK;
}

/* Asked for twice is asked for once: the page shows the one under way. */
static struct err ask_for(struct request *request, struct answer *answer, enum errand_kind kind)
{
	int64_t errand_id;
	struct err err = errand_ask(request->hall, request->arena, &request->actor, kind, STR(""), &errand_id);
	if (failed(err) && !err_is(err, ERR_REFUSED)) return err;
	answer->see_other = STR("/operator");
	return OK;
}

static struct err backup_now(struct request *request, struct answer *answer) { return ask_for(request, answer, ERRAND_BACKUP); }
static struct err verify_now(struct request *request, struct answer *answer) { return ask_for(request, answer, ERRAND_VERIFY); }

/* ---- for programs ------------------------------------------------------------------------------------------------------ */

static struct err ready_show(struct request *request, struct answer *answer)
{
	struct hall_health health;
	struct buf text = buf_make(request->arena, METRICS_BYTES_MAX);
	hall_health(request->hall, request->arena, &health);
	bool ready = health_is_ready(&health);
	buf_printf(&text, "%s\n", ready ? "ready" : "not ready");
	for (size_t i = 0; i < HEALTH_ALARM_COUNT; i++)
		if (health.alarms[i] && health_alarms[i].unfit) buf_printf(&text, "%s\n", health_alarms[i].id);
	answer->status = ready ? 200 : 503;
	answer->file = (struct answer_file){ .media_type = STR("text/plain; charset=utf-8"), .content = buf_str(&text) };
	return OK;
}

static bool is_local(const struct request *request)
{
	bool loopback = str_eq_c(request->client, "127.0.0.1") || str_eq_c(request->client, "::1");
	return loopback && request_header(request, "X-Forwarded-For").len == 0;
}

/* Prometheus text 0.0.4: figures of the machine alone. Not there for anybody from outside. */
static struct err metrics_show(struct request *request, struct answer *answer)
{
	struct hall_health health;
	struct buf text = buf_make(request->arena, METRICS_BYTES_MAX);
	if (!is_local(request) && !(request->holds & NEEDS_OPERATOR)) return ERR(NOT_FOUND);
	hall_health(request->hall, request->arena, &health);
	const struct { const char *name, *type; int64_t value; } rows[] = {
		{ "unionhall_http_requests_total", "counter", (int64_t)atomic_load(&request->web->requests) },
		{ "unionhall_http_faults_total", "counter", (int64_t)atomic_load(&request->web->faults) },
		{ "unionhall_http_refused_total", "counter", (int64_t)atomic_load(&request->web->refused) },
		{ "unionhall_database_bytes", "gauge", health.database_bytes },
		{ "unionhall_wal_bytes", "gauge", health.wal_bytes },
		{ "unionhall_disk_free_bytes", "gauge", health.disk_free_bytes },
		{ "unionhall_memory_bytes", "gauge", health.memory_bytes },
		{ "unionhall_writer_queue", "gauge", health.writer_queue },
		{ "unionhall_outbox_pending", "gauge", health.outbox.waiting_count },
		{ "unionhall_outbox_failed", "gauge", health.outbox.failed_count },
		{ "unionhall_tasks_overdue", "gauge", health.scheduler.tasks_overdue },
		{ "unionhall_timers_behind", "gauge", health.scheduler.timers_behind },
		{ "unionhall_jobs_behind", "gauge", health.scheduler.jobs_behind },
		{ "unionhall_jobs_failed", "gauge", health.scheduler.jobs_failed },
		{ "unionhall_log_head", "gauge", health.log_size },
		{ "unionhall_backup_age_seconds", "gauge", health.backup_ms ? (health.now_ms - health.backup_ms) / 1000 : -1 },
		{ "unionhall_ready", "gauge", health_is_ready(&health) },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		buf_printf(&text, "# TYPE %s %s\n%s %lld\n", rows[i].name, rows[i].type, rows[i].name, (long long)rows[i].value);
	buf_printf(&text, "# TYPE unionhall_build_info gauge\nunionhall_build_info{version=\"%s\"} 1\n", UNIONHALL_VERSION);
	answer->file = (struct answer_file){ .media_type = STR("text/plain; version=0.0.4; charset=utf-8"), .content = buf_str(&text) };
	return OK;
}

const struct route operator_routes[] = {
	{ .id = "operatorShow",
	    .method = "GET",
	    .path = "/operator",
	    .needs = NEEDS_OPERATOR,
	    .handler = operator_show,
	    .template_name = "operator" },
	{ .id = "backupNow",
	    .method = "POST",
	    .path = "/operator/backup",
	    .needs = NEEDS_OPERATOR,
	    .body_bytes_max = FORM_BODY_BYTES,
	    .handler = backup_now },
	{ .id = "verifyNow",
	    .method = "POST",
	    .path = "/operator/verify",
	    .needs = NEEDS_OPERATOR,
	    .body_bytes_max = FORM_BODY_BYTES,
	    .handler = verify_now },
	{ .id = "ready", .method = "GET", .path = "/readyz", .needs = NEEDS_ANYBODY, .handler = ready_show },
	{ .id = "metrics", .method = "GET", .path = "/metrics", .needs = NEEDS_ANYBODY, .handler = metrics_show },
	{ 0 },
};
