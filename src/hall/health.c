#include "hall/health.h"

#include "hall/inside.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define X(id, unfit, level) { #id, unfit, level },
const struct health_alarm_row health_alarms[HEALTH_ALARM_COUNT] = { HEALTH_ALARMS(X) };
#undef X

static int64_t bytes_of(struct arena *arena, const char *folder, const char *name)
{
	struct stat status;
	return stat(str_to_c(arena, str_printf(arena, "%s/%s", folder, name)), &status) == 0 ? status.st_size : 0;
}

/* What an ordinary program may still use; the reserve of root is none of ours. */
static void look_at_disk(struct hall *hall, struct arena *arena, struct hall_health *health)
{
	struct statvfs disk;
	health->database_bytes = bytes_of(arena, hall->places.hall, "hall.db");
	health->wal_bytes = bytes_of(arena, hall->places.hall, "hall.db-wal");
	if (statvfs(hall->places.hall, &disk) != 0) return;
	health->disk_free_bytes = (int64_t)disk.f_bavail * (int64_t)disk.f_frsize;
	health->disk_bytes = (int64_t)(disk.f_blocks - disk.f_bfree + disk.f_bavail) * (int64_t)disk.f_frsize;
	health->alarms[HEALTH_diskFull] = health->disk_free_bytes * 100 < health->disk_bytes * DISK_RED_PERCENT;
	health->alarms[HEALTH_diskLow] = !health->alarms[HEALTH_diskFull] &&
	    health->disk_free_bytes * 100 < health->disk_bytes * DISK_WARN_PERCENT;
	health->alarms[HEALTH_walLarge] = health->wal_bytes > WAL_LARGE_BYTES;
}

static int64_t memory_in_use(void)
{
	char text[256] = "";
	long pages = 0, ignored = 0;
	FILE *file = fopen("/proc/self/statm", "re");
	if (!file) return 0;
	if (fgets(text, sizeof text, file) && sscanf(text, "%ld %ld", &ignored, &pages) != 2) pages = 0;
	fclose(file);
	return (int64_t)pages * sysconf(_SC_PAGESIZE);
}

static struct err look_at_store(struct hall *hall, struct arena *arena, struct hall_health *health)
{
	struct store_reader *reader;
	struct store_head head;
	struct store_row newest;
	TRY(read_begin(hall, &reader));
	struct err err = store_log_head(reader, arena, &head);
	if (!failed(err)) err = query_one(hall, arena, reader, "event_newest_ms", SQL_NONE, &newest);
	store_read_end(reader);
	TRY(err);
	health->log_size = head.size;
	health->log_head_ms = head.at_ms;
	int64_t behind_ms = row_is_null(newest, 0) ? 0 : row_i64(newest, 0) - health->now_ms;
	if (behind_ms > CLOCK_BACK_MS) health->clock_back_ms = behind_ms;
	health->alarms[HEALTH_clockBack] = health->clock_back_ms > 0;
	return OK;
}

static struct err look_at_work(struct hall *hall, struct hall_health *health)
{
	const struct scheduler_alarms *scheduler = &health->scheduler;
	const struct outbox_health *outbox = &health->outbox;
	TRY(scheduler_alarms(hall, &health->scheduler));
	TRY(outbox_health(hall, &health->outbox));
	health->gateway_is_set = hall->configuration.sms.url.len > 0;
	health->alarms[HEALTH_schedulerBehind] = !hall_is_locked(hall) && scheduler->timers_behind + scheduler->jobs_behind > 0;
	health->alarms[HEALTH_tasksUntold] = scheduler->tasks_untold > 0;
	health->alarms[HEALTH_jobsFailed] = scheduler->jobs_failed > 0;
	health->alarms[HEALTH_outboxClosed] = outbox->state == OUTBOX_CLOSED;
	health->alarms[HEALTH_outboxDown] = outbox->state == OUTBOX_DOWN;
	health->alarms[HEALTH_outboxFailed] = outbox->failed_count > 0;
	health->alarms[HEALTH_outboxOld] = outbox->oldest_ms > 0 && health->now_ms - outbox->oldest_ms > OUTBOX_OLD_MS;
	return OK;
}

/* A hall of this morning need not have a backup yet. */
static struct err look_at_backups(struct hall *hall, struct arena *arena, struct hall_health *health)
{
	struct backup_files files;
	struct errands last;
	TRY(backups_list(hall, arena, &files));
	if (files.count) {
		health->backup_ms = files.items[0].made_ms;
		health->backup_bytes = files.items[0].bytes;
	}
	health->alarms[HEALTH_backupOld] = health->now_ms - (health->backup_ms ? health->backup_ms : health->started_ms) > BACKUP_OLD_MS;
	TRY(errands_latest(hall, arena, ERRAND_BACKUP, STR(""), 1, &last));
	health->alarms[HEALTH_backupFailed] = last.count && last.items[0].state >= ERRAND_FAILED;
	TRY(errands_latest(hall, arena, ERRAND_VERIFY, STR(""), 1, &last));
	health->alarms[HEALTH_verifyFailed] = last.count && last.items[0].state == ERRAND_FAILED;
	return OK;
}

/* The notice for a year comes in the autumn before it: from December on its absence is remarkable. */
static void look_at_calendar(struct hall *hall, struct hall_health *health)
{
	struct date today = date_of_ms(health->now_ms, SHANGHAI_OFFSET_S);
	for (int32_t year = today.year; year <= today.year + 1 && !health->expected_year; year++)
		if (calendar_is_provisional(hall->calendar, (struct date){ year, 6, 1 })) health->expected_year = year;
	health->alarms[HEALTH_calendarExpected] =
		health->expected_year == today.year || (health->expected_year == today.year + 1 && today.month == 12);
}

void hall_health(struct hall *hall, struct arena *arena, struct hall_health *out_health)
{
	struct hall_health health = { .now_ms = hall_now_ms(hall), .started_ms = hall->opened_ms, .memory_bytes = memory_in_use(),
		.writer_queue = (int64_t)store_queue_count(hall->store) };
	look_at_disk(hall, arena, &health);
	look_at_calendar(hall, &health);
	struct err err = look_at_store(hall, arena, &health);
	if (!failed(err)) err = look_at_work(hall, &health);
	if (!failed(err)) err = look_at_backups(hall, arena, &health);
	health.alarms[HEALTH_stopped] = store_is_stopped(hall->store) || failed(err);
	health.alarms[HEALTH_locked] = hall_is_locked(hall);
	health.alarms[HEALTH_queueLong] = health.writer_queue > QUEUE_LONG_COUNT;
	*out_health = health;
}

bool health_is_ready(const struct hall_health *health)
{
	for (int i = 0; i < HEALTH_ALARM_COUNT; i++)
		if (health->alarms[i] && health_alarms[i].unfit) return false;
	return true;
}
