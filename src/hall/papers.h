/* papers: the documents of a case: rendered from the service's templates, signed one party after another. */
#ifndef HALL_PAPERS_H
#define HALL_PAPERS_H

#include "base/base.h"
#include "hall/cases.h"
#include "hall/codes.h"
#include "paper/paper.h"

struct case_paper_act {
	enum party party;
	struct str act;              /* sign, acknowledge, seal */
	bool done;
	int64_t done_ms;
	struct str evidence;         /* JSON, as bound into the signature's certificate */
	struct str sha256;           /* of the PDF after it, hexadecimal */
};
struct case_paper {
	struct str id, title, act;
	int32_t position, identity_level;
	int64_t file_id, version;
	struct str sha256;           /* of the PDF as it is, hexadecimal */
	struct str boxes;            /* JSON: where signatures go, in hundredths of a point */
	struct case_paper_act acts[SERVICE_PARTY_COUNT_MAX];
	size_t act_count;
	int64_t replaced_ms;         /* no more valid since then; 0: it is valid */
};
struct case_papers {
	struct case_paper *items;
	size_t count;
	bool open[PARTY_COUNT];      /* the process waits for this party's papers: nobody else can act on them now */
};

MUST_USE struct err papers_of_case(struct hall *hall, struct arena *arena, int64_t case_id, struct case_papers *out_papers);
/* The PDF as it is now. TAMPERED when it is not what was written. */
MUST_USE struct err paper_content(struct hall *hall, struct arena *arena, int64_t case_id, struct str paper_id, struct str *out_pdf);

/* Papers that were valid once, with what was done to them: when the process writes papers anew (another lawyer), those whose
 * words changed take the place of these, and the others stay, signatures and all. They are kept and verified like all. */
MUST_USE struct err papers_replaced(struct hall *hall, struct arena *arena, int64_t case_id, struct case_papers *out_papers);
/* The PDF of one of them. NOT_FOUND: no replaced paper of this case has that file. */
MUST_USE struct err paper_replaced_content(
	struct hall *hall, struct arena *arena, int64_t case_id, int64_t file_id, struct str *out_pdf);

/* The same paper as HTML, for phones (paper_html). marks: what to write at the places of signatures, by party name. */
MUST_USE struct err paper_reading(struct hall *hall, struct arena *arena, int64_t case_id, const struct case_paper *paper,
	const struct paper_mark *marks, size_t mark_count, struct str *out_html);

/* How somebody signed: drawn strokes, or a typed name with a fresh one-time code. */
struct signing {
	struct str strokes;          /* JSON of the drawing, or empty */
	struct str typed_name;       /* must be the person's own name */
	/* The one-time code that was sent; only a hash is kept. It is taken with the first paper; within [codes] sign_minutes
	 * the others of the sitting need no further one. */
	struct str code;
	const struct code_request *request;      /* for whom it was sent: CODE_sign, about the case */
	struct str seen_sha256;      /* of the PDF as it was shown; empty: not checked. Another one is REFUSED: look again */
	bool code_is_assumed;        /* nothing was sent: only for playing a case; stands in the evidence */
};

/* Signs or acknowledges one paper for the actor's party. When the party's last paper is done, its task is finished; when
 * all papers are done, the milestone `signed` is reached. FORBIDDEN: level too low or not this party. REFUSED: not his
 * turn, done before. INVALID: another name, unreadable strokes, a code that is not right. */
MUST_USE struct err paper_act(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id,
	struct str paper_id, const struct signing *signing, struct report *report);

#endif
