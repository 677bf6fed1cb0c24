/* Queueing notices: inside the command that causes them. Sending them: notices.c. */
#include "hall/inside.h"

/* The context is what the template may need later; the number is not known before the commit, so the text is not made
 * here (design: rendered when sent). */
struct err notice_queue(struct work *work, struct case_file *file, const struct service_notice *notice)
{
	struct feel_value phone = feel_get(file->data, STR("phone"));
	int64_t notice_id = id_next(&work->hall->ids);
	struct str to_box, context_box;
	if (phone.kind != FEEL_STRING) return OK;   /* nobody to write to: the case page still tells it */
	TRY(seal_text(work->hall, work->arena, "notice.to", notice_id, phone.string, &to_box));
	TRY(seal_text(work->hall, work->arena, "notice.context", notice_id, STR("{}"), &context_box));
	WORK_ADD(work, "notice_add", I(notice_id), I(file->row.case_id), T(notice->id), T(STR("sms")), B(to_box), B(context_box),
	    I(work->now_ms));
	return audit_add(work, file->row.case_id, "notice.queued", notice->id, STR(""));
}

/* The text as it would be sent now. NOT_FOUND: the service has no such notice. */
struct err notice_text(struct work *work, struct case_file *file, struct str notice_id, struct str *out_text)
{
	struct feel_value context;
	struct feel_template_options options = { .escape = FEEL_ESCAPE_SMS, .must_have_values = true, .bytes_max = 2000 };
	struct str text;
	for (size_t i = 0; i < file->service->notices.count; i++) {
		const struct service_notice *notice = &file->service->notices.items[i];
		if (!str_eq(notice->id, notice_id)) continue;
		TRY(paper_context(work, file, &context));
		TRY(feel_template_run(work->arena, notice->body, context, &file->environment->feel, &options, work->report, &text));
		*out_text = str_trim(text);
		return OK;
	}
	return ERR(NOT_FOUND);
}
