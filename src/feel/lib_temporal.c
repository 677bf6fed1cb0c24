#include "feel/inside.h"

const struct builtin_table builtins_temporal = { .rows = NULL, .count = 0 };
