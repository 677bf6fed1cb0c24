/* What goes on in the background: a nightly backup, its proof, what stays of old ones, and what a restart finds. */
#include "hall/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

static struct fixture fixture;
static const struct actor nobody = { .kind = ACTOR_HALL };

static int begin(void **state)
{
	(void)state;
	fixture_begin(&fixture, HALL_KEPT, "2022-09-30T02:30:00+08:00", NULL);
	return 0;
}

static int end(void **state)
{
	(void)state;
	fixture_end(&fixture);
	return 0;
}

static void start(int32_t hour, int32_t keep)
{
	struct errand_options options = { .hall = fixture.hall, .logger = &fixture.logger, .backup_hour = hour, .backup_keep = keep };
	fixture_must(errands_start(&options), "errands_start");
}

/* Waits until the newest errand of the kind has ended. */
static struct errand ended(enum errand_kind kind, size_t count)
{
	struct errands found = { 0 };
	for (int i = 0; i < 600; i++) {
		fixture_must(errands_latest(fixture.hall, &fixture.arena, kind, STR(""), 50, &found), "latest");
		if (found.count >= count && found.items[0].state > ERRAND_RUNNING) return found.items[0];
		nanosleep(&(struct timespec){ .tv_nsec = 50000000 }, NULL);
	}
	fail_msg("no errand ended");
	return (struct errand){ 0 };
}

static size_t backups_count(void)
{
	struct backup_files files;
	fixture_must(backups_list(fixture.hall, &fixture.arena, &files), "list");
	return files.count;
}

static void a_backup_is_made_once_a_night_from_the_hour_on_and_the_newest_stay(void **state)
{
	(void)state;
	start(3, 2);
	nanosleep(&(struct timespec){ .tv_nsec = 300000000 }, NULL);
	assert_int_equal(backups_count(), 0);    /* half past two: not yet */
	for (size_t night = 1; night <= 4; night++) {
		atomic_fetch_add(&fixture.now_ms, night == 1 ? 3600000 : DAY_MS);
		errands_stop(fixture.hall);          /* a restart does not make it twice */
		start(3, 2);
		assert_int_equal(ended(ERRAND_BACKUP, night).state, ERRAND_DONE);
		errands_stop(fixture.hall);
		start(3, 2);
		nanosleep(&(struct timespec){ .tv_nsec = 200000000 }, NULL);
		struct errands found;
		fixture_must(errands_latest(fixture.hall, &fixture.arena, ERRAND_BACKUP, STR(""), 50, &found), "latest");
		assert_int_equal(found.count, night);
	}
	assert_int_equal(backups_count(), 2);
}

static void a_backup_is_proved_by_restoring_it_and_a_changed_one_is_found(void **state)
{
	(void)state;
	struct str name, summary, content;
	const char *path;
	struct report report = report_make(&fixture.arena);
	fixture_submit(&fixture, 1);
	fixture_must(backup_make(fixture.hall, &fixture.arena, false, &report, &name), "make");
	fixture_must(backup_prove(fixture.hall, &fixture.arena, name, &report, &summary), "prove");
	assert_true(str_find(summary, STR("1 cases"), 0) >= 0);
	fixture_must(backup_path(fixture.hall, &fixture.arena, name, &path), "path");
	fixture_must(file_read(&fixture.arena, path, 64 << 20, &content), "read");
	char *bytes = arena_copy(&fixture.arena, content.ptr, content.len);
	bytes[content.len / 2] ^= 1;
	fixture_must(file_write(path, (struct str){ bytes, content.len }, 0600), "write");
	report = report_make(&fixture.arena);
	assert_true(failed(backup_prove(fixture.hall, &fixture.arena, name, &report, &summary)));
	assert_true(report.error_count > 0);
	assert_int_equal(backup_path(fixture.hall, &fixture.arena, STR("../hall.db"), &path).code, ERR_NOT_FOUND);
	assert_int_equal(backup_path(fixture.hall, &fixture.arena, STR("proving/hall.db"), &path).code, ERR_NOT_FOUND);
}

static void the_same_is_not_asked_for_twice_and_the_log_is_verified_in_the_background(void **state)
{
	(void)state;
	fixture_must(errand_ask(fixture.hall, &fixture.arena, &nobody, ERRAND_VERIFY, STR(""), NULL), "ask");
	assert_int_equal(errand_ask(fixture.hall, &fixture.arena, &nobody, ERRAND_VERIFY, STR(""), NULL).code, ERR_REFUSED);
	start(-1, 0);
	struct errand verified = ended(ERRAND_VERIFY, 1);
	assert_int_equal(verified.state, ERRAND_DONE);
	assert_true(str_find(verified.words, STR("all as written"), 0) >= 0);
	fixture_must(errand_ask(fixture.hall, &fixture.arena, &nobody, ERRAND_VERIFY, STR(""), NULL), "again");
	assert_int_equal(ended(ERRAND_VERIFY, 2).state, ERRAND_DONE);
}

static struct err cut_body(struct work *work, void *data)
{
	WORK_ADD(work, "errand_begin", I(*(int64_t *)data));
	return OK;
}

static void what_was_under_way_when_the_machine_stopped_is_cut_and_not_begun_again(void **state)
{
	(void)state;
	int64_t id;
	fixture_must(errand_ask(fixture.hall, &fixture.arena, &nobody, ERRAND_BACKUP, STR(""), &id), "ask");
	fixture_must(work_run(fixture.hall, &fixture.arena, NULL, STR("hall"), false, cut_body, &id), "begin");
	fixture_reopen(&fixture, STR(""));
	start(-1, 0);
	assert_int_equal(ended(ERRAND_BACKUP, 1).state, ERRAND_CUT);
	assert_int_equal(backups_count(), 0);
	fixture_must(errand_ask(fixture.hall, &fixture.arena, &nobody, ERRAND_BACKUP, STR(""), NULL), "it can be asked for again");
}

static void alarms_follow_what_is_wrong_and_only_some_make_the_hall_unfit(void **state)
{
	(void)state;
	struct hall_health health;
	hall_health(fixture.hall, &fixture.arena, &health);
	assert_false(health.alarms[HEALTH_backupOld]);
	assert_true(health_is_ready(&health) && health.log_size > 0 && health.database_bytes > 0 && health.disk_bytes > 0);
	atomic_fetch_add(&fixture.now_ms, 2 * DAY_MS);
	hall_health(fixture.hall, &fixture.arena, &health);
	assert_true(health.alarms[HEALTH_backupOld] && health_is_ready(&health));
	atomic_fetch_add(&fixture.now_ms, -3 * DAY_MS);
	hall_health(fixture.hall, &fixture.arena, &health);
	assert_true(health.alarms[HEALTH_clockBack] && !health_is_ready(&health));
}

int main(void)
{
	#define sentence(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		sentence(a_backup_is_made_once_a_night_from_the_hour_on_and_the_newest_stay),
		sentence(a_backup_is_proved_by_restoring_it_and_a_changed_one_is_found),
		sentence(the_same_is_not_asked_for_twice_and_the_log_is_verified_in_the_background),
		sentence(what_was_under_way_when_the_machine_stopped_is_cut_and_not_begun_again),
		sentence(alarms_follow_what_is_wrong_and_only_some_make_the_hall_unfit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
