/* codec: bytes to trees and back, in an arena, with a maximum for everything. The door of the folder.
 * Uses: base. Used by: feel and everything above. */
#ifndef CODEC_CODEC_H
#define CODEC_CODEC_H

#include "codec/csv.h"
#include "codec/json.h"
#include "codec/xlsx.h"
#include "codec/xml.h"
#include "codec/zip.h"

#endif
