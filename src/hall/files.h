/* files: what people attach. Judged by content, never by name: photos (JPEG, PNG, WebP, HEIC) and PDF up to 20 MB;
 * photos of more than 12 megapixels are shrunk; 0 bytes, a wrong type, a pixel flood or a broken picture is unsound,
 * with words that help. Pure but for the image worker (vips as a subprocess with limits). */
#ifndef HALL_FILES_H
#define HALL_FILES_H

#include "base/base.h"

enum { FILE_BYTES_MAX = 20 << 20, FILE_PIXELS_MAX = 12000000, FILE_PIXELS_FLOOD = 200000000, FILE_NAME_BYTES_MAX = 255 };

struct inspected_file {
	bool sound;
	struct str words;        /* for the worker, in Chinese: what is wrong and what to do; empty when sound */
	struct str media_type;   /* image/jpeg, image/png, image/webp, image/heic, application/pdf; empty when unknown */
	struct str content;      /* as it is to be kept (shrunk, or the original) */
	int32_t width, height;   /* 0 for PDF */
	bool shrunk;
};

/* accept: media types or endings as in a form's filepicker (".jpg,.pdf,image/" ...), empty = all of the above. An
 * unsound file is OK with sound = false; errors are the machine's. */
MUST_USE struct err file_inspect(struct arena *arena, struct str content, struct str accept, struct inspected_file *out_file);
/* The last part of a path, without control characters, at most FILE_NAME_BYTES_MAX bytes of whole characters. */
struct str file_name_clean(struct arena *arena, struct str name);

#endif
