/* supervisor: what the service manager hears of us and gives us (sd_notify and socket activation protocols of systemd, both
 * without its library). All calls do nothing where there is no service manager. */
#ifndef CLI_SUPERVISOR_H
#define CLI_SUPERVISOR_H

#include <stdint.h>

/* "READY=1", "STOPPING=1", "WATCHDOG=1", "STATUS=..."; one message. */
void supervisor_tell(const char *message);
/* How often WATCHDOG=1 is awaited, already halved; 0: never. */
int64_t supervisor_watchdog_ms(void);
/* The listening socket that was opened for us (fd 3), or -1. */
int supervisor_socket(void);

#endif
