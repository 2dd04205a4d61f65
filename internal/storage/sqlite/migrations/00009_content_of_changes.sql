-- +goose Up
-- First 16 bytes of SHA-256 of the record's JSON after the change, as in records: who follows the log can tell that he holds what was announced. Empty for deletions, and for changes written before this column was there.
ALTER TABLE changes ADD COLUMN hash BLOB;

-- Fulfilments of orders, as far as the mirror reads them.
CREATE VIEW fulfillments AS
SELECT r.store_id, s.name AS store, r.id, r.parent_id AS order_id, r.status, CAST(r.raw ->> '$.is_fulfilled' AS INTEGER) AS is_fulfilled,
       (SELECT m.value ->> '$.value' FROM json_each(r.raw, '$.meta_data') m WHERE m.value ->> '$.key' = '_shipment_provider') AS shipment_provider,
       (SELECT m.value ->> '$.value' FROM json_each(r.raw, '$.meta_data') m WHERE m.value ->> '$.key' = '_tracking_number') AS tracking_number,
       (SELECT m.value ->> '$.value' FROM json_each(r.raw, '$.meta_data') m WHERE m.value ->> '$.key' = '_tracking_url') AS tracking_url,
       r.raw ->> '$.date_updated' AS date_updated, r.seen_at, r.raw
FROM records r JOIN stores s ON s.id = r.store_id
WHERE r.resource = 'fulfillments';

-- Pieces in fulfilments; item_id is the line of the order.
CREATE VIEW fulfillment_items AS
SELECT r.store_id, s.name AS store, r.id AS fulfillment_id, r.parent_id AS order_id, i.value ->> '$.item_id' AS item_id, i.value ->> '$.qty' AS quantity
FROM records r JOIN stores s ON s.id = r.store_id, json_each(r.raw, '$.meta_data') m, json_each(m.value, '$.value') i
WHERE r.resource = 'fulfillments' AND m.value ->> '$.key' = '_items';

-- +goose Down
DROP VIEW fulfillment_items;
DROP VIEW fulfillments;
ALTER TABLE changes DROP COLUMN hash;
