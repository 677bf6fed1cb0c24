-- Programs of organisations: a token speaks for one organisation in one role. Only its keyed hash is kept.
create table api_token (
	token_id {{ID}} primary key,
	organisation_id {{I64}} not null references organisation (organisation_id),
	name {{TEXT}} not null,              -- what it is for, for the list of the administrator
	role {{TEXT}} not null,              -- a role of identity.h
	token_key {{BLOB}} not null,
	made_by {{I64}} not null,            -- the administrator
	made_ms {{I64}} not null,
	ends_ms {{I64}} not null,
	seen_ms {{I64}},
	revoked_ms {{I64}}
);
create unique index api_token_key on api_token (token_key);
create index api_token_of on api_token (organisation_id, made_ms);

-- A command that was sent twice with one Idempotency-Key is carried out once; the second gets the first's answer.
create table idempotency (
	caller {{TEXT}} not null,            -- token or session, by id
	key_hash {{BLOB}} not null,
	request_hash {{BLOB}} not null,      -- of method, path and body: another command under the same key is refused
	at_ms {{I64}} not null,
	status {{I64}} not null,             -- 0: begun, its end is not known
	sealed_answer {{BLOB}},
	primary key (caller, key_hash)
);
create index idempotency_by_time on idempotency (at_ms);
