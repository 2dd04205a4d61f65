-- +goose Up
-- The text of records in which people search, indexed by every three characters that stand together. The number of a row is
-- that of its record's part, and behind it the record's id, so that rows of a part stand in the order of ids.
CREATE VIRTUAL TABLE search USING fts5(text, content = '', contentless_delete = 1, tokenize = 'trigram case_sensitive 1');
-- A part is what a store has of one resource. Its first number is shifted 44 bits up.
CREATE TABLE search_parts (
    part     INTEGER PRIMARY KEY,
    store_id INTEGER NOT NULL, -- stores.id
    resource TEXT    NOT NULL,
    UNIQUE (store_id, resource)
) STRICT;
-- +goose StatementBegin
CREATE TRIGGER search_changed AFTER UPDATE OF raw ON records
WHEN NEW.resource IN ('orders', 'products', 'variations', 'customers', 'coupons', 'order_notes', 'refunds')
BEGIN
    DELETE FROM search WHERE rowid = (SELECT (part << 44) + OLD.id FROM search_parts
        WHERE store_id = OLD.store_id AND resource = OLD.resource);
    INSERT INTO search (rowid, text) SELECT (part << 44) + NEW.id, waybill_text(NEW.resource, NEW.raw) FROM search_parts
        WHERE store_id = NEW.store_id AND resource = NEW.resource;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER search_dropped AFTER DELETE ON records
WHEN OLD.resource IN ('orders', 'products', 'variations', 'customers', 'coupons', 'order_notes', 'refunds')
BEGIN
    DELETE FROM search WHERE rowid = (SELECT (part << 44) + OLD.id FROM search_parts
        WHERE store_id = OLD.store_id AND resource = OLD.resource);
END;
-- +goose StatementEnd
-- Everything is indexed from the beginning, with the next sync.
UPDATE order_parts_until SET seq = 0;

-- +goose Down
DROP TRIGGER search_dropped;
DROP TRIGGER search_changed;
DROP TABLE search_parts;
DROP TABLE search;
