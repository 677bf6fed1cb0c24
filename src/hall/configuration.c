/* hall.ini, read with inih: sections and keys stand in one table. */
#include "hall/configuration.h"

#include <ini.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

enum { SECRET_BYTES_MAX = 1024 };
enum kind { KIND_TEXT, KIND_SECRET, KIND_SECRET_FILE, KIND_URL, KIND_NUMBER };

struct setting { const char *section, *key; enum kind kind; size_t offset; int32_t min, max; };

#define SMS(field) offsetof(struct configuration, sms.field)
#define STAFF(field) offsetof(struct configuration, staff.field)
#define SESSION(field) offsetof(struct configuration, session.field)
#define CODES(field) offsetof(struct configuration, codes.field)
#define OIDC(field) offsetof(struct configuration, oidc.field)
static const struct setting settings[] = {
	{ "sms", "url", KIND_URL, SMS(url), 0, 0 },
	{ "sms", "username", KIND_TEXT, SMS(username), 0, 0 },
	{ "sms", "password", KIND_SECRET, SMS(password), 0, 0 },
	{ "sms", "password_file", KIND_SECRET_FILE, SMS(password), 0, 0 },
	{ "sms", "sender", KIND_TEXT, SMS(sender), 0, 0 },
	{ "sms", "report_url", KIND_URL, SMS(report_url), 0, 0 },
	{ "sms", "timeout_s", KIND_NUMBER, SMS(timeout_s), 1, NOTICE_TIMEOUT_S_MAX },
	{ "staff", "password_passes", KIND_NUMBER, STAFF(password_passes), 1, 16 },
	{ "staff", "password_memory_kib", KIND_NUMBER, STAFF(password_memory_kib), 8192, 1048576 },
	{ "staff", "invitation_hours", KIND_NUMBER, STAFF(invitation_hours), 1, 720 },
	{ "staff", "account_failures", KIND_NUMBER, STAFF(account_failures), 3, 100 },
	{ "staff", "client_failures", KIND_NUMBER, STAFF(client_failures), 3, 10000 },
	{ "staff", "lock_seconds", KIND_NUMBER, STAFF(lock_seconds), 1, 3600 },
	{ "staff", "lock_seconds_max", KIND_NUMBER, STAFF(lock_seconds_max), 1, 86400 },
	{ "session", "worker_idle_minutes", KIND_NUMBER, SESSION(worker_idle_minutes), 5, 60 * 24 * 60 },
	{ "session", "worker_hours", KIND_NUMBER, SESSION(worker_hours), 1, 365 * 24 },
	{ "session", "staff_idle_minutes", KIND_NUMBER, SESSION(staff_idle_minutes), 5, 24 * 60 },
	{ "session", "staff_hours", KIND_NUMBER, SESSION(staff_hours), 1, 7 * 24 },
	{ "codes", "minutes", KIND_NUMBER, CODES(minutes), 1, 60 },
	{ "codes", "sign_minutes", KIND_NUMBER, CODES(sign_minutes), 1, 120 },
	{ "codes", "tries_max", KIND_NUMBER, CODES(tries_max), 1, 10 },
	{ "codes", "again_s", KIND_NUMBER, CODES(again_s), 1, 3600 },
	{ "codes", "phone_a_day", KIND_NUMBER, CODES(phone_a_day), 1, 1000 },
	{ "codes", "network_an_hour", KIND_NUMBER, CODES(network_an_hour), 1, 1000000 },
	{ "codes", "all_a_day", KIND_NUMBER, CODES(all_a_day), 1, 100000000 },
	{ "oidc", "issuer", KIND_URL, OIDC(issuer), 0, 0 },
	{ "oidc", "client_id", KIND_TEXT, OIDC(client_id), 0, 0 },
	{ "oidc", "client_secret", KIND_SECRET, OIDC(client_secret), 0, 0 },
	{ "oidc", "client_secret_file", KIND_SECRET_FILE, OIDC(client_secret), 0, 0 },
	{ "oidc", "name", KIND_TEXT, OIDC(name), 0, 0 },
	{ "oidc", "scope", KIND_TEXT, OIDC(scope), 0, 0 },
	{ "oidc", "name_claim", KIND_TEXT, OIDC(name_claim), 0, 0 },
	{ "oidc", "number_claim", KIND_TEXT, OIDC(number_claim), 0, 0 },
	{ "oidc", "level", KIND_NUMBER, OIDC(level), 2, 3 },
	{ "oidc", "timeout_s", KIND_NUMBER, OIDC(timeout_s), 1, 30 },
	{ "backup", "hour", KIND_NUMBER, offsetof(struct configuration, backup.hour), -1, 23 },
	{ "backup", "keep", KIND_NUMBER, offsetof(struct configuration, backup.keep), 1, 1000 },
	{ "identity", "days", KIND_NUMBER, offsetof(struct configuration, identity_days), 0, 3650 },
};

static const struct configuration defaults = {
	.session = { .worker_idle_minutes = 7 * 24 * 60, .worker_hours = 30 * 24, .staff_idle_minutes = 60, .staff_hours = 12 },
	.codes = { .minutes = 5,
	    .sign_minutes = 20,
	    .tries_max = 5,
	    .again_s = 60,
	    .phone_a_day = 5,
	    .network_an_hour = 300,
	    .all_a_day = 20000 },
	.oidc = { .name = STR_INIT("实名认证平台"),
	    .scope = STR_INIT("openid profile"),
	    .name_claim = STR_INIT("name"),
	    .number_claim = STR_INIT("idNumber"),
	    .level = 2,
	    .timeout_s = 10 },
	.backup = { .hour = 3, .keep = 14 },
	.identity_days = 90,
};
enum { SETTING_COUNT = sizeof settings / sizeof *settings };

struct reading {
	struct arena *arena;
	const char *folder;
	struct report *report;
	struct configuration configuration;
	struct str rest;
	int line;
	int set_at[SETTING_COUNT];       /* line, 0 = not set */
	bool secret_inside, forbidden;
};

static struct str place_of(struct reading *reading, int line) { return str_printf(reading->arena, "%d", line); }
static struct str place_now(struct reading *reading) { return place_of(reading, reading->line); }

/* ---- values -------------------------------------------------------------------------------------------------- */

static bool everybody_may_read(const char *path)
{
	struct stat status;
	return stat(path, &status) == 0 && (status.st_mode & (S_IROTH | S_IWOTH)) != 0;
}

static bool is_http(struct str url)
{
	ptrdiff_t slashes = str_find(url, STR("://"), 0);
	bool known = str_starts(url, STR("http://")) || str_starts(url, STR("https://"));
	struct str rest = known ? str_sub(url, (size_t)slashes + 3, url.len) : STR("");
	for (size_t i = 0; i < url.len; i++)
		if ((unsigned char)url.ptr[i] <= ' ' || url.ptr[i] == '"' || url.ptr[i] == '#') return false;
	return rest.len > 0 && rest.ptr[0] != '/' && str_find_byte(rest, '@', 0) < 0;
}

/* Its name is not repeated: it may be the password itself, on the wrong line. */
static void take_secret_file(struct reading *reading, struct str name, struct str *out_secret)
{
	bool absolute = name.len && name.ptr[0] == '/';
	const char *path = str_to_c(reading->arena, absolute ? name : str_printf(reading->arena, "%s/%.*s", reading->folder, STR_ARG(name)));
	struct str content;
	struct err err = file_read(reading->arena, path, SECRET_BYTES_MAX, &content);
	if (failed(err)) {
		report_error(reading->report, place_now(reading), "the file that password_file names cannot be read: %s", err_words(err));
	} else if (everybody_may_read(path)) {
		report_error(reading->report, place_now(reading), "everybody may read password_file; `chmod 600` it, change the password");
		reading->forbidden = true;
	} else if (str_trim(content).len == 0) {
		report_error(reading->report, place_now(reading), "password_file is empty; the password should stand there");
	} else {
		*out_secret = str_trim(content);
	}
}

static void take_value(struct reading *reading, const struct setting *setting, struct str value)
{
	char *field = (char *)&reading->configuration + setting->offset;
	struct str place = place_now(reading), kept = str_copy(reading->arena, value);
	int64_t number;
	switch (setting->kind) {
	case KIND_SECRET: reading->secret_inside = true; memcpy(field, &kept, sizeof kept); return;
	case KIND_TEXT: memcpy(field, &kept, sizeof kept); return;
	case KIND_SECRET_FILE: take_secret_file(reading, kept, (struct str *)(void *)field); return;
	case KIND_URL:
		if (is_http(value)) memcpy(field, &kept, sizeof kept);
		else
			report_error(reading->report, place, "%s is http://HOST:PORT/PATH or https://..., without a user", setting->key);
		return;
	case KIND_NUMBER:
		if (str_to_i64(value, &number) && number >= setting->min && number <= setting->max)
			memcpy(field, &(int32_t){ (int32_t)number }, sizeof(int32_t));
		else report_error(reading->report, place, "%s is a whole number from %d to %d", setting->key, setting->min, setting->max);
		return;
	}
}

/* ---- lines ----------------------------------------------------------------------------------------------------- */

/* inih cuts longer lines in two and reads the second as a line of its own; and it counts for itself only. */
static char *next_line(char *bytes, int room, void *stream)
{
	struct reading *reading = stream;
	struct str rest = reading->rest;
	if (rest.len == 0) return NULL;
	ptrdiff_t end = str_find_byte(rest, '\n', 0);
	size_t len = end < 0 ? rest.len : (size_t)end, kept = len;
	reading->line++;
	if (len > CONFIGURATION_LINE_BYTES_MAX || len + 2 > (size_t)room || memchr(rest.ptr, 0, len)) {
		report_error(reading->report, place_now(reading),
		    "the line is longer than %d bytes, or holds a byte 0; a long password goes into password_file", CONFIGURATION_LINE_BYTES_MAX);
		kept = 0;
	}
	memcpy(bytes, rest.ptr, kept);
	bytes[kept] = '\n';
	bytes[kept + 1] = 0;
	reading->rest = str_sub(rest, len + (end >= 0), rest.len);
	return bytes;
}

static int take_line(void *data, const char *section, const char *key, const char *value)
{
	struct reading *reading = data;
	struct str place = place_now(reading);
	for (size_t i = 0; i < SETTING_COUNT; i++) {
		if (strcmp(settings[i].section, section) != 0 || strcmp(settings[i].key, key) != 0) continue;
		if (reading->set_at[i])
			report_error(reading->report, place, "%s was set in line %d already (an indented line goes on with the one above)", key,
			    reading->set_at[i]);
		else take_value(reading, &settings[i], str_from_c(value));
		reading->set_at[i] = reading->line;
		return 1;
	}
	report_error(reading->report, place, "there is no setting `%s` in [%s]; docs/operators.md lists them", key, section);
	return 1;
}

/* ---- what only the whole can tell --------------------------------------------------------------------------------- */

static int line_of(const struct reading *reading, const char *section, const char *key)
{
	for (size_t i = 0; i < SETTING_COUNT; i++)
		if (strcmp(settings[i].section, section) == 0 && strcmp(settings[i].key, key) == 0) return reading->set_at[i];
	return 0;
}

static void check_sms(struct reading *reading)
{
	int url = line_of(reading, "sms", "url"), secret = line_of(reading, "sms", "password"), file = line_of(reading, "sms", "password_file");
	int user = line_of(reading, "sms", "username"), other = user ? user : secret ? secret : file;
	if (secret && file) report_error(reading->report, place_of(reading, secret), "give password or password_file, not both");
	if (url && !user) report_error(reading->report, place_of(reading, url), "[sms] needs a username: that of Kannel's sendsms-user");
	if (url && !secret && !file) report_error(reading->report, place_of(reading, url), "[sms] needs a password_file (or password)");
	if (!url && other) report_error(reading->report, place_of(reading, other), "[sms] needs a url: http://127.0.0.1:13013/cgi-bin/sendsms");
}

static bool starts_on_loopback(struct str url)
{
	return str_starts(url, STR("http://127.0.0.1:")) || str_starts(url, STR("http://localhost:"));
}

static void check_oidc(struct reading *reading)
{
	struct oidc_settings *oidc = &reading->configuration.oidc;
	int issuer = line_of(reading, "oidc", "issuer"), client = line_of(reading, "oidc", "client_id");
	if (issuer && !client) report_error(reading->report, place_of(reading, issuer), "[oidc] needs a client_id: the provider gives it");
	if (client && !issuer) report_error(reading->report, place_of(reading, client), "[oidc] needs an issuer: https://...");
	oidc->loopback_allowed = starts_on_loopback(oidc->issuer);
	if (issuer && !str_starts(oidc->issuer, STR("https://")) && !oidc->loopback_allowed)
		report_error(reading->report, place_of(reading, issuer),
		    "issuer must be https://; what it confirms must not be changed on the way");
	if (str_find(oidc->scope, STR("openid"), 0) < 0)
		report_error(reading->report, place_of(reading, line_of(reading, "oidc", "scope")), "scope must hold `openid`");
}

struct err configuration_load(
    struct arena *arena, const char *folder, struct report *report, struct configuration *out_configuration)
{
	struct report own = report_make(arena);
	if (!report) report = &own;
	struct reading reading = { .arena = arena, .folder = folder, .report = report, .configuration = defaults };
	reading.configuration.staff = staff_policy_default();
	const char *path = str_to_c(arena, str_printf(arena, "%s/hall.ini", folder));
	size_t errors_before = report->error_count;
	struct str file_before = report->file;
	struct err err = file_read(arena, path, CONFIGURATION_BYTES_MAX, &reading.rest);
	if (err_is(err, ERR_NOT_FOUND)) err = OK;
	report->file = str_from_c(path);
	if (failed(err)) report_error(report, STR(""), "it cannot be read: %s", err_words(err));
	int wrong = failed(err) ? 0 : ini_parse_stream(next_line, &reading, take_line, &reading);
	if (wrong != 0) report_error(report, place_of(&reading, wrong), "this line is neither `[section]`, `key = value` nor a comment");
	if (!failed(err)) check_sms(&reading);
	if (!failed(err)) check_oidc(&reading);
	if (reading.secret_inside && everybody_may_read(path)) {
		report_error(report, STR(""), "everybody may read it, and a password stands in it; `chmod 600` it, and change the password");
		reading.forbidden = true;
	}
	report->file = file_before;
	TRY(err);
	if (reading.forbidden) return ERR(FORBIDDEN);
	if (report->error_count > errors_before) return ERR(INVALID);
	*out_configuration = reading.configuration;
	return OK;
}
