#include "feel/inside.h"

const struct builtin_table builtins_extension = { .rows = NULL, .count = 0 };
