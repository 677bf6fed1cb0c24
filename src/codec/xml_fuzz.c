/* Whatever comes in, the tree is bounded and hangs together, and a refusal says why. */
#include "codec/codec.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t count_elements(const struct xml *element, size_t depth)
{
	assert(depth < XML_DEPTH_MAX);
	assert(element->attribute_count <= XML_ATTRIBUTE_COUNT_MAX);
	assert(utf8_is_valid(element->text));
	assert(element->line >= 1);
	size_t count = 1;
	for (const struct xml *child = element->first; child; child = child->next) {
		assert(child->parent == element);
		assert(child->next || child == element->last);
		count += count_elements(child, depth + 1);
	}
	return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = { 0 };
	struct report report = report_make(&arena);
	const struct xml *root;
	struct str text = { (const char *)data, size };
	if (failed(xml_parse(&arena, text, &report, &root))) {
		assert(report.error_count == 1);
	} else {
		assert(str_find(text, STR("<!DOCTYPE"), 0) < 0 || str_find(text, STR("<!--"), 0) >= 0
			|| str_find(text, STR("<![CDATA["), 0) >= 0 || str_find(text, STR("<?"), 0) >= 0);
		assert(count_elements(root, 0) <= XML_ELEMENT_COUNT_MAX);
	}
	arena_done(&arena);
	return 0;
}
