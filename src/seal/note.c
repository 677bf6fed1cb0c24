#include "seal/inside.h"

#include <inttypes.h>
#include <sodium.h>
#include <string.h>

enum { ED25519_ALGORITHM = 1, KEY_ID_BYTES = 4, LINE_BYTES = KEY_ID_BYTES + SEAL_SIGNATURE_BYTES };

static const struct str signature_mark = STR_INIT("\xe2\x80\x94 ");      /* em dash, space */

/* Not empty, no Unicode space, no plus (C2SP signed-note). */
static bool name_is_good(struct str name)
{
	size_t at = 0;
	uint32_t c = 0;
	if (name.len < 1 || name.len > SEAL_KEY_NAME_BYTES_MAX || !utf8_is_valid(name)) return false;
	while (utf8_next(name, &at, &c)) {
		bool space = c <= 0x20 || (c >= 0x7f && c <= 0xa0) || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028
			|| c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
		if (space || c == '+') return false;
	}
	return true;
}

static bool text_is_good(struct str text)
{
	if (str_is_empty(text) || !str_ends(text, STR("\n")) || !utf8_is_valid(text)) return false;
	for (size_t i = 0; i < text.len; i++)
		if (((uint8_t)text.ptr[i] < 0x20 && text.ptr[i] != '\n') || text.ptr[i] == 0x7f) return false;
	return true;
}

/* The first four bytes of SHA-256(name, line feed, algorithm, key). */
static void key_id(struct str name, const uint8_t public_key[SEAL_PUBLIC_KEY_BYTES], uint8_t out_id[KEY_ID_BYTES])
{
	struct seal_sha256_stream stream;
	uint8_t digest[SEAL_SHA256_BYTES];
	seal_sha256_begin(&stream);
	seal_sha256_add(&stream, name);
	seal_sha256_add(&stream, STR("\n\x01"));
	seal_sha256_add(&stream, (struct str){ (const char *)public_key, SEAL_PUBLIC_KEY_BYTES });
	seal_sha256_end(&stream, digest);
	memcpy(out_id, digest, KEY_ID_BYTES);
}

struct err seal_note_key(const struct seal_keyring *keyring, struct arena *arena, struct str key_name, struct str *out_vkey)
{
	uint8_t id[KEY_ID_BYTES], key[1 + SEAL_PUBLIC_KEY_BYTES] = { ED25519_ALGORITHM };
	if (!name_is_good(key_name)) return ERR(INVALID);
	memcpy(key + 1, keyring->ed25519_public, SEAL_PUBLIC_KEY_BYTES);
	key_id(key_name, keyring->ed25519_public, id);
	struct buf buf = buf_make(arena, SEAL_KEY_NAME_BYTES_MAX + 64);
	buf_add(&buf, key_name);
	buf_add_byte(&buf, '+');
	buf_add(&buf, str_hex(arena, id, sizeof id));
	buf_add_byte(&buf, '+');
	buf_add(&buf, str_base64(arena, key, sizeof key));
	return buf_finish(&buf, out_vkey);
}

struct err seal_note_key_parse(struct str vkey, struct str *out_key_name, uint8_t out_public_key[SEAL_PUBLIC_KEY_BYTES])
{
	uint8_t id[KEY_ID_BYTES], expected[KEY_ID_BYTES], key[64];
	size_t key_bytes = 0;
	const char *end = NULL;
	ptrdiff_t first = str_find_byte(vkey, '+', 0);
	if (first < 0) return ERR(INVALID);
	struct str name = str_sub(vkey, 0, (size_t)first), hex = str_sub(vkey, (size_t)first + 1, (size_t)first + 9);
	struct str base64 = str_sub(vkey, (size_t)first + 10, vkey.len);
	if (!name_is_good(name) || !str_from_hex(hex, id, sizeof id) || vkey.len < (size_t)first + 11
	    || vkey.ptr[first + 9] != '+') return ERR(INVALID);
	if (sodium_base642bin(key, sizeof key, base64.ptr, base64.len, NULL, &key_bytes, &end, sodium_base64_VARIANT_ORIGINAL) != 0
	    || end != base64.ptr + base64.len || key_bytes < 1) return ERR(INVALID);
	if (key[0] != ED25519_ALGORITHM) return ERR(UNSUPPORTED);
	if (key_bytes != 1 + SEAL_PUBLIC_KEY_BYTES) return ERR(INVALID);
	key_id(name, key + 1, expected);
	if (memcmp(id, expected, sizeof id) != 0) return ERR(INVALID);
	*out_key_name = name;
	memcpy(out_public_key, key + 1, SEAL_PUBLIC_KEY_BYTES);
	return OK;
}

struct err seal_note_sign(const struct seal_keyring *keyring, struct arena *arena, struct str key_name, struct str text,
	struct str *out_note)
{
	uint8_t line[LINE_BYTES];
	if (!name_is_good(key_name) || !text_is_good(text)) return ERR(INVALID);
	key_id(key_name, keyring->ed25519_public, line);
	seal_sign(keyring, text, line + KEY_ID_BYTES);
	struct buf buf = buf_make(arena, SEAL_NOTE_BYTES_MAX);
	buf_add(&buf, text);
	buf_add_byte(&buf, '\n');
	buf_add(&buf, signature_mark);
	buf_add(&buf, key_name);
	buf_add_byte(&buf, ' ');
	buf_add(&buf, str_base64(arena, line, sizeof line));
	buf_add_byte(&buf, '\n');
	return buf_finish(&buf, out_note);
}

/* "— NAME BASE64"; *out_mine tells whether this is the asked key's line, *out_valid whether its signature holds. */
static struct err check_line(struct str line, struct str text, struct str key_name,
	const uint8_t public_key[SEAL_PUBLIC_KEY_BYTES], bool *out_mine, bool *out_valid)
{
	uint8_t id[KEY_ID_BYTES], bytes[8192];
	size_t count = 0;
	const char *end = NULL;
	ptrdiff_t space = str_starts(line, signature_mark) ? str_find_byte(line, ' ', signature_mark.len) : -1;
	if (space < 0) return ERR(INVALID);
	struct str name = str_sub(line, signature_mark.len, (size_t)space), base64 = str_sub(line, (size_t)space + 1, line.len);
	if (!name_is_good(name) || sodium_base642bin(bytes, sizeof bytes, base64.ptr, base64.len, NULL, &count, &end,
		sodium_base64_VARIANT_ORIGINAL) != 0 || end != base64.ptr + base64.len || count <= KEY_ID_BYTES) return ERR(INVALID);
	key_id(key_name, public_key, id);
	*out_mine = str_eq(name, key_name) && memcmp(bytes, id, sizeof id) == 0;
	*out_valid = *out_mine && count == LINE_BYTES && seal_verify(public_key, text, bytes + KEY_ID_BYTES);
	return OK;
}

struct err seal_note_verify(struct str note, struct str vkey, struct str *out_text)
{
	struct str key_name = STR(""), line = STR("");
	uint8_t public_key[SEAL_PUBLIC_KEY_BYTES];
	if (note.len > SEAL_NOTE_BYTES_MAX) return ERR(LIMIT);
	TRY(seal_note_key_parse(vkey, &key_name, public_key));
	/* the last empty line ends the text */
	size_t split = note.len;
	while (split > 0 && !(split + 1 < note.len && note.ptr[split] == '\n' && note.ptr[split - 1] == '\n')) split--;
	if (split == 0 || !text_is_good(note)) return ERR(INVALID);
	struct str text = str_sub(note, 0, split), rest = str_sub(note, split + 1, note.len - 1);
	bool found = false;
	for (int count = 0; str_split(&rest, '\n', &line); count++) {
		bool mine = false, valid = false;
		if (count == SEAL_NOTE_SIGNATURE_COUNT_MAX) return ERR(LIMIT);
		TRY(check_line(line, text, key_name, public_key, &mine, &valid));
		if (mine && !valid) return ERR(TAMPERED);
		found = found || valid;
	}
	if (!found) return ERR(NOT_FOUND);
	*out_text = text;
	return OK;
}

/* ---- checkpoints ----------------------------------------------------------------------------- */

struct err seal_checkpoint_print(struct arena *arena, const struct seal_checkpoint *checkpoint, struct str *out_text)
{
	struct str origin = str_join(arena, checkpoint->origin, STR("\n"));
	if (str_is_empty(checkpoint->origin) || !text_is_good(origin) || str_find_byte(checkpoint->origin, '\n', 0) >= 0
	    || str_find_byte(checkpoint->origin, '\0', 0) >= 0) return ERR(INVALID);
	struct str root = str_base64(arena, checkpoint->root, SEAL_SHA256_BYTES);
	*out_text = str_printf(arena, "%.*s%" PRIu64 "\n%.*s\n", STR_ARG(origin), checkpoint->size, STR_ARG(root));
	return OK;
}

/* Decimal without leading zeros, as the specification wants. */
static bool parse_size(struct str text, uint64_t *out_size)
{
	uint64_t size = 0;
	if (text.len < 1 || text.len > 19 || (text.len > 1 && text.ptr[0] == '0')) return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9') return false;
		size = size * 10 + (uint64_t)(text.ptr[i] - '0');
	}
	*out_size = size;
	return true;
}

struct err seal_checkpoint_parse(struct str text, struct seal_checkpoint *out_checkpoint)
{
	struct seal_checkpoint checkpoint = { .size = 0 };
	struct str rest = text, size = STR(""), root = STR("");
	size_t count = 0;
	const char *end = NULL;
	if (!text_is_good(text) || !str_split(&rest, '\n', &checkpoint.origin) || !str_split(&rest, '\n', &size)
	    || !str_split(&rest, '\n', &root)) return ERR(INVALID);
	if (str_is_empty(checkpoint.origin) || !parse_size(size, &checkpoint.size)) return ERR(INVALID);
	if (sodium_base642bin(checkpoint.root, SEAL_SHA256_BYTES, root.ptr, root.len, NULL, &count, &end,
		sodium_base64_VARIANT_ORIGINAL) != 0 || count != SEAL_SHA256_BYTES || end != root.ptr + root.len) return ERR(INVALID);
	*out_checkpoint = checkpoint;
	return OK;
}
