/* One party's act on one paper: the evidence, the certificate that attests it, the signature in the PDF, and what the
 * process makes of it. */
#include "hall/inside.h"

#include "codec/codec.h"

#include <string.h>

enum { EVIDENCE_BYTES_MAX = 2 << 20 };
#define CERTIFICATE_LIFE_MS (INT64_C(10) * 365 * DAY_MS)   /* of the validity, not of the key: that is thrown away at once */

struct act {
	struct work *work;
	struct case_file *file;
	const struct case_paper *paper;
	size_t position;                  /* of the party on the paper */
	struct str name;                  /* who appears as signer */
	const struct actor *actor;        /* NULL for the union's seal */
	const struct signing *signing;
	struct str code_sha256;           /* of the code that was taken, or empty */
	int64_t code_ms;
};

/* ---- where the ink goes ----------------------------------------------------------------------------------------- */

static int64_t box_number(const struct json *box, const char *key)
{
	int64_t value = 0;
	const struct json *member = json_get(box, str_from_c(key));
	if (json_is(member, JSON_NUMBER)) (void)str_to_i64(member->text, &value);
	return value;
}

/* A paper without a box for the party is signed invisibly: the signature counts, not its picture. */
static void place(struct act *act, struct str party, struct seal_pdf_options *options)
{
	const struct json *boxes;
	options->page = 1;
	if (failed(json_parse(act->work->arena, act->paper->boxes, NULL, &boxes))) return;
	for (const struct json *box = boxes->first; box; box = box->next) {
		if (!str_eq(json_string_of(box, "id"), party)) continue;
		options->page = (int32_t)box_number(box, "page");
		options->x = (double)box_number(box, "x") / 100;
		options->y = (double)box_number(box, "y") / 100;
		options->width = (double)box_number(box, "width") / 100;
		options->height = (double)box_number(box, "height") / 100;
	}
}

/* What stands below the star is the union's own word (sealText of its public facts): 法律援助专用章, or nothing. */
static struct err seal_words(struct act *act, struct str *out_words)
{
	struct work *work = act->work;
	struct store_row row;
	const struct json *facts;
	TRY(QUERY_ONE(work->hall, work->arena, work->reader, "organisation_by_id", &row, I(act->file->row.organisation_id)));
	*out_words = failed(json_parse(work->arena, row_bytes(row, 6), NULL, &facts)) ? STR("") : json_string_of(facts, "sealText");
	return OK;
}

static struct err draw(struct act *act, struct seal_pdf_options *options)
{
	struct work *work = act->work;
	struct paper_bitmap bitmap;
	struct paper_stamp stamp = { .kind = PAPER_STAMP_SEAL, .name = act->name };
	if (options->width <= 0) return OK;
	if (!act->actor) TRY(seal_words(act, &stamp.purpose));
	if (act->actor) {
		bool drawn = act->signing->strokes.len > 0;
		stamp = (struct paper_stamp){
			.kind = drawn ? PAPER_STAMP_STROKES : PAPER_STAMP_NAME, .strokes = act->signing->strokes, .name = act->name
		};
		struct date today = date_of_ms(work->now_ms, SHANGHAI_OFFSET_S);
		stamp.note = str_printf(work->arena, "%s %d年%d月%d日", drawn ? "手写签名" : "姓名与验证码签名", today.year, today.month, today.day);
	}
	TRY(paper_stamp(work->press, work->arena, &stamp, work->report, &bitmap));
	options->bitmap = (struct seal_pdf_bitmap){ bitmap.width, bitmap.height, bitmap.pixels };
	return OK;
}

/* ---- evidence ------------------------------------------------------------------------------------------------------ */

static void add_text(struct arena *arena, struct json *object, const char *key, struct str text)
{
	if (text.len) json_add(object, str_from_c(key), json_new_string(arena, text));
}

static struct str sha256_hex(struct arena *arena, struct str bytes)
{
	uint8_t digest[SEAL_SHA256_BYTES];
	seal_sha256(bytes, digest);
	return str_hex(arena, digest, sizeof digest);
}

/* The record of the act (LA3): who, how he was identified, when, on what device, what he wrote, on which bytes. The
 * one-time code stands in it as a hash with the case, so that it tells nothing by itself. */
static struct err evidence_of(struct act *act, struct str *out_text)
{
	struct work *work = act->work;
	struct arena *arena = work->arena;
	struct json *evidence = json_new(arena, JSON_OBJECT);
	add_text(arena, evidence, "act", act->paper->acts[act->position].act);
	add_text(arena, evidence, "party", str_from_c(party_name(act->paper->acts[act->position].party)));
	add_text(arena, evidence, "case", act->file->row.number);
	add_text(arena, evidence, "paper", act->paper->id);
	add_text(arena, evidence, "paperSha256", act->paper->sha256);
	add_text(arena, evidence, "name", act->name);
	add_text(arena, evidence, "at", time_print_ms(arena, work->now_ms, SHANGHAI_OFFSET_S));
	if (act->actor) {
		add_text(arena, evidence, "identityMethod", act->actor->identity_method);
		add_text(arena, evidence, "identityLevel", str_from_i64(arena, act->actor->identity_level));
		add_text(arena, evidence, "device", act->actor->device);
		add_text(arena, evidence, "method", act->signing->strokes.len ? STR("drawn") : STR("typed name and one-time code"));
		add_text(arena, evidence, "typedName", act->signing->typed_name);
		if (act->signing->strokes.len) add_text(arena, evidence, "strokesSha256", sha256_hex(arena, act->signing->strokes));
		add_text(arena, evidence, "codeSha256", act->code_sha256);
		if (act->code_ms) add_text(arena, evidence, "codeAt", time_print_ms(arena, act->code_ms, SHANGHAI_OFFSET_S));
		if (act->signing->code_is_assumed) add_text(arena, evidence, "codeAssumed", STR("nothing was sent: the case was played"));
	} else {
		add_text(arena, evidence, "method", STR("seal of the union, set by the hall"));
	}
	return json_print(arena, evidence, JSON_CANONICAL, EVIDENCE_BYTES_MAX, out_text);
}

static struct err signer_of(struct act *act, struct str evidence, struct seal_signer **out_signer)
{
	struct work *work = act->work;
	if (!act->actor) return seal_union_signer(work->hall->keyring, out_signer);
	struct seal_event event = { .name = act->name, .from_ms = work->now_ms - 60000, .to_ms = work->now_ms + CERTIFICATE_LIFE_MS };
	event.statement = str_printf(work->arena, "%.*s职工之家证明本次%s：%.*s，身份等级%d", STR_ARG(work->hall->name),
	    str_eq_c(act->paper->acts[act->position].act, "acknowledge") ? "签收" : "签字", STR_ARG(act->actor->identity_method),
	    act->actor->identity_level);
	seal_sha256(evidence, event.evidence);
	return seal_event_certificate(work->hall->keyring, work->hall->rand, &event, out_signer);
}

/* ---- the act ------------------------------------------------------------------------------------------------------- */

static struct err sign_pdf(struct act *act, struct str *out_pdf, struct str *out_evidence)
{
	struct work *work = act->work;
	enum party party = act->paper->acts[act->position].party;
	struct seal_signer *signer;
	struct str pdf, evidence;
	struct seal_pdf_options options = { .field = str_printf(work->arena, "%s-%zu", party_name(party), act->position),
		.name = act->name,
		.reason = str_eq_c(act->paper->acts[act->position].act, "acknowledge") ? STR("签收") : STR("签字"),
		.location = work->hall->name,
		.time_ms = work->now_ms };
	if (party == PARTY_UNION) options.reason = STR("盖章");
	place(act, str_from_c(party_name(party)), &options);
	TRY(draw(act, &options));
	TRY(paper_pdf(work->hall, work->arena, work->reader, act->paper, &pdf));
	TRY(evidence_of(act, &evidence));
	TRY(signer_of(act, evidence, &signer));
	options.signer = signer;
	struct err err = seal_pdf_sign(work->arena, pdf, &options, work->report, out_pdf);
	seal_signer_done(signer);
	TRY(err);
	*out_evidence = evidence;
	return OK;
}

static struct err carry_out(struct act *act)
{
	struct work *work = act->work;
	struct str pdf, evidence, content_box, evidence_box;
	uint8_t *digest = arena_alloc(work->arena, SEAL_SHA256_BYTES);
	int64_t case_id = act->file->row.case_id;
	TRY(sign_pdf(act, &pdf, &evidence));
	seal_sha256(pdf, digest);
	struct str sha256 = { (const char *)digest, SEAL_SHA256_BYTES };
	TRY(seal_text(work->hall, work->arena, "file.content", act->paper->file_id, pdf, &content_box));
	TRY(seal_text(work->hall, work->arena, "paper_act.evidence", case_id, evidence, &evidence_box));
	WORK_GUARD(work, "paper_touch", I(case_id), T(act->paper->id), I(act->paper->version), B(sha256));
	WORK_GUARD(work, "paper_act_done", I(case_id), T(act->paper->id), I((int64_t)act->position), I(work->now_ms), B(evidence_box),
	    B(sha256));
	WORK_ADD(work, "file_set_content", I(act->paper->file_id), I((int64_t)pdf.len),
	    B(lookup_key(work->hall, work->arena, "file.content", pdf)), B(content_box));
	return audit_add(work, case_id, act->actor ? "paper.signed" : "paper.sealed", act->paper->id, evidence);
}

/* The first act that still waits, or act_count. */
static size_t next_act(const struct case_paper *paper)
{
	size_t i = 0;
	while (i < paper->act_count && paper->acts[i].done) i++;
	return i;
}

struct err papers_seal(struct work *work, struct case_file *file)
{
	struct case_papers papers;
	TRY(papers_read(work->hall, work->arena, work->reader, file->row.case_id, &papers));
	for (size_t i = 0; i < papers.count; i++) {
		struct act act = { .work = work,
			.file = file,
			.paper = &papers.items[i],
			.position = next_act(&papers.items[i]),
			.name = work->hall->name };
		if (act.position < act.paper->act_count && act.paper->acts[act.position].party == PARTY_UNION) TRY(carry_out(&act));
	}
	return OK;
}

/* ---- people -------------------------------------------------------------------------------------------------------- */

struct acting {
	const struct actor *actor;
	int64_t case_id, code_ms;
	struct str paper_id, code_sha256;
	const struct signing *signing;
};

static struct err party_of(
    struct work *work, struct case_file *file, const struct actor *actor, enum party *out_party, struct str *out_name)
{
	if (actor->kind == ACTOR_APPLICANT && actor->person_id == file->row.applicant_id) {
		*out_party = PARTY_APPLICANT;
		*out_name = feel_get(file->data, STR("name")).kind == FEEL_STRING ? feel_get(file->data, STR("name")).string : STR("");
		return OK;
	}
	if (actor->kind == ACTOR_AGENT && file->row.lawyer_id != 0 && actor->person_id == file->row.lawyer_id) {
		struct lawyer lawyer;
		TRY(lawyer_read(work->hall, work->arena, work->reader, file->row.lawyer_id, &lawyer));
		*out_party = PARTY_AGENT;
		*out_name = lawyer.name;
		return OK;
	}
	return ERR(FORBIDDEN);
}

static bool party_is_done(const struct case_papers *papers, enum party party, const struct case_paper *just_now)
{
	for (size_t i = 0; i < papers->count; i++)
		for (size_t k = 0; k < papers->items[i].act_count; k++) {
			const struct case_paper_act *act = &papers->items[i].acts[k];
			if (act->party == party && !act->done && &papers->items[i] != just_now) return false;
		}
	return true;
}

static bool all_are_done(const struct case_papers *papers, const struct case_paper *just_now, size_t position)
{
	for (size_t i = 0; i < papers->count; i++)
		for (size_t k = 0; k < papers->items[i].act_count; k++)
			if (!papers->items[i].acts[k].done && !(&papers->items[i] == just_now && k == position)) return false;
	return true;
}

/* The task that waits for this party's papers is done with the last of them. */
static struct err finish_task(struct work *work, struct case_file *file, enum party party)
{
	struct store_rows rows;
	TRY(QUERY(work->hall, work->arena, work->reader, "task_open_of_case", &rows, I(file->row.case_id)));
	for (size_t i = 0; i < rows.count; i++) {
		if (!str_eq_c(row_bytes(rows.items[i], 8), party_name(party))) continue;
		struct bpmn_event done = { .kind = BPMN_ON_TASK_DONE, .key = (uint32_t)row_i64(rows.items[i], 2) };
		WORK_GUARD(work, "task_finish", I(file->row.case_id), I(done.key), T(STR("done")), T(work->who), I(work->now_ms));
		if (party == PARTY_APPLICANT) WORK_ADD(work, "clock_worker_ends", I(file->row.case_id), I(work->now_ms));
		TRY(audit_add(work, file->row.case_id, "task.done", row_bytes(rows.items[i], 3), STR("")));
		return process_step(work, file, &done);
	}
	return OK;
}

static struct err act_body(struct work *work, void *data)
{
	struct acting *acting = data;
	struct case_file file;
	struct case_papers papers;
	struct act act = { .work = work, .file = &file, .actor = acting->actor, .signing = acting->signing };
	enum party party;
	TRY(case_load(work, acting->case_id, &file));
	TRY(party_of(work, &file, acting->actor, &party, &act.name));
	TRY(papers_read(work->hall, work->arena, work->reader, acting->case_id, &papers));
	for (size_t i = 0; i < papers.count; i++)
		if (str_eq(papers.items[i].id, acting->paper_id)) act.paper = &papers.items[i];
	if (!act.paper) return ERR(NOT_FOUND);
	act.position = next_act(act.paper);
	if (!papers.open[party] || act.position == act.paper->act_count || act.paper->acts[act.position].party != party) return ERR(REFUSED);
	if (acting->signing->seen_sha256.len && !str_eq(acting->signing->seen_sha256, act.paper->sha256)) {
		report_error(work->report, STR("paper"), "这份文书刚更新过，请看过新的内容再签");
		return ERR(REFUSED);
	}
	if (acting->actor->identity_level < act.paper->identity_level) {
		report_error(work->report, act.paper->id, "签署这份文书需要%d级身份核验", act.paper->identity_level);
		return ERR(FORBIDDEN);
	}
	if (acting->signing->strokes.len == 0 && !str_eq(acting->signing->typed_name, act.name)) {
		report_error(work->report, act.paper->id, "请输入本人姓名：%.*s", STR_ARG(act.name));
		return ERR(INVALID);
	}
	if (party == PARTY_AGENT) TRY(lawyer_has_no_conflict(work, &file, acting->actor->person_id));
	act.code_sha256 = acting->code_sha256;
	act.code_ms = acting->code_ms;
	case_touch(work, &file);
	TRY(carry_out(&act));
	if (party == PARTY_AGENT) {      /* who signs has accepted */
		WORK_ADD(work, "lawyer_case_signed", I(acting->case_id), I(work->now_ms));
		WORK_ADD(work, "timer_cancel_kind", I(acting->case_id), T(STR("offer")));
	}
	if (all_are_done(&papers, act.paper, act.position)) TRY(process_milestone(work, &file, STR("signed")));
	return party_is_done(&papers, party, act.paper) ? finish_task(work, &file, party) : OK;
}

/* A typed name alone says nothing: the code proves that the phone is in the signer's hand. It is taken in a command of its
 * own, so that wrong tries count even though nothing is signed. */
static struct err prove_code(struct hall *hall, struct arena *arena, struct acting *acting, struct report *report)
{
	const struct signing *signing = acting->signing;
	bool proved = false;
	if (signing->code_is_assumed) {
		acting->code_sha256 = sha256_hex(
		    arena, str_printf(arena, "%.*s/%.*s", STR_ARG(id_text(arena, acting->case_id)), STR_ARG(signing->code)));
		return OK;
	}
	const struct code_request *request = signing->request;
	if (!request || request->purpose != CODE_sign || !str_eq(request->about, id_text(arena, acting->case_id))) return ERR(FORBIDDEN);
	TRY(code_is_proved(hall, arena, request, &proved, &acting->code_ms, &acting->code_sha256));
	if (proved) return OK;
	if (signing->code.len == 0) {
		report_error(report, STR("code"), "请填刚收到的短信验证码");
		return ERR(INVALID);
	}
	struct err err = code_take(hall, arena, request, signing->code, report);
	if (err_is(err, ERR_FORBIDDEN)) return ERR(INVALID);
	TRY(err);
	TRY(code_is_proved(hall, arena, request, &proved, &acting->code_ms, &acting->code_sha256));
	return proved ? OK : ERR(FORBIDDEN);
}

struct err paper_act(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id, struct str paper_id,
	const struct signing *signing, struct report *report)
{
	struct acting acting = { .actor = actor, .case_id = case_id, .paper_id = paper_id, .signing = signing };
	if (signing->strokes.len == 0) TRY(prove_code(hall, arena, &acting, report));
	return work_run_printing(hall, arena, report, actor->kind == ACTOR_AGENT ? STR("agent") : STR("applicant"), false, act_body, &acting);
}
