/* Where the SMS gateway tells what became of a message: its address was given to it with the message. */
#include "web/inside.h"

/* Asked again by the gateway only after a 5xx, so whatever may pass is one. */
static struct err report(struct request *request, struct answer *answer)
{
	int64_t type;
	if (!str_to_i64(request_query(request, "type"), &type) || type < 0 || type > INT32_MAX) return ERR(INVALID);
	struct err err = notice_report(request->hall, request_query(request, "id"), request_query(request, "key"), (int32_t)type);
	if (err_class(err) == ERR_CLASS_RETRY) return ERR(BUSY);
	TRY(err);
	answer->file = (struct answer_file){ .media_type = STR("text/plain; charset=utf-8"), .content = STR("ok\n") };
	return OK;
}

const struct route sms_routes[] = {
	{ .id = "smsReport", .method = "GET", .path = "/sms/report", .needs = NEEDS_ANYBODY, .handler = report, .foreign = true },
	{ 0 },
};
