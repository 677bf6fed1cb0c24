/* pictures: what a photo says about itself, read without decoding it; what nobody needs to know taken out (place, device,
 * thumbnails, the video behind a moving photo); turned, shrunk and converted by vips, a subprocess with limits. */
#ifndef HALL_PICTURES_H
#define HALL_PICTURES_H

#include "base/base.h"

struct picture {
	int32_t width, height;   /* as stored; 0 when the header cannot be read */
	int32_t orientation;     /* EXIF 1..8; 1 = upright */
	bool whole;              /* every part up to the end marker is there (PNG: with its check sum) */
	bool animated;
	struct str clean;        /* the same picture without EXIF, XMP, comments and what stands behind its end; lossless */
};

/* type: image/jpeg, image/png or image/webp. `clean` is `content` itself when there was nothing to take out. */
struct picture picture_read(struct arena *arena, struct str type, struct str content);
/* Anything that vips decodes, its first frame, upright, at most `edge` pixels on the longer side, as JPEG without metadata.
 * INVALID: it cannot be decoded, or not within the limits (2 GiB, 20 s). IO: vips is not installed, or the machine. */
MUST_USE struct err picture_redraw(struct arena *arena, struct str content, int32_t edge, struct str *out_jpeg);
/* How many pages a PDF has, for PDFs that the plain reading of files.c leaves in doubt. Errors as picture_redraw. */
MUST_USE struct err pdf_count_pages(struct arena *arena, struct str content, int64_t *out_pages);

#endif
