/* merkle: the tree of RFC 9162 2.1 over SHA-256, without a database. A tree of n leaves is held as the hashes of its
 * complete subtrees, addressed by level (0 = leaf) and position (the subtree begins at leaf position << level). */
#ifndef STORE_MERKLE_H
#define STORE_MERKLE_H

#include "store/store.h"

enum { MERKLE_LEVEL_COUNT = 63 };

struct merkle_hash { uint8_t bytes[STORE_HASH_BYTES]; };

struct merkle_hash merkle_leaf(struct str entry);                    /* SHA-256(0x00 || entry) */
struct merkle_hash merkle_parent(struct merkle_hash left, struct merkle_hash right);   /* SHA-256(0x01 || left || right) */
struct merkle_hash merkle_empty(void);                               /* SHA-256() */
bool merkle_eq(struct merkle_hash a, struct merkle_hash b);

/* The right edge of the tree: all that is needed to go on. hashes[n] is valid where bit n of size is set. */
struct merkle_frontier { int64_t size; struct merkle_hash hashes[MERKLE_LEVEL_COUNT]; };

/* Called for each subtree that the new leaf completes, the leaf itself first. */
typedef struct err merkle_keep(void *data, int level, int64_t position, struct merkle_hash hash);
MUST_USE struct err merkle_append(struct merkle_frontier *frontier, struct merkle_hash leaf, merkle_keep *keep, void *data);
struct merkle_hash merkle_root(const struct merkle_frontier *frontier);

/* Reads the hash of a complete subtree. */
struct merkle_source {
	struct err (*node)(void *data, int level, int64_t position, struct merkle_hash *out_hash);
	void *data;
};
MUST_USE struct err merkle_load(struct merkle_source source, int64_t size, struct merkle_frontier *out_frontier);
/* 0 <= index < size */
MUST_USE struct err merkle_inclusion(struct merkle_source source, int64_t index, int64_t size, struct store_proof *out_proof);
/* 0 <= old_size <= size */
MUST_USE struct err merkle_consistency(struct merkle_source source, int64_t old_size, int64_t size,
	struct store_proof *out_proof);

#endif
