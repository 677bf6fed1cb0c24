-- Who is signed in. Only a keyed hash of the token is kept: the database alone lets nobody in.
create table session (
	session_id {{ID}} primary key,
	token_key {{BLOB}} not null,
	kind {{TEXT}} not null,              -- worker, lawyer, staff
	person_id {{I64}} not null references person (person_id),
	organisation_id {{I64}},             -- staff: where the role is held
	lawyer_id {{I64}},
	role {{TEXT}} not null,              -- staff: the role in use, else empty
	level {{I64}} not null,              -- identity level 1..3
	method {{TEXT}} not null,            -- how the identity was confirmed, for the evidence of signatures
	sealed_device {{BLOB}} not null,     -- JSON: name, device
	began_ms {{I64}} not null,
	seen_ms {{I64}} not null,
	ends_ms {{I64}} not null             -- at the latest
);
create unique index session_token on session (token_key);
create index session_of_person on session (person_id);
