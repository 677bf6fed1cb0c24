-- The store's own tables: the append-only log of salted commitments (RFC 9162 hashing). A row is never changed.

create table log_leaf (
	leaf_index {{ID}} primary key,        -- from 0, without gaps
	kind {{TEXT}} not null,               -- what is recorded: decision, signature, payment ...
	subject {{I64}} not null,             -- id of what the leaf speaks about, usually a case
	salt {{BLOB}} not null,               -- 16..32 random bytes; erasing it makes the commitment say nothing
	commitment {{BLOB}} not null          -- SHA-256(salt || content); the content lives elsewhere or nowhere
);
create index log_leaf_of_subject on log_leaf (subject, leaf_index);

create table log_node (                   -- hashes of the tree's complete subtrees, so that proofs cost log n
	node_id {{ID}} primary key,           -- (2 * position + 1) * 2^level - 1; level 0 are the leaves, and the subtree
	                                      -- begins at leaf position * 2^level: so leaf n has the id 2n
	hash {{BLOB}} not null                -- SHA-256, 32 bytes
);

create table log_head (                   -- one for each batch of commands that brought leaves
	size {{ID}} primary key,              -- leaves under this head
	root {{BLOB}} not null,               -- the tree's hash over them
	at_ms {{I64}} not null,               -- when the batch was written
	note {{TEXT}} not null                -- signed note (C2SP) over size and root, or empty
);
