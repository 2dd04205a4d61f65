-- +goose Up
-- The body as the caller gave it, where fields were added to it (prices of a refund's lines): what a repetition is held against.
ALTER TABLE writes ADD COLUMN asked TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE writes DROP COLUMN asked;
