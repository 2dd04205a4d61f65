-- +goose Up
-- How often a mark was made again while it was there: whoever works on it can tell that it is to be worked on once more.
ALTER TABLE marks ADD COLUMN renewed INTEGER NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE marks DROP COLUMN renewed;
