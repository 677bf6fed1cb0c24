#include "feel/inside.h"

const struct builtin_table builtins_context = { .rows = NULL, .count = 0 };
