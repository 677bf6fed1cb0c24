#include "feel/inside.h"

const struct builtin_table builtins_string = { .rows = NULL, .count = 0 };
