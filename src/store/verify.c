/* Verification: the whole log computed again from its leaves, beside what the tables say.
 *
 * Each leaf's hash stands twice, in its row by computation and in log_node: when they differ, or the row is gone, the
 * walk goes on with the stored one, so that one changed row is one finding and not a finding at every later head. */
#include "store/inside.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct verification {
	struct store *store;
	struct store_connection *connection;
	struct report *report;
	struct arena arena;                   /* of one leaf */
	struct merkle_frontier frontier;      /* as computed so far */
	bool broken;                          /* a hash is gone for good: later roots cannot be computed */
	size_t found;
	int64_t node_count, head_count;       /* met on the way */
	int64_t size;                         /* of the newest head */
	int64_t leaf_count;
};

__attribute__((format(printf, 4, 5)))
static void find(struct verification *v, const char *what, int64_t number, const char *format, ...)
{
	char place[48], words[256];
	va_list args;
	va_start(args, format);
	vsnprintf(words, sizeof words, format, args);
	va_end(args);
	snprintf(place, sizeof place, "%s %" PRId64, what, number);
	report_error(v->report, str_from_c(place), "%s", words);
	v->found++;
}

/* NOT_FOUND when there is no such row. */
static struct err one_by_number(struct verification *v, struct str name, int64_t number, struct store_row *out_row)
{
	struct one_row one = { .arena = &v->arena };
	struct sql_value parameter = sql_i64(number);
	TRY(v->store->driver->each(v->connection, store_statement(v->store, name), &parameter, keep_one_row, &one));
	if (!one.found) return ERR(NOT_FOUND);
	*out_row = one.row;
	return OK;
}

static struct err stored_node(struct verification *v, int level, int64_t position, struct merkle_hash *out_hash)
{
	struct store_row row;
	TRY(one_by_number(v, STR("log_node_by_id"), log_node_id(level, position), &row));
	v->node_count++;
	if (row_bytes(row, 0).len != STORE_HASH_BYTES) return ERR(NOT_FOUND);
	memcpy(out_hash->bytes, row_bytes(row, 0).ptr, STORE_HASH_BYTES);
	return OK;
}

static struct err compare_node(void *data, int level, int64_t position, struct merkle_hash hash)
{
	struct verification *v = data;
	struct merkle_hash stored;
	if (level == 0) return OK;            /* looked at already */
	struct err result = stored_node(v, level, position, &stored);
	if (failed(result) && !err_is(result, ERR_NOT_FOUND)) return result;
	if (failed(result)) find(v, "node", log_node_id(level, position), "the hash of this subtree is missing");
	else if (!merkle_eq(stored, hash)) find(v, "node", log_node_id(level, position), "the hash of this subtree was changed");
	return OK;
}

static struct err compare_head(struct verification *v)
{
	const struct store_hooks *hooks = &v->store->options.hooks;
	int64_t size = v->frontier.size;
	struct store_row row;
	struct err result = one_by_number(v, STR("log_head_by_size"), size, &row);
	if (err_is(result, ERR_NOT_FOUND)) return OK;      /* in the middle of a batch */
	TRY(result);
	v->head_count++;
	struct merkle_hash root = merkle_root(&v->frontier);
	struct str stored = row_bytes(row, 1);
	if (stored.len != STORE_HASH_BYTES || memcmp(stored.ptr, root.bytes, STORE_HASH_BYTES) != 0)
		find(v, "head", size, "this head is not the root over the leaves before it");
	else if (hooks->check_head && !hooks->check_head(hooks->data, size, root.bytes, row_i64(row, 2), row_bytes(row, 3)))
		find(v, "head", size, "the note of this head does not carry the log's signature");
	return OK;
}

static struct err append(struct verification *v, struct merkle_hash hash)
{
	TRY(merkle_append(&v->frontier, hash, compare_node, v));
	TRY(compare_head(v));
	arena_reset(&v->arena);
	return OK;
}

/* The leaves up to `index` have no row. */
static struct err miss_leaves(struct verification *v, int64_t index)
{
	while (v->frontier.size < index && !v->broken) {
		struct merkle_hash hash;
		find(v, "leaf", v->frontier.size, "this leaf is missing");
		struct err result = stored_node(v, 0, v->frontier.size, &hash);
		if (err_is(result, ERR_NOT_FOUND)) {
			v->broken = true;
			find(v, "node", log_node_id(0, v->frontier.size), "its hash is missing as well: later heads cannot be computed");
			return OK;
		}
		TRY(result);
		TRY(append(v, hash));
	}
	return OK;
}

static struct err check_leaf(struct verification *v, const struct store_leaf *leaf)
{
	struct merkle_hash hash, stored;
	store_leaf_hash(leaf, hash.bytes);
	struct err result = stored_node(v, 0, leaf->index, &stored);
	if (failed(result) && !err_is(result, ERR_NOT_FOUND)) return result;
	if (failed(result)) {
		find(v, "node", log_node_id(0, leaf->index), "the hash of leaf %" PRId64 " is missing", leaf->index);
	} else if (!merkle_eq(stored, hash)) {
		find(v, "leaf", leaf->index, "this leaf is not what was written (now: %.*s of %" PRId64 ")", STR_ARG(leaf->kind),
			leaf->subject);
		hash = stored;
	}
	return v->broken ? OK : append(v, hash);
}

static struct err visit_row(void *data, struct store_row row, size_t column_count)
{
	struct verification *v = data;
	struct store_leaf leaf;
	int64_t index = row_i64(row, 0);
	(void)column_count;
	v->leaf_count++;
	if (index < 0 || index >= v->size) {
		find(v, "leaf", index, "no head speaks of this leaf");
		return OK;
	}
	if (!v->broken) TRY(miss_leaves(v, index));
	if (!failed(log_read_leaf(row, &leaf))) return check_leaf(v, &leaf);
	/* The row is there but unreadable: the same as changed, and its stored hash goes on. */
	find(v, "leaf", index, "this leaf is not what was written (its commitment has another length)");
	struct merkle_hash hash;
	if (v->broken) return OK;
	struct err result = stored_node(v, 0, index, &hash);
	v->broken = err_is(result, ERR_NOT_FOUND);
	if (v->broken) return OK;
	TRY(result);
	return append(v, hash);
}

static struct err strange_head(void *data, struct store_row row, size_t column_count)
{
	struct verification *v = data;
	(void)column_count;
	find(v, "head", row_i64(row, 0), "this head speaks of leaves that do not exist");
	return OK;
}

static struct err each(struct verification *v, struct str name, int64_t number, store_each_row *visit)
{
	struct sql_value parameter = sql_i64(number);
	return v->store->driver->each(v->connection, store_statement(v->store, name), &parameter, visit, v);
}

/* What the walk did not meet but the tables hold. */
static struct err check_counts(struct verification *v)
{
	struct one_row one = { .arena = &v->arena };
	TRY(v->store->driver->each(v->connection, store_statement(v->store, STR("log_count")), NULL, keep_one_row, &one));
	assert(one.found);
	int64_t nodes = row_i64(one.row, 1), heads = row_i64(one.row, 2);
	if (!v->broken && nodes > v->node_count)
		find(v, "log", v->size, "%" PRId64 " hashes in log_node belong to no leaf", nodes - v->node_count);
	TRY(each(v, STR("log_head_strange"), v->size, strange_head));
	if (!v->broken && v->found == 0 && heads != v->head_count)
		find(v, "log", v->size, "%" PRId64 " heads for %" PRId64 " batches", heads, v->head_count);
	return OK;
}

static struct err walk(struct verification *v)
{
	struct one_row head = { .arena = &v->arena };
	TRY(v->store->driver->each(v->connection, store_statement(v->store, STR("log_head_last")), NULL, keep_one_row, &head));
	if (head.found) v->size = row_i64(head.row, 0);
	TRY(each(v, STR("log_leaf_from"), INT64_MIN, visit_row));
	TRY(miss_leaves(v, v->size));
	return check_counts(v);
}

static struct err verify(struct verification *v)
{
	const struct store_driver *driver = v->store->driver;
	TRY(driver->begin(v->connection, CONNECTION_READS));
	struct err result = driver->check(v->connection, v->report);
	if (err_is(result, ERR_TAMPERED)) v->found++;
	if (!failed(result) || err_is(result, ERR_TAMPERED)) {
		struct err walked = walk(v);
		if (err_is(walked, ERR_TAMPERED)) find(v, "log", v->frontier.size, "the database cannot be read beyond this leaf");
		else if (failed(walked)) result = walked;
	}
	driver->rollback(v->connection);
	if (failed(result) && !err_is(result, ERR_TAMPERED)) return result;
	return v->found > 0 ? ERR(TAMPERED) : OK;
}

struct err store_verify(struct store *store, struct report *report, struct store_verdict *out_verdict)
{
	struct verification v = { .store = store, .report = report };
	TRY(store->driver->open(&store->options, CONNECTION_READS, store->statements.list.count, &v.connection));
	struct err result = verify(&v);
	store->driver->close(v.connection);
	arena_done(&v.arena);
	if (!failed(result)) *out_verdict = (struct store_verdict){ v.leaf_count, v.head_count };
	return result;
}
