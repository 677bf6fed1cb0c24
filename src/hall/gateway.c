/* Kannel's sendsms: answers read off gw/smsbox of 1.4.5 and tried against it (tests/stories/kannel.c). */
#include "hall/gateway.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

enum { URL_BYTES_MAX = 32 << 10, ANSWER_BYTES_KEPT = 256, ANSWER_BYTES_MAX = 64 << 10, TIMEOUT_S = 10, CONNECT_TIMEOUT_S = 5 };

struct gateway {
	const struct notice_gateway *settings;
	CURL *curl;
	char answer[ANSWER_BYTES_KEPT];
	size_t answer_len, answer_bytes;
};

static size_t keep_beginning(char *bytes, size_t size, size_t count, void *data)
{
	struct gateway *gateway = data;
	size_t len = size * count, room = sizeof gateway->answer - gateway->answer_len;
	size_t kept = len < room ? len : room;
	memcpy(gateway->answer + gateway->answer_len, bytes, kept);
	gateway->answer_len += kept;
	gateway->answer_bytes += len;
	return gateway->answer_bytes > ANSWER_BYTES_MAX ? 0 : len;   /* 0 ends the transfer */
}

struct err gateway_open(const struct notice_gateway *settings, struct gateway **out_gateway)
{
	struct gateway *gateway = calloc(1, sizeof *gateway);
	if (!gateway) abort();
	gateway->settings = settings;
	CURL *curl = gateway->curl = curl_easy_init();
	if (!curl) {
		free(gateway);
		return ERR(INTERNAL);
	}
	long timeout_s = settings->timeout_s > 0 ? settings->timeout_s : TIMEOUT_S;
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, timeout_s);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, timeout_s < CONNECT_TIMEOUT_S ? timeout_s : CONNECT_TIMEOUT_S);
	/* A request on a connection that turns out dead would be sent again by curl itself: a message twice, behind our back.
	 * So every message has a connection of its own; the handle, its DNS and TLS sessions are kept. */
	curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, 1L);
	curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, 1L);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep_beginning);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, gateway);
	*out_gateway = gateway;
	return OK;
}

void gateway_close(struct gateway *gateway)
{
	if (!gateway) return;
	curl_easy_cleanup(gateway->curl);
	free(gateway);
}

/* curl takes length 0 for "measure it yourself", so an empty value must not reach it. */
static void add_parameter(struct gateway *gateway, struct buf *url, const char *name, struct str value)
{
	char *escaped = value.len ? curl_easy_escape(gateway->curl, value.ptr, (int)value.len) : NULL;
	buf_printf(url, "%c%s=%s", str_find_byte(buf_str(url), '?', 0) < 0 ? '?' : '&', name, escaped ? escaped : "");
	curl_free(escaped);
}

static struct gateway_reply reply(enum gateway_answer answer, long status, const char *words)
{
	return (struct gateway_reply){ .answer = answer, .status = status, .words = words };
}

static bool answer_begins(const struct gateway *gateway, const char *words)
{
	return str_starts((struct str){ gateway->answer, gateway->answer_len }, str_from_c(words));
}

/* Kannel: 202 taken or queued, 400 and 403 no to this message, 503 try later. The same 403 means a wrong password and the
 * same 400 a missing sender: only the words differ, and those two concern every message. */
static struct gateway_reply read_answer(const struct gateway *gateway, long status)
{
	if (status == 202) return reply(GATEWAY_ACCEPTED, status, "taken");
	if (status == 403 && answer_begins(gateway, "Authorization failed"))
		return reply(GATEWAY_CLOSED, status, "user name or password is wrong");
	if (status == 400 && answer_begins(gateway, "Sender missing")) return reply(GATEWAY_CLOSED, status, "it wants a sender");
	if (status == 400 || status == 403) return reply(GATEWAY_REFUSED, status, "it refuses this message");
	if (status == 503 || status == 429) return reply(GATEWAY_DOWN, status, "it cannot send now");
	if ((status >= 300 && status < 500) && status != 408) return reply(GATEWAY_CLOSED, status, "this address is no sendsms of Kannel");
	return reply(GATEWAY_UNKNOWN, status, "its answer is not one of Kannel's");
}

static struct gateway_reply perform(struct gateway *gateway, const char *url)
{
	long status = 0, sent_bytes = 0;
	gateway->answer_len = gateway->answer_bytes = 0;
	curl_easy_setopt(gateway->curl, CURLOPT_URL, url);
	CURLcode code = curl_easy_perform(gateway->curl);
	curl_easy_getinfo(gateway->curl, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(gateway->curl, CURLINFO_REQUEST_SIZE, &sent_bytes);
	if (code == CURLE_OK || code == CURLE_WRITE_ERROR) return read_answer(gateway, status);
	if (code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_URL_MALFORMAT) return reply(GATEWAY_CLOSED, 0, "the address cannot be used");
	if (code == CURLE_PEER_FAILED_VERIFICATION) return reply(GATEWAY_CLOSED, 0, "its certificate does not hold");
	if (sent_bytes == 0) return reply(GATEWAY_DOWN, 0, "no connection");   /* not a byte of the question has left */
	return reply(GATEWAY_UNKNOWN, 0, code == CURLE_OPERATION_TIMEDOUT ? "no answer in time" : "the connection broke");
}

static struct buf url_begin(struct gateway *gateway, struct arena *arena)
{
	struct buf url = buf_make(arena, URL_BYTES_MAX);
	buf_add(&url, gateway->settings->url);
	add_parameter(gateway, &url, "username", gateway->settings->username);
	add_parameter(gateway, &url, "password", gateway->settings->password);
	if (gateway->settings->sender.len) add_parameter(gateway, &url, "from", gateway->settings->sender);
	return url;
}

struct gateway_reply gateway_ask(struct gateway *gateway, struct arena *arena, struct str to, struct str text, struct str report)
{
	struct str whole;
	struct buf url = url_begin(gateway, arena);
	if (gateway->settings->demo) return reply(GATEWAY_ACCEPTED, 0, "a demo: nothing is sent");
	add_parameter(gateway, &url, "to", to);
	buf_add_lit(&url, "&coding=2&charset=UTF-8");
	add_parameter(gateway, &url, "text", text);
	if (report.len) {
		buf_add_lit(&url, "&dlr-mask=31");
		add_parameter(gateway, &url, "dlr-url", report);
	}
	if (failed(buf_finish(&url, &whole))) return reply(GATEWAY_REFUSED, 0, "the message is too long");
	return perform(gateway, str_to_c(arena, whole));
}

struct gateway_reply gateway_probe(struct gateway *gateway, struct arena *arena)
{
	struct buf url = url_begin(gateway, arena);
	struct gateway_reply answer = perform(gateway, str_to_c(arena, buf_str(&url)));
	if (answer.answer == GATEWAY_REFUSED || answer.answer == GATEWAY_ACCEPTED) return reply(GATEWAY_ACCEPTED, answer.status, "it listens");
	if (answer.answer == GATEWAY_UNKNOWN) answer.answer = GATEWAY_DOWN;
	return answer;
}
