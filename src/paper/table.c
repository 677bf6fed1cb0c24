#include "paper/flow.h"

#define LABEL_SHARE_MAX 0.44
#define LABEL_WIDTH_MIN 60.0
#define LABEL_AIR 8.0
#define VALUE_WIDTH_MIN 90.0
#define COLUMN_WIDTH_MIN 34.0

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
	bool is_heading = row->is_header || row->is_section;
	style.align = is_heading ? BLOCK_ALIGN_CENTRE : cell->align;
	if (is_heading)
		style.face = FACE_BOLD;
	if (style.align == BLOCK_ALIGN_NONE && table->is_field && cell->is_header)
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

/* Max-min fair: the narrow of the chosen columns get what they want, the wide ones an equal share of the rest; spare
 * room is spread by want. */
static void share(struct grid *grid, double width, bool labels)
{
	double total = 0, left = width;
	uint32_t open = 0;
	bool is_open[PAPER_COLUMN_COUNT_MAX] = { false };
	for (uint32_t i = 0; i < grid->count; i++) {
		is_open[i] = grid->is_label[i] == labels;
		open += is_open[i];
		total += is_open[i] ? grid->natural[i] : 0;
	}
	for (bool has_changed = total > width; has_changed;) {
		has_changed = false;
		for (uint32_t i = 0; i < grid->count; i++) {
			if (!is_open[i] || grid->natural[i] > left / open || open == 1)
				continue;
			grid->width[i] = grid->natural[i];
			left -= grid->natural[i];
			open--;
			is_open[i] = false;
			has_changed = true;
		}
	}
	for (uint32_t i = 0; i < grid->count; i++) {
		if (is_open[i])
			grid->width[i] = total > width ? left / open : grid->natural[i] * width / total;
	}
}

/* Labels take what they need, up to a part of the whole; the values share the rest. */
static void share_field(struct grid *grid, double width)
{
	double wanted = 0;
	uint32_t labels = 0;
	for (uint32_t i = 0; i < grid->count; i++) {
		double least = grid->is_label[i] ? LABEL_WIDTH_MIN : VALUE_WIDTH_MIN;
		grid->natural[i] += grid->is_label[i] ? LABEL_AIR : 0;
		grid->natural[i] = grid->natural[i] < least ? least : grid->natural[i];
		if (grid->is_label[i]) {
			wanted += grid->natural[i];
			labels++;
		}
	}
	double given = labels == grid->count ? width : wanted < width * LABEL_SHARE_MAX ? wanted : width * LABEL_SHARE_MAX;
	share(grid, given, true);
	share(grid, width - given, false);
}

static void share_plain(struct grid *grid, double width)
{
	for (uint32_t i = 0; i < grid->count; i++)
		grid->natural[i] = grid->natural[i] < COLUMN_WIDTH_MIN ? COLUMN_WIDTH_MIN : grid->natural[i];
	share(grid, width, false);
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
		out->text = text_set(grid->flow->setter, cell->text, cell->spans, cell->span_count, &style,
			out->width - 2 * CELL_PAD_X, cell->line);
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
