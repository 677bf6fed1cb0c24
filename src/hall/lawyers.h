/* lawyers: what a lawyer of the roster does with the cases that are given to him: sees an offer, accepts or declines it, reads
 * the file, tells what came of it, says when he takes no new ones (LA23, LA26).
 *
 * The process gives a case to a lawyer by the published rule and the papers name him at once; he still may decline until he has
 * signed, and the hall declines for him when he does not answer in time (the job's answerWithin) or leaves the roster. Then the
 * process gives it to the next one (never again to somebody who declined it; nobody left: a person decides), papers that change
 * are written anew, and the old ones stay in the archive (papers.h).
 * Every call with an actor checks that it is his case: NOT_FOUND otherwise. */
#ifndef HALL_LAWYERS_H
#define HALL_LAWYERS_H

#include "base/base.h"
#include "feel/feel.h"
#include "hall/cases.h"
#include "hall/codes.h"
#include "hall/organisations.h"

struct hall;

/* ---- the door ---- */

/* Takes the code (CODE_signIn) and opens a session of the lawyer with this phone. FORBIDDEN as code_take; REFUSED with words: no
 * lawyer, or more than one, is on the roster with it. Nobody learns that without the code. */
MUST_USE struct err lawyer_sign_in(struct hall *hall, struct arena *arena, const struct code_request *request, struct str code,
	struct str device, struct report *report, struct str *out_token);

/* ---- what is given to him ---- */

/* name, words: why he declines. conflict: he or his firm acts for the employer; it is kept, so that no case against this
 * employer comes to the firm again. */
#define DECLINE_REASONS(X) \
	X(conflict, "本人或本所代理这家单位") \
	X(busy,     "手上的案子太多") \
	X(other,    "其他原因")

enum { LAWYER_WORDS_MAX = 500, LAWYER_AWAY_DAYS_MAX = 366, LAWYER_OVER_MAX = 50 };

/* offered: not answered; accepted: his; done: he told the final outcome; ended: it ended after he had accepted (withdrawn);
 * taken_back: it ended before he answered, nothing private is his to see. */
enum lawyer_standing { LAWYER_OFFERED, LAWYER_ACCEPTED, LAWYER_DONE, LAWYER_ENDED, LAWYER_TAKEN_BACK };

struct lawyer_row {
	enum lawyer_standing standing;
	int64_t case_id, offered_ms, accepted_ms;    /* accepted_ms 0: offered, not answered */
	int64_t answer_by_ms;                        /* offered: from then on the next one has it; 0: no such moment */
	int64_t due_ms, hearing_ms;                  /* nearest running promise; next hearing; 0: none */
	struct str number, employer, district, service_version;
	struct str applicant;                        /* empty before he accepted */
	struct { LIST_OF(struct str); } claims;      /* type ids, each once, in the order of the application */
	bool trial, conflicted, sign;                /* conflicted: the roster says so now; sign: papers wait for him */
	bool closed;                                 /* all papers are signed: the hall's part is done, his goes on */
};
struct lawyer_rows { struct lawyer_row *items; size_t count; };
/* Offered ones first (oldest first), then running ones by the nearest date, those without a date last; then what is over
 * (done, ended), the newest LAWYER_OVER_MAX. */
MUST_USE struct err lawyer_desk(struct hall *hall, struct arena *arena, int64_t lawyer_id, struct lawyer_rows *out_rows);

/* What may be told before he accepts. NOT_FOUND: not given to him (any more). */
MUST_USE struct err lawyer_case_of(
	struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id, struct lawyer_row *out_row);
/* Before anything private is shown or done: he accepted it, else REFUSED. A reading of the file is an event, once an hour. */
MUST_USE struct err lawyer_may_read(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id);

/* Again: OK, nothing changes. REFUSED with words: the roster says that his firm acts for the employer. */
MUST_USE struct err lawyer_accept(
	struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id, struct report *report);
/* He had it once, and it was given to somebody else: he handed it back, did not answer in time, or left. */
MUST_USE struct err lawyer_had_case(
	struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id, bool *out_had);
/* reason: a name of DECLINE_REASONS. Again: OK, nothing changes. INVALID: no reason, or `other` without words. REFUSED with
 * words: he has signed, or the
 * papers are being written just now. */
MUST_USE struct err lawyer_decline(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id, struct str reason,
	struct str words, struct report *report);

/* ---- availability ---- */

/* Up to and on this day no new case is given to him; year 0: from now on again. INVALID: past, or too far. */
MUST_USE struct err lawyer_away(struct hall *hall, struct arena *arena, int64_t lawyer_id, struct date until, struct report *report);

/* ---- leaving the roster ---- */

/* handed_on: went to the next lawyer; waiting: papers are being written just now, the sweep does it; signed_cases: all papers
 * are signed, whoever goes on with them outside of the hall is for people to settle. */
struct lawyer_leaving { size_t handed_on, waiting, signed_cases; };
/* For good, by an administrator of the hall: from this moment no session of his is good any more, he gets no case, and what can
 * be handed on is handed on. Again: goes on with what waited. */
MUST_USE struct err lawyer_leave(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t lawyer_id,
	struct report *report, struct lawyer_leaving *out_leaving);
/* Hands on what could not be handed on at that moment; called by the watch. */
MUST_USE struct err lawyers_sweep(struct hall *hall, struct arena *arena);

/* ---- what came of it: entries are never changed; a slip is corrected by another entry ---- */

#define RESULT_STAGES(X) X(mediation, "调解") X(arbitration, "仲裁") X(first, "一审") X(second, "二审")
/* name, words, does it end the stage */
#define RESULTS(X) \
	X(scheduled,  "收到开庭通知", false) \
	X(hearing,    "开庭，等结果", false) \
	X(settled,    "调解成功", true) \
	X(notSettled, "调解不成", true) \
	X(upheld,     "全部支持", true) \
	X(partly,     "部分支持", true) \
	X(rejected,   "没有支持", true) \
	X(withdrawn,  "撤回", true)
struct result_word { struct str name, words; bool ends; };
extern const struct result_word result_stages[], result_kinds[];
extern const size_t result_stage_count, result_kind_count;
const struct result_word *result_word(const struct result_word *table, size_t count, struct str name);   /* NULL: none */

struct case_result {
	int64_t result_id, at_ms, lawyer_id, corrects;   /* corrects 0: none */
	struct str stage, result, note, place;           /* place: of the next hearing */
	struct date happened_on;
	int64_t amount_fen;                              /* -1: none was awarded */
	int64_t minutes, hearing_ms;                     /* hearing_ms 0: no next one is set */
	bool final, corrected;                           /* corrected: another entry takes its place */
};
struct case_results { struct case_result *items; size_t count; };
/* Oldest first, corrected ones too. For whoever may read the case. */
MUST_USE struct err case_results(struct hall *hall, struct arena *arena, int64_t case_id, struct case_results *out_results);
/* A correction stands where what it corrects stood: a slip of long ago that is put right changes nothing of what came later.
 * The entry that holds now and names a hearing that is still to come; NULL: none. */
const struct case_result *case_results_hearing(const struct case_results *results, int64_t now_ms);
/* Amounts that hold: the last entry with an amount, -1: none. */
int64_t case_results_amount(const struct case_results *results);
/* result_id and at_ms are given. The same once more within ten minutes (a second click): OK, nothing changes. final: the case
 * is over, it does not count as his load any more. A hearing: applicant and
 * lawyer are reminded on the day before, at nine. INVALID with words beside each field. REFUSED: not accepted. */
MUST_USE struct err case_result_add(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id,
	const struct case_result *result, struct report *report);

#endif
