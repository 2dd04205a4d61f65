-- +goose Up
-- Marks for the orders with a product were kept as if the product were the parent of orders.
UPDATE OR REPLACE marks SET resource = 'order_lines' WHERE resource = 'orders' AND id = 0 AND parent_id <> 0;

-- +goose Down
UPDATE OR REPLACE marks SET resource = 'orders' WHERE resource = 'order_lines';
