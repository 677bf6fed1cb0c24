/* bench: what the drivers share. A driver prints one line a figure, `name TAB value TAB unit`, on standard output and
 * words on standard error; bench/run.py puts the lines beside bars and peers. A driver that cannot do its work exits 3. */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include "base/base.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static inline void must(struct err err, const char *what)
{
	if (!failed(err)) return;
	fprintf(stderr, "%s: %s\n", what, err_words(err));
	exit(3);
}

static inline void figure(const char *name, double value, const char *unit) { printf("%s\t%.6g\t%s\n", name, value, unit); }

/* Of the whole process, all threads. */
static inline double cpu_seconds(void)
{
	struct timespec spent;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
	return (double)spent.tv_sec + (double)spent.tv_nsec / 1e9;
}

static inline double wall_seconds(void) { return (double)clock_monotonic_us() / 1e6; }

/* "VmRSS:" now, "VmHWM:" at its highest, in MB. */
static inline double memory_mb(const char *which)
{
	char line[200];
	long kilobytes = 0;
	FILE *status = fopen("/proc/self/status", "r");
	while (status && fgets(line, sizeof line, status))
		if (str_starts(str_from_c(line), str_from_c(which))) kilobytes = strtol(line + str_from_c(which).len, NULL, 10);
	if (status) fclose(status);
	return (double)kilobytes / 1024;
}

static inline int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* Sorts the values in place; share 0.5 is the median. */
static inline double quantile(double *values, size_t count, double share)
{
	if (count == 0) return 0;
	qsort(values, count, sizeof *values, by_size);
	return values[(size_t)((double)(count - 1) * share + 0.5)];
}

#endif
