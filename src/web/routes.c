/* Every room's table of routes. A new room is one line here, its pages_ROOM.c, its templates and its words. */
#include "web/inside.h"

#define ROOMS(X) \
	X(static) \
	X(openapi) \
	X(home) \
	X(demo) \
	X(staff_sign_in) \
	X(clerk) \
	X(clerk_case) \
	X(counter) \
	X(leader) \
	X(admin) \
	X(admin_people) \
	X(admin_organisations) \
	X(admin_services) \
	X(admin_figures) \
	X(admin_log) \
	X(audit) \
	X(operator) \
	X(lawyer) \
	X(lawyer_file) \
	X(metrics) \
	X(sms) \
	X(sign_in) \
	X(my) \
	X(case) \
	X(task) \
	X(papers) \
	X(follow) \
	X(calculator) \
	X(apply)

#define X(room) extern const struct route room##_routes[];
ROOMS(X)
#undef X

#define X(room) { #room, room##_routes },
const struct route_table route_tables[] = { ROOMS(X) };
#undef X
const size_t route_table_count = sizeof route_tables / sizeof *route_tables;
