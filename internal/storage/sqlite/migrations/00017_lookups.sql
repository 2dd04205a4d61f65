-- +goose Up
-- What records are looked up by stands in columns that are written with the record: picking it out of the JSON again, once
-- for each index, took longer than keeping the record.
DROP INDEX records_by_sku;
DROP INDEX records_by_email;
DROP INDEX records_by_code;
DROP INDEX records_by_order_number;
DROP INDEX records_by_billing_email;
DROP INDEX records_of_orders;
DROP VIEW orders;
ALTER TABLE records DROP COLUMN order_total;

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

-- +goose Down
DROP VIEW orders;
DROP INDEX records_of_orders;
DROP INDEX records_by_billing_email;
DROP INDEX records_by_lookup;
ALTER TABLE records DROP COLUMN lookup;
ALTER TABLE records DROP COLUMN billing_email;
ALTER TABLE records DROP COLUMN order_total;
ALTER TABLE records ADD COLUMN order_total TEXT
    GENERATED ALWAYS AS (iif(resource = 'orders', raw ->> '$.total', NULL)) VIRTUAL;
CREATE INDEX records_of_orders ON records (date_created_gmt, status, store_id, resource, id, slug, order_total, customer_id)
    WHERE resource = 'orders' AND status <> 'trash';
CREATE INDEX records_by_sku ON records (store_id, raw ->> '$.sku') WHERE resource IN ('products', 'variations');
CREATE INDEX records_by_email ON records (store_id, lower(raw ->> '$.email')) WHERE resource = 'customers';
CREATE INDEX records_by_code ON records (store_id, lower(raw ->> '$.code')) WHERE resource = 'coupons';
CREATE INDEX records_by_order_number ON records (store_id, raw ->> '$.number') WHERE resource = 'orders' AND raw ->> '$.number' <> CAST(id AS TEXT);
CREATE INDEX records_by_billing_email ON records (store_id, lower(raw ->> '$.billing.email')) WHERE resource = 'orders';
-- Orders outside the trash.
CREATE VIEW orders AS
SELECT r.store_id, s.name AS store, r.id, r.raw ->> '$.number' AS number, r.raw ->> '$.parent_id' AS parent_id, r.status,
       r.raw ->> '$.currency' AS currency, r.order_total AS total, r.raw ->> '$.total_tax' AS total_tax,
       r.raw ->> '$.cart_tax' AS cart_tax, r.raw ->> '$.shipping_total' AS shipping_total, r.raw ->> '$.shipping_tax' AS shipping_tax,
       r.raw ->> '$.discount_total' AS discount_total, r.raw ->> '$.discount_tax' AS discount_tax,
       r.raw ->> '$.prices_include_tax' AS prices_include_tax,
       r.date_created_gmt, r.date_modified_gmt, r.raw ->> '$.date_paid_gmt' AS date_paid_gmt,
       r.raw ->> '$.date_completed_gmt' AS date_completed_gmt, r.raw ->> '$.date_created' AS date_created,
       r.customer_id, r.raw ->> '$.billing.email' AS billing_email, r.raw ->> '$.billing.first_name' AS billing_first_name,
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
