-- +goose Up
CREATE INDEX records_by_billing_email ON records (store_id, lower(raw -> 'billing' ->> 'email')) WHERE resource = 'orders';

-- +goose Down
DROP INDEX records_by_billing_email;
