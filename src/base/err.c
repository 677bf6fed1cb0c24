#include "base/err.h"

#include <errno.h>

struct err_row { const char *name; enum err_class class_; int status; const char *words; };

#define X(name, class_, status, words) { #name, ERR_CLASS_##class_, status, words },
static const struct err_row err_rows[ERR_CODE_COUNT] = { ERRORS(X) };
#undef X

static const struct err_row *row_of(struct err e)
{
	return &err_rows[e.code < ERR_CODE_COUNT ? e.code : ERR_INTERNAL];
}

enum err_class err_class(struct err e) { return row_of(e)->class_; }
int err_http_status(struct err e) { return row_of(e)->status; }
const char *err_words(struct err e) { return row_of(e)->words; }
const char *err_name(struct err e) { return row_of(e)->name; }

struct err err_from_errno(int error_number)
{
	switch (error_number) {
	case ENOSPC: case EDQUOT: return ERR(FULL);
	case ENOENT: case ENOTDIR: return ERR(NOT_FOUND);
	case EACCES: case EPERM: case EROFS: return ERR(FORBIDDEN);
	case EISDIR: return ERR(INVALID);
	case EFBIG: return ERR(LIMIT);
	default: return ERR(IO);
	}
}
