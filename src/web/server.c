/* libmicrohttpd's side: connections, limits, and the hand-over to the workers. An event thread never waits: it collects the
 * body, suspends the connection and queues it; a worker runs the route and resumes it; the event thread sends. */
#include "web/inside.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	MEMORY_PER_CONNECTION = 128 << 10, IDLE_TIMEOUT_S = 20, QUEUE_COUNT_MAX = 4096, QUEUE_WAIT_US_MAX = 10000000,
	SPARE_COUNT_MAX = 128, HEADER_CHARS_MAX = 300, ID_BYTES = 8, SMALL_BODY_BYTES = 64 << 10,
	BODY_RATE_BYTES_S = 512, BODY_GRACE_US = 10000000,
};
#define BODIES_BYTES_MAX ((size_t)512 << 20)   /* of all requests at the same time */

/* One request from its first header to its last byte. */
struct exchange {
	struct web *web;
	struct arena arena;
	struct MHD_Connection *connection;
	struct str raw_url, method;
	char *body;
	size_t body_len, body_capacity, body_bytes_max;
	int64_t began_us, queued_us;
	struct request request;
	struct report report;
	struct session session;
	struct answer answer;
	bool collected, answered, too_large;
	struct exchange *next;
};

struct server {
	struct MHD_Daemon *daemon;
	pthread_t workers[256];
	int32_t worker_count;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct exchange *first, *last, *spare;
	size_t queued, spare_count;
	bool stopping;
	_Atomic size_t body_bytes;
	uint16_t port;
};

/* ---- exchanges are kept for the next request --------------------------------------------------------------- */

static struct exchange *exchange_take(struct web *web)
{
	struct server *server = web->server;
	pthread_mutex_lock(&server->lock);
	struct exchange *exchange = server->spare;
	if (exchange) {
		server->spare = exchange->next;
		server->spare_count--;
	}
	pthread_mutex_unlock(&server->lock);
	if (!exchange && !(exchange = calloc(1, sizeof *exchange))) abort();
	struct arena arena = exchange->arena;
	*exchange = (struct exchange){ .web = web, .arena = arena, .began_us = clock_monotonic_us() };
	return exchange;
}

static void exchange_give_back(struct exchange *exchange)
{
	struct server *server = exchange->web->server;
	atomic_fetch_sub(&server->body_bytes, exchange->body_capacity);
	free(exchange->body);
	exchange->body = NULL;
	if (arena_bytes(&exchange->arena) > (1 << 20)) arena_done(&exchange->arena);
	else arena_reset(&exchange->arena);
	pthread_mutex_lock(&server->lock);
	bool kept = server->spare_count < SPARE_COUNT_MAX;
	if (kept) {
		exchange->next = server->spare;
		server->spare = exchange;
		server->spare_count++;
	}
	pthread_mutex_unlock(&server->lock);
	if (!kept) {
		arena_done(&exchange->arena);
		free(exchange);
	}
}

/* ---- sending --------------------------------------------------------------------------------------------------- */

static enum MHD_Result send_answer(struct exchange *exchange)
{
	struct answer *answer = &exchange->answer;
	/* the bytes live in the exchange's arena until the connection is done with them */
	struct MHD_Response *response =
	    MHD_create_response_from_buffer(answer->body.len, (void *)(uintptr_t)answer->body.ptr, MHD_RESPMEM_PERSISTENT);
	if (!response) return MHD_NO;
	if (answer->media_type.len)
		MHD_add_response_header(response, "Content-Type", str_to_c(&exchange->arena, answer->media_type));
	for (size_t i = 0; i < answer->headers.count; i++)
		MHD_add_response_header(response, str_to_c(&exchange->arena, answer->headers.items[i].name),
		    str_to_c(&exchange->arena, answer->headers.items[i].value));
	exchange->answered = true;
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
	if (status == 503) LIST_PUSH(&exchange->arena, &answer->headers, ((struct request_field){ STR("Retry-After"), STR("5") }));
	atomic_fetch_add(&exchange->web->refused, 1);
	return send_answer(exchange);
}

/* ---- the beginning of a request: what can be refused is refused before its body is read -------------------------- */

static struct str header(struct exchange *exchange, const char *name)
{
	const char *value = MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, name);
	return value ? str_copy(&exchange->arena, str_sub(str_from_c(value), 0, 4096)) : STR("");
}

static struct str client_address(struct exchange *exchange)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	char text[INET6_ADDRSTRLEN] = "";
	struct str forwarded = exchange->web->options.trust_proxy ? header(exchange, "X-Forwarded-For") : STR("");
	ptrdiff_t comma = -1;
	for (size_t i = 0; i < forwarded.len; i++) if (forwarded.ptr[i] == ',') comma = (ptrdiff_t)i;
	if (forwarded.len) return str_trim(str_sub(forwarded, (size_t)(comma + 1), forwarded.len));   /* what our proxy saw itself */
	if (info && info->client_addr && info->client_addr->sa_family == AF_INET) {
		struct sockaddr_in in;
		memcpy(&in, info->client_addr, sizeof in);
		inet_ntop(AF_INET, &in.sin_addr, text, sizeof text);
	} else if (info && info->client_addr && info->client_addr->sa_family == AF_INET6) {
		struct sockaddr_in6 in;
		memcpy(&in, info->client_addr, sizeof in);
		inet_ntop(AF_INET6, &in.sin6_addr, text, sizeof text);
	}
	return str_copy(&exchange->arena, str_from_c(text));
}

static bool split_url(struct exchange *exchange)
{
	struct request *request = &exchange->request;
	struct str raw = exchange->raw_url, query = STR(""), piece;
	ptrdiff_t mark = str_find_byte(raw, '?', 0);
	if (mark >= 0) {
		query = str_sub(raw, (size_t)mark + 1, raw.len);
		raw = str_sub(raw, 0, (size_t)mark);
	}
	if (!url_decode(&exchange->arena, raw, false, &request->path) || str_find_byte(request->path, '\0', 0) >= 0) return false;
	if (str_starts(request->path, STR("/api/v1/"))) {
		request->json = true;
		request->path = str_sub(request->path, 7, request->path.len);
	}
	while (str_split(&query, '&', &piece)) {
		struct request_field field = { piece, STR("") };
		ptrdiff_t equals = str_find_byte(piece, '=', 0);
		if (equals >= 0) field = (struct request_field){ str_sub(piece, 0, (size_t)equals), str_sub(piece, (size_t)equals + 1, piece.len) };
		if (request->query.count >= FIELD_COUNT_MAX || !url_decode(&exchange->arena, field.name, true, &field.name) ||
		    !url_decode(&exchange->arena, field.value, true, &field.value))
			return false;
		LIST_PUSH(&exchange->arena, &request->query, field);
	}
	return true;
}

static void fill_request(struct exchange *exchange)
{
	struct request *request = &exchange->request;
	uint8_t id[ID_BYTES];
	exchange->report = report_make(&exchange->arena);
	rand_fill(rand_system(), id, sizeof id);
	request->web = exchange->web;
	request->hall = exchange->web->hall;
	request->arena = &exchange->arena;
	request->connection = exchange->connection;
	request->method = str_eq_c(exchange->method, "HEAD") ? STR("GET") : exchange->method;
	request->session = &exchange->session;
	request->report = &exchange->report;
	request->client = client_address(exchange);
	request->device = str_sub(header(exchange, "User-Agent"), 0, HEADER_CHARS_MAX);
	request->host = header(exchange, "Host");
	request->id = str_hex(&exchange->arena, id, sizeof id);
	request->now_ms = hall_now_ms(exchange->web->hall);
	request->secure = exchange->web->options.tls_certificate != NULL || str_starts(exchange->web->options.public_url, STR("https:")) ||
	    (exchange->web->options.trust_proxy && str_eq_c(header(exchange, "X-Forwarded-Proto"), "https"));
	request->language = STR("zh-CN");
}

/* What the headers alone tell: 0, or the status of a refusal. */
static int refuse_early(struct exchange *exchange, struct str *out_words)
{
	struct request *request = &exchange->request;
	struct str length = header(exchange, "Content-Length"), coding = header(exchange, "Transfer-Encoding");
	int64_t bytes = 0;
	/* the shape of request smuggling; the library lets it through */
	if (length.len && coding.len) { *out_words = STR("Content-Length and Transfer-Encoding together are not accepted.\n"); return 400; }
	if (!split_url(exchange)) { *out_words = STR("The address cannot be read.\n"); return 400; }
	if (length.len && (!str_to_i64(length, &bytes) || bytes < 0)) { *out_words = STR("Content-Length is no number.\n"); return 400; }
	enum route_match match = route_find(request->method, request->path, request->json, &request->route, request->parts);
	exchange->body_bytes_max = match == ROUTE_FOUND ? request->route->body_bytes_max : 0;
	bool has_body = bytes > 0 || coding.len;
	if (!has_body) return 0;
	if (match != ROUTE_FOUND) exchange->body_bytes_max = SMALL_BODY_BYTES;   /* read and dropped, so that the answer arrives */
	if ((uint64_t)bytes > exchange->body_bytes_max) {
		*out_words = STR("内容太大了，没有收下。照片每个不超过20 MB，请分开上传。\nThe body is larger than what is accepted here.\n");
		return 413;
	}
	/* a large body only from somebody who brings a session at all */
	if (bytes > SMALL_BODY_BYTES && !(request->route->needs & NEEDS_ANYBODY) &&
	    request_cookie(request, session_cookie_name(request)).len == 0 && header(exchange, "Authorization").len == 0) {
		*out_words = STR("请先登录再上传。\nPlease sign in first.\n");
		return 401;
	}
	if (atomic_load(&exchange->web->server->body_bytes) > BODIES_BYTES_MAX) {
		*out_words = STR("现在上传的人太多，请过几秒再试。\nToo many uploads at this moment.\n");
		return 503;
	}
	return 0;
}

static bool collect(struct exchange *exchange, const char *bytes, size_t count)
{
	struct server *server = exchange->web->server;
	if (exchange->body_len + count > exchange->body_bytes_max) return false;
	if (exchange->body_len + count > exchange->body_capacity) {
		size_t capacity = exchange->body_capacity ? exchange->body_capacity * 2 : 4096;
		while (capacity < exchange->body_len + count) capacity *= 2;
		char *body = realloc(exchange->body, capacity);
		if (!body) return false;
		atomic_fetch_add(&server->body_bytes, capacity - exchange->body_capacity);
		exchange->body = body;
		exchange->body_capacity = capacity;
	}
	memcpy(exchange->body + exchange->body_len, bytes, count);
	exchange->body_len += count;
	/* a body that trickles holds memory and a place: fewer bytes a second than any real line gives, and it ends */
	int64_t us = clock_monotonic_us() - exchange->began_us;
	return us < BODY_GRACE_US || (int64_t)exchange->body_len > us / 1000000 * BODY_RATE_BYTES_S;
}

/* ---- workers -------------------------------------------------------------------------------------------------------- */

static bool enqueue(struct exchange *exchange)
{
	struct server *server = exchange->web->server;
	exchange->queued_us = clock_monotonic_us();
	pthread_mutex_lock(&server->lock);
	bool taken = server->queued < QUEUE_COUNT_MAX && !server->stopping;
	if (taken) {
		MHD_suspend_connection(exchange->connection);   /* before anybody can resume it */
		exchange->next = NULL;
		if (server->last) server->last->next = exchange;
		else server->first = exchange;
		server->last = exchange;
		server->queued++;
		pthread_cond_signal(&server->wake);
	}
	pthread_mutex_unlock(&server->lock);
	return taken;
}

static void work_on(struct exchange *exchange)
{
	struct request *request = &exchange->request;
	struct str body = { exchange->body, exchange->body_len };
	if (clock_monotonic_us() - exchange->queued_us > QUEUE_WAIT_US_MAX) {
		answer_problem(request, &exchange->answer, ERR(BUSY));
	} else {
		struct err err = OK;
		request->body = body;
		if (exchange->body_len && request->route) err = body_decode(request, body);
		if (failed(err)) answer_problem(request, &exchange->answer, err);
		else route_run(request, &exchange->answer);
	}
	atomic_fetch_add(&exchange->web->requests, 1);
	if (exchange->answer.status >= 500) {
		atomic_fetch_add(&exchange->web->faults, 1);
		log_event(exchange->web->logger, LOG_LEVEL_ERROR, "http.fault", "request=%.*s route=%s status=%d",
		    STR_ARG(request->id), request->route ? request->route->id : "none", exchange->answer.status);
	}
}

static void *worker(void *data)
{
	struct server *server = ((struct web *)data)->server;
	for (;;) {
		pthread_mutex_lock(&server->lock);
		while (!server->first && !server->stopping) pthread_cond_wait(&server->wake, &server->lock);
		struct exchange *exchange = server->first;
		if (exchange) {
			server->first = exchange->next;
			if (!server->first) server->last = NULL;
			server->queued--;
		}
		pthread_mutex_unlock(&server->lock);
		if (!exchange) return NULL;   /* stopping, and nothing waits any more */
		work_on(exchange);
		MHD_resume_connection(exchange->connection);
	}
}

/* ---- libmicrohttpd calls us ---------------------------------------------------------------------------------------------- */

static void *first_line(void *data, const char *uri, struct MHD_Connection *connection)
{
	(void)connection;
	struct exchange *exchange = exchange_take(data);
	exchange->raw_url = str_copy(&exchange->arena, str_from_c(uri));
	return exchange;
}

static enum MHD_Result handle(void *data, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
    const char *upload_data, size_t *upload_bytes, void **con_cls)
{
	struct exchange *exchange = *con_cls;
	struct web *web = data;
	(void)url; (void)version;
	if (!exchange->connection) {   /* the first call: headers only */
		struct str words = STR("");
		exchange->connection = connection;
		exchange->method = str_copy(&exchange->arena, str_from_c(method));
		fill_request(exchange);
		int status = refuse_early(exchange, &words);
		return status ? send_refusal(exchange, status, words) : MHD_YES;
	}
	if (exchange->answered) return MHD_YES;
	if (*upload_bytes) {
		if (!exchange->too_large && !collect(exchange, upload_data, *upload_bytes)) exchange->too_large = true;
		*upload_bytes = 0;
		return MHD_YES;
	}
	if (exchange->too_large) return send_refusal(exchange, 413, STR("内容太大，或者传得太慢，没有收下。\nThe body is too large, or came too slowly.\n"));
	if (exchange->collected) return send_answer(exchange);   /* resumed: the worker has answered */
	exchange->collected = true;
	(void)web;
	if (!enqueue(exchange)) return send_refusal(exchange, 503, STR("现在用的人太多，请过几秒再试。\nToo much work at this moment.\n"));
	return MHD_YES;
}

static void completed(void *data, struct MHD_Connection *connection, void **con_cls, enum MHD_RequestTerminationCode code)
{
	struct exchange *exchange = *con_cls;
	(void)data; (void)connection; (void)code;
	*con_cls = NULL;
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
	struct MHD_OptionItem tls[] = { { MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)str_to_c(&web->arena, certificate) },
		{ MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)str_to_c(&web->arena, key) }, { MHD_OPTION_END, 0, NULL } };
	web->server->daemon = MHD_start_daemon(flags, 0, NULL, NULL, handle, web, MHD_OPTION_EXTERNAL_LOGGER, quiet, NULL,
	    MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_THREAD_POOL_SIZE, (unsigned)(o->event_threads ? o->event_threads : 2),
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY_PER_CONNECTION, MHD_OPTION_CONNECTION_LIMIT,
	    (unsigned)(o->connection_count_max ? o->connection_count_max : 2000), MHD_OPTION_PER_IP_CONNECTION_LIMIT,
	    (unsigned)(o->connection_count_max_per_client ? o->connection_count_max_per_client : 500), MHD_OPTION_CONNECTION_TIMEOUT,
	    (unsigned)IDLE_TIMEOUT_S, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_NOTIFY_COMPLETED, completed, web,
	    MHD_OPTION_URI_LOG_CALLBACK, first_line, web, MHD_OPTION_ARRAY, o->tls_certificate ? tls : tls + 2, MHD_OPTION_END);
	if (web->server->daemon) return OK;
	report_error(report, STR("--tls-certificate"), "the server does not start%s",
	    o->tls_certificate ? "; do certificate and key fit?" : "");
	return ERR(IO);
}

struct err server_start(struct web *web, struct report *report)
{
	int fd = -1;
	struct server *server = web->server = calloc(1, sizeof *server);
	if (!server) abort();
	pthread_mutex_init(&server->lock, NULL);
	pthread_cond_init(&server->wake, NULL);
	if (web->options.listen_fd > 0) fd = web->options.listen_fd;
	else TRY(listen_on(web, report, &fd));
	read_port(web, fd);
	struct err err = start_daemon(web, report, fd);
	if (failed(err)) {
		close(fd);
		return err;
	}
	int32_t wanted = web->options.worker_threads ? web->options.worker_threads : 32;
	int32_t most = (int32_t)(sizeof server->workers / sizeof *server->workers);
	for (int32_t i = 0; i < wanted && i < most; i++)
		if (pthread_create(&server->workers[server->worker_count], NULL, worker, web) == 0) server->worker_count++;
	return server->worker_count ? OK : ERR(IO);
}

uint16_t server_port(const struct web *web) { return web->server->port; }

void server_stop(struct web *web)
{
	struct server *server = web->server;
	if (!server) return;
	/* Not MHD_quiesce_daemon: with epoll it races with the library's own threads for the listening socket and aborts the
	 * process (0.9.75). Whoever comes meanwhile gets a 503 that says when to come again. */
	pthread_mutex_lock(&server->lock);
	server->stopping = true;      /* new work is refused; the workers end when the queue is empty */
	pthread_cond_broadcast(&server->wake);
	pthread_mutex_unlock(&server->lock);
	for (int32_t i = 0; i < server->worker_count; i++) pthread_join(server->workers[i], NULL);
	if (server->daemon) MHD_stop_daemon(server->daemon);   /* every suspended connection has been resumed by now */
	while (server->spare) {
		struct exchange *exchange = server->spare;
		server->spare = exchange->next;
		arena_done(&exchange->arena);
		free(exchange);
	}
	pthread_mutex_destroy(&server->lock);
	pthread_cond_destroy(&server->wake);
	free(server);
	web->server = NULL;
}
