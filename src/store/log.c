/* The log: leaves, complete subtrees and heads as rows; the tree itself is merkle.c. */
#include "store/inside.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

enum { NOTE_BYTES_MAX = 16 << 10 };

/* ---- leaves ---- */

void store_commitment(struct str salt, struct str content, uint8_t out_commitment[STORE_HASH_BYTES])
{
	crypto_hash_sha256_state sha;
	crypto_hash_sha256_init(&sha);
	crypto_hash_sha256_update(&sha, (const uint8_t *)salt.ptr, salt.len);
	crypto_hash_sha256_update(&sha, (const uint8_t *)content.ptr, content.len);
	crypto_hash_sha256_final(&sha, out_commitment);
}

struct str store_leaf_entry(struct arena *arena, const struct store_leaf *leaf)
{
	struct str hash = str_hex(arena, leaf->commitment, STORE_HASH_BYTES);
	return str_printf(arena, "%.*s\n%lld\n%.*s\n", STR_ARG(leaf->kind), (long long)leaf->subject, STR_ARG(hash));
}

static struct merkle_hash hash_leaf(struct arena *arena, const struct store_leaf *leaf)
{
	return merkle_leaf(store_leaf_entry(arena, leaf));
}

void store_leaf_hash(const struct store_leaf *leaf, uint8_t out_hash[STORE_HASH_BYTES])
{
	struct arena arena = { 0 };
	memcpy(out_hash, hash_leaf(&arena, leaf).bytes, STORE_HASH_BYTES);
	arena_done(&arena);
}

struct err log_read_leaf(struct store_row row, struct store_leaf *out_leaf)
{
	struct str commitment = row_bytes(row, 4);
	if (commitment.len != STORE_HASH_BYTES) return ERR(TAMPERED);
	*out_leaf = (struct store_leaf){
		.index = row_i64(row, 0), .kind = row_bytes(row, 1), .subject = row_i64(row, 2), .salt = row_bytes(row, 3),
	};
	memcpy(out_leaf->commitment, commitment.ptr, STORE_HASH_BYTES);
	return OK;
}

/* In-order numbering of a binary tree: the leaves are even, and later subtrees mostly have larger numbers. */
int64_t log_node_id(int level, int64_t position)
{
	assert(position >= 0 && position < (INT64_C(1) << (MERKLE_LEVEL_COUNT - 1 - level)));
	return ((2 * position + 1) << level) - 1;
}

/* ---- reading the tree, by a reader or by the writer itself ---- */

struct tree { const struct store *store; struct store_connection *connection; struct arena *arena; };

static struct err read_one(const struct tree *tree, struct str name, const struct sql_value *parameters, struct store_row *out_row)
{
	struct one_row one = { .arena = tree->arena };
	TRY(tree->store->driver->each(tree->connection, store_statement(tree->store, name), parameters, keep_one_row, &one));
	if (!one.found) return ERR(NOT_FOUND);
	*out_row = one.row;
	return OK;
}

static struct err read_node(void *data, int level, int64_t position, struct merkle_hash *out_hash)
{
	const struct tree *tree = data;
	struct store_row row;
	struct sql_value id = sql_i64(log_node_id(level, position));
	struct err result = read_one(tree, STR("log_node_by_id"), &id, &row);
	if (err_is(result, ERR_NOT_FOUND)) return ERR(TAMPERED);
	TRY(result);
	if (row_bytes(row, 0).len != STORE_HASH_BYTES) return ERR(TAMPERED);
	memcpy(out_hash->bytes, row_bytes(row, 0).ptr, STORE_HASH_BYTES);
	return OK;
}

static struct merkle_source source_of(struct tree *tree)
{
	return (struct merkle_source){ .node = read_node, .data = tree };
}

static struct err read_head(const struct tree *tree, struct store_head *out_head)
{
	struct store_row row;
	struct store_head head = { .size = 0 };
	struct err result = read_one(tree, STR("log_head_last"), NULL, &row);
	if (err_is(result, ERR_NOT_FOUND)) {
		memcpy(head.root, merkle_empty().bytes, STORE_HASH_BYTES);
		*out_head = head;
		return OK;
	}
	TRY(result);
	if (row_bytes(row, 1).len != STORE_HASH_BYTES) return ERR(TAMPERED);
	head = (struct store_head){ .size = row_i64(row, 0), .at_ms = row_i64(row, 2), .note = row_bytes(row, 3) };
	memcpy(head.root, row_bytes(row, 1).ptr, STORE_HASH_BYTES);
	*out_head = head;
	return OK;
}

struct err store_log_head(struct store_reader *reader, struct arena *arena, struct store_head *out_head)
{
	struct tree tree = { reader->store, reader->connection, arena };
	return read_head(&tree, out_head);
}

struct err store_log_size(struct store_reader *reader, int64_t *out_size)
{
	struct arena arena = { 0 };
	struct store_head head = { .size = 0 };
	struct err result = store_log_head(reader, &arena, &head);
	if (!failed(result)) *out_size = head.size;
	arena_done(&arena);
	return result;
}

static struct err need_size(const struct tree *tree, int64_t size)
{
	struct store_head head;
	TRY(read_head(tree, &head));
	return size >= 0 && size <= head.size ? OK : ERR(NOT_FOUND);
}

static struct err root_of(struct tree *tree, int64_t size, uint8_t out_root[STORE_HASH_BYTES])
{
	struct merkle_frontier frontier;
	TRY(need_size(tree, size));
	TRY(merkle_load(source_of(tree), size, &frontier));
	memcpy(out_root, merkle_root(&frontier).bytes, STORE_HASH_BYTES);
	return OK;
}

struct err store_log_root(struct store_reader *reader, int64_t size, uint8_t out_root[STORE_HASH_BYTES])
{
	struct arena arena = { 0 };
	struct tree tree = { reader->store, reader->connection, &arena };
	struct err result = root_of(&tree, size, out_root);
	arena_done(&arena);
	return result;
}

struct err store_log_inclusion(struct store_reader *reader, int64_t index, int64_t size, struct store_proof *out_proof)
{
	struct arena arena = { 0 };
	struct tree tree = { reader->store, reader->connection, &arena };
	struct err result = index < 0 || index >= size ? ERR(NOT_FOUND) : need_size(&tree, size);
	if (!failed(result)) result = merkle_inclusion(source_of(&tree), index, size, out_proof);
	arena_done(&arena);
	return result;
}

struct err store_log_consistency(struct store_reader *reader, int64_t old_size, int64_t size, struct store_proof *out_proof)
{
	struct arena arena = { 0 };
	struct tree tree = { reader->store, reader->connection, &arena };
	struct err result = old_size < 0 || old_size > size ? ERR(NOT_FOUND) : need_size(&tree, size);
	if (!failed(result)) result = merkle_consistency(source_of(&tree), old_size, size, out_proof);
	arena_done(&arena);
	return result;
}

struct err store_log_leaf(struct store_reader *reader, struct arena *arena, int64_t index, struct store_leaf *out_leaf)
{
	struct tree tree = { reader->store, reader->connection, arena };
	struct store_row row;
	struct sql_value number = sql_i64(index);
	TRY(read_one(&tree, STR("log_leaf_by_index"), &number, &row));
	return log_read_leaf(row, out_leaf);
}

struct leaf_visit { struct err (*each)(void *data, const struct store_leaf *leaf); void *data; };

static struct err visit_leaf(void *data, struct store_row row, size_t column_count)
{
	struct leaf_visit *visit = data;
	struct store_leaf leaf;
	(void)column_count;
	TRY(log_read_leaf(row, &leaf));
	return visit->each(visit->data, &leaf);
}

struct err store_log_each(struct store_reader *reader, int64_t from,
	struct err (*each)(void *data, const struct store_leaf *leaf), void *data)
{
	struct leaf_visit visit = { each, data };
	return store_each(reader, store_statement(reader->store, STR("log_leaf_from")), SQL(sql_i64(from)), visit_leaf, &visit);
}

struct err store_log_of_subject(struct store_reader *reader, struct arena *arena, int64_t subject,
	struct store_leaves *out_leaves)
{
	struct store_rows rows;
	TRY(store_query(arena, reader, store_statement(reader->store, STR("log_leaf_of_subject")), SQL(sql_i64(subject)), &rows));
	struct store_leaf *leaves = ARENA_ARRAY(arena, struct store_leaf, rows.count);
	for (size_t i = 0; i < rows.count; i++) TRY(log_read_leaf(rows.items[i], &leaves[i]));
	*out_leaves = (struct store_leaves){ leaves, rows.count };
	return OK;
}

/* ---- appending ---- */

static struct err write_row(struct store *store, struct str name, const struct sql_value *row)
{
	int64_t changed = 0;
	return store->driver->execute(store->connection, store_statement(store, name), row, &changed);
}

static struct err write_node(void *data, int level, int64_t position, struct merkle_hash hash)
{
	struct sql_value row[] = {
		sql_i64(log_node_id(level, position)), sql_blob((struct str){ (const char *)hash.bytes, STORE_HASH_BYTES }),
	};
	return write_row(data, STR("log_node_add"), row);
}

static struct err write_leaf(struct store *store, struct arena *arena, const struct store_leaf_draft *draft)
{
	struct merkle_frontier *frontier = &store->log.frontier;
	struct store_leaf leaf = { .index = frontier->size, .kind = draft->kind, .subject = draft->subject, .salt = draft->salt };
	memcpy(leaf.commitment, draft->commitment, STORE_HASH_BYTES);
	struct sql_value row[] = {
		sql_i64(leaf.index), sql_text(leaf.kind), sql_i64(leaf.subject), sql_blob(leaf.salt),
		sql_blob((struct str){ (const char *)leaf.commitment, STORE_HASH_BYTES }),
	};
	TRY(write_row(store, STR("log_leaf_add"), row));
	return merkle_append(frontier, hash_leaf(arena, &leaf), write_node, store);
}

static struct err write_head(struct store *store, struct arena *arena)
{
	const struct store_hooks *hooks = &store->options.hooks;
	struct merkle_hash root = merkle_root(&store->log.frontier);
	int64_t size = store->log.frontier.size, at_ms = clock_now_ms(store->options.clock);
	struct str note = STR("");
	if (hooks->sign_head) hooks->sign_head(hooks->data, arena, size, root.bytes, at_ms, &note);
	assert(note.len <= NOTE_BYTES_MAX);
	struct sql_value row[] = {
		sql_i64(size), sql_blob((struct str){ (const char *)root.bytes, STORE_HASH_BYTES }), sql_i64(at_ms), sql_text(note),
	};
	return write_row(store, STR("log_head_add"), row);
}

/* Another process may have written since the last batch: the newest head tells. */
static struct err find_frontier(struct store *store, struct arena *arena)
{
	struct tree tree = { store, store->connection, arena };
	struct store_head head;
	TRY(read_head(&tree, &head));
	if (store->log.known && store->log.frontier.size == head.size) return OK;
	return merkle_load(source_of(&tree), head.size, &store->log.frontier);
}

static struct err append_all(struct store *store, struct arena *arena, const struct store_command *const *commands,
	const struct err *results, size_t count)
{
	TRY(find_frontier(store, arena));
	/* Until the batch is committed the frontier in memory is ahead of the disk; write_batch forgets it on failure. */
	store->log.known = true;
	for (size_t i = 0; i < count; i++) {
		if (failed(results[i])) continue;
		for (size_t leaf = 0; leaf < commands[i]->leaves.count; leaf++)
			TRY(write_leaf(store, arena, &commands[i]->leaves.items[leaf]));
	}
	return write_head(store, arena);
}

struct err log_append(struct store *store, const struct store_command *const *commands, const struct err *results, size_t count)
{
	bool any = false;
	for (size_t i = 0; i < count; i++) any = any || (!failed(results[i]) && commands[i]->leaves.count > 0);
	if (!any) return OK;
	struct arena arena = { 0 };
	struct err result = append_all(store, &arena, commands, results, count);
	arena_done(&arena);
	/* A row that is there already, or one that is not, where the log must go on: somebody wrote into the tables. */
	return err_is(result, ERR_REFUSED) ? ERR(TAMPERED) : result;
}
