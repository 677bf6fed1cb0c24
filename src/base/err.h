/* err: one typed result for every call that can fail, and the one macro that passes it on.
 *
 * A function that can fail returns struct err and is MUST_USE. On failure its out_ parameters are
 * untouched. What went wrong in detail (which field, which line) goes into a struct report. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdbool.h>
#include <stdint.h>

#define MUST_USE __attribute__((warn_unused_result))

/* name, class, HTTP status, words for the reader.
 * INPUT: the caller's data is wrong. REFUSED: right data, but not allowed now. RETRY: try again.
 * FAULT: ours or the machine's. */
#define ERRORS(X) \
	X(NONE,        DONE,    200, "done") \
	X(INVALID,     INPUT,   400, "the input cannot be understood") \
	X(MISSING,     INPUT,   422, "a value is missing") \
	X(LIMIT,       INPUT,   413, "the input is larger than what is accepted") \
	X(TYPE,        INPUT,   415, "this type of content is not accepted") \
	X(NOT_FOUND,   INPUT,   404, "there is no such thing here") \
	X(FORBIDDEN,   REFUSED, 403, "you may not do this") \
	X(REFUSED,     REFUSED, 409, "this cannot be done now") \
	X(CONFLICT,    RETRY,   409, "somebody else was faster; the page has been renewed") \
	X(BUSY,        RETRY,   503, "too much work at this moment, please try again") \
	X(LOCKED,      REFUSED, 503, "the hall is locked until the union unlocks it") \
	X(FULL,        FAULT,   507, "the disk is full") \
	X(TAMPERED,    FAULT,   500, "the content is not what was written") \
	X(UNSUPPORTED, REFUSED, 501, "this part of the standard is not carried out here") \
	X(IO,          FAULT,   500, "the machine could not read or write") \
	X(INTERNAL,    FAULT,   500, "a fault of the software")

enum err_class { ERR_CLASS_DONE, ERR_CLASS_INPUT, ERR_CLASS_REFUSED, ERR_CLASS_RETRY, ERR_CLASS_FAULT };

#define X(name, class_, status, words) ERR_##name,
enum err_code { ERRORS(X) ERR_CODE_COUNT };
#undef X

/* A struct, so that it can never be mistaken for a count or a bool. */
struct err { uint16_t code; };

#define OK ((struct err){ ERR_NONE })
#define ERR(name) ((struct err){ ERR_##name })
#define TRY(call) do { struct err err_ = (call); if (err_.code != ERR_NONE) return err_; } while (0)

static inline bool err_is(struct err e, enum err_code code) { return e.code == code; }
static inline bool failed(struct err e) { return e.code != ERR_NONE; }

enum err_class err_class(struct err e);
int err_http_status(struct err e);
/* English words for logs and JSON; static memory. */
const char *err_words(struct err e);
/* "INVALID" ...; static memory. */
const char *err_name(struct err e);
/* The code for an errno of open/read/write/fsync (ENOSPC and EDQUOT give FULL, ENOENT NOT_FOUND, EISDIR INVALID). */
struct err err_from_errno(int error_number);

#endif
