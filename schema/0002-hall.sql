-- What every service needs: organisations, people, service versions, cases and all that hangs on a case.
-- Times are UTC milliseconds (`_ms`); ids are made by the program; a column named `sealed_` holds
-- XChaCha20-Poly1305 ciphertext whose context is table:column:id. `version` is the guard of a command.

create table organisation (
	organisation_id {{ID}} primary key,
	parent_id {{I64}} references organisation (organisation_id),
	kind {{TEXT}} not null,              -- union, court, labour, lawFirm, employer, host, operator
	name {{TEXT}} not null,
	region {{TEXT}} not null,            -- GB/T 2260, six digits
	code {{TEXT}} not null,              -- short stable name, for configuration files
	data {{TEXT}} not null,              -- JSON: public facts (seal text, address, hotline, licence)
	created_ms {{I64}} not null
);
create unique index organisation_code on organisation (code);

create table person (
	person_id {{ID}} primary key,
	phone_key {{BLOB}} not null,         -- keyed hash of the phone, for look-up
	sealed_data {{BLOB}} not null,       -- JSON: name, phone, idNumber
	created_ms {{I64}} not null
);
create unique index person_phone on person (phone_key);

create table person_role (
	person_id {{I64}} not null references person (person_id),
	organisation_id {{I64}} not null references organisation (organisation_id),
	role {{TEXT}} not null,              -- a row of the role table in src/hall/identity.c
	granted_ms {{I64}} not null,
	primary key (person_id, organisation_id, role)
);

create table lawyer (
	lawyer_id {{ID}} primary key,
	firm_id {{I64}} not null references organisation (organisation_id),
	name {{TEXT}} not null,
	sex {{TEXT}} not null,
	licence {{TEXT}} not null,           -- 执业证号
	phone {{TEXT}} not null,
	skills {{TEXT}} not null,            -- separated by commas
	load_max {{I64}} not null,           -- open cases at the same time
	available {{BOOL}} not null,
	position {{I64}} not null            -- order of the roster, breaks ties
);
create unique index lawyer_licence on lawyer (licence);

create table lawyer_client (             -- whom a lawyer or the firm acts for: conflicts of interest
	lawyer_id {{I64}} not null references lawyer (lawyer_id),
	client_key {{BLOB}} not null,        -- keyed hash of a credit code or of a name without spaces and brackets
	primary key (lawyer_id, client_key)
);

create table service_version (
	version {{TEXT}} primary key,        -- SHA-256 of the folder's files, hexadecimal
	service_id {{TEXT}} not null,
	title {{TEXT}} not null,
	mode {{TEXT}} not null,              -- trial or live
	deployed_ms {{I64}} not null,
	position {{I64}} not null            -- the newest of a service is offered
);
create index service_version_of on service_version (service_id, position);

create table service_file (
	version {{TEXT}} not null references service_version (version),
	path {{TEXT}} not null,              -- services/..., law/ID.dmn
	content {{BLOB}} not null,
	primary key (version, path)
);

create table case_counter (              -- the next running number of a service in a region
	counter_key {{TEXT}} primary key,    -- service, mode, prefix, year (or "always")
	next_number {{I64}} not null
);

create table case_file (
	case_id {{ID}} primary key,
	number {{TEXT}},                     -- given once, at submission, for life
	service_id {{TEXT}} not null,
	service_version {{TEXT}} not null references service_version (version),
	organisation_id {{I64}} not null references organisation (organisation_id),
	region {{TEXT}} not null,
	applicant_id {{I64}} not null references person (person_id),
	mode {{TEXT}} not null,              -- trial cases are never counted
	state {{TEXT}} not null,             -- draft, open, closed
	outcome {{TEXT}} not null,           -- a name of service.json's outcomes, or empty
	lawyer_id {{I64}} references lawyer (lawyer_id),
	opened_ms {{I64}} not null,
	submitted_ms {{I64}},
	decided_ms {{I64}},
	closed_ms {{I64}},
	version {{I64}} not null
);
create unique index case_number on case_file (number);
create index case_by_state on case_file (organisation_id, state, outcome);
create index case_by_applicant on case_file (applicant_id);
create index case_by_lawyer on case_file (lawyer_id, state);

create table case_state (                -- the process instance and the case's data
	case_id {{I64}} primary key references case_file (case_id),
	sealed_data {{BLOB}} not null,       -- JSON: the start form's data as last accepted
	sealed_instance {{BLOB}},            -- what bpmn_encode wrote; null while a draft
	updated_ms {{I64}} not null
);

create table task (
	task_id {{ID}} primary key,
	case_id {{I64}} not null references case_file (case_id),
	key {{I64}} not null,                -- the engine's
	element {{TEXT}} not null,
	name {{TEXT}} not null,
	form {{TEXT}} not null,
	candidate_role {{TEXT}} not null,    -- a role of identity.c, or empty
	assignee {{TEXT}} not null,          -- person or lawyer id as text, or empty
	papers_of {{TEXT}} not null,         -- the party whose papers finish this task, or empty
	opened_ms {{I64}} not null,
	due_ms {{I64}},
	told_ms {{I64}},                     -- somebody was told that it is overdue
	state {{TEXT}} not null,             -- open, done, cancelled
	done_by {{TEXT}} not null,
	done_ms {{I64}}
);
create unique index task_key on task (case_id, key);
create index task_open on task (state, candidate_role, due_ms);

create table job (                       -- what a program must still do
	job_id {{ID}} primary key,
	case_id {{I64}} not null references case_file (case_id),
	key {{I64}} not null,                -- the engine's; 0 for the hall's own
	type {{TEXT}} not null,              -- paper.render, paper.sign, search.index ...
	data {{TEXT}} not null,              -- JSON: headers
	state {{TEXT}} not null,             -- open, done, cancelled, failed
	tries {{I64}} not null,
	due_ms {{I64}} not null,             -- not before
	words {{TEXT}} not null              -- why the last try failed
);
create index job_open on job (state, due_ms);
create index job_of_case on job (case_id, key);

create table timer (
	timer_id {{ID}} primary key,
	case_id {{I64}} not null references case_file (case_id),
	key {{I64}} not null,                -- the engine's; 0 for a clock
	kind {{TEXT}} not null,              -- process, clockWarn, clockDue
	name {{TEXT}} not null,              -- the clock's id
	at_ms {{I64}} not null,
	state {{TEXT}} not null              -- set, fired, cancelled
);
create index timer_due on timer (state, at_ms);
create index timer_of_case on timer (case_id, state);

create table clock (                     -- a promised date
	case_id {{I64}} not null references case_file (case_id),
	name {{TEXT}} not null,
	began_ms {{I64}} not null,
	warn_ms {{I64}} not null,
	due_ms {{I64}} not null,             -- the end of the last day
	due_on {{TEXT}} not null,            -- YYYY-MM-DD
	provisional {{BOOL}} not null,       -- the calendar of that year is not published yet
	basis {{TEXT}} not null,
	worker_ms {{I64}} not null,          -- the worker's own waiting time inside it
	worker_since_ms {{I64}},             -- since when it is the worker's turn
	state {{TEXT}} not null,             -- running, met, late
	ended_ms {{I64}},
	primary key (case_id, name)
);
create index clock_running on clock (state, due_ms);

create table file (
	file_id {{ID}} primary key,
	case_id {{I64}} not null references case_file (case_id),
	field {{TEXT}} not null,             -- path in the form, or paper:ID
	media_type {{TEXT}} not null,        -- by content
	bytes {{I64}} not null,
	content_key {{BLOB}} not null,       -- keyed hash of the content
	sound {{BOOL}} not null,
	words {{TEXT}} not null,             -- what is wrong with it, for the worker
	sealed_name {{BLOB}} not null,
	sealed_content {{BLOB}} not null,
	created_ms {{I64}} not null
);
create index file_of_case on file (case_id, field);

create table paper (
	case_id {{I64}} not null references case_file (case_id),
	paper_id {{TEXT}} not null,
	position {{I64}} not null,
	title {{TEXT}} not null,
	act {{TEXT}} not null,               -- sign or acknowledge
	identity_level {{I64}} not null,
	file_id {{I64}} not null references file (file_id),
	boxes {{TEXT}} not null,             -- JSON: where signatures go
	sha256 {{BLOB}} not null,            -- of the PDF as it is now
	version {{I64}} not null,            -- how many acts it carries
	created_ms {{I64}} not null,
	primary key (case_id, paper_id)
);

create table paper_act (                 -- one party's signature or acknowledgement
	case_id {{I64}} not null,
	paper_id {{TEXT}} not null,
	position {{I64}} not null,           -- order of the parties on this paper
	party {{TEXT}} not null,             -- applicant, agent, union
	act {{TEXT}} not null,               -- sign, acknowledge, seal
	state {{TEXT}} not null,             -- waiting, done
	done_ms {{I64}},
	sealed_evidence {{BLOB}},            -- JSON: method, level, time, device, what was typed or drawn
	sha256 {{BLOB}},                     -- of the PDF after this act
	primary key (case_id, paper_id, position),
	foreign key (case_id, paper_id) references paper (case_id, paper_id)
);
create index paper_act_waiting on paper_act (case_id, state, party);

create table receipt (
	receipt_id {{ID}} primary key,
	case_id {{I64}} not null references case_file (case_id),
	decision {{TEXT}} not null,
	decided_ms {{I64}} not null,
	sealed_whole {{BLOB}} not null,      -- the receipt for the parties (JCS)
	commitment {{TEXT}} not null         -- the same with salted hashes in place of values
);
create index receipt_of_case on receipt (case_id);

create table notice (                    -- the outbox
	notice_id {{ID}} primary key,
	case_id {{I64}} references case_file (case_id),
	template {{TEXT}} not null,
	channel {{TEXT}} not null,           -- sms
	sealed_to {{BLOB}} not null,         -- the phone
	sealed_context {{BLOB}} not null,    -- JSON for the template
	sealed_text {{BLOB}},                -- as it was sent
	state {{TEXT}} not null,             -- queued, sending, accepted, delivered, failed
	tries {{I64}} not null,
	next_ms {{I64}} not null,            -- not before
	queued_ms {{I64}} not null,
	sent_ms {{I64}},
	report_rank {{I64}} not null,        -- of the delivery report that came, 0 = none
	repeated {{BOOL}} not null           -- sent a second time because the first answer was lost
);
create index notice_due on notice (state, next_ms);
create index notice_of_case on notice (case_id);

create table event (                     -- what happened: the timeline and the audit trail
	event_id {{ID}} primary key,
	case_id {{I64}},
	at_ms {{I64}} not null,
	who {{TEXT}} not null,               -- applicant, hall, agent, or role:person id
	what {{TEXT}} not null,              -- a fixed word: case.submitted, decision.made, paper.signed ...
	subject {{TEXT}} not null,           -- element, paper, clock or notice it is about
	sealed_detail {{BLOB}},              -- JSON
	digest {{BLOB}} not null,            -- SHA-256 of the event's plain content, what the log commits to
	staff {{BOOL}} not null              -- done by a union role: counts as a staff event
);
create index event_of_case on event (case_id, at_ms);
create index event_by_time on event (at_ms);

create table search_dirty (              -- cases whose index entry is behind
	case_id {{I64}} primary key references case_file (case_id),
	since_ms {{I64}} not null
);
