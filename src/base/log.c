#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>

void log_event(const struct logger *logger, enum log_level level, const char *event, const char *format, ...)
{
	if (!logger || level > logger->level_max) return;
	char pairs[1024];
	va_list args;
	va_start(args, format);
	vsnprintf(pairs, sizeof pairs, format, args);
	va_end(args);
	for (char *c = pairs; *c; c++)
		if (*c == '\n' || *c == '\r') *c = ' ';
	fprintf(stderr, "<%d>event=%s%s%s\n", (int)level, event, pairs[0] ? " " : "", pairs);
}
