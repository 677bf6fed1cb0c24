#include "paper/flow.h"

#define SEAL_SIDE 119.06     /* 42 mm */
#define INK_HEIGHT 46.0
#define LABEL_WIDTH_MAX 110.0

static const struct text_style caption_style = { .face = FACE_REGULAR, .size = BODY_SIZE, .leading = 20 };

static struct str with_colon(struct arena *arena, struct str text)
{
	return str_ends(text, STR("：")) || str_ends(text, STR(":")) ? text : str_join(arena, text, STR("："));
}

/* Caption and a line to write on, the date below. A long caption stands on a line of its own. */
static void set_sign(struct setter *setter, struct flow_sign *sign)
{
	const struct block *block = sign->block;
	struct str date = str_is_empty(block->date) ? STR("　　　年　　月　　日") : block->date;
	struct str caption = with_colon(setter->arena, block->text);
	sign->caption = text_set(setter, caption, NULL, 0, &caption_style, -1, block->line);
	double top = 0, label = sign->caption.natural_width;
	if (label > LABEL_WIDTH_MAX) {
		sign->caption = text_set(setter, caption, NULL, 0, &caption_style, SIGN_WIDTH, block->line);
		top = text_height(&sign->caption);
		label = 0;
	}
	sign->caption_x = sign->x;
	sign->caption_y = top > 0 ? 0 : INK_HEIGHT - caption_style.leading + 2;
	sign->ink_x = sign->x + label;
	sign->ink_y = top;
	sign->ink_width = SIGN_WIDTH - label;
	sign->ink_height = INK_HEIGHT;
	sign->date = text_set(setter, str_join(setter->arena, STR("日期："), date), NULL, 0, &caption_style, -1, block->line);
	sign->date_x = sign->x;
	sign->date_y = top + INK_HEIGHT + 7;
	sign->height = sign->date_y + caption_style.leading;
}

/* Name and date in the middle of the room for the seal, which is pressed over both. */
static void set_seal(struct setter *setter, struct flow_sign *sign)
{
	struct text_style style = caption_style;
	style.align = BLOCK_ALIGN_CENTRE;
	const struct block *block = sign->block;
	struct str date = str_is_empty(block->date) ? STR("　　　年　　月　　日") : block->date;
	sign->caption = text_set(setter, block->text, NULL, 0, &style, SIGN_WIDTH, block->line);
	sign->date = text_set(setter, date, NULL, 0, &style, SIGN_WIDTH, block->line);
	double height = text_height(&sign->caption) + text_height(&sign->date);
	sign->caption_x = sign->date_x = sign->x;
	sign->caption_y = (SEAL_SIDE - height) / 2 + 8;
	sign->date_y = sign->caption_y + text_height(&sign->caption);
	sign->ink_x = sign->x + (SIGN_WIDTH - SEAL_SIDE) / 2;
	sign->ink_y = 0;
	sign->ink_width = sign->ink_height = SEAL_SIDE;
	sign->height = SEAL_SIDE + 4;
}

/* Side by side, the dates stand on one line. */
static void align_dates(struct flow_item *item)
{
	double lowest = 0;
	for (size_t i = 0; i < item->sign_count; i++)
		lowest = item->signs[i].date_y > lowest ? item->signs[i].date_y : lowest;
	for (size_t i = 0; i < item->sign_count; i++) {
		struct flow_sign *sign = &item->signs[i];
		double down = lowest - sign->date_y;
		sign->caption_y += down;
		sign->ink_y += down;
		sign->date_y += down;
		if (sign->height + down > item->height)
			item->height = sign->height + down;
	}
}

const struct block *flow_add_signs(struct flow *flow, const struct block *first)
{
	struct flow_item *item = flow_add(flow, ITEM_SIGNS);
	const struct block *block = first;
	item->space_before = 14;
	item->tag = "P";
	for (;;) {
		struct flow_sign *sign = &item->signs[item->sign_count++];
		sign->block = block;
		if (item->sign_count == 2 || !block->next || block->next->kind != BLOCK_SIGN)
			break;
		block = block->next;
	}
	for (size_t i = 0; i < item->sign_count; i++) {
		struct flow_sign *sign = &item->signs[i];
		sign->x = item->sign_count == 1 || i == 1 ? TEXT_WIDTH - SIGN_WIDTH : 0;
		if (sign->block->is_seal)
			set_seal(flow->setter, sign);
		else
			set_sign(flow->setter, sign);
	}
	align_dates(item);
	return block;
}
