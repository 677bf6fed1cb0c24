#include "feel/inside.h"

const struct builtin_table builtins_conversion = { .rows = NULL, .count = 0 };
