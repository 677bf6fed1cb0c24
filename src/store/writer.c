/* The writer: one thread, many commands to one fsync.
 *
 * Callers leave submissions in a queue. The thread takes what is there (it never waits for more), carries out each
 * command in its savepoint, appends the log, commits once, and only then answers. Under load the batches grow by
 * themselves, because callers wait for answers while the disk is busy. */
#include "store/inside.h"

#include <assert.h>
#include <errno.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH_COUNT_MAX = 256, BATCH_WORK_US_MAX = 5000 };

struct batch {
	struct submission *submissions[BATCH_COUNT_MAX];
	const struct store_command *commands[BATCH_COUNT_MAX];
	struct err results[BATCH_COUNT_MAX];
	size_t count;
};

/* ---- the queue ---- */

/* False when it is full. */
static bool queue_push(struct writer *writer, struct submission *submission)
{
	pthread_mutex_lock(&writer->mutex);
	assert(!writer->closing);
	bool room = writer->count < STORE_QUEUE_COUNT_MAX;
	if (room) {
		submission->next = NULL;
		if (writer->last) writer->last->next = submission;
		else writer->first = submission;
		writer->last = submission;
		writer->count++;
		pthread_cond_signal(&writer->wake);
	}
	pthread_mutex_unlock(&writer->mutex);
	return room;
}

/* Fills the batch behind what is left from the round before; waits only when it is empty. False: closing, all done. */
static bool queue_take(struct writer *writer, struct batch *batch)
{
	pthread_mutex_lock(&writer->mutex);
	while (batch->count == 0 && !writer->first && !writer->closing) pthread_cond_wait(&writer->wake, &writer->mutex);
	while (writer->first && batch->count < BATCH_COUNT_MAX) {
		struct submission *submission = writer->first;
		writer->first = submission->next;
		if (!writer->first) writer->last = NULL;
		writer->count--;
		batch->commands[batch->count] = submission->command;
		batch->submissions[batch->count++] = submission;
	}
	pthread_mutex_unlock(&writer->mutex);
	return batch->count > 0;
}

/* ---- one batch ---- */

static bool any_succeeded(const struct err *results, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!failed(results[i])) return true;
	return false;
}

static struct err run_and_commit(struct store *store, struct batch *batch, size_t *done)
{
	const struct store_driver *driver = store->driver;
	TRY(driver->run(store->connection, batch->commands, batch->count, clock_monotonic_us() + BATCH_WORK_US_MAX,
		batch->results, done));
	assert(*done > 0 && *done <= batch->count);
	if (!any_succeeded(batch->results, *done)) {
		driver->rollback(store->connection);
		return OK;
	}
	TRY(log_append(store, batch->commands, batch->results, *done));
	return driver->commit(store->connection);
}

/* How many were carried out: their results are final. */
static size_t write_batch(struct store *store, struct batch *batch, struct err *out_failure)
{
	size_t done = batch->count;
	struct err failure = store->driver->begin(store->connection, CONNECTION_WRITES);
	if (!failed(failure)) {
		size_t carried_out = 0;
		failure = run_and_commit(store, batch, &carried_out);
		if (!failed(failure)) done = carried_out;
		else store->driver->rollback(store->connection);
	}
	if (failed(failure)) {
		store->log.known = false;
		for (size_t i = 0; i < done; i++) batch->results[i] = failure;
	}
	*out_failure = failure;
	return done;
}

/* A submission may be gone as soon as its `done` has been called. */
static void answer(struct batch *batch, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct submission *submission = batch->submissions[i];
		bool owned = submission->owned;
		submission->done(submission->data, batch->results[i]);
		if (owned) free(submission);
	}
	batch->count -= count;
	memmove(batch->submissions, batch->submissions + count, batch->count * sizeof batch->submissions[0]);
	memmove(batch->commands, batch->commands + count, batch->count * sizeof batch->commands[0]);
}

/* ---- the thread ---- */

static bool ends_the_store(struct err failure)
{
	return err_is(failure, ERR_IO) || err_is(failure, ERR_TAMPERED) || err_is(failure, ERR_INTERNAL);
}

/* After a failed write or fsync nobody knows what the disk holds: only opening again tells. */
static void stop(struct store *store, struct err failure)
{
	if (atomic_exchange(&store->stopped, true)) return;
	log_event(store->options.logger, LOG_LEVEL_ERROR, "store.stopped", "error=%s", err_name(failure));
	if (store->options.hooks.stopped) store->options.hooks.stopped(store->options.hooks.data, failure);
}

static size_t refuse_batch(struct batch *batch)
{
	for (size_t i = 0; i < batch->count; i++) batch->results[i] = ERR(IO);
	return batch->count;
}

static void *writer_main(void *data)
{
	struct store *store = data;
	struct batch *batch = calloc(1, sizeof *batch);
	if (!batch) abort();
	while (queue_take(&store->writer, batch)) {
		struct err failure = OK;
		bool stopped = atomic_load(&store->stopped);
		size_t done = stopped ? refuse_batch(batch) : write_batch(store, batch, &failure);
		if (ends_the_store(failure)) stop(store, failure);
		answer(batch, done);
		if (stopped || failed(failure)) continue;
		failure = store->driver->tidy(store->connection);
		if (ends_the_store(failure)) stop(store, failure);
	}
	free(batch);
	return NULL;
}

void writer_start(struct store *store)
{
	int error = pthread_create(&store->writer.thread, NULL, writer_main, store);
	if (error != 0) abort();
	store->writer.started = true;
}

void writer_stop(struct store *store)
{
	pthread_mutex_lock(&store->writer.mutex);
	store->writer.closing = true;
	pthread_cond_signal(&store->writer.wake);
	pthread_mutex_unlock(&store->writer.mutex);
	pthread_join(store->writer.thread, NULL);
	assert(store->writer.count == 0);
}

size_t store_queue_count(struct store *store)
{
	pthread_mutex_lock(&store->writer.mutex);
	size_t count = store->writer.count;
	pthread_mutex_unlock(&store->writer.mutex);
	return count;
}

/* ---- submitting ---- */

struct waiter { sem_t answered; struct err result; };

static void wake_waiter(void *data, struct err result)
{
	struct waiter *waiter = data;
	waiter->result = result;
	sem_post(&waiter->answered);
}

static bool is_empty(const struct store_command *command)
{
	return command->steps.count == 0 && command->leaves.count == 0;
}

struct err store_submit(struct store *store, const struct store_command *command)
{
	if (is_empty(command)) return OK;
	if (store_is_stopped(store)) return ERR(IO);
	struct waiter waiter = { .result = OK };
	sem_init(&waiter.answered, 0, 0);
	struct submission submission = { .command = command, .done = wake_waiter, .data = &waiter };
	bool queued = queue_push(&store->writer, &submission);
	if (queued) while (sem_wait(&waiter.answered) != 0) assert(errno == EINTR);
	sem_destroy(&waiter.answered);
	return queued ? waiter.result : ERR(BUSY);
}

void store_submit_async(struct store *store, const struct store_command *command,
	void (*done)(void *data, struct err result), void *data)
{
	if (is_empty(command)) { done(data, OK); return; }
	if (store_is_stopped(store)) { done(data, ERR(IO)); return; }
	struct submission *submission = calloc(1, sizeof *submission);
	if (!submission) abort();
	*submission = (struct submission){ .command = command, .done = done, .data = data, .owned = true };
	if (queue_push(&store->writer, submission)) return;
	free(submission);
	done(data, ERR(BUSY));
}
