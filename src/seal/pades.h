/* pades: signatures in PDF papers: PAdES B-B (ETSI EN 319 142-1), one incremental update each, so that earlier ones stay
 * valid; and their verification.
 *
 * Read are PDFs with classic cross-reference tables (as cairo writes them), incremental updates included; encrypted
 * ones and those with cross-reference streams are UNSUPPORTED. Signing is a pure function of its input and the signer's
 * ECDSA randomness. */
#ifndef SEAL_PADES_H
#define SEAL_PADES_H

#include "seal/certificate.h"

enum {
	SEAL_PDF_BYTES_MAX = 128 << 20,
	SEAL_PDF_SIGNATURE_COUNT_MAX = 100,
	SEAL_PDF_BITMAP_PIXELS_MAX = 2000 * 2000,
	SEAL_PDF_TEXT_BYTES_MAX = 1000,
};

/* The picture shown in the rectangle, fitted into it in its own proportions and centred. */
struct seal_pdf_bitmap {
	int32_t width, height;               /* pixels, 1..4000 */
	const uint8_t *pixels;               /* RGBA, 8 bits each, alpha not premultiplied, rows from the top; NULL = none */
};

/* A time-stamp service (RFC 3161), or nothing: the DER token over the SHA-256 imprint goes into `arena`. */
struct seal_timestamper {
	struct err (*stamp)(void *data, struct arena *arena, const uint8_t imprint[SEAL_SHA256_BYTES], struct str *out_token);
	void *data;
};

struct seal_pdf_options {
	const struct seal_signer *signer;
	struct str field;                    /* [A-Za-z0-9_-]{1,60}, not yet used in this PDF */
	struct str name, reason, location;   /* what readers show; `name` empty = the certificate's; each up to 1000 bytes */
	int64_t time_ms;                     /* of signing; shown in Shanghai time */
	int32_t page;                        /* from 1 */
	double x, y, width, height;          /* points, origin bottom left, as struct paper_box. Width or height 0 = invisible */
	struct seal_pdf_bitmap bitmap;
	struct str language_tip;             /* what a screen reader says of the field; empty = the name */
	struct seal_timestamper timestamper; /* zeroed = B-B, without */
};

/* The PDF with one more signature, in `arena`. INVALID: no PDF that can be read (report says where), or an option out of
 * range; CONFLICT: the field exists; NOT_FOUND: no such page; UNSUPPORTED: see above; REFUSED: time_ms outside the
 * certificate's validity; LIMIT; INTERNAL. `report` may be NULL. */
MUST_USE struct err seal_pdf_sign(struct arena *arena, struct str pdf, const struct seal_pdf_options *options,
	struct report *report, struct str *out_pdf);

enum seal_chain {
	SEAL_CHAIN_NOT_ASKED,                /* no trusted certificate was given; the chain's own signatures were checked */
	SEAL_CHAIN_TRUSTED,                  /* leads to the trusted certificate, valid at the time of signing */
	SEAL_CHAIN_UNKNOWN,                  /* leads elsewhere, is broken, or was not valid then */
};

struct seal_pdf_signature {
	struct str field;                    /* empty when the field cannot be read any more */
	struct str signer;                   /* common name in the certificate */
	struct str name, reason, location;   /* as the signature states them */
	int64_t time_ms;                     /* as the signature states it; 0 = none that can be read */
	size_t signed_bytes;                 /* the first so many bytes of the file are under it, its own value apart */
	bool whole_file;                     /* nothing follows */
	bool digest_ok;                      /* those bytes are what was signed */
	bool signature_ok;                   /* the signature is by the certificate's key and of the form that we write */
	enum seal_chain chain;
	struct str statement;                /* of the certificate, or empty */
	bool has_evidence;
	uint8_t evidence[SEAL_SHA256_BYTES];
	bool valid;                          /* digest, signature, range and (when asked) chain are good */
	struct str words;                    /* what is wrong, in English; empty when valid */
};

struct seal_pdf_check {
	struct seal_pdf_signature *signatures;   /* in the order of signing */
	size_t count;
	size_t unsigned_bytes;               /* after the last signature's end; the whole file when there is none */
	bool structure_ok;                   /* the file could be read from its cross-reference table */
	bool intact;                         /* at least one signature, all valid, no unsigned byte, structure read */
};

/* trusted: the authority's certificate, DER or PEM, or empty. OK also when signatures are broken: look at `intact`; each
 * fault also stands in `report` (may be NULL), with the field as its place. INVALID: not a PDF at all, or the trusted
 * certificate cannot be read; UNSUPPORTED, LIMIT. */
MUST_USE struct err seal_pdf_verify(struct arena *arena, struct str pdf, struct str trusted, struct report *report,
	struct seal_pdf_check *out_check);

#endif
