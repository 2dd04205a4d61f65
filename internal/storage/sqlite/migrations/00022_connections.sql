-- +goose Up
-- Shops on their way of being connected by a key that their owner approves on the shop's own page.
CREATE TABLE connections (
    id         TEXT    PRIMARY KEY,
    group_id   INTEGER REFERENCES store_groups (id) ON DELETE CASCADE, -- the group that the store comes into; empty: none
    home_url   TEXT    NOT NULL,            -- the shop
    name       TEXT    NOT NULL DEFAULT '', -- how the store is to be called; empty: by its address
    scopes     TEXT    NOT NULL DEFAULT '', -- what it is wanted for, with blanks between
    home       TEXT    NOT NULL DEFAULT '', -- which address to use where the shop names another
    return_url TEXT    NOT NULL DEFAULT '', -- where the shop sends the browser of its owner afterwards
    state_hash BLOB    NOT NULL UNIQUE,     -- SHA-256 of the last part of the address that the key comes to
    sealed     BLOB,                        -- that part and the key, encrypted; empty once it is over
    state      TEXT    NOT NULL,            -- waiting, arrived, connected, failed
    reason     TEXT    NOT NULL DEFAULT '', -- what it failed of, in a word
    why        TEXT    NOT NULL DEFAULT '', -- the same for people
    next       TEXT    NOT NULL DEFAULT '', -- what to do
    notes      TEXT    NOT NULL DEFAULT '[]', -- what a person should know of the store, as JSON
    store_id   INTEGER REFERENCES stores (id) ON DELETE CASCADE, -- the store, once it is there
    created_at TEXT    NOT NULL,            -- UTC
    expires_at TEXT    NOT NULL,            -- UTC: until when a key may come
    arrived_at TEXT    NOT NULL DEFAULT '', -- UTC: when one came
    done_at    TEXT    NOT NULL DEFAULT '', -- UTC: when it was over
    busy_until TEXT    NOT NULL DEFAULT ''  -- UTC: until when a process works on it
);
CREATE INDEX connections_by_store ON connections (store_id) WHERE store_id IS NOT NULL;

-- +goose Down
DROP TABLE connections;
