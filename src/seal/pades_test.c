#include "seal/seal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define NOW_MS INT64_C(1661477400000)

enum { PIXELS_WIDTH = 30, PIXELS_HEIGHT = 12 };

struct world {
	struct arena arena;
	struct rand_seeded seed;
	struct rand rand;
	struct seal_keyring *keyring;
	uint8_t pixels[PIXELS_WIDTH * PIXELS_HEIGHT * 4];
	struct str bare;                     /* two pages, no signature */
	struct str three;                    /* the same with signatures worker, agent and union */
	size_t ends[3];                      /* length after each */
	char folder[64];
};

/* ---- a PDF by hand --------------------------------------------------------------------------- */

static void add_object(struct buf *buf, size_t offsets[], int number, const char *body)
{
	offsets[number] = buf->len;
	buf_printf(buf, "%d 0 obj\n%s\nendobj\n", number, body);
}

static struct str pdf_by_hand(struct arena *arena, const char *trailer_more)
{
	size_t offsets[9];
	struct buf buf = buf_make(arena, 1 << 16);
	buf_add_lit(&buf, "%PDF-1.5\n%\xb5\xed\xae\xfb\n");
	add_object(&buf, offsets, 1, "<< /Type /Catalog /Pages 2 0 R /Lang (zh-CN) /MarkInfo << /Marked true >> >>");
	add_object(&buf, offsets, 2, "<< /Type /Pages /Kids [3 0 R 5 0 R] /Count 2 >>");
	add_object(&buf, offsets, 3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << >> >>");
	add_object(&buf, offsets, 4, "<< /Length 20 >>\nstream\n10 10 m 90 90 l S    \nendstream");
	add_object(&buf, offsets, 5, "<< /Type /Pages /Parent 2 0 R /Kids [6 0 R] /Count 1 >>");
	add_object(&buf, offsets, 6, "<< /Type /Page /Parent 5 0 R /MediaBox [0 0 595 842] /Resources << >> /Annots 7 0 R >>");
	add_object(&buf, offsets, 7, "[ ]");
	add_object(&buf, offsets, 8, "<< /Producer (by hand \\(a test\\)) >>");
	size_t xref = buf.len;
	buf_add_lit(&buf, "xref\n0 9\n0000000000 65535 f \n");
	for (int i = 1; i < 9; i++) buf_printf(&buf, "%010zu 00000 n \n", offsets[i]);
	buf_printf(&buf, "trailer\n<< /Size 9 /Root 1 0 R /Info 8 0 R /ID [<01ab> <01ab>] %s >>\nstartxref\n%zu\n%%%%EOF\n",
		trailer_more, xref);
	return buf_str(&buf);
}

static struct seal_signer *signer_of(struct world *world, struct str name)
{
	struct seal_signer *signer = NULL;
	struct seal_event event = {
		.name = name, .statement = STR("本职工之家证明此次签署：短信验证码，二级身份"), .evidence = { 7, 7, 7 },
		.from_ms = NOW_MS, .to_ms = NOW_MS + 3600000,
	};
	assert_false(failed(seal_event_certificate(world->keyring, world->rand, &event, &signer)));
	return signer;
}

static struct str sign(struct world *world, struct str pdf, struct seal_pdf_options options)
{
	struct str out = STR("");
	struct report report = report_make(&world->arena);
	struct err e = seal_pdf_sign(&world->arena, pdf, &options, &report, &out);
	if (failed(e)) print_message("%s %.*s\n", err_name(e), STR_ARG(report_print(&world->arena, &report)));
	assert_false(failed(e));
	return out;
}

static void sign_three(struct world *world)
{
	struct seal_signer *worker = signer_of(world, STR("张䶮")), *agent = signer_of(world, STR("李四")), *seal = NULL;
	assert_false(failed(seal_union_signer(world->keyring, &seal)));
	struct seal_pdf_bitmap bitmap = { PIXELS_WIDTH, PIXELS_HEIGHT, world->pixels };
	struct str pdf = sign(world, world->bare, (struct seal_pdf_options){
		.signer = worker, .field = STR("worker"), .reason = STR("签字"), .location = STR("上海"), .time_ms = NOW_MS, .page = 1,
		.x = 100, .y = 120.25, .width = 120, .height = 40, .bitmap = bitmap });
	world->ends[0] = pdf.len;
	pdf = sign(world, pdf, (struct seal_pdf_options){
		.signer = agent, .field = STR("agent"), .name = STR("李四（律师）"), .time_ms = NOW_MS + 60000, .page = 2 });
	world->ends[1] = pdf.len;
	world->three = sign(world, pdf, (struct seal_pdf_options){
		.signer = seal, .field = STR("union"), .time_ms = NOW_MS + 120000, .page = 2, .x = 300, .y = 100, .width = 119, .height = 119,
		.bitmap = bitmap });
	world->ends[2] = world->three.len;
	seal_signer_done(worker);
	seal_signer_done(agent);
	seal_signer_done(seal);
}

static int build(void **state)
{
	static struct world world;
	struct str recovery = STR("");
	world = (struct world){ .folder = "/tmp/unionhall-pades-XXXXXX" };
	world.rand = rand_from_seed(&world.seed, 21);
	struct seal_keyring_options options = {
		.hall_name = STR("沪宝工会职工之家"), .union_name = STR("上海市宝山区总工会"), .now_ms = NOW_MS,
	};
	*state = &world;
	for (size_t i = 0; i < sizeof world.pixels; i++) world.pixels[i] = (uint8_t)(i % 4 == 3 ? i * 5 : i % 4 == 0 ? 200 : 20);
	if (mkdtemp(world.folder) == NULL) return 1;
	if (failed(seal_keyring_create(&world.arena, world.rand, &options, &world.keyring, &recovery))) return 1;
	world.bare = pdf_by_hand(&world.arena, "");
	sign_three(&world);
	return 0;
}

static int done(void **state)
{
	struct world *world = *state;
	struct err e = folder_remove(world->folder);
	seal_keyring_done(world->keyring);
	arena_done(&world->arena);
	return failed(e);
}

static struct seal_pdf_check verify(struct world *world, struct str pdf)
{
	struct seal_pdf_check check;
	assert_false(failed(seal_pdf_verify(&world->arena, pdf, seal_ca_pem(world->keyring), NULL, &check)));
	return check;
}

/* Standard output and error of a command, and how it ended. */
static struct str run(struct world *world, const char *command, int *out_status)
{
	struct buf buf = buf_make(&world->arena, 1 << 20);
	char piece[4096];
	FILE *pipe = popen(command, "r");
	assert_non_null(pipe);
	for (size_t n; (n = fread(piece, 1, sizeof piece, pipe)) > 0;) buf_add_bytes(&buf, piece, n);
	*out_status = pclose(pipe);
	return buf_str(&buf);
}

static const char *write_pdf(struct world *world, const char *name, struct str pdf)
{
	const char *path = str_to_c(&world->arena, str_printf(&world->arena, "%s/%s", world->folder, name));
	assert_false(failed(file_write(path, pdf, 0600)));
	return path;
}

static struct str read_pdf(struct world *world, const char *name)
{
	struct str content = STR("");
	const char *path = str_to_c(&world->arena, str_printf(&world->arena, "%s/%s", world->folder, name));
	assert_false(failed(file_read(&world->arena, path, 1 << 20, &content)));
	return content;
}

static int count_of(struct str text, struct str needle)
{
	int count = 0;
	for (ptrdiff_t at = str_find(text, needle, 0); at >= 0; at = str_find(text, needle, (size_t)at + 1)) count++;
	return count;
}

/* ---- the tests ------------------------------------------------------------------------------- */

static void test_three_signatures_are_accepted_by_pdfsig_and_qpdf(void **state)   /* LA3, LA16 */
{
	struct world *world = *state;
	int status = 0;
	const char *path = write_pdf(world, "three.pdf", world->three);
	struct str out = run(world, str_to_c(&world->arena, str_printf(&world->arena, "pdfsig -nocert %s 2>&1", path)), &status);
	assert_int_equal(status, 0);
	assert_int_equal(count_of(out, STR("Signature is Valid.")), 3);
	assert_int_equal(count_of(out, STR("Not total document signed")), 2);
	assert_int_equal(count_of(out, STR("ETSI.CAdES.detached")), 3);
	assert_int_equal(count_of(out, STR("张䶮")), 2);
	out = run(world, str_to_c(&world->arena, str_printf(&world->arena, "qpdf --check %s 2>&1", path)), &status);
	assert_int_equal(status, 0);
	assert_int_equal(count_of(out, STR("No syntax or stream encoding errors found")), 1);
}

static void test_our_own_verifier_tells_who_signed_what_and_when(void **state)
{
	struct world *world = *state;
	struct seal_pdf_check check = verify(world, world->three);
	const char *const fields[] = { "worker", "agent", "union" }, *const signers[] = { "张䶮", "李四", "上海市宝山区总工会" };
	assert_true(check.intact && check.structure_ok);
	assert_int_equal(check.count, 3);
	assert_int_equal(check.unsigned_bytes, 0);
	for (size_t i = 0; i < 3; i++) {
		const struct seal_pdf_signature *signature = &check.signatures[i];
		assert_true(signature->valid && signature->digest_ok && signature->signature_ok);
		assert_int_equal(signature->chain, SEAL_CHAIN_TRUSTED);
		assert_true(str_eq_c(signature->field, fields[i]));
		assert_true(str_eq_c(signature->signer, signers[i]));
		assert_int_equal(signature->time_ms, NOW_MS + (int64_t)i * 60000);
		assert_int_equal(signature->signed_bytes, world->ends[i]);
		assert_int_equal(signature->whole_file, i == 2);
		assert_int_equal(signature->has_evidence, i < 2);
	}
	assert_true(str_eq(check.signatures[1].name, STR("李四（律师）")));
	assert_true(str_eq(check.signatures[0].reason, STR("签字")));
	assert_true(str_eq(check.signatures[0].statement, STR("本职工之家证明此次签署：短信验证码，二级身份")));
	assert_int_equal(check.signatures[0].evidence[2], 7);
}

/* Which of the three it is: by its field; where the file no longer tells (or tells a new name), by its place. */
static size_t which(const struct seal_pdf_signature *signature, size_t place)
{
	static const char *const fields[] = { "worker", "agent", "union" };
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		if (str_eq_c(signature->field, fields[i])) return i;
	return place;
}

/* Whatever byte is changed: it is found, and the signatures that ended before it still hold. A field may come to point
 * at another object that stands earlier in the file: it is that field's signature that fails then, wherever it is listed. */
static void test_a_changed_byte_anywhere_is_found_and_blamed_on_the_right_signature(void **state)
{
	struct world *world = *state;
	struct arena arena = { 0 };
	char *bytes = malloc(world->three.len);
	assert_non_null(bytes);
	memcpy(bytes, world->three.ptr, world->three.len);
	struct str changed = { bytes, world->three.len };
	for (size_t at = 0; at < changed.len; at += bytes[at] == '0' ? 61 : 7) {
		struct seal_pdf_check check = { .intact = true };
		struct report report = report_make(&arena);
		bytes[at] ^= (char)(1 << at % 7);
		struct err e = seal_pdf_verify(&arena, changed, seal_ca_der(world->keyring), &report, &check);
		assert_true(failed(e) ? at < 5 || err_is(e, ERR_UNSUPPORTED) : !check.intact && report.error_count > 0);
		for (size_t i = 0; i < 3 && check.count == 3 && !failed(e); i++)
			assert_int_equal(check.signatures[i].valid, at >= world->ends[which(&check.signatures[i], i)]);
		bytes[at] = world->three.ptr[at];
		arena_reset(&arena);
	}
	free(bytes);
	arena_done(&arena);
}

static void test_appended_bytes_are_found(void **state)
{
	struct world *world = *state;
	const struct str garbage[] = { STR("\n"), STR("% a remark\n"), STR("9 0 obj\n<< >>\nendobj\nstartxref\n9\n%%EOF\n") };
	for (size_t i = 0; i < 3; i++) {
		struct buf longer = buf_make(&world->arena, 1 << 20);
		buf_add(&longer, world->three);
		buf_add(&longer, garbage[i]);
		struct seal_pdf_check check = verify(world, buf_str(&longer));
		assert_false(check.intact);
		assert_int_equal(check.unsigned_bytes, garbage[i].len);
		assert_int_equal(check.count, 3);
		for (size_t k = 0; k < 3; k++) assert_true(check.signatures[k].valid && !check.signatures[k].whole_file);
	}
}

static void test_a_cut_file_is_not_intact_unless_cut_at_a_signature(void **state)
{
	struct world *world = *state;
	struct seal_pdf_check check = verify(world, str_sub(world->three, 0, world->ends[1]));
	assert_true(check.intact);
	assert_int_equal(check.count, 2);
	check = verify(world, str_sub(world->three, 0, world->ends[1] - 1));
	assert_false(check.intact);
	check = verify(world, world->bare);
	assert_false(check.intact);
	assert_int_equal(check.count, 0);
	assert_int_equal(check.unsigned_bytes, world->bare.len);
}

static void test_another_halls_authority_is_not_trusted(void **state)
{
	struct world *world = *state;
	struct rand_seeded seed;
	struct seal_keyring *other = NULL;
	struct str recovery = STR("");
	struct seal_pdf_check check;
	struct seal_keyring_options options = {
		.hall_name = STR("沪宝工会职工之家"), .union_name = STR("上海市宝山区总工会"), .now_ms = NOW_MS,
	};
	assert_false(failed(seal_keyring_create(&world->arena, rand_from_seed(&seed, 22), &options, &other, &recovery)));
	assert_false(failed(seal_pdf_verify(&world->arena, world->three, seal_ca_pem(other), NULL, &check)));
	assert_false(check.intact);
	for (size_t i = 0; i < 3; i++) {
		assert_true(check.signatures[i].digest_ok && check.signatures[i].signature_ok);
		assert_int_equal(check.signatures[i].chain, SEAL_CHAIN_UNKNOWN);
	}
	assert_false(failed(seal_pdf_verify(&world->arena, world->three, STR(""), NULL, &check)));
	assert_true(check.intact);
	assert_int_equal(check.signatures[0].chain, SEAL_CHAIN_NOT_ASKED);
	seal_keyring_done(other);
}

static void test_options_out_of_range_are_refused(void **state)
{
	struct world *world = *state;
	struct seal_signer *signer = signer_of(world, STR("张三"));
	struct str out = STR("");
	const struct seal_pdf_options good = { .signer = signer, .field = STR("f"), .time_ms = NOW_MS, .page = 1 };
	struct seal_pdf_options options = good;
	options.field = STR("a b");
	assert_true(err_is(seal_pdf_sign(&world->arena, world->bare, &options, NULL, &out), ERR_INVALID));
	options = good;
	options.page = 3;
	assert_true(err_is(seal_pdf_sign(&world->arena, world->bare, &options, NULL, &out), ERR_NOT_FOUND));
	options = good;
	options.field = STR("agent");
	assert_true(err_is(seal_pdf_sign(&world->arena, world->three, &options, NULL, &out), ERR_CONFLICT));
	options = good;
	options.time_ms = NOW_MS + 3601000;
	assert_true(err_is(seal_pdf_sign(&world->arena, world->bare, &options, NULL, &out), ERR_REFUSED));
	options = good;
	options.x = 1e300;
	assert_true(err_is(seal_pdf_sign(&world->arena, world->bare, &options, NULL, &out), ERR_INVALID));
	assert_int_equal(out.len, 0);
	seal_signer_done(signer);
}

static void test_what_cannot_be_read_is_refused_with_words(void **state)
{
	struct world *world = *state;
	struct seal_signer *signer = signer_of(world, STR("张三"));
	struct seal_pdf_options options = { .signer = signer, .field = STR("f"), .time_ms = NOW_MS, .page = 1 };
	const struct { struct str pdf; enum err_code code; } cases[] = {
		{ STR("hello"), ERR_INVALID },
		{ STR("%PDF-1.5\n"), ERR_INVALID },
		{ pdf_by_hand(&world->arena, "/Encrypt 8 0 R"), ERR_UNSUPPORTED },
		{ pdf_by_hand(&world->arena, "/XRefStm 15"), ERR_UNSUPPORTED },
		{ pdf_by_hand(&world->arena, "/Prev 100000"), ERR_INVALID },
		{ pdf_by_hand(&world->arena, "/X [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["), ERR_LIMIT },
		{ str_replace(&world->arena, world->bare, STR("/Kids [6 0 R]"), STR("/Kids [5 0 R]")), ERR_NOT_FOUND },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct report report = report_make(&world->arena);
		struct str out = STR("");
		options.page = i == 6 ? 2 : 1;
		struct err e = seal_pdf_sign(&world->arena, cases[i].pdf, &options, &report, &out);
		if (i == 6) assert_true(err_is(e, ERR_LIMIT) || err_is(e, ERR_NOT_FOUND));   /* a page tree that bites its tail */
		else assert_int_equal(e.code, cases[i].code);
		assert_true(report.error_count > 0 || i >= 5);
		assert_int_equal(out.len, 0);
	}
	seal_signer_done(signer);
}

static void test_a_file_of_another_tool_is_signed_or_refused_with_words(void **state)
{
	struct world *world = *state;
	int status = 0;
	struct str classic = STR(""), streams = STR(""), out = STR("");
	const char *path = write_pdf(world, "bare.pdf", world->bare), *folder = world->folder;
	run(world, str_to_c(&world->arena, str_printf(&world->arena,
		"qpdf --object-streams=disable %s %s/classic.pdf && qpdf --object-streams=generate %s %s/streams.pdf", path, folder, path, folder)),
		&status);
	assert_int_equal(status, 0);
	classic = read_pdf(world, "classic.pdf");
	streams = read_pdf(world, "streams.pdf");
	struct seal_signer *signer = signer_of(world, STR("张三"));
	struct seal_pdf_options options = { .signer = signer, .field = STR("f"), .time_ms = NOW_MS, .page = 2 };
	assert_true(verify(world, sign(world, classic, options)).intact);
	struct report report = report_make(&world->arena);
	assert_true(err_is(seal_pdf_sign(&world->arena, streams, &options, &report, &out), ERR_UNSUPPORTED));
	assert_true(str_find(report.items[0].words, STR("--object-streams=disable"), 0) >= 0);
	seal_signer_done(signer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_three_signatures_are_accepted_by_pdfsig_and_qpdf),
		cmocka_unit_test(test_our_own_verifier_tells_who_signed_what_and_when),
		cmocka_unit_test(test_a_changed_byte_anywhere_is_found_and_blamed_on_the_right_signature),
		cmocka_unit_test(test_appended_bytes_are_found),
		cmocka_unit_test(test_a_cut_file_is_not_intact_unless_cut_at_a_signature),
		cmocka_unit_test(test_another_halls_authority_is_not_trusted),
		cmocka_unit_test(test_options_out_of_range_are_refused),
		cmocka_unit_test(test_what_cannot_be_read_is_refused_with_words),
		cmocka_unit_test(test_a_file_of_another_tool_is_signed_or_refused_with_words),
	};
	return cmocka_run_group_tests(tests, build, done);
}
