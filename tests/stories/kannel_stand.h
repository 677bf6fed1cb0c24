/* The stand: Kannel's bearerbox and smsbox with its fake SMSC on the loopback of a network of their own, and one small
 * HTTP listener that takes delivery reports, plays a network that rejects, and stands between us and smsbox. */
#ifndef STORIES_KANNEL_STAND_H
#define STORIES_KANNEL_STAND_H

#include "hall/hall.h"

#include <pthread.h>
#include <sys/types.h>

enum { STAND_REPORT_COUNT_MAX = 4096, STAND_REQUEST_BYTES_MAX = 64 << 10, STAND_WAIT_S = 20 };

struct stand_report {
	char id[32], key[64];
	int32_t type;
};

/* What stands between us and smsbox does with Kannel's answer: pass it on, kill the asker before it, or hang up. */
enum stand_between { BETWEEN_PASS, BETWEEN_KILL, BETWEEN_HANG_UP };

struct stand {
	const char *folder;
	int port_admin, port_box, port_send, port_fake, port_web, port_listen;
	pid_t bearerbox, smsbox, fakesmsc;
	int listener;
	pthread_t thread;
	char request[STAND_REQUEST_BYTES_MAX], reply[STAND_REQUEST_BYTES_MAX]; /* the listener's */

	pthread_mutex_t lock; /* for all below */
	struct hall *hall;    /* who gets the reports; NULL: answered with 503, so that Kannel reports again */
	bool hold;            /* reports are only written down */
	enum stand_between between;
	int between_first; /* with which message that begins: 1 = the next */
	pid_t victim;
	int asked;       /* messages that passed between */
	int turned_away; /* reports answered with 503 */
	struct stand_report reports[STAND_REPORT_COUNT_MAX];
	size_t report_count;
};

/* False, with words on stdout, when something does not start. folder: where configuration and logs go. */
bool stand_open(struct stand *stand, const char *folder);
void stand_close(struct stand *stand);
/* A program whose words go to a file of the stand's folder; it ends with us. */
pid_t stand_start(struct stand *stand, const char *log_name, const char *const *arguments);
void stand_stop(pid_t *pid);
/* A socket on a free port of the loopback. */
int stand_listen(int *out_port);
bool stand_smsbox_start(struct stand *stand);
void stand_smsbox_stop(struct stand *stand);
void stand_serve(struct stand *stand, struct hall *hall, bool hold);
/* How often the phone got exactly this text (split messages put together), and how many messages it got in all. */
size_t stand_received(struct stand *stand, struct arena *arena, struct str phone, struct str text, size_t *out_all);
/* Polls until `is` holds; false after STAND_WAIT_S. */
bool stand_wait(bool (*is)(void *data), void *data);

#endif
