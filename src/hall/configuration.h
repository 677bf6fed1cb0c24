/* configuration: DIR/hall.ini, what an operator may set. A missing file is fine: then nothing is set. docs/operators.md
 * explains each key. */
#ifndef HALL_CONFIGURATION_H
#define HALL_CONFIGURATION_H

#include "hall/notices.h"
#include "hall/staff.h"

enum { CONFIGURATION_BYTES_MAX = 64 << 10, CONFIGURATION_LINE_BYTES_MAX = 198 };

struct configuration {
	struct notice_gateway sms;   /* [sms]; url empty: no gateway */
	struct staff_policy staff;   /* [staff] */
};

/* folder: the hall's own. INVALID: each unknown section or key, value out of range, line that is none, with its line in the
 * report; values of secrets are never repeated there. FORBIDDEN: a file with a password that everybody may read. */
MUST_USE struct err configuration_load(
	struct arena *arena, const char *folder, struct report *report, struct configuration *out_configuration);

#endif
