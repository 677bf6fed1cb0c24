/* inside: what the files of this folder share about one open store. */
#ifndef STORE_INSIDE_H
#define STORE_INSIDE_H

#include "store/driver.h"
#include "store/merkle.h"
#include "store/statements.h"

#include <pthread.h>
#include <stdatomic.h>

enum { READER_COUNT_MAX = 64 };

struct store_reader {
	struct store *store;
	struct store_connection *connection;
	bool busy;
};

/* A command on its way, in the caller's memory or, without waiting, on the heap. */
struct submission {
	const struct store_command *command;
	void (*done)(void *data, struct err result);
	void *data;
	bool owned;                           /* freed by the writer */
	struct submission *next;
};

struct writer {
	pthread_t thread;
	bool started;
	pthread_mutex_t mutex;                /* guards what follows */
	pthread_cond_t wake;
	struct submission *first, *last;
	size_t count;
	bool closing;
};

struct log_writer {
	struct merkle_frontier frontier;
	bool known;                           /* the frontier is that of the database, unless another process wrote */
};

struct store {
	const struct store_driver *driver;
	struct store_options options;
	struct arena arena;                   /* lives as long as the store */
	struct statements statements;
	struct store_connection *connection;  /* the writer's */
	struct writer writer;
	struct log_writer log;
	_Atomic bool stopped;
	pthread_mutex_t readers_mutex;        /* guards `busy` of the readers */
	pthread_cond_t reader_free;
	struct store_reader readers[READER_COUNT_MAX];
	size_t reader_count;
};

/* migrate.c: on the writer's connection, before the thread begins. */
MUST_USE struct err store_migrate(struct store *store, struct report *report);

/* writer.c */
void writer_start(struct store *store);
void writer_stop(struct store *store);

/* log.c: inside the batch's transaction, the leaves of the commands that succeeded, and one head. */
MUST_USE struct err log_append(struct store *store, const struct store_command *const *commands, const struct err *results,
	size_t count);
int64_t log_node_id(int level, int64_t position);
struct err log_read_leaf(struct store_row row, struct store_leaf *out_leaf);

/* One row by a call back. */
struct one_row { struct arena *arena; struct store_row row; bool found; };
struct err keep_one_row(void *data, struct store_row row, size_t column_count);
struct store_row copy_row(struct arena *arena, struct store_row row, size_t column_count);

#endif
