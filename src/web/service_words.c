#include "web/service_words.h"

struct str service_say(const struct request *request, const struct service *service, const char *section, struct str id, struct str own)
{
	if (request->language_index != 1 || service == NULL || id.len == 0) return own;
	const struct json *said = json_get(json_get(service->english, str_from_c(section)), id);
	return json_is(said, JSON_STRING) && json_string(said).len ? json_string(said) : own;
}
