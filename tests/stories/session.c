/* session HALL PHONE LEVEL NAME NUMBER: lets a worker in without a phone and prints the cookie's token, for stories in the
 * browser that are about something else than signing in. Run from the repository's root, while no server has the hall. */
#include "hall/hall.h"

#include <stdio.h>
#include <stdlib.h>

static struct err open_session(struct hall *hall, struct arena *arena, char **words, struct str *out_token)
{
	struct person person = { .phone = str_from_c(words[2]), .name = str_from_c(words[4]), .id_number = str_from_c(words[5]) };
	TRY(person_by_phone(hall, arena, &person, &person.person_id));
	struct session opening = { .kind = SESSION_WORKER, .person_id = person.person_id, .level = atoi(words[3]), .name = person.name,
		.role = STR(""), .method = STR("故事"), .device = STR("Chromium") };
	return session_open(hall, arena, &opening, out_token);
}

int main(int count, char **words)
{
	struct arena arena = { 0 };
	struct report report = report_make(&arena);
	struct hall_options options = { .clock = clock_system(), .rand = rand_system(),
		.places = { .services = "services", .law = "law", .regions = "regions", .calendar = "calendar", .fonts = "." } };
	struct hall *hall = NULL;
	struct str token;
	if (count != 6) {
		fprintf(stderr, "usage: session HALL PHONE LEVEL NAME NUMBER\n");
		return 2;
	}
	options.places.hall = words[1];
	struct err err = hall_open(&options, &report, &hall);
	if (!failed(err)) err = open_session(hall, &arena, words, &token);
	if (failed(err)) fprintf(stderr, "%s: %.*s\n", err_words(err), STR_ARG(report_print(&arena, &report)));
	else printf("%.*s\n", STR_ARG(token));
	hall_close(hall);
	arena_done(&arena);
	return failed(err) ? 1 : 0;
}
