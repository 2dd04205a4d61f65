-- +goose Up

-- Every accepted intent to change a store, and what became of it.
CREATE TABLE writes (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT, -- order of acceptance
    id          TEXT    NOT NULL UNIQUE,           -- what people and programs call it
    store_id    INTEGER NOT NULL,                  -- stores.id
    key         TEXT    NOT NULL,                  -- the caller's idempotency key
    action      TEXT    NOT NULL,                  -- create, update, delete
    resource    TEXT    NOT NULL,                  -- orders, order_notes, refunds, products, …
    record_id   INTEGER NOT NULL DEFAULT 0,        -- 0: the store has not numbered it yet
    parent_id   INTEGER NOT NULL DEFAULT 0,        -- order of a note or refund, product of a variation
    subject     TEXT    NOT NULL,                  -- writes with the same subject are sent in order
    force       INTEGER NOT NULL DEFAULT 0,        -- 1: delete for good
    body        TEXT    NOT NULL DEFAULT '',       -- JSON: the fields to write
    base        TEXT    NOT NULL DEFAULT '',       -- JSON: the record as the caller saw it
    policy      TEXT    NOT NULL,                  -- merge, reject, store, caller
    state       TEXT    NOT NULL,                  -- pending, sending, unknown, done, rejected, parked, discarded
    epoch       INTEGER NOT NULL DEFAULT 0,        -- the claim under which it was last sent
    attempts    INTEGER NOT NULL DEFAULT 0,        -- how often it was claimed to be sent
    lost        INTEGER NOT NULL DEFAULT 0,        -- how often it may have reached the store without an answer
    floor       INTEGER NOT NULL DEFAULT 0,        -- highest id on the store known before it was first sent
    accepted_at TEXT    NOT NULL,                  -- UTC, our clock
    sent_at     TEXT    NOT NULL DEFAULT '',       -- UTC, our clock; empty: never
    missed_at   TEXT    NOT NULL DEFAULT '',       -- UTC, the store's clock: first look-up in vain since it was sent
    next_at     TEXT    NOT NULL DEFAULT '',       -- UTC, our clock: not looked at before
    done_at     TEXT    NOT NULL DEFAULT '',       -- UTC, our clock: when it became final
    reason      TEXT    NOT NULL DEFAULT ''        -- JSON: why it is rejected, parked or waiting
);
CREATE UNIQUE INDEX writes_by_key ON writes (store_id, key);
CREATE INDEX writes_at_work ON writes (store_id, state, seq) WHERE state IN ('pending', 'sending', 'unknown');
CREATE INDEX writes_in_order ON writes (store_id, subject, seq) WHERE state IN ('pending', 'sending', 'unknown', 'parked');
CREATE INDEX writes_done ON writes (store_id, subject, done_at) WHERE state = 'done';

-- Who sends for a store: raised by each claim; older claims can no longer record an outcome.
CREATE TABLE outbox_claims (
    store_id INTEGER PRIMARY KEY,
    epoch    INTEGER NOT NULL
);

-- +goose Down
DROP TABLE outbox_claims;
DROP TABLE writes;
