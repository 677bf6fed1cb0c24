/* receipts: what a decision leaves behind (design.md §9): inputs with salts, parameters, each rule with its article, the
 * result, signed. Whole for the parties, as commitments for everybody else.
 *
 * The commitment form replaces value and salt of each input by hash = SHA-256(salt || JCS(value)), and facts and salt of
 * each rule likewise. `commitment` is the SHA-256 of that form's JCS; `signature` is Ed25519 over the text
 * "unionhall receipt 1\n" + commitment. So both forms are verified by one signature, and no byte can change. */
#ifndef HALL_RECEIPTS_H
#define HALL_RECEIPTS_H

#include "base/base.h"
#include "dmn/dmn.h"
#include "hall/environment.h"

struct hall;
struct service;

enum { RECEIPT_BYTES_MAX = 4 << 20 };

struct receipt_subject {
	struct str hall, case_id, service, version, model_file, model_sha256, decision, region;
	struct date on;
	int64_t at_ms;
};

/* Builds and signs. `needed`: the input data that stand in it. out_whole and out_commitment are JCS texts. */
MUST_USE struct err receipt_make(struct hall *hall, struct arena *arena, const struct receipt_subject *subject, struct feel_value inputs,
	const struct dmn_elements *needed, const struct dmn_trace *trace, const struct environment *environment, struct feel_value result,
	struct str *out_whole, struct str *out_commitment);
/* Of a whole receipt or a commitment form: does everything fit, and did `public_key` (hexadecimal) sign it? TAMPERED. */
MUST_USE struct err receipt_verify(struct arena *arena, struct str receipt, struct str public_key, struct report *report);
/* Decides again with the deployed version of that day and holds rules and result against the receipt. TAMPERED names
 * the first difference; NOT_FOUND: this hall never deployed that version. */
MUST_USE struct err receipt_replay(
    struct hall *hall, struct arena *arena, struct str receipt, struct report *report, struct str *out_summary);
/* JSON knows neither dates nor (in a receipt) numbers: values become what the model declares for its input data. */
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
