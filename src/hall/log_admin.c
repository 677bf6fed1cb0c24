#include "hall/log_admin.h"

#include "hall/inside.h"

struct err log_head(struct hall *hall, struct arena *arena, struct log_head *out_head)
{
	struct store_reader *reader;
	struct store_head head;
	TRY(read_begin(hall, &reader));
	struct err err = store_log_head(reader, arena, &head);
	store_read_end(reader);
	TRY(err);
	*out_head = (struct log_head){ head.size, head.at_ms, str_hex(arena, head.root, sizeof head.root), head.note, hall->log_key };
	return OK;
}

struct err hall_events(struct hall *hall, struct arena *arena, const struct actor *actor, const struct event_filter *filter,
    struct audit_events *out_events)
{
	struct store_reader *reader;
	struct store_rows rows;
	size_t count = filter->count < HALL_EVENT_COUNT_MAX ? filter->count : HALL_EVENT_COUNT_MAX;
	TRY(organisation_may(hall, arena, actor, hall->organisation_id, RIGHT_ADMINISTER));
	TRY(read_begin(hall, &reader));
	struct err err = QUERY(hall, arena, reader, "event_of_hall", &rows, T(filter->kind), I(filter->from_ms),
	    I(filter->until_ms ? filter->until_ms : INT64_MAX), I(filter->before_id ? filter->before_id : INT64_MAX), I((int64_t)count));
	store_read_end(reader);
	TRY(err);
	struct audit_events events = { ARENA_ARRAY(arena, struct audit_event, rows.count), rows.count };
	for (size_t i = 0; i < rows.count; i++) {
		struct store_row row = rows.items[i];
		events.items[i] = (struct audit_event){ .event_id = row_i64(row, 0), .at_ms = row_i64(row, 1), .who = row_bytes(row, 2),
			.what = row_bytes(row, 3), .subject = row_bytes(row, 4), .staff = row_bool(row, 5) };
	}
	*out_events = events;
	return OK;
}

struct str event_actor(struct hall *hall, struct arena *arena, struct str who)
{
	ptrdiff_t colon = str_find_byte(who, ':', 0);
	int64_t person_id;
	struct person person;
	if (colon < 0) return who;
	struct str kind = str_sub(who, 0, (size_t)colon);
	const struct role *role = role_by_name(kind);
	if (!role || !id_parse(str_sub(who, (size_t)colon + 1, who.len), &person_id)) return kind;   /* a worker stays nameless here */
	if (failed(person_by_id(hall, arena, person_id, &person))) return role->words;
	return str_printf(arena, "%.*s（%.*s）", STR_ARG(person.name), STR_ARG(role->words));
}
