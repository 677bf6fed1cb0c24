/* rights: who may do what (LA4, X1). One table of role x right; every request asks here before it touches a case.
 *
 * A role holds at an organisation and at all below it. What lies outside of it does not exist: the answer is NOT_FOUND, the
 * same as for an id that was never given. What lies inside but is not the role's to do is FORBIDDEN: a clerk who is no
 * leader, and above all the operator, who runs the machines and opens no case. Either way the attempt is an event
 * (`access.refused`, in the case's own timeline when there is one) and a line of the log. */
#ifndef HALL_RIGHTS_H
#define HALL_RIGHTS_H

#include "base/base.h"
#include "hall/cases.h"

struct hall;

/* name, the word in events and the log, words for pages, identity level that the session needs */
#define RIGHTS(X) \
	X(LIST, "list", "看办件清单", 1) \
	X(READ, "read", "看办件内容", 1) \
	X(DECIDE, "decide", "作决定", 2) \
	X(ASSIGN, "assign", "指派", 2) \
	X(NOTE, "note", "写记录", 1) \
	X(EXPORT, "export", "导出", 2) \
	X(COUNT, "count", "看统计数字", 1) \
	X(ADMINISTER, "administer", "管理组织和人员", 2) \
	X(OPERATE, "operate", "运行维护", 2) \
	X(CONFIRM, "confirm", "在窗口核验身份、换手机号", 2) \
	X(AUDIT, "audit", "看日志和存证", 2)

#define X(name, word, words, level) RIGHT_##name,
enum right { RIGHTS(X) RIGHT_NUMBER };
#undef X

/* The table alone: may this role do that somewhere? False for an unknown role. "applicant" and "lawyer" are rows too. */
bool role_has(struct str role, enum right right);
const char *right_name(enum right right);         /* "read" ...; static memory */
const char *right_words(enum right right);        /* Chinese, for pages */

/* May the actor do that with the case? The applicant with his own; the agent with the case he is assigned to; staff in the
 * role they act in, which they must really hold at the case's organisation or above it.
 * NOT_FOUND (no such case, or out of scope), FORBIDDEN (in scope but not his, or the session's level is too low). Works while
 * the hall is locked: then a refusal stands in the log only. */
MUST_USE struct err case_may(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id, enum right right);
/* The same for what belongs to an organisation (lists, figures, people, machines). Staff only. */
MUST_USE struct err organisation_may(
	struct hall *hall, struct arena *arena, const struct actor *actor, int64_t organisation_id, enum right right);

#endif
