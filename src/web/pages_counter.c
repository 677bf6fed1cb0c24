/* The counter: a clerk with the person in front of him. Who is meant, what the card says, which phone from now on. */
#include "web/worker.h"

static const char *const fields[] = { "q", "document", "idNumber", "name", "seen", "note", "phone", "reason", "code", "person" };
enum { FIELD_COUNT = sizeof fields / sizeof *fields };

static struct code_request door_of(struct request *request)
{
	return (struct code_request){ .browser = browser_secret(request), .client = request->client };
}

static struct str person_path(struct request *request, int64_t person_id, const char *rest)
{
	return str_printf(request->arena, "/desk/counter/%.*s%s", STR_ARG(id_print(request->arena, person_id)), rest);
}

static struct feel_value cases_value(struct request *request, const struct counter_cases *cases)
{
	struct value_list list = value_list_make(request->arena);
	for (size_t i = 0; i < cases->count; i++) {
		struct resource item = resource_make(request->arena);
		resource_id(&item, "id", cases->items[i].case_id);
		resource_text(&item, "number", cases->items[i].number);
		resource_text(&item, "ref", cases->items[i].number);      /* in a template `number` is FEEL's function */
		resource_text(&item, "title", cases->items[i].title);
		resource_flag(&item, "closed", str_eq_c(cases->items[i].state, "closed"));
		value_list_add(&list, resource_done(&item));
	}
	return value_list_done(&list);
}

static void add_person(struct request *request, struct resource *it, const struct counter_person *person)
{
	resource_id(it, "id", person->person_id);
	resource_text(it, "name", person->name);
	resource_text(it, "phone", person->phone);
	resource_text(it, "idNumber", person->id_number);
	resource_add(it, "cases", cases_value(request, &person->cases));
}

/* ---- finding --------------------------------------------------------------------------------------------------------- */

static struct err find_page(struct request *request, struct answer *answer, const struct counter_people *people)
{
	struct resource it = resource_make(request->arena);
	struct value_list list = value_list_make(request->arena);
	for (size_t i = 0; people && i < people->count; i++) {
		struct resource item = resource_make(request->arena);
		add_person(request, &item, &people->items[i]);
		value_list_add(&list, resource_done(&item));
	}
	resource_text(&it, "q", request_field(request, "q"));
	resource_flag(&it, "asked", people != NULL);
	resource_flag(&it, "cut", people && people->cut);
	resource_add(&it, "people", value_list_done(&list));
	add_errors(request, &it, fields, FIELD_COUNT);
	answer->template_name = "counter";
	answer->resource = resource_done(&it);
	return OK;
}

static struct err counter_show(struct request *request, struct answer *answer) { return find_page(request, answer, NULL); }

/* What is looked for is a phone or a name: it is posted, for addresses are logged. One person found: his page at once. */
static struct err find(struct request *request, struct answer *answer)
{
	struct counter_people people = { 0 };
	struct err err = counter_find(
	    request->hall, request->arena, &request->actor, request_field(request, "q"), request->report, &people);
	bool shown = err_is(err, ERR_INVALID) || err_is(err, ERR_REFUSED);
	if (shown && !request->json) {
		answer->status = err_is(err, ERR_REFUSED) ? 429 : 422;
		return find_page(request, answer, NULL);
	}
	TRY(err);
	if (people.count == 1) answer->see_other = person_path(request, people.items[0].person_id, "");
	if (request->json) answer->status = 200;
	return find_page(request, answer, &people);
}

/* ---- one person -------------------------------------------------------------------------------------------------------- */

static struct feel_value documents_value(struct request *request, struct str chosen)
{
	struct value_list list = value_list_make(request->arena);
	for (size_t i = 0; counter_documents[i]; i++) {
		struct resource item = resource_make(request->arena);
		struct str name = str_from_c(counter_documents[i]);
		struct str key = str_from_i64(request->arena, (int64_t)i);
		resource_text(&item, "value", name);
		resource_text(&item, "words", page_word_or(request, "counter.document.", key, name));
		resource_flag(&item, "chosen", str_eq(name, chosen));
		value_list_add(&list, resource_done(&item));
	}
	return value_list_done(&list);
}

/* What was typed stays in the form that it was typed into. */
static void add_typed(struct request *request, struct resource *it, bool here, const char *prefix)
{
	static const char *const typed[] = { "document", "idNumber", "name", "note", "phone", "reason" };
	for (size_t i = 0; i < sizeof typed / sizeof *typed; i++) {
		struct str key = str_printf(request->arena, "%s_%s", prefix, typed[i]);
		resource_text(it, str_to_c(request->arena, key), here ? request_field(request, typed[i]) : STR(""));
	}
	struct str seen = str_printf(request->arena, "%s_seen", prefix), documents = str_printf(request->arena, "%s_documents", prefix);
	resource_flag(it, str_to_c(request->arena, seen), here && request_has_field(request, "seen"));
	resource_add(it, str_to_c(request->arena, documents), documents_value(request, here ? request_field(request, "document") : STR("")));
}

enum showing { FORM_NONE, FORM_CONFIRM, FORM_PHONE, FORM_CODE };

static struct err person_page(struct request *request, struct answer *answer, int64_t person_id, enum showing form)
{
	struct resource it = resource_make(request->arena);
	struct counter_person person;
	struct code_request door = door_of(request);
	struct code_sent sent = { 0 };
	TRY(counter_person(request->hall, request->arena, &request->actor, person_id, &person));
	if (person.new_phone.len)
		TRY(counter_phone_state(request->hall, request->arena, &request->actor, person_id, &door, &sent));
	struct str done = request_query(request, "done");
	add_person(request, &it, &person);
	resource_count(&it, "level", person.identity.level);
	resource_text(&it, "method", person.identity.method);
	resource_text(&it, "confirmedBy", person.confirmed_by);
	resource_moment(request, &it, "confirmed", person.identity.confirmed_ms);
	resource_text(&it, "newPhone", person.new_phone);
	resource_flag(&it, "codeLives", sent.expires_ms > 0);
	resource_count(&it, "wait", sent.again_ms ? (sent.again_ms - request->now_ms + 999) / 1000 : 0);
	resource_text(&it, "done", done.len ? page_word_or(request, "counter.done.", done, STR("")) : STR(""));
	resource_flag(&it, "inConfirm", form == FORM_CONFIRM);
	resource_flag(&it, "inPhone", form == FORM_PHONE);
	add_typed(request, &it, form == FORM_CONFIRM, "c");
	add_typed(request, &it, form == FORM_PHONE, "p");
	add_errors(request, &it, fields, FIELD_COUNT);
	answer->template_name = "counterPerson";
	answer->resource = resource_done(&it);
	return OK;
}

static struct err person_show(struct request *request, struct answer *answer)
{
	int64_t person_id;
	TRY(request_part_id(request, "person", &person_id));
	return person_page(request, answer, person_id, FORM_NONE);
}

/* The form again with what was wrong; a program gets the problem itself. Done: the page, which says so. */
static struct err answered(
    struct request *request, struct answer *answer, int64_t person_id, enum showing form, struct err err, const char *rest)
{
	bool shown = IS_FOR_THE_PERSON(err) && request->report->count > 0;
	if (failed(err) && (request->json || !shown)) return err;
	if (failed(err)) {
		answer->status = 422;
		return person_page(request, answer, person_id, form);
	}
	answer->see_other = person_path(request, person_id, rest);
	if (request->json) answer->status = 200;
	return request->json ? person_page(request, answer, person_id, FORM_NONE) : OK;
}

static struct counter_proof proof_of(struct request *request)
{
	return (struct counter_proof){ .document = request_field(request, "document"), .name = request_field(request, "name"),
		.id_number = request_field(request, "idNumber"), .note = request_field(request, "note"),
		.seen = request_has_field(request, "seen") && !str_eq_c(request_field(request, "seen"), "false") };
}

static struct err confirm(struct request *request, struct answer *answer)
{
	int64_t person_id;
	struct counter_proof proof = proof_of(request);
	TRY(request_part_id(request, "person", &person_id));
	struct err err = counter_confirm(request->hall, request->arena, &request->actor, person_id, &proof, request->report);
	return answered(request, answer, person_id, FORM_CONFIRM, err, "?done=confirmed");
}

static struct err phone_begin(struct request *request, struct answer *answer)
{
	int64_t person_id;
	struct counter_wish wish = { .phone = request_field(request, "phone"), .reason = request_field(request, "reason"),
		.proof = proof_of(request) };
	struct code_request door = door_of(request);
	TRY(request_part_id(request, "person", &person_id));
	struct err err = counter_phone_begin(request->hall, request->arena, &request->actor, person_id, &wish, &door, request->report);
	return answered(request, answer, person_id, FORM_PHONE, err, "#code");
}

/* A second click comes after the change: the page shows the phone that is his now. */
static struct err phone_finish(struct request *request, struct answer *answer)
{
	int64_t person_id;
	struct counter_person person;
	struct code_request door = door_of(request);
	TRY(request_part_id(request, "person", &person_id));
	struct err err = counter_phone_finish(
	    request->hall, request->arena, &request->actor, person_id, request_field(request, "code"), &door, request->report);
	if (err_is(err, ERR_NOT_FOUND)) {
		TRY(counter_person(request->hall, request->arena, &request->actor, person_id, &person));
		return answered(request, answer, person_id, FORM_NONE, OK, "");
	}
	return answered(request, answer, person_id, FORM_CODE, err, "?done=phone");
}

/* ---- shapes -------------------------------------------------------------------------------------------------------------- */

static const struct shape_field case_fields[] = {
	{ "id", SHAPE_ID, "办件", NULL, false, 0 },
	{ "number", SHAPE_STRING, "办件号", NULL, false, 0 },
	{ "title", SHAPE_STRING, "事项", NULL, false, 0 },
	{ "closed", SHAPE_BOOLEAN, "已经办结", NULL, false, 0 },
};
static const struct shape case_shape = { .name = "CounterCase", SHAPE_FIELDS(case_fields) };
static const struct shape_field person_fields[] = {
	{ "id", SHAPE_ID, "本人", NULL, false, 0 },
	{ "name", SHAPE_STRING, "姓名", NULL, false, 0 },
	{ "phone", SHAPE_STRING, "手机号，中间四位遮住", NULL, false, 0 },
	{ "idNumber", SHAPE_STRING, "证件号码的后四位", NULL, false, 0 },
	{ "level", SHAPE_INTEGER, "身份核验到第几级", NULL, false, 0 },
	{ "method", SHAPE_STRING, "怎么核验的", NULL, false, 0 },
	{ "confirmed", SHAPE_MOMENT, "什么时候核验的", NULL, false, 0 },
	{ "newPhone", SHAPE_STRING, "等着确认的新手机号，中间四位遮住", NULL, false, 0 },
	{ "cases", SHAPE_LIST, "他的办件", &case_shape, false, 0 },
};
static const struct shape person_shape = { .name = "CounterPerson", SHAPE_FIELDS(person_fields) };
static const struct shape_field found_fields[] = {
	{ "people", SHAPE_LIST, "查到的人", &person_shape, false, 0 },
	{ "cut", SHAPE_BOOLEAN, "还有更多，要写得更全", NULL, false, 0 },
};
static const struct shape found_shape = { .name = "CounterPeople", SHAPE_FIELDS(found_fields) };
static const struct shape_field find_fields[] = {
	{ "q", SHAPE_STRING, "手机号、办件号、号码的后四位以上，或姓名的两个字以上", NULL, true, 80 },
};
static const struct shape find_shape = { .name = "CounterFind", SHAPE_FIELDS(find_fields) };
#define PROOF_FIELDS \
	{ "document", SHAPE_STRING, "证件种类", NULL, true, 40 }, { "idNumber", SHAPE_STRING, "证件号码", NULL, true, 40 }, \
	{ "name", SHAPE_STRING, "姓名，照证件", NULL, true, 50 }, { "seen", SHAPE_BOOLEAN, "看到原件，和本人对得上", NULL, true, 0 }, \
	{ "note", SHAPE_STRING, "备注", NULL, false, COUNTER_NOTE_CHARACTERS_MAX }
static const struct shape_field confirm_fields[] = { PROOF_FIELDS };
static const struct shape confirm_shape = { .name = "CounterConfirm", SHAPE_FIELDS(confirm_fields) };
static const struct shape_field phone_fields[] = { PROOF_FIELDS,
	{ "phone", SHAPE_STRING, "新手机号", NULL, true, 20 },
	{ "reason", SHAPE_STRING, "为什么换", NULL, true, COUNTER_NOTE_CHARACTERS_MAX },
};
static const struct shape phone_shape = { .name = "CounterPhone", SHAPE_FIELDS(phone_fields) };
static const struct shape_field code_fields[] = { { "code", SHAPE_STRING, "新手机上收到的验证码", NULL, true, 12 } };
static const struct shape code_shape = { .name = "CounterCode", SHAPE_FIELDS(code_fields) };

#define COUNTER(id_, method_, path_, handler_, template_, body_, api_, summary_, input_, output_) \
	{ .id = id_, .method = method_, .path = path_, .needs = NEEDS_CLERK | NEEDS_LEAD, .body_bytes_max = body_, .handler = handler_, \
	  .template_name = template_, .api = api_, .summary = summary_, .input = input_, .output = output_ }
const struct route counter_routes[] = {
	COUNTER("counterShow", "GET", "/desk/counter", counter_show, "counter", 0, false, NULL, NULL, NULL),
	COUNTER("counterFind", "POST", "/desk/counter", find, "counter", FORM_BODY_BYTES, true, "在窗口查人", &find_shape, &found_shape),
	COUNTER("counterPerson", "GET", "/desk/counter/:person", person_show, "counterPerson", 0, true, "窗口上的人", NULL, &person_shape),
	COUNTER("counterConfirm", "POST", "/desk/counter/:person/confirm", confirm, "counterPerson", FORM_BODY_BYTES, true, "当面核验身份",
	    &confirm_shape, &person_shape),
	COUNTER("counterPhone", "POST", "/desk/counter/:person/phone", phone_begin, "counterPerson", FORM_BODY_BYTES, true,
	    "换手机号：核对证件，发验证码到新号", &phone_shape, &person_shape),
	COUNTER("counterPhoneChange", "POST", "/desk/counter/:person/phone/change", phone_finish, "counterPerson", FORM_BODY_BYTES, true,
	    "换手机号：验证码对了就换", &code_shape, &person_shape),
	{ 0 },
};
