-- +goose Up

-- One row per connected store. The key that opens the store is kept apart, in store_credentials.
CREATE TABLE stores (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT NOT NULL UNIQUE,          -- what a person types
    home_url   TEXT NOT NULL UNIQUE,          -- canonical home of the shop
    rest_root  TEXT NOT NULL,                 -- where the REST API begins
    auth       TEXT NOT NULL,                 -- how the key travels: basic, query, oauth
    paused     INTEGER NOT NULL DEFAULT 0,    -- 1: nothing is asked of the store
    epoch      INTEGER NOT NULL DEFAULT 0,    -- raised by each claim; older claims can no longer write
    facts      TEXT NOT NULL DEFAULT '{}',    -- JSON: time zone, version, currency and clock as last seen
    created_at TEXT NOT NULL,                 -- UTC
    updated_at TEXT NOT NULL                  -- UTC
);

-- The key of a store, sealed with the master key, or the name of the environment variables that hold it.
CREATE TABLE store_credentials (
    store_id    INTEGER PRIMARY KEY REFERENCES stores (id) ON DELETE CASCADE,
    sealed      BLOB,                         -- encrypted; useless without the master key
    environment TEXT NOT NULL DEFAULT ''      -- prefix of the environment variables, when the key is not stored
);

-- Every record of every store as the store sent it. The views below make single resources easy to ask.
CREATE TABLE records (
    store_id          INTEGER NOT NULL,            -- stores.id
    resource          TEXT    NOT NULL,            -- orders, refunds, products, …
    id                INTEGER NOT NULL,            -- the store's identifier; 0 where the resource goes by slug
    slug              TEXT    NOT NULL DEFAULT '', -- the store's name of the record, where it has no number
    parent_id         INTEGER NOT NULL DEFAULT 0,  -- order of a refund or note, product of a variation, attribute of a term, zone of a method
    status            TEXT    NOT NULL DEFAULT '', -- the record's own status; trash: in the store's trash
    customer_id       INTEGER NOT NULL DEFAULT 0,  -- of an order; 0: guest
    date_created_gmt  TEXT,                        -- UTC, as the store writes it: 2026-11-23T10:06:08
    date_modified_gmt TEXT,                        -- UTC, likewise
    seen_at           TEXT    NOT NULL,            -- UTC, our clock: when this content was first read
    hash              BLOB    NOT NULL,            -- first 16 bytes of SHA-256 of raw
    raw               TEXT    NOT NULL             -- the record's JSON, exactly as the store sent it
);
CREATE UNIQUE INDEX records_by_key ON records (store_id, resource, id, slug);
CREATE INDEX records_by_created ON records (store_id, resource, date_created_gmt);
CREATE INDEX records_by_modified ON records (store_id, resource, date_modified_gmt);
CREATE INDEX records_by_parent ON records (store_id, resource, parent_id) WHERE parent_id <> 0;
CREATE INDEX records_by_customer ON records (store_id, customer_id) WHERE customer_id <> 0;
CREATE INDEX records_in_trash ON records (store_id, resource, id) WHERE status = 'trash';
CREATE INDEX records_by_sku ON records (store_id, raw ->> '$.sku') WHERE resource IN ('products', 'variations');
CREATE INDEX records_by_email ON records (store_id, lower(raw ->> '$.email')) WHERE resource = 'customers';
CREATE INDEX records_by_code ON records (store_id, lower(raw ->> '$.code')) WHERE resource = 'coupons';

-- What was observed to change, in order. A change is written in the transaction that writes its record.
CREATE TABLE changes (
    seq       INTEGER PRIMARY KEY AUTOINCREMENT, -- grows over all stores, never reused; gaps are normal
    store_id  INTEGER NOT NULL,
    resource  TEXT    NOT NULL,
    id        INTEGER NOT NULL,
    slug      TEXT    NOT NULL DEFAULT '',
    parent_id INTEGER NOT NULL DEFAULT 0,
    kind      TEXT    NOT NULL,                  -- created, updated, trashed, restored, deleted
    at        TEXT    NOT NULL,                  -- UTC, our clock: when it was observed
    origin    TEXT    NOT NULL DEFAULT 'foreign',-- own: the answer to a write of ours
    write_id  TEXT    NOT NULL DEFAULT ''        -- the write that caused an own change
);

-- Where the pull of a store continues, one JSON value per name.
CREATE TABLE cursors (
    store_id   INTEGER NOT NULL,
    name       TEXT    NOT NULL,
    value      TEXT    NOT NULL,
    updated_at TEXT    NOT NULL,                 -- UTC
    PRIMARY KEY (store_id, name)
) WITHOUT ROWID;

-- Records to be read again, because something hints that the mirror's copy is old.
CREATE TABLE marks (
    store_id   INTEGER NOT NULL,
    resource   TEXT    NOT NULL,
    id         INTEGER NOT NULL,                 -- 0: all children of parent_id
    parent_id  INTEGER NOT NULL,
    reason     TEXT    NOT NULL,
    attempts   INTEGER NOT NULL DEFAULT 0,
    not_before TEXT    NOT NULL DEFAULT '',      -- UTC
    PRIMARY KEY (store_id, resource, id, parent_id)
) WITHOUT ROWID;

-- How many records of each resource the mirror holds, kept by the transactions that write them.
CREATE TABLE record_counts (
    store_id INTEGER NOT NULL,
    resource TEXT    NOT NULL,
    live     INTEGER NOT NULL,
    trash    INTEGER NOT NULL,
    PRIMARY KEY (store_id, resource)
) WITHOUT ROWID;

-- One row: whether the last process closed the database, so that the next one can tell that it did not.
CREATE TABLE process (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    open INTEGER NOT NULL
);
INSERT INTO process (only, open) VALUES (1, 0);

-- +goose Down
DROP TABLE process;
DROP TABLE record_counts;
DROP TABLE marks;
DROP TABLE cursors;
DROP TABLE changes;
DROP TABLE records;
DROP TABLE store_credentials;
DROP TABLE stores;
