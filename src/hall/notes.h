/* notes: what the staff write down about a case for each other. Sealed; a changed note keeps all its revisions; nothing is
 * deleted; the applicant and the lawyer never see them (events note.written stand in the history of the staff alone). */
#ifndef HALL_NOTES_H
#define HALL_NOTES_H

#include "base/base.h"

struct hall;
struct actor;

enum { NOTE_CHARACTERS_MAX = 4000 };

struct note {
	int64_t thread_id, person_id, at_ms;   /* of the newest revision */
	int64_t revision, first_ms;            /* revision 1: never changed */
	struct str author, text;
};
struct notes { struct note *items; size_t count; };

/* thread_id 0: a new note; else the next revision of one, `revision` being what the writer has read (CONFLICT: somebody else
 * was faster). INVALID: empty or too long. FORBIDDEN, NOT_FOUND as desk_look. */
MUST_USE struct err note_write(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id, int64_t thread_id,
	int64_t revision, struct str text, struct report *report, int64_t *out_thread_id);
/* The newest revision of each, oldest thread first. */
MUST_USE struct err notes_of_case(
    struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id, struct notes *out_notes);
/* Every revision of one note, in order. */
MUST_USE struct err note_revisions(
	struct hall *hall, struct arena *arena, const struct actor *actor, int64_t case_id, int64_t thread_id, struct notes *out_notes);

#endif
