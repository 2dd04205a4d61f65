-- +goose Up
-- Holds one row: what was sealed with the master key in use, by which a process sees that it has another one.
CREATE TABLE key_check (
	one    bigint PRIMARY KEY CHECK (one = 1),
	sealed bytea NOT NULL
);

-- +goose Down
DROP TABLE key_check;
