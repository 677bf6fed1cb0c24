#include "seal/cms.h"
#include "seal/pdf.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* One signature found in the file; value NULL: its dictionary stands at `place` and cannot be read. */
struct candidate { const struct pdf_value *value; const char *place; struct str field; };

struct verifying {
	struct arena *arena;
	struct pdf_file file;
	X509 *trusted;
	struct candidate candidates[SEAL_PDF_SIGNATURE_COUNT_MAX];
	size_t count;
};

/* ---- finding the signatures ------------------------------------------------------------------ */

static struct err add_candidate(struct verifying *verifying, struct candidate candidate)
{
	for (size_t i = 0; i < verifying->count; i++)
		if (verifying->candidates[i].place == candidate.place) return OK;
	if (verifying->count == SEAL_PDF_SIGNATURE_COUNT_MAX) return ERR(LIMIT);
	verifying->candidates[verifying->count++] = candidate;
	return OK;
}

/* A value that cannot be read is no reason to pass over its field. */
static struct err add_field(struct verifying *verifying, const struct pdf_value *field)
{
	struct pdf_file *file = &verifying->file;
	const struct pdf_value *reference = pdf_get(field, "V"), *value = NULL;
	struct candidate candidate = { .field = pdf_text(verifying->arena, pdf_get(field, "T")) };
	if (failed(pdf_resolve(file, reference, &value))) {
		assert(reference->kind == PDF_REF && (uint64_t)reference->number < file->entry_count);
		uint64_t offset = file->entries[reference->number].offset;
		candidate.place = file->bytes.ptr + (offset < file->bytes.len ? offset : file->bytes.len);
		return add_candidate(verifying, candidate);
	}
	if (value == NULL || value->kind != PDF_DICT) return OK;
	candidate.value = value;
	candidate.place = value->raw.ptr;
	return add_candidate(verifying, candidate);
}

/* The form's fields, as the newest catalog lists them. */
static struct err find_in_form(struct verifying *verifying)
{
	struct pdf_file *file = &verifying->file;
	const struct pdf_value *form = NULL, *fields = NULL;
	TRY(pdf_resolve(file, pdf_get(file->catalog, "AcroForm"), &form));
	TRY(pdf_resolve(file, pdf_get(form, "Fields"), &fields));
	if (fields == NULL || fields->kind != PDF_ARRAY) return OK;
	for (const struct pdf_value *item = fields->first; item != NULL; item = item->next) {
		const struct pdf_value *field = NULL;
		TRY(pdf_resolve(file, item, &field));
		if (pdf_is_name(pdf_get(field, "FT"), "Sig")) TRY(add_field(verifying, field));
	}
	return OK;
}

/* When the form does not tell all: any object that holds a ByteRange. So a broken table does not hide which signatures
 * still hold. */
static struct err find_by_scan(struct verifying *verifying)
{
	static const struct str mark = STR_INIT("/ByteRange");
	struct str bytes = verifying->file.bytes;
	verifying->file.report = NULL;           /* what is met on the way is no news */
	for (ptrdiff_t at = str_find(bytes, mark, 0); at >= 0; at = str_find(bytes, mark, (size_t)at + mark.len)) {
		size_t from = (size_t)at, back = from > 8192 ? from - 8192 : 0;
		while (from > back && !(from >= 5 && memcmp(bytes.ptr + from - 5, " obj\n", 5) == 0)) from--;
		const struct pdf_value *value = NULL;
		if (from == back || failed(pdf_parse(&verifying->file, from, &value, NULL))) continue;
		if (pdf_get(value, "ByteRange") == NULL) continue;
		TRY(add_candidate(verifying, (struct candidate){ .value = value, .place = value->raw.ptr }));
	}
	return OK;
}

/* ---- one signature --------------------------------------------------------------------------- */

static bool two_digits(struct str text, size_t at, int *out_value)
{
	if (at + 2 > text.len) return false;
	char a = text.ptr[at], b = text.ptr[at + 1];
	if (a < '0' || a > '9' || b < '0' || b > '9') return false;
	*out_value = (a - '0') * 10 + (b - '0');
	return true;
}

/* D:YYYYMMDDHHmmSS, then Z or +HH'mm' or nothing (taken as UTC); 0 for anything else. */
static int64_t read_time(struct str text)
{
	int part[7] = { 0 }, hours = 0, minutes = 0;
	if (!str_starts(text, STR("D:"))) return 0;
	for (size_t i = 0; i < 7; i++)
		if (!two_digits(text, 2 + 2 * i, &part[i])) return 0;
	struct date day = { part[0] * 100 + part[1], (int8_t)part[2], (int8_t)part[3] };
	if (!date_is_valid(day) || part[4] > 23 || part[5] > 59 || part[6] > 59) return 0;
	struct str zone = str_sub(text, 16, text.len);
	if (zone.len >= 3 && (zone.ptr[0] == '+' || zone.ptr[0] == '-')) {
		if (!two_digits(zone, 1, &hours) || (zone.len >= 6 && !two_digits(zone, 4, &minutes))) return 0;
		if (hours > 23 || minutes > 59) return 0;
	}
	int32_t offset_s = (hours * 60 + minutes) * 60;
	if (zone.len > 0 && zone.ptr[0] == '-') offset_s = -offset_s;
	return date_begin_ms(day, offset_s) + ((part[4] * 60 + part[5]) * 60 + part[6]) * INT64_C(1000);
}

/* Two ranges from the first byte on, and between them the Contents and nothing else. */
static const char *read_ranges(const struct pdf_file *file, const struct pdf_value *value, struct signed_ranges *out_ranges)
{
	const struct pdf_value *range = pdf_get(value, "ByteRange"), *contents = pdf_get(value, "Contents");
	int64_t numbers[4];
	size_t count = 0;
	if (range == NULL || range->kind != PDF_ARRAY) return "the signature has no ByteRange";
	for (const struct pdf_value *item = range->first; item != NULL; item = item->next) {
		if (count == 4 || item->kind != PDF_NUMBER || item->number < 0) return "the ByteRange must be four numbers";
		numbers[count++] = item->number;
	}
	if (count != 4) return "the ByteRange must be four numbers";
	if (contents == NULL || contents->kind != PDF_STRING) return "the signature has no Contents";
	int64_t from = contents->raw.ptr - file->bytes.ptr, to = from + (int64_t)contents->raw.len, len = (int64_t)file->bytes.len;
	if (numbers[0] != 0 || numbers[1] != from || numbers[2] != to || numbers[3] > len - to)
		return "the ByteRange leaves out more than the signature's own value";
	*out_ranges = (struct signed_ranges){ file->bytes, (size_t)from, (size_t)to, (size_t)(to + numbers[3]) };
	return NULL;
}

/* The value: lower-case hexadecimal digits of one DER object, then zeros to the end. */
static const char *read_contents(struct arena *arena, const struct pdf_value *value, struct str *out_der)
{
	struct str raw = pdf_get(value, "Contents")->raw;
	for (size_t i = 1; i + 1 < raw.len; i++) {
		char c = raw.ptr[i];
		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return "the signature's value is not written as digits";
	}
	struct str bytes = pdf_string_bytes(arena, pdf_get(value, "Contents"));
	const uint8_t *b = (const uint8_t *)bytes.ptr;
	if (raw.ptr[0] != '<' || bytes.len < 4 || b[0] != 0x30 || b[1] != 0x82) return "the signature's value cannot be read";
	size_t len = 4 + ((size_t)b[2] << 8 | b[3]);
	if (len > bytes.len) return "the signature's value is cut off";
	for (size_t i = len; i < bytes.len; i++)
		if (b[i] != 0) return "there is something behind the signature's value";
	*out_der = str_sub(bytes, 0, len);
	return NULL;
}

static const char *check_one(struct verifying *verifying, const struct candidate *candidate, struct seal_pdf_signature *signature)
{
	struct signed_ranges ranges;
	struct str der = STR("");
	struct arena *arena = verifying->arena;
	if (candidate->value == NULL) return "the signature cannot be read";
	const char *words = read_ranges(&verifying->file, candidate->value, &ranges);
	if (words != NULL) return words;
	signature->signed_bytes = ranges.end;
	signature->whole_file = ranges.end == verifying->file.bytes.len;
	words = read_contents(arena, candidate->value, &der);
	if (words != NULL) return words;
	if (!pdf_is_name(pdf_get(candidate->value, "SubFilter"), "ETSI.CAdES.detached"))
		return "the signature is not of the kind ETSI.CAdES.detached";
	struct cms_check check;
	cms_check(arena, der, &ranges, verifying->trusted, signature->time_ms, &check);
	signature->digest_ok = check.digest_ok;
	signature->signature_ok = check.signature_ok;
	signature->chain = check.chain;
	signature->signer = check.signer;
	signature->statement = check.statement;
	signature->has_evidence = check.has_evidence;
	memcpy(signature->evidence, check.evidence, sizeof signature->evidence);
	return check.words;
}

static void verify_one(struct verifying *verifying, const struct candidate *candidate, struct seal_pdf_signature *signature)
{
	struct arena *arena = verifying->arena;
	*signature = (struct seal_pdf_signature){
		.field = candidate->field,
		.name = pdf_text(arena, pdf_get(candidate->value, "Name")),
		.reason = pdf_text(arena, pdf_get(candidate->value, "Reason")),
		.location = pdf_text(arena, pdf_get(candidate->value, "Location")),
		.time_ms = read_time(pdf_string_bytes(arena, pdf_get(candidate->value, "M"))),
		.chain = verifying->trusted ? SEAL_CHAIN_UNKNOWN : SEAL_CHAIN_NOT_ASKED,
	};
	const char *words = check_one(verifying, candidate, signature);
	signature->valid = words == NULL;
	signature->words = words ? str_from_c(words) : STR("");
}

/* ---- all of them ----------------------------------------------------------------------------- */

/* By their place in the file, which is the order of signing. */
static int compare_candidates(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;
	return (x->place > y->place) - (x->place < y->place);
}

static void verify_all(struct verifying *verifying, struct seal_pdf_check *check)
{
	check->signatures = ARENA_ARRAY(verifying->arena, struct seal_pdf_signature, verifying->count + 1);
	check->count = verifying->count;
	size_t end = 0;
	qsort(verifying->candidates, verifying->count, sizeof *verifying->candidates, compare_candidates);
	for (size_t i = 0; i < check->count; i++) {
		verify_one(verifying, &verifying->candidates[i], &check->signatures[i]);
		if (check->signatures[i].signed_bytes > end) end = check->signatures[i].signed_bytes;
	}
	check->unsigned_bytes = verifying->file.bytes.len - end;
}

static void tell(struct seal_pdf_check *check, struct report *report)
{
	bool ranges_known = check->count > 0;
	check->intact = check->count > 0 && check->structure_ok && check->unsigned_bytes == 0;
	for (size_t i = 0; i < check->count; i++) {
		const struct seal_pdf_signature *signature = &check->signatures[i];
		struct str place = str_is_empty(signature->field) ? signature->signer : signature->field;
		if (!signature->valid) report_error(report, place, "signature %zu: %.*s", i + 1, STR_ARG(signature->words));
		check->intact = check->intact && signature->valid;
		ranges_known = ranges_known && signature->signed_bytes > 0;
	}
	if (check->count == 0) report_error(report, STR(""), "there is no signature");
	else if (check->unsigned_bytes > 0 && ranges_known)
		report_error(report, STR(""), "%zu bytes were appended after the last signature", check->unsigned_bytes);
}

static struct err verify_into(struct verifying *verifying, struct str pdf, struct report *report, struct seal_pdf_check *check)
{
	struct err read = pdf_read(verifying->arena, pdf, report, &verifying->file);
	if (!failed(read)) read = find_in_form(verifying);
	check->structure_ok = !failed(read);
	if (!check->structure_ok)
		verifying->file = (struct pdf_file){ .arena = verifying->arena, .bytes = pdf };
	else
		verify_all(verifying, check);
	if (!check->structure_ok || check->unsigned_bytes > 0) {
		TRY(find_by_scan(verifying));
		if (err_is(read, ERR_UNSUPPORTED) && verifying->count == 0) return read;
		verify_all(verifying, check);
	}
	tell(check, report);
	return OK;
}

static struct err read_trusted(struct arena *arena, struct str trusted, X509 **out_trusted)
{
	struct str der = trusted;
	if (str_is_empty(trusted)) return OK;
	if (str_find(trusted, STR("-----BEGIN "), 0) >= 0) TRY(seal_certificate_from_pem(arena, trusted, &der));
	return certificate_read(der, out_trusted);
}

struct err seal_pdf_verify(struct arena *arena, struct str pdf, struct str trusted, struct report *report,
	struct seal_pdf_check *out_check)
{
	struct verifying verifying = { .arena = arena };
	struct seal_pdf_check check = { 0 };
	if (pdf.len > SEAL_PDF_BYTES_MAX) return ERR(LIMIT);
	if (!str_starts(pdf, STR("%PDF-"))) return ERR(INVALID);
	TRY(read_trusted(arena, trusted, &verifying.trusted));
	struct err e = verify_into(&verifying, pdf, report, &check);
	X509_free(verifying.trusted);
	TRY(e);
	*out_check = check;
	return OK;
}
