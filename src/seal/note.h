/* note: C2SP signed-note and tlog-checkpoint: how the log's heads travel, readable by existing verifiers.
 *
 * A note is a text of lines, an empty line, and signature lines "— NAME BASE64". A verifier key ("vkey") is
 * NAME+HASH+BASE64: 8 hexadecimal digits of the key's id and 0x01 || Ed25519 key. A key's name has no space and no plus;
 * for a log it is its origin, such as "hall.example.org/log". */
#ifndef SEAL_NOTE_H
#define SEAL_NOTE_H

#include "seal/digest.h"

enum { SEAL_NOTE_BYTES_MAX = 1 << 20, SEAL_NOTE_SIGNATURE_COUNT_MAX = 100, SEAL_KEY_NAME_BYTES_MAX = 255 };

/* The public key as text. INVALID: the name. */
MUST_USE struct err seal_note_key(const struct seal_keyring *keyring, struct arena *arena, struct str key_name,
	struct str *out_vkey);
/* Reads such a text; INVALID (also when id and key do not agree), UNSUPPORTED: not Ed25519. The name is a slice of it. */
MUST_USE struct err seal_note_key_parse(struct str vkey, struct str *out_key_name,
	uint8_t out_public_key[SEAL_PUBLIC_KEY_BYTES]);

/* The text with the hall's signature. text: valid UTF-8 without control characters but line feeds, ending in a line
 * feed; else INVALID. LIMIT. */
MUST_USE struct err seal_note_sign(const struct seal_keyring *keyring, struct arena *arena, struct str key_name,
	struct str text, struct str *out_note);
/* The signed text, a slice of `note`. TAMPERED: the key's signature is not the text's; NOT_FOUND: this key did not sign;
 * INVALID: no note. Lines of other keys (witnesses) are passed over. */
MUST_USE struct err seal_note_verify(struct str note, struct str vkey, struct str *out_text);

struct seal_checkpoint {
	struct str origin;                   /* one line, not empty */
	uint64_t size;                       /* leaves */
	uint8_t root[SEAL_SHA256_BYTES];
};

/* Origin, size in decimal, root in base 64, a line each: the text to sign. INVALID: the origin. */
MUST_USE struct err seal_checkpoint_print(struct arena *arena, const struct seal_checkpoint *checkpoint,
	struct str *out_text);
/* Further lines are extensions and passed over. The origin is a slice of `text`. INVALID. */
MUST_USE struct err seal_checkpoint_parse(struct str text, struct seal_checkpoint *out_checkpoint);

#endif
