/* check: what the files of the checker share. */
#ifndef BPMN_CHECK_H
#define BPMN_CHECK_H

#include "bpmn/reach.h"

struct checking {
	struct arena *arena, scratch;       /* scratch: for one pair of gateways */
	const struct bpmn_model *model;
	struct report *report;
	struct reach reach;
};

void complain(struct checking *checking, enum severity severity, const struct bpmn_element *element, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
void check_joins(struct checking *checking);

#endif
