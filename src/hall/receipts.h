/* receipts: what a decision leaves behind (design.md §9): inputs with salts, parameters, each rule with its article, the
 * result, signed. Whole for the parties, as commitments for everybody else.
 *
 * Beside the parameters it holds what else the hall was asked, so that it can be decided again by anybody at any time:
 * model.imports [{file, sha256}] pins the models that the deciding one imports, as model.sha256 pins itself;
 * calendar [{year, days, salt}] (see calendar_facts) and regions [{value: {code, name}, salt}].
 *
 * The commitment form replaces value and salt of each input by hash = SHA-256(salt || JCS(value)); facts and salt of each
 * rule, days of the calendar and values of regions likewise. `commitment` is the SHA-256 of that form's JCS; `signature`
 * is Ed25519 over the text "unionhall receipt 1\n" + commitment. So both forms are verified by one signature, and no byte
 * can change. */
#ifndef HALL_RECEIPTS_H
#define HALL_RECEIPTS_H

#include "base/base.h"
#include "codec/codec.h"
#include "dmn/dmn.h"
#include "hall/environment.h"
#include "hall/house.h"

struct hall;
struct service;

enum { RECEIPT_BYTES_MAX = 4 << 20 };

struct receipt_subject {
	struct str hall, case_id, service, version, model_file, model_sha256, decision, region;
	struct date on;
	int64_t at_ms;
	struct json *imports;            /* [{file, sha256}] of what the model imports (receipt_imports); NULL: nothing */
};

/* Where the text of an imported model is found by its name; empty: it is not there. */
typedef struct str (*receipt_content)(struct arena *arena, const void *data, struct str file);
struct str receipt_content_of_law(struct arena *arena, const void *law_folder, struct str file);
struct str receipt_content_of_service(struct arena *arena, const void *service, struct str file);
/* [{file, sha256}] of every model that this one imports, directly or not. */
struct json *receipt_imports(struct arena *arena, const struct dmn_model *model, receipt_content content, const void *data);

/* SHA-256 in hexadecimal, as files are named by everywhere. */
struct str content_sha256(struct arena *arena, struct str content);
/* Builds it, unsigned. `needed`: the input data that stand in it. `rand` makes the salts. */
struct json *receipt_build(struct arena *arena, const struct rand *rand, const struct receipt_subject *subject,
	struct feel_value inputs, const struct dmn_elements *needed, const struct dmn_trace *trace,
	const struct environment *environment, struct feel_value result);
/* Commits and signs what was built; hall NULL leaves the signature empty. Both texts are JCS. LOCKED. */
MUST_USE struct err receipt_seal(
    struct hall *hall, struct arena *arena, struct json *whole, struct str *out_whole, struct str *out_commitment);
/* Its parts. `rand` NULL leaves the salts out. */
struct json *receipt_rules_json(struct arena *arena, const struct dmn_trace *trace, const struct rand *rand);
struct json *receipt_parameters(struct arena *arena, const struct environment *environment);
struct json *receipt_calendar(struct arena *arena, const struct environment *environment, const struct rand *rand);
struct json *receipt_regions(struct arena *arena, const struct environment *environment, const struct rand *rand);

/* Is the text canonical and what was committed to? Says nothing of signatures. TAMPERED. */
MUST_USE struct err receipt_read(struct arena *arena, struct str receipt, struct report *report, const struct json **out_json);
/* Of a whole receipt or a commitment form: does everything fit, and did `public_key` (hexadecimal) sign it? TAMPERED. */
MUST_USE struct err receipt_verify(struct arena *arena, struct str receipt, struct str public_key, struct report *report);

/* Decides again from what stands in the receipt: inputs, parameters, days and regions are its own; only the model comes
 * from outside. Rules (id, hit, article, facts) and result must come out the same to the byte. TAMPERED names the first
 * difference. */
MUST_USE struct err receipt_follows(struct arena *arena, const struct dmn_model *model, const struct json *receipt,
	struct report *report, struct str *out_summary);
/* Would the same inputs, of the same day, give the same result under another calendar and other figures? */
struct calendar;
struct parameters;
MUST_USE struct err receipt_result_holds(struct arena *arena, const struct dmn_model *model, const struct json *receipt,
	const struct calendar *calendar, const struct parameters *parameters, bool *out_holds);
/* Is the file at `path` the model that the receipt names? TAMPERED. */
MUST_USE struct err receipt_model_is(
    struct arena *arena, const struct json *receipt, struct str path, struct str content, struct report *report);
/* Are these the models that it imported then? Older receipts name none and are not asked. TAMPERED names the first other. */
MUST_USE struct err receipt_imports_are(
    struct arena *arena, const struct json *receipt, const struct json *imports, struct report *report);
/* Verifies the signature and decides again with the deployed version of that day (service `law`: with the law folder).
 * NOT_FOUND: this hall never deployed that version. */
MUST_USE struct err receipt_replay(
    struct hall *hall, struct arena *arena, struct str receipt, struct report *report, struct str *out_summary);
/* The same without a hall: the model from the services or the law folder, no word about the signature. NOT_FOUND: the
 * folder is another version. */
MUST_USE struct err receipt_replay_folders(struct arena *arena, const struct hall_places *places, struct str receipt,
	struct report *report, struct str *out_summary);
/* JSON knows neither dates nor (in a receipt) numbers: values become what the model declares for its input data.
 * A member that is left out of a context becomes null. */
struct feel_value decision_inputs(struct arena *arena, const struct dmn_model *model, struct feel_value given);
/* The whole receipts of a case, in order. */
struct receipt { int64_t receipt_id, decided_ms; struct str decision, whole, commitment; };
struct receipts { struct receipt *items; size_t count; };
MUST_USE struct err receipts_of_case(struct hall *hall, struct arena *arena, int64_t case_id, struct receipts *out_receipts);

/* The rules of a whole receipt, in the model's order. fact: what was found, in words, when the model says it (an input
 * {fact: text}), else the inputs as JSON. label: of the first input that the rule looks at. */
struct receipt_rule { struct str id, decision, label, article, fact; bool hit; };
struct receipt_rules { LIST_OF(struct receipt_rule); };
MUST_USE struct err receipt_rules(struct arena *arena, struct str whole, struct receipt_rules *out_rules);

#endif
