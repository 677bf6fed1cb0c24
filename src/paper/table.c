#include "paper/flow.h"

#define LABEL_SHARE_MAX 0.32
#define COLUMN_WIDTH_MIN 30.0

static const struct text_style cell_style = { .face = FACE_REGULAR, .size = CELL_SIZE, .leading = CELL_LEADING };

struct grid {
	struct flow *flow;
	const struct block *table;
	struct flow_table *out;
	uint32_t count;
	double natural[PAPER_COLUMN_COUNT_MAX], width[PAPER_COLUMN_COUNT_MAX], x[PAPER_COLUMN_COUNT_MAX + 1];
	bool is_label[PAPER_COLUMN_COUNT_MAX];
};

static struct text_style style_of(const struct block *table, const struct block *row, const struct block *cell)
{
	struct text_style style = cell_style;
	style.align = cell->align;
	bool is_heading = row->is_header || row->is_section;
	if (is_heading)
		style.face = FACE_BOLD;
	if (style.align == BLOCK_ALIGN_NONE && (is_heading || (table->is_field && cell->is_header)))
		style.align = BLOCK_ALIGN_CENTRE;
	style.is_justified = !is_heading && !cell->is_header;
	return style;
}

/* How wide each column would like to be: its widest cell on one line. Spanning cells have no say. */
static void measure(struct grid *grid)
{
	for (const struct block *row = grid->table->first; row; row = row->next) {
		uint32_t column = 0;
		for (const struct block *cell = row->first; cell && column < grid->count; cell = cell->next, column++) {
			if (cell->columns != 1)
				continue;
			if (grid->table->is_field && cell->is_header)
				grid->is_label[column] = true;
			struct text_style style = style_of(grid->table, row, cell);
			struct text_box box = text_set(grid->flow->setter, cell->text, cell->spans, cell->span_count, &style, -1, 0);
			double width = box.natural_width + 2 * CELL_PAD_X + 1;
			if (width > grid->natural[column])
				grid->natural[column] = width;
		}
	}
}

/* Labels as wide as they need, the values share the rest alike. */
static void share_field(struct grid *grid, double width)
{
	double left = width, label_max = 0;
	uint32_t labels = 0;
	for (uint32_t i = 0; i < grid->count; i++) {
		if (grid->is_label[i]) {
			labels++;
			label_max = grid->natural[i] > label_max ? grid->natural[i] : label_max;
		}
	}
	double label = label_max + 10 > width * LABEL_SHARE_MAX / (labels ? labels : 1) * 1.4
		? width * LABEL_SHARE_MAX / (labels ? labels : 1) * 1.4 : label_max + 10;
	if (label < 66)
		label = 66;
	left -= label * labels;
	uint32_t values = grid->count - labels;
	for (uint32_t i = 0; i < grid->count; i++)
		grid->width[i] = grid->is_label[i] ? label : values ? left / values : 0;
	if (values == 0)
		grid->width[grid->count - 1] += left;
}

/* The narrow columns get what they want, the wide ones an equal share of the rest; spare room is spread by want. */
static void share_plain(struct grid *grid, double width)
{
	double total = 0;
	for (uint32_t i = 0; i < grid->count; i++) {
		if (grid->natural[i] < COLUMN_WIDTH_MIN)
			grid->natural[i] = COLUMN_WIDTH_MIN;
		total += grid->natural[i];
	}
	bool is_settled[PAPER_COLUMN_COUNT_MAX] = { false };
	double left = width;
	uint32_t open = grid->count;
	for (bool has_changed = true; has_changed && open > 0 && total > width;) {
		has_changed = false;
		for (uint32_t i = 0; i < grid->count; i++) {
			if (!is_settled[i] && grid->natural[i] <= left / open) {
				grid->width[i] = grid->natural[i];
				left -= grid->natural[i];
				is_settled[i] = has_changed = true;
				open--;
				if (open == 0)
					break;
			}
		}
	}
	for (uint32_t i = 0; i < grid->count; i++) {
		if (total <= width)
			grid->width[i] = grid->natural[i] * width / total;
		else if (!is_settled[i])
			grid->width[i] = left / open;
	}
}

static void set_row(struct grid *grid, const struct block *row, struct flow_item *item)
{
	struct flow_cell *cells = ARENA_ARRAY(grid->flow->setter->arena, struct flow_cell, grid->count);
	uint32_t column = 0;
	for (const struct block *cell = row->first; cell && column < grid->count; cell = cell->next, column++) {
		if (cell->columns == 0)
			continue;
		uint32_t to = column + cell->columns > grid->count ? grid->count : column + cell->columns;
		struct text_style style = style_of(grid->table, row, cell);
		struct flow_cell *out = &cells[item->cell_count++];
		out->x = grid->x[column];
		out->width = grid->x[to] - grid->x[column];
		out->is_header = row->is_header || cell->is_header;
		out->is_shaded = row->is_header || row->is_section || (grid->table->is_field && cell->is_header);
		out->is_centred = out->is_shaded || grid->table->is_field;
		out->text = text_set(grid->flow->setter, cell->text, cell->spans, cell->span_count, &style, out->width - 2 * CELL_PAD_X, cell->line);
		if (out->text.line_count > item->line_count)
			item->line_count = out->text.line_count;
	}
	if (item->line_count == 0)
		item->line_count = 1;
	item->cells = cells;
	item->table = grid->out;
	item->leading = CELL_LEADING;
	item->pad = CELL_PAD_Y;
	item->height = item->line_count * CELL_LEADING + 2 * CELL_PAD_Y;
}

static void add_row(struct grid *grid, const struct block *row)
{
	struct flow_item *item = flow_add(grid->flow, ITEM_ROW);
	set_row(grid, row, item);
	item->is_first_row = row == grid->table->first;
	item->space_before = item->is_first_row ? 8 : 0;
	if (row->is_header) {
		LIST_PUSH(grid->flow->setter->arena, &grid->out->headers, item);
		grid->out->header_height += item->height;
	}
	item->keeps_next = row->is_header || row->is_section;
}

void flow_add_table(struct flow *flow, const struct block *table, double left, double width)
{
	if (table->column_count == 0 || !table->first)
		return;
	struct grid *grid = ARENA_NEW(flow->setter->arena, struct grid);
	grid->flow = flow;
	grid->table = table;
	grid->count = table->column_count;
	grid->out = ARENA_NEW(flow->setter->arena, struct flow_table);
	measure(grid);
	if (table->is_field)
		share_field(grid, width);
	else
		share_plain(grid, width);
	grid->x[0] = left;
	for (uint32_t i = 0; i < grid->count; i++)
		grid->x[i + 1] = grid->x[i] + grid->width[i];
	for (const struct block *row = table->first; row; row = row->next)
		add_row(grid, row);
}
