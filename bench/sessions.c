/* sessions HALL COUNT: lets COUNT workers in at level 2, with names and numbers of their own, and prints a cookie's token for
 * each. For bench/over_http.py. */
#include "bench.h"

#include "hall/hall.h"

#include <stdlib.h>

/* 18 digits of GB 11643, the last one by ISO 7064 MOD 11-2. */
static struct str resident_number(struct arena *arena, int index)
{
	static const int weights[] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
	struct str digits = str_printf(arena, "3101131985%02d%02d%03d", 1 + index / 25 % 12, 1 + index % 25, 1 + index / 300 * 2 % 998);
	int sum = 0;
	for (int i = 0; i < 17; i++) sum += (digits.ptr[i] - '0') * weights[i];
	return str_printf(arena, "%.*s%c", STR_ARG(digits), "10X98765432"[sum % 11]);
}

int main(int argc, char **argv)
{
	struct arena arena = { 0 };
	struct hall *hall;
	if (argc != 3) return 2;
	struct hall_options options = { .clock = clock_system(), .rand = rand_system(),
		.places = { .hall = argv[1], .services = "services", .law = "law", .regions = "regions", .calendar = "calendar", .fonts = "." } };
	must(hall_open(&options, NULL, &hall), "opening the hall");
	for (int i = 0; i < atoi(argv[2]); i++) {
		struct person person = { .name = STR("王小明"), .phone = str_printf(&arena, "137%08d", i), .id_number = resident_number(&arena, i) };
		struct session opening = { .kind = SESSION_WORKER, .level = 2, .name = person.name, .method = STR("bench"), .device = STR("wrk") };
		struct str token;
		must(person_by_phone(hall, &arena, &person, &opening.person_id), "a person");
		must(session_open(hall, &arena, &opening, &token), "a session");
		printf("%.*s\n", STR_ARG(token));
	}
	hall_close(hall);
	arena_done(&arena);
	return 0;
}
