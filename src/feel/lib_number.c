#include "feel/inside.h"

const struct builtin_table builtins_number = { .rows = NULL, .count = 0 };
