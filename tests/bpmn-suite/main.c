/* bpmn-suite DIR: runs the executable BPMN cases that DIR/cases.json lists, under a virtual clock, and compares the
 * multisets of their log tokens. Lines: folder,file,case,SUCCESS|ERROR,message; last: N passed, N failed. */
#include "world.h"
#include <stdio.h>
#include <stdlib.h>

struct tally { int passed, failed; };

static bool is_error_token(struct str token)
{
	return str_eq_c(token, "GenericError") || str_eq_c(token, "ErrorThrownErrorEvent") || str_eq_c(token, "RuntimeException");
}

static int compare_tokens(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static struct str joined(struct arena *arena, struct str *tokens, size_t count)
{
	struct buf buf = buf_make(arena, 1 << 20);
	if (count > 0)
		qsort(tokens, count, sizeof *tokens, compare_tokens);
	for (size_t i = 0; i < count; i++) {
		buf_add(&buf, i > 0 ? STR(" ") : STR(""));
		buf_add(&buf, tokens[i]);
	}
	return buf_str(&buf);
}

/* The three names for an instance that ended with an error are one. */
static struct str expected_trace(struct arena *arena, const struct json *trace)
{
	struct { LIST_OF(struct str); } tokens = { 0 };
	for (const struct json *item = trace ? trace->first : NULL; item; item = item->next)
		LIST_PUSH(arena, &tokens, is_error_token(item->text) ? STR("error") : item->text);
	return joined(arena, tokens.items, tokens.count);
}

static struct world_case case_of(const struct json *given)
{
	struct world_case one = { .delay_ms = 5000, .test = json_string_of(given, "test") };
	const struct json *number = json_get(given, STR("integerVariable")), *delay = json_get(given, STR("delay"));
	if (number)
		str_to_i64(number->text, &one.integer);
	if (delay)
		str_to_i64(delay->text, &one.delay_ms);
	one.parallel = json_is(json_get(given, STR("parallel")), JSON_TRUE);
	return one;
}

static void run_case(struct arena *arena, const char *folder, struct str file, const struct json *given, int number,
	struct tally *tally)
{
	struct world world = { .arena = arena };
	struct str text, path = str_printf(arena, "%s/%.*s", folder, STR_ARG(file));
	struct str name = str_sub(file, (size_t)str_find_byte(file, '/', 0) + 1, file.len);
	struct str stem = str_sub(name, 0, name.len - 5), message = STR("");
	struct err read = file_read(arena, str_to_c(arena, path), XML_BYTES_MAX, &text);
	struct str expected = expected_trace(arena, json_get(given, STR("trace"))), got = STR("");
	if (failed(read)) {
		message = STR("the file cannot be read");
	} else {
		world_run(&world, name, stem, text, case_of(given));
		got = joined(arena, world.log.items, world.log.count);
		if (!str_eq(expected, got))
			message = str_printf(arena, "expected [%.*s] got [%.*s] %.*s", STR_ARG(expected), STR_ARG(got), STR_ARG(world.words));
	}
	bool good = message.len == 0;
	printf("%.*s,%.*s,%d,%s,%.*s\n", STR_ARG(str_sub(file, 0, file.len - name.len - 1)), STR_ARG(name), number,
		good ? "SUCCESS" : "ERROR", STR_ARG(message));
	tally->passed += good;
	tally->failed += !good;
}

int main(int argc, char **argv)
{
	struct arena lists = { 0 }, arena = { 0 };
	struct tally tally = { 0 };
	struct str text;
	const struct json *files;
	if (argc != 2) {
		fprintf(stderr, "usage: bpmn-suite DIR\n");
		return 2;
	}
	struct str path = str_printf(&lists, "%s/cases.json", argv[1]);
	if (failed(file_read(&lists, str_to_c(&lists, path), 16 << 20, &text)) || failed(json_parse(&lists, text, NULL, &files))) {
		fprintf(stderr, "%s cannot be read\n", path.ptr);
		return 3;
	}
	for (const struct json *file = files->first; file; file = file->next) {
		int number = 1;
		const struct json *cases = json_get(file, STR("cases"));
		for (const struct json *one = cases ? cases->first : NULL; one; one = one->next) {
			run_case(&arena, argv[1], json_string_of(file, "file"), one, number++, &tally);
			arena_reset(&arena);
		}
	}
	printf("%d passed, %d failed\n", tally.passed, tally.failed);
	arena_done(&arena);
	arena_done(&lists);
	return tally.failed == 0 ? 0 : 1;
}
