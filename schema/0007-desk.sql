-- The desks of the union: lists over cases, notes, who looked.

create table desk_case (                 -- what lists show and filter of a case; follows each step of its process
	case_id {{ID}} primary key references case_file (case_id),
	district {{TEXT}} not null,          -- workplace, else the employer's registered region, else where the service was asked for
	employer_key {{TEXT}} not null,      -- hexadecimal keyed hash of the employer's name without spaces and brackets, or empty
	rules {{TEXT}} not null,             -- rules that failed at the last decision, in model order: ",identity,district," or empty
	sealed_row {{BLOB}} not null         -- JSON: applicant, phone, employer
);
create index desk_case_employer on desk_case (employer_key);

drop index task_open;
create index task_due on task (due_ms) where state = 'open';
create index task_queue on task (coalesce(due_ms, 9000000000000000), task_id) where state = 'open';
create index task_open_of on task (case_id, task_id) where state = 'open';
create index clock_open_of on clock (case_id, due_ms) where ended_ms is null;
create index case_newest on case_file (-submitted_ms, case_id);

create table case_note (                 -- for the staff alone; a changed note is a new row of the same thread, nothing is deleted
	note_id {{ID}} primary key,
	case_id {{I64}} not null references case_file (case_id),
	thread_id {{I64}} not null,          -- note_id of its first version
	revision {{I64}} not null,           -- from 1
	person_id {{I64}} not null references person (person_id),
	at_ms {{I64}} not null,
	sealed_text {{BLOB}} not null
);
create unique index case_note_revision on case_note (thread_id, revision);
create index case_note_of on case_note (case_id, note_id);

create table desk_look (                 -- who read a case in which hour: one event for each
	case_id {{I64}} not null references case_file (case_id),
	person_id {{I64}} not null,
	hour {{I64}} not null,               -- at_ms / 3600000
	primary key (case_id, person_id, hour)
);
