-- +goose Up
-- Named readers of the log of changes (waybill changes consumers).
CREATE TABLE consumers (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT    NOT NULL,
    group_id   INTEGER REFERENCES store_groups (id) ON DELETE CASCADE, -- the group whose changes it reads; empty: of all stores
    store_id   INTEGER REFERENCES stores (id) ON DELETE CASCADE,       -- the store it is confined to; empty: to none
    resources  TEXT    NOT NULL DEFAULT '',  -- the kinds of records it reads, with blanks between; empty: all
    seq        INTEGER NOT NULL,             -- every change up to this number was acknowledged
    idle       INTEGER NOT NULL DEFAULT 0,   -- seconds of silence after which it is forgotten; 0: never
    created_at TEXT    NOT NULL,             -- UTC
    seen_at    TEXT    NOT NULL DEFAULT '',  -- UTC, to the minute: when it last read
    acked_at   TEXT    NOT NULL DEFAULT ''   -- UTC: when it last acknowledged
);
CREATE UNIQUE INDEX consumers_by_name ON consumers (COALESCE(group_id, 0), name);
CREATE INDEX consumers_by_store ON consumers (store_id) WHERE store_id IS NOT NULL;

-- +goose Down
DROP TABLE consumers;
