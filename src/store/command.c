/* Commands as data: how they are built, and the loop that builds one again after a conflict. */
#include "store/inside.h"

#include <assert.h>
#include <string.h>

enum { RUN_COUNT_MAX = 3 };

struct store_command store_command_make(struct arena *arena)
{
	return (struct store_command){ .arena = arena };
}

void store_command_add(struct store_command *command, enum store_step_flag flag, const struct store_statement *statement,
	const struct sql_value *parameters, size_t parameter_count)
{
	assert(statement->kind == STATEMENT_EXEC);
	assert(parameter_count == statement->parameter_count);
	assert(command->steps.count < STORE_COMMAND_STEP_COUNT_MAX);
	for (size_t i = 0; i < parameter_count; i++) assert(store_value_fits(parameters[i], statement->types[i]));
	LIST_PUSH(command->arena, &command->steps, ((struct store_step){
		.flag = flag,
		.statement = statement,
		.parameters = arena_copy(command->arena, parameters, parameter_count * sizeof *parameters),
	}));
}

void store_command_leaf(struct store_command *command, struct str kind, int64_t subject, struct str salt,
	const uint8_t commitment[STORE_HASH_BYTES])
{
	assert(kind.len > 0 && kind.len <= 64 && str_find_byte(kind, '\n', 0) < 0);
	assert(salt.len >= STORE_SALT_BYTES_MIN && salt.len <= STORE_SALT_BYTES_MAX);
	assert(command->leaves.count < STORE_COMMAND_STEP_COUNT_MAX);
	struct store_leaf_draft leaf = {
		.kind = str_copy(command->arena, kind), .salt = str_copy(command->arena, salt), .subject = subject,
	};
	memcpy(leaf.commitment, commitment, STORE_HASH_BYTES);
	LIST_PUSH(command->arena, &command->leaves, leaf);
}

struct err store_run(struct store *store, struct arena *arena, store_body *body, void *data)
{
	for (int round = 0; round < RUN_COUNT_MAX; round++) {
		struct store_reader *reader = NULL;
		struct store_command command = store_command_make(arena);
		TRY(store_read_begin(store, &reader));
		struct err result = body(data, reader, &command);
		store_read_end(reader);
		TRY(result);
		result = store_submit(store, &command);
		if (!err_is(result, ERR_CONFLICT)) return result;
	}
	return ERR(BUSY);
}
