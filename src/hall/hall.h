/* hall: what every service needs, one file a capability. The door of the folder: everybody above includes only this.
 * Uses: the engines, paper, seal, store, codec, base. Used by: web, modules, cli.
 *
 * A hall is one folder: DIR/hall.db (everything, sealed), DIR/keys.json (wrapped keys), DIR/master.key (mode `kept`)
 * and DIR/hall.ini (configuration.h). All calls may be made from any thread; each thread brings its own arena. */
#ifndef HALL_HALL_H
#define HALL_HALL_H

#include "hall/accounts.h"
#include "hall/attachments.h"
#include "hall/audit.h"
#include "hall/backup.h"
#include "hall/bundle.h"
#include "hall/calendar.h"
#include "hall/cases.h"
#include "hall/catalogue.h"
#include "hall/check.h"
#include "hall/codes.h"
#include "hall/configuration.h"
#include "hall/desk.h"
#include "hall/desk_words.h"
#include "hall/drafts.h"
#include "hall/environment.h"
#include "hall/figures.h"
#include "hall/files.h"
#include "hall/house.h"
#include "hall/identifiers.h"
#include "hall/identity.h"
#include "hall/lists.h"
#include "hall/notes.h"
#include "hall/journey.h"
#include "hall/notices.h"
#include "hall/oidc.h"
#include "hall/organisations.h"
#include "hall/overlays.h"
#include "hall/papers.h"
#include "hall/parameters.h"
#include "hall/play.h"
#include "hall/receipts.h"
#include "hall/rights.h"
#include "hall/scheduler.h"
#include "hall/search.h"
#include "hall/sessions.h"
#include "hall/staff.h"
#include "hall/tokens.h"
#include "hall/watch.h"

#endif
