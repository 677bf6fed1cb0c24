/* log: one line an event to standard error, as logfmt with a syslog priority ("<6>") in front.
 * Only programs log (cli, hall's threads); libraries report. Never names, phones or ids of people. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

enum log_level { LOG_LEVEL_ERROR = 3, LOG_LEVEL_WARNING = 4, LOG_LEVEL_INFO = 6, LOG_LEVEL_DEBUG = 7 };

struct logger { enum log_level level_max; };

/* event: a fixed word ("outbox.retry"); format: logfmt pairs ("id=%s state=%s"), or "". */
void log_event(const struct logger *logger, enum log_level level, const char *event, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

#endif
