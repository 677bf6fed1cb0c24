/* totp: one-time codes by time (RFC 6238 over RFC 4226, HMAC-SHA-1, 30 seconds: what every authenticator app computes)
 * and the base 32 of RFC 4648 in which their secrets are typed. */
#ifndef SEAL_TOTP_H
#define SEAL_TOTP_H

#include "base/base.h"

enum { TOTP_STEP_S = 30, TOTP_DIGITS = 6, TOTP_SECRET_BYTES = 20, TOTP_WINDOW = 1 };

/* The code of a time step (seconds since 1970 / 30), `digits` 6..8, in `arena`. */
struct str totp_code(struct arena *arena, struct str secret, int64_t step, int digits);
/* Is it the code of now, one step earlier or one later, and of a later step than `last_step`? Spaces are forgiven.
 * *out_step: the step that was taken; remember it, so that the same code is not taken twice (RFC 6238 5.2). */
bool totp_matches(struct str secret, struct str code, int64_t now_ms, int64_t last_step, int64_t *out_step);

struct str base32_print(struct arena *arena, struct str bytes);              /* without padding */
/* Either case, spaces and padding are forgiven; false for anything else. */
bool base32_parse(struct arena *arena, struct str text, struct str *out_bytes);
/* otpauth://totp/ISSUER:ACCOUNT?secret=...&issuer=... as authenticator apps read it from a QR code. */
struct str totp_uri(struct arena *arena, struct str issuer, struct str account, struct str secret);

#endif
