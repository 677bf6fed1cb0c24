#include "feel/inside.h"

const struct builtin_table builtins_boolean = { .rows = NULL, .count = 0 };
