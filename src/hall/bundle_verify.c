/* Verifying a bundle with nothing but the bundle: hashes, signatures, receipts (each decided again), the log's proof. The
 * archive is compared with what its own content would be written as, so that no byte of it can change unseen. */
#include "hall/inside.h"

#include "codec/codec.h"

#include <string.h>

struct checking {
	struct arena *arena;
	struct report *report;
	struct zip_files files;
	const struct json *manifest;
	struct str public_key;
	size_t held;
};

static void wrong(struct checking *checking, struct str place, const char *words) { report_error(checking->report, place, "%s", words); }

static void hold(struct checking *checking, bool good, struct str place, const char *words)
{
	if (good) checking->held++;
	else wrong(checking, place, words);
}

static const struct zip_file *file_of(const struct checking *checking, struct str name)
{
	for (size_t i = 0; i < checking->files.count; i++)
		if (str_eq(checking->files.items[i].name, name)) return &checking->files.items[i];
	return NULL;
}

static struct str content_of(const struct checking *checking, const char *name)
{
	const struct zip_file *file = file_of(checking, str_from_c(name));
	return file ? file->content : STR("");
}

static void check_files(struct checking *checking)
{
	const struct json *list = json_get(checking->manifest, STR("files"));
	for (const struct json *row = list ? list->first : NULL; row; row = row->next) {
		struct str path = json_string_of(row, "path");
		const struct zip_file *file = file_of(checking, path);
		if (!file) wrong(checking, path, "this file is missing from the bundle");
		else
			hold(checking, str_eq(content_sha256(checking->arena, file->content), json_string_of(row, "sha256")), path,
			    "the content is not what the manifest says");
	}
	for (size_t i = 0; i < checking->files.count; i++) {
		struct str name = checking->files.items[i].name;
		bool named = str_eq_c(name, "manifest.json") || str_eq_c(name, "manifest.sig");
		for (const struct json *row = list ? list->first : NULL; row && !named; row = row->next)
			named = str_eq(name, json_string_of(row, "path"));
		if (!named) wrong(checking, name, "the manifest does not name this file: somebody put it in");
	}
}

static void check_manifest(struct checking *checking)
{
	struct str signature, text = content_of(checking, "manifest.json");
	uint8_t key[SEAL_PUBLIC_KEY_BYTES];
	bool good = str_from_hex(checking->public_key, key, sizeof key) &&
	    str_from_base64(checking->arena, content_of(checking, "manifest.sig"), &signature) &&
	    signature.len == SEAL_SIGNATURE_BYTES && seal_verify(key, text, (const uint8_t *)signature.ptr);
	hold(checking, good, STR("manifest.json"), "the hall's signature in manifest.sig does not hold");
	struct str name;
	uint8_t log_key[SEAL_PUBLIC_KEY_BYTES];
	good = !failed(seal_note_key_parse(json_string_of(checking->manifest, "logKey"), &name, log_key)) &&
	    memcmp(key, log_key, sizeof key) == 0;
	hold(checking, good, STR("manifest.json"), "the log's key is not the hall's key");
}

static void check_pdf(struct checking *checking, struct str path, int64_t signatures)
{
	const struct zip_file *file = file_of(checking, path);
	struct seal_pdf_check check;
	struct report findings = report_make(checking->arena);
	if (!file) return;   /* named already */
	struct err err = seal_pdf_verify(checking->arena, file->content, content_of(checking, "ca.pem"), &findings, &check);
	bool unsigned_yet = !failed(err) && signatures == 0 && check.count == 0;
	bool good = !failed(err) && (unsigned_yet || (check.intact && (int64_t)check.count == signatures));
	hold(checking, good, path, findings.count ? str_to_c(checking->arena, findings.items[0].words) : "its signatures do not hold");
}

static void check_list(struct checking *checking, const char *key)
{
	const struct json *list = json_get(checking->manifest, str_from_c(key));
	for (const struct json *row = list ? list->first : NULL; row; row = row->next) {
		int64_t signatures = -1;
		const struct json *count = json_get(row, STR("signatures"));
		if (json_is(count, JSON_NUMBER)) (void)str_to_i64(count->text, &signatures);
		check_pdf(checking, json_string_of(row, "path"), signatures);
	}
}

/* Replaced papers are held like those that are valid: they were signed once. */
static void check_papers(struct checking *checking)
{
	check_list(checking, "papers");
	check_list(checking, "replaced");
	check_pdf(checking, STR("evidence.pdf"), 1);
}

static struct str content_of_model(struct arena *arena, const void *data, struct str file)
{
	const struct zip_file *found = file_of(data, str_join(arena, STR("models/"), file));
	return found ? found->content : STR("");
}

/* The model of a receipt with all others of the bundle as possible imports, as the hall binds them. */
static struct err model_of(struct checking *checking, const struct json *receipt, struct str place, const struct dmn_model **out_model)
{
	struct str prefix = STR("models/"), path = json_string_of(json_get(receipt, STR("model")), "file");
	const struct zip_file *main = file_of(checking, str_join(checking->arena, prefix, path));
	struct { LIST_OF(struct dmn_source); } sources = { 0 };
	struct report inner = report_make(checking->arena);
	if (!main) {
		wrong(checking, place, "the model it was decided by is not in the bundle");
		return ERR(TAMPERED);
	}
	struct err err = receipt_model_is(checking->arena, receipt, path, main->content, &inner);
	LIST_PUSH(checking->arena, &sources, ((struct dmn_source){ path, main->content }));
	for (size_t i = 0; i < checking->files.count; i++) {
		const struct zip_file *file = &checking->files.items[i];
		if (file != main && str_starts(file->name, prefix))
			LIST_PUSH(checking->arena, &sources, ((struct dmn_source){ str_sub(file->name, prefix.len, file->name.len), file->content }));
	}
	if (!failed(err)) err = dmn_load(checking->arena, sources.items, sources.count, environment_signatures(), &inner, out_model);
	if (!failed(err))
		err = receipt_imports_are(
		    checking->arena, receipt, receipt_imports(checking->arena, *out_model, content_of_model, checking), &inner);
	if (failed(err))
		report_error(checking->report, place, "the model it was decided by: %.*s",
		    STR_ARG(inner.count ? inner.items[0].words : str_from_c(err_words(err))));
	return err;
}

static void check_receipt(struct checking *checking, const struct zip_file *file)
{
	const struct json *receipt;
	const struct dmn_model *model;
	struct str summary;
	struct report inner = report_make(checking->arena);
	struct err err = receipt_verify(checking->arena, file->content, checking->public_key, &inner);
	hold(checking, !failed(err), file->name, "the receipt's signature does not hold");
	if (failed(receipt_read(checking->arena, file->content, NULL, &receipt))) return;
	hold(checking,
	    str_eq(json_string_of(receipt, "hall"), json_string_of(checking->manifest, "hall")) &&
	        str_eq(json_string_of(receipt, "service"), json_string_of(checking->manifest, "service")) &&
	        str_eq(json_string_of(receipt, "version"), json_string_of(checking->manifest, "version")),
	    file->name, "it belongs to another hall, service or version than the bundle");
	if (failed(model_of(checking, receipt, file->name, &model))) return;
	err = receipt_follows(checking->arena, model, receipt, &inner, &summary);
	if (!failed(err)) checking->held++;
	else
		report_error(checking->report, file->name, "decided again it comes out different: %.*s: %.*s",
		    STR_ARG(inner.count ? inner.items[inner.count - 1].place : STR("decision")),
		    STR_ARG(inner.count ? inner.items[inner.count - 1].words : str_from_c(err_words(err))));
}

static void check_receipts(struct checking *checking)
{
	for (size_t i = 0; i < checking->files.count; i++)
		if (str_starts(checking->files.items[i].name, STR("receipts/"))) check_receipt(checking, &checking->files.items[i]);
}

static bool leaf_is_included(const struct json *row, int64_t size, const uint8_t root[STORE_HASH_BYTES])
{
	struct store_leaf leaf = { .kind = json_string_of(row, "kind") };
	struct store_proof proof = { .count = 0 };
	uint8_t hash[STORE_HASH_BYTES];
	const struct json *index = json_get(row, STR("index")), *hashes = json_get(row, STR("inclusion"));
	if (!json_is(index, JSON_NUMBER) || !str_to_i64(index->text, &leaf.index) ||
	    !str_to_i64(json_string_of(row, "subject"), &leaf.subject))
		return false;
	if (!str_from_hex(json_string_of(row, "commitment"), leaf.commitment, sizeof leaf.commitment)) return false;
	for (const struct json *item = hashes ? hashes->first : NULL; item; item = item->next)
		if (proof.count >= STORE_PROOF_COUNT_MAX ||
		    !str_from_hex(json_string(item), proof.hashes[proof.count++], STORE_HASH_BYTES))
			return false;
	store_leaf_hash(&leaf, hash);
	return store_proof_includes(&proof, leaf.index, size, hash, root);
}

static void check_proof(struct checking *checking)
{
	const struct json *proof;
	struct seal_checkpoint checkpoint;
	struct str text, place = STR("log/proof.json");
	int64_t size = -1;
	uint8_t root[STORE_HASH_BYTES];
	if (failed(json_parse(checking->arena, content_of(checking, "log/proof.json"), NULL, &proof))) {
		wrong(checking, place, "the proof cannot be read");
		return;
	}
	const struct json *given = json_get(proof, STR("size")), *leaves = json_get(proof, STR("leaves"));
	bool good = json_is(given, JSON_NUMBER) && str_to_i64(given->text, &size) &&
	    str_from_hex(json_string_of(proof, "root"), root, sizeof root) &&
	    !failed(seal_note_verify(json_string_of(proof, "note"), json_string_of(checking->manifest, "logKey"), &text)) &&
	    !failed(seal_checkpoint_parse(text, &checkpoint)) && checkpoint.size == (uint64_t)size &&
	    memcmp(checkpoint.root, root, sizeof root) == 0;
	hold(checking, good, place, "the log's head is not signed by this hall");
	for (const struct json *row = good && leaves ? leaves->first : NULL; row; row = row->next)
		hold(checking, leaf_is_included(row, size, root), place, "an event of the case is not in the log under this head");
}

struct err bundle_verify(
	struct arena *arena, struct str zip, struct str public_key, struct report *report, struct bundle_facts *out_facts)
{
	struct checking checking = { .arena = arena, .report = report };
	struct str again;
	size_t errors_before = report->error_count;
	struct err err = zip_read(arena, zip, report, &checking.files);
	if (failed(err)) return err_is(err, ERR_LIMIT) ? err : ERR(TAMPERED);
	if (failed(json_parse(arena, content_of(&checking, "manifest.json"), NULL, &checking.manifest))) {
		wrong(&checking, STR("manifest.json"), "it is missing or cannot be read: this is no bundle, or it was changed");
		return ERR(TAMPERED);
	}
	checking.public_key = json_string_of(checking.manifest, "publicKey");
	if (public_key.len && !str_eq(str_lower_ascii(arena, public_key), checking.public_key))
		wrong(&checking, STR("manifest.json"), "it is signed by another key than the one given");
	if (failed(zip_write(arena, &checking.files, &again)) || !str_eq(again, zip))
		wrong(&checking, STR("archive"), "the archive itself was changed");
	check_manifest(&checking);
	check_files(&checking);
	check_papers(&checking);
	check_receipts(&checking);
	check_proof(&checking);
	if (report->error_count > errors_before) return ERR(TAMPERED);
	*out_facts = (struct bundle_facts){ checking.held, json_string_of(checking.manifest, "hall"), checking.public_key,
		json_string_of(checking.manifest, "case") };
	return OK;
}
