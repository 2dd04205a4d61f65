-- +goose Up
-- Sets of stores that are apart from each other: the tokens of one reach no store of another.
CREATE TABLE store_groups (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT NOT NULL UNIQUE, -- what a person types
    created_at TEXT NOT NULL         -- UTC
);

-- The group that a store is in (store_groups.id); empty: in none.
ALTER TABLE stores ADD COLUMN group_id INTEGER REFERENCES store_groups (id);
CREATE INDEX stores_by_group ON stores (group_id) WHERE group_id IS NOT NULL;

-- Tokens for the API. The secret of one is nowhere.
CREATE TABLE tokens (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    prefix     TEXT    NOT NULL UNIQUE,                       -- the part that may be shown
    hash       BLOB    NOT NULL,                              -- SHA-256 of the whole token
    name       TEXT    NOT NULL,                              -- what it is for
    group_id   INTEGER REFERENCES store_groups (id) ON DELETE CASCADE, -- the group it is confined to; empty: to none
    scopes     TEXT    NOT NULL,                              -- what it allows, with blanks between
    networks   TEXT    NOT NULL DEFAULT '',                   -- where it may be used from, with blanks between; empty: anywhere
    created_by TEXT    NOT NULL,                              -- who made it
    created_at TEXT    NOT NULL,                              -- UTC
    expires_at TEXT    NOT NULL DEFAULT '',                   -- UTC; empty: never
    used_at    TEXT    NOT NULL DEFAULT '',                   -- UTC, to the minute: the last use; empty: never used
    revoked_at TEXT    NOT NULL DEFAULT ''                    -- UTC; empty: it was not
);
CREATE INDEX tokens_by_group ON tokens (group_id) WHERE group_id IS NOT NULL;

-- Who did what by the API, or was refused. Reading that was allowed is not in it.
CREATE TABLE audit (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    at         TEXT    NOT NULL,            -- UTC
    actor      TEXT    NOT NULL,            -- prefix of the token, or command line; empty: nobody known
    name       TEXT    NOT NULL DEFAULT '', -- name of the token
    group_id   INTEGER NOT NULL DEFAULT 0,  -- group of the actor; 0: none
    action     TEXT    NOT NULL,            -- the operation
    object     TEXT    NOT NULL DEFAULT '', -- what it was done with
    origin     TEXT    NOT NULL DEFAULT '', -- address of who asked
    request_id TEXT    NOT NULL DEFAULT '', -- the request
    status     INTEGER NOT NULL DEFAULT 0,  -- status of the answer
    code       TEXT    NOT NULL DEFAULT '', -- code of the problem; empty: it worked
    left_out   INTEGER NOT NULL DEFAULT 0   -- entries like it that came too often before it
);
CREATE INDEX audit_by_group ON audit (group_id, seq);
CREATE INDEX audit_by_at ON audit (at);

-- +goose Down
DROP TABLE audit;
DROP TABLE tokens;
DROP INDEX stores_by_group;
ALTER TABLE stores DROP COLUMN group_id;
DROP TABLE store_groups;
