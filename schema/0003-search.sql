-- Search without text: keyed hashes of overlapping bigrams, with their places, so that a phrase is found as it stands.
create table search_token (
	token {{BLOB}} not null,             -- keyed hash of two characters, or of a Latin word
	case_id {{I64}} not null references case_file (case_id),
	position {{I64}} not null,
	primary key (token, case_id, position)
);
create index search_token_case on search_token (case_id);
