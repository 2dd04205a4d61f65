-- +goose Up
-- Which orders and refunds have a line with a product or variation, as far as it was noted: when a product changes, those are
-- read again. A row with the product 0 says up to which change (id) it was noted.
CREATE TABLE product_lines (
    store_id   INTEGER NOT NULL,           -- stores.id
    product_id INTEGER NOT NULL,           -- product or variation
    resource   TEXT    NOT NULL,           -- orders, refunds
    id         INTEGER NOT NULL,           -- of the order or refund
    parent_id  INTEGER NOT NULL DEFAULT 0, -- order of a refund
    PRIMARY KEY (store_id, product_id, resource, id)
) WITHOUT ROWID;
CREATE INDEX product_lines_by_record ON product_lines (store_id, resource, id);

-- +goose Down
DROP TABLE product_lines;
