-- +goose Up

-- Views over records, with the names, columns and values that SQLite's have. A column has one type here, so whatever a
-- store or a plugin puts into a member must have a place in it: what is no number is NULL in a column of numbers, and no
-- question fails for one record.

-- +goose StatementBegin
CREATE FUNCTION waybill_int(value text) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN value ~ '^-?[0-9]{1,18}$' THEN value::bigint END
$$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION waybill_number(value text) RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN value ~ '^-?[0-9]{1,100}(\.[0-9]{1,100})?([eE][-+]?[0-9]{1,2})?$' THEN value::numeric END
$$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION waybill_flag(value text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE value WHEN 'true' THEN 1 WHEN 'false' THEN 0 WHEN '1' THEN 1 WHEN '0' THEN 0 END
$$;
-- +goose StatementEnd
-- The elements of a list, or the values of an object; no rows for anything else.
-- +goose StatementBegin
CREATE FUNCTION waybill_each(list json) RETURNS SETOF json LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 5 AS $$
    SELECT value FROM json_array_elements(CASE json_typeof(list) WHEN 'array' THEN list END)
    UNION ALL
    SELECT value FROM json_each(CASE json_typeof(list) WHEN 'object' THEN list END)
$$;
-- +goose StatementEnd

-- Orders outside the trash.
CREATE VIEW orders AS
SELECT r.store_id, s.name AS store, r.id, r.raw ->> 'number' AS number, waybill_int(r.raw ->> 'parent_id') AS parent_id, r.status,
       r.raw ->> 'currency' AS currency, r.raw ->> 'total' AS total, r.raw ->> 'total_tax' AS total_tax,
       r.raw ->> 'cart_tax' AS cart_tax, r.raw ->> 'shipping_total' AS shipping_total, r.raw ->> 'shipping_tax' AS shipping_tax,
       r.raw ->> 'discount_total' AS discount_total, r.raw ->> 'discount_tax' AS discount_tax,
       waybill_flag(r.raw ->> 'prices_include_tax') AS prices_include_tax,
       r.date_created_gmt, r.date_modified_gmt, r.raw ->> 'date_paid_gmt' AS date_paid_gmt,
       r.raw ->> 'date_completed_gmt' AS date_completed_gmt, r.raw ->> 'date_created' AS date_created,
       r.customer_id, r.raw -> 'billing' ->> 'email' AS billing_email, r.raw -> 'billing' ->> 'first_name' AS billing_first_name,
       r.raw -> 'billing' ->> 'last_name' AS billing_last_name, r.raw -> 'billing' ->> 'company' AS billing_company,
       r.raw -> 'billing' ->> 'phone' AS billing_phone, r.raw -> 'billing' ->> 'city' AS billing_city,
       r.raw -> 'billing' ->> 'postcode' AS billing_postcode, r.raw -> 'billing' ->> 'country' AS billing_country,
       r.raw -> 'shipping' ->> 'first_name' AS shipping_first_name, r.raw -> 'shipping' ->> 'last_name' AS shipping_last_name,
       r.raw -> 'shipping' ->> 'city' AS shipping_city, r.raw -> 'shipping' ->> 'postcode' AS shipping_postcode,
       r.raw -> 'shipping' ->> 'country' AS shipping_country,
       r.raw ->> 'payment_method' AS payment_method, r.raw ->> 'payment_method_title' AS payment_method_title,
       r.raw ->> 'transaction_id' AS transaction_id, r.raw ->> 'created_via' AS created_via,
       r.raw ->> 'customer_note' AS customer_note, r.seen_at, r.raw
FROM records r JOIN stores s ON s.id = r.store_id
WHERE r.resource = 'orders' AND r.status <> 'trash';

-- Lines of orders: what was sold.
CREATE VIEW order_items AS
SELECT r.store_id, s.name AS store, r.id AS order_id, waybill_int(i.value ->> 'id') AS id, i.value ->> 'name' AS name,
       waybill_int(i.value ->> 'product_id') AS product_id, waybill_int(i.value ->> 'variation_id') AS variation_id, i.value ->> 'sku' AS sku,
       waybill_number(i.value ->> 'quantity') AS quantity, waybill_number(i.value ->> 'price') AS price, i.value ->> 'subtotal' AS subtotal,
       i.value ->> 'subtotal_tax' AS subtotal_tax, i.value ->> 'total' AS total, i.value ->> 'total_tax' AS total_tax,
       i.value ->> 'tax_class' AS tax_class, i.value AS raw
FROM records r JOIN stores s ON s.id = r.store_id, waybill_each(r.raw -> 'line_items') i (value)
WHERE r.resource = 'orders' AND r.status <> 'trash';

-- Meta data of order lines, one row per entry; value is text, or JSON for objects and lists.
CREATE VIEW order_item_meta AS
SELECT i.store_id, i.store, i.order_id, i.id AS item_id, waybill_int(m.value ->> 'id') AS id, m.value ->> 'key' AS key,
       m.value ->> 'value' AS value
FROM order_items i, waybill_each(i.raw -> 'meta_data') m (value);

-- Fees of orders.
CREATE VIEW order_fees AS
SELECT r.store_id, s.name AS store, r.id AS order_id, waybill_int(i.value ->> 'id') AS id, i.value ->> 'name' AS name,
       i.value ->> 'total' AS total, i.value ->> 'total_tax' AS total_tax, i.value ->> 'tax_status' AS tax_status, i.value AS raw
FROM records r JOIN stores s ON s.id = r.store_id, waybill_each(r.raw -> 'fee_lines') i (value)
WHERE r.resource = 'orders' AND r.status <> 'trash';

-- Shipping lines of orders.
CREATE VIEW order_shipping AS
SELECT r.store_id, s.name AS store, r.id AS order_id, waybill_int(i.value ->> 'id') AS id, i.value ->> 'method_id' AS method_id,
       i.value ->> 'instance_id' AS instance_id, i.value ->> 'method_title' AS method_title,
       i.value ->> 'total' AS total, i.value ->> 'total_tax' AS total_tax, i.value AS raw
FROM records r JOIN stores s ON s.id = r.store_id, waybill_each(r.raw -> 'shipping_lines') i (value)
WHERE r.resource = 'orders' AND r.status <> 'trash';

-- Tax lines of orders.
CREATE VIEW order_taxes AS
SELECT r.store_id, s.name AS store, r.id AS order_id, waybill_int(i.value ->> 'id') AS id, waybill_int(i.value ->> 'rate_id') AS rate_id,
       i.value ->> 'rate_code' AS rate_code, i.value ->> 'label' AS label, waybill_number(i.value ->> 'rate_percent') AS rate_percent,
       i.value ->> 'tax_total' AS tax_total, i.value ->> 'shipping_tax_total' AS shipping_tax_total, i.value AS raw
FROM records r JOIN stores s ON s.id = r.store_id, waybill_each(r.raw -> 'tax_lines') i (value)
WHERE r.resource = 'orders' AND r.status <> 'trash';

-- Coupons used in orders.
CREATE VIEW order_coupons AS
SELECT r.store_id, s.name AS store, r.id AS order_id, waybill_int(i.value ->> 'id') AS id, i.value ->> 'code' AS code,
       i.value ->> 'discount' AS discount, i.value ->> 'discount_tax' AS discount_tax, i.value AS raw
FROM records r JOIN stores s ON s.id = r.store_id, waybill_each(r.raw -> 'coupon_lines') i (value)
WHERE r.resource = 'orders' AND r.status <> 'trash';

-- Meta data of orders, one row per entry; value is text, or JSON for objects and lists.
CREATE VIEW order_meta AS
SELECT r.store_id, s.name AS store, r.id AS order_id, waybill_int(m.value ->> 'id') AS id, m.value ->> 'key' AS key,
       m.value ->> 'value' AS value
FROM records r JOIN stores s ON s.id = r.store_id, waybill_each(r.raw -> 'meta_data') m (value)
WHERE r.resource = 'orders' AND r.status <> 'trash';

-- Notes of orders, as far as the mirror reads them.
CREATE VIEW order_notes AS
SELECT r.store_id, s.name AS store, r.id, r.parent_id AS order_id, r.raw ->> 'author' AS author, r.raw ->> 'note' AS note,
       waybill_flag(r.raw ->> 'customer_note') AS customer_note, r.date_created_gmt, r.seen_at, r.raw
FROM records r JOIN stores s ON s.id = r.store_id
WHERE r.resource = 'order_notes';

-- Refunds of orders; amounts are positive.
CREATE VIEW refunds AS
SELECT r.store_id, s.name AS store, r.id, r.parent_id AS order_id, r.raw ->> 'amount' AS amount, r.raw ->> 'reason' AS reason,
       waybill_int(r.raw ->> 'refunded_by') AS refunded_by, waybill_flag(r.raw ->> 'refunded_payment') AS refunded_payment, r.date_created_gmt, r.seen_at, r.raw
FROM records r JOIN stores s ON s.id = r.store_id
WHERE r.resource = 'refunds';

-- Lines of refunds; quantities and totals are negative, as the store writes them.
CREATE VIEW refund_items AS
SELECT r.store_id, s.name AS store, r.id AS refund_id, r.parent_id AS order_id, waybill_int(i.value ->> 'id') AS id, i.value ->> 'name' AS name,
       waybill_int(i.value ->> 'product_id') AS product_id, waybill_int(i.value ->> 'variation_id') AS variation_id, i.value ->> 'sku' AS sku,
       waybill_number(i.value ->> 'quantity') AS quantity, i.value ->> 'total' AS total, i.value ->> 'total_tax' AS total_tax, i.value AS raw
FROM records r JOIN stores s ON s.id = r.store_id, waybill_each(r.raw -> 'line_items') i (value)
WHERE r.resource = 'refunds';

-- Products outside the trash.
CREATE VIEW products AS
SELECT r.store_id, s.name AS store, r.id, r.raw ->> 'name' AS name, r.raw ->> 'slug' AS slug, r.raw ->> 'type' AS type, r.status,
       r.raw ->> 'sku' AS sku, r.raw ->> 'price' AS price, r.raw ->> 'regular_price' AS regular_price,
       r.raw ->> 'sale_price' AS sale_price, waybill_flag(r.raw ->> 'on_sale') AS on_sale, waybill_flag(r.raw ->> 'manage_stock') AS manage_stock,
       waybill_number(r.raw ->> 'stock_quantity') AS stock_quantity, r.raw ->> 'stock_status' AS stock_status,
       r.raw ->> 'backorders' AS backorders, waybill_number(r.raw ->> 'total_sales') AS total_sales, r.raw ->> 'weight' AS weight,
       r.raw ->> 'tax_class' AS tax_class, waybill_int(r.raw ->> 'parent_id') AS parent_id, r.raw ->> 'permalink' AS permalink,
       r.date_created_gmt, r.date_modified_gmt, r.seen_at, r.raw
FROM records r JOIN stores s ON s.id = r.store_id
WHERE r.resource = 'products' AND r.status <> 'trash';

-- Variations of products outside the trash.
CREATE VIEW variations AS
SELECT r.store_id, s.name AS store, r.id, r.parent_id AS product_id, r.status, r.raw ->> 'sku' AS sku, r.raw ->> 'price' AS price,
       r.raw ->> 'regular_price' AS regular_price, r.raw ->> 'sale_price' AS sale_price, waybill_flag(r.raw ->> 'on_sale') AS on_sale,
       CASE r.raw ->> 'manage_stock' WHEN 'true' THEN '1' WHEN 'false' THEN '0' ELSE r.raw ->> 'manage_stock' END AS manage_stock, waybill_number(r.raw ->> 'stock_quantity') AS stock_quantity,
       r.raw ->> 'stock_status' AS stock_status, r.raw ->> 'weight' AS weight,
       r.date_created_gmt, r.date_modified_gmt, r.seen_at, r.raw
FROM records r JOIN stores s ON s.id = r.store_id
WHERE r.resource = 'variations' AND r.status <> 'trash';

-- Attributes that tell a variation from its sisters.
CREATE VIEW variation_attributes AS
SELECT r.store_id, s.name AS store, r.id AS variation_id, r.parent_id AS product_id, waybill_int(a.value ->> 'id') AS id,
       a.value ->> 'name' AS name, a.value ->> 'option' AS option
FROM records r JOIN stores s ON s.id = r.store_id, waybill_each(r.raw -> 'attributes') a (value)
WHERE r.resource = 'variations' AND r.status <> 'trash';

-- Meta data of products, one row per entry; value is text, or JSON for objects and lists.
CREATE VIEW product_meta AS
SELECT r.store_id, s.name AS store, r.id AS product_id, waybill_int(m.value ->> 'id') AS id, m.value ->> 'key' AS key, m.value ->> 'value' AS value
FROM records r JOIN stores s ON s.id = r.store_id, waybill_each(r.raw -> 'meta_data') m (value)
WHERE r.resource = 'products' AND r.status <> 'trash';

-- Which categories a product is in.
CREATE VIEW product_in_category AS
SELECT r.store_id, s.name AS store, r.id AS product_id, waybill_int(c.value ->> 'id') AS category_id, c.value ->> 'name' AS category
FROM records r JOIN stores s ON s.id = r.store_id, waybill_each(r.raw -> 'categories') c (value)
WHERE r.resource = 'products' AND r.status <> 'trash';

-- Product categories.
CREATE VIEW product_categories AS
SELECT r.store_id, s.name AS store, r.id, r.raw ->> 'name' AS name, r.raw ->> 'slug' AS slug, waybill_int(r.raw ->> 'parent') AS parent_id,
       waybill_int(r.raw ->> 'count') AS count, r.raw
FROM records r JOIN stores s ON s.id = r.store_id
WHERE r.resource = 'product_categories';

-- Product tags.
CREATE VIEW product_tags AS
SELECT r.store_id, s.name AS store, r.id, r.raw ->> 'name' AS name, r.raw ->> 'slug' AS slug, waybill_int(r.raw ->> 'count') AS count, r.raw
FROM records r JOIN stores s ON s.id = r.store_id
WHERE r.resource = 'product_tags';

-- Product attributes, the ones defined for the whole store.
CREATE VIEW product_attributes AS
SELECT r.store_id, s.name AS store, r.id, r.raw ->> 'name' AS name, r.raw ->> 'slug' AS slug, r.raw ->> 'type' AS type, r.raw
FROM records r JOIN stores s ON s.id = r.store_id
WHERE r.resource = 'product_attributes';

-- Values of the store's product attributes.
CREATE VIEW product_attribute_terms AS
SELECT r.store_id, s.name AS store, r.id, r.parent_id AS attribute_id, r.raw ->> 'name' AS name, r.raw ->> 'slug' AS slug,
       waybill_int(r.raw ->> 'menu_order') AS menu_order, waybill_int(r.raw ->> 'count') AS count, r.raw
FROM records r JOIN stores s ON s.id = r.store_id
WHERE r.resource = 'product_attribute_terms';

-- Customers, users of every role among them.
CREATE VIEW customers AS
SELECT r.store_id, s.name AS store, r.id, r.raw ->> 'email' AS email, r.raw ->> 'first_name' AS first_name,
       r.raw ->> 'last_name' AS last_name, r.raw ->> 'username' AS username, r.raw ->> 'role' AS role,
       waybill_flag(r.raw ->> 'is_paying_customer') AS is_paying_customer, r.raw -> 'billing' ->> 'company' AS billing_company,
       r.raw -> 'billing' ->> 'phone' AS billing_phone, r.raw -> 'billing' ->> 'city' AS billing_city,
       r.raw -> 'billing' ->> 'country' AS billing_country, r.date_created_gmt, r.date_modified_gmt, r.seen_at, r.raw
FROM records r JOIN stores s ON s.id = r.store_id
WHERE r.resource = 'customers';

-- Meta data of customers, one row per entry; value is text, or JSON for objects and lists.
CREATE VIEW customer_meta AS
SELECT r.store_id, s.name AS store, r.id AS customer_id, waybill_int(m.value ->> 'id') AS id, m.value ->> 'key' AS key, m.value ->> 'value' AS value
FROM records r JOIN stores s ON s.id = r.store_id, waybill_each(r.raw -> 'meta_data') m (value)
WHERE r.resource = 'customers';

-- Coupons outside the trash.
CREATE VIEW coupons AS
SELECT r.store_id, s.name AS store, r.id, r.raw ->> 'code' AS code, r.status, r.raw ->> 'amount' AS amount,
       r.raw ->> 'discount_type' AS discount_type, waybill_int(r.raw ->> 'usage_count') AS usage_count, waybill_int(r.raw ->> 'usage_limit') AS usage_limit,
       r.raw ->> 'date_expires_gmt' AS date_expires_gmt, r.date_created_gmt, r.date_modified_gmt, r.seen_at, r.raw
FROM records r JOIN stores s ON s.id = r.store_id
WHERE r.resource = 'coupons' AND r.status <> 'trash';

-- Tax rates.
CREATE VIEW tax_rates AS
SELECT r.store_id, s.name AS store, r.id, r.raw ->> 'country' AS country, r.raw ->> 'state' AS state, r.raw ->> 'rate' AS rate,
       r.raw ->> 'name' AS name, r.raw ->> 'class' AS class, waybill_int(r.raw ->> 'priority') AS priority, waybill_flag(r.raw ->> 'compound') AS compound,
       waybill_flag(r.raw ->> 'shipping') AS shipping, r.raw
FROM records r JOIN stores s ON s.id = r.store_id
WHERE r.resource = 'taxes';

-- Shipping zones; zone 0 is the rest of the world.
CREATE VIEW shipping_zones AS
SELECT r.store_id, s.name AS store, r.id, r.raw ->> 'name' AS name, waybill_int(r.raw ->> 'order') AS position, r.raw
FROM records r JOIN stores s ON s.id = r.store_id
WHERE r.resource = 'shipping_zones';

-- Shipping methods of zones.
CREATE VIEW shipping_zone_methods AS
SELECT r.store_id, s.name AS store, r.id, r.parent_id AS zone_id, r.raw ->> 'method_id' AS method_id, r.raw ->> 'title' AS title,
       waybill_flag(r.raw ->> 'enabled') AS enabled, r.raw
FROM records r JOIN stores s ON s.id = r.store_id
WHERE r.resource = 'shipping_zone_methods';

-- Payment gateways of the store.
CREATE VIEW payment_gateways AS
SELECT r.store_id, s.name AS store, r.slug AS id, r.raw ->> 'title' AS title, waybill_flag(r.raw ->> 'enabled') AS enabled,
       r.raw ->> 'method_title' AS method_title, r.raw
FROM records r JOIN stores s ON s.id = r.store_id
WHERE r.resource = 'payment_gateways';

-- Order statuses the store knows, plugins' among them.
CREATE VIEW order_statuses AS
SELECT r.store_id, s.name AS store, r.slug, r.raw ->> 'name' AS name
FROM records r JOIN stores s ON s.id = r.store_id
WHERE r.resource = 'order_statuses';

-- Settings of the store that decide how orders read: money, taxes, addresses.
CREATE VIEW settings AS
SELECT r.store_id, s.name AS store, r.slug AS id, r.raw ->> 'label' AS label, r.raw ->> 'value' AS value, r.raw
FROM records r JOIN stores s ON s.id = r.store_id
WHERE r.resource = 'settings';

-- Fulfilments of orders, as far as the mirror reads them.
CREATE VIEW fulfillments AS
SELECT r.store_id, s.name AS store, r.id, r.parent_id AS order_id, r.status, waybill_flag(r.raw ->> 'is_fulfilled') AS is_fulfilled,
       (SELECT m.value ->> 'value' FROM waybill_each(r.raw -> 'meta_data') m (value) WHERE m.value ->> 'key' = '_shipment_provider' LIMIT 1) AS shipment_provider,
       (SELECT m.value ->> 'value' FROM waybill_each(r.raw -> 'meta_data') m (value) WHERE m.value ->> 'key' = '_tracking_number' LIMIT 1) AS tracking_number,
       (SELECT m.value ->> 'value' FROM waybill_each(r.raw -> 'meta_data') m (value) WHERE m.value ->> 'key' = '_tracking_url' LIMIT 1) AS tracking_url,
       r.raw ->> 'date_updated' AS date_updated, r.seen_at, r.raw
FROM records r JOIN stores s ON s.id = r.store_id
WHERE r.resource = 'fulfillments';

-- Pieces in fulfilments; item_id is the line of the order.
CREATE VIEW fulfillment_items AS
SELECT r.store_id, s.name AS store, r.id AS fulfillment_id, r.parent_id AS order_id, waybill_int(i.value ->> 'item_id') AS item_id, waybill_number(i.value ->> 'qty') AS quantity
FROM records r JOIN stores s ON s.id = r.store_id, waybill_each(r.raw -> 'meta_data') m (value), waybill_each(m.value -> 'value') i (value)
WHERE r.resource = 'fulfillments' AND m.value ->> 'key' = '_items';

-- +goose Down
DROP VIEW fulfillment_items;
DROP VIEW fulfillments;
DROP VIEW settings;
DROP VIEW order_statuses;
DROP VIEW payment_gateways;
DROP VIEW shipping_zone_methods;
DROP VIEW shipping_zones;
DROP VIEW tax_rates;
DROP VIEW coupons;
DROP VIEW customer_meta;
DROP VIEW customers;
DROP VIEW product_attribute_terms;
DROP VIEW product_attributes;
DROP VIEW product_tags;
DROP VIEW product_categories;
DROP VIEW product_in_category;
DROP VIEW product_meta;
DROP VIEW variation_attributes;
DROP VIEW variations;
DROP VIEW products;
DROP VIEW refund_items;
DROP VIEW refunds;
DROP VIEW order_notes;
DROP VIEW order_meta;
DROP VIEW order_coupons;
DROP VIEW order_taxes;
DROP VIEW order_shipping;
DROP VIEW order_fees;
DROP VIEW order_item_meta;
DROP VIEW order_items;
DROP VIEW orders;
DROP FUNCTION waybill_each;
DROP FUNCTION waybill_flag;
DROP FUNCTION waybill_number;
DROP FUNCTION waybill_int;
