-- +goose Up
-- Lines and meta data of orders outside the trash, each member in a column, so that a question to many orders need not read
-- the JSON of each. The views order_items, order_shipping, order_taxes, order_coupons and order_meta say what a column is.
CREATE TABLE order_parts_kept (
    list             TEXT    NOT NULL, -- member of the order: line_items, shipping_lines, tax_lines, coupon_lines, meta_data
    order_id         INTEGER NOT NULL,
    store_id         INTEGER NOT NULL, -- stores.id
    position         INTEGER NOT NULL, -- in the list, from 0
    place            TEXT    NOT NULL, -- where in the order's JSON
    status           TEXT    NOT NULL, -- of the order
    date_created_gmt TEXT,             -- of the order
    id               ANY,              -- of the line
    label            ANY,              -- SKU, method of shipping, code of the tax rate or coupon, key of the meta data
    name             ANY,              -- name or title of the line, value of the meta data where it has up to 200 characters
    product_id       ANY,
    variation_id     ANY,
    quantity         ANY,
    price            ANY,
    subtotal         ANY,
    subtotal_tax     ANY,
    total            ANY,
    total_tax        ANY,
    tax_class        ANY,
    PRIMARY KEY (list, order_id, store_id, position)
) STRICT, WITHOUT ROWID;
-- Up to which change (changes.seq) orders were taken apart. Taking one apart costs more than keeping it, so a first copy
-- leaves that for afterwards.
CREATE TABLE order_parts_until (
    seq INTEGER NOT NULL
) STRICT;
INSERT INTO order_parts_until VALUES (0);

-- Orders that came since.
CREATE VIEW order_parts_due AS
SELECT DISTINCT c.store_id, c.id AS order_id FROM changes c
WHERE c.resource = 'orders' AND c.seq > (SELECT seq FROM order_parts_until);

-- The parts of orders as they are read from their JSON.
CREATE VIEW order_parts_read AS
SELECT l.key AS list, r.id AS order_id, r.store_id, p.id AS position, '$.' || l.key || substr(p.fullkey, 2) AS place,
       r.status, r.date_created_gmt, p.value ->> '$.id' AS id,
       CASE l.key WHEN 'line_items' THEN p.value ->> '$.sku' WHEN 'shipping_lines' THEN p.value ->> '$.method_id'
            WHEN 'tax_lines' THEN p.value ->> '$.rate_code' WHEN 'coupon_lines' THEN p.value ->> '$.code'
            ELSE p.value ->> '$.key' END AS label,
       CASE l.key WHEN 'line_items' THEN p.value ->> '$.name' WHEN 'shipping_lines' THEN p.value ->> '$.method_title'
            WHEN 'tax_lines' THEN p.value ->> '$.label'
            WHEN 'meta_data' THEN iif(length(p.value ->> '$.value') <= 200, p.value ->> '$.value', NULL) END AS name,
       iif(l.key = 'line_items', p.value ->> '$.product_id', NULL) AS product_id,
       iif(l.key = 'line_items', p.value ->> '$.variation_id', NULL) AS variation_id,
       iif(l.key = 'line_items', p.value ->> '$.quantity', NULL) AS quantity,
       iif(l.key = 'line_items', p.value ->> '$.price', NULL) AS price,
       iif(l.key = 'line_items', p.value ->> '$.subtotal', NULL) AS subtotal,
       iif(l.key = 'line_items', p.value ->> '$.subtotal_tax', NULL) AS subtotal_tax,
       CASE l.key WHEN 'meta_data' THEN NULL WHEN 'tax_lines' THEN p.value ->> '$.tax_total'
            WHEN 'coupon_lines' THEN p.value ->> '$.discount' ELSE p.value ->> '$.total' END AS total,
       CASE l.key WHEN 'meta_data' THEN NULL WHEN 'tax_lines' THEN p.value ->> '$.shipping_tax_total'
            WHEN 'coupon_lines' THEN p.value ->> '$.discount_tax' ELSE p.value ->> '$.total_tax' END AS total_tax,
       iif(l.key = 'line_items', p.value ->> '$.tax_class', NULL) AS tax_class
FROM records r, jsonb_each(r.raw) l, jsonb_each(l.value) p
WHERE r.resource = 'orders' AND r.slug = '' AND r.status <> 'trash' AND l.type IN ('array', 'object') AND p.type = 'object'
  AND l.key IN ('line_items', 'shipping_lines', 'tax_lines', 'coupon_lines', 'meta_data');

-- The parts of all orders: kept ones, and those of orders that came since.
CREATE VIEW order_parts AS
SELECT * FROM order_parts_kept WHERE (store_id, order_id) NOT IN (SELECT store_id, order_id FROM order_parts_due)
UNION ALL
SELECT r.* FROM order_parts_due d JOIN order_parts_read r ON r.store_id = d.store_id AND r.order_id = d.order_id;

-- +goose StatementBegin
CREATE TRIGGER order_parts_changed AFTER UPDATE OF raw, status, date_created_gmt ON records WHEN NEW.resource = 'orders'
BEGIN
    DELETE FROM order_parts_kept WHERE list IN ('line_items', 'shipping_lines', 'tax_lines', 'coupon_lines', 'meta_data')
        AND order_id = OLD.id AND store_id = OLD.store_id;
    INSERT INTO order_parts_kept SELECT * FROM order_parts_read WHERE store_id = NEW.store_id AND order_id = NEW.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER order_parts_dropped AFTER DELETE ON records WHEN OLD.resource = 'orders'
BEGIN
    DELETE FROM order_parts_kept WHERE list IN ('line_items', 'shipping_lines', 'tax_lines', 'coupon_lines', 'meta_data')
        AND order_id = OLD.id AND store_id = OLD.store_id;
END;
-- +goose StatementEnd

-- What records are looked up by stands in columns that are written with the record: picking it out of the JSON again, once
-- for each index, took longer than keeping the record.
DROP INDEX records_by_sku;
DROP INDEX records_by_email;
DROP INDEX records_by_code;
DROP INDEX records_by_order_number;
DROP INDEX records_by_billing_email;

-- Total of an order, as the store wrote it.
ALTER TABLE records ADD COLUMN order_total TEXT;
-- E-mail address of who an order is billed to.
ALTER TABLE records ADD COLUMN billing_email TEXT;
-- SKU of a product or variation, e-mail address of a customer and code of a coupon in small letters, number of an order where it is not its id.
ALTER TABLE records ADD COLUMN lookup TEXT NOT NULL DEFAULT '';
UPDATE records SET lookup = waybill_lookup(resource, id, raw),
    order_total = iif(resource = 'orders', raw ->> '$.total', NULL),
    billing_email = iif(resource = 'orders', raw ->> '$.billing.email', NULL)
WHERE resource IN ('orders', 'products', 'variations', 'customers', 'coupons');
CREATE INDEX records_by_lookup ON records (store_id, resource, lookup) WHERE lookup <> '';
CREATE INDEX records_by_billing_email ON records (store_id, lower(billing_email)) WHERE resource = 'orders';
-- What is asked of all orders is in one index: when they came, their status and total.
CREATE INDEX records_of_orders ON records (date_created_gmt, status, store_id, resource, id, slug, order_total, customer_id)
    WHERE resource = 'orders' AND status <> 'trash';

DROP VIEW order_item_meta;
DROP VIEW order_items;
DROP VIEW order_shipping;
DROP VIEW order_taxes;
DROP VIEW order_coupons;
DROP VIEW order_meta;
DROP VIEW orders;

-- Orders outside the trash.
CREATE VIEW orders AS
SELECT r.store_id, s.name AS store, r.id, r.raw ->> '$.number' AS number, r.raw ->> '$.parent_id' AS parent_id, r.status,
       r.raw ->> '$.currency' AS currency, r.order_total AS total, r.raw ->> '$.total_tax' AS total_tax,
       r.raw ->> '$.cart_tax' AS cart_tax, r.raw ->> '$.shipping_total' AS shipping_total, r.raw ->> '$.shipping_tax' AS shipping_tax,
       r.raw ->> '$.discount_total' AS discount_total, r.raw ->> '$.discount_tax' AS discount_tax,
       r.raw ->> '$.prices_include_tax' AS prices_include_tax,
       r.date_created_gmt, r.date_modified_gmt, r.raw ->> '$.date_paid_gmt' AS date_paid_gmt,
       r.raw ->> '$.date_completed_gmt' AS date_completed_gmt, r.raw ->> '$.date_created' AS date_created,
       r.customer_id, r.billing_email, r.raw ->> '$.billing.first_name' AS billing_first_name,
       r.raw ->> '$.billing.last_name' AS billing_last_name, r.raw ->> '$.billing.company' AS billing_company,
       r.raw ->> '$.billing.phone' AS billing_phone, r.raw ->> '$.billing.city' AS billing_city,
       r.raw ->> '$.billing.postcode' AS billing_postcode, r.raw ->> '$.billing.country' AS billing_country,
       r.raw ->> '$.shipping.first_name' AS shipping_first_name, r.raw ->> '$.shipping.last_name' AS shipping_last_name,
       r.raw ->> '$.shipping.city' AS shipping_city, r.raw ->> '$.shipping.postcode' AS shipping_postcode,
       r.raw ->> '$.shipping.country' AS shipping_country,
       r.raw ->> '$.payment_method' AS payment_method, r.raw ->> '$.payment_method_title' AS payment_method_title,
       r.raw ->> '$.transaction_id' AS transaction_id, r.raw ->> '$.created_via' AS created_via,
       r.raw ->> '$.customer_note' AS customer_note, r.seen_at, r.raw
FROM records r JOIN stores s ON s.id = r.store_id
WHERE r.resource = 'orders' AND r.slug = '' AND r.status <> 'trash';

-- Lines of orders: what was sold. order_status and order_date_gmt are those of the order.
CREATE VIEW order_items AS
SELECT p.store_id, (SELECT s.name FROM stores s WHERE s.id = p.store_id) AS store, p.order_id, p.id, p.name,
       p.product_id, p.variation_id, p.label AS sku, p.quantity, p.price, p.subtotal, p.subtotal_tax, p.total,
       p.total_tax, p.tax_class, p.status AS order_status, p.date_created_gmt AS order_date_gmt,
       (SELECT r.raw -> (p.place) FROM records r
        WHERE r.store_id = p.store_id AND r.resource = 'orders' AND r.id = p.order_id AND r.slug = '') AS raw
FROM order_parts p WHERE p.list = 'line_items';

-- Meta data of order lines, one row per entry; value is text, or JSON for objects and lists.
CREATE VIEW order_item_meta AS
SELECT i.store_id, i.store, i.order_id, i.id AS item_id, m.value ->> '$.id' AS id, m.value ->> '$.key' AS key,
       m.value ->> '$.value' AS value
FROM order_items i, json_each(i.raw, '$.meta_data') m;

-- Shipping lines of orders.
CREATE VIEW order_shipping AS
SELECT p.store_id, (SELECT s.name FROM stores s WHERE s.id = p.store_id) AS store, p.order_id, p.id, p.label AS method_id,
       (SELECT r.raw ->> (p.place || '.instance_id') FROM records r
        WHERE r.store_id = p.store_id AND r.resource = 'orders' AND r.id = p.order_id AND r.slug = '') AS instance_id,
       p.name AS method_title, p.total, p.total_tax,
       (SELECT r.raw -> (p.place) FROM records r
        WHERE r.store_id = p.store_id AND r.resource = 'orders' AND r.id = p.order_id AND r.slug = '') AS raw
FROM order_parts p WHERE p.list = 'shipping_lines';

-- Tax lines of orders.
CREATE VIEW order_taxes AS
SELECT p.store_id, (SELECT s.name FROM stores s WHERE s.id = p.store_id) AS store, p.order_id, p.id,
       (SELECT r.raw ->> (p.place || '.rate_id') FROM records r
        WHERE r.store_id = p.store_id AND r.resource = 'orders' AND r.id = p.order_id AND r.slug = '') AS rate_id,
       p.label AS rate_code, p.name AS label,
       (SELECT r.raw ->> (p.place || '.rate_percent') FROM records r
        WHERE r.store_id = p.store_id AND r.resource = 'orders' AND r.id = p.order_id AND r.slug = '') AS rate_percent,
       p.total AS tax_total, p.total_tax AS shipping_tax_total,
       (SELECT r.raw -> (p.place) FROM records r
        WHERE r.store_id = p.store_id AND r.resource = 'orders' AND r.id = p.order_id AND r.slug = '') AS raw
FROM order_parts p WHERE p.list = 'tax_lines';

-- Coupons used in orders.
CREATE VIEW order_coupons AS
SELECT p.store_id, (SELECT s.name FROM stores s WHERE s.id = p.store_id) AS store, p.order_id, p.id, p.label AS code,
       p.total AS discount, p.total_tax AS discount_tax,
       (SELECT r.raw -> (p.place) FROM records r
        WHERE r.store_id = p.store_id AND r.resource = 'orders' AND r.id = p.order_id AND r.slug = '') AS raw
FROM order_parts p WHERE p.list = 'coupon_lines';

-- Meta data of orders, one row per entry; value is text, or JSON for objects and lists.
CREATE VIEW order_meta AS
SELECT p.store_id, (SELECT s.name FROM stores s WHERE s.id = p.store_id) AS store, p.order_id, p.id, p.label AS key,
       coalesce(p.name, (SELECT r.raw ->> (p.place || '.value') FROM records r
        WHERE r.store_id = p.store_id AND r.resource = 'orders' AND r.id = p.order_id AND r.slug = '')) AS value
FROM order_parts p WHERE p.list = 'meta_data';
