/* keyring: every secret of one hall: data keys (sealed fields), the lookup key (keyed hashes), the Ed25519 key (log,
 * receipts), the P-256 key of the hall's certificate authority, the P-256 key of the union's seal.
 *
 * At rest a keyring is a text (JSON, keys.json) that holds all of them wrapped with XChaCha20-Poly1305 under a master
 * key, and the master key wrapped again: under the recovery key always, under a passphrase (argon2id) in mode `locked`.
 * In mode `kept` the caller keeps the master key itself in a file of mode 0600 or a systemd credential. A backup holds
 * the text and nothing else, so it opens only with the recovery key, the passphrase or the kept file. */
#ifndef SEAL_KEYRING_H
#define SEAL_KEYRING_H

#include "base/base.h"

enum {
	SEAL_PASSPHRASE_CHARACTERS_MIN = 12,
	SEAL_PASSPHRASE_BYTES_MAX = 1024,
	SEAL_NAME_CHARACTERS_MAX = 64,       /* X.520 ub-common-name */
	SEAL_KEYRING_BYTES_MAX = 64 << 10,
	SEAL_DATA_KEY_COUNT_MAX = 64,
};

enum seal_mode { SEAL_MODE_KEPT, SEAL_MODE_LOCKED };

struct seal_keyring;                     /* in guarded, locked memory */

struct seal_keyring_options {
	struct str hall_name;                /* subject of the hall's certificate authority, 1..64 characters */
	struct str union_name;               /* subject of the union's seal: its full name, 1..64 characters */
	enum seal_mode mode;
	struct str passphrase;               /* mode LOCKED: at least 12 characters; else empty */
	int64_t now_ms;                      /* certificates are valid from a day before, for 30 years */
	int64_t from_ms;                     /* earlier, when something dated before shall be signed; 0: a day before now_ms */
};

/* Makes all keys and certificates. out_recovery: the recovery key, to be printed once and kept on paper: eight groups
 * of four characters (Crockford's base 32, 160 bits) each with a check character, "7Q2MD-...": a mistyped group is
 * named when it is read back. MISSING, LIMIT: a name; REFUSED: passphrase too short or not wanted in mode KEPT;
 * INTERNAL. Argon2id takes 256 MiB and about half a second. The keyring: seal_keyring_done. */
MUST_USE struct err seal_keyring_create(struct arena *arena, struct rand rand, const struct seal_keyring_options *options,
	struct seal_keyring **out_keyring, struct str *out_recovery);

/* The text for keys.json: JSON, one line; safe to copy, back up and show. */
MUST_USE struct err seal_keyring_wrap(const struct seal_keyring *keyring, struct arena *arena, struct rand rand,
	struct str *out_text);

/* Mode KEPT: the master key as 64 hexadecimal digits and a line feed, for a file of mode 0600. REFUSED in mode LOCKED. */
MUST_USE struct err seal_keyring_master(const struct seal_keyring *keyring, struct arena *arena, struct str *out_text);

enum seal_unlock_with { SEAL_UNLOCK_MASTER, SEAL_UNLOCK_PASSPHRASE, SEAL_UNLOCK_RECOVERY };

struct seal_unlock {
	enum seal_unlock_with with;
	struct str secret;                   /* the master key's text, the passphrase, or the recovery key as typed */
};

/* FORBIDDEN: the secret is not this keyring's; TAMPERED: the text was changed; INVALID: the secret or the text cannot
 * be read (report names the group of the recovery key with a slip; may be NULL); MISSING: a passphrase for a keyring
 * without one; UNSUPPORTED: a newer format. */
MUST_USE struct err seal_keyring_open(struct str text, const struct seal_unlock *unlock, struct report *report,
	struct seal_keyring **out_keyring);

/* The mode, readable without any secret. INVALID, UNSUPPORTED. */
MUST_USE struct err seal_keyring_mode(struct str text, enum seal_mode *out_mode);

/* Wipes and frees; NULL is fine. */
void seal_keyring_done(struct seal_keyring *keyring);

/* Changes the mode or the passphrase; wrap and write the text afterwards. Changing to KEPT: passphrase empty. From
 * LOCKED to KEPT and back the master key is made anew, so an old kept file or passphrase opens nothing written later;
 * the old recovery key goes with it: out_recovery is the new one. Errors as seal_keyring_create. */
MUST_USE struct err seal_keyring_change(struct seal_keyring *keyring, struct arena *arena, struct rand rand,
	enum seal_mode mode, struct str passphrase, struct str *out_recovery);
/* Adds a data key: from now on seal_box uses it, and what was sealed before still opens. LIMIT. */
MUST_USE struct err seal_keyring_add_data_key(struct seal_keyring *keyring, struct rand rand);

/* The certificate of the hall's authority: PEM for ca.pem, DER for seal_pdf_verify. Live as long as the keyring. */
struct str seal_ca_pem(const struct seal_keyring *keyring);
struct str seal_ca_der(const struct seal_keyring *keyring);
struct str seal_hall_name(const struct seal_keyring *keyring);
struct str seal_union_name(const struct seal_keyring *keyring);

#endif
