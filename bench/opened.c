/* opened HALL FONTS: opens a hall that is there, asks it one question, prints how long that took since the program began
 * and what memory it holds, before the first paper. Floor: the C library and its shared libraries, some 10 ms. */
#include "bench.h"

#include "hall/hall.h"

int main(int argc, char **argv)
{
	struct arena arena = { 0 };
	struct hall *hall;
	int64_t count;
	if (argc != 3) return 2;
	double began = wall_seconds();
	struct hall_options options = { .clock = clock_system(), .rand = rand_system(),
		.places = { .hall = argv[1], .services = "services", .law = "law", .regions = "regions", .calendar = "calendar", .fonts = argv[2] } };
	const struct service *service;
	must(hall_open(&options, NULL, &hall), "opening the hall");
	figure("opened.open", (wall_seconds() - began) * 1000, "ms");
	must(service_offered(hall, STR("legal-aid"), &service), "loading a service");
	must(case_count(hall, &arena, &count), "the first question");
	figure("opened.answer", (wall_seconds() - began) * 1000, "ms");
	figure("opened.memory", memory_mb("VmRSS:"), "MB");
	hall_close(hall);
	arena_done(&arena);
	return 0;
}
