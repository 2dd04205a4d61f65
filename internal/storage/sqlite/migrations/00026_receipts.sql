-- +goose Up
-- What receivers have of records (waybill receipts): one row for each record and receiver.
CREATE TABLE receipts (
    number          INTEGER PRIMARY KEY AUTOINCREMENT, -- by the time at which it was first known
    store_id        INTEGER NOT NULL,            -- stores.id
    resource        TEXT    NOT NULL,            -- the record
    id              INTEGER NOT NULL,
    subscription_id INTEGER REFERENCES subscriptions (id) ON DELETE CASCADE, -- who has it; empty: a consumer
    consumer_id     INTEGER REFERENCES consumers (id) ON DELETE CASCADE,     -- who has it; empty: a subscription
    reference       TEXT    NOT NULL DEFAULT '', -- what the receiver calls the record
    seq             INTEGER NOT NULL DEFAULT 0,  -- number of the change that it had taken; 0: not known
    sent_at         TEXT    NOT NULL DEFAULT '', -- UTC: when it first took a change of the record
    given_at        TEXT    NOT NULL DEFAULT '', -- UTC: when it said that it has the record; empty: it has not
    lacked_at       TEXT    NOT NULL DEFAULT '', -- UTC: when a list of it lacked the record
    unsent          INTEGER NOT NULL DEFAULT 0,  -- 1: it was never sent the record
    instead         TEXT    NOT NULL DEFAULT ''  -- the record that it named when it took this one
);
CREATE UNIQUE INDEX receipts_by_record ON receipts (store_id, resource, id, COALESCE(subscription_id, 0), COALESCE(consumer_id, 0));
CREATE INDEX receipts_by_subscription ON receipts (subscription_id, number) WHERE subscription_id IS NOT NULL;
CREATE INDEX receipts_by_consumer ON receipts (consumer_id, number) WHERE consumer_id IS NOT NULL;
CREATE INDEX receipts_missing ON receipts (subscription_id, store_id, sent_at) WHERE given_at = '' AND sent_at <> '';
CREATE INDEX receipts_by_reference ON receipts (lower(reference)) WHERE reference <> '';
CREATE INDEX receipts_given ON receipts (store_id, given_at) WHERE given_at <> '';

-- How long a receiver may take to give a receipt for what it was sent, in seconds; 0: it need not give any.
ALTER TABLE subscriptions ADD COLUMN receipt_within INTEGER NOT NULL DEFAULT 0;

-- Links that show the way of one order to whoever has them (waybill trace --link).
CREATE TABLE trace_links (
    id         TEXT    PRIMARY KEY,         -- names it to who looks after links
    hash       BLOB    NOT NULL UNIQUE,     -- SHA-256 of its token
    group_id   INTEGER REFERENCES store_groups (id) ON DELETE CASCADE, -- the group whose receivers it shows; empty: everybody's
    store_id   INTEGER NOT NULL REFERENCES stores (id) ON DELETE CASCADE,
    order_id   INTEGER NOT NULL,            -- the order that it shows
    created_by TEXT    NOT NULL DEFAULT '', -- who made it
    created_at TEXT    NOT NULL,            -- UTC
    expires_at TEXT    NOT NULL             -- UTC
);
CREATE INDEX trace_links_by_store ON trace_links (store_id);

-- +goose Down
DROP TABLE trace_links;
ALTER TABLE subscriptions DROP COLUMN receipt_within;
DROP TABLE receipts;
