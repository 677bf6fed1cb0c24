#include "feel/inside.h"

const struct builtin_table builtins_range = { .rows = NULL, .count = 0 };
