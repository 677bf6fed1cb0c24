/* Deployed versions of services: stored as files, loaded once, shared by all threads. */
#include "hall/inside.h"

struct deploying { const struct service *service; };

static struct err deploy_body(struct work *work, void *data)
{
	const struct service *service = ((struct deploying *)data)->service;
	WORK_ADD(work, "service_version_add", T(service->version), T(service->id), T(service->title),
	    T(service->trial ? STR("trial") : STR("live")), I(work->now_ms));
	for (size_t i = 0; i < service->files.count; i++)
		WORK_ADD(work, "service_file_add", T(service->version), T(service->files.items[i].path), B(service->files.items[i].content));
	return audit_add(work, 0, "service.deployed", service->version, STR(""));
}

struct err service_deploy(struct hall *hall, const struct service *service)
{
	return service_deploy_as(hall, service, STR("hall"), false);
}

struct err service_deploy_as(struct hall *hall, const struct service *service, struct str who, bool staff)
{
	struct arena arena = { 0 };
	struct deploying deploying = { service };
	struct err err = work_run(hall, &arena, NULL, who, staff, deploy_body, &deploying);
	arena_done(&arena);
	return err;
}

static struct err load_version(struct hall *hall, struct str version, const struct service **out_service)
{
	struct arena *arena = &hall->service_arena;
	struct store_reader *reader;
	struct store_rows rows;
	struct report report = report_make(arena);
	const struct service *service;
	TRY(read_begin(hall, &reader));
	struct err err = QUERY(hall, arena, reader, "service_version_files", &rows, T(version));
	store_read_end(reader);
	TRY(err);
	if (rows.count == 0) return ERR(NOT_FOUND);
	struct service_file *files = ARENA_ARRAY(arena, struct service_file, rows.count);
	for (size_t i = 0; i < rows.count; i++) files[i] = (struct service_file){ row_bytes(rows.items[i], 0), row_bytes(rows.items[i], 1) };
	TRY(service_assemble(arena, files, rows.count, &report, &service));
	if (!str_eq(service->version, version)) return ERR(TAMPERED);
	map_put(arena, &hall->services, service->version, (void *)service);
	*out_service = service;
	return OK;
}

struct err service_version(struct hall *hall, struct str version, const struct service **out_service)
{
	pthread_mutex_lock(&hall->service_lock);
	const struct service *service = map_get(&hall->services, version);
	struct err err = service ? OK : load_version(hall, version, &service);
	pthread_mutex_unlock(&hall->service_lock);
	if (!failed(err)) *out_service = service;
	return err;
}

struct err service_offered(struct hall *hall, struct str service_id, const struct service **out_service)
{
	struct arena arena = { 0 };
	struct store_reader *reader;
	struct store_row row;
	struct err err = read_begin(hall, &reader);
	if (!failed(err)) {
		err = QUERY_ONE(hall, &arena, reader, "service_newest", &row, T(service_id));
		store_read_end(reader);
	}
	if (!failed(err)) err = service_version(hall, row_bytes(row, 0), out_service);
	arena_done(&arena);
	return err;
}

struct err services_offered(struct hall *hall, struct arena *arena, struct offered_services *out_services)
{
	struct store_reader *reader;
	struct store_rows rows;
	TRY(read_begin(hall, &reader));
	struct err err = query(hall, arena, reader, "service_newest_all", SQL_NONE, &rows);
	store_read_end(reader);
	TRY(err);
	struct offered_services offered = { .items = ARENA_ARRAY(arena, const struct service *, rows.count), .count = rows.count };
	for (size_t i = 0; i < rows.count; i++) TRY(service_version(hall, row_bytes(rows.items[i], 0), &offered.items[i]));
	*out_services = offered;
	return OK;
}
