/* A backup is a ZIP archive: hall.db (a consistent copy), keys.json (wrapped), ca.pem, manifest.json with the hash of
 * each, the log's size and root. It never holds the key that opens it. */
#include "hall/inside.h"

#include "codec/codec.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BACKUP_BYTES_MAX ((uint64_t)1 << 44)   /* 16 TB, of one part: more is no backup of ours */

enum { PART_COUNT = 3, MANIFEST_BYTES_MAX = 1 << 20, KEYS_BYTES_MAX = 64 << 10 };
static const char *const part_names[PART_COUNT] = { "hall.db", "keys.json", "ca.pem" };

static struct str path_in(struct arena *arena, const char *folder, const char *name) { return str_printf(arena, "%s/%s", folder, name); }

static struct str sha256_text(struct arena *arena, struct str bytes)
{
	uint8_t digest[SEAL_SHA256_BYTES];
	seal_sha256(bytes, digest);
	return str_hex(arena, digest, sizeof digest);
}

static struct err log_facts(struct hall *hall, struct arena *arena, struct json *manifest)
{
	struct store_reader *reader;
	struct store_head head;
	TRY(read_begin(hall, &reader));
	struct err err = store_log_head(reader, arena, &head);
	store_read_end(reader);
	TRY(err);
	json_add(manifest, STR("logSize"), json_new_i64(arena, head.size));
	json_add(manifest, STR("logRoot"), json_new_string(arena, str_hex(arena, head.root, sizeof head.root)));
	json_add(manifest, STR("logHead"), json_new_string(arena, head.note));
	return OK;
}

/* The parts stay files: a hall may be far larger than memory. */
struct parts { struct file_mapping mappings[PART_COUNT]; struct zip_file items[PART_COUNT + 1]; };

static struct err gather(struct hall *hall, struct arena *arena, const char *copy, struct parts *parts)
{
	struct json *manifest = json_new(arena, JSON_OBJECT), *hashes = json_new(arena, JSON_OBJECT);
	json_add(manifest, STR("format"), json_new_string(arena, STR("unionhall backup 1")));
	json_add(manifest, STR("hall"), json_new_string(arena, hall->id_text));
	json_add(manifest, STR("at"), json_new_string(arena, time_print_ms(arena, hall_now_ms(hall), SHANGHAI_OFFSET_S)));
	TRY(log_facts(hall, arena, manifest));
	for (size_t i = 0; i < PART_COUNT; i++) {
		const char *path = i == 0 ? copy : str_to_c(arena, path_in(arena, hall->places.hall, part_names[i]));
		TRY(file_map(path, &parts->mappings[i]));
		parts->items[i] = (struct zip_file){ str_from_c(part_names[i]), parts->mappings[i].content };
		json_add(hashes, parts->items[i].name, json_new_string(arena, sha256_text(arena, parts->items[i].content)));
	}
	json_add(manifest, STR("sha256"), hashes);
	parts->items[PART_COUNT].name = STR("manifest.json");
	return json_print(arena, manifest, JSON_PRETTY, MANIFEST_BYTES_MAX, &parts->items[PART_COUNT].content);
}

struct err backup_write(struct hall *hall, const char *path, struct report *report)
{
	struct arena arena = { 0 };
	struct parts parts = { 0 };
	const char *copy = str_to_c(&arena, str_printf(&arena, "%s.copy-%d", path, (int)getpid()));
	struct err err = file_exists(path) ? ERR(REFUSED) : store_backup(hall->store, copy);
	if (err_is(err, ERR_REFUSED)) report_error(report, str_from_c(path), "there is a file of this name already; it was not touched");
	if (!failed(err)) err = gather(hall, &arena, copy, &parts);
	if (!failed(err)) err = zip_write_file(path, &(struct zip_files){ parts.items, PART_COUNT + 1 });
	for (size_t i = 0; i < PART_COUNT; i++) file_unmap(&parts.mappings[i]);
	unlink(copy);
	arena_done(&arena);
	return err;
}

/* ---- restoring ------------------------------------------------------------------------------------------------- */

static struct err read_manifest(
    struct arena *arena, const struct restore_options *options, struct report *report, const struct json **out_manifest)
{
	const char *path = str_to_c(arena, path_in(arena, options->hall, "manifest.json"));
	struct str text;
	struct err err = zip_extract_file(options->path, "manifest.json", path, MANIFEST_BYTES_MAX);
	if (!failed(err)) err = file_read(arena, path, MANIFEST_BYTES_MAX, &text);
	unlink(path);
	if (err_is(err, ERR_FULL) || err_is(err, ERR_IO) || err_is(err, ERR_FORBIDDEN)) return err;
	if (!failed(err) && !failed(json_parse(arena, text, NULL, out_manifest)) && json_get(*out_manifest, STR("sha256"))) return OK;
	report_error(report, STR("manifest.json"), "this is no backup of a hall, or it is damaged");
	return ERR(TAMPERED);
}

/* Under another name until all parts have been checked: a folder with a half of a hall is none. */
static struct err take_part(struct arena *arena, const struct restore_options *options, const struct json *manifest, size_t part,
    struct report *report)
{
	const char *path = str_to_c(arena, str_printf(arena, "%s/%s.restored", options->hall, part_names[part]));
	struct file_mapping mapping;
	struct err err = zip_extract_file(options->path, part_names[part], path, BACKUP_BYTES_MAX);
	if (!failed(err)) err = file_map(path, &mapping);
	if (!failed(err)) {
		struct str wanted = json_string_of(json_get(manifest, STR("sha256")), part_names[part]);
		if (!str_eq(sha256_text(arena, mapping.content), wanted)) err = ERR(TAMPERED);
		file_unmap(&mapping);
	}
	if (err_is(err, ERR_TAMPERED) || err_is(err, ERR_INVALID) || err_is(err, ERR_NOT_FOUND)) {
		report_error(report, str_from_c(part_names[part]), "the content is not what was backed up");
		return ERR(TAMPERED);
	}
	return err;
}

/* The master key for a hall of mode `kept`: given, or unwrapped with the recovery key. Empty: the hall stays locked. */
static struct err master_of(
    struct arena *arena, const struct restore_options *options, struct str keys, struct report *report, struct str *out_master)
{
	struct seal_unlock unlock = { .with = options->recovery_key.len ? SEAL_UNLOCK_RECOVERY : SEAL_UNLOCK_MASTER,
		.secret = options->recovery_key.len ? options->recovery_key : options->master_key };
	struct seal_keyring *keyring;
	enum seal_mode mode;
	*out_master = STR("");
	TRY(seal_keyring_mode(keys, &mode));
	if (unlock.secret.len == 0) return OK;
	struct err err = seal_keyring_open(keys, &unlock, report, &keyring);
	if (failed(err)) {
		report_error(report, STR("key"), "this key does not open the backup");
		return err;
	}
	if (mode == SEAL_MODE_KEPT) err = seal_keyring_master(keyring, arena, out_master);
	seal_keyring_done(keyring);
	return err;
}

/* The wrapped keys come last: without them it is no hall. */
static struct err settle_parts(struct arena *arena, const struct restore_options *options, struct str master)
{
	static const size_t order[PART_COUNT] = { 0, 2, 1 };
	if (master.len) TRY(file_write(str_to_c(arena, path_in(arena, options->hall, "master.key")), master, 0600));
	for (size_t i = 0; i < PART_COUNT; i++) {
		const char *from = str_to_c(arena, str_printf(arena, "%s/%s.restored", options->hall, part_names[order[i]]));
		const char *to = str_to_c(arena, path_in(arena, options->hall, part_names[order[i]]));
		if (rename(from, to) != 0) return err_from_errno(errno);
		TRY(file_sync_folder(to));
	}
	return OK;
}

static void remove_parts(struct arena *arena, const struct restore_options *options)
{
	for (size_t i = 0; i < PART_COUNT; i++)
		unlink(str_to_c(arena, str_printf(arena, "%s/%s.restored", options->hall, part_names[i])));
}

static struct err take_all(struct arena *arena, const struct restore_options *options, struct report *report,
    const struct json **out_manifest, struct str *out_master)
{
	struct str keys;
	TRY(read_manifest(arena, options, report, out_manifest));
	for (size_t i = 0; i < PART_COUNT; i++) TRY(take_part(arena, options, *out_manifest, i, report));
	TRY(file_read(arena, str_to_c(arena, str_printf(arena, "%s/keys.json.restored", options->hall)), KEYS_BYTES_MAX, &keys));
	TRY(master_of(arena, options, keys, report, out_master));
	return settle_parts(arena, options, *out_master);
}

static struct err prove(struct arena *arena, const struct restore_options *options, const struct json *manifest,
    struct report *report, struct str *out_summary)
{
	struct hall *hall;
	struct verified counts;
	struct hall_places places = options->places;
	places.hall = options->hall;
	struct hall_options open = {
		.places = places, .clock = clock_system(), .rand = rand_system(), .recovery_key = options->recovery_key
	};
	TRY(hall_open(&open, report, &hall));
	struct err err = hall_verify(hall, arena, report, &counts);
	hall_close(hall);
	TRY(err);
	*out_summary = str_printf(arena,
	    "restored and verified: %lld cases, %lld events, %lld receipts, %lld papers; log of %lld leaves, root %.*s",
	    (long long)counts.cases, (long long)counts.events, (long long)counts.receipts, (long long)counts.papers,
	    (long long)counts.leaves, STR_ARG(json_string_of(manifest, "logRoot")));
	return OK;
}

struct err backup_restore(struct arena *arena, const struct restore_options *options, struct report *report, struct str *out_summary)
{
	struct str master;
	const struct json *manifest;
	if (file_exists(str_to_c(arena, path_in(arena, options->hall, "keys.json"))) ||
	    file_exists(str_to_c(arena, path_in(arena, options->hall, "hall.db")))) {
		report_error(report, str_from_c(options->hall), "this folder already holds a hall; restore into an empty one");
		return ERR(REFUSED);
	}
	if (!file_exists(options->path)) {
		report_error(report, str_from_c(options->path), "there is no such file");
		return ERR(NOT_FOUND);
	}
	TRY(folder_make(options->hall));
	struct err err = take_all(arena, options, report, &manifest, &master);
	if (failed(err)) {
		remove_parts(arena, options);
		return err;
	}
	if (master.len || options->recovery_key.len) return prove(arena, options, manifest, report, out_summary);
	*out_summary = STR("restored; the hall is locked until its key is given, and was not verified");
	return OK;
}
