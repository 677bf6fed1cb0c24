#include "store/statements.h"

static bool is_name(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (i > 0 && c >= '0' && c <= '9'))) return false;
	}
	return s.len > 0 && s.len <= 64;
}

/* Cuts the word before the next white space off *rest. */
static struct str take_word(struct str *rest)
{
	struct str s = str_trim(*rest);
	size_t end = 0;
	while (end < s.len && s.ptr[end] != ' ' && s.ptr[end] != '\t') end++;
	*rest = str_trim(str_sub(s, end, s.len));
	return str_sub(s, 0, end);
}

static bool read_kind(struct str word, enum statement_kind *out_kind)
{
	static const struct { struct str word; enum statement_kind kind; } kinds[] = {
		{ STR_INIT(":one"), STATEMENT_ONE }, { STR_INIT(":many"), STATEMENT_MANY }, { STR_INIT(":exec"), STATEMENT_EXEC },
	};
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		if (!str_eq(word, kinds[i].word)) continue;
		*out_kind = kinds[i].kind;
		return true;
	}
	return false;
}

static bool read_type(struct str word, enum sql_type *out_type)
{
	static const struct { struct str word; enum sql_type type; } types[] = {
		{ STR_INIT("i64"), SQL_TYPE_I64 }, { STR_INIT("bool"), SQL_TYPE_BOOL },
		{ STR_INIT("text"), SQL_TYPE_TEXT }, { STR_INIT("blob"), SQL_TYPE_BLOB },
	};
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		if (!str_eq(word, types[i].word)) continue;
		*out_type = types[i].type;
		return true;
	}
	return false;
}

/* `(number text, org i64)` */
static bool read_parameters(struct str list, struct store_statement *statement)
{
	if (list.len < 2 || list.ptr[0] != '(' || list.ptr[list.len - 1] != ')') return false;
	struct str rest = str_trim(str_sub(list, 1, list.len - 1)), piece;
	while (rest.len > 0 && str_split(&rest, ',', &piece)) {
		if (statement->parameter_count == STORE_PARAMETER_COUNT_MAX) return false;
		struct str name = take_word(&piece);
		if (!is_name(name) || !read_type(piece, &statement->types[statement->parameter_count])) return false;
		statement->parameter_count++;
	}
	return true;
}

static const struct str header_mark = STR_INIT("-- name:");

static struct err read_header(struct str line, struct store_statement *statement, struct report *report)
{
	struct str rest = str_trim(str_sub(line, header_mark.len, line.len));
	statement->name = take_word(&rest);
	struct str kind = take_word(&rest);
	if (!is_name(statement->name) || !read_kind(kind, &statement->kind) || !read_parameters(rest, statement)) {
		report_error(report, line, "write `-- name: NAME :one|:many|:exec (NAME i64|bool|text|blob, ...)`");
		return ERR(INVALID);
	}
	return OK;
}

static struct err keep(struct arena *arena, struct statements *statements, struct store_statement *statement,
	struct report *report)
{
	if (map_has(&statements->by_name, statement->name)) {
		report_error(report, statement->name, "two statements have this name");
		return ERR(INVALID);
	}
	if (statements->list.count == STATEMENT_COUNT_MAX) return ERR(LIMIT);
	statement->number = statements->list.count;
	LIST_PUSH(arena, &statements->list, statement);
	map_put(arena, &statements->by_name, statement->name, statement);
	return OK;
}

struct err statements_add(struct arena *arena, struct statements *statements, struct str text, struct report *report)
{
	struct store_statement *statement = NULL;
	for (size_t at = 0; at < text.len;) {
		ptrdiff_t feed = str_find_byte(text, '\n', at);
		size_t end = feed < 0 ? text.len : (size_t)feed + 1;
		struct str line = str_trim(str_sub(text, at, end));
		if (str_starts(line, header_mark)) {
			statement = ARENA_NEW(arena, struct store_statement);
			TRY(read_header(line, statement, report));
			TRY(keep(arena, statements, statement, report));
			statement->text = (struct str){ text.ptr + end, 0 };
		} else if (statement) {
			statement->text.len = (size_t)(text.ptr + end - statement->text.ptr);
		}
		at = end;
	}
	return OK;
}
