#include "paper/blocks.h"
#include "paper/paper.h"

#include <assert.h>

/* Every text of the tree is valid UTF-8, spans lie in order inside it, and cells cover their row exactly. */
static void check(const struct block *block, int depth)
{
	assert(depth <= 4 * BLOCK_DEPTH_MAX);
	assert(utf8_is_valid(block->text));
	size_t at = 0;
	for (size_t i = 0; i < block->span_count; i++) {
		assert(block->spans[i].from >= at && block->spans[i].to > block->spans[i].from && block->spans[i].to <= block->text.len);
		at = block->spans[i].to;
	}
	uint32_t columns = 0;
	for (const struct block *child = block->first; child; child = child->next) {
		if (block->kind == BLOCK_ROW)
			columns += child->columns;
		if (block->kind == BLOCK_TABLE)
			assert(child->kind == BLOCK_ROW);
		assert(child->next || child == block->last);
		check(child, depth + 1);
	}
	if (block->kind == BLOCK_ROW)
		assert(columns >= 1 && columns <= PAPER_COLUMN_COUNT_MAX);
}

/* And a value that was escaped comes back as one paragraph that reads like it. */
static void check_escape(struct arena *arena, struct str value)
{
	const struct block *root = NULL;
	struct str escaped = paper_escape(arena, value);
	if (str_is_empty(str_trim(escaped)) || failed(blocks_parse(arena, escaped, NULL, &root)))
		return;
	assert(root->first && root->first == root->last && root->first->kind == BLOCK_PARAGRAPH);
	assert(root->first->span_count == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = { 0 };
	struct report report = report_make(&arena);
	struct str markdown = { (const char *)data, size };
	const struct block *root = NULL;
	if (!failed(blocks_parse(&arena, markdown, &report, &root)))
		check(root, 0);
	else
		assert(report.count > 0);
	if (utf8_is_valid(markdown))
		check_escape(&arena, markdown);
	arena_done(&arena);
	return 0;
}
