#include "hall/sessions.h"

#include "hall/inside.h"

enum { TOKEN_BYTES = 26, SEEN_EVERY_MS = 60000 };   /* 26 random bytes, 52 hexadecimal digits */

static const char *const kind_names[] = { "", "worker", "lawyer", "staff" };

static enum session_kind kind_of(struct str name)
{
	for (int kind = SESSION_WORKER; kind <= SESSION_STAFF; kind++)
		if (str_eq_c(name, kind_names[kind])) return (enum session_kind)kind;
	return SESSION_NONE;
}

static int64_t idle_ms(const struct hall *hall, enum session_kind kind)
{
	const struct session_limits *limits = &hall->configuration.session;
	return INT64_C(60000) * (kind == SESSION_WORKER ? limits->worker_idle_minutes : limits->staff_idle_minutes);
}

static int64_t longest_ms(const struct hall *hall, enum session_kind kind)
{
	const struct session_limits *limits = &hall->configuration.session;
	return INT64_C(3600000) * (kind == SESSION_WORKER ? limits->worker_hours : limits->staff_hours);
}

static struct str new_token(struct work *work)
{
	uint8_t bytes[TOKEN_BYTES];
	rand_fill(work->hall->rand, bytes, sizeof bytes);
	return str_hex(work->arena, bytes, sizeof bytes);
}

static struct str token_key(struct hall *hall, struct arena *arena, struct str token)
{
	return lookup_key(hall, arena, "session.token", token);
}

/* ---- opening ---------------------------------------------------------------------------------------------------- */

struct opening_session { const struct session *session; struct str token; };

static struct err open_body(struct work *work, void *data)
{
	struct opening_session *opening = data;
	const struct session *session = opening->session;
	struct json *json = json_new(work->arena, JSON_OBJECT);
	struct str plain, box;
	int64_t session_id = id_next(&work->hall->ids);
	opening->token = new_token(work);
	json_add(json, STR("name"), json_new_string(work->arena, session->name));
	json_add(json, STR("device"), json_new_string(work->arena, session->device));
	TRY(json_print(work->arena, json, JSON_COMPACT, 1 << 14, &plain));
	TRY(seal_text(work->hall, work->arena, "session.device", session_id, plain, &box));
	WORK_ADD(work, "session_add", I(session_id), B(token_key(work->hall, work->arena, opening->token)),
	    T(str_from_c(kind_names[session->kind])), I(session->person_id), sql_i64_or_null(session->organisation_id),
	    sql_i64_or_null(session->lawyer_id), T(session->role), I(session->level), T(session->method), B(box), I(work->now_ms),
	    I(work->now_ms + longest_ms(work->hall, session->kind)));
	return audit_add(work, 0, "session.opened", id_text(work->arena, session->person_id), STR(""));
}

struct err session_open(struct hall *hall, struct arena *arena, const struct session *opening, struct str *out_token)
{
	struct opening_session data = { .session = opening };
	struct str who = str_printf(arena, "%s:%.*s", kind_names[opening->kind], STR_ARG(id_text(arena, opening->person_id)));
	TRY(work_run(hall, arena, NULL, who, false, open_body, &data));
	*out_token = data.token;
	return OK;
}

/* ---- finding ------------------------------------------------------------------------------------------------------ */

static struct err session_read(struct hall *hall, struct arena *arena, struct str token, struct session *out_session)
{
	struct store_reader *reader;
	struct store_row row;
	struct str plain;
	const struct json *json;
	TRY(read_begin(hall, &reader));
	struct err err = QUERY_ONE(hall, arena, reader, "session_by_token", &row, B(token_key(hall, arena, token)));
	store_read_end(reader);
	TRY(err);
	struct session session = { .session_id = row_i64(row, 0),
		.kind = kind_of(row_bytes(row, 1)),
		.person_id = row_i64(row, 2),
		.organisation_id = row_i64(row, 3),
		.lawyer_id = row_i64(row, 4),
		.role = row_bytes(row, 5),
		.level = (int32_t)row_i64(row, 6),
		.method = row_bytes(row, 7),
		.began_ms = row_i64(row, 9),
		.seen_ms = row_i64(row, 10),
		.ends_ms = row_i64(row, 11) };
	TRY(unseal_text(hall, arena, "session.device", session.session_id, row_bytes(row, 8), &plain));
	if (failed(json_parse(arena, plain, NULL, &json))) return ERR(TAMPERED);
	session.name = json_string_of(json, "name");
	session.device = json_string_of(json, "device");
	*out_session = session;
	return OK;
}

static struct err seen_body(struct work *work, void *data)
{
	const struct session *session = data;
	WORK_ADD(work, "session_seen", I(session->session_id), I(work->now_ms));
	return OK;
}

struct err session_find(struct hall *hall, struct arena *arena, struct str token, struct session *out_session)
{
	struct session session;
	int64_t now_ms = hall_now_ms(hall);
	if (!hall->keyring) return ERR(LOCKED);
	TRY(session_read(hall, arena, token, &session));
	bool silent = now_ms - session.seen_ms > idle_ms(hall, session.kind);
	if (session.kind == SESSION_NONE || now_ms >= session.ends_ms || silent) return ERR(NOT_FOUND);
	/* a disk that is full signs nobody out: reading goes on without the mark */
	if (now_ms - session.seen_ms > SEEN_EVERY_MS)
		(void)failed(work_run(hall, arena, NULL, STR("hall"), false, seen_body, &session));
	*out_session = session;
	return OK;
}

/* ---- changing and ending ---------------------------------------------------------------------------------------------- */

struct changing { const struct session *session; int32_t level; struct str method, token; };

static struct err raise_body(struct work *work, void *data)
{
	struct changing *changing = data;
	changing->token = new_token(work);
	WORK_GUARD(work, "session_raise", I(changing->session->session_id), B(token_key(work->hall, work->arena, changing->token)),
	    I(changing->level), T(changing->method));
	return audit_add(work, 0, "session.raised", id_text(work->arena, changing->session->person_id), STR(""));
}

struct err session_raise(struct hall *hall, struct arena *arena, struct str token, int32_t level, struct str method,
	struct str *out_token)
{
	struct session session;
	TRY(session_find(hall, arena, token, &session));
	struct changing changing = { .session = &session, .level = level, .method = method };
	TRY(work_run(hall, arena, NULL, STR("hall"), false, raise_body, &changing));
	*out_token = changing.token;
	return OK;
}

static struct err end_body(struct work *work, void *data)
{
	WORK_ADD(work, "session_remove", B(token_key(work->hall, work->arena, *(struct str *)data)));
	return OK;
}

struct err session_end(struct hall *hall, struct arena *arena, struct str token)
{
	return work_run(hall, arena, NULL, STR("hall"), false, end_body, &token);
}

struct ending { int64_t person_id; struct str except; };

static struct err end_all_body(struct work *work, void *data)
{
	const struct ending *ending = data;
	WORK_ADD(work, "session_remove_of_person", I(ending->person_id), B(token_key(work->hall, work->arena, ending->except)));
	return audit_add(work, 0, "session.ended", id_text(work->arena, ending->person_id), STR(""));
}

struct err session_end_all(struct hall *hall, struct arena *arena, int64_t person_id, struct str except_token)
{
	struct ending ending = { person_id, except_token };
	return work_run(hall, arena, NULL, STR("hall"), false, end_all_body, &ending);
}

static struct err sweep_body(struct work *work, void *data)
{
	(void)data;
	WORK_ADD(work, "session_remove_ended", I(work->now_ms), I(work->now_ms - idle_ms(work->hall, SESSION_WORKER)));
	return OK;
}

struct err session_sweep(struct hall *hall, struct arena *arena)
{
	return work_run(hall, arena, NULL, STR("hall"), false, sweep_body, NULL);
}

/* ---- what others make of it ------------------------------------------------------------------------------------------------ */

struct actor session_actor(const struct session *session)
{
	struct actor actor = { .kind = ACTOR_APPLICANT,
		.person_id = session->person_id,
		.role = session->role,
		.identity_level = session->level,
		.identity_method = session->method,
		.device = session->device };
	if (session->kind == SESSION_STAFF) {
		actor.kind = ACTOR_STAFF;
		actor.organisation_id = session->organisation_id;
	}
	if (session->kind == SESSION_LAWYER) {
		actor.kind = ACTOR_AGENT;
		actor.person_id = session->lawyer_id;
	}
	return actor;
}

struct str hall_keyed_text(struct hall *hall, struct arena *arena, const char *domain, struct str text)
{
	if (!hall->keyring) return STR("");
	struct str key = lookup_key(hall, arena, domain, text);
	return str_hex(arena, key.ptr, key.len);
}
