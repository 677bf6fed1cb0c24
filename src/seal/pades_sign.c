#include "seal/cms.h"
#include "seal/pdf.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum {
	CONTENTS_DIGITS = 10000, CONTENTS_DIGITS_STAMPED = 24000,
	CHANGED_COUNT_MAX = 8,
	BYTE_RANGE_WIDTH = 40,               /* room for "0 a b c]" */
	DIMENSION_PX_MAX = 4000,
};

struct changed { int64_t number; int32_t generation; size_t offset; };

/* One signature on its way: what is appended, and where the two holes are. */
struct signing {
	struct arena *arena;
	const struct seal_pdf_options *options;
	struct pdf_file file;
	struct buf out;                      /* the whole new file */
	struct changed changed[CHANGED_COUNT_MAX];
	size_t changed_count;
	int64_t next_number;
	int64_t image, mask, form, value, widget;
	bool visible;
	const struct pdf_value *page_reference, *page, *form_fields;
	size_t byte_range_at, contents_at;
	int contents_digits;
};

/* ---- pieces of syntax ------------------------------------------------------------------------ */

/* Hundredths of a point: enough for paper, and the same digits everywhere. */
static void add_points(struct buf *buf, double points)
{
	int64_t hundredths = llround(points * 100);
	int64_t size = hundredths < 0 ? -hundredths : hundredths;
	buf_printf(buf, "%s%" PRId64, hundredths < 0 ? "-" : "", size / 100);
	if (size % 100 != 0) buf_printf(buf, ".%02" PRId64, size % 100);
}

/* A text string as UTF-16BE in hexadecimal. */
static void add_text(struct buf *buf, struct str text)
{
	size_t at = 0;
	uint32_t c = 0;
	buf_add_lit(buf, "<FEFF");
	while (utf8_next(text, &at, &c)) {
		if (c >= 0x10000) buf_printf(buf, "%04X%04X", 0xd800 + ((c - 0x10000) >> 10), 0xdc00 + ((c - 0x10000) & 0x3ff));
		else buf_printf(buf, "%04X", c);
	}
	buf_add_lit(buf, ">");
}

/* ISO 32000-1, 7.9.4, in Shanghai time. */
static void add_time(struct buf *buf, int64_t time_ms)
{
	struct date day = date_of_ms(time_ms, SHANGHAI_OFFSET_S);
	int64_t s = (time_ms - date_begin_ms(day, SHANGHAI_OFFSET_S)) / 1000;
	buf_printf(buf, "(D:%04d%02d%02d%02d%02d%02d+08'00')", day.year, day.month, day.day, (int)(s / 3600),
		(int)(s / 60 % 60), (int)(s % 60));
}

static void begin_object(struct signing *signing, int64_t number, int32_t generation)
{
	assert(signing->changed_count < CHANGED_COUNT_MAX);
	signing->changed[signing->changed_count++] = (struct changed){ number, generation, signing->out.len };
	buf_printf(&signing->out, "%" PRId64 " %d obj\n", number, generation);
}

/* The dictionary's entries as written, but for the one named. */
static void add_entries_without(struct buf *buf, const struct pdf_value *dict, const char *without)
{
	for (const struct pdf_value *entry = dict ? dict->first : NULL; entry != NULL; entry = entry->next) {
		if (str_eq_c(entry->key, without)) continue;
		buf_printf(buf, " /%.*s ", STR_ARG(entry->key));
		buf_add(buf, entry->raw);
	}
}

/* The items of an array that may be absent. */
static void add_items(struct buf *buf, const struct pdf_value *array)
{
	if (array == NULL || array->kind != PDF_ARRAY) return;
	for (const struct pdf_value *item = array->first; item != NULL; item = item->next) {
		buf_add(buf, item->raw);
		buf_add_byte(buf, ' ');
	}
}

/* ---- the picture ----------------------------------------------------------------------------- */

/* Level 3: of a mask it makes 4 % more bytes than level 6, in a fifth of the time; half of a signature's time was this. */
enum { DEFLATE_LEVEL = 3 };

static struct err add_stream(struct signing *signing, const uint8_t *bytes, size_t count)
{
	uLongf len = compressBound((uLong)count);
	uint8_t *deflated = arena_alloc(signing->arena, len);
	if (compress2(deflated, &len, bytes, (uLong)count, DEFLATE_LEVEL) != Z_OK) return ERR(INTERNAL);
	buf_printf(&signing->out, " /Filter /FlateDecode /Length %lu >>\nstream\n", (unsigned long)len);
	buf_add_bytes(&signing->out, deflated, len);
	buf_add_lit(&signing->out, "\nendstream\nendobj\n");
	return OK;
}

static void begin_image(struct signing *signing, int64_t number, int32_t width, int32_t height, const char *colours)
{
	begin_object(signing, number, 0);
	buf_printf(&signing->out, "<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /%s /BitsPerComponent 8",
		width, height, colours);
}

/* Ink and seals have one colour, and only their alpha draws the shape; at thin edges the colour is off by what rounding
 * left of it, which nobody sees: up to two levels of what is painted. The densest pixel tells the colour. */
static bool is_one_ink(const struct seal_pdf_bitmap *bitmap, size_t count, const uint8_t **out_ink)
{
	const uint8_t *ink = bitmap->pixels;
	for (size_t i = 1; i < count; i++)
		if (bitmap->pixels[4 * i + 3] > ink[3]) ink = bitmap->pixels + 4 * i;
	for (size_t i = 0; i < count; i++) {
		const uint8_t *pixel = bitmap->pixels + 4 * i;
		for (int c = 0; c < 3; c++)
			if (abs(pixel[c] - ink[c]) * pixel[3] > 2 * 255) return false;
	}
	*out_ink = ink;
	return true;
}

/* Colours and alpha apart, as PDF wants them: of one ink a single pixel, stretched under the mask. What is wholly
 * transparent gets no colour, for the sake of size. */
static struct err add_image(struct signing *signing)
{
	const struct seal_pdf_bitmap *bitmap = &signing->options->bitmap;
	size_t count = (size_t)bitmap->width * (size_t)bitmap->height;
	uint8_t *colours = arena_alloc(signing->arena, count * 3), *alpha = arena_alloc(signing->arena, count);
	const uint8_t *ink = NULL;
	bool one_ink = is_one_ink(bitmap, count, &ink);
	for (size_t i = 0; i < count; i++) {
		const uint8_t *pixel = bitmap->pixels + 4 * i;
		alpha[i] = pixel[3];
		if (!one_ink && pixel[3] > 0) memcpy(colours + 3 * i, pixel, 3);
	}
	if (one_ink) memcpy(colours, ink, 3);
	begin_image(signing, signing->image, one_ink ? 1 : bitmap->width, one_ink ? 1 : bitmap->height, "DeviceRGB");
	buf_printf(&signing->out, " /SMask %" PRId64 " 0 R", signing->mask);
	TRY(add_stream(signing, colours, one_ink ? 3 : 3 * count));
	begin_image(signing, signing->mask, bitmap->width, bitmap->height, "DeviceGray");
	return add_stream(signing, alpha, count);
}

/* The form that draws the picture into the rectangle, in its own proportions, centred. */
static void add_form(struct signing *signing)
{
	const struct seal_pdf_options *options = signing->options;
	double scale = fmin(options->width / options->bitmap.width, options->height / options->bitmap.height);
	double width = options->bitmap.width * scale, height = options->bitmap.height * scale;
	struct buf content = buf_make(signing->arena, 512);
	buf_add_lit(&content, "q ");
	add_points(&content, width);
	buf_add_lit(&content, " 0 0 ");
	add_points(&content, height);
	buf_add_byte(&content, ' ');
	add_points(&content, (options->width - width) / 2);
	buf_add_byte(&content, ' ');
	add_points(&content, (options->height - height) / 2);
	buf_add_lit(&content, " cm /Im Do Q");
	begin_object(signing, signing->form, 0);
	buf_add_lit(&signing->out, "<< /Type /XObject /Subtype /Form /BBox [0 0 ");
	add_points(&signing->out, options->width);
	buf_add_byte(&signing->out, ' ');
	add_points(&signing->out, options->height);
	buf_printf(&signing->out, "] /Resources << /XObject << /Im %" PRId64 " 0 R >> >> /Length %zu >>\nstream\n", signing->image,
		content.len);
	buf_add(&signing->out, buf_str(&content));
	buf_add_lit(&signing->out, "\nendstream\nendobj\n");
}

/* ---- the signature's own objects ------------------------------------------------------------- */

static void add_value(struct signing *signing)
{
	const struct seal_pdf_options *options = signing->options;
	struct buf *out = &signing->out;
	struct str name = options->name;
	if (str_is_empty(name)) name = certificate_common_name(signing->arena, options->signer->certificate);
	begin_object(signing, signing->value, 0);
	buf_add_lit(out, "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /M ");
	add_time(out, options->time_ms);
	buf_add_lit(out, " /Name ");
	add_text(out, name);
	if (!str_is_empty(options->reason)) {
		buf_add_lit(out, " /Reason ");
		add_text(out, options->reason);
	}
	if (!str_is_empty(options->location)) {
		buf_add_lit(out, " /Location ");
		add_text(out, options->location);
	}
	buf_add_lit(out, " /ByteRange [");
	signing->byte_range_at = out->len;
	buf_printf(out, "%*s", BYTE_RANGE_WIDTH, "");
	buf_add_lit(out, " /Contents ");
	signing->contents_at = out->len;
	buf_add_byte(out, '<');
	for (int i = 0; i < signing->contents_digits; i += 50)
		buf_add_lit(out, "00000000000000000000000000000000000000000000000000");
	buf_add_lit(out, "> >>\nendobj\n");
}

static void add_widget(struct signing *signing)
{
	const struct seal_pdf_options *options = signing->options;
	struct buf *out = &signing->out;
	begin_object(signing, signing->widget, 0);
	buf_printf(out, "<< /Type /Annot /Subtype /Widget /FT /Sig /T (%.*s) /V %" PRId64 " 0 R /F 132 /P ", STR_ARG(options->field),
		signing->value);
	buf_add(out, signing->page_reference->raw);
	struct str tip = str_is_empty(options->language_tip) ? options->name : options->language_tip;
	if (!str_is_empty(tip)) {
		buf_add_lit(out, " /TU ");
		add_text(out, tip);
	}
	const double corners[] = { options->x, options->y, options->x + options->width, options->y + options->height };
	buf_add_lit(out, " /Rect [");
	for (int i = 0; i < 4; i++) {
		if (i > 0) buf_add_byte(out, ' ');
		if (signing->visible) add_points(out, corners[i]);
		else buf_add_byte(out, '0');
	}
	buf_add_byte(out, ']');
	if (signing->visible) buf_printf(out, " /AP << /N %" PRId64 " 0 R >>", signing->form);
	buf_add_lit(out, " >>\nendobj\n");
}

static struct err add_page(struct signing *signing)
{
	const struct pdf_value *annotations = NULL;
	TRY(pdf_resolve(&signing->file, pdf_get(signing->page, "Annots"), &annotations));
	begin_object(signing, signing->page_reference->number, signing->page_reference->generation);
	buf_add_lit(&signing->out, "<<");
	add_entries_without(&signing->out, signing->page, "Annots");
	buf_add_lit(&signing->out, " /Annots [");
	add_items(&signing->out, annotations);
	buf_printf(&signing->out, "%" PRId64 " 0 R] >>\nendobj\n", signing->widget);
	return OK;
}

static struct err add_catalog(struct signing *signing)
{
	const struct pdf_value *form = NULL;
	TRY(pdf_resolve(&signing->file, pdf_get(signing->file.catalog, "AcroForm"), &form));
	begin_object(signing, signing->file.catalog_number, signing->file.catalog_generation);
	buf_add_lit(&signing->out, "<<");
	add_entries_without(&signing->out, signing->file.catalog, "AcroForm");
	buf_add_lit(&signing->out, " /AcroForm << /Fields [");
	add_items(&signing->out, signing->form_fields);
	buf_printf(&signing->out, "%" PRId64 " 0 R] /SigFlags 3", signing->widget);
	for (const struct pdf_value *entry = form ? form->first : NULL; entry != NULL; entry = entry->next) {
		if (str_eq_c(entry->key, "Fields") || str_eq_c(entry->key, "SigFlags")) continue;
		buf_printf(&signing->out, " /%.*s ", STR_ARG(entry->key));
		buf_add(&signing->out, entry->raw);
	}
	buf_add_lit(&signing->out, " >> >>\nendobj\n");
	return OK;
}

/* ---- cross-reference section and trailer ----------------------------------------------------- */

static void sort_changed(struct signing *signing)
{
	for (size_t i = 1; i < signing->changed_count; i++)
		for (size_t k = i; k > 0 && signing->changed[k - 1].number > signing->changed[k].number; k--) {
			struct changed swap = signing->changed[k];
			signing->changed[k] = signing->changed[k - 1];
			signing->changed[k - 1] = swap;
		}
}

/* The second half of the ID tells revisions apart; made from the file so far, so that it is no accident. */
static void add_id(struct signing *signing, const struct pdf_value *id)
{
	if (id == NULL || id->kind != PDF_ARRAY || id->first == NULL || id->first->kind != PDF_STRING) return;
	uint8_t digest[SEAL_SHA256_BYTES];
	seal_sha256(signing->file.bytes, digest);
	buf_add_lit(&signing->out, " /ID [");
	buf_add(&signing->out, id->first->raw);
	buf_add_lit(&signing->out, " <");
	buf_add(&signing->out, str_hex(signing->arena, digest, 16));
	buf_add_lit(&signing->out, ">]");
}

static void add_trailer(struct signing *signing)
{
	struct buf *out = &signing->out;
	size_t xref_at = out->len;
	sort_changed(signing);
	buf_add_lit(out, "xref\n");
	for (size_t i = 0; i < signing->changed_count;) {
		size_t run = 1;
		while (i + run < signing->changed_count && signing->changed[i + run].number == signing->changed[i].number + (int64_t)run)
			run++;
		buf_printf(out, "%" PRId64 " %zu\n", signing->changed[i].number, run);
		for (; run > 0; run--, i++)
			buf_printf(out, "%010zu %05d n \n", signing->changed[i].offset, signing->changed[i].generation);
	}
	buf_printf(out, "trailer\n<< /Size %" PRId64 " /Prev %" PRIu64, signing->next_number, signing->file.xref_offset);
	static const char *const kept[] = { "Root", "Info" };
	for (size_t i = 0; i < 2; i++) {
		const struct pdf_value *entry = pdf_get(signing->file.trailer, kept[i]);
		if (entry == NULL) continue;
		buf_printf(out, " /%s ", kept[i]);
		buf_add(out, entry->raw);
	}
	const struct pdf_value *id = NULL;
	if (!failed(pdf_resolve(&signing->file, pdf_get(signing->file.trailer, "ID"), &id))) add_id(signing, id);
	buf_printf(out, " >>\nstartxref\n%zu\n%%%%EOF\n", xref_at);
}

/* ---- checks ---------------------------------------------------------------------------------- */

static bool field_is_good(struct str field)
{
	if (field.len < 1 || field.len > 60) return false;
	for (size_t i = 0; i < field.len; i++) {
		char c = field.ptr[i];
		bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
		if (!good) return false;
	}
	return true;
}

static struct err option_refused(struct report *report, const char *option, const char *words)
{
	report_error(report, str_from_c(option), "%s", words);
	return ERR(INVALID);
}

static struct err options_check(const struct seal_pdf_options *options, struct report *report)
{
	static const double points_max = 14400;   /* ISO 32000-1, annex C: 200 inches */
	const struct str texts[] = { options->name, options->reason, options->location, options->language_tip };
	const double lengths[] = { options->x, options->y, options->width, options->height };
	assert(options->signer != NULL);
	if (!field_is_good(options->field)) return option_refused(report, "field", "1 to 60 of A-Z a-z 0-9 _ - make a field's name");
	for (size_t i = 0; i < 4; i++) {
		if (texts[i].len > SEAL_PDF_TEXT_BYTES_MAX || !utf8_is_valid(texts[i]))
			return option_refused(report, "text", "name, reason and location are UTF-8 of at most 1000 bytes");
		if (!(lengths[i] >= -points_max && lengths[i] <= points_max))
			return option_refused(report, "rectangle", "lengths are points within 14400");
	}
	if (options->width < 0 || options->height < 0) return option_refused(report, "rectangle", "width and height are not negative");
	const struct seal_pdf_bitmap *bitmap = &options->bitmap;
	if (bitmap->pixels != NULL && (bitmap->width < 1 || bitmap->height < 1 || bitmap->width > DIMENSION_PX_MAX
	    || bitmap->height > DIMENSION_PX_MAX || bitmap->width * bitmap->height > SEAL_PDF_BITMAP_PIXELS_MAX))
		return option_refused(report, "bitmap", "the picture has 1 to 4 million pixels, 4000 a side at most");
	if (options->time_ms < 0 || options->time_ms > INT64_C(253402300799000))
		return option_refused(report, "time", "the time lies outside the years 1970 to 9999");
	time_t time = (time_t)(options->time_ms / 1000);
	const X509 *certificate = options->signer->certificate;
	if (ASN1_TIME_cmp_time_t(X509_get0_notBefore(certificate), time) > 0
	    || ASN1_TIME_cmp_time_t(X509_get0_notAfter(certificate), time) < 0) {
		report_error(report, STR("time"), "the certificate is not valid at the time of signing");
		return ERR(REFUSED);
	}
	return OK;
}

/* Finds the page and the fields there are; the new field's name must be free. */
static struct err look_around(struct signing *signing)
{
	const struct pdf_value *form = NULL;
	struct pdf_file *file = &signing->file;
	TRY(pdf_page(file, signing->options->page, &signing->page_reference));
	TRY(pdf_resolve(file, signing->page_reference, &signing->page));
	TRY(pdf_resolve(file, pdf_get(file->catalog, "AcroForm"), &form));
	TRY(pdf_resolve(file, pdf_get(form, "Fields"), &signing->form_fields));
	if (signing->form_fields == NULL || signing->form_fields->kind != PDF_ARRAY) return OK;
	for (const struct pdf_value *item = signing->form_fields->first; item != NULL; item = item->next) {
		const struct pdf_value *field = NULL;
		TRY(pdf_resolve(file, item, &field));
		if (str_eq(pdf_text(signing->arena, pdf_get(field, "T")), signing->options->field)) return ERR(CONFLICT);
	}
	return OK;
}

static void number_objects(struct signing *signing)
{
	const struct seal_pdf_options *options = signing->options;
	signing->visible = options->bitmap.pixels != NULL && options->width > 0 && options->height > 0;
	signing->next_number = (int64_t)signing->file.entry_count;
	signing->image = signing->visible ? signing->next_number++ : 0;
	signing->mask = signing->visible ? signing->next_number++ : 0;
	signing->form = signing->visible ? signing->next_number++ : 0;
	signing->value = signing->next_number++;
	signing->widget = signing->next_number++;
	signing->contents_digits = options->timestamper.stamp != NULL ? CONTENTS_DIGITS_STAMPED : CONTENTS_DIGITS;
}

static struct err append(struct signing *signing)
{
	buf_add(&signing->out, signing->file.bytes);
	if (!str_ends(signing->file.bytes, STR("\n"))) buf_add_byte(&signing->out, '\n');
	if (signing->visible) {
		TRY(add_image(signing));
		add_form(signing);
	}
	add_value(signing);
	add_widget(signing);
	TRY(add_page(signing));
	TRY(add_catalog(signing));
	add_trailer(signing);
	return signing->out.overflow ? ERR(LIMIT) : OK;
}

/* The ranges first, for they are signed; then the value itself. */
static struct err fill_in(struct signing *signing)
{
	struct str written = buf_str(&signing->out), der = STR("");
	char *out = signing->out.ptr;
	size_t gap_to = signing->contents_at + (size_t)signing->contents_digits + 2;
	struct str range = str_printf(signing->arena, "0 %zu %zu %zu]", signing->contents_at, gap_to, written.len - gap_to);
	assert(range.len <= BYTE_RANGE_WIDTH);
	memcpy(out + signing->byte_range_at, range.ptr, range.len);
	struct signed_ranges ranges = { written, signing->contents_at, gap_to, written.len };
	TRY(cms_sign(signing->arena, signing->options->signer, &signing->options->timestamper, &ranges, &der));
	if (2 * der.len > (size_t)signing->contents_digits) return ERR(LIMIT);
	struct str hex = str_hex(signing->arena, der.ptr, der.len);
	memcpy(out + signing->contents_at + 1, hex.ptr, hex.len);
	return OK;
}

struct err seal_pdf_sign(struct arena *arena, struct str pdf, const struct seal_pdf_options *options, struct report *report,
	struct str *out_pdf)
{
	struct signing signing = { .arena = arena, .options = options };
	if (pdf.len > SEAL_PDF_BYTES_MAX) return ERR(LIMIT);
	TRY(options_check(options, report));
	TRY(pdf_read(arena, pdf, report, &signing.file));
	TRY(look_around(&signing));
	number_objects(&signing);
	signing.out = buf_make(arena, SEAL_PDF_BYTES_MAX);
	TRY(append(&signing));
	TRY(fill_in(&signing));
	return buf_finish(&signing.out, out_pdf);
}
