#include "paper/flow.h"

static const struct text_style body = {
	.face = FACE_REGULAR, .size = BODY_SIZE, .leading = BODY_LEADING, .indent = 2 * BODY_SIZE, .is_justified = true,
};

struct place { double left, width; bool is_small; };    /* of the container: lists and quotes are narrower */

struct flow_item *flow_add(struct flow *flow, enum item_kind kind)
{
	struct flow_item *item = ARENA_NEW(flow->setter->arena, struct flow_item);
	item->kind = kind;
	LIST_PUSH(flow->setter->arena, &flow->items, item);
	return item;
}

static struct flow_item *add_text(struct flow *flow, const struct block *block, const struct text_style *style,
	struct place place, const char *tag)
{
	struct flow_item *item = flow_add(flow, ITEM_TEXT);
	item->text = text_set(flow->setter, block->text, block->spans, block->span_count, style, place.width, block->line);
	item->tag = tag;
	item->left = place.left;
	item->line_count = item->text.line_count;
	item->leading = style->leading;
	item->height = text_height(&item->text);
	return item;
}

/* ---- the head of the first page ---------------------------------------------------------------- */

static void add_line(struct flow *flow, struct str text, const struct text_style *style, double space_before)
{
	if (str_is_empty(text))
		return;
	struct block block = { .kind = BLOCK_PARAGRAPH, .text = text };
	struct flow_item *item = add_text(flow, &block, style, (struct place){ 0, TEXT_WIDTH, false }, "P");
	item->space_before = space_before;
	item->keeps_next = true;
}

/* The organisation, the title, the number: the first thing on a paper. */
static void add_head(struct flow *flow, const struct paper_options *options, const struct block *title)
{
	static const struct text_style author = {
		.face = FACE_REGULAR, .size = 14, .leading = 22, .spacing = 14 * LETTER_SPACING_MAX, .align = BLOCK_ALIGN_CENTRE,
	};
	static const struct text_style number = {
		.face = FACE_REGULAR, .size = 10.5, .leading = 18, .align = BLOCK_ALIGN_RIGHT,
	};
	struct text_style heading = {
		.face = FACE_BOLD, .size = 22, .leading = 33, .align = BLOCK_ALIGN_CENTRE,
	};
	struct block block = title ? *title : (struct block){ .kind = BLOCK_HEADING, .level = 1, .text = options->title };
	size_t count = utf8_count(block.text);
	if (count <= 6) {
		heading.size = 26;
		heading.leading = 38;
	}
	heading.spacing = count <= 14 ? heading.size * LETTER_SPACING_MAX : 0;
	add_line(flow, options->author, &author, 0);
	if (count > 0) {
		struct flow_item *item = add_text(flow, &block, &heading, (struct place){ 0, TEXT_WIDTH, false }, "H1");
		item->space_before = str_is_empty(options->author) ? 0 : 4;
		item->keeps_next = true;
	}
	add_line(flow, options->number, &number, 6);
	if (flow->items.count > 0)
		flow->items.items[flow->items.count - 1]->keeps_next = true;
}

/* ---- blocks ------------------------------------------------------------------------------------ */

static void add_blocks(struct flow *flow, const struct block *first, struct place place);

static void add_heading(struct flow *flow, const struct block *block, struct place place)
{
	static const struct text_style levels[] = {
		{ .face = FACE_BOLD, .size = 18, .leading = 28, .align = BLOCK_ALIGN_CENTRE },
		{ .face = FACE_BOLD, .size = 14, .leading = 23 },
		{ .face = FACE_BOLD, .size = 12, .leading = 21 },
	};
	static const char *tags[] = { "H1", "H2", "H3" };
	static const double spaces[] = { 18, 13, 7 };
	int level = block->level > 3 ? 2 : block->level - 1;
	struct flow_item *item = add_text(flow, block, &levels[level], place, tags[level]);
	item->space_before = spaces[level];
	item->keeps_next = true;
}

static struct flow_item *add_paragraph(struct flow *flow, const struct block *block, struct place place, bool is_in_list)
{
	struct text_style style = body;
	if (place.is_small) {
		style.size = 10.5;
		style.leading = 18;
	}
	if (is_in_list || block->align != BLOCK_ALIGN_NONE)
		style.indent = 0;
	else
		style.indent = 2 * style.size;
	style.align = block->align;
	struct flow_item *item = add_text(flow, block, &style, place, "P");
	item->space_before = is_in_list ? 0 : 3;
	return item;
}

static struct str marker_text(struct arena *arena, const struct block *list, uint32_t number)
{
	return list->is_ordered ? str_printf(arena, "%u.", list->start + number) : STR("•");
}

static void add_item(struct flow *flow, const struct block *list, const struct block *item_block, uint32_t number,
	struct place place)
{
	size_t before = flow->items.count;
	struct place inside = { place.left + 24, place.width - 24, place.is_small };
	for (const struct block *block = item_block->first; block; block = block->next) {
		if (block->kind == BLOCK_PARAGRAPH) {
			struct flow_item *item = add_paragraph(flow, block, inside, true);
			item->list = flow->list_count;
		} else {
			struct block alone = *block;
			alone.next = NULL;
			add_blocks(flow, &alone, inside);
		}
	}
	if (flow->items.count > before && number == 0)
		flow->items.items[before]->space_before = 3;
	if (flow->items.count == before || flow->items.items[before]->kind != ITEM_TEXT || flow->items.items[before]->marker.layout)
		return;
	struct text_style style = body;
	style.indent = 0;
	style.is_justified = false;
	struct flow_item *first = flow->items.items[before];
	style.size = first->text.style.size ? first->text.style.size : BODY_SIZE;
	style.leading = first->leading;
	first->marker = text_set_plain(flow->setter, marker_text(flow->setter->arena, list, number), &style, -1);
	first->marker_x = inside.left - 6 - first->marker.natural_width;
}

static void add_list(struct flow *flow, const struct block *list, struct place place, bool is_top)
{
	if (is_top)
		flow->list_count++;
	uint32_t number = 0;
	for (const struct block *item = list->first; item; item = item->next)
		add_item(flow, list, item, number++, place);
}

static const struct block *add_block(struct flow *flow, const struct block *block, struct place place)
{
	switch (block->kind) {
	case BLOCK_HEADING:
		add_heading(flow, block, place);
		break;
	case BLOCK_PARAGRAPH:
		(void)add_paragraph(flow, block, place, false);
		break;
	case BLOCK_LIST:
		add_list(flow, block, place.left == 0 ? (struct place){ 12, place.width - 12, place.is_small } : place, place.left == 0);
		break;
	case BLOCK_QUOTE:
		add_blocks(flow, block->first, (struct place){ place.left + 24, place.width - 48, true });
		break;
	case BLOCK_TABLE:
		flow_add_table(flow, block, place.left, place.width);
		break;
	case BLOCK_RULE:
		flow_add(flow, ITEM_RULE)->height = 20;
		break;
	case BLOCK_PAGE:
		(void)flow_add(flow, ITEM_PAGE);
		break;
	case BLOCK_SIGN:
		return flow_add_signs(flow, block);
	case BLOCK_ROOT: case BLOCK_ITEM: case BLOCK_ROW: case BLOCK_CELL:
		break;
	}
	return block;
}

static void add_blocks(struct flow *flow, const struct block *first, struct place place)
{
	for (const struct block *block = first; block; block = block->next)
		block = add_block(flow, block, place);
}

/* A table wants air below it. A signature alone on a page signs nothing: what stands before it comes along. */
static void settle_neighbours(struct flow *flow)
{
	for (size_t i = 1; i < flow->items.count; i++) {
		struct flow_item *before = flow->items.items[i - 1], *item = flow->items.items[i];
		if (before->kind == ITEM_ROW && item->kind != ITEM_ROW && item->space_before < 8)
			item->space_before = 8;
		if (item->kind == ITEM_SIGNS && before->kind != ITEM_PAGE && before->height <= 8 * BODY_LEADING)
			before->keeps_next = true;
	}
}

struct err flow_build(struct flow *flow, const struct paper_options *options, const struct block *root)
{
	const struct block *first = root->first, *title = NULL;
	if (first && first->kind == BLOCK_HEADING && first->level == 1) {
		title = first;
		first = first->next;
	}
	add_head(flow, options, title);
	size_t head_count = flow->items.count;
	add_blocks(flow, first, (struct place){ 0, TEXT_WIDTH, false });
	if (flow->items.count > head_count && flow->items.items[head_count]->space_before < 10)
		flow->items.items[head_count]->space_before = 10;
	settle_neighbours(flow);
	if (flow->items.count == 0)
		return ERR(MISSING);
	return flow->setter->lacks_glyphs ? ERR(INVALID) : OK;
}
