-- People at their phones: how surely they are known, the codes sent to them, what they agreed to, and what they have begun.
create table person_identity (           -- the best confirmation of a person, kept so that it need not be repeated on each phone
	person_id {{ID}} primary key references person (person_id),
	level {{I64}} not null,              -- 2: by a connector, 3: face to face
	method {{TEXT}} not null,            -- in words, for the evidence of signatures
	subject_key {{BLOB}},                -- keyed hash of issuer and subject; null when face to face
	confirmed_ms {{I64}} not null,
	confirmed_by {{TEXT}} not null       -- hall, or role:person
);
create unique index person_identity_subject on person_identity (subject_key);

create table one_time_code (             -- six digits sent to a phone
	code_id {{ID}} primary key,
	purpose {{TEXT}} not null,           -- signIn, sign, phoneOld, phoneNew
	about {{TEXT}} not null,             -- the case or person it is for, or empty
	phone_key {{BLOB}} not null,         -- keyed hash
	browser_key {{BLOB}} not null,       -- keyed hash of what only the asking browser knows
	network_key {{BLOB}} not null,       -- keyed hash of the asking network (IPv4 /24, IPv6 /48)
	code_key {{BLOB}} not null,          -- keyed hash with the code's id
	sent_ms {{I64}} not null,
	expires_ms {{I64}} not null,
	tries {{I64}} not null,
	proved_ms {{I64}}                    -- when it was entered rightly; null: not yet
);
create index one_time_code_phone on one_time_code (phone_key, sent_ms);
create index one_time_code_network on one_time_code (network_key, sent_ms);
create index one_time_code_sent on one_time_code (sent_ms);

alter table notice add column expires_ms {{I64}};   -- not sent after this: a code that would come too late; null: always

create table attempt (                   -- tries of a thing in a window of time, counted before they are judged
	kind {{TEXT}} not null,              -- follow, resume ...
	subject_key {{BLOB}} not null,       -- keyed hash of number, phone or network
	began_ms {{I64}} not null,           -- of the window
	tries {{I64}} not null,
	primary key (kind, subject_key)
);
create index attempt_old on attempt (began_ms);

create table consent_text (              -- what people agreed to, word by word
	version {{TEXT}} primary key,        -- SHA-256 of the text, hexadecimal
	text {{TEXT}} not null,
	first_shown_ms {{I64}} not null
);
create table consent (
	consent_id {{ID}} primary key,
	person_id {{I64}} not null references person (person_id),
	case_id {{I64}} references case_file (case_id),
	what {{TEXT}} not null,              -- privacy, sensitive, sharing ...
	version {{TEXT}} not null references consent_text (version),
	given_ms {{I64}} not null,
	withdrawn_ms {{I64}}
);
create index consent_of_person on consent (person_id, what);

create table draft (                     -- where somebody is in a form that is not submitted
	case_id {{ID}} primary key references case_file (case_id),
	page {{TEXT}} not null,              -- the last page that was saved
	saved_ms {{I64}} not null,
	saved_count {{I64}} not null
);
create table resume_code (               -- carries a person's drafts to another phone
	person_id {{ID}} primary key references person (person_id),
	code_key {{BLOB}} not null,          -- keyed hash with the person's id
	case_id {{I64}} references case_file (case_id),
	expires_ms {{I64}} not null,
	used_ms {{I64}}
);

create table oidc_flow (                 -- a sign-in at a provider that has begun and not come back
	state_key {{BLOB}} primary key,      -- keyed hash of the state in the address
	session_id {{I64}} not null,         -- whose level it raises
	sealed_secrets {{BLOB}} not null,    -- JSON: nonce, verifier, next
	flow_id {{I64}} not null,
	expires_ms {{I64}} not null
);
create index oidc_flow_old on oidc_flow (expires_ms);

alter table paper add column sealed_source {{BLOB}};   -- the Markdown it was rendered from: read as HTML on phones
