/* A backup is a ZIP archive: hall.db (a consistent copy), keys.json (wrapped), ca.pem, manifest.json with the hash of
 * each, the log's size and root. It never holds the key that opens it. */
#include "hall/inside.h"

#include "codec/codec.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BACKUP_BYTES_MAX ((size_t)1 << 30)

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

static struct err gather(struct hall *hall, struct arena *arena, const char *copy, struct zip_files *out_files)
{
	static const char *const names[] = { "hall.db", "keys.json", "ca.pem" };
	struct zip_file *items = ARENA_ARRAY(arena, struct zip_file, 4);
	struct json *manifest = json_new(arena, JSON_OBJECT), *hashes = json_new(arena, JSON_OBJECT);
	json_add(manifest, STR("format"), json_new_string(arena, STR("unionhall backup 1")));
	json_add(manifest, STR("hall"), json_new_string(arena, hall->id_text));
	json_add(manifest, STR("at"), json_new_string(arena, time_print_ms(arena, hall_now_ms(hall), SHANGHAI_OFFSET_S)));
	TRY(log_facts(hall, arena, manifest));
	for (size_t i = 0; i < 3; i++) {
		const char *path = i == 0 ? copy : str_to_c(arena, path_in(arena, hall->places.hall, names[i]));
		items[i].name = str_from_c(names[i]);
		TRY(file_read(arena, path, BACKUP_BYTES_MAX, &items[i].content));
		json_add(hashes, items[i].name, json_new_string(arena, sha256_text(arena, items[i].content)));
	}
	json_add(manifest, STR("sha256"), hashes);
	items[3].name = STR("manifest.json");
	TRY(json_print(arena, manifest, JSON_PRETTY, 1 << 20, &items[3].content));
	*out_files = (struct zip_files){ items, 4 };
	return OK;
}

struct err backup_write(struct hall *hall, const char *path, struct report *report)
{
	struct arena arena = { 0 };
	struct zip_files files;
	struct str archive;
	const char *copy = str_to_c(&arena, str_printf(&arena, "%s.copy-%d", path, (int)getpid()));
	struct err err = file_exists(path) ? ERR(REFUSED) : store_backup(hall->store, copy);
	if (err_is(err, ERR_REFUSED)) report_error(report, str_from_c(path), "there is a file of this name already; it was not touched");
	if (!failed(err)) err = gather(hall, &arena, copy, &files);
	if (!failed(err)) err = zip_write(&arena, &files, &archive);
	if (!failed(err)) err = file_write(path, archive, 0600);
	unlink(copy);
	arena_done(&arena);
	return err;
}

static struct str content_of(const struct zip_files *files, const char *name)
{
	for (size_t i = 0; i < files->count; i++)
		if (str_eq_c(files->items[i].name, name)) return files->items[i].content;
	return STR("");
}

static struct err check_manifest(
    struct arena *arena, const struct zip_files *files, struct report *report, const struct json **out_manifest)
{
	const struct json *manifest;
	if (failed(json_parse(arena, content_of(files, "manifest.json"), report, &manifest)) || json_get(manifest, STR("sha256")) == NULL) {
		report_error(report, STR("manifest.json"), "this is no backup of a hall");
		return ERR(INVALID);
	}
	static const char *const names[] = { "hall.db", "keys.json", "ca.pem" };
	for (size_t i = 0; i < 3; i++) {
		struct str content = content_of(files, names[i]);
		if (str_eq(sha256_text(arena, content), json_string_of(json_get(manifest, STR("sha256")), names[i]))) continue;
		report_error(report, str_from_c(names[i]), "the content is not what was backed up");
		return ERR(TAMPERED);
	}
	*out_manifest = manifest;
	return OK;
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

static struct err write_hall(struct arena *arena, const struct restore_options *options, const struct zip_files *files, struct str master)
{
	TRY(folder_make(options->hall));
	TRY(file_write(str_to_c(arena, path_in(arena, options->hall, "hall.db")), content_of(files, "hall.db"), 0600));
	TRY(file_write(str_to_c(arena, path_in(arena, options->hall, "ca.pem")), content_of(files, "ca.pem"), 0644));
	if (master.len) TRY(file_write(str_to_c(arena, path_in(arena, options->hall, "master.key")), master, 0600));
	return file_write(str_to_c(arena, path_in(arena, options->hall, "keys.json")), content_of(files, "keys.json"), 0600);
}

static struct err prove(struct arena *arena, const struct restore_options *options, const struct json *manifest,
    struct report *report, struct str *out_summary)
{
	struct hall *hall;
	struct verified counts;
	struct hall_places places = options->places;
	places.hall = options->hall;
	struct hall_options open = { .places = places, .clock = clock_system(), .rand = rand_system() };
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
	struct str archive, master;
	struct zip_files files;
	const struct json *manifest;
	if (file_exists(str_to_c(arena, path_in(arena, options->hall, "keys.json"))) ||
	    file_exists(str_to_c(arena, path_in(arena, options->hall, "hall.db")))) {
		report_error(report, str_from_c(options->hall), "this folder already holds a hall; restore into an empty one");
		return ERR(REFUSED);
	}
	TRY(file_read(arena, options->path, BACKUP_BYTES_MAX, &archive));
	struct err err = zip_read(arena, archive, report, &files);
	if (failed(err)) return err_is(err, ERR_INVALID) ? ERR(TAMPERED) : err;
	TRY(check_manifest(arena, &files, report, &manifest));
	TRY(master_of(arena, options, content_of(&files, "keys.json"), report, &master));
	TRY(write_hall(arena, options, &files, master));
	if (master.len) return prove(arena, options, manifest, report, out_summary);
	*out_summary = STR("restored; the hall is locked until its key is given, and was not verified");
	return OK;
}
