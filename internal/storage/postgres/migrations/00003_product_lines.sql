-- +goose Up
CREATE TABLE product_lines (
    store_id   bigint NOT NULL,
    product_id bigint NOT NULL,
    resource   text COLLATE "C" NOT NULL,
    id         bigint NOT NULL,
    parent_id  bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (store_id, product_id, resource, id)
);
CREATE INDEX product_lines_by_record ON product_lines (store_id, resource, id);

-- +goose Down
DROP TABLE product_lines;
