#include "store/merkle.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

static_assert(crypto_hash_sha256_BYTES == STORE_HASH_BYTES, "the log hashes with SHA-256");

struct merkle_hash merkle_leaf(struct str entry)
{
	struct merkle_hash hash;
	crypto_hash_sha256_state sha;
	crypto_hash_sha256_init(&sha);
	crypto_hash_sha256_update(&sha, (const uint8_t[]){ 0 }, 1);
	crypto_hash_sha256_update(&sha, (const uint8_t *)entry.ptr, entry.len);
	crypto_hash_sha256_final(&sha, hash.bytes);
	return hash;
}

struct merkle_hash merkle_parent(struct merkle_hash left, struct merkle_hash right)
{
	uint8_t bytes[1 + 2 * STORE_HASH_BYTES] = { 1 };
	memcpy(bytes + 1, left.bytes, STORE_HASH_BYTES);
	memcpy(bytes + 1 + STORE_HASH_BYTES, right.bytes, STORE_HASH_BYTES);
	struct merkle_hash hash;
	crypto_hash_sha256(hash.bytes, bytes, sizeof bytes);
	return hash;
}

struct merkle_hash merkle_empty(void)
{
	struct merkle_hash hash;
	crypto_hash_sha256(hash.bytes, (const uint8_t *)"", 0);
	return hash;
}

bool merkle_eq(struct merkle_hash a, struct merkle_hash b)
{
	return memcmp(a.bytes, b.bytes, STORE_HASH_BYTES) == 0;
}

struct err merkle_append(struct merkle_frontier *frontier, struct merkle_hash leaf, merkle_keep *keep, void *data)
{
	int64_t position = frontier->size;
	int level = 0;
	struct merkle_hash hash = leaf;
	assert(position >= 0 && position < INT64_MAX);
	TRY(keep(data, 0, position, hash));
	for (; position & 1; position >>= 1) {
		hash = merkle_parent(frontier->hashes[level], hash);
		level++;
		TRY(keep(data, level, position >> 1, hash));
	}
	frontier->hashes[level] = hash;
	frontier->size++;
	return OK;
}

struct merkle_hash merkle_root(const struct merkle_frontier *frontier)
{
	if (frontier->size == 0) return merkle_empty();
	struct merkle_hash root = { { 0 } };
	bool begun = false;
	for (int level = 0; level < MERKLE_LEVEL_COUNT; level++) {
		if (!((frontier->size >> level) & 1)) continue;
		root = begun ? merkle_parent(frontier->hashes[level], root) : frontier->hashes[level];
		begun = true;
	}
	return root;
}

struct err merkle_load(struct merkle_source source, int64_t size, struct merkle_frontier *out_frontier)
{
	struct merkle_frontier frontier = { .size = size };
	for (int level = 0; level < MERKLE_LEVEL_COUNT; level++) {
		if (!((size >> level) & 1)) continue;
		int64_t position = (size >> level) - 1;
		TRY(source.node(source.data, level, position, &frontier.hashes[level]));
	}
	*out_frontier = frontier;
	return OK;
}

/* The largest power of two smaller than count, as its exponent; count > 1. */
static int split_level(int64_t count)
{
	assert(count > 1);
	int level = 0;
	while ((INT64_C(1) << (level + 1)) < count) level++;
	return level;
}

/* MTH(D[begin:end]). RFC 9162 splits at powers of two, so `begin` is aligned to every subtree asked for here. */
static struct err subtree(struct merkle_source source, int64_t begin, int64_t end, struct merkle_hash *out_hash)
{
	int64_t count = end - begin;
	if ((count & (count - 1)) == 0) {
		int level = 0;
		while ((INT64_C(1) << level) < count) level++;
		assert(begin % count == 0);
		return source.node(source.data, level, begin >> level, out_hash);
	}
	int64_t middle = begin + (INT64_C(1) << split_level(count));
	struct merkle_hash left, right;
	TRY(subtree(source, begin, middle, &left));
	TRY(subtree(source, middle, end, &right));
	*out_hash = merkle_parent(left, right);
	return OK;
}

/* The proofs are built from the root down; RFC 9162 lists them from the leaf up. */
static void turn_round(struct store_proof *proof)
{
	for (size_t i = 0, j = proof->count; i + 1 < j; i++) {
		j--;
		uint8_t kept[STORE_HASH_BYTES];
		memcpy(kept, proof->hashes[i], sizeof kept);
		memcpy(proof->hashes[i], proof->hashes[j], sizeof kept);
		memcpy(proof->hashes[j], kept, sizeof kept);
	}
}

static struct err add_subtree(struct merkle_source source, int64_t begin, int64_t end, struct store_proof *proof)
{
	struct merkle_hash hash;
	TRY(subtree(source, begin, end, &hash));
	assert(proof->count < STORE_PROOF_COUNT_MAX);
	memcpy(proof->hashes[proof->count++], hash.bytes, STORE_HASH_BYTES);
	return OK;
}

struct err merkle_inclusion(struct merkle_source source, int64_t index, int64_t size, struct store_proof *out_proof)
{
	assert(index >= 0 && index < size);
	struct store_proof proof = { .count = 0 };
	for (int64_t begin = 0, end = size; end - begin > 1;) {
		int64_t middle = begin + (INT64_C(1) << split_level(end - begin));
		if (index < middle) {
			TRY(add_subtree(source, middle, end, &proof));
			end = middle;
		} else {
			TRY(add_subtree(source, begin, middle, &proof));
			begin = middle;
		}
	}
	turn_round(&proof);
	*out_proof = proof;
	return OK;
}

struct err merkle_consistency(struct merkle_source source, int64_t old_size, int64_t size, struct store_proof *out_proof)
{
	assert(old_size >= 0 && old_size <= size);
	struct store_proof proof = { .count = 0 };
	int64_t begin = 0, end = size;
	/* An old tree that is one complete subtree from the left is known to the verifier already. */
	bool known = true;
	if (old_size == 0 || old_size == size) { *out_proof = proof; return OK; }
	while (old_size != end) {
		int64_t middle = begin + (INT64_C(1) << split_level(end - begin));
		if (old_size <= middle) {
			TRY(add_subtree(source, middle, end, &proof));
			end = middle;
		} else {
			TRY(add_subtree(source, begin, middle, &proof));
			begin = middle;
			known = false;
		}
	}
	if (!known) TRY(add_subtree(source, begin, end, &proof));
	turn_round(&proof);
	*out_proof = proof;
	return OK;
}

static struct merkle_hash hash_of(const uint8_t *bytes)
{
	struct merkle_hash hash;
	memcpy(hash.bytes, bytes, STORE_HASH_BYTES);
	return hash;
}

bool store_proof_includes(const struct store_proof *proof, int64_t index, int64_t size,
	const uint8_t leaf_hash[STORE_HASH_BYTES], const uint8_t root[STORE_HASH_BYTES])
{
	if (index < 0 || index >= size || proof->count > STORE_PROOF_COUNT_MAX) return false;
	int64_t node = index, last = size - 1;
	struct merkle_hash hash = hash_of(leaf_hash);
	for (size_t i = 0; i < proof->count; i++) {
		struct merkle_hash step = hash_of(proof->hashes[i]);
		if (last == 0) return false;
		if ((node & 1) || node == last) {
			hash = merkle_parent(step, hash);
			while (!(node & 1) && node != 0) { node >>= 1; last >>= 1; }
		} else {
			hash = merkle_parent(hash, step);
		}
		node >>= 1;
		last >>= 1;
	}
	return last == 0 && merkle_eq(hash, hash_of(root));
}

bool store_proof_extends(const struct store_proof *proof, int64_t old_size, const uint8_t old_root[STORE_HASH_BYTES],
	int64_t size, const uint8_t root[STORE_HASH_BYTES])
{
	if (old_size < 0 || old_size > size || proof->count > STORE_PROOF_COUNT_MAX) return false;
	if (old_size == size) return proof->count == 0 && merkle_eq(hash_of(old_root), hash_of(root));
	if (old_size == 0) return proof->count == 0 && merkle_eq(hash_of(old_root), merkle_empty());
	bool complete = (old_size & (old_size - 1)) == 0;
	if (!complete && proof->count == 0) return false;
	struct merkle_hash before = hash_of(complete ? old_root : proof->hashes[0]), now = before;
	int64_t node = old_size - 1, last = size - 1;
	while (node & 1) { node >>= 1; last >>= 1; }
	for (size_t i = complete ? 0 : 1; i < proof->count; i++) {
		struct merkle_hash step = hash_of(proof->hashes[i]);
		if (last == 0) return false;
		if ((node & 1) || node == last) {
			before = merkle_parent(step, before);
			now = merkle_parent(step, now);
			while (!(node & 1) && node != 0) { node >>= 1; last >>= 1; }
		} else {
			now = merkle_parent(now, step);
		}
		node >>= 1;
		last >>= 1;
	}
	return last == 0 && merkle_eq(before, hash_of(old_root)) && merkle_eq(now, hash_of(root));
}
