#include "store/store.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

enum { LEAF_COUNT = 70 };

/* ---- the definitions of RFC 9162 2.1, word for word and slow ---- */

struct hash { uint8_t bytes[STORE_HASH_BYTES]; };

static struct hash leaf_hashes[LEAF_COUNT];

static struct hash sha256(const void *bytes, size_t count)
{
	struct hash hash;
	store_commitment((struct str){ "", 0 }, (struct str){ bytes, count }, hash.bytes);
	return hash;
}

static struct hash mth(int64_t begin, int64_t end)
{
	uint8_t node[1 + 2 * STORE_HASH_BYTES] = { 1 };
	if (begin == end) return sha256("", 0);
	if (end - begin == 1) return leaf_hashes[begin];
	int64_t k = 1;
	while (k * 2 < end - begin) k *= 2;
	struct hash left = mth(begin, begin + k), right = mth(begin + k, end);
	memcpy(node + 1, left.bytes, STORE_HASH_BYTES);
	memcpy(node + 1 + STORE_HASH_BYTES, right.bytes, STORE_HASH_BYTES);
	return sha256(node, sizeof node);
}

static void path_add(struct store_proof *proof, struct hash hash)
{
	memcpy(proof->hashes[proof->count++], hash.bytes, STORE_HASH_BYTES);
}

/* PATH(m, D[begin:end]) */
static void path(int64_t m, int64_t begin, int64_t end, struct store_proof *proof)
{
	int64_t k = 1;
	if (end - begin == 1) return;
	while (k * 2 < end - begin) k *= 2;
	if (m < k) {
		path(m, begin, begin + k, proof);
		path_add(proof, mth(begin + k, end));
	} else {
		path(m - k, begin + k, end, proof);
		path_add(proof, mth(begin, begin + k));
	}
}

/* SUBPROOF(m, D[begin:end], b) */
static void subproof(int64_t m, int64_t begin, int64_t end, bool b, struct store_proof *proof)
{
	int64_t k = 1, n = end - begin;
	if (m == n) {
		if (!b) path_add(proof, mth(begin, end));
		return;
	}
	while (k * 2 < n) k *= 2;
	if (m <= k) {
		subproof(m, begin, begin + k, b, proof);
		path_add(proof, mth(begin + k, end));
	} else {
		subproof(m - k, begin + k, end, false, proof);
		path_add(proof, mth(begin, begin + k));
	}
}

static void assert_same_proof(const struct store_proof *a, const struct store_proof *b)
{
	assert_int_equal(a->count, b->count);
	assert_memory_equal(a->hashes, b->hashes, a->count * STORE_HASH_BYTES);
}

/* ---- a store with a log ---- */

struct house {
	char path[64];
	struct arena arena;
	struct report report;
	struct store_migration migration;
	struct store_options options;
	struct store *store;
	int heads_signed;
};

static void sign(void *data, struct arena *arena, int64_t size, const uint8_t root[STORE_HASH_BYTES], int64_t at_ms,
	struct str *out_note)
{
	struct house *house = data;
	(void)at_ms;
	house->heads_signed++;
	*out_note = str_printf(arena, "test\n%lld\n%.*s\n", (long long)size, STR_ARG(str_base64(arena, root, STORE_HASH_BYTES)));
}

static bool check(void *data, int64_t size, const uint8_t root[STORE_HASH_BYTES], int64_t at_ms, struct str note)
{
	struct arena arena = { 0 };
	struct str expected = { 0 };
	struct house house = { .heads_signed = 0 };
	(void)data;
	sign(&house, &arena, size, root, at_ms, &expected);
	bool same = str_eq(expected, note);
	arena_done(&arena);
	return same;
}

static void house_open(struct house *house)
{
	house->report = report_make(&house->arena);
	assert_false(failed(store_open(&house->options, &house->report, &house->store)));
}

static void house_make(struct house *house)
{
	*house = (struct house){ 0 };
	snprintf(house->path, sizeof house->path, "/tmp/log_test_XXXXXX");
	assert_non_null(mkdtemp(house->path));
	strcat(house->path, "/hall.db");
	house->migration.name = STR("0001-store.sql");
	assert_false(failed(file_read(&house->arena, "schema/0001-store.sql", 1 << 20, &house->migration.text)));
	house->options = (struct store_options){
		.path = house->path, .create = true, .clock = clock_system(), .migrations = &house->migration, .migration_count = 1,
		.hooks = { .sign_head = sign, .check_head = check, .data = house },
	};
	house_open(house);
}

static void house_done(struct house *house)
{
	store_close(house->store);
	house->path[strlen(house->path) - strlen("/hall.db")] = 0;
	assert_false(failed(folder_remove(house->path)));
	arena_done(&house->arena);
}

static struct err write_leaves(struct house *house, int64_t first, int count)
{
	struct store_command command = store_command_make(&house->arena);
	for (int i = 0; i < count; i++) {
		struct store_leaf leaf = { .kind = STR("decision"), .subject = 1000 + (first + i) % 7, .salt = STR("0123456789abcdef") };
		store_commitment(leaf.salt, str_from_i64(&house->arena, first + i), leaf.commitment);
		store_leaf_hash(&leaf, leaf_hashes[first + i].bytes);
		store_command_leaf(&command, leaf.kind, leaf.subject, leaf.salt, leaf.commitment);
	}
	return store_submit(house->store, &command);
}

/* Batches of one to five leaves. */
static void fill(struct house *house)
{
	int64_t written = 0;
	for (int round = 0; written < LEAF_COUNT; round++) {
		int count = round % 5 + 1;
		if (written + count > LEAF_COUNT) count = (int)(LEAF_COUNT - written);
		assert_false(failed(write_leaves(house, written, count)));
		written += count;
	}
}

/* What somebody does who can write into the file. */
static void tamper(struct house *house, const char *sql)
{
	sqlite3 *db;
	store_close(house->store);
	house->store = NULL;
	assert_int_equal(sqlite3_open(house->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	house_open(house);
}

static struct err verify(struct house *house)
{
	struct store_verdict verdict;
	house->report = report_make(&house->arena);
	return store_verify(house->store, &house->report, &verdict);
}

static void assert_only_finding(struct house *house, const char *place)
{
	assert_true(err_is(verify(house), ERR_TAMPERED));
	if (house->report.count != 1) print_message("%.*s", STR_ARG(report_print(&house->arena, &house->report)));
	assert_int_equal(house->report.count, 1);
	assert_true(str_eq_c(house->report.items[0].place, place));
}

/* ---- tests ---- */

static void test_known_hashes_of_certificate_transparency(void **state)
{
	(void)state;
	/* The empty tree's hash is that of the empty string. */
	uint8_t expected[STORE_HASH_BYTES];
	assert_true(str_from_hex(STR("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"), expected, sizeof expected));
	assert_memory_equal(sha256("", 0).bytes, expected, sizeof expected);
	struct store_leaf leaf = { .kind = STR("k"), .subject = -5 };
	struct arena arena = { 0 };
	struct str entry = store_leaf_entry(&arena, &leaf);
	assert_true(str_eq(entry, STR("k\n-5\n0000000000000000000000000000000000000000000000000000000000000000\n")));
	uint8_t hash[STORE_HASH_BYTES];
	store_leaf_hash(&leaf, hash);
	uint8_t prefixed[128] = { 0 };
	memcpy(prefixed + 1, entry.ptr, entry.len);
	struct hash slow = sha256(prefixed, entry.len + 1);
	assert_memory_equal(hash, slow.bytes, sizeof hash);
	arena_done(&arena);
}

static void test_every_root_is_that_of_the_slow_definition(void **state)
{
	(void)state;
	struct house house;
	struct store_reader *reader;
	struct store_head head;
	uint8_t root[STORE_HASH_BYTES];
	house_make(&house);
	assert_false(failed(store_read_begin(house.store, &reader)));
	assert_false(failed(store_log_head(reader, &house.arena, &head)));
	assert_int_equal(head.size, 0);
	assert_memory_equal(head.root, mth(0, 0).bytes, STORE_HASH_BYTES);
	store_read_end(reader);
	fill(&house);
	assert_false(failed(store_read_begin(house.store, &reader)));
	assert_false(failed(store_log_head(reader, &house.arena, &head)));
	assert_int_equal(head.size, LEAF_COUNT);
	assert_memory_equal(head.root, mth(0, LEAF_COUNT).bytes, STORE_HASH_BYTES);
	assert_true(str_starts(head.note, STR("test\n70\n")));
	for (int64_t size = 0; size <= LEAF_COUNT; size++) {
		assert_false(failed(store_log_root(reader, size, root)));
		assert_memory_equal(root, mth(0, size).bytes, STORE_HASH_BYTES);
	}
	assert_true(err_is(store_log_root(reader, LEAF_COUNT + 1, root), ERR_NOT_FOUND));
	store_read_end(reader);
	house_done(&house);
}

static void test_every_inclusion_proof_is_the_slow_one_and_holds(void **state)
{
	(void)state;
	struct house house;
	struct store_reader *reader;
	struct store_proof proof;
	house_make(&house);
	fill(&house);
	assert_false(failed(store_read_begin(house.store, &reader)));
	for (int64_t size = 1; size <= LEAF_COUNT; size++) {
		struct hash root = mth(0, size);
		for (int64_t index = 0; index < size; index++) {
			struct store_proof slow = { .count = 0 };
			path(index, 0, size, &slow);
			assert_false(failed(store_log_inclusion(reader, index, size, &proof)));
			assert_same_proof(&proof, &slow);
			assert_true(store_proof_includes(&proof, index, size, leaf_hashes[index].bytes, root.bytes));
			assert_false(store_proof_includes(&proof, index, size, leaf_hashes[(index + 1) % LEAF_COUNT].bytes, root.bytes));
			if (index + 1 < size) assert_false(store_proof_includes(&proof, index + 1, size, leaf_hashes[index].bytes, root.bytes));
		}
	}
	assert_true(err_is(store_log_inclusion(reader, 5, 5, &proof), ERR_NOT_FOUND));
	assert_true(err_is(store_log_inclusion(reader, 0, LEAF_COUNT + 1, &proof), ERR_NOT_FOUND));
	store_read_end(reader);
	house_done(&house);
}

static void test_every_consistency_proof_is_the_slow_one_and_holds(void **state)
{
	(void)state;
	struct house house;
	struct store_reader *reader;
	struct store_proof proof;
	house_make(&house);
	fill(&house);
	assert_false(failed(store_read_begin(house.store, &reader)));
	for (int64_t size = 0; size <= LEAF_COUNT; size++) {
		struct hash root = mth(0, size), other = mth(1, size > 1 ? size : 2);
		for (int64_t old = 0; old <= size; old++) {
			struct store_proof slow = { .count = 0 };
			struct hash old_root = mth(0, old);
			if (old > 0 && old < size) subproof(old, 0, size, true, &slow);
			assert_false(failed(store_log_consistency(reader, old, size, &proof)));
			assert_same_proof(&proof, &slow);
			assert_true(store_proof_extends(&proof, old, old_root.bytes, size, root.bytes));
			assert_false(store_proof_extends(&proof, old, other.bytes, size, root.bytes));
			if (old > 0) assert_false(store_proof_extends(&proof, old, old_root.bytes, size, other.bytes));
		}
	}
	assert_true(err_is(store_log_consistency(reader, 3, 2, &proof), ERR_NOT_FOUND));
	store_read_end(reader);
	house_done(&house);
}

static struct err expect_next(void *data, const struct store_leaf *leaf)
{
	int64_t *next = data;
	struct hash hash;
	store_leaf_hash(leaf, hash.bytes);
	assert_int_equal(leaf->index, *next);
	assert_memory_equal(hash.bytes, leaf_hashes[leaf->index].bytes, STORE_HASH_BYTES);
	(*next)++;
	return OK;
}

static void test_leaves_are_read_in_order_by_subject_and_alone(void **state)
{
	(void)state;
	struct house house;
	struct store_reader *reader;
	struct store_leaf leaf;
	struct store_leaves leaves;
	int64_t next = 3;
	house_make(&house);
	fill(&house);
	assert_false(failed(store_read_begin(house.store, &reader)));
	assert_false(failed(store_log_each(reader, 3, expect_next, &next)));
	assert_int_equal(next, LEAF_COUNT);
	assert_false(failed(store_log_of_subject(reader, &house.arena, 1002, &leaves)));
	assert_int_equal(leaves.count, LEAF_COUNT / 7);
	assert_int_equal(leaves.items[1].index, 9);
	assert_false(failed(store_log_leaf(reader, &house.arena, 9, &leaf)));
	assert_true(str_eq(leaf.salt, STR("0123456789abcdef")));
	assert_true(err_is(store_log_leaf(reader, &house.arena, LEAF_COUNT, &leaf), ERR_NOT_FOUND));
	store_read_end(reader);
	house_done(&house);
}

static void test_the_log_goes_on_after_opening_again(void **state)
{
	(void)state;
	struct house house;
	struct store_reader *reader;
	struct store_verdict verdict;
	uint8_t root[STORE_HASH_BYTES];
	house_make(&house);
	for (int64_t i = 0; i < 20; i++) {
		assert_false(failed(write_leaves(&house, i, 1)));
		store_close(house.store);
		house_open(&house);
	}
	assert_int_equal(house.heads_signed, 20);
	assert_false(failed(store_read_begin(house.store, &reader)));
	assert_false(failed(store_log_root(reader, 20, root)));
	assert_memory_equal(root, mth(0, 20).bytes, STORE_HASH_BYTES);
	store_read_end(reader);
	assert_false(failed(store_verify(house.store, &house.report, &verdict)));
	assert_int_equal(verdict.leaf_count, 20);
	assert_int_equal(verdict.head_count, 20);
	house_done(&house);
}

static void test_two_processes_write_one_log(void **state)
{
	(void)state;
	struct house house, other;
	struct store_verdict verdict;
	house_make(&house);
	other = (struct house){ .options = house.options };
	house_open(&other);
	for (int64_t i = 0; i < 20; i++) assert_false(failed(write_leaves(i % 3 ? &house : &other, i, 1)));
	store_close(other.store);
	arena_done(&other.arena);
	assert_false(failed(store_verify(house.store, &house.report, &verdict)));
	assert_int_equal(verdict.leaf_count, 20);
	house_done(&house);
}

/* ---- tampering ---- */

static void test_one_changed_or_deleted_row_is_named_and_nothing_else(void **state)
{
	(void)state;
	static const struct { const char *sql, *place; } cases[] = {
		{ "update log_leaf set subject = 1 where leaf_index = 41", "leaf 41" },
		{ "update log_leaf set kind = 'Decision' where leaf_index = 0", "leaf 0" },
		{ "update log_leaf set commitment = randomblob(32) where leaf_index = 69", "leaf 69" },
		{ "update log_leaf set commitment = randomblob(31) where leaf_index = 12", "leaf 12" },
		{ "delete from log_leaf where leaf_index = 0", "leaf 0" },
		{ "delete from log_leaf where leaf_index = 33", "leaf 33" },
		{ "delete from log_leaf where leaf_index = 69", "leaf 69" },
		{ "insert into log_leaf values (70, 'a', 1, zeroblob(16), zeroblob(32))", "leaf 70" },
		{ "insert into log_leaf values (-1, 'a', 1, zeroblob(16), zeroblob(32))", "leaf -1" },
		{ "update log_head set root = randomblob(32) where size = 15", "head 15" },
		{ "update log_head set note = '' where size = 15", "head 15" },
		{ "insert into log_head values (-3, zeroblob(32), 0, '')", "head -3" },
		{ "update log_node set hash = randomblob(32) where node_id = 15", "node 15" },
		{ "delete from log_node where node_id = 15", "node 15" },
		{ "delete from log_node where node_id = 14", "node 14" },
		{ "insert into log_node values (100000, zeroblob(32))", "log 70" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct house house;
		house_make(&house);
		fill(&house);
		assert_false(failed(verify(&house)));
		tamper(&house, cases[i].sql);
		assert_only_finding(&house, cases[i].place);
		house_done(&house);
	}
}

static bool is_named(const struct report *report, const char *place)
{
	for (size_t i = 0; i < report->count; i++)
		if (str_eq_c(report->items[i].place, place)) return true;
	return false;
}

static void test_a_log_that_was_cut_off_names_each_leaf_that_is_missing(void **state)
{
	(void)state;
	struct house house;
	house_make(&house);
	fill(&house);
	tamper(&house, "delete from log_leaf where leaf_index >= 67");
	assert_true(err_is(verify(&house), ERR_TAMPERED));
	assert_int_equal(house.report.count, 3);
	assert_true(is_named(&house.report, "leaf 67"));
	assert_true(is_named(&house.report, "leaf 69"));
	tamper(&house, "delete from log_node where node_id >= 2 * 67");
	assert_true(err_is(verify(&house), ERR_TAMPERED));
	assert_true(is_named(&house.report, "leaf 67"));
	house_done(&house);
}

static void test_a_rewritten_leaf_with_its_hash_is_told_by_the_heads(void **state)
{
	(void)state;
	struct house house;
	struct store_leaf forged = { .kind = STR("decision"), .subject = 1003, .salt = STR("0123456789abcdef") };
	uint8_t hash[STORE_HASH_BYTES];
	house_make(&house);
	fill(&house);
	store_leaf_hash(&forged, hash);
	struct str sql = str_printf(&house.arena, "update log_leaf set commitment = zeroblob(32) where leaf_index = 3;"
		"update log_node set hash = x'%.*s' where node_id = 6", STR_ARG(str_hex(&house.arena, hash, sizeof hash)));
	tamper(&house, str_to_c(&house.arena, sql));
	assert_true(err_is(verify(&house), ERR_TAMPERED));
	assert_true(is_named(&house.report, "head 6"));
	house_done(&house);
}

static void test_a_log_with_foreign_rows_takes_no_more_leaves(void **state)
{
	(void)state;
	struct house house;
	house_make(&house);
	assert_false(failed(write_leaves(&house, 0, 5)));
	tamper(&house, "insert into log_leaf values (5, 'a', 1, zeroblob(16), zeroblob(32))");
	assert_true(err_is(write_leaves(&house, 5, 1), ERR_TAMPERED));
	assert_true(store_is_stopped(house.store));
	house_done(&house);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_hashes_of_certificate_transparency),
		cmocka_unit_test(test_every_root_is_that_of_the_slow_definition),
		cmocka_unit_test(test_every_inclusion_proof_is_the_slow_one_and_holds),
		cmocka_unit_test(test_every_consistency_proof_is_the_slow_one_and_holds),
		cmocka_unit_test(test_leaves_are_read_in_order_by_subject_and_alone),
		cmocka_unit_test(test_the_log_goes_on_after_opening_again),
		cmocka_unit_test(test_two_processes_write_one_log),
		cmocka_unit_test(test_one_changed_or_deleted_row_is_named_and_nothing_else),
		cmocka_unit_test(test_a_log_that_was_cut_off_names_each_leaf_that_is_missing),
		cmocka_unit_test(test_a_rewritten_leaf_with_its_hash_is_told_by_the_heads),
		cmocka_unit_test(test_a_log_with_foreign_rows_takes_no_more_leaves),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
