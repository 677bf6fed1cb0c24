/* libmicrohttpd's side: connections, limits, and the hand-over to the workers. An event thread never waits: it collects the
 * body, suspends the connection and queues it; a worker runs the route and resumes it; the event thread sends. */
#include "web/exchange.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
	MEMORY_PER_CONNECTION = 32 << 10,    /* a head, or a piece of a body; all of it is touched for each request */
	IDLE_TIMEOUT_S = 20, QUEUE_COUNT_MAX = 4096, QUEUE_WAIT_US_MAX = 10000000, SPARE_COUNT_MAX = 128, WORKER_COUNT_MAX = 256,
	LARGE_BODIES_OF_ONE_MAX = 4, DROPPED_BYTES_MAX = 1 << 20, STOP_WAIT_S_MAX = 4,
};
#define BODIES_BYTES_MAX ((size_t)512 << 20)   /* of all requests at the same time */

/* A thread for handlers. Who went to sleep last is woken first: its stack and its memory are still warm. */
struct worker {
	struct server *server;
	pthread_t thread;
	pthread_cond_t wake;
	struct exchange *given;
	struct worker *next_idle;
};

struct server {
	struct MHD_Daemon *daemon;
	struct worker workers[WORKER_COUNT_MAX];
	int32_t worker_count;
	pthread_mutex_t lock;                /* queue, idle, large, and the flags */
	struct worker *idle;
	struct exchange *first, *last;
	size_t queued;
	pthread_mutex_t spare_lock;
	struct exchange *spare;
	size_t spare_count;
	bool stopping;
	_Atomic bool closing;                /* each answer is the last of its connection */
	struct exchange *large;              /* bodies that are coming now, only for the count of each sender */
	_Atomic size_t body_bytes, exchange_count;
	uint16_t port;
	struct connections *connections;
	pthread_t sweeper;
	pthread_cond_t tick;                 /* says when something was given back, or that the sweeper shall end */
	bool sweeps, swept;
};

/* ---- exchanges are kept for the next request --------------------------------------------------------------- */

static struct exchange *exchange_take(struct web *web)
{
	struct server *server = web->server;
	pthread_mutex_lock(&server->spare_lock);
	struct exchange *exchange = server->spare;
	if (exchange) {
		server->spare = exchange->next;
		server->spare_count--;
	}
	pthread_mutex_unlock(&server->spare_lock);
	if (!exchange && !(exchange = calloc(1, sizeof *exchange))) abort();
	struct arena arena = exchange->arena;
	*exchange = (struct exchange){ .web = web, .arena = arena, .began_us = clock_monotonic_us() };
	atomic_fetch_add(&server->exchange_count, 1);
	return exchange;
}

static void forget_large(struct server *server, const struct exchange *exchange)
{
	pthread_mutex_lock(&server->lock);
	struct exchange **link = &server->large;
	while (*link && *link != exchange) link = &(*link)->next_large;
	if (*link) *link = exchange->next_large;
	pthread_mutex_unlock(&server->lock);
}

/* The server stops, and this was the last exchange. */
static void tell_waiting(struct server *server)
{
	pthread_mutex_lock(&server->lock);
	pthread_cond_broadcast(&server->tick);
	pthread_mutex_unlock(&server->lock);
}

static void exchange_give_back(struct exchange *exchange)
{
	struct server *server = exchange->web->server;
	atomic_fetch_sub(&server->body_bytes, exchange->body_capacity);
	free(exchange->body);
	exchange->body = NULL;
	if (arena_bytes(&exchange->arena) > (1 << 20)) arena_done(&exchange->arena);
	else arena_reset(&exchange->arena);
	if (exchange->admitted) forget_large(server, exchange);
	pthread_mutex_lock(&server->spare_lock);
	bool kept = server->spare_count < SPARE_COUNT_MAX;
	if (kept) {
		exchange->next = server->spare;
		server->spare = exchange;
		server->spare_count++;
	}
	pthread_mutex_unlock(&server->spare_lock);
	if (atomic_fetch_sub(&server->exchange_count, 1) == 1 && atomic_load(&server->closing)) tell_waiting(server);
	if (!kept) {
		arena_done(&exchange->arena);
		free(exchange);
	}
}

/* ---- sending --------------------------------------------------------------------------------------------------- */

/* A file may be larger than memory; the kernel reads it as the visitor does. */
static struct MHD_Response *from_disk(const char *path)
{
	struct stat status;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct MHD_Response *response = NULL;
	if (fd >= 0 && fstat(fd, &status) == 0) response = MHD_create_response_from_fd64((uint64_t)status.st_size, fd);
	if (!response && fd >= 0) close(fd);
	return response;
}

static enum MHD_Result send_answer(struct exchange *exchange)
{
	struct answer *answer = &exchange->answer;
	/* the bytes live in the exchange's arena until the connection is done with them */
	struct MHD_Response *response = answer->file.path ? from_disk(answer->file.path)
	    : MHD_create_response_from_buffer(answer->body.len, (void *)(uintptr_t)answer->body.ptr, MHD_RESPMEM_PERSISTENT);
	if (!response) return MHD_NO;
	if (answer->media_type.len)
		MHD_add_response_header(response, "Content-Type", str_to_c(&exchange->arena, answer->media_type));
	for (size_t i = 0; i < answer->headers.count; i++)
		MHD_add_response_header(response, str_to_c(&exchange->arena, answer->headers.items[i].name),
		    str_to_c(&exchange->arena, answer->headers.items[i].value));
	if (atomic_load(&exchange->web->server->closing)) MHD_add_response_header(response, "Connection", "close");
	exchange->answered = true;
	connection_expects_reader(exchange->connection, answer->body.len);
	enum MHD_Result result = MHD_queue_response(exchange->connection, (unsigned)answer->status, response);
	MHD_destroy_response(response);
	return result;
}

/* Refused before there is a request: a few plain words, and the connection is closed. */
static enum MHD_Result send_refusal(struct exchange *exchange, int status, struct str words)
{
	struct answer *answer = &exchange->answer;
	answer->status = status;
	answer->body = words;
	answer->media_type = STR("text/plain; charset=utf-8");
	answer->headers.count = 0;
	LIST_PUSH(&exchange->arena, &answer->headers, ((struct request_field){ STR("Connection"), STR("close") }));
	if (status == 503 || status == 429)
		LIST_PUSH(&exchange->arena, &answer->headers, ((struct request_field){ STR("Retry-After"), STR("5") }));
	atomic_fetch_add(&exchange->web->refused, 1);
	return send_answer(exchange);
}

/* ---- bodies ---------------------------------------------------------------------------------------------------------- */

/* Memory grows with what came, not with what was promised. 0, or the status of a refusal. */
static int keep(struct exchange *exchange, const char *bytes, size_t count)
{
	struct server *server = exchange->web->server;
	size_t wanted = exchange->body_len + count;
	if (wanted > exchange->body_bytes_max) return 413;
	if (wanted > exchange->body_capacity) {
		size_t capacity = exchange->body_capacity ? exchange->body_capacity * 2 : 4096;
		if (exchange->body_bytes_said && capacity > exchange->body_bytes_said) capacity = exchange->body_bytes_said;
		if (capacity < wanted) capacity = wanted;
		if (atomic_fetch_add(&server->body_bytes, capacity - exchange->body_capacity) > BODIES_BYTES_MAX) {
			atomic_fetch_sub(&server->body_bytes, capacity - exchange->body_capacity);
			return 503;
		}
		char *body = realloc(exchange->body, capacity);
		if (!body) abort();
		exchange->body = body;
		exchange->body_capacity = capacity;
	}
	memcpy(exchange->body + exchange->body_len, bytes, count);
	exchange->body_len = wanted;
	return 0;
}

/* A piece of the body. What is not kept is read on for a while, so that the refusal arrives; who sends for ever is cut off. */
static enum MHD_Result collect(struct exchange *exchange, const char *bytes, size_t count)
{
	bool refused = exchange->refusal || (exchange->is_large && !exchange->admitted);
	if (!refused && !(exchange->refusal = keep(exchange, bytes, count))) return MHD_YES;
	exchange->dropped += count;
	size_t most = exchange->body_bytes_said > DROPPED_BYTES_MAX ? exchange->body_bytes_said : DROPPED_BYTES_MAX;
	return exchange->dropped <= most ? MHD_YES : MHD_NO;
}

static bool waited_too_long(const struct exchange *exchange)
{
	return clock_monotonic_us() - exchange->queued_us > QUEUE_WAIT_US_MAX;
}

/* Only who may use the route has a large body kept, and only a few at the same time; the others' is read and dropped, and
 * the route then says what it says to them. */
static void admit(struct exchange *exchange)
{
	struct server *server = exchange->web->server;
	int of_this_one = 0;
	if (waited_too_long(exchange)) exchange->refusal = 503;
	else session_attach(&exchange->request);
	if (exchange->refusal || !route_is_permitted(&exchange->request)) return;
	exchange->sender = exchange->request.session_token.len ? exchange->request.session_token : exchange->request.client;
	pthread_mutex_lock(&server->lock);
	for (const struct exchange *other = server->large; other; other = other->next_large)
		of_this_one += str_eq(other->sender, exchange->sender);
	exchange->admitted = of_this_one < LARGE_BODIES_OF_ONE_MAX;
	if (!exchange->admitted) exchange->refusal = 429;
	exchange->next_large = server->large;
	if (exchange->admitted) server->large = exchange;
	pthread_mutex_unlock(&server->lock);
}

/* ---- workers -------------------------------------------------------------------------------------------------------- */

static bool enqueue(struct exchange *exchange)
{
	struct server *server = exchange->web->server;
	exchange->queued_us = clock_monotonic_us();
	pthread_mutex_lock(&server->lock);
	bool taken = server->queued < QUEUE_COUNT_MAX && !server->stopping;
	struct worker *worker = taken ? server->idle : NULL;
	if (taken) {
		connection_expects_nothing(exchange->connection);
		MHD_suspend_connection(exchange->connection);   /* before anybody can resume it */
	}
	if (worker) {
		server->idle = worker->next_idle;
		worker->given = exchange;
	} else if (taken) {
		exchange->next = NULL;
		if (server->last) server->last->next = exchange;
		else server->first = exchange;
		server->last = exchange;
		server->queued++;
	}
	pthread_mutex_unlock(&server->lock);
	if (worker) pthread_cond_signal(&worker->wake);
	return taken;
}

static void work_on(struct exchange *exchange)
{
	struct request *request = &exchange->request;
	struct str body = { exchange->body, exchange->body_len };
	if (waited_too_long(exchange)) {
		answer_problem(request, &exchange->answer, ERR(BUSY));
	} else {
		struct err err = OK;
		request->body = body;
		if (exchange->body_len && request->route) err = body_decode(request, body);
		if (failed(err)) answer_problem(request, &exchange->answer, err);
		else route_run(request, &exchange->answer);
	}
	atomic_fetch_add(&exchange->web->requests, 1);
	metrics_count(exchange->web->metrics, request->route, exchange->answer.status, clock_monotonic_us() - exchange->queued_us);
	if (exchange->answer.status >= 500) {
		atomic_fetch_add(&exchange->web->faults, 1);
		log_event(exchange->web->logger, LOG_LEVEL_ERROR, "http.fault", "request=%.*s route=%s status=%d",
		    STR_ARG(request->id), request->route ? request->route->id : "none", exchange->answer.status);
	}
}

/* On the event thread: nobody's session is looked up, nothing can wait. False: a worker shall say what is wrong. */
static bool answer_quickly(struct exchange *exchange)
{
	struct request *request = &exchange->request;
	if (!request->route || !request->route->quick || failed(request->route->handler(request, &exchange->answer)) ||
	    failed(answer_print(request, &exchange->answer))) {
		exchange->answer = (struct answer){ 0 };
		return false;
	}
	atomic_fetch_add(&exchange->web->requests, 1);
	return true;
}

/* The first of the queue, or NULL; the lock is held. */
static struct exchange *dequeue(struct server *server)
{
	struct exchange *exchange = server->first;
	if (!exchange) return NULL;
	server->first = exchange->next;
	if (!server->first) server->last = NULL;
	server->queued--;
	return exchange;
}

static void serve(struct exchange *exchange)
{
	if (exchange->collected) work_on(exchange);
	else admit(exchange);
	MHD_resume_connection(exchange->connection);
}

static void *work(void *data)
{
	struct worker *worker = data;
	struct server *server = worker->server;
	for (;;) {
		pthread_mutex_lock(&server->lock);
		struct exchange *exchange = dequeue(server);
		if (!exchange && !server->stopping) {
			worker->given = NULL;
			worker->next_idle = server->idle;
			server->idle = worker;
			while (!worker->given && !server->stopping) pthread_cond_wait(&worker->wake, &server->lock);
			exchange = worker->given;
		}
		pthread_mutex_unlock(&server->lock);
		if (!exchange) return NULL;   /* stopping, and nothing waits any more */
		serve(exchange);
	}
}

/* Each second: connections that dawdle end, and who waited too long for a worker is told so, however busy these are. */
static void *sweep(void *data)
{
	struct server *server = data;
	struct timespec until;
	pthread_mutex_lock(&server->lock);
	while (!server->swept) {
		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_sec++;
		pthread_cond_timedwait(&server->tick, &server->lock, &until);
		while (server->first && waited_too_long(server->first)) {
			struct exchange *exchange = dequeue(server);
			pthread_mutex_unlock(&server->lock);
			serve(exchange);
			pthread_mutex_lock(&server->lock);
		}
		pthread_mutex_unlock(&server->lock);
		connections_sweep(server->connections);
		pthread_mutex_lock(&server->lock);
	}
	pthread_mutex_unlock(&server->lock);
	return NULL;
}

/* ---- libmicrohttpd calls us ---------------------------------------------------------------------------------------------- */

static void *first_line(void *data, const char *uri, struct MHD_Connection *connection)
{
	(void)connection;
	struct exchange *exchange = exchange_take(data);
	exchange->raw_url = str_copy(&exchange->arena, str_from_c(uri));
	return exchange;
}

static enum MHD_Result send_busy(struct exchange *exchange)
{
	return send_refusal(exchange, 503, STR("现在用的人太多，请过几秒再试。\nToo much work at this moment.\n"));
}

static enum MHD_Result begin_exchange(
	struct exchange *exchange, struct MHD_Connection *connection, const char *url, const char *method, const char *version)
{
	struct str words = STR("");
	exchange->connection = connection;
	int status = head_read(exchange, url, method, version, &words);
	if (status) return send_refusal(exchange, status, words);
	if (!exchange->is_large) return MHD_YES;
	return enqueue(exchange) ? MHD_YES : send_busy(exchange);
}

static enum MHD_Result handle(void *data, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
    const char *upload_data, size_t *upload_bytes, void **con_cls)
{
	struct exchange *exchange = *con_cls;
	(void)data;
	if (!exchange->connection) return begin_exchange(exchange, connection, url, method, version);
	if (exchange->answered) return MHD_YES;
	if (exchange->is_large && !exchange->asked) {   /* the first call again: it was suspended in it, and knows now whom it keeps for */
		exchange->asked = true;
		connection_expects_body(connection, exchange->body_bytes_said ? exchange->body_bytes_said : exchange->body_bytes_max);
		return MHD_YES;
	}
	if (*upload_bytes) {
		size_t count = *upload_bytes;
		*upload_bytes = 0;
		return collect(exchange, upload_data, count);
	}
	if (exchange->refusal)
		return send_refusal(exchange, exchange->refusal, exchange->refusal == 413 ? STR("内容太大，没有收下。\nThe body is too large.\n")
		    : STR("一次传得太多，没有收下，请等前面的传完再试。\nToo much comes at once; please wait and try again.\n"));
	if (exchange->collected) return send_answer(exchange);   /* resumed: the worker has answered */
	exchange->collected = true;
	if (answer_quickly(exchange)) return send_answer(exchange);
	return enqueue(exchange) ? MHD_YES : send_busy(exchange);
}

static void completed(void *data, struct MHD_Connection *connection, void **con_cls, enum MHD_RequestTerminationCode code)
{
	struct exchange *exchange = *con_cls;
	(void)data; (void)code;
	*con_cls = NULL;
	connection_expects_head(connection);
	if (exchange) exchange_give_back(exchange);
}

static void quiet(void *data, const char *format, va_list arguments)
{
	(void)data; (void)format; (void)arguments;   /* clients that leave are no event */
}

/* ---- start and stop --------------------------------------------------------------------------------------------------------- */

static void read_port(struct web *web, int fd)
{
	struct sockaddr_storage address;
	socklen_t bytes = sizeof address;
	if (getsockname(fd, (struct sockaddr *)&address, &bytes) != 0) return;
	if (address.ss_family == AF_INET6) {
		struct sockaddr_in6 in;
		memcpy(&in, &address, sizeof in);
		web->server->port = ntohs(in.sin6_port);
	} else if (address.ss_family == AF_INET) {
		struct sockaddr_in in;
		memcpy(&in, &address, sizeof in);
		web->server->port = ntohs(in.sin_port);
	}
}

static struct err listen_on(struct web *web, struct report *report, int *out_socket)
{
	char port[8];
	struct addrinfo hints = { .ai_flags = AI_PASSIVE | AI_NUMERICHOST, .ai_socktype = SOCK_STREAM }, *found = NULL;
	int one = 1;
	struct str number = str_from_i64(&web->arena, web->options.port);
	memcpy(port, number.ptr, number.len);
	port[number.len] = '\0';
	if (getaddrinfo(web->options.host, port, &hints, &found) != 0) {
		report_error(report, STR("--host"), "%s is no address; 127.0.0.1, 0.0.0.0 or :: for example", web->options.host);
		return ERR(INVALID);
	}
	int fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool bound = fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0 &&
	    bind(fd, found->ai_addr, found->ai_addrlen) == 0 && listen(fd, 1024) == 0;
	freeaddrinfo(found);
	if (!bound) {
		if (fd >= 0) close(fd);
		report_error(report, STR("--port"), "%s port %u cannot be used: another program listens there, or it is not allowed",
		    web->options.host, web->options.port);
		return ERR(IO);
	}
	*out_socket = fd;
	return OK;
}

static struct err start_daemon(struct web *web, struct report *report, int fd)
{
	const struct web_options *o = &web->options;
	struct str certificate = STR(""), key = STR("");
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC;
	if (o->tls_certificate) {
		if (failed(file_read(&web->arena, o->tls_certificate, 1 << 20, &certificate)) ||
		    failed(file_read(&web->arena, o->tls_key ? o->tls_key : "", 1 << 20, &key))) {
			report_error(report, STR("--tls-certificate"), "the certificate or its key cannot be read");
			return ERR(INVALID);
		}
		flags |= MHD_USE_TLS;
	}
	static const char priorities[] = "NORMAL:-VERS-TLS1.0:-VERS-TLS1.1:-CIPHER-ALL:+AES-256-GCM:+AES-128-GCM:+CHACHA20-POLY1305:-RSA";
	struct MHD_OptionItem tls[] = { { MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)str_to_c(&web->arena, certificate) },
		{ MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)str_to_c(&web->arena, key) },
		{ MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)priorities }, { MHD_OPTION_END, 0, NULL } };
	web->server->daemon = MHD_start_daemon(flags, 0, NULL, NULL, handle, web, MHD_OPTION_EXTERNAL_LOGGER, quiet, NULL,
	    MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_THREAD_POOL_SIZE, (unsigned)(o->event_threads ? o->event_threads : 2),
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY_PER_CONNECTION, MHD_OPTION_CONNECTION_LIMIT,
	    (unsigned)(o->connection_count_max ? o->connection_count_max : 2000), MHD_OPTION_PER_IP_CONNECTION_LIMIT,
	    (unsigned)(o->connection_count_max_per_client ? o->connection_count_max_per_client : 500), MHD_OPTION_CONNECTION_TIMEOUT,
	    (unsigned)IDLE_TIMEOUT_S, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_NOTIFY_COMPLETED, completed, web,
	    MHD_OPTION_URI_LOG_CALLBACK, first_line, web, MHD_OPTION_NOTIFY_CONNECTION, connections_notify,
	    web->server->connections, MHD_OPTION_ARRAY, o->tls_certificate ? tls : tls + 3, MHD_OPTION_END);
	if (web->server->daemon) return OK;
	report_error(report, STR("--tls-certificate"), "the server does not start%s",
	    o->tls_certificate ? "; do certificate and key fit?" : "");
	return o->tls_certificate ? ERR(INVALID) : ERR(IO);
}

struct err server_start(struct web *web, struct report *report)
{
	int fd = -1;
	struct server *server = web->server = calloc(1, sizeof *server);
	if (!server) abort();
	pthread_mutex_init(&server->lock, NULL);
	pthread_mutex_init(&server->spare_lock, NULL);
	pthread_condattr_t monotonic;
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&server->tick, &monotonic);
	pthread_condattr_destroy(&monotonic);
	server->connections = connections_new();
	if (web->options.listen_fd > 0) fd = web->options.listen_fd;
	else TRY(listen_on(web, report, &fd));
	read_port(web, fd);
	struct err err = start_daemon(web, report, fd);
	if (failed(err)) {
		close(fd);
		return err;
	}
	int32_t wanted = web->options.worker_threads ? web->options.worker_threads : 32;
	for (int32_t i = 0; i < wanted && i < WORKER_COUNT_MAX; i++) {
		struct worker *worker = &server->workers[server->worker_count];
		worker->server = server;
		pthread_cond_init(&worker->wake, NULL);
		if (pthread_create(&worker->thread, NULL, work, worker) == 0) server->worker_count++;
	}
	server->sweeps = pthread_create(&server->sweeper, NULL, sweep, server) == 0;
	return server->worker_count && server->sweeps ? OK : ERR(IO);
}

uint16_t server_port(const struct web *web) { return web->server->port; }

/* Until everything that was begun has been answered and sent, or the time is over. */
static void wait_for_exchanges(struct server *server)
{
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += STOP_WAIT_S_MAX;
	pthread_mutex_lock(&server->lock);
	while (atomic_load(&server->exchange_count) > 0 && pthread_cond_timedwait(&server->tick, &server->lock, &until) == 0) continue;
	pthread_mutex_unlock(&server->lock);
}

static void end_threads(struct server *server)
{
	pthread_mutex_lock(&server->lock);
	server->stopping = true;      /* new work is refused; the workers end when the queue is empty */
	for (int32_t i = 0; i < server->worker_count; i++) pthread_cond_signal(&server->workers[i].wake);
	pthread_mutex_unlock(&server->lock);
	for (int32_t i = 0; i < server->worker_count; i++) pthread_join(server->workers[i].thread, NULL);
	pthread_mutex_lock(&server->lock);
	server->swept = true;
	pthread_cond_broadcast(&server->tick);
	pthread_mutex_unlock(&server->lock);
	if (server->sweeps) pthread_join(server->sweeper, NULL);
}

enum { STOP_GRACE_MS = 150 };

void server_stop(struct web *web)
{
	struct server *server = web->server;
	if (!server) return;
	int listener = server->daemon ? MHD_quiesce_daemon(server->daemon) : -1;
	atomic_store(&server->closing, true);
	/* who was let in at the last moment has not spoken yet: he is heard */
	nanosleep(&(struct timespec){ .tv_nsec = STOP_GRACE_MS * 1000000L }, NULL);
	wait_for_exchanges(server);
	end_threads(server);
	wait_for_exchanges(server);   /* who was late is refused by now; the refusal goes out */
	if (server->daemon) MHD_stop_daemon(server->daemon);   /* every suspended connection has been resumed by now */
	if (listener >= 0) close(listener);
	while (server->spare) {
		struct exchange *exchange = server->spare;
		server->spare = exchange->next;
		arena_done(&exchange->arena);
		free(exchange);
	}
	connections_free(server->connections);
	pthread_mutex_destroy(&server->lock);
	pthread_mutex_destroy(&server->spare_lock);
	for (int32_t i = 0; i < server->worker_count; i++) pthread_cond_destroy(&server->workers[i].wake);
	pthread_cond_destroy(&server->tick);
	free(server);
	web->server = NULL;
}
