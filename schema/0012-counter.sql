-- The counter: a person stands before a clerk, who sees only what he needs and only for a while.
alter table person_identity add column number_key {{BLOB}};   -- keyed hash of the number that was confirmed; null: confirmed before this was kept
create index person_identity_number on person_identity (number_key);

create table counter_visit (             -- whom a clerk has before him: only he, only so long, opens the person's page
	visit_id {{ID}} primary key,
	person_id {{I64}} not null references person (person_id),
	clerk_id {{I64}} not null,
	began_ms {{I64}} not null,
	ends_ms {{I64}} not null,
	sealed_wish {{BLOB}}                 -- JSON: the new phone and what was shown, between its code and the change; null: none
);
create unique index counter_visit_of on counter_visit (person_id, clerk_id);
create index counter_visit_old on counter_visit (ends_ms);
