/* This morning's page for the leader: lateness first, where and with whom; then what falls due, the weeks, and how long each
 * step takes. Every number is a link to the list it counts (X2); the weeks reconcile to cases (LA18). */
#include "web/desk_view.h"

enum { BAR_COUNT = 6, BAR_WIDTH = 40, BAR_GAP = 20, CHART_HEIGHT = 110, CHART_TOP = 24, CHART_FOOT = 26 };

static struct str list_link(struct request *request, struct str list)
{
	return str_printf(request->arena, "/desk?%.*s", STR_ARG(list));
}

/* {words, figure, link}; a zero is told, and is no link to an empty list. */
static struct feel_value figure_value(struct request *request, const struct figure *figure, struct str words)
{
	struct resource item = resource_make(request->arena);
	resource_text(&item, "words", words);
	resource_count(&item, "figure", figure->count);
	resource_text(&item, "link", list_link(request, figure->list));
	return resource_done(&item);
}

/* "4分钟", "3小时", "2.5天": as people say it, one figure. */
static struct str span_words(struct request *request, int64_t ms)
{
	bool english = request->language_index == 1;
	int64_t minutes = (ms + 30000) / 60000, hours10 = (ms + 180000) / 360000, days10 = (ms + 4320000) / 8640000;
	if (minutes < 1) return english ? STR("under a minute") : STR("不到1分钟");
	if (minutes < 60) return str_printf(request->arena, english ? "%lld min" : "%lld分钟", (long long)minutes);
	if (hours10 < 240)
		return str_printf(
		    request->arena, english ? "%lld.%lld h" : "%lld.%lld小时", (long long)(hours10 / 10), (long long)(hours10 % 10));
	return str_printf(request->arena, english ? "%lld.%lld days" : "%lld.%lld天", (long long)(days10 / 10), (long long)(days10 % 10));
}

/* ---- who, where, at which step -------------------------------------------------------------------------------------- */

enum late_by { LATE_WHERE, LATE_WHO, LATE_STEP };

static struct str late_words(struct request *request, struct desk_words *words, enum late_by by, struct str value)
{
	if (by == LATE_WHERE) return desk_region_name(request->hall, value);
	if (by == LATE_STEP) return value.len ? service_words_step(desk_words_offered(words), value) : page_word(request, "desk.noStep");
	return value.len == 0 || str_eq_c(value, "-") ? page_word(request, "desk.nobody") : desk_person(words, value);
}

static struct feel_value late_list(struct request *request, struct desk_words *words, enum late_by by, const struct figure_list *figures)
{
	struct value_list list = value_list_make(request->arena);
	for (size_t i = 0; i < figures->count; i++)
		value_list_add(&list, figure_value(request, &figures->items[i], late_words(request, words, by, figures->items[i].value)));
	return value_list_done(&list);
}

static void add_late(struct request *request, struct resource *it, struct desk_words *words, const struct figures *figures)
{
	static const struct { const char *key; enum late_by by; } groups[] = { { "leader.where", LATE_WHERE }, { "leader.who", LATE_WHO },
		{ "leader.step", LATE_STEP } };
	const struct figure_list *lists[] = { &figures->late_where, &figures->late_who, &figures->late_step };
	struct value_list list = value_list_make(request->arena);
	for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
		struct resource group = resource_make(request->arena);
		resource_text(&group, "heading", page_word(request, groups[i].key));
		resource_add(&group, "values", late_list(request, words, groups[i].by, lists[i]));
		value_list_add(&list, resource_done(&group));
	}
	resource_add(it, "late", figure_value(request, &figures->late, page_word(request, "leader.late")));
	resource_add(it, "lateBy", value_list_done(&list));
}

/* ---- weeks: a picture of the last ones (as many as a phone shows at readable size), and all as a table
 * ----------------------------------------------------------------------------- */

static struct str day_words(struct request *request, struct date day)
{
	return str_printf(request->arena, request->language_index ? "%d/%d" : "%d.%d", day.month, day.day);
}

static struct str chart(struct request *request, const struct figures *figures)
{
	struct buf svg = buf_make(request->arena, 32 << 10);
	int64_t most = 1;
	int width = BAR_COUNT * (BAR_WIDTH + BAR_GAP);
	for (size_t i = FIGURE_WEEK_COUNT - BAR_COUNT; i < FIGURE_WEEK_COUNT; i++)
		if (figures->weeks[i].came.count > most) most = figures->weeks[i].came.count;
	buf_printf(&svg, "<svg class=\"chart\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%.*s\">", width,
	    CHART_TOP + CHART_HEIGHT + CHART_FOOT, STR_ARG(page_word(request, "leader.weeks")));
	buf_printf(&svg, "<line x1=\"0\" x2=\"%d\" y1=\"%d\" y2=\"%d\" stroke=\"#E5E7EB\"/>", width, CHART_TOP + CHART_HEIGHT,
	    CHART_TOP + CHART_HEIGHT);
	for (size_t i = 0; i < BAR_COUNT; i++) {
		const struct figure_week *week = &figures->weeks[FIGURE_WEEK_COUNT - BAR_COUNT + i];
		int x = (int)i * (BAR_WIDTH + BAR_GAP) + BAR_GAP / 2, height = (int)(week->came.count * CHART_HEIGHT / most);
		bool running = i + 1 == BAR_COUNT;
		struct str from = day_words(request, week->from);
		if (height)
			buf_printf(&svg, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"3\" fill=\"%s\"/>", x,
			    CHART_TOP + CHART_HEIGHT - height, BAR_WIDTH, height, running ? "#C8102E" : "#868E99");
		buf_printf(&svg, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" font-size=\"16\" fill=\"#1F2329\">%lld</text>", x + BAR_WIDTH / 2,
		    CHART_TOP + CHART_HEIGHT - height - 6, (long long)week->came.count);
		buf_printf(&svg, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" font-size=\"15\" fill=\"#5C6370\">%.*s</text>", x + BAR_WIDTH / 2,
		    CHART_TOP + CHART_HEIGHT + 18, STR_ARG(from));
	}
	buf_add_lit(&svg, "</svg>");
	return buf_str(&svg);
}

static struct feel_value weeks_value(struct request *request, const struct figures *figures)
{
	struct value_list list = value_list_make(request->arena);
	for (size_t i = FIGURE_WEEK_COUNT; i-- > 0;) {
		const struct figure_week *week = &figures->weeks[i];
		struct resource row = resource_make(request->arena);
		resource_text(&row, "days", str_printf(request->arena, "%.*s–%.*s", STR_ARG(day_words(request, week->from)),
		    STR_ARG(day_words(request, week->until))));
		resource_flag(&row, "running", i + 1 == FIGURE_WEEK_COUNT);
		resource_add(&row, "came", figure_value(request, &week->came, STR("")));
		resource_add(&row, "accepted", figure_value(request, &week->accepted, STR("")));
		resource_add(&row, "waiting", figure_value(request, &week->waiting, STR("")));
		resource_add(&row, "refused", figure_value(request, &week->refused, STR("")));
		resource_add(&row, "closed", figure_value(request, &week->closed, STR("")));
		value_list_add(&list, resource_done(&row));
	}
	return value_list_done(&list);
}

/* ---- how long each step takes ------------------------------------------------------------------------------------------------ */

static struct feel_value steps_value(struct request *request, const struct figures *figures)
{
	struct value_list list = value_list_make(request->arena);
	for (size_t i = 0; i < figures->steps.count; i++) {
		const struct figure_step *step = &figures->steps.items[i];
		const struct role *role = role_by_name(step->role);
		struct resource row = resource_make(request->arena);
		resource_text(&row, "name", step->name);
		resource_text(&row, "role", role ? role->words : STR(""));
		resource_count(&row, "figure", step->count);
		resource_count(&row, "medianMs", step->median_ms);
		resource_text(&row, "usual", span_words(request, step->median_ms));
		resource_text(&row, "slowest", span_words(request, step->slowest_ms));
		value_list_add(&list, resource_done(&row));
	}
	return value_list_done(&list);
}

static struct feel_value outcomes_value(struct request *request, struct desk_words *words, const struct figures *figures)
{
	struct value_list list = value_list_make(request->arena);
	for (size_t i = 0; i < figures->outcomes.count; i++) {
		const struct figure *figure = &figures->outcomes.items[i];
		struct str name = figure->value.len ? service_words_outcome(desk_words_offered(words), figure->value)
		                                    : page_word(request, "desk.noOutcome");
		value_list_add(&list, figure_value(request, figure, name));
	}
	return value_list_done(&list);
}

static struct err leader_show(struct request *request, struct answer *answer)
{
	struct figures figures;
	struct desk_words words = { .request = request };
	struct resource it = resource_make(request->arena);
	struct value_list tiles = value_list_make(request->arena);
	TRY(figures_of(request->hall, request->arena, request->actor.person_id, &figures));
	resource_moment(request, &it, "asOf", figures.as_of_ms);
	add_late(request, &it, &words, &figures);
	value_list_add(&tiles, figure_value(request, &figures.today, page_word(request, "leader.today")));
	value_list_add(&tiles, figure_value(request, &figures.week, page_word(request, "leader.week")));
	value_list_add(&tiles, figure_value(request, &figures.waiting_person, page_word(request, "leader.person")));
	value_list_add(&tiles, figure_value(request, &figures.open, page_word(request, "leader.open")));
	resource_add(&it, "tiles", value_list_done(&tiles));
	resource_add(&it, "total", figure_value(request, &figures.total, STR("")));
	resource_count(&it, "weekTotal", figures.week_total);
	resource_count(&it, "visits", figures.visits);
	resource_add(&it, "weeks", weeks_value(request, &figures));
	resource_add(&it, "chart", page_html(request, chart(request, &figures)));
	resource_add(&it, "steps", steps_value(request, &figures));
	resource_add(&it, "outcomes", outcomes_value(request, &words, &figures));
	answer->resource = resource_done(&it);
	return OK;
}

static const struct shape_field figure_fields[] = {
	{ "words", SHAPE_STRING, "数的是什么", NULL, false, 0 },
	{ "figure", SHAPE_INTEGER, "件数", NULL, false, 0 },
	{ "link", SHAPE_STRING, "它的清单", NULL, false, 0 },
};
static const struct shape figure_shape = { "Figure", SHAPE_FIELDS(figure_fields) };
static const struct shape_field group_fields[] = {
	{ "heading", SHAPE_STRING, "按什么分", NULL, false, 0 },
	{ "values", SHAPE_LIST, "各是多少", &figure_shape, false, 0 },
};
static const struct shape group_shape = { "FigureGroup", SHAPE_FIELDS(group_fields) };
static const struct shape_field week_fields[] = {
	{ "days", SHAPE_STRING, "周一到周日", NULL, false, 0 },
	{ "came", SHAPE_OBJECT, "收到", &figure_shape, false, 0 },
	{ "accepted", SHAPE_OBJECT, "受理", &figure_shape, false, 0 },
	{ "waiting", SHAPE_OBJECT, "等人决定", &figure_shape, false, 0 },
	{ "refused", SHAPE_OBJECT, "不予援助", &figure_shape, false, 0 },
	{ "closed", SHAPE_OBJECT, "办结", &figure_shape, false, 0 },
};
static const struct shape week_shape = { "FigureWeek", SHAPE_FIELDS(week_fields) };
static const struct shape_field step_fields[] = {
	{ "name", SHAPE_STRING, "环节", NULL, false, 0 },
	{ "figure", SHAPE_INTEGER, "28天内办了几件", NULL, false, 0 },
	{ "medianMs", SHAPE_INTEGER, "中位用时，毫秒", NULL, false, 0 },
};
static const struct shape step_shape = { "FigureStep", SHAPE_FIELDS(step_fields) };
static const struct shape_field leader_fields[] = {
	{ "asOf", SHAPE_MOMENT, "截至", NULL, false, 0 },
	{ "late", SHAPE_OBJECT, "超期", &figure_shape, false, 0 },
	{ "lateBy", SHAPE_LIST, "超期的在哪里、在谁手里、在哪一步", &group_shape, false, 0 },
	{ "tiles", SHAPE_LIST, "今天和本周", &figure_shape, false, 0 },
	{ "total", SHAPE_OBJECT, "全部办件", &figure_shape, false, 0 },
	{ "weekTotal", SHAPE_INTEGER, "所列各周收到的总数", NULL, false, 0 },
	{ "visits", SHAPE_INTEGER, "不得不跑一趟的办件", NULL, false, 0 },
	{ "weeks", SHAPE_LIST, "逐周", &week_shape, false, 0 },
	{ "steps", SHAPE_LIST, "各环节用时", &step_shape, false, 0 },
	{ "outcomes", SHAPE_LIST, "结果", &figure_shape, false, 0 },
};
static const struct shape leader_shape = { "Morning", SHAPE_FIELDS(leader_fields) };

const struct route leader_routes[] = {
	{ .id = "leaderShow", .method = "GET", .path = "/leader", .needs = NEEDS_LEADER, .handler = leader_show, .template_name = "leader",
	    .api = true, .summary = "今天早上：超期、到期、逐周、用时", .output = &leader_shape },
	{ 0 },
};
