-- The outbox talks to a real gateway: what it said no to is counted apart from the times it was merely down.
alter table notice add column refusals {{I64}} not null default 0;       -- how often the gateway refused this notice
alter table notice add column reason {{TEXT}} not null default '';       -- why it waits or failed: a fixed word, see notices.h
