/* The operator's room: how the machine does, backups, and the door that opens a locked hall. No case stands here (LA4). */
#include "web/admin_view.h"

enum { UNLOCK_TRIES_A_MINUTE = 3, UNLOCK_TRIES_A_MINUTE_ALL = 10 };

/* ---- health ------------------------------------------------------------------------------------------------------------- */

static struct feel_value alarms_value(struct request *request, const struct hall_health *health)
{
	struct value_list list = value_list_make(request->arena);
	for (int level = 2; level >= 1; level--)
		for (int i = 0; i < HEALTH_ALARM_COUNT; i++) {
			struct resource item = resource_make(request->arena);
			struct str id = str_from_c(health_alarms[i].id);
			if (!health->alarms[i] || health_alarms[i].level != level) continue;
			resource_text(&item, "id", id);
			resource_flag(&item, "red", level == 2);
			resource_text(&item, "words", page_word_or(request, "alarm.", id, id));
			resource_text(&item, "todo", page_word_or(request, "alarm.do.", id, STR("")));
			value_list_add(&list, resource_done(&item));
		}
	return value_list_done(&list);
}

static void add_machine(struct request *request, struct resource *it, const struct hall_health *health)
{
	const struct web *web = request->web;
	int64_t percent = health->disk_bytes ? health->disk_free_bytes * 100 / health->disk_bytes : 0;
	resource_text(it, "databaseWords", size_words(request, health->database_bytes));
	resource_text(it, "walWords", size_words(request, health->wal_bytes));
	resource_text(it, "diskFreeWords", size_words(request, health->disk_free_bytes));
	resource_text(it, "diskWords", size_words(request, health->disk_bytes));
	resource_text(it, "memoryWords", size_words(request, health->memory_bytes));
	resource_count(it, "databaseBytes", health->database_bytes);
	resource_count(it, "walBytes", health->wal_bytes);
	resource_count(it, "diskFreeBytes", health->disk_free_bytes);
	resource_count(it, "diskBytes", health->disk_bytes);
	resource_count(it, "memoryBytes", health->memory_bytes);
	resource_count(it, "diskFreePercent", percent);
	resource_count(it, "writerQueue", health->writer_queue);
	resource_count(it, "requests", (int64_t)atomic_load(&web->requests));
	resource_count(it, "faults", (int64_t)atomic_load(&web->faults));
	resource_count(it, "refused", (int64_t)atomic_load(&web->refused));
	resource_text(it, "uptimeWords", age_words(request, (clock_monotonic_us() - web->started_us) / 1000));
	resource_text(it, "programVersion", STR(UNIONHALL_VERSION));
	resource_moment(request, it, "started", web->started_ms);
}

static struct str outbox_state(const struct hall_health *health)
{
	static const char *const names[] = { [OUTBOX_UP] = "up", [OUTBOX_DOWN] = "down", [OUTBOX_CLOSED] = "closed" };
	return health->gateway_is_set ? str_from_c(names[health->outbox.state]) : STR("none");
}

static void add_work(struct request *request, struct resource *it, const struct hall_health *health)
{
	resource_count(it, "timersBehind", health->scheduler.timers_behind);
	resource_count(it, "jobsBehind", health->scheduler.jobs_behind);
	resource_count(it, "jobsFailed", health->scheduler.jobs_failed);
	resource_count(it, "tasksOverdue", health->scheduler.tasks_overdue);
	resource_count(it, "tasksUntold", health->scheduler.tasks_untold);
	resource_count(it, "clocksLate", health->scheduler.clocks_late);
	resource_count(it, "unindexed", health->scheduler.cases_unindexed);
	resource_count(it, "outboxWaiting", health->outbox.waiting_count);
	resource_count(it, "outboxFailed", health->outbox.failed_count);
	resource_text(it, "outboxState", outbox_state(health));
	resource_text(it, "outboxOldest", health->outbox.oldest_ms ? age_words(request, health->now_ms - health->outbox.oldest_ms) : STR(""));
	resource_text(it, "backupAge", health->backup_ms ? age_words(request, health->now_ms - health->backup_ms) : STR(""));
	resource_text(it, "backupSize", health->backup_ms ? size_words(request, health->backup_bytes) : STR(""));
	resource_moment(request, it, "backup", health->backup_ms);
	resource_count(it, "logSize", health->log_size);
	resource_moment(request, it, "logHead", health->log_head_ms);
}

static struct err health_show(struct request *request, struct answer *answer)
{
	struct resource it = admin_page(request);
	struct hall_health health;
	hall_health(request->hall, request->arena, &health);
	struct feel_value alarms = alarms_value(request, &health);
	resource_add(&it, "alarms", alarms);
	resource_flag(&it, "ready", health_is_ready(&health));
	resource_flag(&it, "calm", alarms.list.count == 0);
	add_machine(request, &it, &health);
	add_work(request, &it, &health);
	resource_moment(request, &it, "at", health.now_ms);
	answer->resource = resource_done(&it);
	return OK;
}

/* ---- backups ------------------------------------------------------------------------------------------------------------- */

static struct err backup_value(struct request *request, const struct backup_file *file, bool newest, struct feel_value *out)
{
	struct resource item = resource_make(request->arena);
	struct errands proved;
	TRY(errands_latest(request->hall, request->arena, ERRAND_BACKUP_VERIFY, file->name, 1, &proved));
	resource_text(&item, "name", file->name);
	resource_text(&item, "size", size_words(request, file->bytes));
	resource_count(&item, "bytes", file->bytes);
	resource_flag(&item, "nightly", file->nightly);
	resource_flag(&item, "newest", newest);
	resource_moment(request, &item, "made", file->made_ms);
	resource_add(&item, "proved", proved.count ? errand_value(request, &proved.items[0]) : FEEL_NULL_VALUE);
	*out = resource_done(&item);
	return OK;
}

static struct err backups_page(struct request *request, struct answer *answer, struct err err)
{
	struct resource it = admin_page(request);
	struct backup_files files;
	struct errands made, proved;
	struct value_list list = value_list_make(request->arena);
	TRY(backups_list(request->hall, request->arena, &files));
	TRY(errands_latest(request->hall, request->arena, ERRAND_BACKUP, STR(""), 1, &made));
	TRY(errands_latest(request->hall, request->arena, ERRAND_BACKUP_VERIFY, STR(""), 1, &proved));
	for (size_t i = 0; i < files.count && i < 100; i++) {
		struct feel_value value;
		TRY(backup_value(request, &files.items[i], i == 0, &value));
		value_list_add(&list, value);
	}
	resource_add(&it, "backups", value_list_done(&list));
	resource_add(&it, "last", made.count ? errand_value(request, &made.items[0]) : FEEL_NULL_VALUE);
	resource_flag(&it, "waits", (made.count && made.items[0].state <= ERRAND_RUNNING) || (proved.count &&
	    proved.items[0].state <= ERRAND_RUNNING));
	if (failed(err)) return admin_again(request, answer, &it, "operatorBackups", err);
	answer->resource = resource_done(&it);
	return OK;
}

static struct err backups_show(struct request *request, struct answer *answer) { return backups_page(request, answer, OK); }

static struct err backup_now(struct request *request, struct answer *answer)
{
	struct err err = errand_ask(request->hall, request->arena, &request->actor, ERRAND_BACKUP, STR(""), NULL);
	if (failed(err) && !err_is(err, ERR_REFUSED)) return err;
	answer->see_other = STR("/operator/backups");
	return OK;
}

static struct err backup_verify(struct request *request, struct answer *answer)
{
	const char *path;
	struct str name = request_part(request, "backup");
	TRY(backup_path(request->hall, request->arena, name, &path));
	struct err err = errand_ask(request->hall, request->arena, &request->actor, ERRAND_BACKUP_VERIFY, name, NULL);
	if (failed(err) && !err_is(err, ERR_REFUSED)) return err;
	answer->see_other = STR("/operator/backups");
	return OK;
}

static struct err backup_download(struct request *request, struct answer *answer)
{
	const char *path;
	struct str name = request_part(request, "backup");
	TRY(backup_path(request->hall, request->arena, name, &path));
	TRY(backup_taken(request->hall, request->arena, &request->actor, name));
	answer->file = (struct answer_file){ .media_type = STR("application/zip"), .name = name, .path = path, .attachment = true };
	return OK;
}

static struct err backup_delete(struct request *request, struct answer *answer)
{
	struct err err = backup_remove(request->hall, request->arena, &request->actor, request_part(request, "backup"));
	if (err_is(err, ERR_REFUSED)) {
		report_error(request->report, STR(""), "%.*s", STR_ARG(page_word(request, "operator.newestStays")));
		return backups_page(request, answer, err);
	}
	TRY(err);
	admin_done(request, answer, STR("/operator/backups"), "removed");
	return OK;
}

/* ---- a locked hall -------------------------------------------------------------------------------------------------------- */

static struct err unlock_page(struct request *request, struct answer *answer, struct str wrong, int status)
{
	struct resource it = resource_make(request->arena);
	resource_flag(&it, "locked", hall_is_locked(request->hall));
	resource_flag(&it, "recovery", str_eq_c(request_query(request, "with"), "recovery") || request_has_field(request, "recoveryKey"));
	resource_text(&it, "wrong", wrong);
	answer->status = status;
	answer->template_name = "operatorUnlock";
	answer->resource = resource_done(&it);
	return OK;
}

static struct err unlock_show(struct request *request, struct answer *answer) { return unlock_page(request, answer, STR(""), 0); }

static bool may_try(struct request *request)
{
	int64_t now_us = clock_monotonic_us();
	return limit_take(request->web->limits, "unlock", request->client, UNLOCK_TRIES_A_MINUTE, now_us) &&
	    limit_take(request->web->limits, "unlock", STR("everybody"), UNLOCK_TRIES_A_MINUTE_ALL, now_us);
}

static struct err unlock(struct request *request, struct answer *answer)
{
	struct str passphrase = request_field(request, "passphrase"), recovery = request_field(request, "recoveryKey");
	struct hall *hall = request->hall;
	if (!hall_is_locked(hall)) return unlock_page(request, answer, STR(""), 0);
	if (passphrase.len == 0 && recovery.len == 0) return unlock_page(request, answer, page_word(request, "operatorUnlock.empty"), 422);
	if (!may_try(request)) {
		answer->retry_after = STR("60");
		return unlock_page(request, answer, page_word(request, "operatorUnlock.slowly"), 429);
	}
	struct err err = recovery.len ? hall_unlock_with_recovery_key(hall, recovery, request->report) : hall_unlock(hall, passphrase);
	if (err_is(err, ERR_FORBIDDEN) || err_is(err, ERR_INVALID) || err_is(err, ERR_MISSING)) {
		log_event(request->web->logger, LOG_LEVEL_WARNING, "hall.unlockRefused", "reason=%s", err_name(err));
		request->report->count = request->report->error_count = 0;
		return unlock_page(request, answer, page_word(request, err_is(err,
		    ERR_MISSING) ? "operatorUnlock.needsRecovery" : "operatorUnlock.wrong"), 422);
	}
	TRY(err);
	log_event(request->web->logger, LOG_LEVEL_INFO, "hall.unlocked", "with=%s", recovery.len ? "recovery" : "passphrase");
	TRY(hall_note_unlocked(hall, request->arena));
	answer->see_other = STR("/operator/unlock");
	return OK;
}

/* ---- for machines ------------------------------------------------------------------------------------------------------------ */

/* A load balancer asks: 200 as long as the hall can serve, else 503 with one reason a line; alarms that do not stop it follow. */
static struct err ready(struct request *request, struct answer *answer)
{
	struct hall_health health;
	struct buf text = buf_make(request->arena, 4096);
	hall_health(request->hall, request->arena, &health);
	bool is_ready = health_is_ready(&health);
	buf_add(&text, is_ready ? STR("ready\n") : STR("not ready\n"));
	for (int unfit = 1; unfit >= 0; unfit--)
		for (int i = 0; i < HEALTH_ALARM_COUNT; i++)
			if (health.alarms[i] && health_alarms[i].unfit == (unfit == 1)) buf_printf(&text, "%s: %s\n", unfit ? "stops" : "alarm",
			    health_alarms[i].id);
	answer->status = is_ready ? 200 : 503;
	if (!is_ready) answer->retry_after = STR("30");
	answer->file = (struct answer_file){ .media_type = STR("text/plain; charset=utf-8"), .content = buf_str(&text) };
	return OK;
}

static const struct shape_field alarm_fields[] = {
	{ "id", SHAPE_STRING, "警报", NULL, false, 0 },
	{ "red", SHAPE_BOOLEAN, "要马上处理", NULL, false, 0 },
	{ "words", SHAPE_STRING, "怎么了", NULL, false, 0 },
	{ "todo", SHAPE_STRING, "怎么办", NULL, false, 0 },
};
static const struct shape alarm_shape = { "Alarm", SHAPE_FIELDS(alarm_fields) };
static const struct shape_field health_fields[] = {
	{ "ready", SHAPE_BOOLEAN, "能接待", NULL, false, 0 },
	{ "alarms", SHAPE_LIST, "警报，要紧的在前", &alarm_shape, false, 0 },
	{ "databaseBytes", SHAPE_INTEGER, "数据库字节数", NULL, false, 0 },
	{ "walBytes", SHAPE_INTEGER, "预写日志字节数", NULL, false, 0 },
	{ "diskFreeBytes", SHAPE_INTEGER, "磁盘剩余", NULL, false, 0 },
	{ "diskBytes", SHAPE_INTEGER, "磁盘大小", NULL, false, 0 },
	{ "memoryBytes", SHAPE_INTEGER, "内存", NULL, false, 0 },
	{ "writerQueue", SHAPE_INTEGER, "等着写入的命令", NULL, false, 0 },
	{ "timersBehind", SHAPE_INTEGER, "迟到的定时", NULL, false, 0 },
	{ "jobsBehind", SHAPE_INTEGER, "迟到的作业", NULL, false, 0 },
	{ "jobsFailed", SHAPE_INTEGER, "失败的作业", NULL, false, 0 },
	{ "outboxWaiting", SHAPE_INTEGER, "等待发送的通知", NULL, false, 0 },
	{ "outboxFailed", SHAPE_INTEGER, "发送失败的通知", NULL, false, 0 },
	{ "outboxState", SHAPE_STRING, "短信网关：up、down、closed、none（没有设）", NULL, false, 0 },
	{ "backup", SHAPE_MOMENT, "最近一次备份", NULL, false, 0 },
	{ "logSize", SHAPE_INTEGER, "存证日志的条数", NULL, false, 0 },
	{ "logHead", SHAPE_MOMENT, "最近一次签名", NULL, false, 0 },
	{ "requests", SHAPE_INTEGER, "启动以来的请求", NULL, false, 0 },
	{ "faults", SHAPE_INTEGER, "启动以来的故障", NULL, false, 0 },
	{ "started", SHAPE_MOMENT, "启动时间", NULL, false, 0 },
	{ "programVersion", SHAPE_STRING, "程序版本", NULL, false, 0 },
};
static const struct shape health_shape = { "Health", SHAPE_FIELDS(health_fields) };

#define OPERATOR(id_, method_, path_, handler_, template_, body_) \
	{ .id = id_, .method = method_, .path = path_, .needs = NEEDS_OPERATOR, .body_bytes_max = body_, .handler = handler_, \
	  .template_name = template_ }
const struct route operator_routes[] = {
	{ .id = "operatorHealth", .method = "GET", .path = "/operator", .needs = NEEDS_OPERATOR, .handler = health_show,
	    .template_name = "operator", .api = true, .summary = "机器的状况和警报，不含任何办件", .output = &health_shape },
	OPERATOR("operatorBackups", "GET", "/operator/backups", backups_show, "operatorBackups", 0),
	OPERATOR("operatorBackupNow", "POST", "/operator/backups", backup_now, NULL, FORM_BODY_BYTES),
	OPERATOR("operatorBackupDownload", "POST", "/operator/backups/:backup/download", backup_download, NULL, FORM_BODY_BYTES),
	OPERATOR("operatorBackupVerify", "POST", "/operator/backups/:backup/verify", backup_verify, NULL, FORM_BODY_BYTES),
	OPERATOR("operatorBackupRemove", "POST", "/operator/backups/:backup/remove", backup_delete, "operatorBackups", FORM_BODY_BYTES),
	{ .id = "operatorUnlockShow", .method = "GET", .path = "/operator/unlock", .needs = NEEDS_ANYBODY, .handler = unlock_show,
	    .template_name = "operatorUnlock" },
	{ .id = "operatorUnlock", .method = "POST", .path = "/operator/unlock", .needs = NEEDS_ANYBODY, .body_bytes_max = FORM_BODY_BYTES,
	    .handler = unlock, .template_name = "operatorUnlock" },
	{ .id = "ready", .method = "GET", .path = "/readyz", .needs = NEEDS_ANYBODY, .handler = ready },
	{ 0 },
};
