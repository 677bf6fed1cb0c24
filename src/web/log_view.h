/* log_view: what the administrator's and the auditor's page of the log share: the head, the last verification, events as people
 * read them, days of a filter, cells of a CSV. */
#ifndef WEB_LOG_VIEW_H
#define WEB_LOG_VIEW_H

#include "web/admin_view.h"

/* Adds size, root, note, key, head; verify (an errand or null), waits. For part-log-head.html, with verifyPath. */
MUST_USE struct err log_view_head(struct request *request, struct resource *it, const char *verify_path);
/* "role:ID" and ids of our own people as their names; a worker stays a number, or the word for what he is. */
struct str log_view_named(struct request *request, const struct staff_members *members, struct str text);
/* {at, what, words, who, subject}; an event that no file of words knows is told by its own word. */
struct resource log_view_event(struct request *request, const struct staff_members *members, const struct audit_event *event);
/* ?from= and ?until= as moments; 0 where none was typed. */
void log_view_days(struct request *request, int64_t *out_from_ms, int64_t *out_until_ms);
/* A cell that a spreadsheet would take for a formula begins with an apostrophe. */
void log_view_cell(struct arena *arena, struct buf *csv, struct str text, bool last);

#endif
