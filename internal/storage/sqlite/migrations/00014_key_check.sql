-- +goose Up
-- What was sealed with the master key in use, in one row: by it a process sees that it has another key.
CREATE TABLE key_check (
    one    INTEGER PRIMARY KEY CHECK (one = 1), -- always 1
    sealed BLOB NOT NULL                        -- opens with the master key in use
);

-- +goose Down
DROP TABLE key_check;
