/* Numbers, alone and in lists: DMN 1.5 tables 74 and 75 in part. */
#include "feel/library.h"

static bool number_of(struct feel_value value, struct feel_num *out)
{
	value = argument_single(value);
	if (value.kind != FEEL_NUMBER) return false;
	*out = value.number;
	return true;
}

static struct feel_value number_or_note(struct feel_run *run, bool fits, struct feel_num n)
{
	if (fits) return feel_number(n);
	feel_run_note(run, "the result is not a number of 34 digits");
	return FEEL_NULL_VALUE;
}

static struct feel_value rounded(struct feel_run *run, const struct feel_value *args, size_t count, enum num_rounding rounding)
{
	struct feel_num n, result;
	int64_t scale = 0;
	if (!number_of(args[0], &n)) return argument_wrong(run, args, 0, "a number");
	if (count > 1 && !argument_integer(args[1], &scale)) return argument_wrong(run, args, 1, "a number");
	if (scale < -6111 || scale > 6176 || !num_round(n, (int32_t)scale, rounding, &result)) {
		feel_run_note(run, "the scale must be -6111 to 6176");
		return FEEL_NULL_VALUE;
	}
	return feel_number(result);
}

#define ROUNDING(name, rounding) \
	static struct feel_value name(struct feel_run *run, const struct feel_value *args, size_t count) \
	{ return rounded(run, args, count, rounding); }
ROUNDING(call_decimal, NUM_HALF_EVEN)
ROUNDING(call_floor, NUM_FLOOR)
ROUNDING(call_ceiling, NUM_CEILING)
ROUNDING(call_round_up, NUM_UP)
ROUNDING(call_round_down, NUM_DOWN)
ROUNDING(call_round_half_up, NUM_HALF_UP)
ROUNDING(call_round_half_down, NUM_HALF_DOWN)
#undef ROUNDING

static struct feel_value call_abs(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)count;
	struct feel_value v = argument_single(args[0]);
	if (v.kind == FEEL_NUMBER) return feel_number(num_abs(v.number));
	bool negative_months = v.kind == FEEL_MONTHS_DURATION && v.months < 0;
	bool negative_days = v.kind == FEEL_DAYS_DURATION && (v.duration.s < 0 || v.duration.ns < 0);
	if (negative_months || negative_days) return temporal_mul(feel_run_arena(run), v, feel_number_i64(-1));
	if (v.kind == FEEL_MONTHS_DURATION || v.kind == FEEL_DAYS_DURATION) return v;
	return argument_wrong(run, args, 0, "a number or a duration");
}

static struct feel_value call_modulo(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)count;
	struct feel_num a, b, result;
	if (!number_of(args[0], &a)) return argument_wrong(run, args, 0, "a number");
	if (!number_of(args[1], &b)) return argument_wrong(run, args, 1, "a number");
	bool fits = num_modulo(a, b, &result);
	return number_or_note(run, fits, result);
}

#define OF_ONE_NUMBER(name, function) \
	static struct feel_value name(struct feel_run *run, const struct feel_value *args, size_t count) \
	{ \
		(void)count; \
		struct feel_num n, result = { { 0, 0 } }; \
		if (!number_of(args[0], &n)) return argument_wrong(run, args, 0, "a number"); \
		bool fits = function(n, &result); \
		return number_or_note(run, fits, result); \
	}
OF_ONE_NUMBER(call_sqrt, num_sqrt)
OF_ONE_NUMBER(call_log, num_log)
OF_ONE_NUMBER(call_exp, num_exp)
#undef OF_ONE_NUMBER

/* Null for a number that is not whole: it is neither odd nor even. */
static struct feel_value parity(struct feel_run *run, const struct feel_value *args, int64_t wanted)
{
	struct feel_num n, rest, two = num_from_i64(2);
	int64_t digit;
	if (!number_of(args[0], &n)) return argument_wrong(run, args, 0, "a number");
	if (!num_modulo(n, two, &rest)) return FEEL_NULL_VALUE;
	return feel_boolean(num_to_i64(rest, &digit) && digit == wanted);
}

static struct feel_value call_odd(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)count;
	return parity(run, args, 1);
}

static struct feel_value call_even(struct feel_run *run, const struct feel_value *args, size_t count)
{
	(void)count;
	return parity(run, args, 0);
}

/* ---- numbers in lists ------------------------------------------------------------------------------- */

/* f(list) or f(a, b, …), all numbers; notes and returns false otherwise. */
static bool numbers_of(struct feel_run *run, const struct feel_value *args, size_t count, struct feel_list *out)
{
	if (!argument_items(args, count, out)) {
		feel_run_note(run, "the argument must be a list of numbers");
		return false;
	}
	for (size_t i = 0; i < out->count; i++) {
		if (out->items[i].kind == FEEL_NUMBER) continue;
		feel_run_note(run, "item %zu of the list must be a number, not %s", i + 1, feel_kind_name(out->items[i].kind));
		return false;
	}
	return feel_run_spend(run, out->count);
}

static bool total_of(struct feel_list numbers, struct feel_num *out)
{
	*out = num_from_i64(0);
	for (size_t i = 0; i < numbers.count; i++) {
		if (!num_add(*out, numbers.items[i].number, out)) return false;
	}
	return true;
}

static bool mean_of(struct feel_list numbers, struct feel_num *out)
{
	return total_of(numbers, out) && num_div(*out, num_from_i64((int64_t)numbers.count), out);
}

static struct feel_value call_sum(struct feel_run *run, const struct feel_value *args, size_t count)
{
	struct feel_list numbers;
	struct feel_num total;
	if (!numbers_of(run, args, count, &numbers) || numbers.count == 0) return FEEL_NULL_VALUE;
	bool fits = total_of(numbers, &total);
	return number_or_note(run, fits, total);
}

static struct feel_value call_product(struct feel_run *run, const struct feel_value *args, size_t count)
{
	struct feel_list numbers;
	struct feel_num product = num_from_i64(1);
	bool fits = true;
	if (!numbers_of(run, args, count, &numbers) || numbers.count == 0) return FEEL_NULL_VALUE;
	for (size_t i = 0; fits && i < numbers.count; i++) fits = num_mul(product, numbers.items[i].number, &product);
	return number_or_note(run, fits, product);
}

static struct feel_value call_mean(struct feel_run *run, const struct feel_value *args, size_t count)
{
	struct feel_list numbers;
	struct feel_num mean;
	if (!numbers_of(run, args, count, &numbers) || numbers.count == 0) return FEEL_NULL_VALUE;
	bool fits = mean_of(numbers, &mean);
	return number_or_note(run, fits, mean);
}

/* Of a sample: the sum of squares is divided by count - 1. */
static struct feel_value call_stddev(struct feel_run *run, const struct feel_value *args, size_t count)
{
	struct feel_list numbers;
	struct feel_num mean, squares = num_from_i64(0), distance;
	if (!numbers_of(run, args, count, &numbers)) return FEEL_NULL_VALUE;
	if (numbers.count < 2) {
		feel_run_note(run, "a standard deviation needs two numbers or more");
		return FEEL_NULL_VALUE;
	}
	bool fits = mean_of(numbers, &mean);
	for (size_t i = 0; fits && i < numbers.count; i++) {
		fits = num_sub(numbers.items[i].number, mean, &distance) && num_mul(distance, distance, &distance)
			&& num_add(squares, distance, &squares);
	}
	fits = fits && num_div(squares, num_from_i64((int64_t)numbers.count - 1), &squares) && num_sqrt(squares, &squares);
	return number_or_note(run, fits, squares);
}

static bool number_precedes(struct feel_run *run, void *data, struct feel_value b, struct feel_value a, bool *out_before)
{
	(void)run, (void)data;
	*out_before = num_cmp(b.number, a.number) < 0;
	return true;
}

/* A sorted copy; NULL when the budget is used up. */
static struct feel_value *sorted_numbers(struct feel_run *run, struct feel_list numbers)
{
	struct feel_value *copy = arena_copy(feel_run_arena(run), numbers.items, numbers.count * sizeof *copy);
	return list_sort(run, copy, numbers.count, number_precedes, NULL) ? copy : NULL;
}

static struct feel_value call_median(struct feel_run *run, const struct feel_value *args, size_t count)
{
	struct feel_list numbers;
	struct feel_num middle;
	if (!numbers_of(run, args, count, &numbers) || numbers.count == 0) return FEEL_NULL_VALUE;
	struct feel_value *sorted = sorted_numbers(run, numbers);
	if (!sorted) return FEEL_NULL_VALUE;
	size_t half = numbers.count / 2;
	if (numbers.count % 2 == 1) return sorted[half];
	bool fits = num_add(sorted[half - 1].number, sorted[half].number, &middle) && num_div(middle, num_from_i64(2), &middle);
	return number_or_note(run, fits, middle);
}

static struct feel_value call_mode(struct feel_run *run, const struct feel_value *args, size_t count)
{
	struct feel_list numbers;
	if (!numbers_of(run, args, count, &numbers)) return FEEL_NULL_VALUE;
	struct feel_value *sorted = sorted_numbers(run, numbers);
	if (!sorted) return FEEL_NULL_VALUE;
	struct list_builder modes = { 0 };
	size_t most = 0;
	for (size_t first = 0, next; first < numbers.count; first = next) {
		for (next = first + 1; next < numbers.count && num_cmp(sorted[first].number, sorted[next].number) == 0; next++) { }
		if (next - first > most) {
			most = next - first;
			modes.count = 0;
		}
		if (next - first == most) LIST_PUSH(feel_run_arena(run), &modes, sorted[first]);
	}
	return list_value(&modes);
}

static const struct builtin rows[] = {
	{ "decimal", "n, scale", call_decimal, false },
	{ "floor", "n", call_floor, false },
	{ "floor", "n, scale", call_floor, false },
	{ "ceiling", "n", call_ceiling, false },
	{ "ceiling", "n, scale", call_ceiling, false },
	{ "round up", "n, scale", call_round_up, false },
	{ "round down", "n, scale", call_round_down, false },
	{ "round half up", "n, scale", call_round_half_up, false },
	{ "round half down", "n, scale", call_round_half_down, false },
	{ "abs", "n", call_abs, false },
	{ "modulo", "dividend, divisor", call_modulo, false },
	{ "sqrt", "number", call_sqrt, false },
	{ "log", "number", call_log, false },
	{ "exp", "number", call_exp, false },
	{ "odd", "number", call_odd, false },
	{ "even", "number", call_even, false },
	{ "sum", "list", call_sum, false },
	{ "sum", "...", call_sum, false },
	{ "product", "list", call_product, false },
	{ "product", "...", call_product, false },
	{ "mean", "list", call_mean, false },
	{ "mean", "...", call_mean, false },
	{ "median", "list", call_median, false },
	{ "median", "...", call_median, false },
	{ "stddev", "list", call_stddev, false },
	{ "stddev", "...", call_stddev, false },
	{ "mode", "list", call_mode, false },
	{ "mode", "...", call_mode, false },
};
const struct builtin_table builtins_number = TABLE_OF(rows);
