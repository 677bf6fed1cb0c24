#include "base/report.h"

#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>

struct report report_make(struct arena *arena) { return (struct report){ .arena = arena }; }

void report_add(struct report *report, enum severity severity, struct str place, const char *format, ...)
{
	if (!report) return;
	if (severity == SEVERITY_ERROR) report->error_count++;
	if (report->count >= FINDING_COUNT_MAX) {
		report->dropped_count++;
		return;
	}
	char words[2048];
	va_list args;
	va_start(args, format);
	vsnprintf(words, sizeof words, format, args);
	va_end(args);
	LIST_PUSH(report->arena, report, ((struct finding){ .severity = severity, .file = str_copy(report->arena, report->file),
		.place = str_copy(report->arena, place), .words = str_copy(report->arena, str_from_c(words)) }));
}

struct str report_print(struct arena *arena, const struct report *report)
{
	enum { REPORT_BYTES_MAX = 1 << 20 };
	struct buf buf = buf_make(arena, REPORT_BYTES_MAX);
	for (size_t i = 0; i < report->count; i++) {
		const struct finding *finding = &report->items[i];
		if (finding->file.len) buf_printf(&buf, "%.*s:", STR_ARG(finding->file));
		if (finding->place.len) buf_printf(&buf, "%.*s:", STR_ARG(finding->place));
		if (buf.len && buf.ptr[buf.len - 1] == ':') buf_add_byte(&buf, ' ');
		buf_printf(&buf, "%s: %.*s\n", finding->severity == SEVERITY_ERROR ? "error" : "warning", STR_ARG(finding->words));
	}
	if (report->dropped_count) buf_printf(&buf, "and %zu more\n", report->dropped_count);
	return buf_str(&buf);
}
