/* base: what C lacks. The door of the folder: everybody else includes only this file.
 * Uses: the C library and POSIX. Used by: every layer. */
#ifndef BASE_BASE_H
#define BASE_BASE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/date.h"
#include "base/embed.h"
#include "base/err.h"
#include "base/file.h"
#include "base/id.h"
#include "base/list.h"
#include "base/log.h"
#include "base/map.h"
#include "base/rand.h"
#include "base/report.h"
#include "base/str.h"
#include "base/utf8.h"

#endif
