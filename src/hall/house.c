/* Opening and closing a hall: folder, keys, store, data folders. */
#include "hall/inside.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

extern const struct embedded_file embedded_schema[], embedded_sql[];
extern const size_t embedded_schema_count, embedded_sql_count;

enum { KEYS_BYTES_MAX = 64 << 10, MASTER_BYTES_MAX = 4096, CONFIG_BYTES_MAX = 64 << 10 };

/* 2020-01-01 in Shanghai, where the calendars begin: a case may be played from then on (--at), papers and all. */
#define EARLIEST_MS INT64_C(1577808000000)

static const char *path_in(struct arena *arena, const char *folder, const char *name)
{
	return str_to_c(arena, str_printf(arena, "%s/%s", folder, name));
}

static struct err complain(struct report *report, struct err err, const char *place, const char *words)
{
	report_error(report, str_from_c(place), "%s: %s", words, err_words(err));
	return err;
}

/* ---- the log's heads are signed notes ------------------------------------------------------------------ */

static void sign_head(
    void *data, struct arena *arena, int64_t size, const uint8_t root[STORE_HASH_BYTES], int64_t at_ms, struct str *out_note)
{
	struct hall *hall = data;
	struct seal_checkpoint checkpoint = { .origin = hall->log_origin, .size = (uint64_t)size };
	struct str text, note;
	(void)at_ms;
	if (!hall->keyring) return;
	memcpy(checkpoint.root, root, sizeof checkpoint.root);
	if (failed(seal_checkpoint_print(arena, &checkpoint, &text))) return;
	if (!failed(seal_note_sign(hall->keyring, arena, hall->log_origin, text, &note))) *out_note = note;
}

static bool check_head(void *data, int64_t size, const uint8_t root[STORE_HASH_BYTES], int64_t at_ms, struct str note)
{
	struct hall *hall = data;
	struct seal_checkpoint checkpoint;
	struct str text;
	(void)at_ms;
	if (failed(seal_note_verify(note, hall->log_key, &text)) || failed(seal_checkpoint_parse(text, &checkpoint))) return false;
	return checkpoint.size == (uint64_t)size && memcmp(checkpoint.root, root, sizeof checkpoint.root) == 0 &&
	    str_eq(checkpoint.origin, hall->log_origin);
}

/* After a failed write or fsync nothing more is acknowledged; the process ends and recovers by starting again. */
static void stopped(void *data, struct err error)
{
	struct hall *hall = data;
	log_event(hall->logger, LOG_LEVEL_ERROR, "store.stopped", "reason=%s", err_name(error));
}

/* ---- keys ------------------------------------------------------------------------------------------------ */

static struct err take_keyring(struct hall *hall, struct seal_keyring *keyring)
{
	uint8_t public_key[SEAL_PUBLIC_KEY_BYTES], digest[SEAL_SHA256_BYTES];
	seal_public_key(keyring, public_key);
	struct str hex = str_hex(&hall->arena, public_key, sizeof public_key);
	memcpy(hall->public_key_hex, hex.ptr, hex.len);
	seal_sha256((struct str){ (const char *)public_key, sizeof public_key }, digest);
	hall->id_text = str_hex(&hall->arena, digest, 8);
	hall->log_origin = str_printf(&hall->arena, "unionhall/%.*s", STR_ARG(hall->id_text));
	TRY(seal_note_key(keyring, &hall->arena, hall->log_origin, &hall->log_key));
	hall->keyring = keyring;
	return OK;
}

static struct err open_keys(struct hall *hall, const struct hall_options *options, struct report *report)
{
	struct arena *arena = &hall->arena;
	enum seal_mode mode;
	struct seal_keyring *keyring;
	struct seal_unlock unlock = { .with = SEAL_UNLOCK_PASSPHRASE, .secret = options->passphrase };
	TRY(file_read(arena, path_in(arena, hall->places.hall, "keys.json"), KEYS_BYTES_MAX, &hall->keys_text));
	TRY(seal_keyring_mode(hall->keys_text, &mode));
	if (options->recovery_key.len) {
		unlock = (struct seal_unlock){ SEAL_UNLOCK_RECOVERY, options->recovery_key };
	} else if (mode == SEAL_MODE_KEPT) {
		unlock.with = SEAL_UNLOCK_MASTER;
		struct err err = file_read(arena, path_in(arena, hall->places.hall, "master.key"), MASTER_BYTES_MAX, &unlock.secret);
		if (err_is(err, ERR_NOT_FOUND)) return OK;   /* restored without it: locked until the recovery key is given */
		TRY(err);
	} else if (options->passphrase.len == 0) {
		return OK;
	}
	struct err err = seal_keyring_open(hall->keys_text, &unlock, report, &keyring);
	if (err_is(err, ERR_FORBIDDEN))
		report_error(report, STR("keys.json"), "the %s given is not this hall's", unlock.with == SEAL_UNLOCK_RECOVERY ? "recovery key"
			: unlock.with == SEAL_UNLOCK_PASSPHRASE ? "passphrase" : "master.key");
	TRY(err);
	return take_keyring(hall, keyring);
}

/* ---- store ----------------------------------------------------------------------------------------------- */

static struct err open_store(struct hall *hall, bool create, struct report *report)
{
	struct arena *arena = &hall->arena;
	struct store_migration *migrations = ARENA_ARRAY(arena, struct store_migration, embedded_schema_count);
	struct str *texts = ARENA_ARRAY(arena, struct str, embedded_sql_count);
	for (size_t i = 0; i < embedded_schema_count; i++)
		migrations[i] = (struct store_migration){ str_from_c(embedded_schema[i].name), embedded_content(&embedded_schema[i]) };
	for (size_t i = 0; i < embedded_sql_count; i++) texts[i] = embedded_content(&embedded_sql[i]);
	struct store_options options = { .path = path_in(arena, hall->places.hall, "hall.db"),
		.create = create,
		.migrations = migrations,
		.migration_count = embedded_schema_count,
		.texts = texts,
		.text_count = embedded_sql_count,
		.clock = hall->clock,
		.logger = hall->logger,
		.reader_count = 16,
		.hooks = { .sign_head = sign_head, .check_head = check_head, .stopped = stopped, .data = hall } };
	return store_open(&options, report, &hall->store);
}

static struct err load_folders(struct hall *hall, struct report *report)
{
	TRY(parameters_load(&hall->arena, hall->places.regions, report, &hall->parameters_of_files));
	TRY(calendar_load(&hall->arena, hall->places.calendar, hall->region, report, &hall->calendar_of_files));
	hall->parameters = hall->parameters_of_files;
	hall->calendar = hall->calendar_of_files;
	return OK;
}

static struct err read_first_organisation(struct hall *hall)
{
	struct store_reader *reader;
	struct store_row row;
	TRY(read_begin(hall, &reader));
	struct err err = query_one(hall, &hall->arena, reader, "organisation_first", SQL_NONE, &row);
	store_read_end(reader);
	TRY(err);
	hall->organisation_id = row_i64(row, 0);
	hall->name = row_bytes(row, 1);
	hall->region = row_bytes(row, 2);
	id_maker_follow(&hall->ids, row_i64(row, 3));   /* a clock that stands still or was set back must not make an id twice */
	return OK;
}

/* Printing is all computing, and a warm press holds some 20 MB: two a core are enough. */
static size_t press_limit(void)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	return cores < 1 ? 2 : cores > PRESS_COUNT_MAX / 2 ? PRESS_COUNT_MAX : 2 * (size_t)cores;
}

static struct hall *hall_new(
    const struct hall_places *places, struct clock clock, struct rand rand, const struct logger *logger, int32_t node)
{
	struct hall *hall = calloc(1, sizeof *hall);
	if (!hall) abort();
	struct arena *arena = &hall->arena;
	hall->places = (struct hall_places){ .hall = str_to_c(arena, str_from_c(places->hall)),
		.services = str_to_c(arena, str_from_c(places->services)),
		.law = str_to_c(arena, str_from_c(places->law)),
		.regions = str_to_c(arena, str_from_c(places->regions)),
		.calendar = str_to_c(arena, str_from_c(places->calendar)),
		.fonts = str_to_c(arena, str_from_c(places->fonts)) };
	hall->clock = clock;
	hall->opened_ms = clock_now_ms(clock);
	hall->rand = rand;
	hall->logger = logger;
	id_maker_init(&hall->ids, clock, (uint32_t)node);
	pthread_mutex_init(&hall->outbox_lock, NULL);
	pthread_mutex_init(&hall->overlay_lock, NULL);
	pthread_mutex_init(&hall->key_lock, NULL);
	pthread_mutex_init(&hall->oidc_lock, NULL);
	pthread_mutex_init(&hall->press_lock, NULL);
	pthread_cond_init(&hall->press_free, NULL);
	hall->press_max = press_limit();
	pthread_mutex_init(&hall->service_lock, NULL);
	return hall;
}

void hall_close(struct hall *hall)
{
	if (!hall) return;
	errands_stop(hall);
	store_close(hall->store);
	for (size_t i = 0; i < hall->press_count; i++) paper_press_close(hall->presses[i]);
	paper_fonts_close(hall->fonts);
	seal_keyring_done(hall->keyring);
	pthread_mutex_destroy(&hall->outbox_lock);
	pthread_mutex_destroy(&hall->overlay_lock);
	pthread_mutex_destroy(&hall->key_lock);
	pthread_mutex_destroy(&hall->oidc_lock);
	arena_done(&hall->oidc_provider.arena);
	arena_done(&hall->oidc_keys.arena);
	pthread_cond_destroy(&hall->press_free);
	pthread_mutex_destroy(&hall->press_lock);
	pthread_mutex_destroy(&hall->service_lock);
	arena_done(&hall->service_arena);
	arena_done(&hall->overlay_arena);
	arena_done(&hall->arena);
	free(hall);
}

static struct err open_parts(struct hall *hall, const struct hall_options *options, struct report *report)
{
	struct err err = open_keys(hall, options, report);
	if (failed(err)) return complain(report, err, "keys.json", "the keys cannot be opened");
	err = open_store(hall, false, report);
	if (failed(err)) return complain(report, err, "hall.db", "the database cannot be opened");
	TRY(read_first_organisation(hall));
	TRY(configuration_load(&hall->arena, hall->places.hall, report, &hall->configuration));
	TRY(load_folders(hall, report));
	return overlays_load(hall, report);
}

struct err hall_open(const struct hall_options *options, struct report *report, struct hall **out_hall)
{
	struct arena scratch = { 0 };
	bool there = file_exists(path_in(&scratch, options->places.hall, "keys.json"));
	arena_done(&scratch);
	if (!there) {
		report_error(report, str_from_c(options->places.hall), "there is no hall in this folder; `unionhall init --hall DIR` makes one");
		return ERR(NOT_FOUND);
	}
	struct hall *hall = hall_new(&options->places, options->clock, options->rand, options->logger, options->node);
	struct err err = open_parts(hall, options, report);
	if (failed(err)) hall_close(hall);
	else *out_hall = hall;
	return err;
}

/* ---- making one -------------------------------------------------------------------------------------------- */

static struct err make_keys(struct hall *hall, struct arena *arena, const struct hall_init_options *options,
    struct report *report, struct str *out_recovery)
{
	struct str wrapped, master;
	struct seal_keyring *keyring;
	struct seal_keyring_options keys = { .hall_name = str_join(arena, options->name, STR("职工之家")),
		.union_name = options->name,
		.mode = options->mode == HALL_LOCKED ? SEAL_MODE_LOCKED : SEAL_MODE_KEPT,
		.passphrase = options->passphrase,
		.now_ms = hall_now_ms(hall),
		.from_ms = EARLIEST_MS < hall_now_ms(hall) ? EARLIEST_MS : 0 };
	struct err err = seal_keyring_create(arena, hall->rand, &keys, &keyring, out_recovery);
	if (failed(err))
		return complain(
		    report, err, "keys", "the keys cannot be made (name 1 to 60 characters; mode locked: a passphrase of 12 and more)");
	TRY(take_keyring(hall, keyring));
	TRY(seal_keyring_wrap(keyring, arena, hall->rand, &wrapped));
	hall->keys_text = str_copy(&hall->arena, wrapped);
	if (options->mode == HALL_KEPT) {
		TRY(seal_keyring_master(keyring, arena, &master));
		TRY(file_write(path_in(arena, hall->places.hall, "master.key"), master, 0600));
	}
	return file_write(path_in(arena, hall->places.hall, "ca.pem"), seal_ca_pem(keyring), 0644);
}

static struct err first_organisation_body(struct work *work, void *data)
{
	const struct hall_init_options *options = data;
	WORK_ADD(work, "organisation_add", I(id_next(&work->hall->ids)), sql_null(), T(STR("union")), T(options->name), T(options->region),
		T(STR("hall")), T(STR("{}")), I(work->now_ms));
	return audit_add(work, 0, "hall.made", STR(""), STR(""));
}

static struct err init_parts(struct hall *hall, struct arena *arena, const struct hall_init_options *options,
    struct report *report, struct str *out_recovery)
{
	hall->region = str_copy(&hall->arena, options->region);
	TRY(load_folders(hall, report));
	if (!region_is_known(hall->parameters, options->region)) {
		report_error(report, STR("--region"), "%.*s is no region code of regions/codes.csv", STR_ARG(options->region));
		return ERR(INVALID);
	}
	TRY(folder_make(hall->places.hall));
	chmod(hall->places.hall, 0700);
	TRY(make_keys(hall, arena, options, report, out_recovery));
	TRY(open_store(hall, true, report));
	struct hall_init_options copy = *options;
	TRY(work_run(hall, arena, report, STR("hall"), false, first_organisation_body, &copy));
	/* keys.json comes last: a folder without it is no hall, so a half-made one is simply made again */
	return file_write(path_in(arena, hall->places.hall, "keys.json"), hall->keys_text, 0600);
}

struct err hall_init(struct arena *arena, const struct hall_init_options *options, struct report *report, struct str *out_recovery)
{
	if (file_exists(path_in(arena, options->places.hall, "keys.json"))) {
		report_error(report, str_from_c(options->places.hall), "this folder already holds a hall; nothing was changed");
		return ERR(REFUSED);
	}
	struct hall *hall = hall_new(&options->places, options->clock, options->rand, NULL, 0);
	struct err err = init_parts(hall, arena, options, report, out_recovery);
	hall_close(hall);
	return err;
}

struct err hall_borrow_keys(struct hall *hall, const struct hall *from)
{
	if (!from->keyring) return ERR(LOCKED);
	if (hall->keyring) return ERR(REFUSED);
	hall->id_text = from->id_text;
	hall->log_origin = from->log_origin;
	hall->log_key = from->log_key;
	memcpy(hall->public_key_hex, from->public_key_hex, sizeof hall->public_key_hex);
	hall->keyring = from->keyring;
	return OK;
}

void hall_give_keys_back(struct hall *hall) { hall->keyring = NULL; }

bool hall_is_locked(const struct hall *hall) { return hall->keyring == NULL; }

static struct err unlock_with(struct hall *hall, const struct seal_unlock *unlock, struct report *report)
{
	struct seal_keyring *keyring;
	struct err err = OK;
	pthread_mutex_lock(&hall->key_lock);
	if (!hall->keyring) err = seal_keyring_open(hall->keys_text, unlock, report, &keyring);
	if (!hall->keyring && !failed(err)) err = take_keyring(hall, keyring);
	pthread_mutex_unlock(&hall->key_lock);
	return err;
}

struct err hall_unlock(struct hall *hall, struct str passphrase)
{
	return unlock_with(hall, &(struct seal_unlock){ SEAL_UNLOCK_PASSPHRASE, passphrase }, NULL);
}

struct err hall_unlock_with_recovery_key(struct hall *hall, struct str recovery_key, struct report *report)
{
	return unlock_with(hall, &(struct seal_unlock){ SEAL_UNLOCK_RECOVERY, recovery_key }, report);
}

static struct err unlocked_body(struct work *work, void *data)
{
	(void)data;
	return audit_add(work, 0, "hall.unlocked", STR(""), STR(""));
}

struct err hall_note_unlocked(struct hall *hall, struct arena *arena)
{
	return work_run(hall, arena, NULL, STR("hall"), false, unlocked_body, NULL);
}

int64_t hall_now_ms(const struct hall *hall) { return clock_now_ms(hall->clock); }
struct str hall_region(const struct hall *hall) { return hall->region; }
struct str hall_id(const struct hall *hall) { return hall->id_text; }

struct environment *hall_environment(struct hall *hall, struct arena *arena)
{
	return environment_new(arena, hall->calendar, hall->parameters, hall->region, hall_now_ms(hall));
}

/* ---- presses: one a thread at a time, kept for the next; who finds none free waits. Nobody takes a second while he holds one ---- */

struct err press_take(struct hall *hall, struct paper_press **out_press)
{
	struct paper_press *press = NULL;
	struct err err = OK;
	pthread_mutex_lock(&hall->press_lock);
	while (hall->press_count == 0 && hall->press_made == hall->press_max) pthread_cond_wait(&hall->press_free, &hall->press_lock);
	if (hall->press_count > 0) press = hall->presses[--hall->press_count];
	else if (!hall->fonts) err = paper_fonts_open(hall->places.fonts, NULL, &hall->fonts);
	bool make = !failed(err) && !press;
	hall->press_made += make;
	pthread_mutex_unlock(&hall->press_lock);
	if (make) err = paper_press_open(hall->fonts, &press);
	if (make && failed(err)) {
		pthread_mutex_lock(&hall->press_lock);
		hall->press_made--;
		pthread_cond_signal(&hall->press_free);
		pthread_mutex_unlock(&hall->press_lock);
	}
	if (!failed(err)) *out_press = press;
	return err;
}

void press_give_back(struct hall *hall, struct paper_press *press)
{
	pthread_mutex_lock(&hall->press_lock);
	hall->presses[hall->press_count++] = press;
	pthread_cond_signal(&hall->press_free);
	pthread_mutex_unlock(&hall->press_lock);
}
