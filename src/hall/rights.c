/* The table of who may what, and the one place that refuses. */
#include "hall/rights.h"

#include "hall/inside.h"

struct right_row { const char *name, *words; int32_t level; };

#define X(name, word, words, level) { word, words, level },
static const struct right_row right_rows[] = { RIGHTS(X) };
#undef X

#define MAY(name) (1u << RIGHT_##name)

/* Who may what. The applicant's and the lawyer's rows hold for their own cases, the others for the role's organisations.
 * No row has both READ and OPERATE: two operators, one sees cases, the other machines (LA4). */
static const struct { const char *role; uint32_t rights; } role_rows[] = {
	{ "applicant",     MAY(READ) | MAY(NOTE) | MAY(EXPORT) },
	{ "lawyer",        MAY(READ) | MAY(NOTE) | MAY(EXPORT) },
	{ "legalClerk",    MAY(LIST) | MAY(READ) | MAY(NOTE) | MAY(COUNT) | MAY(DECIDE) | MAY(EXPORT) | MAY(CONFIRM) },
	{ "legalLead",     MAY(LIST) | MAY(READ) | MAY(NOTE) | MAY(COUNT) | MAY(DECIDE) | MAY(EXPORT) | MAY(ASSIGN) |
	        MAY(CONFIRM) },
	{ "leader",        MAY(LIST) | MAY(READ) | MAY(COUNT) },
	{ "administrator", MAY(COUNT) | MAY(ADMINISTER) },
	{ "auditor",       MAY(LIST) | MAY(COUNT) | MAY(AUDIT) },
	{ "operator",      MAY(OPERATE) },
};

bool role_has(struct str role, enum right right)
{
	for (size_t i = 0; i < sizeof role_rows / sizeof *role_rows; i++)
		if (str_eq_c(role, role_rows[i].role)) return role_rows[i].rights & 1u << right;
	return false;
}

const char *right_name(enum right right) { return right_rows[right].name; }
const char *right_words(enum right right) { return right_rows[right].words; }

/* ---- refusing ---------------------------------------------------------------------------------------------------- */

struct refusal { int64_t case_id; struct str subject; };

static struct err refused_body(struct work *work, void *data)
{
	const struct refusal *refusal = data;
	return audit_add(work, refusal->case_id, "access.refused", refusal->subject, STR(""));
}

static struct str role_of(const struct actor *actor)
{
	switch (actor->kind) {
	case ACTOR_APPLICANT: return STR("applicant");
	case ACTOR_AGENT: return STR("lawyer");
	case ACTOR_STAFF: return actor->role;
	case ACTOR_HALL: break;
	}
	return STR("hall");
}

/* The same work for what does not exist and for what is hidden, so that the time it takes tells nothing either. case_id 0:
 * it belongs to no case. */
static struct err refuse(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id, int64_t asked_id,
    enum right right, struct err answer)
{
	struct str role = role_of(actor);
	struct refusal refusal = { case_id, str_printf(arena, "%s %.*s", right_name(right), STR_ARG(id_text(arena, asked_id))) };
	struct str who = str_printf(arena, "%.*s:%.*s", STR_ARG(role), STR_ARG(id_text(arena, actor->person_id)));
	log_event(hall->logger, LOG_LEVEL_WARNING, "access.refused", "role=%.*s right=%s answer=%s", STR_ARG(role), right_name(right),
	    err_name(answer));
	struct err err = work_run(hall, arena, NULL, who, false, refused_body, &refusal);
	return failed(err) && !err_is(err, ERR_LOCKED) ? err : answer;
}

/* ---- asking ------------------------------------------------------------------------------------------------------ */

/* He holds the role there or above; and there is where he works now, for somebody may be a clerk in two districts. NOT_FOUND. */
static struct err in_scope(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t organisation_id)
{
	struct store_reader *reader;
	struct store_row row;
	struct err err = role_check(hall, arena, actor->person_id, organisation_id, actor->role);
	if (err_is(err, ERR_FORBIDDEN)) return ERR(NOT_FOUND);
	if (failed(err) || actor->organisation_id == 0) return err;
	TRY(read_begin(hall, &reader));
	err = QUERY_ONE(hall, arena, reader, "organisation_within", &row, I(organisation_id), I(actor->organisation_id));
	store_read_end(reader);
	TRY(err);
	return row_i64(row, 0) > 0 ? OK : ERR(NOT_FOUND);
}

/* Inside the actor's scope at all? NOT_FOUND when not. */
static struct err case_in_scope(struct hall *hall, struct arena *arena, const struct actor *actor, const struct case_summary *summary)
{
	switch (actor->kind) {
	case ACTOR_APPLICANT: return actor->person_id == summary->applicant_id ? OK : ERR(NOT_FOUND);
	case ACTOR_AGENT: return summary->lawyer_id && actor->person_id == summary->lawyer_id ? OK : ERR(NOT_FOUND);
	case ACTOR_STAFF: break;
	case ACTOR_HALL: return OK;
	}
	return in_scope(hall, arena, actor, summary->organisation_id);
}

static struct err may(const struct actor *actor, enum right right)
{
	if (actor->kind == ACTOR_HALL) return OK;
	return role_has(role_of(actor), right) && actor->identity_level >= right_rows[right].level ? OK : ERR(FORBIDDEN);
}

struct err case_may(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id, enum right right)
{
	struct case_summary summary = { 0 };
	struct err err = case_by_id(hall, arena, case_id, &summary);
	if (!failed(err)) err = case_in_scope(hall, arena, actor, &summary);
	if (!failed(err)) err = may(actor, right);
	if (!err_is(err, ERR_NOT_FOUND) && !err_is(err, ERR_FORBIDDEN)) return err;
	return refuse(hall, arena, actor, summary.case_id, case_id, right, err);
}

struct err organisation_may(
    struct hall *hall, struct arena *arena, const struct actor *actor, int64_t organisation_id, enum right right)
{
	struct organisation organisation;
	struct err err = actor->kind == ACTOR_STAFF || actor->kind == ACTOR_HALL ? OK : ERR(NOT_FOUND);
	if (!failed(err)) err = organisation_by_id(hall, arena, organisation_id, &organisation);
	if (!failed(err) && actor->kind == ACTOR_STAFF) err = in_scope(hall, arena, actor, organisation_id);
	if (!failed(err)) err = may(actor, right);
	if (!err_is(err, ERR_NOT_FOUND) && !err_is(err, ERR_FORBIDDEN)) return err;
	return refuse(hall, arena, actor, 0, organisation_id, right, err);
}
