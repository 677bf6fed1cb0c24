/* What am I owed? Anybody may ask: choose what happened, enter the few facts, read one figure and how it comes about (LA20).
 * Nothing is stored; facts travel in the page. From an application the figure goes into the claim. */
#include "web/apply.h"

enum { FACTS_BYTES_MAX = 64 << 10, WHY_COUNT = 3, ROUNDS_MAX = 4 };

struct asked {
	const struct calculator *calculator;
	const struct feel_env *env;
	struct form_language language;
	struct feel_value facts;             /* judged */
	const struct form_state *state;      /* of the facts */
	struct feel_value result;
};

static struct err open_calculator(struct request *request, struct asked *asked)
{
	*asked = (struct asked){ .facts = feel_context_of(request->arena, NULL, 0) };
	TRY(calculator_of_hall(request->hall, request_part(request, "claim"), &asked->calculator));
	asked->env = &hall_environment(request->hall, request->arena)->feel;
	asked->language = (struct form_language){ request->language_index == 1, asked->calculator->english };
	return OK;
}

/* "?for=CASE": an application of the person in the making; where the facts come from and the figure goes to. */
static struct str for_case(const struct request *request)
{
	struct str id = request_query(request, "for");
	int64_t case_id;
	if (id.len == 0) id = request_field(request, "for");
	return id_parse(id, &case_id) ? id : STR("");
}

static struct str with_case(struct request *request, struct str path)
{
	struct str id = for_case(request);
	return id.len ? str_printf(request->arena, "%.*s?for=%.*s", STR_ARG(path), STR_ARG(id)) : path;
}

/* ---- choosing ------------------------------------------------------------------------------------------------------- */

static struct err calculator_list(struct request *request, struct answer *answer)
{
	struct calculator_lines lines;
	struct resource it = resource_make(request->arena);
	struct value_list list = value_list_make(request->arena);
	TRY(calculators_of_hall(request->hall, request->arena, &lines));
	for (size_t i = 0; i < lines.count; i++) {
		struct resource line = resource_make(request->arena);
		struct str path = str_join(request->arena, STR("/calculator/"), lines.items[i].id);
		resource_text(&line, "id", lines.items[i].id);
		resource_text(&line, "what", lines.items[i].what[request->language_index]);
		resource_text(&line, "claim", lines.items[i].claim[request->language_index]);
		resource_text(&line, "href", with_case(request, path));
		value_list_add(&list, resource_done(&line));
	}
	resource_add(&it, "calculators", value_list_done(&list));
	answer->resource = resource_done(&it);
	return OK;
}

/* ---- asking ---------------------------------------------------------------------------------------------------------- */

static struct err print_facts(struct request *request, struct feel_value facts, struct str *out_text)
{
	return json_print(request->arena, feel_to_json(request->arena, facts, FEEL_JSON_PLAIN), JSON_COMPACT, FACTS_BYTES_MAX, out_text);
}

/* Facts that travelled as a text are judged like any others. INVALID. */
static struct err read_facts(struct request *request, const struct asked *asked, struct str text, struct feel_value *out_facts)
{
	const struct json *json;
	struct report unread = report_make(request->arena);
	if (text.len == 0 || text.len > FACTS_BYTES_MAX || failed(json_parse(request->arena, text, NULL, &json))) return ERR(INVALID);
	return form_submit(request->arena, asked->calculator->form, FEEL_NULL_VALUE, feel_from_json(request->arena, json), asked->env,
	    &unread, out_facts);
}

static struct err form_of(
	struct request *request, const struct asked *asked, const struct form_state *state, struct str *out_fields, struct form_page *out_page)
{
	struct form_pages pages;
	TRY(form_pages(request->arena, state, &asked->language, &pages));
	const struct form_page *page = form_page(&pages, STR(CALCULATOR_PAGE));
	if (!page) return ERR(INVALID);
	struct form_html_options options = { .language = asked->language, .page = page };
	*out_page = *page;
	return form_html(request->arena, state, &options, out_fields);
}

static struct err fill_facts(
	struct request *request, const struct asked *asked, const struct form_state *state, bool judged, struct answer *answer)
{
	struct resource it = resource_make(request->arena);
	struct form_page page;
	struct str fields, errors = STR("");
	TRY(form_of(request, asked, state, &fields, &page));
	struct form_html_options options = { .language = asked->language, .page = &page };
	if (judged) TRY(form_html_errors(request->arena, state, &options, &errors));
	resource_text(&it, "claim", asked->calculator->id);
	resource_text(&it, "title", page.title);
	resource_text(&it, "why", page.why);
	resource_add(&it, "fields", page_html(request, fields));
	resource_add(&it, "errors", page_html(request, errors));
	resource_flag(&it, "wrong", errors.len > 0);
	resource_text(&it, "for", for_case(request));
	resource_text(&it, "back", with_case(request, STR("/calculator")));
	resource_text(&it, "before", request_field(request, "before"));
	answer->resource = resource_done(&it);
	answer->template_name = "calculatorFacts";
	return OK;
}

/* What an application says already, under the names of the calculators; an unknown or another person's case gives nothing. */
static struct feel_value known_facts(struct request *request, const struct asked *asked)
{
	static const char *const names[][2] = { { "hiredOn", "serviceFrom" }, { "leftOn", "serviceTo" }, { "monthlyWage", "monthlyWage" },
		{ "monthlyWage", "averageMonthlyWage" }, { "monthlyWage", "lastMonthWage" }, { "answers.workplace", "region" },
		{ "arbitration.filedOn", "filedOn" } };
	struct feel_value draft, variables, facts = feel_context_of(request->arena, NULL, 0);
	struct case_summary summary;
	int64_t case_id;
	if (!id_parse(for_case(request), &case_id) || !(request->holds & NEEDS_WORKER)) return facts;
	if (failed(case_by_id(request->hall, request->arena, case_id, &summary))) return facts;
	if (summary.applicant_id != request->session->person_id || !str_eq_c(summary.state, "draft")) return facts;
	if (failed(case_data(request->hall, request->arena, case_id, &draft, &variables))) return facts;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct feel_value value = feel_at(draft, str_from_c(names[i][0]));
		if (value.kind != FEEL_NULL && form_at(asked->calculator->form, str_from_c(names[i][1])))
			facts = feel_put(request->arena, facts, str_from_c(names[i][1]), value);
	}
	return facts;
}

static struct err calculator_show(struct request *request, struct answer *answer)
{
	struct asked asked;
	const struct form_state *state;
	TRY(open_calculator(request, &asked));
	TRY(form_state(request->arena, asked.calculator->form, known_facts(request, &asked), asked.env, &state));
	return fill_facts(request, &asked, state, false, answer);
}

/* ---- answering --------------------------------------------------------------------------------------------------------- */

static struct str money_words(struct request *request, struct feel_value amount)
{
	struct feel_value words, scope = feel_put(request->arena, FEEL_NULL_VALUE, STR("n"), amount);
	const struct feel_env *env = &hall_environment(request->hall, request->arena)->feel;
	if (amount.kind != FEEL_NUMBER || failed(feel_evaluate(request->arena, STR("money(n)"), scope, env, NULL, &words))) return STR("");
	return words.kind == FEEL_STRING ? words.string : STR("");
}

static struct feel_value step_of(struct request *request, struct feel_value given)
{
	struct resource step = resource_make(request->arena);
	resource_text(&step, "id", feel_get(given, STR("id")).string);
	resource_text(&step, "gloss", page_word_or(request, "calculator.step.", feel_get(given, STR("id")).string, STR("")));
	resource_text(&step, "text", feel_get(given, STR("text")).string);
	resource_text(&step, "article", feel_get(given, STR("article")).string);
	resource_add(&step, "value", feel_get(given, STR("value")));
	return resource_done(&step);
}

/* All steps, and the first few that say why. */
static void add_steps(struct request *request, struct feel_value result, struct resource *it)
{
	struct feel_value steps = feel_get(result, STR("steps"));
	struct value_list all = value_list_make(request->arena), why = value_list_make(request->arena);
	for (size_t i = 0; steps.kind == FEEL_LIST && i < steps.list.count; i++) {
		struct feel_value step = step_of(request, steps.list.items[i]);
		value_list_add(&all, step);
		if (why.count < WHY_COUNT) value_list_add(&why, step);
	}
	resource_add(it, "why", value_list_done(&why));
	resource_add(it, "steps", value_list_done(&all));
}

static void add_parameters(struct request *request, struct feel_value result, struct resource *it)
{
	struct feel_value given = feel_get(result, STR("parameters"));
	struct value_list list = value_list_make(request->arena);
	bool unverified = false;
	for (size_t i = 0; given.kind == FEEL_LIST && i < given.list.count; i++) {
		struct feel_value parameter = given.list.items[i];
		struct resource row = resource_make(request->arena);
		struct str name = feel_get(parameter, STR("name")).string, region = feel_get(parameter, STR("region")).string;
		bool sure = str_eq_c(feel_get(parameter, STR("confidence")).string, "verified");
		ptrdiff_t grade = str_find(name, STR("Grade"), 0);
		struct str kind = grade > 0 ? str_sub(name, 0, (size_t)grade) : name;
		bool nation = str_eq_c(region, "000000");
		resource_text(&row, "name", name);
		resource_text(&row, "words", page_word_or(request, "calculator.parameter.", kind, name));
		resource_text(&row, "region", region);
		resource_text(&row, "place", nation ? page_word(request, "calculator.nation")
			: region_full_name(request->arena, hall_parameters(request->hall), region));
		struct str value = feel_print(request->arena, feel_get(parameter, STR("value")));
		resource_text(&row, "value", value);
		resource_text(&row, "valueWords", page_word_or(request, "calculator.value.", value, value));
		resource_text(&row, "unit", feel_get(parameter, STR("unit")).string);
		resource_text(&row, "from", feel_print(request->arena, feel_get(parameter, STR("from"))));
		resource_text(&row, "source", feel_get(parameter, STR("source")).string);
		resource_flag(&row, "verified", sure);
		unverified |= !sure;
		value_list_add(&list, resource_done(&row));
	}
	resource_add(it, "parameters", value_list_done(&list));
	resource_flag(it, "unverified", unverified);
}

static void add_missing(struct request *request, struct feel_value result, struct resource *it)
{
	struct feel_value given = feel_get(result, STR("missing"));
	struct value_list names = value_list_make(request->arena), words = value_list_make(request->arena);
	for (size_t i = 0; given.kind == FEEL_LIST && i < given.list.count; i++) {
		struct str name = given.list.items[i].string;
		struct str word = page_word_or(request, "calculator.missing.", name, STR(""));
		if (word.len == 0) word = page_word_or(request, "calculator.parameter.", name, name);
		value_list_add(&names, feel_string(name));
		value_list_add(&words, feel_string(word));
	}
	resource_add(it, "missing", value_list_done(&names));
	resource_add(it, "missingWords", value_list_done(&words));
}

/* One way of telling it: the facts as questions and answers, and the figure. */
static struct err add_side(struct request *request, const struct asked *asked, struct resource *side)
{
	struct feel_value amount = feel_get(asked->result, STR("amount"));
	struct form_html_options options = { .language = asked->language, .brief = true };
	struct str answers;
	TRY(form_html_answers(request->arena, asked->state, &options, &answers));
	resource_add(side, "answers", page_html(request, answers));
	resource_add(side, "amount", amount);
	resource_text(side, "amountWords", money_words(request, amount));
	resource_flag(side, "known", amount.kind == FEEL_NUMBER);
	return OK;
}

static struct err decide(struct request *request, struct asked *asked)
{
	TRY(form_state(request->arena, asked->calculator->form, asked->facts, asked->env, &asked->state));
	return calculator_run(request->hall, request->arena, asked->calculator, asked->facts, &asked->result);
}

/* The facts that were said first, beside those that were said now. */
static struct err add_before(struct request *request, const struct asked *now, struct resource *it)
{
	struct asked before = *now;
	struct resource side = resource_make(request->arena);
	struct feel_value difference = FEEL_NULL_VALUE, scope = FEEL_NULL_VALUE;
	bool compared = !failed(read_facts(request, now, request_field(request, "before"), &before.facts)) &&
	    feel_equal(before.facts, now->facts) != 1;
	resource_flag(it, "compared", compared);
	if (!compared) return OK;
	TRY(decide(request, &before));
	TRY(add_side(request, &before, &side));
	resource_add(it, "first", resource_done(&side));
	scope = feel_put(request->arena, scope, STR("a"), feel_get(now->result, STR("amount")));
	scope = feel_put(request->arena, scope, STR("b"), feel_get(before.result, STR("amount")));
	TRY(feel_evaluate(request->arena, STR("if a = null or b = null then null else abs(a - b)"), scope, now->env, NULL, &difference));
	resource_text(it, "difference", money_words(request, difference));
	return OK;
}

/* The person's applications in the making that ask for claims: where the figure can go. */
static struct err add_drafts(struct request *request, const struct asked *asked, struct resource *it)
{
	struct value_list drafts = value_list_make(request->arena);
	struct person_cases cases = { 0 };
	const struct service *service;
	if (request->holds & NEEDS_WORKER) TRY(cases_of_person(request->hall, request->arena, request->session->person_id, &cases));
	for (size_t i = 0; i < cases.count; i++) {
		const struct person_case *item = &cases.items[i];
		struct resource draft = resource_make(request->arena);
		if (!str_eq_c(item->summary.state, "draft")) continue;
		TRY(service_version(request->hall, item->summary.service_version, &service));
		const struct form *form = service_form(service, service->start_form);
		if (!form || !form_at(form, STR("claims.calculated"))) continue;
		resource_text(&draft, "action", str_printf(request->arena, "/applications/%.*s/calculator/%.*s",
			STR_ARG(id_print(request->arena, item->summary.case_id)), STR_ARG(asked->calculator->id)));
		resource_moment(request, &draft, "saved", item->saved_ms ? item->saved_ms : item->summary.opened_ms);
		value_list_add(&drafts, resource_done(&draft));
	}
	resource_add(it, "drafts", value_list_done(&drafts));
	resource_flag(it, "signedIn", request->holds & NEEDS_WORKER);
	return OK;
}

/* Figures beside the one: a range, the whole with compensation, a monthly allowance. */
static void add_beside(struct request *request, struct feel_value result, struct resource *it)
{
	static const char *const names[] = { "total", "additionalMin", "additionalMax", "monthlyAllowance" };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct feel_value value = feel_get(result, str_from_c(names[i]));
		int64_t fen = 0;
		bool more = value.kind == FEEL_NUMBER && feel_to_fen(value, &fen) && fen > 0;
		resource_text(it, names[i], more ? money_words(request, value) : STR(""));
	}
}

static struct err fill_result(struct request *request, struct asked *asked, struct answer *answer)
{
	struct resource it = resource_make(request->arena);
	struct form_page page;
	struct str fields, facts, first = request_field(request, "before");
	TRY(decide(request, asked));
	TRY(form_of(request, asked, asked->state, &fields, &page));
	TRY(print_facts(request, asked->facts, &facts));
	TRY(add_side(request, asked, &it));
	TRY(add_before(request, asked, &it));
	TRY(add_drafts(request, asked, &it));
	add_steps(request, asked->result, &it);
	add_parameters(request, asked->result, &it);
	add_missing(request, asked->result, &it);
	add_beside(request, asked->result, &it);
	resource_text(&it, "claim", asked->calculator->id);
	resource_text(&it, "name", asked->calculator->claim[request->language_index]);
	resource_text(&it, "on", page_date(request, request->now_ms));
	resource_text(&it, "facts", facts);
	resource_text(&it, "before", first.len ? first : facts);
	resource_text(&it, "for", for_case(request));
	resource_text(&it, "back", with_case(request, STR("/calculator")));
	resource_add(&it, "fields", page_html(request, fields));
	answer->resource = resource_done(&it);
	answer->status = 200;
	return OK;
}

/* A program's facts: a JSON object under the form's keys. */
static struct err judge_json(struct request *request, struct asked *asked)
{
	struct feel_value given = feel_context_of(request->arena, NULL, 0);
	if (request->body_json) given = feel_from_json(request->arena, request->body_json);
	return form_submit(
	    request->arena, asked->calculator->form, FEEL_NULL_VALUE, given, asked->env, request->report, &asked->facts);
}

/* No draft remembers which fields an earlier answer opened: what was understood is laid under what was sent, until no more
 * is understood. */
static struct err judge_page(struct request *request, const struct asked *asked, const struct form_sent *sent, size_t count,
	struct form_page_result *out_judged)
{
	struct feel_value under = asked->facts;
	struct err err = OK;
	for (int round = 0; round < ROUNDS_MAX; round++) {
		struct report report = report_make(request->arena);
		err = form_submit_page(request->arena, asked->calculator->form, under, STR(CALCULATOR_PAGE), sent, count, &asked->language,
		    asked->env, &report, out_judged);
		if (!err_is(err, ERR_INVALID) || feel_equal(under, out_judged->data) == 1) break;
		under = out_judged->data;
	}
	return err;
}

static struct err calculate(struct request *request, struct answer *answer)
{
	static const char *const own[] = { "token", "before", "for", "facts" };
	struct asked asked;
	struct form_page_result judged;
	struct form_sent *sent = ARENA_ARRAY(request->arena, struct form_sent, request->fields.count + 1);
	size_t count = 0;
	TRY(open_calculator(request, &asked));
	if (request->body_json || request->json) {
		TRY(judge_json(request, &asked));
		return fill_result(request, &asked, answer);
	}
	for (size_t i = 0; i < request->fields.count; i++) {
		bool is_own = false;
		for (size_t k = 0; k < sizeof own / sizeof *own; k++) is_own |= str_eq_c(request->fields.items[i].name, own[k]);
		if (!is_own) sent[count++] = (struct form_sent){ request->fields.items[i].name, request->fields.items[i].value };
	}
	struct err err = judge_page(request, &asked, sent, count, &judged);
	if (failed(err) && !err_is(err, ERR_INVALID)) return err;
	bool go_on = judged.op.len == 0 || str_eq_c(judged.op, "next");
	answer->status = failed(err) ? 422 : 200;
	if (failed(err) || judged.again || !go_on) return fill_facts(request, &asked, judged.state, failed(err), answer);
	asked.facts = judged.data;
	return fill_result(request, &asked, answer);
}

/* ---- into the application ------------------------------------------------------------------------------------------------ */

static struct str amount_step(struct request *request, struct feel_value result)
{
	struct feel_value steps = feel_get(result, STR("steps"));
	struct str text = STR("");
	for (size_t i = 0; steps.kind == FEEL_LIST && i < steps.list.count; i++)
		if (str_eq_c(feel_get(steps.list.items[i], STR("id")).string, "amount")) text = feel_get(steps.list.items[i], STR("text")).string;
	return text.len ? str_join(request->arena, STR("计算器估算："), text) : text;
}

/* The claim with the figure in both places: what is asked, and what the calculator said; and the facts that a claim has. */
static struct feel_value claim_with(
	struct request *request, const struct application *application, const struct asked *asked, struct feel_value claim)
{
	static const char *const facts[] = { "months", "serviceFrom", "serviceTo", "averageMonthlyWage" };
	struct arena *arena = request->arena;
	int64_t fen = 0;
	(void)feel_to_fen(feel_get(asked->result, STR("amount")), &fen);
	struct feel_value amount = feel_string(str_printf(arena, "%lld.%02lld", (long long)(fen / 100), (long long)(fen % 100)));
	claim = feel_put(arena, claim, STR("type"), feel_string(asked->calculator->id));
	for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
		struct feel_value value = feel_get(asked->facts, str_from_c(facts[i]));
		struct str path = str_printf(arena, "claims.%s", facts[i]);
		if (value.kind != FEEL_NULL && form_at(application->form, path)) claim = feel_put(arena, claim, str_from_c(facts[i]), value);
	}
	claim = feel_put(arena, claim, STR("amount"), amount);
	claim = feel_put(arena, claim, STR("calculated"), amount);
	struct feel_value said = feel_get(claim, STR("facts"));
	struct str step = amount_step(request, asked->result);
	if (step.len && (said.kind != FEEL_STRING || said.string.len == 0)) claim = feel_put(arena, claim, STR("facts"), feel_string(step));
	return claim;
}

static struct err application_calculated(struct request *request, struct answer *answer)
{
	struct application application;
	struct asked asked;
	TRY(application_open(request, &application));
	TRY(open_calculator(request, &asked));
	if (application.submitted || !form_at(application.form, STR("claims.calculated"))) return ERR(REFUSED);
	TRY(read_facts(request, &asked, request_field(request, "facts"), &asked.facts));
	TRY(decide(request, &asked));
	if (feel_get(asked.result, STR("amount")).kind != FEEL_NUMBER) return ERR(REFUSED);
	struct feel_value before = feel_get(application.draft, STR("claims"));
	size_t count = before.kind == FEEL_LIST ? before.list.count : 0, at = count;
	struct feel_value *claims = ARENA_ARRAY(request->arena, struct feel_value, count + 1);
	for (size_t i = 0; i < count; i++) {
		claims[i] = before.list.items[i];
		struct feel_value type = feel_get(claims[i], STR("type"));
		if (at == count && type.kind == FEEL_STRING && str_eq(type.string, asked.calculator->id)) at = i;
	}
	claims[at] = claim_with(request, &application, &asked, at < count ? claims[at] : feel_context_of(request->arena, NULL, 0));
	struct feel_value change = feel_put(request->arena, FEEL_NULL_VALUE, STR("claims"),
	    feel_list_of(request->arena, claims, at < count ? count : count + 1));
	struct str page = str_printf(request->arena, "claims.%zu", at);
	TRY(case_save_draft(request->hall, request->arena, &request->actor, application.summary.case_id, page, change, NULL));
	answer->see_other = application_path(request, &application, page);
	return OK;
}

/* ---- routes ------------------------------------------------------------------------------------------------------------------ */

static const struct shape_field line_fields[] = {
	{ "id", SHAPE_STRING, "请求的种类，也是法律决定的标识", NULL, false, 0 },
	{ "what", SHAPE_STRING, "发生了什么", NULL, false, 0 },
	{ "claim", SHAPE_STRING, "法律上叫什么", NULL, false, 0 },
};
static const struct shape line_shape = { "Calculator", SHAPE_FIELDS(line_fields) };
static const struct shape_field list_fields[] = { { "calculators", SHAPE_LIST, "能算的各项", &line_shape, false, 0 } };
static const struct shape list_shape = { "Calculators", SHAPE_FIELDS(list_fields) };

static const struct shape_field step_fields[] = {
	{ "id", SHAPE_STRING, "步骤的标识", NULL, false, 0 },
	{ "text", SHAPE_STRING, "这一步怎么算", NULL, false, 0 },
	{ "article", SHAPE_STRING, "法律依据", NULL, false, 0 },
	{ "value", SHAPE_DECIMAL, "这一步得出的数", NULL, false, 0 },
};
static const struct shape step_shape = { "CalculatorStep", SHAPE_FIELDS(step_fields) };
static const struct shape_field parameter_fields[] = {
	{ "name", SHAPE_STRING, "参数名", NULL, false, 0 },
	{ "region", SHAPE_STRING, "哪里的标准（区划代码）", NULL, false, 0 },
	{ "value", SHAPE_STRING, "数值", NULL, false, 0 },
	{ "unit", SHAPE_STRING, "单位", NULL, false, 0 },
	{ "from", SHAPE_STRING, "从哪天起", NULL, false, 0 },
	{ "source", SHAPE_STRING, "出处", NULL, false, 0 },
	{ "verified", SHAPE_BOOLEAN, "是否核对过", NULL, false, 0 },
};
static const struct shape parameter_shape = { "CalculatorParameter", SHAPE_FIELDS(parameter_fields) };
static const struct shape_field result_fields[] = {
	{ "claim", SHAPE_STRING, "请求的种类", NULL, false, 0 },
	{ "amount", SHAPE_DECIMAL, "估算的金额，元；算不出就没有这一项", NULL, false, 0 },
	{ "why", SHAPE_LIST, "为什么是这个数，最多三行", &step_shape, false, 0 },
	{ "steps", SHAPE_LIST, "一步一步怎么算的", &step_shape, false, 0 },
	{ "parameters", SHAPE_LIST, "用到的各地标准", &parameter_shape, false, 0 },
	{ "missing", SHAPE_LIST, "还缺的事实或者标准", NULL, false, 0 },
	{ "unverified", SHAPE_BOOLEAN, "用到的标准里有没核对过的", NULL, false, 0 },
};
static const struct shape result_shape = { "CalculatorResult", SHAPE_FIELDS(result_fields) };

#define FACT(name, kind, words) { name, kind, words, NULL, false, 0 }
static const struct shape_field fact_fields[] = {
	FACT("region", SHAPE_STRING, "在哪里上班（区划代码）；不说就是本会所在地"),
	FACT("serviceFrom", SHAPE_DATE, "入职日期"), FACT("serviceTo", SHAPE_DATE, "离职日期"), FACT("signedOn", SHAPE_DATE, "签合同的日期"),
	FACT("filedOn", SHAPE_DATE, "申请仲裁的日期"), FACT("on", SHAPE_DATE, "按哪一天的标准"),
	FACT("orderedOn", SHAPE_DATE, "责令文书的日期"), FACT("orderNumber", SHAPE_STRING, "责令文书的文号"),
	FACT("ground", SHAPE_STRING, "怎么离开的"), FACT("flaw", SHAPE_STRING, "辞退违法在哪里"),
	FACT("hoursSystem", SHAPE_STRING, "工时制度"), FACT("contract", SHAPE_STRING, "合同的种类"), FACT("grade", SHAPE_STRING, "伤残等级"),
	FACT("averageMonthlyWage", SHAPE_DECIMAL, "十二个月的月平均工资"), FACT("monthlyWage", SHAPE_DECIMAL, "月工资"),
	FACT("lastMonthWage", SHAPE_DECIMAL, "上一个月的工资"), FACT("probationWage", SHAPE_DECIMAL, "试用期的月工资"),
	FACT("agreedPerMonth", SHAPE_DECIMAL, "约定的每月补偿"), FACT("months", SHAPE_DECIMAL, "几个月"), FACT("paid", SHAPE_DECIMAL, "已经付了多少"),
	FACT("overtime", SHAPE_DECIMAL, "其中的加班费"), FACT("allowances", SHAPE_DECIMAL, "其中的津贴"),
	FACT("workdayHours", SHAPE_DECIMAL, "平时加班的小时"), FACT("restHours", SHAPE_DECIMAL, "休息日加班的小时"),
	FACT("holidayHours", SHAPE_DECIMAL, "法定节假日加班的小时"), FACT("careerYears", SHAPE_DECIMAL, "一共工作几年"),
	FACT("year", SHAPE_DECIMAL, "哪一年"), FACT("daysTaken", SHAPE_DECIMAL, "已经休的天数"), FACT("contractMonths", SHAPE_DECIMAL, "合同几个月"),
	FACT("servedMonths", SHAPE_DECIMAL, "试用几个月"), FACT("days", SHAPE_DECIMAL, "高温的天数"), FACT("hours", SHAPE_DECIMAL, "高温的小时"),
	FACT("orderMissed", SHAPE_BOOLEAN, "责令限期支付而逾期"), FACT("wantsToContinue", SHAPE_BOOLEAN, "想不想回去上班"),
	FACT("canContinue", SHAPE_BOOLEAN, "还能不能回去"), FACT("noticeGiven", SHAPE_BOOLEAN, "提前三十天书面通知"),
	FACT("secondProbation", SHAPE_BOOLEAN, "第二次试用"), FACT("employmentEnded", SHAPE_BOOLEAN, "已经离开单位"),
	FACT("outdoor", SHAPE_BOOLEAN, "露天作业"), FACT("indoorCooled", SHAPE_BOOLEAN, "室内降到33℃以下"),
};
#undef FACT
static const struct shape facts_shape = { "CalculatorFacts", SHAPE_FIELDS(fact_fields) };

const struct route calculator_routes[] = {
	{ .id = "calculatorList", .method = "GET", .path = "/calculator", .needs = NEEDS_ANYBODY, .handler = calculator_list,
	    .template_name = "calculator", .api = true, .summary = "能算的各项", .output = &list_shape },
	{ .id = "calculatorShow", .method = "GET", .path = "/calculator/:claim", .needs = NEEDS_ANYBODY, .handler = calculator_show,
	    .template_name = "calculatorFacts" },
	{ .id = "calculate", .method = "POST", .path = "/calculator/:claim", .needs = NEEDS_ANYBODY, .body_bytes_max = FORM_BODY_BYTES,
	    .handler = calculate, .template_name = "calculatorResult", .api = true, .computes = true, .summary = "算一项，什么都不保存",
	    .input = &facts_shape, .output = &result_shape },
	{ .id = "applicationCalculated", .method = "POST", .path = "/applications/:case/calculator/:claim", .needs = NEEDS_WORKER,
	    .body_bytes_max = FORM_BODY_BYTES, .handler = application_calculated },
	{ 0 },
};
