/* attachments: the files of a case as people see them: what was attached, whether it can be used, and its content. */
#ifndef HALL_ATTACHMENTS_H
#define HALL_ATTACHMENTS_H

#include "base/base.h"

struct hall;

struct attachment {
	int64_t file_id, bytes;
	struct str field, name, media_type;
	struct str words;            /* what is wrong and what to do; empty when sound */
	bool sound;
};
struct attachments { struct attachment *items; size_t count; };

/* Every file of the case, in the order in which they came; replaced ones too: the case's data names those that count.
 * Permission is the caller's (rights.h). LOCKED. */
MUST_USE struct err case_attachments(struct hall *hall, struct arena *arena, int64_t case_id, struct attachments *out_attachments);
/* One file with its content. NOT_FOUND: no such file of this case. */
MUST_USE struct err case_attachment(struct hall *hall, struct arena *arena, int64_t case_id, int64_t file_id,
	struct attachment *out_attachment, struct str *out_content);

#endif
