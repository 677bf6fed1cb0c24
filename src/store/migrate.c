/* Migrations: forward only, each once, all new ones in one transaction, each remembered by the hash of its text. */
#include "store/inside.h"

#include <sodium.h>
#include <string.h>

static const struct str bookkeeping = STR_INIT(
	"create table if not exists store_migration (\n"
	"	name {{TEXT}} primary key,            -- of the file\n"
	"	hash {{BLOB}} not null,               -- SHA-256 of its text before the types are filled in\n"
	"	applied_ms {{I64}} not null\n"
	");\n");

static bool is_word_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* The end of the piece at `at`: a comment, a quoted text, a word, or one byte. */
static size_t piece_end(struct str text, size_t at)
{
	struct str rest = str_sub(text, at, text.len);
	ptrdiff_t end = -1;
	if (str_starts(rest, STR("--"))) {
		end = str_find_byte(text, '\n', at);
	} else if (str_starts(rest, STR("/*"))) {
		end = str_find(text, STR("*/"), at);
		if (end >= 0) end += 2;
	} else if (rest.ptr[0] == '\'' || rest.ptr[0] == '"') {
		end = str_find_byte(text, rest.ptr[0], at + 1);    /* a doubled quote is two pieces: good enough */
		if (end >= 0) end += 1;
	} else {
		end = (ptrdiff_t)at + 1;
		if (is_word_byte(rest.ptr[0])) while ((size_t)end < text.len && is_word_byte(text.ptr[end])) end++;
	}
	return end < 0 ? text.len : (size_t)end;
}

/* Adds the driver's table option before the `;` of each `create table name (...)`. */
static struct str add_table_option(struct arena *arena, struct str text, struct str option)
{
	if (option.len == 0) return text;
	struct buf buf = buf_make(arena, text.len * 2 + 4096);
	bool create = false, table = false;
	size_t word_count = 0, depth = 0;
	for (size_t at = 0, end; at < text.len; at = end) {
		end = piece_end(text, at);
		struct str piece = str_sub(text, at, end), word = str_lower_ascii(arena, piece);
		if (is_word_byte(piece.ptr[0])) {
			if (word_count == 0) create = str_eq(word, STR("create"));
			if (word_count == 1) table = create && str_eq(word, STR("table"));
			word_count++;
		}
		if (piece.ptr[0] == '(') depth++;
		if (piece.ptr[0] == ')' && depth > 0 && --depth == 0 && table) {
			buf_printf(&buf, ") %.*s", STR_ARG(option));
			table = false;
			continue;
		}
		if (piece.ptr[0] == ';' && depth == 0) word_count = 0, table = false;
		buf_add(&buf, piece);
	}
	return buf_str(&buf);
}

static struct str fill_in(struct store *store, struct arena *arena, struct str text)
{
	for (size_t i = 0; i < store->driver->macro_count; i++)
		text = str_replace(arena, text, store->driver->macros[i].from, store->driver->macros[i].to);
	return add_table_option(arena, text, store->driver->table_option);
}

struct applied { struct arena *arena; struct map hashes; };

static struct err note_applied(void *data, struct store_row row, size_t column_count)
{
	struct applied *applied = data;
	struct store_row kept = copy_row(applied->arena, row, column_count);
	struct str *hash = ARENA_NEW(applied->arena, struct str);
	*hash = row_bytes(kept, 1);
	map_put(applied->arena, &applied->hashes, row_bytes(kept, 0), hash);
	return OK;
}

static struct err read_applied(struct store *store, struct applied *applied)
{
	applied->hashes = (struct map){ 0 };
	return store->driver->each(store->connection, store_statement(store, STR("migration_all")), NULL, note_applied, applied);
}

static struct str hash_of(struct arena *arena, struct str text)
{
	uint8_t hash[crypto_hash_sha256_BYTES];
	crypto_hash_sha256(hash, (const uint8_t *)text.ptr, text.len);
	return (struct str){ arena_copy(arena, hash, sizeof hash), sizeof hash };
}

/* True when all are applied. */
static struct err compare(struct store *store, struct applied *applied, struct report *report, bool *out_complete)
{
	const struct store_options *options = &store->options;
	size_t known = 0;
	bool changed = false;
	for (size_t i = 0; i < options->migration_count; i++) {
		const struct str *hash = map_get(&applied->hashes, options->migrations[i].name);
		if (!hash) continue;
		known++;
		if (str_eq(*hash, hash_of(applied->arena, options->migrations[i].text))) continue;
		report_error(report, options->migrations[i].name, "this step of the schema was applied and has been changed since: "
			"write a new step instead");
		changed = true;
	}
	if (known < applied->hashes.count) {
		report_error(report, str_from_c(options->path), "the database has steps that this program does not know: "
			"it was written by a newer one");
		return ERR(REFUSED);
	}
	*out_complete = known == options->migration_count;
	return changed ? ERR(REFUSED) : OK;
}

static struct err apply(struct store *store, struct applied *applied, struct report *report)
{
	const struct store_statement *add = store_statement(store, STR("migration_add"));
	bool complete = false;
	/* Read again inside: another process may have been faster. */
	TRY(read_applied(store, applied));
	TRY(compare(store, applied, report, &complete));
	for (size_t i = 0; i < store->options.migration_count; i++) {
		const struct store_migration *migration = &store->options.migrations[i];
		if (map_has(&applied->hashes, migration->name)) continue;
		if (report) report->file = migration->name;
		struct err result = store->driver->script(store->connection, fill_in(store, applied->arena, migration->text), report);
		if (report) report->file = (struct str){ 0 };
		TRY(result);
		int64_t changed = 0;
		struct sql_value row[] = { sql_text(migration->name), sql_blob(hash_of(applied->arena, migration->text)),
			sql_i64(clock_now_ms(store->options.clock)) };
		TRY(store->driver->execute(store->connection, add, row, &changed));
	}
	return OK;
}

static struct err in_transaction(struct store *store, struct applied *applied, struct report *report,
	struct err (*work)(struct store *store, struct applied *applied, struct report *report))
{
	TRY(store->driver->begin(store->connection, CONNECTION_WRITES));
	struct err result = work(store, applied, report);
	if (!failed(result)) result = store->driver->commit(store->connection);
	if (failed(result)) store->driver->rollback(store->connection);
	return result;
}

static struct err make_bookkeeping(struct store *store, struct applied *applied, struct report *report)
{
	return store->driver->script(store->connection, fill_in(store, applied->arena, bookkeeping), report);
}

static struct err migrate(struct store *store, struct applied *applied, struct report *report)
{
	bool complete = false;
	TRY(in_transaction(store, applied, report, make_bookkeeping));
	TRY(read_applied(store, applied));
	TRY(compare(store, applied, report, &complete));
	return complete ? OK : in_transaction(store, applied, report, apply);
}

struct err store_migrate(struct store *store, struct report *report)
{
	struct arena arena = { 0 };
	struct applied applied = { .arena = &arena };
	/* Findings outlive this arena: their places are names that the caller owns or copies. */
	struct err result = migrate(store, &applied, report);
	arena_done(&arena);
	return result;
}
