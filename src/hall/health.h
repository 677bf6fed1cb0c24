/* health: how the hall's machine does, in figures and in alarms, without a word of any case. */
#ifndef HALL_HEALTH_H
#define HALL_HEALTH_H

#include "base/base.h"
#include "hall/notices.h"
#include "hall/scheduler.h"

struct hall;

enum {
	DISK_RED_PERCENT = 5, DISK_WARN_PERCENT = 10, BACKUP_OLD_MS = 26 * 3600000, OUTBOX_OLD_MS = 3600000, QUEUE_LONG_COUNT = 1000,
	CLOCK_BACK_MS = 300000, WAL_LARGE_BYTES = 512 << 20,
};

/* id, is the hall unfit to serve (readyz says 503), how loud (2 red, 1 amber). */
#define HEALTH_ALARMS(X) \
	X(stopped,        true,  2) \
	X(locked,         true,  2) \
	X(diskFull,       true,  2) \
	X(clockBack,      true,  2) \
	X(schedulerBehind, true, 2) \
	X(queueLong,      true,  2) \
	X(tasksUntold,    false, 2) \
	X(jobsFailed,     false, 2) \
	X(backupFailed,   false, 2) \
	X(backupOld,      false, 2) \
	X(outboxClosed,   false, 2) \
	X(outboxOld,      false, 2) \
	X(outboxDown,     false, 1) \
	X(outboxFailed,   false, 1) \
	X(diskLow,        false, 1) \
	X(walLarge,       false, 1) \
	X(verifyFailed,   false, 2) \
	X(calendarExpected, false, 1)
#define X(id, unfit, level) HEALTH_##id,
enum health_alarm { HEALTH_ALARMS(X) HEALTH_ALARM_COUNT };
#undef X
struct health_alarm_row { const char *id; bool unfit; int32_t level; };
extern const struct health_alarm_row health_alarms[HEALTH_ALARM_COUNT];

struct hall_health {
	int64_t now_ms, started_ms;
	int64_t database_bytes, wal_bytes, disk_free_bytes, disk_bytes, memory_bytes;
	int64_t writer_queue, log_size, log_head_ms;
	int64_t backup_ms, backup_bytes;          /* of the newest; 0: none */
	int64_t clock_back_ms;                    /* by so much our clock is behind what was written already; 0: it is not */
	struct scheduler_alarms scheduler;
	struct outbox_health outbox;
	bool gateway_is_set;                      /* [sms] of hall.ini names one */
	int32_t expected_year;                    /* the first year, of this and the next, whose holidays are not published; 0: both are */
	bool alarms[HEALTH_ALARM_COUNT];
};
/* Works while the hall is locked, while its disk is full, and while its store is stopped (then the figures that need it are 0). */
void hall_health(struct hall *hall, struct arena *arena, struct hall_health *out_health);
/* Whether anything makes the hall unfit to serve. */
bool health_is_ready(const struct hall_health *health);

#endif
