-- +goose Up
-- Members that the caller insists on although WooCommerce does not know them, one a line: an edit of the write may name them too.
ALTER TABLE writes ADD COLUMN allowed TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE writes DROP COLUMN allowed;
