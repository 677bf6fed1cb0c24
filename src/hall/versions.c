#include "hall/versions.h"

#include "hall/inside.h"

enum { FINDINGS_BYTES_MAX = 256 << 10 };

static struct str who_of(struct arena *arena, const struct actor *actor)
{
	return str_printf(arena, "%.*s:%.*s", STR_ARG(actor->role), STR_ARG(id_text(arena, actor->person_id)));
}

/* ---- reading ---------------------------------------------------------------------------------------------------- */

struct err versions_list(struct hall *hall, struct arena *arena, struct service_versions *out_versions)
{
	struct store_reader *reader;
	struct store_rows rows;
	TRY(read_begin(hall, &reader));
	struct err err = query(hall, arena, reader, "version_rows", SQL_NONE, &rows);
	store_read_end(reader);
	TRY(err);
	struct service_versions list = { ARENA_ARRAY(arena, struct service_version_row, rows.count), rows.count };
	for (size_t i = 0; i < rows.count; i++) {
		struct store_row row = rows.items[i];
		list.items[i] = (struct service_version_row){ .version = row_bytes(row, 0), .service_id = row_bytes(row, 1),
		    .title = row_bytes(row, 2),
			.trial = str_eq_c(row_bytes(row, 3), "trial"), .deployed_ms = row_i64(row, 4), .offered = row_i64(row, 5) != 0,
			.open_cases = row_i64(row, 6), .all_cases = row_i64(row, 7), .checked_ms = row_i64(row, 8), .passed = row_i64(row, 9) };
	}
	*out_versions = list;
	return OK;
}

static struct err read_candidates(struct hall *hall, struct arena *arena, int64_t candidate_id, struct service_candidates *out)
{
	struct store_reader *reader;
	struct store_rows rows;
	TRY(read_begin(hall, &reader));
	struct err err = QUERY(hall, arena, reader, "candidate_rows", &rows, I(candidate_id));
	store_read_end(reader);
	TRY(err);
	struct service_candidates list = { ARENA_ARRAY(arena, struct service_candidate, rows.count), rows.count };
	for (size_t i = 0; i < rows.count; i++) {
		struct store_row row = rows.items[i];
		list.items[i] = (struct service_candidate){ .candidate_id = row_i64(row, 0), .version = row_bytes(row, 1),
			.service_id = row_bytes(row, 2), .title = row_bytes(row, 3), .mode = row_bytes(row, 4), .sent_by = row_bytes(row, 5),
			.sent_ms = row_i64(row, 6), .checked_ms = row_i64(row, 7), .passed = row_i64(row, 8), .failed = row_i64(row, 9),
			.state = row_bytes(row, 11) };
		if (failed(json_parse(arena, row_bytes(row, 10), NULL, &list.items[i].findings))) return ERR(TAMPERED);
	}
	*out = list;
	return OK;
}

struct err candidates_list(struct hall *hall, struct arena *arena, struct service_candidates *out_candidates)
{
	return read_candidates(hall, arena, 0, out_candidates);
}

struct err candidate_find(struct hall *hall, struct arena *arena, int64_t candidate_id, struct service_candidate *out_candidate)
{
	struct service_candidates found;
	if (candidate_id == 0) return ERR(NOT_FOUND);
	TRY(read_candidates(hall, arena, candidate_id, &found));
	if (found.count == 0) return ERR(NOT_FOUND);
	*out_candidate = found.items[0];
	return OK;
}

/* ---- a folder out of an archive ----------------------------------------------------------------------------------- */

/* What stands before service.json in every name: "" or "legal-aid/". */
static bool top_of(const struct zip_files *files, struct str *out_top)
{
	for (size_t i = 0; i < files->count; i++) {
		struct str name = files->items[i].name;
		if (!str_ends(name, STR("service.json"))) continue;
		struct str top = str_sub(name, 0, name.len - STR("service.json").len);
		ptrdiff_t slash = str_find_byte(top, '/', 0);
		if (top.len && (slash < 0 || (size_t)slash != top.len - 1)) continue;
		*out_top = top;
		return true;
	}
	return false;
}

static struct err unpack(struct arena *arena, struct str archive, const char *folder, struct report *report)
{
	struct zip_files files;
	struct str top;
	TRY(zip_read(arena, archive, report, &files));
	if (!top_of(&files, &top)) {
		report_error(report, STR("service.json"), "压缩包里没有service.json：请把事项的整个文件夹打成一个ZIP");
		return ERR(INVALID);
	}
	for (size_t i = 0; i < files.count; i++) {
		struct str name = files.items[i].name;
		if (!str_starts(name, top) || str_ends(name, STR("/"))) continue;
		name = str_sub(name, top.len, name.len);
		struct str path = str_printf(arena, "%s/%.*s", folder, STR_ARG(name));
		size_t end = path.len;
		while (end > 0 && path.ptr[end - 1] != '/') end--;
		TRY(folder_make(str_to_c(arena, str_sub(path, 0, end - 1))));
		TRY(file_write(str_to_c(arena, path), files.items[i].content, 0600));
	}
	return OK;
}

/* ---- sending in ------------------------------------------------------------------------------------------------------ */

struct sending { struct str archive; int64_t candidate_id; };

static struct err send_body(struct work *work, void *data)
{
	struct sending *sending = data;
	sending->candidate_id = id_next(&work->hall->ids);
	WORK_ADD(work, "candidate_add", I(sending->candidate_id), B(sending->archive), T(work->who), I(work->now_ms));
	return audit_add(work, 0, "candidate.sent", id_text(work->arena, sending->candidate_id), STR(""));
}

struct err candidate_send(struct hall *hall, struct arena *arena, const struct actor *actor, struct str archive, struct report *report,
    int64_t *out_candidate_id)
{
	struct sending sending = { .archive = archive };
	struct zip_files files;
	struct str top;
	TRY(organisation_may(hall, arena, actor, hall->organisation_id, RIGHT_ADMINISTER));
	if (archive.len == 0) {
		report_error(report, STR("archive"), "请选一个ZIP文件");
		return ERR(INVALID);
	}
	if (archive.len > SERVICE_BYTES_MAX || failed(zip_read(arena, archive, NULL, &files))) {
		report_error(report, STR("archive"), "这不是能打开的ZIP，或者太大：最多%d MB、%d个文件", SERVICE_BYTES_MAX >> 20, SERVICE_FILE_COUNT_MAX);
		return ERR(INVALID);
	}
	if (!top_of(&files, &top)) {
		report_error(report, STR("archive"), "压缩包里没有service.json：请把事项的整个文件夹打成一个ZIP");
		return ERR(INVALID);
	}
	TRY(work_run(hall, arena, report, who_of(arena, actor), true, send_body, &sending));
	*out_candidate_id = sending.candidate_id;
	return errand_ask(hall, arena, actor, ERRAND_SERVICE_CHECK, id_text(arena, sending.candidate_id), NULL);
}

/* ---- checking, in the background -------------------------------------------------------------------------------------- */

struct checked { int64_t candidate_id; const struct service *service; struct check_result result; struct str findings; bool good; };

static struct err checked_body(struct work *work, void *data)
{
	const struct checked *checked = data;
	const struct service *service = checked->service;
	struct str none = STR("");
	WORK_ADD(work, "candidate_checked", I(checked->candidate_id), T(service ? service->version : none), T(service ? service->id : none),
	    T(service ? service->title : none), T(!service ? none : service->trial ? STR("trial") : STR("live")), I(work->now_ms),
	    I((int64_t)checked->result.passed), I((int64_t)checked->result.failed), T(checked->findings),
	    T(checked->good ? STR("good") : STR("bad")));
	return audit_add(work, 0, checked->good ? "candidate.good" : "candidate.bad", id_text(work->arena, checked->candidate_id), STR(""));
}

static struct err findings_json(struct arena *arena, const struct report *report, struct str *out_text)
{
	struct json *list = json_new(arena, JSON_ARRAY);
	for (size_t i = 0; i < report->count; i++) {
		const struct finding *finding = &report->items[i];
		struct json *row = json_new(arena, JSON_OBJECT);
		json_add(row, STR("severity"), json_new_string(arena, finding->severity == SEVERITY_ERROR ? STR("error") : STR("warning")));
		json_add(row, STR("file"), json_new_string(arena, finding->file));
		json_add(row, STR("place"), json_new_string(arena, finding->place));
		json_add(row, STR("words"), json_new_string(arena, str_sub(finding->words, 0, 1000)));
		json_add(list, STR(""), row);
	}
	return json_print(arena, list, JSON_COMPACT, FINDINGS_BYTES_MAX, out_text);
}

static struct err archive_of(struct hall *hall, struct arena *arena, int64_t candidate_id, struct str wanted_state, struct str *out_archive)
{
	struct store_reader *reader;
	struct store_row row;
	TRY(read_begin(hall, &reader));
	struct err err = QUERY_ONE(hall, arena, reader, "candidate_archive", &row, I(candidate_id));
	store_read_end(reader);
	TRY(err);
	if (!str_eq(row_bytes(row, 1), wanted_state)) return ERR(REFUSED);
	*out_archive = row_bytes(row, 0);
	return OK;
}

/* The folder that a candidate is unpacked into; removed by the caller. */
static const char *folder_of(struct hall *hall, struct arena *arena, int64_t candidate_id)
{
	return str_to_c(arena, str_printf(arena, "%s/candidates/%.*s", hall->places.hall, STR_ARG(id_text(arena, candidate_id))));
}

struct err candidate_check(struct hall *hall, struct arena *arena, struct str candidate, struct report *report, struct str *out_words)
{
	struct checked checked = { 0 };
	struct str archive;
	struct report found = report_make(arena);
	if (!id_parse(candidate, &checked.candidate_id)) return ERR(NOT_FOUND);
	TRY(archive_of(hall, arena, checked.candidate_id, STR("checking"), &archive));
	const char *folder = folder_of(hall, arena, checked.candidate_id);
	struct err err = folder_make(folder);
	if (!failed(err)) err = unpack(arena, archive, folder, &found);
	if (!failed(err)) err = service_check(arena, folder, &hall->places, &found, &checked.result);
	checked.good = !failed(err);
	bool is_its_own = failed(err) && err_class(err) != ERR_CLASS_INPUT;
	if (!is_its_own && failed(service_load(arena, folder, hall->places.law, NULL, &checked.service))) checked.service = NULL;
	struct err gone = folder_remove(folder);
	if (is_its_own) return err;
	TRY(gone);
	TRY(findings_json(arena, &found, &checked.findings));
	*out_words = str_printf(arena, "%zu passed, %zu failed", checked.result.passed, checked.result.failed);
	return work_run(hall, arena, report, STR("hall"), false, checked_body, &checked);
}

/* ---- deploying, dropping, offering again ---------------------------------------------------------------------------------- */

struct ending { int64_t candidate_id; struct str old_state, state; const char *event; };

static struct err end_body(struct work *work, void *data)
{
	const struct ending *ending = data;
	WORK_GUARD(work, "candidate_end", I(ending->candidate_id), T(ending->old_state), T(ending->state), B(STR("")));
	return audit_add(work, 0, ending->event, id_text(work->arena, ending->candidate_id), STR(""));
}

/* Deployed first: a crash in between leaves a good candidate whose version is offered already, and deploying it again does
 * nothing new. */
struct err candidate_deploy(
    struct hall *hall, struct arena *arena, const struct actor *actor, int64_t candidate_id, struct report *report)
{
	struct ending ending = { candidate_id, STR("good"), STR("deployed"), "candidate.deployed" };
	const struct service *service;
	struct service_candidate candidate;
	struct str archive;
	TRY(organisation_may(hall, arena, actor, hall->organisation_id, RIGHT_ADMINISTER));
	TRY(candidate_find(hall, arena, candidate_id, &candidate));
	TRY(archive_of(hall, arena, candidate_id, ending.old_state, &archive));
	const char *folder = folder_of(hall, arena, candidate_id);
	struct err err = folder_make(folder);
	if (!failed(err)) err = unpack(arena, archive, folder, report);
	if (!failed(err)) err = service_load(arena, folder, hall->places.law, report, &service);
	if (!failed(err) && !str_eq(service->version, candidate.version)) {
		report_error(report, STR("version"), "检查之后程序自带的法律规则变了：请重新上传，再检查一次");
		err = ERR(REFUSED);
	}
	if (!failed(err)) err = service_deploy_as(hall, service, who_of(arena, actor), true);
	struct err gone = folder_remove(folder);
	TRY(err);
	TRY(gone);
	return work_run(hall, arena, report, who_of(arena, actor), true, end_body, &ending);
}

struct err candidate_drop(struct hall *hall, struct arena *arena, const struct actor *actor, int64_t candidate_id)
{
	struct service_candidate candidate;
	TRY(organisation_may(hall, arena, actor, hall->organisation_id, RIGHT_ADMINISTER));
	TRY(candidate_find(hall, arena, candidate_id, &candidate));
	if (str_eq_c(candidate.state, "deployed") || str_eq_c(candidate.state, "dropped")) return ERR(REFUSED);
	struct ending ending = { candidate_id, candidate.state, STR("dropped"), "candidate.dropped" };
	return work_run(hall, arena, NULL, who_of(arena, actor), true, end_body, &ending);
}

static struct err offer_body(struct work *work, void *data)
{
	struct str version = *(const struct str *)data;
	WORK_GUARD(work, "version_offer", T(version));
	return audit_add(work, 0, "service.offered", version, STR(""));
}

struct err version_offer(struct hall *hall, struct arena *arena, const struct actor *actor, struct str version)
{
	struct service_versions all;
	TRY(organisation_may(hall, arena, actor, hall->organisation_id, RIGHT_ADMINISTER));
	TRY(versions_list(hall, arena, &all));
	for (size_t i = 0; i < all.count; i++) {
		if (!str_eq(all.items[i].version, version)) continue;
		if (all.items[i].offered) return OK;
		return work_run(hall, arena, NULL, who_of(arena, actor), true, offer_body, &version);
	}
	return ERR(NOT_FOUND);
}
