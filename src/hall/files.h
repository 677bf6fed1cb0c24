/* files: what people attach (LA13). Judged by content, never by name: photos (JPEG, PNG, WebP, HEIC) and PDF up to 20 MB.
 * Photos are kept upright, at most 12 megapixels, and without what they tell unasked (place, device, thumbnails, the video
 * of a moving photo); HEIC becomes JPEG. 0 bytes, a wrong type, a pixel flood, a part that is missing, a PDF under a password
 * or with too many pages is unsound, with words that help. Pure but for the worker of pictures.h. */
#ifndef HALL_FILES_H
#define HALL_FILES_H

#include "base/base.h"

enum { FILE_BYTES_MAX = 20 << 20, FILE_PIXELS_MAX = 12000000, FILE_PIXELS_FLOOD = 200000000, FILE_NAME_BYTES_MAX = 255,
	FILE_PDF_PAGES_MAX = 300 };

struct inspected_file {
	bool sound;
	struct str words;        /* for the worker, in Chinese: what is wrong and what to do; empty when sound */
	struct str media_type;   /* image/jpeg, image/png, image/webp, image/heic, application/pdf; empty when unknown */
	struct str content;      /* as it is to be kept: the original, cleaned, or redrawn as JPEG; an unsound one as it came */
	int32_t width, height;   /* of content; 0 for PDF */
	bool cleaned;            /* EXIF and the like were taken out, the pixels are the same */
	bool redrawn;            /* shrunk, turned upright, or converted */
};

/* accept: media types or endings as in a form's filepicker (".jpg,.pdf,image/" ...), empty = all of the above. An
 * unsound file is OK with sound = false; errors are the machine's (IO: vips is not installed). May take seconds: call it
 * from a worker thread. */
MUST_USE struct err file_inspect(struct arena *arena, struct str content, struct str accept, struct inspected_file *out_file);
/* The last part of a path, without characters that control or turn text, at most FILE_NAME_BYTES_MAX bytes of whole
 * characters, its ending kept; "file" when nothing is left of it. */
struct str file_name_clean(struct arena *arena, struct str name);

#endif
