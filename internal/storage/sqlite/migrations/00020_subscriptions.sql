-- +goose Up
-- Receivers that changes are sent to (waybill subscriptions).
CREATE TABLE subscriptions (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    key           TEXT    NOT NULL UNIQUE,      -- part of the ids of its events
    name          TEXT    NOT NULL,
    group_id      INTEGER REFERENCES store_groups (id) ON DELETE CASCADE, -- the group whose changes it gets; empty: of all stores
    confined      INTEGER NOT NULL DEFAULT 0,   -- 1: only those of the stores in subscription_stores
    resources     TEXT    NOT NULL DEFAULT '',  -- the kinds of records, with blanks between; empty: all
    kinds         TEXT    NOT NULL DEFAULT '',  -- the kinds of changes, with blanks between; empty: all
    filter        TEXT    NOT NULL DEFAULT '',  -- expression that a change must meet; empty: every one does
    thin          INTEGER NOT NULL DEFAULT 0,   -- 1: events are without the record
    fields        TEXT    NOT NULL DEFAULT '[]', -- JSON: the members of the record that events hold; empty: all
    sink          TEXT    NOT NULL,             -- what kind of receiver: http, file, stdout
    target        TEXT    NOT NULL,             -- where it is, without what may be secret in its address
    sealed        BLOB,                         -- address, headers, certificate and signing secrets, encrypted
    state         TEXT    NOT NULL,             -- active, paused, ended
    why           TEXT    NOT NULL DEFAULT '',  -- what is wrong, for people
    from_seq      INTEGER NOT NULL,             -- number of the change behind which it begins
    failures      INTEGER NOT NULL DEFAULT 0,   -- attempts in a row that nothing came of, of whatever event
    failing_since TEXT    NOT NULL DEFAULT '',  -- UTC: the first of them
    rest_until    TEXT    NOT NULL DEFAULT '',  -- UTC: nothing is sent before
    delivered_at  TEXT    NOT NULL DEFAULT '',  -- UTC, to the minute: when an event was last taken
    created_at    TEXT    NOT NULL              -- UTC
);
CREATE UNIQUE INDEX subscriptions_by_name ON subscriptions (COALESCE(group_id, 0), name);

-- The stores that a subscription is confined to.
CREATE TABLE subscription_stores (
    subscription_id INTEGER NOT NULL REFERENCES subscriptions (id) ON DELETE CASCADE,
    store_id        INTEGER NOT NULL REFERENCES stores (id) ON DELETE CASCADE,
    PRIMARY KEY (subscription_id, store_id)
) WITHOUT ROWID;
CREATE INDEX subscription_stores_by_store ON subscription_stores (store_id);

-- How far a subscription has looked through the changes of a store.
CREATE TABLE subscription_places (
    subscription_id INTEGER NOT NULL REFERENCES subscriptions (id) ON DELETE CASCADE,
    store_id        INTEGER NOT NULL REFERENCES stores (id) ON DELETE CASCADE,
    seq             INTEGER NOT NULL, -- number of the last change that was looked at
    PRIMARY KEY (subscription_id, store_id)
) WITHOUT ROWID;
CREATE INDEX subscription_places_by_store ON subscription_places (store_id);

-- The events of subscriptions: those on their way, and for some days those that were taken or given up.
CREATE TABLE event_deliveries (
    subscription_id INTEGER NOT NULL REFERENCES subscriptions (id) ON DELETE CASCADE,
    seq             INTEGER NOT NULL,            -- number of the change (changes.seq)
    store_id        INTEGER NOT NULL,            -- stores.id
    resource        TEXT    NOT NULL,            -- the change, as in changes
    id              INTEGER NOT NULL,
    slug            TEXT    NOT NULL DEFAULT '',
    parent_id       INTEGER NOT NULL DEFAULT 0,
    kind            TEXT    NOT NULL,
    at              TEXT    NOT NULL,
    origin          TEXT    NOT NULL,
    write_id        TEXT    NOT NULL DEFAULT '',
    hash            BLOB,
    state           TEXT    NOT NULL,            -- pending, delivered, failed
    attempts        INTEGER NOT NULL DEFAULT 0,  -- since it was last made pending
    redeliveries    INTEGER NOT NULL DEFAULT 0,  -- how often it was sent again on request
    next_at         TEXT    NOT NULL DEFAULT '', -- UTC: when it is tried next
    done_at         TEXT    NOT NULL DEFAULT '', -- UTC: when it was taken or given up
    status          INTEGER NOT NULL DEFAULT 0,  -- status of the last answer; 0: none came
    error           TEXT    NOT NULL DEFAULT '', -- why the last attempt failed
    took            INTEGER NOT NULL DEFAULT 0,  -- milliseconds of the last attempt
    PRIMARY KEY (subscription_id, seq)
);
CREATE INDEX event_deliveries_pending ON event_deliveries (subscription_id, store_id, seq) WHERE state = 'pending';
CREATE INDEX event_deliveries_failed ON event_deliveries (subscription_id, seq) WHERE state = 'failed';
CREATE INDEX event_deliveries_by_store ON event_deliveries (store_id, done_at);

-- +goose Down
DROP TABLE event_deliveries;
DROP TABLE subscription_places;
DROP TABLE subscription_stores;
DROP TABLE subscriptions;
