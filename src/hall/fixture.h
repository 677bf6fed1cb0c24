/* fixture: a hall in a temporary folder for tests: demo roster, the service legal-aid, and a clock that stands still. */
#ifndef HALL_FIXTURE_H
#define HALL_FIXTURE_H

#include "hall/inside.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct fixture {
	char folder[64];
	_Atomic int64_t now_ms;
	struct arena arena;
	struct logger logger;
	struct hall *hall;
	const struct json *applicants[128];
	size_t applicant_count;
};

#define FIXTURE_PASSPHRASE STR("correct horse battery staple")

static inline struct hall_places fixture_places(const struct fixture *fixture)
{
	return (struct hall_places){ .hall = fixture->folder, .services = "services", .law = "law", .regions = "regions",
		.calendar = "calendar", .fonts = "build/share/unionhall/fonts" };
}

static inline void fixture_must(struct err err, const char *what)
{
	if (!failed(err)) return;
	fprintf(stderr, "%s: %s\n", what, err_name(err));
	abort();
}

static inline void fixture_reopen(struct fixture *fixture, struct str passphrase)
{
	struct hall_options options = { .places = fixture_places(fixture), .clock = clock_manual(&fixture->now_ms), .rand = rand_system(),
		.logger = &fixture->logger, .passphrase = passphrase };
	hall_close(fixture->hall);
	fixture->hall = NULL;
	fixture_must(hall_open(&options, NULL, &fixture->hall), "hall_open");
}

static inline void fixture_begin(struct fixture *fixture, enum hall_mode mode, const char *at, struct str *out_recovery)
{
	struct str text, line, recovery;
	const struct service *service;
	int64_t at_ms = 0;
	snprintf(fixture->folder, sizeof fixture->folder, "/tmp/unionhall-test-XXXXXX");
	if (!mkdtemp(fixture->folder)) abort();
	fixture_must(time_parse_ms(str_from_c(at), &at_ms), at);
	atomic_store(&fixture->now_ms, at_ms);
	struct hall_init_options init = { .places = fixture_places(fixture), .clock = clock_manual(&fixture->now_ms), .rand = rand_system(),
		.mode = mode, .passphrase = mode == HALL_LOCKED ? FIXTURE_PASSPHRASE : STR(""), .name = STR("上海市宝山区总工会"), .region = STR("310113") };
	struct report report = report_make(&fixture->arena);
	struct err made = hall_init(&fixture->arena, &init, &report, &recovery);
	if (failed(made)) fprintf(stderr, "%.*s", STR_ARG(report_print(&fixture->arena, &report)));
	fixture_must(made, "hall_init");
	if (out_recovery) *out_recovery = recovery;
	fixture->logger.level_max = 0;   /* quiet: tests look at rows */
	fixture_reopen(fixture, mode == HALL_LOCKED ? FIXTURE_PASSPHRASE : STR(""));
	fixture_must(file_read(&fixture->arena, "demo/organisations.json", 1 << 20, &text), "demo/organisations.json");
	fixture_must(roster_import(fixture->hall, &fixture->arena, text, NULL), "roster_import");
	fixture_must(service_load(&fixture->arena, "services/legal-aid", "law", NULL, &service), "services/legal-aid");
	fixture_must(service_deploy(fixture->hall, service), "service_deploy");
	fixture_must(file_read(&fixture->arena, "demo/applicants.jsonl", 1 << 20, &text), "demo/applicants.jsonl");
	while (str_split(&text, '\n', &line) && fixture->applicant_count < 100)
		if (line.len) fixture_must(json_parse(&fixture->arena, line, NULL, &fixture->applicants[fixture->applicant_count++]), "applicant");
}

static inline void fixture_end(struct fixture *fixture)
{
	hall_close(fixture->hall);
	(void)failed(folder_remove(fixture->folder));
	arena_done(&fixture->arena);
	*fixture = (struct fixture){ 0 };
}

static inline struct actor fixture_applicant(struct fixture *fixture, int64_t serial)
{
	struct person person = { .name = STR("王小明"), .phone = str_printf(&fixture->arena, "139%08lld", (long long)serial) };
	struct actor actor = { .kind = ACTOR_APPLICANT, .identity_level = 2, .identity_method = STR("test") };
	fixture_must(person_by_phone(fixture->hall, &fixture->arena, &person, &actor.person_id), "person_by_phone");
	return actor;
}

/* An applicant of the demo, with a phone of his own; without his papers the case goes to a person. */
static inline int64_t fixture_submit(struct fixture *fixture, int64_t serial)
{
	struct arena *arena = &fixture->arena;
	static const char *const left_out[] = { "id", "inGroup", "expect", "submittedAt", "identityLevel", "files" };
	struct feel_value data = feel_context_of(arena, NULL, 0);
	const struct json *applicant = fixture->applicants[(size_t)serial % fixture->applicant_count];
	for (const struct json *member = applicant->first; member; member = member->next) {
		bool out = false;
		for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++) out |= str_eq_c(member->key, left_out[i]);
		if (!out) data = feel_put(arena, data, member->key, feel_from_json(arena, member));
	}
	data = feel_put(arena, data, STR("phone"), feel_string(str_printf(arena, "139%08lld", (long long)serial)));
	struct actor actor = fixture_applicant(fixture, serial);
	int64_t case_id = 0;
	struct report report = report_make(arena);
	fixture_must(case_open(fixture->hall, arena, &actor, STR("legal-aid"), STR("310113"), &case_id), "case_open");
	struct err err = case_submit(fixture->hall, arena, &actor, case_id, data, &report);
	if (failed(err)) fprintf(stderr, "%.*s", STR_ARG(report_print(arena, &report)));
	fixture_must(err, "case_submit");
	return case_id;
}

/* A second union in the same region, beside the hall's: code `other`. */
static inline void fixture_other_union(struct fixture *fixture)
{
	fixture_must(roster_import(fixture->hall, &fixture->arena, STR("{\"organisations\": [{\"code\": \"other\", \"kind\": \"union\","
		"\"name\": \"杨行镇总工会\", \"region\": \"310113\", \"data\": {}}]}"), NULL), "the other union");
}

/* Somebody with that role there. */
static inline struct actor fixture_staff(struct fixture *fixture, const char *role, const char *organisation_code, const char *phone)
{
	struct organisation organisation;
	struct person person = { .name = STR("何经办"), .phone = str_from_c(phone) };
	struct actor actor = { .kind = ACTOR_STAFF, .role = str_from_c(role), .identity_level = 2 };
	fixture_must(organisation_by_code(fixture->hall, &fixture->arena, str_from_c(organisation_code), &organisation), organisation_code);
	fixture_must(person_by_phone(fixture->hall, &fixture->arena, &person, &actor.person_id), phone);
	fixture_must(role_grant(fixture->hall, &fixture->arena, actor.person_id, organisation.organisation_id, actor.role), role);
	actor.organisation_id = organisation.organisation_id;
	return actor;
}

/* Beside the test's own program: build/share/unionhall/fonts. */
static inline const char *fixture_fonts(struct arena *arena)
{
	char path[4096];
	ssize_t len = readlink("/proc/self/exe", path, sizeof path);
	struct str program = { path, len > 0 ? (size_t)len : 0 };
	while (program.len > 0 && program.ptr[program.len - 1] != '/') program.len--;
	return str_to_c(arena, str_join(arena, program, STR("../share/unionhall/fonts")));
}

#endif
