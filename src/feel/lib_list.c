#include "feel/inside.h"

const struct builtin_table builtins_list = { .rows = NULL, .count = 0 };
