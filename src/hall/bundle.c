/* A case as one archive. */
#include "hall/inside.h"
#include "hall/lawyers.h"

#include "codec/codec.h"

enum { BUNDLE_TEXT_BYTES_MAX = 16 << 20 };

struct packing {
	struct hall *hall;
	struct arena *arena;
	struct case_summary summary;
	struct { LIST_OF(struct zip_file); } files;
};

static void pack(struct packing *packing, struct str name, struct str content)
{
	LIST_PUSH(packing->arena, &packing->files, ((struct zip_file){ name, content }));
}

static void add_text(struct arena *arena, struct json *object, const char *key, struct str text)
{
	json_add(object, str_from_c(key), json_new_string(arena, text));
}

/* ---- evidence.pdf: what a judge reads --------------------------------------------------------------------------- */

static void evidence_line(struct packing *packing, struct buf *buf, const struct case_paper_act *act)
{
	struct arena *arena = packing->arena;
	const struct json *evidence;
	static const char *const parties[PARTY_COUNT] = { [PARTY_APPLICANT] = "申请人", [PARTY_AGENT] = "代理人", [PARTY_UNION] = "工会" };
	if (!act->done || failed(json_parse(arena, act->evidence, NULL, &evidence))) return;
	struct str method = act->party == PARTY_UNION               ? STR("工会印章")
	    : str_eq_c(json_string_of(evidence, "method"), "drawn") ? STR("手写")
	                                                            : STR("输入姓名并回填验证码");
	buf_printf(buf, "| %s | %.*s | %.*s | %.*s | %.*s | %.*s |\n", parties[act->party],
	    STR_ARG(paper_escape(arena, json_string_of(evidence, "name"))),
	    STR_ARG(paper_escape(arena,
	        json_string_of(evidence, "identityMethod").len ? json_string_of(evidence, "identityMethod") : STR("机构印章"))),
	    STR_ARG(method), STR_ARG(time_print_ms(arena, act->done_ms, SHANGHAI_OFFSET_S)), STR_ARG(str_sub(act->sha256, 0, 16)));
}

static struct err evidence_pdf(struct packing *packing, const struct case_papers *papers)
{
	struct arena *arena = packing->arena;
	struct buf buf = buf_make(arena, PAPER_MARKDOWN_BYTES_MAX);
	struct paper_press *press;
	struct paper paper;
	struct report report = report_make(arena);
	buf_printf(&buf, "# 签署证据说明\n\n办件号：%.*s。下列各次签字、签收、盖章由%.*s职工之家逐次记录，并写入各份文书的电子签名证书。表中哈希为签署后文书 SHA-256 的前十六位。\n",
		STR_ARG(paper_escape(arena, packing->summary.number)), STR_ARG(paper_escape(arena, packing->hall->name)));
	for (size_t i = 0; i < papers->count; i++) {
		buf_printf(&buf, "\n## %d. %.*s\n\n| 签署方 | 姓名 | 身份核验 | 方式 | 时间 | 哈希 |\n|---|---|---|---|---|---|\n",
		    papers->items[i].position, STR_ARG(papers->items[i].title));
		for (size_t k = 0; k < papers->items[i].act_count; k++) evidence_line(packing, &buf, &papers->items[i].acts[k]);
	}
	struct paper_options options = { .title = STR("签署证据说明"), .number = packing->summary.number, .author = packing->hall->name,
		.date_ms = packing->summary.closed_ms ? packing->summary.closed_ms : packing->summary.opened_ms };
	TRY(press_take(packing->hall, &press));
	struct err err = paper_render(press, arena, &options, buf_str(&buf), &report, &paper);
	press_give_back(packing->hall, press);
	TRY(err);
	struct seal_signer *signer;
	struct str pdf;
	TRY(seal_union_signer(packing->hall->keyring, &signer));
	struct seal_pdf_options sign = { .signer = signer, .field = STR("union"), .name = packing->hall->name, .reason = STR("证据说明"),
		.time_ms = hall_now_ms(packing->hall), .page = 1 };
	err = seal_pdf_sign(arena, paper.pdf, &sign, &report, &pdf);
	seal_signer_done(signer);
	if (!failed(err)) pack(packing, STR("evidence.pdf"), pdf);
	return err;
}

static struct err pack_papers(struct packing *packing, struct json *list)
{
	struct case_papers papers;
	TRY(papers_of_case(packing->hall, packing->arena, packing->summary.case_id, &papers));
	for (size_t i = 0; i < papers.count; i++) {
		struct str pdf, name = str_printf(packing->arena, "papers/%d-%.*s.pdf", papers.items[i].position, STR_ARG(papers.items[i].id));
		struct json *row = json_new(packing->arena, JSON_OBJECT);
		TRY(paper_content(packing->hall, packing->arena, packing->summary.case_id, papers.items[i].id, &pdf));
		pack(packing, name, pdf);
		add_text(packing->arena, row, "path", name);
		add_text(packing->arena, row, "title", papers.items[i].title);
		json_add(row, STR("signatures"), json_new_i64(packing->arena, papers.items[i].version));
		json_add(list, STR(""), row);
	}
	return evidence_pdf(packing, &papers);
}

/* Papers that another took the place of stand apart, and say so. */
static struct err pack_replaced(struct packing *packing, struct json *list)
{
	struct case_papers papers;
	TRY(papers_replaced(packing->hall, packing->arena, packing->summary.case_id, &papers));
	for (size_t i = 0; i < papers.count; i++) {
		const struct case_paper *paper = &papers.items[i];
		struct str pdf, name = str_printf(packing->arena, "replaced/%zu-%.*s.pdf", i + 1, STR_ARG(paper->id));
		struct json *row = json_new(packing->arena, JSON_OBJECT);
		TRY(paper_replaced_content(packing->hall, packing->arena, packing->summary.case_id, paper->file_id, &pdf));
		pack(packing, name, pdf);
		add_text(packing->arena, row, "path", name);
		add_text(packing->arena, row, "title", paper->title);
		add_text(packing->arena, row, "replacedAt", time_print_ms(packing->arena, paper->replaced_ms, SHANGHAI_OFFSET_S));
		json_add(row, STR("signatures"), json_new_i64(packing->arena, paper->version));
		json_add(list, STR(""), row);
	}
	return OK;
}

/* What came of it outside of the hall, entry by entry. */
static struct err pack_results(struct packing *packing)
{
	struct arena *arena = packing->arena;
	struct case_results results;
	struct json *list = json_new(arena, JSON_ARRAY);
	struct str text;
	TRY(case_results(packing->hall, arena, packing->summary.case_id, &results));
	if (results.count == 0) return OK;
	for (size_t i = 0; i < results.count; i++) {
		const struct case_result *result = &results.items[i];
		struct json *row = json_new(arena, JSON_OBJECT);
		add_text(arena, row, "id", id_text(arena, result->result_id));
		add_text(arena, row, "writtenAt", time_print_ms(arena, result->at_ms, SHANGHAI_OFFSET_S));
		add_text(arena, row, "stage", result->stage);
		add_text(arena, row, "on", date_print(arena, result->happened_on));
		add_text(arena, row, "result", result->result);
		if (result->amount_fen >= 0) json_add(row, STR("amountFen"), json_new_i64(arena, result->amount_fen));
		json_add(row, STR("minutes"), json_new_i64(arena, result->minutes));
		json_add(row, STR("final"), json_new_bool(arena, result->final));
		if (result->hearing_ms) add_text(arena, row, "hearingAt", time_print_ms(arena, result->hearing_ms, SHANGHAI_OFFSET_S));
		if (result->corrects) add_text(arena, row, "corrects", id_text(arena, result->corrects));
		if (result->note.len) add_text(arena, row, "note", result->note);
		json_add(list, STR(""), row);
	}
	TRY(json_print(arena, list, JSON_COMPACT, BUNDLE_TEXT_BYTES_MAX, &text));
	pack(packing, STR("results.json"), text);
	return OK;
}

static struct err pack_receipts(struct packing *packing)
{
	struct receipts receipts;
	const struct service *service;
	TRY(receipts_of_case(packing->hall, packing->arena, packing->summary.case_id, &receipts));
	for (size_t i = 0; i < receipts.count; i++)
		pack(packing, str_printf(packing->arena, "receipts/%zu-%.*s.json", i + 1, STR_ARG(receipts.items[i].decision)),
		    receipts.items[i].whole);
	TRY(service_version(packing->hall, packing->summary.service_version, &service));
	for (size_t i = 0; i < service->files.count; i++)
		if (str_ends(service->files.items[i].path, STR(".dmn")))
			pack(
			    packing, str_join(packing->arena, STR("models/"), service->files.items[i].path), service->files.items[i].content);
	return OK;
}

/* ---- log/proof.json --------------------------------------------------------------------------------------------------- */

static struct err leaf_json(
    struct packing *packing, struct store_reader *reader, const struct store_leaf *leaf, int64_t size, struct json *list)
{
	struct arena *arena = packing->arena;
	struct json *row = json_new(arena, JSON_OBJECT), *hashes = json_new(arena, JSON_ARRAY);
	struct store_proof proof;
	TRY(store_log_inclusion(reader, leaf->index, size, &proof));
	add_text(arena, row, "kind", leaf->kind);
	add_text(arena, row, "subject", str_from_i64(arena, leaf->subject));
	json_add(row, STR("index"), json_new_i64(arena, leaf->index));
	add_text(arena, row, "commitment", str_hex(arena, leaf->commitment, sizeof leaf->commitment));
	for (size_t i = 0; i < proof.count; i++)
		json_add(hashes, STR(""), json_new_string(arena, str_hex(arena, proof.hashes[i], STORE_HASH_BYTES)));
	json_add(row, STR("inclusion"), hashes);
	json_add(list, STR(""), row);
	return OK;
}

static struct err proof_json(struct packing *packing, struct store_reader *reader, struct json *proof)
{
	struct arena *arena = packing->arena;
	struct store_head head;
	struct store_rows events;
	struct json *leaves = json_new(arena, JSON_ARRAY);
	TRY(store_log_head(reader, arena, &head));
	TRY(QUERY(packing->hall, arena, reader, "event_of_case", &events, I(packing->summary.case_id)));
	json_add(proof, STR("size"), json_new_i64(arena, head.size));
	add_text(arena, proof, "root", str_hex(arena, head.root, sizeof head.root));
	add_text(arena, proof, "note", head.note);
	for (size_t i = 0; i < events.count; i++) {
		struct store_leaves found;
		TRY(store_log_of_subject(reader, arena, row_i64(events.items[i], 0), &found));
		for (size_t k = 0; k < found.count; k++) TRY(leaf_json(packing, reader, &found.items[k], head.size, leaves));
	}
	json_add(proof, STR("leaves"), leaves);
	return OK;
}

static struct err pack_proof(struct packing *packing)
{
	struct store_reader *reader;
	struct json *proof = json_new(packing->arena, JSON_OBJECT);
	struct str text;
	TRY(read_begin(packing->hall, &reader));
	struct err err = proof_json(packing, reader, proof);
	store_read_end(reader);
	TRY(err);
	TRY(json_print(packing->arena, proof, JSON_COMPACT, BUNDLE_TEXT_BYTES_MAX, &text));
	pack(packing, STR("log/proof.json"), text);
	return OK;
}

static struct err pack_manifest(struct packing *packing, struct json *papers, struct json *replaced)
{
	struct arena *arena = packing->arena;
	struct json *manifest = json_new(arena, JSON_OBJECT), *files = json_new(arena, JSON_ARRAY);
	struct str text;
	add_text(arena, manifest, "format", STR("unionhall bundle 1"));
	add_text(arena, manifest, "hall", packing->hall->id_text);
	add_text(arena, manifest, "publicKey", str_from_c(packing->hall->public_key_hex));
	add_text(arena, manifest, "logKey", packing->hall->log_key);
	add_text(arena, manifest, "case", packing->summary.number);
	add_text(arena, manifest, "service", packing->summary.service_id);
	add_text(arena, manifest, "version", packing->summary.service_version);
	json_add(manifest, STR("papers"), papers);
	if (replaced->first) json_add(manifest, STR("replaced"), replaced);
	for (size_t i = 0; i < packing->files.count; i++) {
		struct json *row = json_new(arena, JSON_OBJECT);
		uint8_t digest[SEAL_SHA256_BYTES];
		seal_sha256(packing->files.items[i].content, digest);
		add_text(arena, row, "path", packing->files.items[i].name);
		add_text(arena, row, "sha256", str_hex(arena, digest, sizeof digest));
		json_add(files, STR(""), row);
	}
	json_add(manifest, STR("files"), files);
	TRY(json_print(arena, manifest, JSON_CANONICAL, BUNDLE_TEXT_BYTES_MAX, &text));
	uint8_t signature[SEAL_SIGNATURE_BYTES];
	seal_sign(packing->hall->keyring, text, signature);
	pack(packing, STR("manifest.json"), text);
	pack(packing, STR("manifest.sig"), str_base64(arena, signature, sizeof signature));
	return OK;
}

struct err bundle_make(struct hall *hall, struct arena *arena, int64_t case_id, struct str *out_zip)
{
	struct packing packing = { .hall = hall, .arena = arena };
	struct json *papers = json_new(arena, JSON_ARRAY), *replaced = json_new(arena, JSON_ARRAY);
	if (!hall->keyring) return ERR(LOCKED);
	TRY(case_by_id(hall, arena, case_id, &packing.summary));
	TRY(pack_papers(&packing, papers));
	TRY(pack_replaced(&packing, replaced));
	TRY(pack_results(&packing));
	TRY(pack_receipts(&packing));
	TRY(pack_proof(&packing));
	pack(&packing, STR("ca.pem"), seal_ca_pem(hall->keyring));
	TRY(pack_manifest(&packing, papers, replaced));
	struct zip_files files = { packing.files.items, packing.files.count };
	return zip_write(arena, &files, out_zip);
}
