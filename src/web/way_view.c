#include "web/way_view.h"

static const char *const state_classes[DIAGRAM_STATE_COUNT] = { [DIAGRAM_PLAIN] = "", [DIAGRAM_DONE] = "ok", [DIAGRAM_NOW] = "now",
	[DIAGRAM_LATER] = "todo" };

struct err view_way(struct request *request, const struct way *way, struct resource *it)
{
	struct arena *arena = request->arena;
	bool english = request->language_index == 1;
	struct value_list steps = value_list_make(arena);
	struct way_lines lines = way_lines(arena, way, english);
	struct str svg = STR("");
	struct err err = way_svg(arena, way, english, &svg, NULL);
	if (failed(err) && !err_is(err, ERR_LIMIT)) return err;
	for (size_t i = 0; i < lines.count; i++) {
		struct resource step = resource_make(arena);
		resource_text(&step, "name", lines.items[i].name);
		resource_text(&step, "state", str_from_c(state_classes[lines.items[i].state]));
		resource_text(&step, "words", lines.items[i].state_words);
		resource_text(&step, "usual", lines.items[i].usual_words);
		value_list_add(&steps, resource_done(&step));
	}
	resource_add(it, "wayPicture", page_html(request, svg));
	resource_add(it, "waySteps", value_list_done(&steps));
	return OK;
}

struct err view_way_of_case(struct request *request, int64_t case_id, struct resource *it)
{
	struct way way;
	TRY(case_way(request->hall, request->arena, case_id, &way));
	return view_way(request, &way, it);
}
