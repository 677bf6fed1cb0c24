/* What one step of signing in hands to the next: sealed, for ten minutes, for one state of the account. */
#include "hall/staff_inside.h"

enum { TICKET_BYTES_MAX = 2048, MINUTE_MS = 60000 };

static void add_number(struct arena *arena, struct json *json, const char *key, int64_t value)
{
	json_add(json, str_from_c(key), json_new_string(arena, str_from_i64(arena, value)));
}

struct err staff_ticket_make(struct hall *hall, struct arena *arena, const struct staff_ticket *ticket, struct str *out_text)
{
	struct json *json = json_new(arena, JSON_OBJECT);
	struct str plain, box;
	add_number(arena, json, "person", ticket->person_id);
	add_number(arena, json, "version", ticket->version);
	add_number(arena, json, "step", ticket->step);
	add_number(arena, json, "until", hall_now_ms(hall) + (int64_t)STAFF_TICKET_MINUTES * MINUTE_MS);
	json_add(json, STR("secret"), json_new_string(arena, base32_print(arena, ticket->secret)));
	TRY(json_print(arena, json, JSON_COMPACT, TICKET_BYTES_MAX, &plain));
	TRY(seal_text(hall, arena, "staff.ticket", 0, plain, &box));
	*out_text = str_hex(arena, box.ptr, box.len);
	return OK;
}

static bool number_of(const struct json *json, const char *key, int64_t *out_value)
{
	return str_to_i64(json_string_of(json, key), out_value);
}

struct err staff_ticket_read(struct hall *hall, struct arena *arena, struct str text, enum staff_step step, struct staff_ticket *out)
{
	const struct json *json;
	struct str plain;
	struct staff_ticket ticket = { .step = step };
	int64_t until, own_step;
	size_t count = text.len / 2;
	if (text.len == 0 || text.len > 2 * TICKET_BYTES_MAX) return ERR(FORBIDDEN);
	char *box = arena_alloc(arena, count);
	if (!str_from_hex(text, box, count)) return ERR(FORBIDDEN);
	struct err err = unseal_text(hall, arena, "staff.ticket", 0, (struct str){ box, count }, &plain);
	if (err_is(err, ERR_LOCKED)) return err;
	if (failed(err) || failed(json_parse(arena, plain, NULL, &json))) return ERR(FORBIDDEN);
	bool whole = number_of(json, "person", &ticket.person_id) && number_of(json, "version", &ticket.version)
	          && number_of(json, "until", &until) && number_of(json, "step", &own_step);
	if (!whole || own_step != (int64_t)step || until < hall_now_ms(hall)) return ERR(FORBIDDEN);
	(void)base32_parse(arena, json_string_of(json, "secret"), &ticket.secret);
	*out = ticket;
	return OK;
}
