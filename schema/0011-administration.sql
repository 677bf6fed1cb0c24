-- What an administrator lays over the files that came with the program: regional figures and days of the calendar. Nothing
-- here is ever changed or removed, only withdrawn: which value held when, who entered it and from what source stays known.

create table overlay_state (             -- one row; its version is the guard of every change: two at once cannot both be right
	state_id {{ID}} primary key,
	version {{I64}} not null
);
insert into overlay_state (state_id, version) values (1, 0);

create table parameter_overlay (         -- later rows lie over earlier ones, all of them over regions/CODE.csv
	overlay_id {{ID}} primary key,
	region {{TEXT}} not null,
	name {{TEXT}} not null,
	from_on {{TEXT}} not null,           -- YYYY-MM-DD
	until_on {{TEXT}} not null,          -- inclusive; empty: open
	value {{TEXT}} not null,
	unit {{TEXT}} not null,
	source {{TEXT}} not null,
	confidence {{TEXT}} not null,        -- verified, unverified
	made_by {{TEXT}} not null,
	made_ms {{I64}} not null,
	withdrawn_by {{TEXT}} not null,      -- empty: it holds
	withdrawn_ms {{I64}}
);

create table calendar_overlay (          -- the same for calendar/YEAR.csv
	overlay_id {{ID}} primary key,
	batch_id {{I64}} not null,           -- days that were entered together are withdrawn together
	day {{TEXT}} not null,
	kind {{TEXT}} not null,              -- off, work, statutory, plain, notice: see calendar.h
	name {{TEXT}} not null,
	source {{TEXT}} not null,
	made_by {{TEXT}} not null,
	made_ms {{I64}} not null,
	withdrawn_by {{TEXT}} not null,
	withdrawn_ms {{I64}}
);

alter table clock add column length {{TEXT}} not null default '';        -- as it was promised: a later figure does not change it after the decision

-- Long work that somebody asked for: it goes on in the background, one after another, and its last result stays.
create table errand (
	errand_id {{ID}} primary key,
	kind {{TEXT}} not null,              -- a row of the table in src/hall/errands.c
	subject {{TEXT}} not null,           -- a file's or a candidate's name, or empty
	asked_by {{TEXT}} not null,
	asked_ms {{I64}} not null,
	ended_ms {{I64}},
	state {{TEXT}} not null,             -- waiting, done, failed, cut (the machine stopped meanwhile)
	words {{TEXT}} not null              -- the result in one line
);
create index errand_by_kind on errand (kind, asked_ms);

-- A folder of a service that was sent in and may become a version once it has been checked.
create table service_candidate (
	candidate_id {{ID}} primary key,
	version {{TEXT}} not null,           -- SHA-256 of the folder's files; empty when it cannot be read
	service_id {{TEXT}} not null,
	title {{TEXT}} not null,
	mode {{TEXT}} not null,
	archive {{BLOB}} not null,           -- ZIP, emptied once it was deployed or thrown away
	sent_by {{TEXT}} not null,
	sent_ms {{I64}} not null,
	checked_ms {{I64}},
	passed {{I64}} not null,
	failed {{I64}} not null,
	findings {{TEXT}} not null,          -- JSON: [{severity, file, place, words}]
	state {{TEXT}} not null              -- checking, good, bad, deployed, dropped
);

-- Whom a lawyer acts for, readable for whoever keeps the roster; null for entries from before.
alter table lawyer_client add column sealed_name {{BLOB}};
