/* The beginning of a request: what the first line and the headers tell, and what can be refused before a body is read. */
#include "web/exchange.h"

#include <arpa/inet.h>
#include <string.h>

enum { HEADER_CHARS_MAX = 300, HEADER_COUNT_MAX = 100, ID_BYTES = 8, HEADER_BYTES_MAX = 4096 };

static struct str header(struct exchange *exchange, const char *name)
{
	const char *value = MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, name);
	return value ? str_copy(&exchange->arena, str_sub(str_from_c(value), 0, HEADER_BYTES_MAX)) : STR("");
}

/* ---- framing: two programs that read one request differently are how requests are smuggled ------------------------- */

struct framing {
	const char *end;                     /* of what has been read of the head */
	size_t count, hosts, lengths, codings;
	bool plain, chunked;
	struct str length;
};

static bool is_token(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		char c = text[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
		if (!letter && (c == '\0' || !strchr("!#$%&'*+-.^_`|~", c))) return false;
	}
	return len > 0;
}

static bool is_line(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) if (((unsigned char)text[i] < ' ' && text[i] != '\t') || text[i] == 127) return false;
	return true;
}

static bool is_one_of(const char *key, size_t len, const char *name)
{
	return len == strlen(name) && strncasecmp(key, name, len) == 0;
}

/* libmicrohttpd 0.9.75 lets bare LF, folded lines and NUL through and has no switch for them, but it leaves names and
 * values where they came in: after each stand CR and LF, two bytes, and what was moved or is shorter was none of that.
 * Later versions refuse all this by themselves (MHD_OPTION_CLIENT_DISCIPLINE_LVL). */
static bool stands_next(const char *end, const char *next, ptrdiff_t bytes_between)
{
#if MHD_VERSION < 0x00097701
	return (uintptr_t)next - (uintptr_t)end == (uintptr_t)bytes_between;
#else
	(void)end; (void)next; (void)bytes_between;
	return true;
#endif
}

static enum MHD_Result look_at(
	void *data, enum MHD_ValueKind kind, const char *key, size_t key_len, const char *value, size_t value_len)
{
	struct framing *framing = data;
	(void)kind;
	framing->plain = framing->plain && value && stands_next(framing->end, key, 2) && is_token(key, key_len) &&
	    is_line(value, value_len) && ++framing->count <= HEADER_COUNT_MAX;
	if (!framing->plain) return MHD_NO;
	framing->end = value + value_len;
	framing->hosts += is_one_of(key, key_len, "Host");
	if (is_one_of(key, key_len, "Content-Length")) {
		framing->lengths++;
		framing->length = (struct str){ value, value_len };
	} else if (is_one_of(key, key_len, "Transfer-Encoding")) {
		framing->codings++;
		framing->chunked = is_one_of(value, value_len, "chunked");
	}
	return MHD_YES;
}

static bool is_number(struct str digits)
{
	for (size_t i = 0; i < digits.len; i++) if (digits.ptr[i] < '0' || digits.ptr[i] > '9') return false;
	return digits.len > 0 && digits.len <= 18;
}

/* NULL, or what is wrong with it. */
static const char *read_framing(struct exchange *exchange, const char *url, const char *version, struct framing *framing)
{
	const union MHD_ConnectionInfo *info;
	*framing = (struct framing){ .end = version + strlen(version) };
	framing->plain = stands_next(exchange->head_start + exchange->method.len, url, 1) &&
	    stands_next(url + exchange->raw_url.len, version, 1) && (strcmp(version, "HTTP/1.1") == 0 || strcmp(version, "HTTP/1.0") == 0);
	MHD_get_connection_values_n(exchange->connection, MHD_HEADER_KIND, look_at, framing);
	info = MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
	if (!framing->plain || !info || !stands_next(framing->end, exchange->head_start + info->header_size, 4))
		return "A line of the request is not as HTTP/1.1 writes it (CR LF, no folded lines, at most 100).\n";
	if (framing->hosts > 1) return "Host stands more than once.\n";
	if (framing->lengths + framing->codings > 1) return "Content-Length and Transfer-Encoding: one of them, and once.\n";
	if (framing->codings && (!framing->chunked || strcmp(version, "HTTP/1.1") != 0)) return "Of transfer codings only chunked is known.\n";
	if (framing->lengths && !is_number(framing->length)) return "Content-Length is no number.\n";
	return NULL;
}

/* ---- what they tell -------------------------------------------------------------------------------------------------- */

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
	struct str raw = exchange->raw_url, query = STR("");
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
	struct request_fields fields = { 0 };
	if (failed(form_split(&exchange->arena, query, &fields))) return false;
	request->query.items = fields.items;
	request->query.count = fields.count;
	return true;
}

static void fill_request(struct exchange *exchange)
{
	struct request *request = &exchange->request;
	uint8_t id[ID_BYTES];
	rand_fill(rand_system(), id, sizeof id);
	request->client = client_address(exchange);
	request->device = str_sub(header(exchange, "User-Agent"), 0, HEADER_CHARS_MAX);
	request->host = header(exchange, "Host");
	request->id = str_hex(&exchange->arena, id, sizeof id);
	request->now_ms = hall_now_ms(exchange->web->hall);
	request->secure = exchange->web->options.tls_certificate != NULL || str_starts(exchange->web->options.public_url, STR("https:")) ||
	    (exchange->web->options.trust_proxy && str_eq_c(header(exchange, "X-Forwarded-Proto"), "https"));
	request->language = STR("zh-CN");
}

/* A body: how large it may be, and whether it is worth asking who sends it. */
static int judge_body(struct exchange *exchange, const struct framing *framing, bool found, struct str *out_words)
{
	struct request *request = &exchange->request;
	int64_t bytes = 0;
	if (framing->lengths) (void)str_to_i64(framing->length, &bytes);
	exchange->body_bytes_max = found ? request->route->body_bytes_max : 0;
	exchange->body_bytes_said = (size_t)bytes;
	if (bytes == 0 && !framing->chunked) return 0;
	if (!found) exchange->body_bytes_max = SMALL_BODY_BYTES;   /* read and dropped, so that the answer arrives */
	if ((uint64_t)bytes > exchange->body_bytes_max) {
		*out_words = STR("内容太大了，没有收下。照片每个不超过20 MB，请分开上传。\nThe body is larger than what is accepted here.\n");
		return 413;
	}
	exchange->is_large = (framing->chunked || bytes > SMALL_BODY_BYTES) && exchange->body_bytes_max > SMALL_BODY_BYTES;
	bool by_somebody = request_cookie(request, session_cookie_name(request)).len || header(exchange, "Authorization").len;
	if (exchange->is_large && !by_somebody && !(request->route->needs & NEEDS_ANYBODY)) {
		*out_words = STR("请先登录再上传。\nPlease sign in first.\n");
		return 401;
	}
	connection_expects_body(exchange->connection, framing->chunked ? exchange->body_bytes_max : (size_t)bytes);
	return 0;
}

int head_read(struct exchange *exchange, const char *url, const char *method, const char *version, struct str *out_words)
{
	struct request *request = &exchange->request;
	struct framing framing;
	exchange->method = str_copy(&exchange->arena, str_from_c(method));
	exchange->head_start = method;
	exchange->report = report_make(&exchange->arena);
	request->web = exchange->web;
	request->hall = exchange->web->hall;
	request->arena = &exchange->arena;
	request->connection = exchange->connection;
	request->method = str_eq_c(exchange->method, "HEAD") ? STR("GET") : exchange->method;
	request->session = &exchange->session;
	request->report = &exchange->report;
	const char *wrong = read_framing(exchange, url, version, &framing);
	if (!wrong && !split_url(exchange)) wrong = "The address cannot be read.\n";
	if (wrong) {
		*out_words = str_from_c(wrong);
		return 400;
	}
	fill_request(exchange);
	bool found = route_find(request->method, request->path, request->json, &request->route, request->parts) == ROUTE_FOUND;
	return judge_body(exchange, &framing, found, out_words);
}
