/* configuration: DIR/hall.ini, what an operator may set. A missing file is fine: then nothing is set. docs/operators.md
 * explains each key. */
#ifndef HALL_CONFIGURATION_H
#define HALL_CONFIGURATION_H

#include "hall/notices.h"
#include "hall/staff.h"

enum { CONFIGURATION_BYTES_MAX = 64 << 10, CONFIGURATION_LINE_BYTES_MAX = 198 };

/* [session]: how long silence and how long a session may last. */
struct session_limits { int32_t worker_idle_minutes, worker_hours, staff_idle_minutes, staff_hours; };

/* [codes]: one-time codes by phone. An address is shared by a whole factory behind one carrier: its cap is wide. */
struct code_limits {
	int32_t minutes, sign_minutes;           /* good for so long; signing: for the six papers of one sitting */
	int32_t tries_max;                       /* wrong entries of one code */
	int32_t again_s;                         /* between two to one phone */
	int32_t phone_a_day, network_an_hour, all_a_day;
};

/* [oidc]: an OpenID Connect provider that confirms name and number (level 2), such as a city's own app. */
struct oidc_settings {
	struct str issuer;                       /* https://...; empty: no provider, people are confirmed at a counter */
	struct str client_id, client_secret;     /* secret empty: a public client, PKCE alone */
	struct str name;                         /* as people know it: 随申办 */
	struct str scope;                        /* openid profile ... */
	struct str name_claim, number_claim;     /* where the person's name and identity number stand */
	int32_t level;                           /* what its confirmation is worth: 2 */
	int32_t timeout_s;                       /* of one request */
	bool loopback_allowed;                   /* http://127.0.0.1 as issuer: for tests; made from the issuer itself */
};

/* [backup]: the nightly one, into DIR/backups. */
struct backup_policy { int32_t hour, keep; };    /* hour in Shanghai, -1: none; keep: so many nightly ones stay */

struct configuration {
	struct notice_gateway sms;   /* [sms]; url empty: no gateway */
	struct staff_policy staff;   /* [staff] */
	struct session_limits session;
	struct code_limits codes;
	struct oidc_settings oidc;
	struct backup_policy backup;
	int32_t identity_days;       /* [identity] days: so long a confirmation is carried to the person's other sessions */
};

/* folder: the hall's own. INVALID: each unknown section or key, value out of range, line that is none, with its line in the
 * report; values of secrets are never repeated there. FORBIDDEN: a file with a password that everybody may read. */
MUST_USE struct err configuration_load(
	struct arena *arena, const char *folder, struct report *report, struct configuration *out_configuration);

#endif
