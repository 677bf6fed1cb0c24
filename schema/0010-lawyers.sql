-- Lawyers at work: what was offered to whom and what he answered, papers that a change of lawyer replaced, and what came of
-- the case outside of the hall. Nothing here is ever changed back: a new round, a new entry.
alter table lawyer add column away_until {{TEXT}} not null default '';   -- YYYY-MM-DD: takes no new case up to and on that day
alter table lawyer add column left_on {{TEXT}} not null default '';      -- YYYY-MM-DD: is not on the roster any more since that day

create table lawyer_case (               -- one row each time a case is given to a lawyer
	case_id {{I64}} not null references case_file (case_id),
	round {{I64}} not null,              -- 1, 2 ...: the highest is the present one
	lawyer_id {{I64}} not null references lawyer (lawyer_id),
	state {{TEXT}} not null,             -- offered, accepted, declined, done (he told the final outcome), ended (withdrawn ...)
	offered_ms {{I64}} not null,
	answered_ms {{I64}},                 -- accepted or declined
	answer_by_ms {{I64}},                -- offered: unanswered until then, it goes to the next one; null: no such moment
	reason {{TEXT}} not null,            -- declined: conflict, busy, other; left, silent: the hall, for one who left the roster or did not answer in time
	sealed_words {{BLOB}},               -- declined: in his words
	primary key (case_id, round)
);
create index lawyer_case_of on lawyer_case (lawyer_id, state, offered_ms);
insert into lawyer_case (case_id, round, lawyer_id, state, offered_ms, answered_ms, reason)
	select case_id, 1, lawyer_id, 'accepted', coalesce(decided_ms, opened_ms), coalesce(decided_ms, opened_ms), ''
	from case_file where lawyer_id is not null and state <> 'draft';

create table paper_replaced (            -- a paper that is no more valid, as it was, with what people did to it
	file_id {{ID}} primary key references file (file_id),
	case_id {{I64}} not null references case_file (case_id),
	paper_id {{TEXT}} not null,
	position {{I64}} not null,
	title {{TEXT}} not null,
	act {{TEXT}} not null,
	identity_level {{I64}} not null,
	boxes {{TEXT}} not null,
	sha256 {{BLOB}} not null,
	version {{I64}} not null,
	sealed_source {{BLOB}},
	created_ms {{I64}} not null,
	replaced_ms {{I64}} not null,
	reason {{TEXT}} not null             -- lawyer: another lawyer took the case
);
create index paper_replaced_of_case on paper_replaced (case_id, position, replaced_ms);

create table paper_act_replaced (
	file_id {{I64}} not null references paper_replaced (file_id),
	position {{I64}} not null,
	party {{TEXT}} not null,
	act {{TEXT}} not null,
	state {{TEXT}} not null,
	done_ms {{I64}},
	sealed_evidence {{BLOB}},
	sha256 {{BLOB}},
	primary key (file_id, position)
);

create table case_result (               -- what came of it outside: mediation, arbitration, court; a slip is corrected by another row
	result_id {{ID}} primary key,
	case_id {{I64}} not null references case_file (case_id),
	lawyer_id {{I64}} not null references lawyer (lawyer_id),
	at_ms {{I64}} not null,              -- when it was written down
	stage {{TEXT}} not null,             -- mediation, arbitration, first, second
	happened_on {{TEXT}} not null,       -- YYYY-MM-DD
	result {{TEXT}} not null,            -- hearing, settled, notSettled, upheld, partly, rejected, withdrawn
	amount_fen {{I64}},                  -- awarded or agreed; null: none was
	minutes {{I64}} not null,            -- the lawyer's own time
	final {{BOOL}} not null,             -- the case is over
	hearing_ms {{I64}},                  -- the next date, when one is set
	corrects {{I64}},                    -- the row that this one takes the place of
	sealed_words {{BLOB}}                -- JSON: note, place of the hearing
);
create index case_result_of on case_result (case_id, result_id);
