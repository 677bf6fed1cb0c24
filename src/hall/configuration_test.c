#include "hall/configuration.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <cmocka.h>

static struct arena arena;
static char folder[] = "/tmp/unionhall-ini-XXXXXX";

static const char *path(const char *name) { return str_to_c(&arena, str_printf(&arena, "%s/%s", folder, name)); }

static int furnish(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : 1;
}

static int clear(void **state)
{
	(void)state;
	(void)failed(folder_remove(folder));
	arena_done(&arena);
	return 0;
}

static struct err load(const char *text, struct configuration *out, struct str *out_words)
{
	struct report report = report_make(&arena);
	assert_false(failed(file_write(path("hall.ini"), str_from_c(text), 0600)));
	struct err err = configuration_load(&arena, folder, &report, out);
	*out_words = report_print(&arena, &report);
	return err;
}

static void assert_refused(const char *text, const char *place_and_words)
{
	struct configuration configuration;
	struct str words;
	assert_true(err_is(load(text, &configuration, &words), ERR_INVALID));
	if (str_find(words, str_from_c(place_and_words), 0) < 0) fail_msg("%.*s", STR_ARG(words));
}

#define WHOLE "[sms]\nurl = http://127.0.0.1:13013/cgi-bin/sendsms\nusername = hall\npassword = geheim-secret\n"

static void test_without_a_file_nothing_is_set(void **state)
{
	(void)state;
	struct configuration configuration;
	assert_false(failed(configuration_load(&arena, folder, NULL, &configuration)));
	assert_int_equal(configuration.sms.url.len, 0);
}

static void test_every_key_of_sms_is_read(void **state)
{
	(void)state;
	struct configuration configuration;
	struct str words;
	assert_false(failed(load("\xEF\xBB\xBF; comment\n[sms]\r\nurl=http://127.0.0.1:1/a\r\nusername = 职工之家\npassword=a=b%c\nsender = 12351\n"
		"report_url = https://hall.example/sms/report\ntimeout_s = 60", &configuration, &words)));
	assert_true(str_eq_c(configuration.sms.url, "http://127.0.0.1:1/a"));
	assert_true(str_eq_c(configuration.sms.username, "职工之家"));
	assert_true(str_eq_c(configuration.sms.password, "a=b%c"));
	assert_true(str_eq_c(configuration.sms.sender, "12351"));
	assert_true(str_eq_c(configuration.sms.report_url, "https://hall.example/sms/report"));
	assert_int_equal(configuration.sms.timeout_s, 60);
}

static void test_a_mistake_is_told_with_its_line(void **state)
{
	(void)state;
	assert_refused(WHOLE "pasword_file = x\n", "hall.ini:5: error: there is no setting `pasword_file` in [sms]");
	assert_refused(WHOLE "[mail]\nurl = x\n", "hall.ini:6: error: there is no setting `url` in [mail]");
	assert_refused(WHOLE "timeout_s = 61\n", "hall.ini:5: error: timeout_s is a whole number from 1 to 60");
	assert_refused(WHOLE "report_url = ftp://x/\n", "hall.ini:5: error: report_url is http://HOST");
	assert_refused(WHOLE "report_url = http://u:p@x/\n", "hall.ini:5: error: report_url is http://HOST");
	assert_refused(WHOLE "sender = 1\nsender = 2\n", "hall.ini:6: error: sender was set in line 5");
	assert_refused(WHOLE "\nno sense\n", "hall.ini:6: error: this line is neither");
	assert_refused(WHOLE "password_file = x\n", "not both");
	assert_refused("[sms]\nurl = http://a/\nusername = b\n", "hall.ini:2: error: [sms] needs a password_file");
	assert_refused("[sms]\n\nusername = b\npassword = c\n", "hall.ini:3: error: [sms] needs a url");
	char line[400] = WHOLE "sender = ";
	memset(line + strlen(line), 'x', 250);
	assert_refused(line, "hall.ini:5: error: the line is longer than 198 bytes");
}

static void test_a_secret_is_never_repeated(void **state)
{
	(void)state;
	struct configuration configuration;
	struct str words;
	assert_true(err_is(load(WHOLE "password = geheim-other\nurl = geheim\npassword_fil = geheim\n", &configuration, &words), ERR_INVALID));
	assert_true(str_find(words, STR("geheim"), 0) < 0);
}

static void test_a_password_is_read_from_its_file(void **state)
{
	(void)state;
	struct configuration configuration;
	struct str words;
	const char *text = "[sms]\nurl = http://a/\nusername = b\npassword_file = sms.password\n";
	assert_refused(text, "hall.ini:4: error: ");
	assert_false(failed(file_write(path("sms.password"), STR("a b;c\n"), 0600)));
	assert_false(failed(load(text, &configuration, &words)));
	assert_true(str_eq_c(configuration.sms.password, "a b;c"));
	assert_int_equal(chmod(path("sms.password"), 0644), 0);
	assert_true(err_is(load(text, &configuration, &words), ERR_FORBIDDEN));
}

static void test_a_password_that_everybody_may_read_is_refused(void **state)
{
	(void)state;
	struct configuration configuration;
	assert_false(failed(file_write(path("hall.ini"), STR(WHOLE), 0644)));
	assert_true(err_is(configuration_load(&arena, folder, NULL, &configuration), ERR_FORBIDDEN));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_without_a_file_nothing_is_set),
		cmocka_unit_test(test_every_key_of_sms_is_read),
		cmocka_unit_test(test_a_mistake_is_told_with_its_line),
		cmocka_unit_test(test_a_secret_is_never_repeated),
		cmocka_unit_test(test_a_password_is_read_from_its_file),
		cmocka_unit_test(test_a_password_that_everybody_may_read_is_refused),
	};
	return cmocka_run_group_tests(tests, furnish, clear);
}
