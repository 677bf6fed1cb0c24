/* What an operator may set, and the rules of a password. */
#include "hall/configuration.h"
#include "hall/staff_inside.h"

enum { SAME_COUNT_MIN = 3 };

struct staff_policy staff_policy_default(void)
{
	return (struct staff_policy){ .password_passes = 3, .password_memory_kib = 65536, .invitation_hours = 72, .account_failures = 5,
		.client_failures = 20, .lock_seconds = 30, .lock_seconds_max = 3600 };
}

/* Read each time: an operator may change it while the hall is open. */
struct err staff_policy_read(struct hall *hall, struct arena *arena, struct report *report, struct staff_policy *out_policy)
{
	struct configuration configuration;
	struct report own = report_make(arena);
	TRY(configuration_load(arena, hall->places.hall, report ? report : &own, &configuration));
	*out_policy = configuration.staff;
	return OK;
}

struct seal_password_cost staff_cost(const struct staff_policy *policy)
{
	return (struct seal_password_cost){ (uint32_t)policy->password_passes, (uint32_t)policy->password_memory_kib };
}

/* ---- what a password must not be ----------------------------------------------------------------------- */

/* What people type when twelve characters are asked for. Compared without case and without what is not letter or digit. */
static const char *const common[] = { "password1234", "passwordpassword", "password12345", "password123456", "passw0rd1234",
	"123456789012", "1234567890123", "12345678901234", "1234567890ab", "012345678901", "0123456789ab", "123456123456",
	"1234512345123", "123123123123", "121212121212", "112233445566", "111222333444", "987654321098", "qwertyuiop12",
	"qwertyuiop123", "qwertyuiopas", "qwertyuiop1234", "qwerty123456", "qwertyqwerty", "1qaz2wsx3edc", "1q2w3e4r5t6y",
	"q1w2e3r4t5y6", "zaq12wsxcde3", "asdfghjkl123", "asdfghjklzxc", "zxcvbnm12345", "abcdefghijkl", "abcdefg12345",
	"abc123456789", "abcd12345678", "abcdef123456", "a1b2c3d4e5f6", "a12345678901", "aa1234567890", "aaaa11112222",
	"woaini123456", "woaini520131", "woaini1314520", "woaiwojia520", "5201314520131", "520131452013", "5201314woaini",
	"1314520131452", "admin1234567", "admin123admin", "administrator", "adminadmin12", "administrator1", "letmein12345",
	"welcome12345", "iloveyou1234", "iloveyouiloveyou", "gonghui12345", "zonggonghui1", "zhigongzhijia", "unionhall1234",
	"unionhallunionhall", "shanghai1234", "baoshan12345", "changeme1234", "correcthorsebatterystaple" };

static struct str bare(struct arena *arena, struct str text)
{
	struct buf buf = buf_make(arena, text.len + 1);
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		if (c >= 'A' && c <= 'Z') c = (char)(c - 'A' + 'a');
		if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80) buf_add_byte(&buf, c);
	}
	return buf_str(&buf);
}

static size_t distinct_count(struct str text)
{
	enum { SEEN_MAX = 8 };
	uint32_t seen[SEEN_MAX], c;
	size_t count = 0, at = 0;
	while (count < SEEN_MAX && utf8_next(text, &at, &c)) {
		size_t i = 0;
		while (i < count && seen[i] != c) i++;
		if (i == count) seen[count++] = c;
	}
	return count;
}

static struct err refuse(struct report *report, const char *words)
{
	report_error(report, STR("password"), "%s", words);
	return ERR(INVALID);
}

struct err staff_password_check(struct str password, struct str phone, struct report *report)
{
	struct arena scratch = { 0 };
	struct str plain = bare(&scratch, password);
	bool is_common = false, own = phone.len && str_find(plain, phone, 0) >= 0;
	for (size_t i = 0; i < sizeof common / sizeof *common; i++) is_common |= str_eq_c(plain, common[i]);
	arena_done(&scratch);
	if (!utf8_is_valid(password) || password.len > SEAL_PASSWORD_BYTES_MAX) return refuse(report, "密码太长：请不超过80个字。");
	if (utf8_count(password) < STAFF_PASSWORD_CHARACTERS_MIN) return refuse(report, "密码太短：请至少12个字符，也可以是一句只有您知道的话。");
	if (own) return refuse(report, "密码里不要有您的手机号。");
	if (is_common || distinct_count(password) <= SAME_COUNT_MIN) return refuse(report, "这个密码太常见，别人很快能猜到。请换一个，比如四个不相干的词。");
	return OK;
}
