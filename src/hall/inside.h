/* inside: what the files of hall share with each other and with nobody else. */
#ifndef HALL_INSIDE_H
#define HALL_INSIDE_H

#include "hall/hall.h"
#include "paper/paper.h"
#include "seal/seal.h"
#include "store/store.h"

#include <pthread.h>

enum { PRESS_COUNT_MAX = 64, SERVICE_CACHE_COUNT_MAX = 200, DUE_BATCH_COUNT = 200, TRIES_MAX = 8 };

struct outbox_state_kept { enum outbox_state state; int64_t since_ms, next_ms; int32_t times; };   /* times: asked in vain */

struct oidc_kept { struct arena arena; struct str text; int64_t at_ms; };

struct hall {
	struct arena arena;              /* lives as long as the hall: data folders, names */
	struct hall_places places;
	struct clock clock;
	struct rand rand;
	const struct logger *logger;
	struct store *store;
	struct seal_keyring *_Atomic keyring;   /* NULL while locked; set once, behind everything that follows from it */
	pthread_mutex_t key_lock;        /* of whoever unlocks */
	struct str keys_text;            /* keys.json */
	/* Snapshots that never change; an administrator's change swaps the pointer, what was there before lives as long as the
	 * hall. Read it once for everything that must agree. The files' own are what lies at the bottom (overlays.c). */
	const struct parameters *_Atomic parameters;
	const struct calendar *_Atomic calendar;
	const struct parameters *parameters_of_files;
	const struct calendar *calendar_of_files;
	pthread_mutex_t overlay_lock;    /* guards overlay_arena: of whoever swaps */
	struct arena overlay_arena;
	struct errand_keeper *errands;   /* NULL: nobody does errands */
	_Atomic int64_t verify_done, verify_total;       /* of hall_verify, for whoever waits */
	int64_t opened_ms;
	_Atomic bool clocks_settled;     /* every running promise was counted by what holds now */
	struct paper_fonts *fonts;       /* NULL until the first paper */
	struct id_maker ids;
	struct str region, name, id_text;
	int64_t organisation_id;         /* the union that hosts the hall */
	struct configuration configuration;
	char public_key_hex[2 * SEAL_PUBLIC_KEY_BYTES + 1];
	struct str log_origin, log_key;

	pthread_mutex_t outbox_lock;
	struct outbox_state_kept outbox;

	pthread_mutex_t oidc_lock;       /* oidc.c: what the provider says of itself */
	struct oidc_kept oidc_provider, oidc_keys;

	pthread_mutex_t press_lock;      /* guards what follows: presses that nobody uses right now, and how many there are in all */
	pthread_cond_t press_free;
	struct paper_press *presses[PRESS_COUNT_MAX];
	size_t press_count, press_made, press_max;

	void (*haste)(void *data, int64_t case_id);      /* of watch.c: a command put jobs of this case aside; NULL: nobody is in haste */
	bool (*is_in_hand)(void *data, int64_t case_id);
	void *haste_data;

	pthread_mutex_t service_lock;    /* services by version, loaded once, never freed before the hall */
	struct arena service_arena;
	struct map services;
	struct map calculators;          /* by id, of the same lock and arena */
};

/* ---- work: one command being built ------------------------------------------------------------------ */

struct work {
	struct hall *hall;
	struct arena *arena;
	struct report *report;
	struct store_reader *reader;     /* one snapshot for everything that the command is decided on */
	struct store_command *command;
	struct paper_press *press;       /* only for work that prints: see work_run_printing */
	int64_t now_ms;
	struct str who;                  /* stands in events */
	bool staff;
	int64_t job_case_id;             /* of whom jobs were put aside, 0 = of nobody */
};

typedef struct err (*work_body)(struct work *work, void *data);
/* Runs the body on a fresh snapshot and submits what it built; again, up to three times, when somebody else was faster.
 * The body must do nothing but read, compute and add statements. */
MUST_USE struct err work_run(
    struct hall *hall, struct arena *arena, struct report *report, struct str who, bool staff, work_body body, void *data);
/* The same with a press in hand. It is waited for before the snapshot is taken: who waits must not keep others from
 * reading. */
MUST_USE struct err work_run_printing(
    struct hall *hall, struct arena *arena, struct report *report, struct str who, bool staff, work_body body, void *data);
/* Counts a try of something before it is judged, in a command of its own. REFUSED: too many in the window; the seconds to
 * wait come out (may be NULL). */
MUST_USE struct err attempt_take(struct hall *hall, struct arena *arena, const char *kind, struct str subject, int32_t tries_max,
	int64_t window_ms, int64_t *out_wait_s);
MUST_USE struct err attempt_clear(struct hall *hall, struct arena *arena, const char *kind, struct str subject);
/* A snapshot alone, for reading. */
MUST_USE struct err read_begin(struct hall *hall, struct store_reader **out_reader);

static inline struct sql_value sql_i64_or_null(int64_t value) { return value ? sql_i64(value) : sql_null(); }

void work_add(struct work *work, const char *statement, const struct sql_value *values, size_t count);
/* The statement must change exactly one row, else the command is computed again. */
void work_guard(struct work *work, const char *statement, const struct sql_value *values, size_t count);
#define WORK_ADD(work, statement, ...) work_add((work), (statement), SQL(__VA_ARGS__))
#define WORK_GUARD(work, statement, ...) work_guard((work), (statement), SQL(__VA_ARGS__))
#define I(value) sql_i64(value)
#define T(text) sql_text(text)
#define B(bytes) sql_blob(bytes)

MUST_USE struct err query(struct hall *hall, struct arena *arena, struct store_reader *reader, const char *statement,
	const struct sql_value *values, size_t count, struct store_rows *out_rows);
MUST_USE struct err query_one(struct hall *hall, struct arena *arena, struct store_reader *reader, const char *statement,
	const struct sql_value *values, size_t count, struct store_row *out_row);
#define QUERY(hall, arena, reader, statement, out, ...) query((hall), (arena), (reader), (statement), SQL(__VA_ARGS__), (out))
#define QUERY_ONE(hall, arena, reader, statement, out, ...) query_one((hall), (arena), (reader), (statement), SQL(__VA_ARGS__), (out))

/* ---- house.c: another hall's keys, for a copy of the same hall that is looked at and closed again ------------------- */

/* LOCKED: there is nothing to borrow. REFUSED: it has keys already. */
MUST_USE struct err hall_borrow_keys(struct hall *hall, const struct hall *from);
void hall_give_keys_back(struct hall *hall);      /* before hall_close; fine when nothing was borrowed */

/* ---- sealing ------------------------------------------------------------------------------------------ */

/* Column contexts: "case_state.data", the row's id. */
MUST_USE struct err seal_text(
    struct hall *hall, struct arena *arena, const char *column, int64_t id, struct str plain, struct str *out_box);
MUST_USE struct err unseal_text(
    struct hall *hall, struct arena *arena, const char *column, int64_t id, struct str box, struct str *out_plain);
struct str lookup_key(struct hall *hall, struct arena *arena, const char *domain, struct str text);
/* A FEEL value as tagged JSON, and back. */
MUST_USE struct err value_encode(struct arena *arena, struct feel_value value, struct str *out_text);
MUST_USE struct err value_decode(struct arena *arena, struct str text, struct feel_value *out_value);
struct str id_text(struct arena *arena, int64_t id);

/* ---- audit.c ------------------------------------------------------------------------------------------ */

/* Adds an event row and its leaf. detail: JSON or empty; it is sealed. */
MUST_USE struct err audit_add(struct work *work, int64_t case_id, const char *what, struct str subject, struct str detail);

/* ---- cases.c, process.c ------------------------------------------------------------------------------- */

struct case_file {
	struct case_summary row;
	const struct service *service;
	struct feel_value data;
	struct bpmn_instance *instance;          /* NULL while a draft */
	struct environment *environment;
	bool touched;                            /* the guard stands in the command */
};

MUST_USE struct err case_load(struct work *work, int64_t case_id, struct case_file *out_case);
void case_summary_read(struct store_row row, struct case_summary *out_summary);   /* the columns of case_by_id, in their order */
struct str actor_who(struct arena *arena, const struct actor *actor);             /* as it stands in events */
MUST_USE struct err case_keep_data(struct work *work, struct case_file *file, struct feel_value values);
/* A page that asks for half of a group keeps the other half. Lists are replaced whole. */
struct feel_value data_merge(struct arena *arena, struct feel_value under, struct feel_value over);
/* The guard against others, once a command. */
void case_touch(struct work *work, struct case_file *file);
/* Does the process wait for that message now? NULL: no. */
const struct bpmn_wait *case_waits_for(struct work *work, const struct case_file *file, struct str message);
/* Steps the engine, carries out its effects, goes on until everything waits, and stores the instance. */
MUST_USE struct err process_step(struct work *work, struct case_file *file, const struct bpmn_event *event);
/* submitted, signed, outcome names, element ids: begins and ends clocks, queues notices. */
MUST_USE struct err process_milestone(struct work *work, struct case_file *file, struct str name);
/* The facts that the hall lays beside the form's data; NULL ends the list. */
extern const char *const hall_facts[];
/* A job of the process: done now, or put aside for the pool. */
MUST_USE struct err jobs_begin(struct work *work, struct case_file *file, const struct bpmn_effect *effect,
	bool *out_done, struct feel_value *out_variables);
/* deployments.c: service_deploy in somebody's name. */
MUST_USE struct err service_deploy_as(struct hall *hall, const struct service *service, struct str who, bool staff);
bool job_type_is_known(struct str type);
/* Does a job that was put aside (paper.render, paper.sign): adds statements and finishes the engine's job. */
MUST_USE struct err jobs_do(struct work *work, struct case_file *file, int64_t job_id, uint32_t key, struct str type, struct str data);

/* ---- overlays*.c ---------------------------------------------------------------------------------------- */

/* Reads what is laid over the files and puts it in force. */
MUST_USE struct err overlays_load(struct hall *hall, struct report *report);
/* The parameters and the calendar as they are, or as they would be after the change; from one snapshot. */
struct overlay_sight { const struct parameters *parameters; const struct calendar *calendar; int64_t version; };
MUST_USE struct err overlay_sight(struct hall *hall, struct arena *arena, struct store_reader *reader, const struct overlay_change *change,
	struct report *report, struct overlay_sight *out_sight);
/* What a clock that begins on that day promises. MISSING: the region has no such parameter then; the report names it. */
struct clock_dates { struct str due_on, length; int64_t warn_ms, due_ms; bool provisional; };
MUST_USE struct err clock_dates(struct work *work, const struct case_file *file, const struct service_clock *clock, struct date began,
	struct clock_dates *out_dates);
/* Every running promise that another calendar or other figures would move; at most count_max, `cut` when there are more. */
MUST_USE struct err clock_moves_under(struct hall *hall, struct arena *arena, struct store_reader *reader,
	const struct overlay_sight *sight, size_t count_max, struct clock_moves *out_moves, bool *out_cut);

/* ---- versions.c, for errands.c -------------------------------------------------------------------------- */

MUST_USE struct err candidate_check(
    struct hall *hall, struct arena *arena, struct str candidate, struct report *report, struct str *out_words);

/* ---- receipts.c ---------------------------------------------------------------------------------------- */

MUST_USE struct err receipts_read(
    struct hall *hall, struct arena *arena, struct store_reader *reader, int64_t case_id, struct receipts *out_receipts);

/* ---- identity.c ------------------------------------------------------------------------------------------ */

MUST_USE struct err person_box(struct work *work, const struct person *person, struct str *out_box);
/* The columns of person_by_id. */
MUST_USE struct err person_read(struct hall *hall, struct arena *arena, struct store_row row, struct person *out_person);

/* ---- accounts.c: within a command of the counter's or the connector's ----------------------------------- */

#define METHOD_OF_CODE "手机号与短信验证码"      /* of a session that a code opened and nothing better is known of */
/* The same, with what was confirmed before. */
struct str method_carried(struct arena *arena, int64_t confirmed_ms, struct str method);
/* Can name and number be? INVALID with words. */
MUST_USE struct err confirmation_check(struct hall *hall, const struct confirmation *given, struct report *report);
/* REFUSED with words: see person_confirm; at level 3 too when somebody else was confirmed with the number. No event. */
MUST_USE struct err person_confirm_add(struct work *work, int64_t person_id, const struct confirmation *given);
/* REFUSED: the number is somebody's. given: what a clerk was shown, which confirms him as well, and takes the number from an
 * account that nothing hangs on; NULL: by the codes of both phones. */
MUST_USE struct err person_move_add(struct work *work, int64_t person_id, struct str new_phone, const struct confirmation *given);

/* ---- codes.c ---------------------------------------------------------------------------------------------- */

/* A short message of no case, ready as it is; not sent after expires_ms. */
MUST_USE struct err notice_queue_words(struct work *work, const char *template_name, struct str phone, struct str text, int64_t expires_ms);

/* ---- organisations.c: inside a command everything is read from its one snapshot --------------------- */

/* A text of the hall's own union, as the administrator set it; `otherwise` when nothing is set. */
struct str union_fact(struct hall *hall, struct arena *arena, struct store_reader *reader, const char *name, struct str otherwise);
/* What the union calls itself in short messages. */
struct str sms_sign(struct hall *hall, struct arena *arena, struct store_reader *reader);
MUST_USE struct err lawyers_read(
    struct hall *hall, struct arena *arena, struct store_reader *reader, struct feel_value employer, struct lawyers *out_lawyers);
/* {on, time, place} of the hearing that the last entry names (also one that is over); null: none. */
MUST_USE struct err hearing_value(
	struct hall *hall, struct arena *arena, struct store_reader *reader, int64_t case_id, struct feel_value *out_hearing);
/* Tells lawyer and applicant of tomorrow's hearing: the milestone `hearing`. */
MUST_USE struct err hearing_remind(struct work *work, int64_t case_id);
/* The roster, asked again at the moment of an act: REFUSED with words when his firm acts for the employer. */
MUST_USE struct err lawyer_has_no_conflict(struct work *work, const struct case_file *file, int64_t lawyer_id);
/* He did not answer in time: the next one gets the case. */
MUST_USE struct err lawyer_offer_over(struct work *work, int64_t case_id);
/* The hall hands a case back for a lawyer who left the roster; REFUSED as lawyer_decline. */
MUST_USE struct err lawyer_case_hand_on(
	struct hall *hall, struct arena *arena, int64_t lawyer_id, int64_t case_id, struct report *report);
/* A text to the lawyer's phone, beside the notices of the case. */
MUST_USE struct err lawyer_tell(struct work *work, const struct lawyer *lawyer, struct str words);
MUST_USE struct err lawyer_read(
    struct hall *hall, struct arena *arena, struct store_reader *reader, int64_t lawyer_id, struct lawyer *out_lawyer);

/* ---- desk_follow.c ------------------------------------------------------------------------------------- */

/* Writes what the lists show of the case as it is now. */
MUST_USE struct err desk_follow(struct work *work, const struct case_file *file);

/* ---- identity.c ---------------------------------------------------------------------------------------- */

/* A row of person_id, sealed_data. */
MUST_USE struct err person_read(struct hall *hall, struct arena *arena, struct store_row row, struct person *out_person);

/* ---- papers.c, notices.c, presses ----------------------------------------------------------------------- */

/* Writes the papers, or those anew whose words have changed; *out_replaced: titles of the latter. */
MUST_USE struct err papers_render(struct work *work, struct case_file *file, struct feel_value *out_replaced);
MUST_USE struct err papers_seal(struct work *work, struct case_file *file);
MUST_USE struct err papers_read(
    struct hall *hall, struct arena *arena, struct store_reader *reader, int64_t case_id, struct case_papers *out_papers);
MUST_USE struct err paper_pdf(
    struct hall *hall, struct arena *arena, struct store_reader *reader, const struct case_paper *paper, struct str *out_pdf);
/* What templates see: the process's variables and data, case, union, lawyer, today, claims with words ... */
MUST_USE struct err paper_context(struct work *work, struct case_file *file, struct feel_value *out_context);
/* The names of that context for a checker: forms, process and hall; closed unless the process may get others. */
const struct feel_scope *paper_scope(struct arena *arena, const struct service *service);
MUST_USE struct err notice_queue(struct work *work, struct case_file *file, const struct service_notice *notice);
MUST_USE struct err notice_text(struct work *work, struct case_file *file, struct str notice_id, struct str *out_text);
MUST_USE struct err press_take(struct hall *hall, struct paper_press **out_press);
void press_give_back(struct hall *hall, struct paper_press *press);
MUST_USE struct err file_content(
    struct hall *hall, struct arena *arena, struct store_reader *reader, int64_t file_id, struct str *out_content);
MUST_USE struct err file_store(struct work *work, int64_t case_id, struct str field, const struct inspected_file *file,
    struct str name, int64_t *out_file_id);

/* ---- play.c: what the demo's week does likewise -------------------------------------------------------- */

/* The form's data of a sample, without what stands beside them (id, expect ...). */
struct feel_value play_answers(struct arena *arena, const struct json *answers);
/* A page marked 样张 in place of what would have been photographed. */
MUST_USE struct err play_sample_page(struct hall *hall, struct arena *arena, struct str field, struct report *report, struct str *out_pdf);

#endif
