#include "hall/counter.h"

#include "hall/inside.h"
#include "hall/lists.h"
#include "hall/people_admin.h"

enum { HITS_MAX = 300, TAIL_DIGITS_MIN = 4, AGAIN_MINUTES = 10, NOTICE_DAYS = 3, MINUTE_MS = 60000, HOUR_MS = 3600000 };

const char *const counter_documents[] = { "居民身份证", "港澳台居民居住证", "外国人永久居留身份证", "港澳居民来往内地通行证",
	"台湾居民来往大陆通行证", "护照", NULL };

static struct err may(struct hall *hall, struct arena *arena, const struct actor *clerk)
{
	return organisation_may(hall, arena, clerk, clerk->organisation_id, RIGHT_CONFIRM);
}

static struct str end_masked(struct arena *arena, struct str number)
{
	enum { SHOWN = 4 };
	if (number.len <= SHOWN) return STR("");
	return str_printf(arena, "****%.*s", STR_ARG(str_sub(number, number.len - SHOWN, number.len)));
}

/* ---- reading ------------------------------------------------------------------------------------------------------- */

static struct err read_cases(struct hall *hall, struct arena *arena, struct store_reader *reader, const struct actor *clerk,
    int64_t person_id, struct counter_cases *out_cases)
{
	struct store_rows rows;
	TRY(QUERY(hall, arena, reader, "counter_cases", &rows, I(person_id), I(clerk->organisation_id)));
	for (size_t i = 0; i < rows.count; i++) {
		struct store_row row = rows.items[i];
		LIST_PUSH(arena, out_cases,
		    ((struct counter_case){ row_i64(row, 0), row_bytes(row, 1), row_bytes(row, 2), row_bytes(row, 3) }));
	}
	return OK;
}

/* Name, ends of the numbers, cases: a row of the list and the head of the page. */
static struct err read_shown(struct hall *hall, struct arena *arena, struct store_reader *reader, const struct actor *clerk,
    int64_t person_id, struct counter_person *out)
{
	struct store_row row;
	struct person person;
	TRY(QUERY_ONE(hall, arena, reader, "person_by_id", &row, I(person_id)));
	TRY(person_read(hall, arena, row, &person));
	*out = (struct counter_person){ .person_id = person_id, .name = person.name, .phone = phone_masked(arena, person.phone),
		.id_number = end_masked(arena, person.id_number) };
	return read_cases(hall, arena, reader, clerk, person_id, &out->cases);
}

/* ---- the visit ------------------------------------------------------------------------------------------------------- */

struct visiting { const struct actor *clerk; int64_t person_id, visit_id; bool found; struct str sealed_wish; };

static struct err find_visit(struct work *work, struct visiting *visiting)
{
	struct store_row row;
	struct err err = QUERY_ONE(work->hall, work->arena, work->reader, "counter_visit_of", &row, I(visiting->person_id),
	    I(visiting->clerk->person_id), I(work->now_ms));
	visiting->visit_id = 0;
	if (err_is(err, ERR_NOT_FOUND)) return OK;
	TRY(err);
	visiting->visit_id = row_i64(row, 0);
	visiting->sealed_wish = row_bytes(row, 1);
	return OK;
}

/* Opens the page of somebody who was found by his phone, or of whom the clerk has a case. */
static struct err visit_body(struct work *work, void *data)
{
	struct visiting *visiting = data;
	struct counter_cases cases = { 0 };
	TRY(find_visit(work, visiting));
	if (visiting->visit_id) return OK;
	if (!visiting->found)
		TRY(read_cases(work->hall, work->arena, work->reader, visiting->clerk, visiting->person_id, &cases));
	if (!visiting->found && cases.count == 0) return ERR(NOT_FOUND);
	visiting->visit_id = id_next(&work->hall->ids);
	WORK_ADD(work, "counter_visit_add", I(visiting->visit_id), I(visiting->person_id), I(visiting->clerk->person_id), I(work->now_ms),
	    I(work->now_ms + INT64_C(1) * COUNTER_MINUTES * MINUTE_MS));
	return audit_add(work, 0, "person.looked", id_text(work->arena, visiting->person_id), STR(""));
}

static struct err visit(struct hall *hall, struct arena *arena, struct visiting *visiting)
{
	struct store_reader *reader;
	struct store_row row;
	struct work look = { .hall = hall, .arena = arena, .now_ms = hall_now_ms(hall) };
	TRY(may(hall, arena, visiting->clerk));
	TRY(read_begin(hall, &reader));
	look.reader = reader;
	struct err known = QUERY_ONE(hall, arena, reader, "person_by_id", &row, I(visiting->person_id));
	struct err err = failed(known) ? known : find_visit(&look, visiting);
	store_read_end(reader);
	TRY(err);
	if (visiting->visit_id) return OK;
	return work_run(hall, arena, NULL, actor_who(arena, visiting->clerk), true, visit_body, visiting);
}

/* ---- finding ----------------------------------------------------------------------------------------------------------- */

static struct str digits_of(struct arena *arena, struct str text)
{
	struct buf buf = buf_make(arena, 1024);
	for (size_t i = 0; i < text.len && i < 500; i++)
		if (text.ptr[i] >= '0' && text.ptr[i] <= '9') buf_add_byte(&buf, text.ptr[i]);
	return buf_str(&buf);
}

/* "00012" and "12" are the same running number: the last run of digits of a case number. */
static bool is_running_number(struct str number, struct str digits)
{
	size_t end = number.len;
	while (end && (number.ptr[end - 1] < '0' || number.ptr[end - 1] > '9')) end--;
	size_t begin = end;
	while (begin && number.ptr[begin - 1] >= '0' && number.ptr[begin - 1] <= '9') begin--;
	while (begin + 1 < end && number.ptr[begin] == '0') begin++;
	while (digits.len > 1 && digits.ptr[0] == '0') digits = str_sub(digits, 1, digits.len);
	return digits.len && str_eq(str_sub(number, begin, end), digits);
}

/* The search looks into every field of a case, an employer's name too: here only the person himself counts. */
static bool is_meant(
    struct hall *hall, struct arena *arena, struct str query, const struct case_summary *summary, const struct person *person)
{
	struct feel_value data, variables;
	struct str digits = digits_of(arena, query), number = digits_of(arena, summary->number);
	if (failed(case_data(hall, arena, summary->case_id, &data, &variables))) return false;
	struct feel_value name = feel_get(data, STR("name")), stated = feel_get(data, STR("idNumber")), phone = feel_get(data, STR("phone"));
	if (digits.len == 0) {
		struct str said = name.kind == FEEL_STRING ? name.string : STR("");
		return str_find(said, query, 0) >= 0 || str_find(person->name, query, 0) >= 0;
	}
	if (is_running_number(summary->number, digits)) return true;
	if (digits.len < TAIL_DIGITS_MIN) return false;
	if (stated.kind == FEEL_STRING && str_ends(stated.string, query)) return true;
	if (phone.kind == FEEL_STRING && str_ends(phone.string, digits)) return true;
	return str_ends(number, digits) || str_ends(person->phone, digits) || str_ends(person->id_number, query);
}

static struct err add_found(struct hall *hall, struct arena *arena, const struct actor *clerk, int64_t person_id,
    struct counter_people *people)
{
	struct store_reader *reader;
	struct counter_person found = { 0 };
	for (size_t i = 0; i < people->count; i++)
		if (people->items[i].person_id == person_id) return OK;
	if (people->count == COUNTER_FOUND_MAX) {
		people->cut = true;
		return OK;
	}
	TRY(read_begin(hall, &reader));
	struct err err = read_shown(hall, arena, reader, clerk, person_id, &found);
	store_read_end(reader);
	if (!failed(err)) LIST_PUSH(arena, people, found);
	return err;
}

static struct err find_in_cases(struct hall *hall, struct arena *arena, const struct actor *clerk, struct str query,
    struct report *report, struct counter_people *people)
{
	struct search_hits hits;
	struct err err = search_cases(hall, arena, clerk->organisation_id, query, HITS_MAX, &hits);
	if (err_is(err, ERR_INVALID)) report_error(report, STR("q"), "请写整个手机号、办件号，证件或手机号的后4位以上，或姓名的两个字以上");
	if (err_is(err, ERR_LIMIT)) report_error(report, STR("q"), "这样找到的太多，请写得更全");
	TRY(err_is(err, ERR_LIMIT) ? ERR(INVALID) : err);
	for (size_t i = 0; i < hits.count && !people->cut; i++) {
		struct case_summary summary;
		struct person person;
		TRY(case_by_id(hall, arena, hits.case_ids[i], &summary));
		TRY(person_by_id(hall, arena, summary.applicant_id, &person));
		if (summary.number.len && is_meant(hall, arena, query, &summary, &person))
			TRY(add_found(hall, arena, clerk, person.person_id, people));
	}
	return OK;
}

static struct err searched_body(struct work *work, void *data)
{
	const struct counter_people *people = data;
	return audit_add(work, 0, "person.searched", str_from_i64(work->arena, (int64_t)people->count), STR(""));
}

struct err counter_find(struct hall *hall, struct arena *arena, const struct actor *clerk, struct str query, struct report *report,
	struct counter_people *out_people)
{
	struct report own = report_make(arena);
	struct counter_people people = { 0 };
	struct str asked = str_replace(arena, str_trim(query), STR("x"), STR("X")), bare = str_replace(arena, asked, STR(" "), STR(""));
	struct visiting visiting = { .clerk = clerk, .found = true };
	if (!report) report = &own;
	TRY(may(hall, arena, clerk));
	struct err err = attempt_take(
	    hall, arena, "counter", id_text(arena, clerk->person_id), COUNTER_SEARCHES_AN_HOUR, HOUR_MS, NULL);
	if (err_is(err, ERR_REFUSED)) report_error(report, STR("q"), "一小时里查得太多了，请过一会儿再查");
	TRY(err);
	if (mobile_is_valid(bare)) {
		err = person_find(hall, arena, bare, &visiting.person_id);
		if (failed(err) && !err_is(err, ERR_NOT_FOUND)) return err;
		if (!failed(err)) TRY(visit(hall, arena, &visiting));
		if (!failed(err)) TRY(add_found(hall, arena, clerk, visiting.person_id, &people));
	} else {
		TRY(find_in_cases(hall, arena, clerk, digits_of(arena, bare).len == bare.len ? bare : asked, report, &people));
	}
	*out_people = people;
	return work_run(hall, arena, NULL, actor_who(arena, clerk), true, searched_body, &people);
}

/* ---- the wish that waits for its code ---------------------------------------------------------------------------------- */

static struct err wish_read(struct hall *hall, struct arena *arena, const struct visiting *visiting, struct counter_wish *out_wish)
{
	const struct json *json;
	struct str plain;
	if (visiting->visit_id == 0 || visiting->sealed_wish.len == 0) return ERR(NOT_FOUND);
	TRY(unseal_text(hall, arena, "counter.wish", visiting->visit_id, visiting->sealed_wish, &plain));
	if (failed(json_parse(arena, plain, NULL, &json))) return ERR(TAMPERED);
	*out_wish = (struct counter_wish){ .phone = json_string_of(json, "phone"), .reason = json_string_of(json, "reason"),
		.proof = { .document = json_string_of(json, "document"), .name = json_string_of(json, "name"),
			.id_number = json_string_of(json, "idNumber"), .note = json_string_of(json, "note"), .seen = true } };
	return OK;
}

/* For the event too: there without phone and number, which stand in the person's own row. */
static struct err wish_print(struct arena *arena, const struct counter_wish *wish, bool whole, struct str *out_text)
{
	struct json *json = json_new(arena, JSON_OBJECT);
	json_add(json, STR("document"), json_new_string(arena, wish->proof.document));
	json_add(json, STR("note"), json_new_string(arena, wish->proof.note));
	if (wish->reason.len) json_add(json, STR("reason"), json_new_string(arena, wish->reason));
	if (whole) {
		json_add(json, STR("phone"), json_new_string(arena, wish->phone));
		json_add(json, STR("name"), json_new_string(arena, wish->proof.name));
		json_add(json, STR("idNumber"), json_new_string(arena, wish->proof.id_number));
	}
	return json_print(arena, json, JSON_COMPACT, 1 << 16, out_text);
}

struct err counter_person(struct hall *hall, struct arena *arena, const struct actor *clerk, int64_t person_id,
	struct counter_person *out_person)
{
	struct visiting visiting = { .clerk = clerk, .person_id = person_id };
	struct store_reader *reader;
	struct counter_wish wish;
	TRY(visit(hall, arena, &visiting));
	TRY(read_begin(hall, &reader));
	struct err err = read_shown(hall, arena, reader, clerk, person_id, out_person);
	store_read_end(reader);
	TRY(err);
	TRY(identity_of(hall, arena, person_id, &out_person->identity));
	if (str_find_byte(out_person->identity.by, ':', 0) >= 0) out_person->confirmed_by = event_actor(hall, arena, out_person->identity.by);
	err = wish_read(hall, arena, &visiting, &wish);
	if (!failed(err)) out_person->new_phone = phone_masked(arena, wish.phone);
	return err_is(err, ERR_NOT_FOUND) ? OK : err;
}

/* ---- what follows from either ------------------------------------------------------------------------------------------- */

static struct str hotline_of(struct work *work)
{
	return union_fact(work->hall, work->arena, work->reader, "hotline", UNION_HOTLINE);
}

static struct err tell(struct work *work, const char *template_name, struct str phone, struct str words)
{
	struct str text = str_printf(work->arena, "【%.*s】%.*s", STR_ARG(sms_sign(work->hall, work->arena, work->reader)), STR_ARG(words));
	return notice_queue_words(work, template_name, phone, text, work->now_ms + NOTICE_DAYS * DAY_MS);
}

/* He had to come: each of his matters that is under way says so (LA7). */
static struct err note_visit(struct work *work, int64_t person_id, const char *why)
{
	struct store_rows rows;
	TRY(QUERY(work->hall, work->arena, work->reader, "counter_cases_of", &rows, I(person_id)));
	for (size_t i = 0; i < rows.count; i++)
		if (!str_eq_c(row_bytes(rows.items[i], 1), "closed"))
			TRY(audit_add(work, row_i64(rows.items[i], 0), "visit.needed", str_from_c(why), STR("")));
	return OK;
}

static struct confirmation confirmation_of(struct arena *arena, const struct counter_proof *proof)
{
	return (struct confirmation){ .name = proof->name, .id_number = proof->id_number, .level = 3, .document = proof->document,
		.method = str_printf(arena, "当面核验（%.*s原件）", STR_ARG(proof->document)) };
}

static struct counter_proof trimmed(struct arena *arena, const struct counter_proof *given)
{
	struct counter_proof proof = *given;
	struct str number = str_replace(arena, str_replace(arena, given->id_number, STR(" "), STR("")), STR("x"), STR("X"));
	proof.id_number = number;
	proof.name = str_trim(given->name);
	proof.note = str_trim(given->note);
	return proof;
}

static struct err check_proof(struct hall *hall, struct arena *arena, const struct actor *clerk, int64_t person_id,
    const struct counter_proof *proof, struct report *report)
{
	struct confirmation confirmation = confirmation_of(arena, proof);
	bool known = false;
	for (size_t i = 0; counter_documents[i]; i++) known |= str_eq_c(proof->document, counter_documents[i]);
	if (!known) report_error(report, STR("document"), "请选证件的种类");
	if (known) (void)failed(confirmation_check(hall, &confirmation, report));
	if (!proof->seen) report_error(report, STR("seen"), "要看到证件原件，和本人对得上，才能核验");
	if (utf8_count(proof->note) > COUNTER_NOTE_CHARACTERS_MAX)
		report_error(report, STR("note"), "备注最多%d个字", COUNTER_NOTE_CHARACTERS_MAX);
	if (report->error_count) return ERR(INVALID);
	if (clerk->person_id != person_id) return OK;
	report_error(report, STR("person"), "不能给自己办：请同事来办");
	return ERR(REFUSED);
}

/* ---- confirming --------------------------------------------------------------------------------------------------------- */

struct confirming { const struct actor *clerk; int64_t person_id; const struct counter_proof *proof; };

static struct err confirm_add(struct work *work, int64_t person_id, const struct counter_proof *proof)
{
	struct confirmation confirmation = confirmation_of(work->arena, proof);
	TRY(person_confirm_add(work, person_id, &confirmation));
	WORK_ADD(work, "session_raise_of_person", I(person_id), T(STR(METHOD_OF_CODE)),
	    T(method_carried(work->arena, work->now_ms, confirmation.method)));
	struct counter_wish only = { .proof = *proof };
	struct str detail;
	TRY(wish_print(work->arena, &only, false, &detail));
	return audit_add(work, 0, "person.confirmed", id_text(work->arena, person_id), detail);
}

static struct err confirm_body(struct work *work, void *data)
{
	const struct confirming *confirming = data;
	struct person person;
	struct store_row row;
	TRY(QUERY_ONE(work->hall, work->arena, work->reader, "person_by_id", &row, I(confirming->person_id)));
	TRY(person_read(work->hall, work->arena, row, &person));
	struct err err = QUERY_ONE(work->hall, work->arena, work->reader, "identity_of_person", &row, I(confirming->person_id));
	if (failed(err) && !err_is(err, ERR_NOT_FOUND)) return err;
	bool before = !failed(err), same = str_eq(person.id_number, confirming->proof->id_number);
	bool just_now = before && row_i64(row, 0) == 3 && work->now_ms - row_i64(row, 2) < INT64_C(1) * AGAIN_MINUTES * MINUTE_MS;
	if (just_now && same && str_eq(person.name, confirming->proof->name)) return OK;      /* a second click, or a colleague was faster */
	if (before && !same && person.id_number.len && confirming->proof->note.len == 0) {
		report_error(work->report, STR("note"), "这个号码和以前核验的不一样：请再看一遍证件；要是换过证件，请在备注里写明");
		return ERR(REFUSED);
	}
	TRY(confirm_add(work, confirming->person_id, confirming->proof));
	TRY(note_visit(work, confirming->person_id, "identity"));
	return tell(work, "identity.confirmed", person.phone,
	    str_printf(work->arena, "您的身份已当面核验，现在可以在手机上签文书了。不是您本人来办的，请马上拨%.*s。",
	        STR_ARG(hotline_of(work))));
}

struct err counter_confirm(struct hall *hall, struct arena *arena, const struct actor *clerk, int64_t person_id,
	const struct counter_proof *given, struct report *report)
{
	struct report own = report_make(arena);
	struct counter_proof proof = trimmed(arena, given);
	struct confirming confirming = { clerk, person_id, &proof };
	struct visiting visiting = { .clerk = clerk, .person_id = person_id };
	if (!report) report = &own;
	TRY(visit(hall, arena, &visiting));
	TRY(check_proof(hall, arena, clerk, person_id, &proof, report));
	return work_run(hall, arena, report, actor_who(arena, clerk), true, confirm_body, &confirming);
}

/* ---- another phone ------------------------------------------------------------------------------------------------------ */

/* What the card is held against: the confirmed number, else what he wrote in his newest application. */
static struct err known_number(struct hall *hall, struct arena *arena, int64_t person_id, struct str *out_number)
{
	struct store_reader *reader;
	struct store_rows rows;
	struct person person;
	TRY(person_by_id(hall, arena, person_id, &person));
	*out_number = person.id_number;
	if (person.id_number.len) return OK;
	TRY(read_begin(hall, &reader));
	struct err err = QUERY(hall, arena, reader, "counter_cases_of", &rows, I(person_id));
	store_read_end(reader);
	TRY(err);
	for (size_t i = 0; i < rows.count && out_number->len == 0; i++) {
		struct feel_value data, variables;
		TRY(case_data(hall, arena, row_i64(rows.items[i], 0), &data, &variables));
		struct feel_value stated = feel_get(data, STR("idNumber"));
		if (stated.kind == FEEL_STRING) *out_number = stated.string;
	}
	return OK;
}

static struct err check_owner(
    struct hall *hall, struct arena *arena, int64_t person_id, const struct counter_wish *wish, struct report *report)
{
	struct roles_at roles;
	struct str known;
	TRY(roles_of(hall, arena, person_id, &roles));
	TRY(known_number(hall, arena, person_id, &known));
	if (roles.count) report_error(report, STR("person"), "这是工作人员的账号，请找系统管理员换手机号");
	else if (known.len == 0)
		report_error(report, STR("idNumber"), "这个账号里没有证件号码可以核对，也没有办件：请用新手机号直接登录");
	else if (!str_eq(known, wish->proof.id_number))
		report_error(report, STR("idNumber"), "证件号码和这个账号里的不一样：可能不是他的账号，请再核对");
	return report->error_count ? ERR(REFUSED) : OK;
}

/* Before a code is sent for nothing. The change itself asks again. */
static struct err check_free(struct hall *hall, struct arena *arena, int64_t person_id, struct str phone, struct report *report)
{
	struct store_reader *reader;
	struct store_row used;
	int64_t other_id;
	struct err err = person_find(hall, arena, phone, &other_id);
	if (err_is(err, ERR_NOT_FOUND)) return OK;
	TRY(err);
	if (other_id == person_id) {
		report_error(report, STR("phone"), "这就是他现在的手机号");
		return ERR(REFUSED);
	}
	TRY(read_begin(hall, &reader));
	err = QUERY_ONE(hall, arena, reader, "person_use", &used, I(other_id));
	store_read_end(reader);
	TRY(err);
	if (row_i64(used, 0) == 0) return OK;
	report_error(report, STR("phone"), "这个手机号已经是另一个账号，上面有办件：请先查那个号码，看是不是同一个人");
	return ERR(REFUSED);
}

static struct code_request code_for(struct arena *arena, int64_t person_id, struct str phone, const struct code_request *door)
{
	return (struct code_request){ .purpose = CODE_counter, .about = id_text(arena, person_id), .phone = phone,
		.browser = door->browser, .client = door->client };
}

struct wishing { struct visiting *visiting; const struct counter_wish *wish; };

static struct err wish_body(struct work *work, void *data)
{
	const struct wishing *wishing = data;
	struct str plain, box;
	TRY(find_visit(work, wishing->visiting));
	if (wishing->visiting->visit_id == 0) return ERR(NOT_FOUND);
	TRY(wish_print(work->arena, wishing->wish, true, &plain));
	TRY(seal_text(work->hall, work->arena, "counter.wish", wishing->visiting->visit_id, plain, &box));
	WORK_GUARD(work, "counter_wish_set", I(wishing->visiting->visit_id), B(box),
	    I(work->now_ms + INT64_C(1) * COUNTER_MINUTES * MINUTE_MS));
	return OK;
}

struct err counter_phone_begin(struct hall *hall, struct arena *arena, const struct actor *clerk, int64_t person_id,
	const struct counter_wish *given, const struct code_request *door, struct report *report)
{
	struct report own = report_make(arena);
	struct counter_wish wish = { .phone = str_replace(arena, given->phone, STR(" "), STR("")), .reason = str_trim(given->reason),
		.proof = trimmed(arena, &given->proof) };
	struct visiting visiting = { .clerk = clerk, .person_id = person_id };
	struct wishing wishing = { &visiting, &wish };
	struct code_sent sent;
	if (!report) report = &own;
	TRY(visit(hall, arena, &visiting));
	if (!mobile_is_valid(wish.phone)) report_error(report, STR("phone"), "请填11位手机号，例如 13800138000");
	if (wish.reason.len == 0 || utf8_count(wish.reason) > COUNTER_NOTE_CHARACTERS_MAX)
		report_error(report, STR("reason"), "请写为什么换：丢了、停机了、换了号，最多%d个字", COUNTER_NOTE_CHARACTERS_MAX);
	TRY(check_proof(hall, arena, clerk, person_id, &wish.proof, report));
	TRY(check_owner(hall, arena, person_id, &wish, report));
	TRY(check_free(hall, arena, person_id, wish.phone, report));
	TRY(work_run(hall, arena, report, actor_who(arena, clerk), true, wish_body, &wishing));
	struct code_request request = code_for(arena, person_id, wish.phone, door);
	struct err err = code_send(hall, arena, &request, report, &sent);
	if (!err_is(err, ERR_REFUSED)) return err;
	/* Back and once more: the code of a moment ago is still on its way */
	struct err asked = code_state(hall, arena, &request, &sent);
	if (failed(asked) || sent.expires_ms == 0) return err;
	report->count = report->error_count = 0;
	return OK;
}

static struct err wish_of(struct hall *hall, struct arena *arena, const struct actor *clerk, int64_t person_id,
	struct visiting *out_visiting, struct counter_wish *out_wish)
{
	*out_visiting = (struct visiting){ .clerk = clerk, .person_id = person_id };
	TRY(visit(hall, arena, out_visiting));
	return wish_read(hall, arena, out_visiting, out_wish);
}

struct err counter_phone_state(struct hall *hall, struct arena *arena, const struct actor *clerk, int64_t person_id,
	const struct code_request *door, struct code_sent *out_sent)
{
	struct visiting visiting;
	struct counter_wish wish;
	TRY(wish_of(hall, arena, clerk, person_id, &visiting, &wish));
	struct code_request request = code_for(arena, person_id, wish.phone, door);
	return code_state(hall, arena, &request, out_sent);
}

struct moving { const struct visiting *visiting; const struct counter_wish *wish; };

static struct err finish_body(struct work *work, void *data)
{
	const struct moving *moving = data;
	const struct counter_wish *wish = moving->wish;
	int64_t person_id = moving->visiting->person_id;
	struct person person;
	struct store_row row;
	struct str detail, end = str_sub(wish->phone, wish->phone.len - 4, wish->phone.len);
	TRY(QUERY_ONE(work->hall, work->arena, work->reader, "person_by_id", &row, I(person_id)));
	TRY(person_read(work->hall, work->arena, row, &person));
	struct confirmation confirmation = confirmation_of(work->arena, &wish->proof);
	WORK_GUARD(work, "counter_wish_take", I(moving->visiting->visit_id));
	TRY(wish_print(work->arena, wish, false, &detail));
	TRY(audit_add(work, 0, "person.phoneReplaced", id_text(work->arena, person_id), detail));
	TRY(person_move_add(work, person_id, wish->phone, &confirmation));
	WORK_ADD(work, "session_remove_of_person", I(person_id), B(STR("")));
	TRY(audit_add(work, 0, "session.ended", id_text(work->arena, person_id), STR("")));
	TRY(note_visit(work, person_id, "phone"));
	TRY(tell(work, "phone.moved", person.phone, str_printf(work->arena,
	    "您的工会账号已改用尾号%.*s的手机号登录。不是您本人办的，请马上拨%.*s。", STR_ARG(end), STR_ARG(hotline_of(work)))));
	return tell(work, "phone.yours", wish->phone, str_printf(work->arena,
	    "您的工会账号已换到这个手机号，身份也核验好了。用它登录就能接着办。查询：%.*s", STR_ARG(hotline_of(work))));
}

struct err counter_phone_finish(struct hall *hall, struct arena *arena, const struct actor *clerk, int64_t person_id, struct str code,
	const struct code_request *door, struct report *report)
{
	struct report own = report_make(arena);
	struct visiting visiting;
	struct counter_wish wish;
	if (!report) report = &own;
	TRY(wish_of(hall, arena, clerk, person_id, &visiting, &wish));
	struct code_request request = code_for(arena, person_id, wish.phone, door);
	TRY(code_take(hall, arena, &request, str_replace(arena, code, STR(" "), STR("")), report));
	struct moving moving = { &visiting, &wish };
	return work_run(hall, arena, report, actor_who(arena, clerk), true, finish_body, &moving);
}

/* ---- where to come ------------------------------------------------------------------------------------------------------- */

static bool place_of(struct arena *arena, const struct organisation *organisation, struct counter_place *out_place)
{
	struct organisation_facts facts;
	if (failed(organisation_facts_read(arena, organisation, &facts)) || facts.address.len == 0) return false;
	*out_place = (struct counter_place){ organisation->name, facts.address, facts.hours, facts.hotline };
	return true;
}

struct err counter_place_of(struct hall *hall, struct arena *arena, int64_t organisation_id, struct counter_place *out_place)
{
	enum { DEPTH_MAX = 8 };
	struct organisation organisation;
	*out_place = (struct counter_place){ 0 };
	if (organisation_id == 0) organisation_id = hall->organisation_id;
	for (int i = 0; i < DEPTH_MAX && organisation_id; i++) {
		TRY(organisation_by_id(hall, arena, organisation_id, &organisation));
		if (place_of(arena, &organisation, out_place)) return OK;
		organisation_id = organisation.parent_id;
	}
	return OK;
}

struct err counter_places(struct hall *hall, struct arena *arena, struct counter_places *out_places)
{
	enum { PLACES_MAX = 60 };
	struct store_reader *reader;
	struct store_rows rows;
	*out_places = (struct counter_places){ 0 };
	TRY(read_begin(hall, &reader));
	struct err err = query(hall, arena, reader, "organisation_list", SQL_NONE, &rows);
	store_read_end(reader);
	TRY(err);
	for (size_t i = 0; i < rows.count && out_places->count < PLACES_MAX; i++) {
		struct store_row row = rows.items[i];
		struct organisation organisation = { .organisation_id = row_i64(row, 0), .parent_id = row_i64(row, 1), .kind = row_bytes(row, 2),
			.name = row_bytes(row, 3), .region = row_bytes(row, 4), .code = row_bytes(row, 5), .data = row_bytes(row, 6) };
		struct counter_place place;
		if (str_eq_c(organisation.kind, "union") && place_of(arena, &organisation, &place)) LIST_PUSH(arena, out_places, place);
	}
	return OK;
}
