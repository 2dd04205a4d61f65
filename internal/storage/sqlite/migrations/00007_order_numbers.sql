-- +goose Up
-- Orders whose number is not their id: in most shops none.
CREATE INDEX records_by_order_number ON records (store_id, raw ->> '$.number') WHERE resource = 'orders' AND raw ->> '$.number' <> CAST(id AS TEXT);

-- +goose Down
DROP INDEX records_by_order_number;
