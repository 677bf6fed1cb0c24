/* What is claimed beside what the calculator says (LA20): the figure that the worker took over, else worked out again from the
 * facts that stand in the claim. */
#include "web/desk_view.h"

static struct str money_of(struct request *request, struct feel_value amount)
{
	struct feel_value words, scope = feel_put(request->arena, FEEL_NULL_VALUE, STR("n"), amount);
	const struct feel_env *env = &hall_environment(request->hall, request->arena)->feel;
	if (amount.kind == FEEL_NULL || failed(feel_evaluate(request->arena, STR("money(n)"), scope, env, NULL, &words))) return STR("");
	return words.kind == FEEL_STRING ? words.string : STR("");
}

/* The facts of a claim and of the case under the names of the law's decisions. */
static struct feel_value facts_of(struct request *request, struct feel_value data, struct feel_value claim)
{
	static const char *const names[][2] = { { "hiredOn", "serviceFrom" }, { "leftOn", "serviceTo" }, { "monthlyWage", "monthlyWage" },
		{ "monthlyWage", "averageMonthlyWage" }, { "answers.workplace", "region" }, { "arbitration.filedOn", "filedOn" } };
	static const char *const own[] = { "months", "serviceFrom", "serviceTo", "averageMonthlyWage" };
	struct feel_value facts = feel_context_of(request->arena, NULL, 0);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct feel_value value = feel_at(data, str_from_c(names[i][0]));
		if (value.kind != FEEL_NULL) facts = feel_put(request->arena, facts, str_from_c(names[i][1]), value);
	}
	for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
		struct feel_value value = feel_get(claim, str_from_c(own[i]));
		if (value.kind != FEEL_NULL) facts = feel_put(request->arena, facts, str_from_c(own[i]), value);
	}
	return facts;
}

/* Those whose facts an application has: others need more than it asks. */
static bool can_be_worked_out(struct str type)
{
	static const char *const types[] = { "unpaidWages", "economicCompensation", "unlawfulTermination" };
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (str_eq_c(type, types[i])) return true;
	return false;
}

static struct feel_value figure_of(struct request *request, struct feel_value data, struct feel_value claim, bool *out_taken)
{
	struct feel_value calculated = feel_get(claim, STR("calculated")), type = feel_get(claim, STR("type")), result;
	const struct calculator *calculator;
	*out_taken = calculated.kind != FEEL_NULL;
	if (*out_taken || type.kind != FEEL_STRING || !can_be_worked_out(type.string)) return calculated;
	if (failed(calculator_of_hall(request->hall, type.string, &calculator))) return FEEL_NULL_VALUE;
	struct feel_value facts = facts_of(request, data, claim);
	if (failed(calculator_run(request->hall, request->arena, calculator, facts, &result))) return FEEL_NULL_VALUE;
	return feel_get(result, STR("amount"));
}

struct err add_claims(struct request *request, struct feel_value data, struct resource *it)
{
	struct feel_value claims = feel_get(data, STR("claims"));
	struct value_list list = value_list_make(request->arena);
	struct calculator_lines lines;
	TRY(calculators_of_hall(request->hall, request->arena, &lines));
	for (size_t i = 0; claims.kind == FEEL_LIST && i < claims.list.count; i++) {
		struct feel_value claim = claims.list.items[i], type = feel_get(claim, STR("type"));
		struct resource row = resource_make(request->arena);
		struct str name = type.kind == FEEL_STRING ? type.string : STR("");
		bool taken, known = false;
		for (size_t k = 0; k < lines.count; k++) {
			if (known || !str_eq(lines.items[k].id, name)) continue;
			name = lines.items[k].claim[request->language_index];
			known = true;
		}
		struct str claimed = money_of(request, feel_get(claim, STR("amount")));
		struct str figure = money_of(request, figure_of(request, data, claim, &taken));
		resource_text(&row, "name", name);
		resource_text(&row, "claimed", claimed);
		resource_text(&row, "figure", figure);
		resource_flag(&row, "taken", taken);
		resource_flag(&row, "same", str_eq(claimed, figure));
		value_list_add(&list, resource_done(&row));
	}
	resource_add(it, "claims", value_list_done(&list));
	return OK;
}
