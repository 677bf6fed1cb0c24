/* zone: rules of IANA time zones from the system's tzdata (TZif, RFC 8536). Reads files below
 * /usr/share/zoneinfo and keeps nothing: names are checked, sizes are bounded, a bad file is an unknown zone. */
#ifndef FEEL_ZONE_H
#define FEEL_ZONE_H

#include "base/base.h"

enum { ZONE_NAME_BYTES_MAX = 64 };

bool zone_exists(struct str name);
/* Seconds east of UTC in force at an instant (seconds since 1970, UTC). */
bool zone_offset_at(struct str name, int64_t utc_s, int32_t *out_offset_s);
/* The zone's standard time of today, without summer time: for a time of day that has no date. */
bool zone_standard_offset(struct str name, int32_t *out_offset_s);

#endif
