-- +goose Up
-- What the store signs its webhooks with, encrypted; empty: none was made.
ALTER TABLE store_credentials ADD COLUMN hook BLOB;

-- Where stores send their webhooks, and how those stand.
CREATE TABLE hooks (
    store_id     INTEGER PRIMARY KEY REFERENCES stores (id) ON DELETE CASCADE,
    path         TEXT    NOT NULL UNIQUE,      -- last part of the address
    state        TEXT    NOT NULL,             -- pending, active, unreachable, paused, refused
    why          TEXT    NOT NULL DEFAULT '',  -- what is wrong, for people
    webhooks     TEXT    NOT NULL DEFAULT '[]', -- those on the store, as JSON: id, topic
    secret_sent  INTEGER NOT NULL DEFAULT 0,   -- 1: the store signs with the newest secret
    reached      INTEGER NOT NULL DEFAULT 0,   -- 1: something of the store has come since its webhooks were made
    checked_at   TEXT    NOT NULL DEFAULT '',  -- UTC: when the store was last asked for its webhooks
    rotated_at   TEXT    NOT NULL DEFAULT '',  -- UTC: when the newest secret was made
    repairs      INTEGER NOT NULL DEFAULT 0,   -- webhooks that were mended so far
    wakes        INTEGER NOT NULL DEFAULT 0,   -- deliveries that woke the store and are not read for
    pings        INTEGER NOT NULL DEFAULT 0,   -- test requests of the store so far
    refused      INTEGER NOT NULL DEFAULT 0,   -- requests with a wrong signature so far
    pinged_at    TEXT    NOT NULL DEFAULT '',  -- UTC: the last of each
    delivered_at TEXT    NOT NULL DEFAULT '',
    refused_at   TEXT    NOT NULL DEFAULT ''
);

-- Webhooks that have come from stores in the last days: what they name is read anew, and one that comes again is known.
CREATE TABLE deliveries (
    store_id    INTEGER NOT NULL, -- stores.id
    key         BLOB    NOT NULL, -- alike for the same delivery
    resource    TEXT    NOT NULL, -- the record it is about; empty: it does not say
    id          INTEGER NOT NULL,
    parent_id   INTEGER NOT NULL,
    received_at TEXT    NOT NULL, -- UTC
    taken       INTEGER NOT NULL DEFAULT 0, -- 1: the record was marked to be read
    PRIMARY KEY (store_id, key)
) WITHOUT ROWID;
CREATE INDEX deliveries_by_time ON deliveries (store_id, taken, received_at);

-- +goose Down
DROP TABLE deliveries;
DROP TABLE hooks;
ALTER TABLE store_credentials DROP COLUMN hook;
