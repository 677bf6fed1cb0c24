/* inside: what the files of feel share with each other and with nobody else. */
#ifndef FEEL_INSIDE_H
#define FEEL_INSIDE_H

#include "feel/feel.h"

/* ---- num.c: decimal128 over the Intel library, by value, no global state ------------------------- */
/* FEEL/JSON numeric literal; false when malformed or out of range. */
bool num_parse(struct str text, struct feel_num *out);
struct str num_print(struct arena *arena, struct feel_num n);  /* plain notation, no trailing zeros, "-0" never */
struct feel_num num_from_i64(int64_t value);
bool num_to_i64(struct feel_num n, int64_t *out);              /* only when integral and in range */
/* Each false (result undefined) on overflow, division by zero, NaN. */
bool num_add(struct feel_num a, struct feel_num b, struct feel_num *out);
bool num_sub(struct feel_num a, struct feel_num b, struct feel_num *out);
bool num_mul(struct feel_num a, struct feel_num b, struct feel_num *out);
bool num_div(struct feel_num a, struct feel_num b, struct feel_num *out);
bool num_pow(struct feel_num a, struct feel_num b, struct feel_num *out);
bool num_modulo(struct feel_num a, struct feel_num b, struct feel_num *out);   /* a - b * floor(a / b) */
bool num_sqrt(struct feel_num n, struct feel_num *out);
bool num_log(struct feel_num n, struct feel_num *out);
bool num_exp(struct feel_num n, struct feel_num *out);
struct feel_num num_neg(struct feel_num n);
struct feel_num num_abs(struct feel_num n);
int num_cmp(struct feel_num a, struct feel_num b);
bool num_is_integral(struct feel_num n);
/* HALF_UP, UP: away from zero */
enum num_rounding { NUM_HALF_EVEN, NUM_HALF_UP, NUM_HALF_DOWN, NUM_UP, NUM_DOWN, NUM_FLOOR, NUM_CEILING };
/* Rounds to `scale` digits behind the point (negative: before it); false when scale is outside -6111..6176. */
bool num_round(struct feel_num n, int32_t scale, enum num_rounding rounding, struct feel_num *out);

/* ---- temporal.c, zone.c: date, time, durations ---------------------------------------------------- */
bool temporal_parse_date(struct str text, struct feel_value *out);
bool temporal_parse_time(struct arena *arena, struct str text, struct feel_value *out);
bool temporal_parse_date_time(struct arena *arena, struct str text, struct feel_value *out);   /* a date alone is midnight */
bool temporal_parse_duration(struct str text, struct feel_value *out);                          /* either kind */
void temporal_print(struct buf *buf, struct feel_value value);                                  /* the five temporal kinds */
/* The operators of tables 54-55 (+ - * / and unary minus); null when the kinds do not fit or the result is out of range. */
struct feel_value temporal_add(struct arena *arena, struct feel_value a, struct feel_value b);
struct feel_value temporal_sub(struct arena *arena, struct feel_value a, struct feel_value b);
struct feel_value temporal_mul(struct arena *arena, struct feel_value a, struct feel_value b);
struct feel_value temporal_div(struct arena *arena, struct feel_value a, struct feel_value b);
/* As feel_equal and feel_compare, both of one temporal kind. */
int temporal_equal(struct feel_value a, struct feel_value b);
int temporal_compare(struct feel_value a, struct feel_value b, bool *out_comparable);
/* .year .month .day .weekday .hour .minute .second .time offset .timezone .years .months .days .hours ...; null when none. */
struct feel_value temporal_member(struct arena *arena, struct feel_value value, struct str name);
/* Seconds east of UTC that an IANA zone has at a local moment; false for an unknown zone. Reads the system's tzdata. */
bool zone_offset(struct str name, int64_t local_s, int32_t *out_offset_s);

/* ---- built-in functions: one table a file, by kind ------------------------------------------------ */
struct feel_run;
/* `count` arguments were given (up to the last one of a named call); args reaches to the end of the signature, with
 * null for those that were not. args is the caller's memory: a result must not point into it. */
typedef struct feel_value (*builtin_call)(struct feel_run *run, const struct feel_value *args, size_t count);
struct builtin {
	const char *name;
	/* "list" ; "a, b?" ; several signatures of one name are several rows, tried in order; "..." last = any number more
	 * (positional only). A named call picks the row whose names it uses. Rows are chosen by count and names, the call
	 * itself checks the kinds of its arguments and answers null with a note. */
	const char *parameters;
	builtin_call call;
	bool extension;            /* Camunda's or ours, not the standard's */
};
struct builtin_table { const struct builtin *rows; size_t count; };
extern const struct builtin_table builtins_number, builtins_string, builtins_list, builtins_context, builtins_temporal,
	builtins_range, builtins_conversion, builtins_boolean, builtins_extension;

/* Offered to built-ins by run.c besides feel_run_arena, feel_run_env, feel_run_note (feel.h): */
/* Calls a function value (user-defined, built-in or host) with positional arguments; null with a note when it fails. */
struct feel_value feel_run_call(struct feel_run *run, struct feel_value function, const struct feel_value *args, size_t count);
/* Counts work done inside a built-in; false when the budget is used up (then return null at once). */
bool feel_run_spend(struct feel_run *run, uint64_t steps);

/* A function that the program calls and nobody declared, or empty. */
struct str program_unknown_call(const struct feel_program *program);

/* ---- value.c -------------------------------------------------------------------------------------- */
struct feel_value feel_number(struct feel_num n);
struct feel_value feel_range_contains(struct feel_value range, struct feel_value value);   /* true, false or null */

#endif
