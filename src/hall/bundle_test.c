/* A whole case as a bundle, and everything that somebody could do to it. */
#include "hall/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

enum { TEXT_BYTES_MAX = 16 << 20, SAMPLE_COUNT = 5 };

static struct arena arena;
static struct play_stage *stage;
static struct zip_files bundle;
static struct str archive;

static int make_bundle(void **state)
{
	(void)state;
	struct report report = report_make(&arena);
	struct hall_places places = { .services = "services", .law = "law", .regions = "regions", .calendar = "calendar" };
	struct play_stage_options options = {
		.places = places, .demo = "demo", .region = STR("310113"), .at_ms = INT64_C(1661475600000)
	};
	options.places.fonts = fixture_fonts(&arena);
	const struct service *service;
	const struct json *answers;
	struct play_result result;
	struct str lines, line = STR("");
	if (failed(file_read(&arena, "demo/applicants.jsonl", TEXT_BYTES_MAX, &lines))) return 1;
	for (int i = 0; i < 2; i++) str_split(&lines, '\n', &line);
	if (failed(json_parse(&arena, line, NULL, &answers)) || failed(play_stage_open(&arena, &options, &report, &stage))) return 1;
	struct hall *hall = play_stage_hall(stage);
	struct play_options play = { .service = STR("legal-aid"), .answers = answers, .folder = "demo" };
	if (failed(service_load(&arena, "services/legal-aid", "law", &report, &service)) || failed(service_deploy(hall, service))) return 1;
	if (failed(play_case(stage, &arena, &play, &report, &result))) return 1;
	return failed(bundle_make(hall, &arena, result.case_id, &archive)) || failed(zip_read(&arena, archive, NULL, &bundle));
}

static int remove_bundle(void **state)
{
	(void)state;
	play_stage_close(stage);
	arena_done(&arena);
	return 0;
}

/* The findings as text; "" when it verifies. */
static struct str verified(struct arena *scratch, const struct zip_files *files)
{
	struct report report = report_make(scratch);
	struct bundle_facts facts;
	struct str zip;
	assert_false(failed(zip_write(scratch, files, &zip)));
	struct err err = bundle_verify(scratch, zip, STR(""), &report, &facts);
	assert_int_equal(failed(err), report.error_count > 0);
	assert_true(!failed(err) || err_is(err, ERR_TAMPERED));
	return report_print(scratch, &report);
}

static void assert_named(struct arena *scratch, const struct zip_files *files, struct str name, const char *what)
{
	struct str findings = verified(scratch, files);
	if (str_find(findings, name, 0) < 0)
		fail_msg("%s: %.*s is not named in: %.*s", what, STR_ARG(name), STR_ARG(findings));
}

static struct zip_files copy_of(struct arena *scratch)
{
	return (struct zip_files){ arena_copy(scratch, bundle.items, bundle.count * sizeof *bundle.items), bundle.count };
}

static struct zip_file *find(const struct zip_files *files, const char *start)
{
	for (size_t i = 0; i < files->count; i++)
		if (str_starts(files->items[i].name, str_from_c(start))) return &files->items[i];
	fail_msg("the bundle has no %s", start);
	return NULL;
}

static void test_an_untouched_bundle_verifies_without_hall_regions_or_calendar(void **state)
{
	(void)state;
	struct arena scratch = { 0 };
	struct report report = report_make(&scratch);
	struct bundle_facts facts;
	assert_false(failed(bundle_verify(&scratch, archive, STR(""), &report, &facts)));
	assert_true(facts.held > 20);
	assert_true(str_eq_c(facts.public_key, play_stage_hall(stage)->public_key_hex));
	assert_false(failed(bundle_verify(&scratch, archive, facts.public_key, &report, &facts)));
	char other[] = "0000000000000000000000000000000000000000000000000000000000000000";
	assert_true(err_is(bundle_verify(&scratch, archive, str_from_c(other), &report, &facts), ERR_TAMPERED));
	arena_done(&scratch);
}

static void test_one_byte_changed_in_any_file_is_found_and_named(void **state)
{
	(void)state;
	assert_true(bundle.count >= 14);   /* six papers, evidence, a receipt, three models, proof, CA, manifest, its signature */
	for (size_t i = 0; i < bundle.count; i++)
		for (size_t k = 0; k <= SAMPLE_COUNT; k++) {
			struct arena scratch = { 0 };
			struct zip_files files = copy_of(&scratch);
			struct str content = files.items[i].content;
			char *bytes = arena_copy(&scratch, content.ptr, content.len);
			size_t at = k == SAMPLE_COUNT ? content.len - 1 : k * content.len / SAMPLE_COUNT;
			bytes[at] ^= 1;
			files.items[i].content = (struct str){ bytes, content.len };
			assert_named(&scratch, &files, files.items[i].name, "one byte changed");
			arena_done(&scratch);
		}
}

static void test_a_file_taken_away_or_put_in_is_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < bundle.count; i++) {
		struct arena scratch = { 0 };
		struct zip_files files = copy_of(&scratch);
		struct str name = files.items[i].name;
		memmove(&files.items[i], &files.items[i + 1], (files.count - i - 1) * sizeof *files.items);
		files.count--;
		assert_named(&scratch, &files, name, "taken away");
		arena_done(&scratch);
	}
	struct arena scratch = { 0 };
	struct zip_files files = { ARENA_ARRAY(&scratch, struct zip_file, bundle.count + 1), bundle.count + 1 };
	memcpy(files.items, bundle.items, bundle.count * sizeof *bundle.items);
	files.items[bundle.count] = (struct zip_file){ STR("papers/7-extra.pdf"), find(&bundle, "papers/")->content };
	assert_named(&scratch, &files, STR("papers/7-extra.pdf"), "put in");
	arena_done(&scratch);
}

/* ---- what only somebody with the hall's own key could do --------------------------------------------------------- */

/* Puts the content's hash into the manifest and signs that again. */
static void accept(struct arena *scratch, struct zip_files *files, struct str name, struct str content)
{
	const struct json *manifest;
	uint8_t signature[SEAL_SIGNATURE_BYTES];
	struct str old_hash = STR("");
	assert_false(failed(json_parse(scratch, find(files, "manifest.json")->content, NULL, &manifest)));
	for (const struct json *row = json_get(manifest, STR("files"))->first; row; row = row->next)
		if (str_eq(json_string_of(row, "path"), name)) old_hash = json_string_of(row, "sha256");
	struct str text = str_replace(scratch, find(files, "manifest.json")->content, old_hash, content_sha256(scratch, content));
	seal_sign(play_stage_hall(stage)->keyring, text, signature);
	find(files, "manifest.json")->content = text;
	find(files, "manifest.sig")->content = str_base64(scratch, signature, sizeof signature);
	for (size_t i = 0; i < files->count; i++)
		if (str_eq(files->items[i].name, name)) files->items[i].content = content;
}

/* The receipt with `from` replaced, sealed by the hall as if it had come out so. */
static struct str resealed(struct arena *scratch, struct str receipt, const char *from, const char *to)
{
	const struct json *json;
	struct json *whole = json_new(scratch, JSON_OBJECT);
	struct str text = str_replace(scratch, receipt, str_from_c(from), str_from_c(to)), commitment, out = STR("");
	if (str_eq(text, receipt)) fail_msg("the receipt holds no %s: %.*s", from, STR_ARG(receipt));
	assert_false(failed(json_parse(scratch, text, NULL, &json)));
	for (const struct json *member = json->first; member; member = member->next)
		if (!str_eq_c(member->key, "commitment") && !str_eq_c(member->key, "signature"))
			json_add(whole, member->key, json_copy(scratch, member));
	assert_false(failed(receipt_seal(play_stage_hall(stage), scratch, whole, &out, &commitment)));
	return out;
}

static void test_a_signed_receipt_whose_decision_does_not_follow_is_named(void **state)
{
	(void)state;
	static const struct { const char *from, *to, *named; } lies[] = {
		{ "\"outcome\":\"accepted\"", "\"outcome\":\"person\"", "result" },
		{ "\"hit\":false,\"id\":\"limitation\"", "\"hit\":true,\"id\":\"limitation\"", "limitation" },
		{ "\"ownLawyer\":false", "\"ownLawyer\":true", "represented" },
		{ "劳动争议调解仲裁法第二十七条；民法典第二百零三条", "劳动法第八十二条", "limitation" },
		{ "\"holds\":true,\"lastDay\"", "\"holds\":false,\"lastDay\"", "limitation" },
		{ "\"name\":\"identityLevel\",\"salt\"", "\"name\":\"identityLeval\",\"salt\"", "identity" },
		{ "\"calendar\":[{", "\"calendar\":[{\"days\":[],\"salt\":\"00000000000000000000000000000000\",\"year\":\"2031\"},{", "calendar" },
		{ "\"parameters\":[]",
		    "\"parameters\":[{\"confidence\":\"verified\",\"from\":\"2020-01-01\",\"name\":\"x\",\"region\":\"310113\",\"source\":\"s\","
		    "\"unit\":\"day\",\"until\":\"\",\"value\":\"3\"}]",
		    "parameters" },
		{ "\"decision\":\"acceptance\",\"format\"", "\"decision\":\"inTime\",\"format\"", "rules" },
		{ "\"service\":\"legal-aid\"", "\"service\":\"legal-aide\"", "another hall, service or version" },
	};
	for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
		struct arena scratch = { 0 };
		struct zip_files files = copy_of(&scratch);
		struct zip_file *receipt = find(&files, "receipts/1-acceptance.json");
		accept(&scratch, &files, receipt->name, resealed(&scratch, receipt->content, lies[i].from, lies[i].to));
		struct str findings = verified(&scratch, &files);
		if (str_find(findings, receipt->name, 0) < 0 || str_find(findings, str_from_c(lies[i].named), 0) < 0)
			fail_msg("%s is not named: %.*s", lies[i].from, STR_ARG(findings));
		assert_true(str_find(findings, STR("signature"), 0) < 0);   /* it is the hall's own */
		arena_done(&scratch);
	}
}

static void test_another_model_than_the_one_that_decided_is_named(void **state)
{
	(void)state;
	static const struct { const char *path, *from, *to; } changes[] = {
		{ "models/decisions/acceptance.dmn", "identityLevel &gt;= 2", "identityLevel &gt;= 9" },
		{ "models/law/limitation.dmn", "\"P1Y\"", "\"P1D\"" },
	};
	for (size_t i = 0; i < 2; i++) {
		struct arena scratch = { 0 };
		struct zip_files files = copy_of(&scratch);
		struct zip_file *model = find(&files, changes[i].path);
		struct str text = str_replace(&scratch, model->content, str_from_c(changes[i].from), str_from_c(changes[i].to));
		assert_false(str_eq(text, model->content));
		accept(&scratch, &files, model->name, text);
		assert_named(&scratch, &files, STR("receipts/1-acceptance.json"), changes[i].path);
		arena_done(&scratch);
	}
}

/* ---- what is no bundle at all -------------------------------------------------------------------------------------- */

static void assert_refused(struct arena *scratch, struct str zip, enum err_code code, const char *words)
{
	struct report report = report_make(scratch);
	struct bundle_facts facts;
	assert_true(err_is(bundle_verify(scratch, zip, STR(""), &report, &facts), code));
	struct str findings = report_print(scratch, &report);
	if (str_find(findings, str_from_c(words), 0) < 0) fail_msg("wanted `%s` in: %.*s", words, STR_ARG(findings));
}

static void test_archives_that_bite_are_refused_politely(void **state)
{
	(void)state;
	struct arena scratch = { 0 };
	enum { ZEROS = 8 << 20 };
	struct zip_file bomb = { STR("zeros"), { arena_alloc(&scratch, ZEROS), ZEROS } };
	struct zip_file *many = ARENA_ARRAY(&scratch, struct zip_file, ZIP_ENTRY_COUNT_MAX);
	struct str zip;
	memset((char *)bomb.content.ptr, 0, ZEROS);
	assert_false(failed(zip_write(&scratch, &(struct zip_files){ &bomb, 1 }, &zip)));
	assert_refused(&scratch, zip, ERR_LIMIT, "grows more than a hundredfold");
	for (int i = 0; i < ZIP_ENTRY_COUNT_MAX; i++) many[i] = (struct zip_file){ str_from_i64(&scratch, i), STR("") };
	assert_false(failed(zip_write(&scratch, &(struct zip_files){ many, ZIP_ENTRY_COUNT_MAX }, &zip)));
	assert_refused(&scratch, zip, ERR_TAMPERED, "manifest.json");
	struct zip_file plain = { STR("abcdef"), STR("1") };
	assert_false(failed(zip_write(&scratch, &(struct zip_files){ &plain, 1 }, &zip)));
	assert_refused(&scratch, str_replace(&scratch, zip, STR("abcdef"), STR("../etc")), ERR_TAMPERED, "leaves its folder");
	assert_refused(&scratch, str_replace(&scratch, zip, STR("abcdef"), STR("/etc/x")), ERR_TAMPERED, "absolute");
	assert_refused(&scratch, STR("no archive"), ERR_TAMPERED, "not a ZIP archive");
	assert_refused(&scratch, STR(""), ERR_TAMPERED, "empty");
	assert_refused(&scratch, str_sub(archive, 0, archive.len / 2), ERR_TAMPERED, "damaged");
	arena_done(&scratch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_untouched_bundle_verifies_without_hall_regions_or_calendar),
		cmocka_unit_test(test_one_byte_changed_in_any_file_is_found_and_named),
		cmocka_unit_test(test_a_file_taken_away_or_put_in_is_named),
		cmocka_unit_test(test_a_signed_receipt_whose_decision_does_not_follow_is_named),
		cmocka_unit_test(test_another_model_than_the_one_that_decided_is_named),
		cmocka_unit_test(test_archives_that_bite_are_refused_politely),
	};
	return cmocka_run_group_tests(tests, make_bundle, remove_bundle);
}
