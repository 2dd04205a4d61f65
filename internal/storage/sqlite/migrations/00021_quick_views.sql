-- +goose Up
-- Questions to all orders and to small resources beside them are answered while people look (docs/schema.md says what they
-- cost): fees and the meta data of lines stand in columns as other parts of orders do; a small resource is found by its
-- index, store by store; and a join of lines with orders does not carry columns that no line has.

DROP VIEW order_item_meta;
DROP VIEW orders;
DROP VIEW order_items;
DROP VIEW order_shipping;
DROP VIEW order_taxes;
DROP VIEW order_coupons;
DROP VIEW order_meta;
DROP VIEW order_fees;
DROP VIEW order_notes;
DROP VIEW refunds;
DROP VIEW refund_items;
DROP VIEW products;
DROP VIEW variations;
DROP VIEW variation_attributes;
DROP VIEW product_meta;
DROP VIEW product_in_category;
DROP VIEW product_categories;
DROP VIEW product_tags;
DROP VIEW product_attributes;
DROP VIEW product_attribute_terms;
DROP VIEW customers;
DROP VIEW customer_meta;
DROP VIEW coupons;
DROP VIEW tax_rates;
DROP VIEW shipping_zones;
DROP VIEW shipping_zone_methods;
DROP VIEW payment_gateways;
DROP VIEW order_statuses;
DROP VIEW settings;
DROP VIEW fulfillments;
DROP VIEW fulfillment_items;
DROP TRIGGER order_parts_changed;
DROP TRIGGER order_parts_dropped;
DROP VIEW order_parts;
DROP VIEW order_parts_read;

-- The parts of orders as they are read from their JSON.
CREATE VIEW order_parts_read AS
SELECT l.key AS list, r.id AS order_id, r.store_id, p.id AS position, '$.' || l.key || substr(p.fullkey, 2) AS place,
       r.status, r.date_created_gmt, p.value ->> '$.id' AS id,
       CASE l.key WHEN 'line_items' THEN p.value ->> '$.sku' WHEN 'shipping_lines' THEN p.value ->> '$.method_id'
            WHEN 'tax_lines' THEN p.value ->> '$.rate_code' WHEN 'coupon_lines' THEN p.value ->> '$.code'
            WHEN 'fee_lines' THEN p.value ->> '$.tax_status'
            ELSE p.value ->> '$.key' END AS label,
       CASE l.key WHEN 'line_items' THEN p.value ->> '$.name' WHEN 'fee_lines' THEN p.value ->> '$.name'
            WHEN 'shipping_lines' THEN p.value ->> '$.method_title'
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
  AND l.key IN ('line_items', 'shipping_lines', 'tax_lines', 'coupon_lines', 'meta_data', 'fee_lines');

-- The parts of all orders: kept ones, and those of orders that came since.
CREATE VIEW order_parts AS
SELECT * FROM order_parts_kept WHERE (store_id, order_id) NOT IN (SELECT store_id, order_id FROM order_parts_due)
UNION ALL
SELECT r.* FROM order_parts_due d JOIN order_parts_read r ON r.store_id = d.store_id AND r.order_id = d.order_id;

-- Meta data of orders' lines, each member in a column.
CREATE TABLE order_parts_item_meta_kept (
    order_id INTEGER NOT NULL,
    store_id INTEGER NOT NULL, -- stores.id
    item     INTEGER NOT NULL, -- of the line in its list
    position INTEGER NOT NULL, -- in the line's list
    place    TEXT    NOT NULL, -- where in the order's JSON
    item_id  ANY,              -- of the line
    id       ANY,              -- of the meta data
    key      ANY,
    value    ANY,              -- where it has up to 200 characters
    PRIMARY KEY (order_id, store_id, item, position)
) STRICT, WITHOUT ROWID;

-- Meta data of orders' lines as it is read from their JSON.
CREATE VIEW order_parts_item_meta_read AS
SELECT r.id AS order_id, r.store_id, i.id AS item, m.id AS position, i.fullkey || substr(m.fullkey, 2) AS place,
       i.value ->> '$.id' AS item_id, m.value ->> '$.id' AS id, m.value ->> '$.key' AS key,
       iif(length(m.value ->> '$.value') <= 200, m.value ->> '$.value', NULL) AS value
FROM records r, jsonb_each(r.raw, '$.line_items') i, jsonb_each(i.value, '$.meta_data') m
WHERE r.resource = 'orders' AND r.slug = '' AND r.status <> 'trash' AND i.type = 'object' AND m.type = 'object';

-- +goose StatementBegin
CREATE TRIGGER order_parts_changed AFTER UPDATE OF raw, status, date_created_gmt ON records WHEN NEW.resource = 'orders'
BEGIN
    DELETE FROM order_parts_kept
        WHERE list IN ('line_items', 'shipping_lines', 'tax_lines', 'coupon_lines', 'meta_data', 'fee_lines')
        AND order_id = OLD.id AND store_id = OLD.store_id;
    DELETE FROM order_parts_item_meta_kept WHERE order_id = OLD.id AND store_id = OLD.store_id;
    INSERT INTO order_parts_kept SELECT * FROM order_parts_read WHERE store_id = NEW.store_id AND order_id = NEW.id;
    INSERT INTO order_parts_item_meta_kept SELECT * FROM order_parts_item_meta_read
        WHERE store_id = NEW.store_id AND order_id = NEW.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER order_parts_dropped AFTER DELETE ON records WHEN OLD.resource = 'orders'
BEGIN
    DELETE FROM order_parts_kept
        WHERE list IN ('line_items', 'shipping_lines', 'tax_lines', 'coupon_lines', 'meta_data', 'fee_lines')
        AND order_id = OLD.id AND store_id = OLD.store_id;
    DELETE FROM order_parts_item_meta_kept WHERE order_id = OLD.id AND store_id = OLD.store_id;
END;
-- +goose StatementEnd
-- Every order is taken apart anew with the next sync.
UPDATE order_parts_until SET seq = 0;

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
FROM records r LEFT JOIN stores s ON s.id = r.store_id
WHERE r.resource = 'orders' AND r.slug = '' AND r.status <> 'trash';

-- Lines of orders: what was sold. order_status and order_date_gmt are those of the order.
CREATE VIEW order_items AS
SELECT p.store_id, (SELECT s.name FROM stores s WHERE s.id = p.store_id) AS store, p.order_id, p.id, p.name,
       p.product_id, p.variation_id, p.label AS sku, p.quantity, p.price, p.subtotal, p.subtotal_tax, p.total,
       p.total_tax, p.tax_class, p.status AS order_status, p.date_created_gmt AS order_date_gmt,
       (SELECT r.raw -> (p.place) FROM records r
        WHERE r.store_id = p.store_id AND r.resource = 'orders' AND r.id = p.order_id AND r.slug = '') AS raw
FROM (SELECT order_id, store_id, place, status, date_created_gmt, id, label, name, product_id, variation_id,
             quantity, price, subtotal, subtotal_tax, total, total_tax, tax_class
      FROM order_parts_kept WHERE list = 'line_items' AND (NOT EXISTS (SELECT 1 FROM order_parts_due)
        OR (store_id, order_id) NOT IN (SELECT store_id, order_id FROM order_parts_due))
      UNION ALL
      SELECT r.order_id, r.store_id, r.place, r.status, r.date_created_gmt, r.id, r.label, r.name, r.product_id,
             r.variation_id, r.quantity, r.price, r.subtotal, r.subtotal_tax, r.total, r.total_tax, r.tax_class
      FROM order_parts_due d JOIN order_parts_read r ON r.store_id = d.store_id AND r.order_id = d.order_id
      WHERE r.list = 'line_items') p;

-- Shipping lines of orders.
CREATE VIEW order_shipping AS
SELECT p.store_id, (SELECT s.name FROM stores s WHERE s.id = p.store_id) AS store, p.order_id, p.id, p.label AS method_id,
       (SELECT r.raw ->> (p.place || '.instance_id') FROM records r
        WHERE r.store_id = p.store_id AND r.resource = 'orders' AND r.id = p.order_id AND r.slug = '') AS instance_id,
       p.name AS method_title, p.total, p.total_tax,
       (SELECT r.raw -> (p.place) FROM records r
        WHERE r.store_id = p.store_id AND r.resource = 'orders' AND r.id = p.order_id AND r.slug = '') AS raw
FROM (SELECT order_id, store_id, place, id, label, name, total, total_tax
      FROM order_parts_kept WHERE list = 'shipping_lines' AND (NOT EXISTS (SELECT 1 FROM order_parts_due)
        OR (store_id, order_id) NOT IN (SELECT store_id, order_id FROM order_parts_due))
      UNION ALL
      SELECT r.order_id, r.store_id, r.place, r.id, r.label, r.name, r.total, r.total_tax
      FROM order_parts_due d JOIN order_parts_read r ON r.store_id = d.store_id AND r.order_id = d.order_id
      WHERE r.list = 'shipping_lines') p;

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
FROM (SELECT order_id, store_id, place, id, label, name, total, total_tax
      FROM order_parts_kept WHERE list = 'tax_lines' AND (NOT EXISTS (SELECT 1 FROM order_parts_due)
        OR (store_id, order_id) NOT IN (SELECT store_id, order_id FROM order_parts_due))
      UNION ALL
      SELECT r.order_id, r.store_id, r.place, r.id, r.label, r.name, r.total, r.total_tax
      FROM order_parts_due d JOIN order_parts_read r ON r.store_id = d.store_id AND r.order_id = d.order_id
      WHERE r.list = 'tax_lines') p;

-- Coupons used in orders.
CREATE VIEW order_coupons AS
SELECT p.store_id, (SELECT s.name FROM stores s WHERE s.id = p.store_id) AS store, p.order_id, p.id, p.label AS code,
       p.total AS discount, p.total_tax AS discount_tax,
       (SELECT r.raw -> (p.place) FROM records r
        WHERE r.store_id = p.store_id AND r.resource = 'orders' AND r.id = p.order_id AND r.slug = '') AS raw
FROM (SELECT order_id, store_id, place, id, label, total, total_tax
      FROM order_parts_kept WHERE list = 'coupon_lines' AND (NOT EXISTS (SELECT 1 FROM order_parts_due)
        OR (store_id, order_id) NOT IN (SELECT store_id, order_id FROM order_parts_due))
      UNION ALL
      SELECT r.order_id, r.store_id, r.place, r.id, r.label, r.total, r.total_tax
      FROM order_parts_due d JOIN order_parts_read r ON r.store_id = d.store_id AND r.order_id = d.order_id
      WHERE r.list = 'coupon_lines') p;

-- Meta data of orders, one row per entry; value is text, or JSON for objects and lists.
CREATE VIEW order_meta AS
SELECT p.store_id, (SELECT s.name FROM stores s WHERE s.id = p.store_id) AS store, p.order_id, p.id, p.label AS key,
       coalesce(p.name, (SELECT r.raw ->> (p.place || '.value') FROM records r
        WHERE r.store_id = p.store_id AND r.resource = 'orders' AND r.id = p.order_id AND r.slug = '')) AS value
FROM (SELECT order_id, store_id, place, id, label, name
      FROM order_parts_kept WHERE list = 'meta_data' AND (NOT EXISTS (SELECT 1 FROM order_parts_due)
        OR (store_id, order_id) NOT IN (SELECT store_id, order_id FROM order_parts_due))
      UNION ALL
      SELECT r.order_id, r.store_id, r.place, r.id, r.label, r.name
      FROM order_parts_due d JOIN order_parts_read r ON r.store_id = d.store_id AND r.order_id = d.order_id
      WHERE r.list = 'meta_data') p;

-- Fees of orders.
CREATE VIEW order_fees AS
SELECT p.store_id, (SELECT s.name FROM stores s WHERE s.id = p.store_id) AS store, p.order_id, p.id, p.name, p.total,
       p.total_tax, p.label AS tax_status,
       (SELECT r.raw -> (p.place) FROM records r
        WHERE r.store_id = p.store_id AND r.resource = 'orders' AND r.id = p.order_id AND r.slug = '') AS raw
FROM (SELECT order_id, store_id, place, id, label, name, total, total_tax
      FROM order_parts_kept WHERE list = 'fee_lines' AND (NOT EXISTS (SELECT 1 FROM order_parts_due)
        OR (store_id, order_id) NOT IN (SELECT store_id, order_id FROM order_parts_due))
      UNION ALL
      SELECT r.order_id, r.store_id, r.place, r.id, r.label, r.name, r.total, r.total_tax
      FROM order_parts_due d JOIN order_parts_read r ON r.store_id = d.store_id AND r.order_id = d.order_id
      WHERE r.list = 'fee_lines') p;

-- Meta data of order lines, one row per entry; value is text, or JSON for objects and lists.
CREATE VIEW order_item_meta AS
SELECT p.store_id, (SELECT s.name FROM stores s WHERE s.id = p.store_id) AS store, p.order_id, p.item_id, p.id, p.key,
       coalesce(p.value, (SELECT r.raw ->> (p.place || '.value') FROM records r
        WHERE r.store_id = p.store_id AND r.resource = 'orders' AND r.id = p.order_id AND r.slug = '')) AS value
FROM (SELECT * FROM order_parts_item_meta_kept
      WHERE (store_id, order_id) NOT IN (SELECT store_id, order_id FROM order_parts_due)
      UNION ALL
      SELECT r.* FROM order_parts_due d
      JOIN order_parts_item_meta_read r ON r.store_id = d.store_id AND r.order_id = d.order_id) p;

-- Notes of orders, as far as the mirror reads them.
CREATE VIEW order_notes AS
SELECT r.store_id, s.name AS store, r.id, r.parent_id AS order_id, r.raw ->> '$.author' AS author, r.raw ->> '$.note' AS note,
       r.raw ->> '$.customer_note' AS customer_note, r.date_created_gmt, r.seen_at, r.raw
FROM stores s CROSS JOIN records r ON r.store_id = s.id
WHERE r.resource = 'order_notes';

-- Refunds of orders; amounts are positive.
CREATE VIEW refunds AS
SELECT r.store_id, s.name AS store, r.id, r.parent_id AS order_id, r.raw ->> '$.amount' AS amount, r.raw ->> '$.reason' AS reason,
       r.raw ->> '$.refunded_by' AS refunded_by, r.raw ->> '$.refunded_payment' AS refunded_payment, r.date_created_gmt, r.seen_at, r.raw
FROM stores s CROSS JOIN records r ON r.store_id = s.id
WHERE r.resource = 'refunds';

-- Lines of refunds; quantities and totals are negative, as the store writes them.
CREATE VIEW refund_items AS
SELECT r.store_id, s.name AS store, r.id AS refund_id, r.parent_id AS order_id, i.value ->> '$.id' AS id, i.value ->> '$.name' AS name,
       i.value ->> '$.product_id' AS product_id, i.value ->> '$.variation_id' AS variation_id, i.value ->> '$.sku' AS sku,
       i.value ->> '$.quantity' AS quantity, i.value ->> '$.total' AS total, i.value ->> '$.total_tax' AS total_tax, i.value AS raw
FROM stores s CROSS JOIN records r ON r.store_id = s.id, json_each(r.raw, '$.line_items') i
WHERE r.resource = 'refunds';

-- Products outside the trash.
CREATE VIEW products AS
SELECT r.store_id, s.name AS store, r.id, r.raw ->> '$.name' AS name, r.raw ->> '$.slug' AS slug, r.raw ->> '$.type' AS type, r.status,
       r.raw ->> '$.sku' AS sku, r.raw ->> '$.price' AS price, r.raw ->> '$.regular_price' AS regular_price,
       r.raw ->> '$.sale_price' AS sale_price, r.raw ->> '$.on_sale' AS on_sale, r.raw ->> '$.manage_stock' AS manage_stock,
       r.raw ->> '$.stock_quantity' AS stock_quantity, r.raw ->> '$.stock_status' AS stock_status,
       r.raw ->> '$.backorders' AS backorders, r.raw ->> '$.total_sales' AS total_sales, r.raw ->> '$.weight' AS weight,
       r.raw ->> '$.tax_class' AS tax_class, r.raw ->> '$.parent_id' AS parent_id, r.raw ->> '$.permalink' AS permalink,
       r.date_created_gmt, r.date_modified_gmt, r.seen_at, r.raw
FROM stores s CROSS JOIN records r ON r.store_id = s.id
WHERE r.resource = 'products' AND r.status <> 'trash';

-- Variations of products outside the trash.
CREATE VIEW variations AS
SELECT r.store_id, s.name AS store, r.id, r.parent_id AS product_id, r.status, r.raw ->> '$.sku' AS sku, r.raw ->> '$.price' AS price,
       r.raw ->> '$.regular_price' AS regular_price, r.raw ->> '$.sale_price' AS sale_price, r.raw ->> '$.on_sale' AS on_sale,
       r.raw ->> '$.manage_stock' AS manage_stock, r.raw ->> '$.stock_quantity' AS stock_quantity,
       r.raw ->> '$.stock_status' AS stock_status, r.raw ->> '$.weight' AS weight,
       r.date_created_gmt, r.date_modified_gmt, r.seen_at, r.raw
FROM stores s CROSS JOIN records r ON r.store_id = s.id
WHERE r.resource = 'variations' AND r.status <> 'trash';

-- Attributes that tell a variation from its sisters.
CREATE VIEW variation_attributes AS
SELECT r.store_id, s.name AS store, r.id AS variation_id, r.parent_id AS product_id, a.value ->> '$.id' AS id,
       a.value ->> '$.name' AS name, a.value ->> '$.option' AS option
FROM stores s CROSS JOIN records r ON r.store_id = s.id, json_each(r.raw, '$.attributes') a
WHERE r.resource = 'variations' AND r.status <> 'trash';

-- Meta data of products, one row per entry; value is text, or JSON for objects and lists.
CREATE VIEW product_meta AS
SELECT r.store_id, s.name AS store, r.id AS product_id, m.value ->> '$.id' AS id, m.value ->> '$.key' AS key, m.value ->> '$.value' AS value
FROM stores s CROSS JOIN records r ON r.store_id = s.id, json_each(r.raw, '$.meta_data') m
WHERE r.resource = 'products' AND r.status <> 'trash';

-- Which categories a product is in.
CREATE VIEW product_in_category AS
SELECT r.store_id, s.name AS store, r.id AS product_id, c.value ->> '$.id' AS category_id, c.value ->> '$.name' AS category
FROM stores s CROSS JOIN records r ON r.store_id = s.id, json_each(r.raw, '$.categories') c
WHERE r.resource = 'products' AND r.status <> 'trash';

-- Product categories.
CREATE VIEW product_categories AS
SELECT r.store_id, s.name AS store, r.id, r.raw ->> '$.name' AS name, r.raw ->> '$.slug' AS slug, r.raw ->> '$.parent' AS parent_id,
       r.raw ->> '$.count' AS count, r.raw
FROM stores s CROSS JOIN records r ON r.store_id = s.id
WHERE r.resource = 'product_categories';

-- Product tags.
CREATE VIEW product_tags AS
SELECT r.store_id, s.name AS store, r.id, r.raw ->> '$.name' AS name, r.raw ->> '$.slug' AS slug, r.raw ->> '$.count' AS count, r.raw
FROM stores s CROSS JOIN records r ON r.store_id = s.id
WHERE r.resource = 'product_tags';

-- Product attributes, the ones defined for the whole store.
CREATE VIEW product_attributes AS
SELECT r.store_id, s.name AS store, r.id, r.raw ->> '$.name' AS name, r.raw ->> '$.slug' AS slug, r.raw ->> '$.type' AS type, r.raw
FROM stores s CROSS JOIN records r ON r.store_id = s.id
WHERE r.resource = 'product_attributes';

-- Values of the store's product attributes.
CREATE VIEW product_attribute_terms AS
SELECT r.store_id, s.name AS store, r.id, r.parent_id AS attribute_id, r.raw ->> '$.name' AS name, r.raw ->> '$.slug' AS slug,
       r.raw ->> '$.menu_order' AS menu_order, r.raw ->> '$.count' AS count, r.raw
FROM stores s CROSS JOIN records r ON r.store_id = s.id
WHERE r.resource = 'product_attribute_terms';

-- Customers, users of every role among them.
CREATE VIEW customers AS
SELECT r.store_id, s.name AS store, r.id, r.raw ->> '$.email' AS email, r.raw ->> '$.first_name' AS first_name,
       r.raw ->> '$.last_name' AS last_name, r.raw ->> '$.username' AS username, r.raw ->> '$.role' AS role,
       r.raw ->> '$.is_paying_customer' AS is_paying_customer, r.raw ->> '$.billing.company' AS billing_company,
       r.raw ->> '$.billing.phone' AS billing_phone, r.raw ->> '$.billing.city' AS billing_city,
       r.raw ->> '$.billing.country' AS billing_country, r.date_created_gmt, r.date_modified_gmt, r.seen_at, r.raw
FROM stores s CROSS JOIN records r ON r.store_id = s.id
WHERE r.resource = 'customers';

-- Meta data of customers, one row per entry; value is text, or JSON for objects and lists.
CREATE VIEW customer_meta AS
SELECT r.store_id, s.name AS store, r.id AS customer_id, m.value ->> '$.id' AS id, m.value ->> '$.key' AS key, m.value ->> '$.value' AS value
FROM stores s CROSS JOIN records r ON r.store_id = s.id, json_each(r.raw, '$.meta_data') m
WHERE r.resource = 'customers';

-- Coupons outside the trash.
CREATE VIEW coupons AS
SELECT r.store_id, s.name AS store, r.id, r.raw ->> '$.code' AS code, r.status, r.raw ->> '$.amount' AS amount,
       r.raw ->> '$.discount_type' AS discount_type, r.raw ->> '$.usage_count' AS usage_count, r.raw ->> '$.usage_limit' AS usage_limit,
       r.raw ->> '$.date_expires_gmt' AS date_expires_gmt, r.date_created_gmt, r.date_modified_gmt, r.seen_at, r.raw
FROM stores s CROSS JOIN records r ON r.store_id = s.id
WHERE r.resource = 'coupons' AND r.status <> 'trash';

-- Tax rates.
CREATE VIEW tax_rates AS
SELECT r.store_id, s.name AS store, r.id, r.raw ->> '$.country' AS country, r.raw ->> '$.state' AS state, r.raw ->> '$.rate' AS rate,
       r.raw ->> '$.name' AS name, r.raw ->> '$.class' AS class, r.raw ->> '$.priority' AS priority, r.raw ->> '$.compound' AS compound,
       r.raw ->> '$.shipping' AS shipping, r.raw
FROM stores s CROSS JOIN records r ON r.store_id = s.id
WHERE r.resource = 'taxes';

-- Shipping zones; zone 0 is the rest of the world.
CREATE VIEW shipping_zones AS
SELECT r.store_id, s.name AS store, r.id, r.raw ->> '$.name' AS name, r.raw ->> '$."order"' AS position, r.raw
FROM stores s CROSS JOIN records r ON r.store_id = s.id
WHERE r.resource = 'shipping_zones';

-- Shipping methods of zones.
CREATE VIEW shipping_zone_methods AS
SELECT r.store_id, s.name AS store, r.id, r.parent_id AS zone_id, r.raw ->> '$.method_id' AS method_id, r.raw ->> '$.title' AS title,
       r.raw ->> '$.enabled' AS enabled, r.raw
FROM stores s CROSS JOIN records r ON r.store_id = s.id
WHERE r.resource = 'shipping_zone_methods';

-- Payment gateways of the store.
CREATE VIEW payment_gateways AS
SELECT r.store_id, s.name AS store, r.slug AS id, r.raw ->> '$.title' AS title, r.raw ->> '$.enabled' AS enabled,
       r.raw ->> '$.method_title' AS method_title, r.raw
FROM stores s CROSS JOIN records r ON r.store_id = s.id
WHERE r.resource = 'payment_gateways';

-- Order statuses the store knows, plugins' among them.
CREATE VIEW order_statuses AS
SELECT r.store_id, s.name AS store, r.slug, r.raw ->> '$.name' AS name
FROM stores s CROSS JOIN records r ON r.store_id = s.id
WHERE r.resource = 'order_statuses';

-- Settings of the store that decide how orders read: money, taxes, addresses.
CREATE VIEW settings AS
SELECT r.store_id, s.name AS store, r.slug AS id, r.raw ->> '$.label' AS label, r.raw ->> '$.value' AS value, r.raw
FROM stores s CROSS JOIN records r ON r.store_id = s.id
WHERE r.resource = 'settings';

-- Fulfilments of orders, as far as the mirror reads them.
CREATE VIEW fulfillments AS
SELECT r.store_id, s.name AS store, r.id, r.parent_id AS order_id, r.status, CAST(r.raw ->> '$.is_fulfilled' AS INTEGER) AS is_fulfilled,
       (SELECT m.value ->> '$.value' FROM json_each(r.raw, '$.meta_data') m WHERE m.value ->> '$.key' = '_shipment_provider') AS shipment_provider,
       (SELECT m.value ->> '$.value' FROM json_each(r.raw, '$.meta_data') m WHERE m.value ->> '$.key' = '_tracking_number') AS tracking_number,
       (SELECT m.value ->> '$.value' FROM json_each(r.raw, '$.meta_data') m WHERE m.value ->> '$.key' = '_tracking_url') AS tracking_url,
       r.raw ->> '$.date_updated' AS date_updated, r.seen_at, r.raw
FROM stores s CROSS JOIN records r ON r.store_id = s.id
WHERE r.resource = 'fulfillments';

-- Pieces in fulfilments; item_id is the line of the order.
CREATE VIEW fulfillment_items AS
SELECT r.store_id, s.name AS store, r.id AS fulfillment_id, r.parent_id AS order_id, i.value ->> '$.item_id' AS item_id, i.value ->> '$.qty' AS quantity
FROM stores s CROSS JOIN records r ON r.store_id = s.id, json_each(r.raw, '$.meta_data') m, json_each(m.value, '$.value') i
WHERE r.resource = 'fulfillments' AND m.value ->> '$.key' = '_items';
