#include "hall/oidc_fetch.h"

#include <curl/curl.h>

static size_t take(char *bytes, size_t size, size_t count, void *data)
{
	struct buf *buf = data;
	buf_add_bytes(buf, bytes, size * count);
	return buf->overflow ? 0 : size * count;
}

struct str form_encode(struct arena *arena, struct str text)
{
	struct buf buf = buf_make(arena, text.len * 3 + 1);
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
		    c == '_' || c == '~';
		if (plain) buf_add_byte(&buf, (char)c);
		else buf_printf(&buf, "%%%02X", c);
	}
	return buf_str(&buf);
}

static bool address_is_fit(const struct oidc_settings *settings, struct str url)
{
	if (str_starts(url, STR("https://"))) return true;
	return settings->loopback_allowed && (str_starts(url, STR("http://127.0.0.1:")) || str_starts(url, STR("http://localhost:")));
}

static void set_options(CURL *curl, struct arena *arena, const struct oidc_settings *settings, const struct oidc_question *question)
{
	curl_easy_setopt(curl, CURLOPT_URL, str_to_c(arena, question->url));
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, settings->loopback_allowed ? "http,https" : "https");
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)settings->timeout_s);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)(settings->timeout_s < 5 ? settings->timeout_s : 5));
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	if (settings->loopback_allowed) curl_easy_setopt(curl, CURLOPT_PROXY, "");
	if (question->body.len) {
		curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)question->body.len);
		curl_easy_setopt(curl, CURLOPT_COPYPOSTFIELDS, str_to_c(arena, question->body));
	}
	if (question->user.len) {
		curl_easy_setopt(curl, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
		curl_easy_setopt(curl, CURLOPT_USERNAME, str_to_c(arena, question->user));
		curl_easy_setopt(curl, CURLOPT_PASSWORD, str_to_c(arena, question->password));
	}
}

static struct err judge(struct arena *arena, CURLcode code, long status, struct str text, struct report *report)
{
	const struct json *json;
	if (code == CURLE_WRITE_ERROR) {
		report_error(report, STR("provider"), "its answer is larger than %d bytes", OIDC_ANSWER_BYTES_MAX);
		return ERR(INVALID);
	}
	if (code != CURLE_OK || status >= 500) {
		report_error(report, STR("provider"), "no answer: %s, status %ld", curl_easy_strerror(code), status);
		return ERR(BUSY);
	}
	struct err err = json_parse(arena, text, NULL, &json);
	if (status != 200) {
		report_error(report, STR("provider"), "status %ld %.*s", status, STR_ARG(failed(err) ? STR("") : json_string_of(json, "error")));
		return ERR(FORBIDDEN);
	}
	if (failed(err)) report_error(report, STR("provider"), "its answer is no JSON");
	return failed(err) ? ERR(INVALID) : OK;
}

struct err oidc_fetch(struct arena *arena, const struct oidc_settings *settings, const struct oidc_question *question,
	struct report *report, struct str *out_text)
{
	struct buf buf = buf_make(arena, OIDC_ANSWER_BYTES_MAX);
	long status = 0;
	if (!address_is_fit(settings, question->url)) {
		report_error(report, STR("provider"), "an address that is not https");
		return ERR(INVALID);
	}
	CURL *curl = curl_easy_init();
	if (!curl) return ERR(INTERNAL);
	struct curl_slist *headers = curl_slist_append(NULL, "Accept: application/json");
	if (question->bearer.len)
		headers = curl_slist_append(headers, str_to_c(arena, str_printf(arena, "Authorization: Bearer %.*s", STR_ARG(question->bearer))));
	set_options(curl, arena, settings, question);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, &buf);
	CURLcode code = curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	curl_slist_free_all(headers);
	curl_easy_cleanup(curl);
	TRY(judge(arena, code, status, buf_str(&buf), report));
	*out_text = buf_str(&buf);
	return OK;
}
