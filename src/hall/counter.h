/* counter: somebody stands before a clerk with his card. The clerk finds him, sees no more than he needs (name, the ends of
 * phone and number, how surely he is known, the numbers of his cases), confirms who he is, or gives him another phone.
 *
 * A person's page is open to the clerk who found him, for COUNTER_MINUTES; another id answers like one that was never given.
 * Each search and each person opened is an event (person.searched, person.looked), and so is what was done; his cases get
 * `visit.needed`, for whoever had to come in person was not served on his phone (LA7). Needs the right CONFIRM where the
 * clerk works. A clerk never serves himself. Words in reports are Chinese and stand at the field they are about. */
#ifndef HALL_COUNTER_H
#define HALL_COUNTER_H

#include "base/base.h"
#include "hall/accounts.h"

struct hall;

enum { COUNTER_FOUND_MAX = 12, COUNTER_MINUTES = 30, COUNTER_SEARCHES_AN_HOUR = 120, COUNTER_NOTE_CHARACTERS_MAX = 300 };

/* Documents that a clerk may be shown, as identifiers.h names them; NULL ends the list. */
extern const char *const counter_documents[];

struct counter_case { int64_t case_id; struct str number, title, state; };      /* open, closed */
struct counter_cases { LIST_OF(struct counter_case); };
struct counter_person {
	int64_t person_id;
	struct str name, phone, id_number;       /* phone and number masked: 138****0000, ****123X; empty: not known */
	struct identity identity;
	struct str confirmed_by;                 /* name and role, for people; empty: by a connector, or never */
	struct counter_cases cases;              /* where the clerk works and below, newest first, without drafts */
	struct str new_phone;                    /* masked: a code is on its way there; empty: none */
};
struct counter_people { LIST_OF(struct counter_person); bool cut; };       /* without identity and new_phone */

/* query: a whole phone; a case number or its running number; four digits and more from the end of phone or identity number;
 * two characters and more of a name. All but the whole phone look among the people of the clerk's cases. INVALID: nothing
 * to look for; REFUSED: too many searches in an hour; FORBIDDEN. */
MUST_USE struct err counter_find(struct hall *hall, struct arena *arena, const struct actor *clerk, struct str query,
	struct report *report, struct counter_people *out_people);
/* NOT_FOUND: not found by this clerk lately, and not of his cases. */
MUST_USE struct err counter_person(
	struct hall *hall, struct arena *arena, const struct actor *clerk, int64_t person_id, struct counter_person *out_person);

/* What the clerk saw. */
struct counter_proof {
	struct str document, name, id_number;    /* kind, then as printed */
	struct str note;                         /* may be empty; needed when another number was confirmed before */
	bool seen;                               /* the original, and it is this face */
};
/* Raises him to level 3 and his sessions that a code opened to 2, at once; tells him by a message. The same again within
 * some minutes changes nothing. INVALID, REFUSED (somebody else was confirmed with this number; the clerk himself). */
MUST_USE struct err counter_confirm(struct hall *hall, struct arena *arena, const struct actor *clerk, int64_t person_id,
	const struct counter_proof *proof, struct report *report);

/* Another phone, when the old one is gone: what was shown is checked, then a code goes to the new number; the person reads
 * it out. door: browser and client of the clerk; the rest is filled in here. */
struct counter_wish { struct str phone, reason; struct counter_proof proof; };
/* INVALID; REFUSED: the number of the card is another than is known of him, nothing is known to hold it against, the
 * account is one of the staff, the new phone is somebody's, or too many codes. */
MUST_USE struct err counter_phone_begin(struct hall *hall, struct arena *arena, const struct actor *clerk, int64_t person_id,
	const struct counter_wish *wish, const struct code_request *door, struct report *report);
/* How long until another code can be asked for. NOT_FOUND: no number waits. */
MUST_USE struct err counter_phone_state(struct hall *hall, struct arena *arena, const struct actor *clerk, int64_t person_id,
	const struct code_request *door, struct code_sent *out_sent);
/* All sessions end, old and new phone are told, and he is confirmed by what was shown. An empty account that he made with
 * the new number gives it up. FORBIDDEN: the code is wrong; NOT_FOUND: no number waits (it is done already); REFUSED. */
MUST_USE struct err counter_phone_finish(struct hall *hall, struct arena *arena, const struct actor *clerk, int64_t person_id,
	struct str code, const struct code_request *door, struct report *report);

/* Where somebody can come: the organisation itself (0: the hall's own) or the nearest above it that has an address; name empty:
 * none has. */
struct counter_place { struct str name, address, hours, hotline; };
MUST_USE struct err counter_place_of(
	struct hall *hall, struct arena *arena, int64_t organisation_id, struct counter_place *out_place);
/* Every union with an address, the hall's own first. */
struct counter_places { LIST_OF(struct counter_place); };
MUST_USE struct err counter_places(struct hall *hall, struct arena *arena, struct counter_places *out_places);

#endif
