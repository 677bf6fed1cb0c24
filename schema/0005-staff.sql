-- How the union's own people sign in: a password (argon2id) and a one-time code by time (RFC 6238).

create table staff_account (
	person_id {{ID}} primary key references person (person_id),
	state {{TEXT}} not null,             -- invited, enrolling (password set, no codes yet), active, suspended
	password {{TEXT}} not null,          -- argon2id text with its own parameters and salt; empty before the invitation is used
	sealed_secret {{BLOB}},              -- of the one-time codes; null before enrolment
	last_step {{I64}} not null,          -- time step of the last code that was taken: no code is taken twice
	demo {{BOOL}} not null,              -- made by `init --demo`: password and secret stand in a public file
	created_ms {{I64}} not null,
	signed_in_ms {{I64}},                -- the last time
	version {{I64}} not null             -- counts every change: a ticket between two steps of signing in is good for one
);

create table staff_recovery (            -- ten codes for a lost phone, each once
	person_id {{I64}} not null references staff_account (person_id),
	code_key {{BLOB}} not null,          -- keyed hash
	used_ms {{I64}},
	primary key (person_id, code_key)
);

create table staff_invitation (
	token_key {{BLOB}} not null primary key,   -- keyed hash of what stands in the link
	person_id {{I64}} not null references staff_account (person_id),
	made_by {{TEXT}} not null,
	expires_ms {{I64}} not null,
	used_ms {{I64}}
);
create index staff_invitation_of on staff_invitation (person_id, expires_ms);

create table staff_attempt (             -- failures in a row, by account (also one that does not exist) and by client
	subject_key {{BLOB}} not null primary key,   -- keyed hash of phone, person or address
	failures {{I64}} not null,
	last_ms {{I64}} not null,
	locked_until_ms {{I64}} not null     -- 0: not locked
);
create index staff_attempt_old on staff_attempt (last_ms);
