/* Lawyers and the roster: who comes in, who is away for a while, who leaves for good. */
#include "hall/lawyers.h"

#include "hall/inside.h"

/* ---- the door ------------------------------------------------------------------------------------------------- */

static struct err lawyer_with_phone(
    struct hall *hall, struct arena *arena, struct str phone, struct report *report, int64_t *out_lawyer_id, struct str *out_name)
{
	struct store_reader *reader;
	struct store_rows rows;
	TRY(read_begin(hall, &reader));
	struct err err = QUERY(hall, arena, reader, "lawyer_by_phone", &rows, T(phone));
	store_read_end(reader);
	TRY(err);
	if (rows.count != 1) {
		report_error(report, STR("phone"), "%s",
		    rows.count ? "名册上有两位律师用这个手机号，请工会改好名册再登录" : "这个手机号不在律师名册上，请用登记的手机号，或找工会登记");
		return ERR(REFUSED);
	}
	*out_lawyer_id = row_i64(rows.items[0], 0);
	*out_name = row_bytes(rows.items[0], 1);
	return OK;
}

/* A lawyer may be a worker here too: what is known of the person with this phone stays as it is. */
struct err lawyer_sign_in(struct hall *hall, struct arena *arena, const struct code_request *request, struct str code,
	struct str device, struct report *report, struct str *out_token)
{
	struct session opening = { .kind = SESSION_LAWYER, .level = 2, .method = STR("律师名册登记的手机号与短信验证码"), .device = device };
	TRY(code_take(hall, arena, request, code, report));
	TRY(lawyer_with_phone(hall, arena, request->phone, report, &opening.lawyer_id, &opening.name));
	if (failed(person_find(hall, arena, request->phone, &opening.person_id))) {
		struct person person = { .name = opening.name, .phone = request->phone };
		TRY(person_by_phone(hall, arena, &person, &opening.person_id));
	}
	return session_open(hall, arena, &opening, out_token);
}

/* ---- availability -------------------------------------------------------------------------------------------------- */

struct leaving { int64_t lawyer_id; struct str until; };

static struct err away_body(struct work *work, void *data)
{
	const struct leaving *leaving = data;
	WORK_GUARD(work, "lawyer_set_away", I(leaving->lawyer_id), T(leaving->until));
	return audit_add(work, 0, leaving->until.len ? "lawyer.away" : "lawyer.back", id_text(work->arena, leaving->lawyer_id), STR(""));
}

struct err lawyer_away(struct hall *hall, struct arena *arena, int64_t lawyer_id, struct date until, struct report *report)
{
	struct leaving leaving = { lawyer_id, STR("") };
	int64_t days = until.year ? date_to_days(until) - date_to_days(date_of_ms(hall_now_ms(hall), SHANGHAI_OFFSET_S)) : 0;
	if (days < 0 || days > LAWYER_AWAY_DAYS_MAX) {
		report_error(report, STR("until"), "%s", days < 0 ? "这一天已经过去了，请填今天或以后的日子" : "最多填到一年以后");
		return ERR(INVALID);
	}
	if (until.year) leaving.until = date_print(arena, until);
	return work_run(hall, arena, report, STR("agent"), false, away_body, &leaving);
}

/* ---- leaving ---------------------------------------------------------------------------------------------------------- */

static struct err leave_body(struct work *work, void *data)
{
	int64_t lawyer_id = *(const int64_t *)data;
	struct str today = date_print(work->arena, date_of_ms(work->now_ms, SHANGHAI_OFFSET_S));
	WORK_GUARD(work, "lawyer_set_left", I(lawyer_id), T(today));
	WORK_ADD(work, "session_remove_of_lawyer", I(lawyer_id));
	return audit_add(work, 0, "lawyer.left", id_text(work->arena, lawyer_id), STR(""));
}

/* Cases whose papers are not all signed, of lawyers who left (all of them, or one), go to the next one. */
static struct err hand_on(struct hall *hall, struct arena *arena, int64_t lawyer_id, struct lawyer_leaving *out)
{
	struct store_reader *reader;
	struct store_rows rows;
	TRY(read_begin(hall, &reader));
	struct err err = QUERY(hall, arena, reader, "lawyer_case_left", &rows, I(lawyer_id));
	store_read_end(reader);
	TRY(err);
	for (size_t i = 0; i < rows.count; i++) {
		struct report unread = report_make(arena);
		if (!str_eq_c(row_bytes(rows.items[i], 2), "open")) {
			out->signed_cases++;
			continue;
		}
		err = lawyer_case_hand_on(hall, arena, row_i64(rows.items[i], 1), row_i64(rows.items[i], 0), &unread);
		if (!failed(err)) out->handed_on++;
		else if (err_is(err, ERR_REFUSED) || err_is(err, ERR_BUSY)) out->waiting++;
		else return err;
	}
	return OK;
}

struct err lawyers_sweep(struct hall *hall, struct arena *arena)
{
	struct lawyer_leaving leaving = { 0 };
	return hand_on(hall, arena, 0, &leaving);
}

struct err lawyer_leave(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t lawyer_id, struct report *report,
	struct lawyer_leaving *out_leaving)
{
	struct lawyer known;
	struct str who = str_printf(arena, "administrator:%.*s", STR_ARG(id_text(arena, actor->person_id)));
	*out_leaving = (struct lawyer_leaving){ 0 };
	TRY(organisation_may(hall, arena, actor, hall->organisation_id, RIGHT_ADMINISTER));
	TRY(lawyer_by_id(hall, arena, lawyer_id, &known));
	if (!known.left) TRY(work_run(hall, arena, report, who, true, leave_body, &lawyer_id));
	return hand_on(hall, arena, lawyer_id, out_leaving);
}
