/* catalogue: services as folders (design.md §9): read, checked for form, hashed, deployed, offered. A loaded service is
 * immutable and shared by threads; a deployed version never changes and is read from the database ever after. */
#ifndef HALL_CATALOGUE_H
#define HALL_CATALOGUE_H

#include "base/base.h"
#include "bpmn/bpmn.h"
#include "dmn/dmn.h"
#include "feel/feel.h"
#include "form/form.h"

struct hall;

enum {
	SERVICE_FILE_BYTES_MAX = 4 << 20, SERVICE_FILE_COUNT_MAX = 500, SERVICE_BYTES_MAX = 32 << 20,
	SERVICE_PARTY_COUNT_MAX = 3, NOTICE_CHARACTERS_MAX = 70,
};

enum outcome_kind { OUTCOME_OPEN, OUTCOME_POSITIVE, OUTCOME_NEGATIVE, OUTCOME_LAPSED, OUTCOME_WITHDRAWN };
enum party { PARTY_APPLICANT, PARTY_AGENT, PARTY_UNION, PARTY_COUNT };
const char *party_name(enum party party);                 /* "applicant" ... */
bool party_from_name(struct str name, enum party *out_party);

struct service_file { struct str path, content; };         /* path inside the folder, or law/ID.dmn */
struct service_outcome { struct str name; enum outcome_kind kind; };
struct service_clock {
	struct str id, from;
	struct str *until;                                      /* milestones that end it; none: the end of the case */
	size_t until_count;
	struct str length, warn_after;                          /* ISO 8601, counted alike */
	bool working;
	struct str basis, parameter;                            /* parameter: days that replace `length` */
};
struct service_paper {
	struct str id, title, template_path;
	bool acknowledge;                                       /* 签收 instead of 签字, by the applicant */
	enum party parties[SERVICE_PARTY_COUNT_MAX];            /* in the order in which they act */
	size_t party_count;
	int32_t identity_level;
	struct str retain;                                      /* ISO 8601 */
	const struct feel_template *body;
};
struct service_notice { struct str id, template_path, on; const struct feel_template *body; };
struct service_role { struct str group, role; };
struct service_form { struct str id; const struct form *form; };
struct service_model { struct str path; const struct dmn_model *model; bool law; };

struct service {
	struct str id, title, summary, version;                 /* version: SHA-256, hexadecimal */
	bool trial;
	struct str process, start_form;
	int32_t identity_level;
	struct str number_pattern;
	bool number_yearly;
	struct { LIST_OF(struct str); } uses, parameters;
	struct { LIST_OF(struct service_outcome); } outcomes;
	struct { LIST_OF(struct service_clock); } clocks;
	struct { LIST_OF(struct service_paper); } papers;
	struct { LIST_OF(struct service_notice); } notices;
	struct { LIST_OF(struct service_role); } roles;
	struct { LIST_OF(struct service_form); } forms;
	struct { LIST_OF(struct service_model); } models;
	struct { LIST_OF(struct service_file); } files;         /* in path order */
	const struct bpmn_model *bpmn;
	const struct json *english;                             /* words/en.json: see form_language; NULL when absent */
};

/* Reads the folder and the law decisions it uses. Every error stands in the report with file and place. `law` may be
 * NULL when `uses` is empty. */
MUST_USE struct err service_load(struct arena *arena, const char *folder, const char *law, struct report *report,
	const struct service **out_service);
/* From files already in memory (a deployed version). */
MUST_USE struct err service_assemble(struct arena *arena, const struct service_file *files, size_t count, struct report *report,
	const struct service **out_service);
/* One law decision alone, with what it imports from the same folder. NOT_FOUND. */
MUST_USE struct err law_load(
    struct arena *arena, const char *law, struct str id, struct report *report, const struct dmn_model **out_model);

const struct service_paper *service_paper(const struct service *service, struct str id);
const struct service_outcome *service_outcome(const struct service *service, struct str name);
const struct form *service_form(const struct service *service, struct str id);
/* The model that holds a decision, the service's own before the law's; NULL when there is none. */
const struct service_model *service_decision(const struct service *service, struct str decision);
/* The content of one of its files; empty when absent. */
struct str service_content(const struct service *service, struct str path);
/* The role behind a candidate group; the group's own name when none is given. */
struct str service_role(const struct service *service, struct str group);

/* Stores the service as the newest version and offers it. A version that is there already is only offered again. */
MUST_USE struct err service_deploy(struct hall *hall, const struct service *service);
/* Borrowed from the hall, loaded once. NOT_FOUND. */
MUST_USE struct err service_offered(struct hall *hall, struct str service_id, const struct service **out_service);
/* Every service at its newest version, in the order in which they came. The array lives in the arena. */
struct offered_services { const struct service **items; size_t count; };
MUST_USE struct err services_offered(struct hall *hall, struct arena *arena, struct offered_services *out_services);
MUST_USE struct err service_version(struct hall *hall, struct str version, const struct service **out_service);

#endif
