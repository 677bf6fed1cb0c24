/* The library ends a connection that is silent; one that sends a byte now and then holds its place for ever (slowloris, slow
 * bodies, slow readers). So each connection has a deadline for the whole of what it must do next. */
#include "web/exchange.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>

enum {
	FIRST_HEAD_US = 10000000, NEXT_HEAD_US = 20000000,   /* a browser's open connection waits for its next page */
	BYTES_GRACE_US = 20000000, BYTES_A_SECOND = 1024,    /* the slowest line that a person would still wait for */
};

struct watched {
	int fd;
	_Atomic int64_t deadline_us;         /* 0: none */
	_Atomic bool is_our_turn;            /* we compute, or send: whoever has nothing more to say may still listen */
	struct watched *previous, *next;
};
struct connections { pthread_mutex_t lock; struct watched *first; };

struct connections *connections_new(void)
{
	struct connections *connections = calloc(1, sizeof *connections);
	if (!connections) abort();
	pthread_mutex_init(&connections->lock, NULL);
	return connections;
}

void connections_free(struct connections *connections)
{
	if (!connections) return;
	pthread_mutex_destroy(&connections->lock);
	free(connections);
}

static void begin(struct connections *connections, struct MHD_Connection *connection, void **socket_context)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct watched *watched = calloc(1, sizeof *watched);
	if (!watched) abort();
	watched->fd = info ? info->connect_fd : -1;
	atomic_store(&watched->deadline_us, clock_monotonic_us() + FIRST_HEAD_US);
	pthread_mutex_lock(&connections->lock);
	watched->next = connections->first;
	if (watched->next) watched->next->previous = watched;
	connections->first = watched;
	pthread_mutex_unlock(&connections->lock);
	*socket_context = watched;
}

/* Told before the descriptor is closed, so under the lock it is still this connection's. */
static void end(struct connections *connections, struct watched *watched)
{
	pthread_mutex_lock(&connections->lock);
	if (watched->previous) watched->previous->next = watched->next;
	else connections->first = watched->next;
	if (watched->next) watched->next->previous = watched->previous;
	pthread_mutex_unlock(&connections->lock);
	free(watched);
}

void connections_notify(void *data, struct MHD_Connection *connection, void **socket_context, enum MHD_ConnectionNotificationCode code)
{
	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		begin(data, connection, socket_context);
	} else if (*socket_context) {
		end(data, *socket_context);
		*socket_context = NULL;
	}
}

static void set_deadline(struct MHD_Connection *connection, int64_t deadline_us, bool is_our_turn)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct watched *watched = info ? info->socket_context : NULL;
	if (!watched) return;
	atomic_store(&watched->is_our_turn, is_our_turn);
	atomic_store(&watched->deadline_us, deadline_us);
}

static int64_t time_for(size_t bytes)
{
	return clock_monotonic_us() + BYTES_GRACE_US + (int64_t)(bytes / BYTES_A_SECOND) * 1000000;
}

void connection_expects_head(struct MHD_Connection *connection) { set_deadline(connection, clock_monotonic_us() + NEXT_HEAD_US, false); }
void connection_expects_body(struct MHD_Connection *connection, size_t bytes) { set_deadline(connection, time_for(bytes), false); }
void connection_expects_reader(struct MHD_Connection *connection, size_t bytes) { set_deadline(connection, time_for(bytes), true); }
void connection_expects_nothing(struct MHD_Connection *connection) { set_deadline(connection, 0, true); }

/* The library does not see an end that comes with the last bytes it reads: such connections would keep their places. */
static bool is_gone(const struct watched *watched)
{
	char byte;
	if (atomic_load(&watched->is_our_turn)) return false;
	ssize_t got = recv(watched->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
	return got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR);
}

void connections_sweep(struct connections *connections)
{
	static const struct linger throw_away = { .l_onoff = 1, .l_linger = 0 };
	int64_t now_us = clock_monotonic_us();
	pthread_mutex_lock(&connections->lock);
	for (struct watched *watched = connections->first; watched; watched = watched->next) {
		int64_t deadline_us = atomic_load(&watched->deadline_us);
		if ((!deadline_us || now_us < deadline_us) && !is_gone(watched)) continue;
		setsockopt(watched->fd, SOL_SOCKET, SO_LINGER, &throw_away, sizeof throw_away);   /* else unread answers stay in memory */
		shutdown(watched->fd, SHUT_RDWR);   /* the library sees its end and closes it */
		atomic_store(&watched->is_our_turn, true);   /* once is enough */
		atomic_store(&watched->deadline_us, 0);
	}
	pthread_mutex_unlock(&connections->lock);
}
