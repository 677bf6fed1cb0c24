#include "seal/seal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* One signed paper, made at the start and not changed after it. */
struct paper { struct arena arena; struct str pdf, authority; struct seal_signer *signer; };

static struct str bare_pdf(struct arena *arena)
{
	static const char *const bodies[] = {
		"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> >>",
	};
	size_t offsets[3];
	struct buf buf = buf_make(arena, 4096);
	buf_add_lit(&buf, "%PDF-1.5\n");
	for (int i = 0; i < 3; i++) {
		offsets[i] = buf.len;
		buf_printf(&buf, "%d 0 obj\n%s\nendobj\n", i + 1, bodies[i]);
	}
	size_t xref = buf.len;
	buf_add_lit(&buf, "xref\n0 4\n0000000000 65535 f \n");
	for (int i = 0; i < 3; i++) buf_printf(&buf, "%010zu 00000 n \n", offsets[i]);
	buf_printf(&buf, "trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n%zu\n%%%%EOF\n", xref);
	return buf_str(&buf);
}

static const struct paper *make_paper(void)
{
	struct paper *paper = calloc(1, sizeof *paper);
	struct rand_seeded seed;
	struct seal_keyring *keyring = NULL;
	struct str recovery = STR("");
	struct seal_keyring_options options = { .hall_name = STR("hall"), .union_name = STR("union") };
	if (paper == NULL || failed(seal_keyring_create(&paper->arena, rand_from_seed(&seed, 1), &options, &keyring, &recovery))
	    || failed(seal_union_signer(keyring, &paper->signer))) abort();
	struct seal_pdf_options signing = { .signer = paper->signer, .field = STR("a"), .page = 1 };
	if (failed(seal_pdf_sign(&paper->arena, bare_pdf(&paper->arena), &signing, NULL, &paper->pdf))) abort();
	paper->authority = str_copy(&paper->arena, seal_ca_der(keyring));
	seal_keyring_done(keyring);
	return paper;
}

/* Each three bytes of the input change one byte of the signed paper; a fourth mode appends what is left. */
static struct str edited(struct arena *arena, struct str pdf, const uint8_t *data, size_t size, bool append)
{
	if (append) {
		struct buf buf = buf_make(arena, pdf.len + size + 1);
		buf_add(&buf, pdf);
		buf_add_bytes(&buf, data, size);
		return buf_str(&buf);
	}
	char *bytes = arena_copy(arena, pdf.ptr, pdf.len);
	for (size_t i = 0; i + 2 < size; i += 3) bytes[(data[i] << 8 | data[i + 1]) % pdf.len] = (char)data[i + 2];
	return (struct str){ bytes, pdf.len };
}

/* Only the paper that was signed is intact; and what can be read can be signed and is then read again. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct paper *paper;
	if (paper == NULL) paper = make_paper();
	if (size == 0) return 0;
	struct arena arena = { 0 };
	struct seal_pdf_check check;
	struct report report = report_make(&arena);
	struct str pdf = { (const char *)data + 1, size - 1 }, out = STR("");
	if (data[0] % 3 != 0) pdf = edited(&arena, paper->pdf, data + 1, size - 1, data[0] % 3 == 1);
	if (!failed(seal_pdf_verify(&arena, pdf, paper->authority, &report, &check)))
		assert(check.intact == str_eq(pdf, paper->pdf));
	struct seal_pdf_options signing = { .signer = paper->signer, .field = STR("b"), .page = 1 };
	if (!failed(seal_pdf_sign(&arena, pdf, &signing, NULL, &out))) {
		assert(out.len > pdf.len);
		assert(memcmp(out.ptr, pdf.ptr, pdf.len) == 0);
	}
	arena_done(&arena);
	return 0;
}
