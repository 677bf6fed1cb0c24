/* check_names: the part of `service check` that follows names: every name that a paper, notice, condition or decision reads
 * is provided by a form, the process or the hall. Findings carry file and line; nothing else is returned. */
#ifndef HALL_CHECK_NAMES_H
#define HALL_CHECK_NAMES_H

#include "base/base.h"

struct service;

void check_templates(struct arena *arena, const struct service *service, struct report *report);
void check_expressions(struct arena *arena, const struct service *service, struct report *report);
/* What decisions need is provided, and typed: a receipt holds texts, only the type says what they were. */
void check_inputs(struct arena *arena, const struct service *service, struct report *report);
void check_form_keys(struct arena *arena, const struct service *service, struct report *report);
/* Jobs name notices, clocks and papers that are there. */
void check_jobs(struct arena *arena, const struct service *service, struct report *report);
/* Warnings: outcomes that nobody is told of, files that nothing uses. */
void check_told(struct arena *arena, const struct service *service, struct report *report);

#endif
