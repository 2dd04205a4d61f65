-- +goose Up
-- What stands since a time, affects stores or receivers, and needs somebody.
CREATE TABLE problems (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    kind          TEXT    NOT NULL,            -- what is wrong: shop, late, writes, subscription, …
    cause         TEXT    NOT NULL,            -- of what: a check of the doctor, an error code, …
    host          TEXT    NOT NULL DEFAULT '', -- where: the host of shops or receivers; empty: everywhere
    state         TEXT    NOT NULL,            -- open, acknowledged, ignored, resolved
    grave         INTEGER NOT NULL DEFAULT 0,  -- 1: data does not arrive or is not written
    who           TEXT    NOT NULL DEFAULT '', -- who must act: nobody, you, host, receiver
    until         TEXT    NOT NULL DEFAULT '', -- UTC: when it is known whether it has healed itself
    title         TEXT    NOT NULL DEFAULT '',
    why           TEXT    NOT NULL DEFAULT '',
    fix           TEXT    NOT NULL DEFAULT '',
    docs          TEXT    NOT NULL DEFAULT '',
    since         TEXT    NOT NULL,            -- UTC: when it began
    seen_at       TEXT    NOT NULL DEFAULT '', -- UTC: when it was last seen anew
    changed_at    TEXT    NOT NULL,            -- UTC: when its state last changed
    set_by        TEXT    NOT NULL DEFAULT '', -- who has given it its state; empty: itself
    note          TEXT    NOT NULL DEFAULT '',
    ignored_until TEXT    NOT NULL DEFAULT '', -- UTC; empty: for good
    times         INTEGER NOT NULL DEFAULT 1   -- how often it began
);
CREATE UNIQUE INDEX problems_standing ON problems (kind, cause, host) WHERE state <> 'resolved';
CREATE INDEX problems_resolved ON problems (changed_at) WHERE state = 'resolved';

-- What problems affect, and have affected.
CREATE TABLE problem_affected (
    problem_id INTEGER NOT NULL REFERENCES problems (id) ON DELETE CASCADE,
    subject    TEXT    NOT NULL,            -- its kind and number
    what       TEXT    NOT NULL,            -- store, writes, subscription, receipts, channel
    name       TEXT    NOT NULL DEFAULT '',
    store_id   INTEGER REFERENCES stores (id) ON DELETE CASCADE,
    group_id   INTEGER REFERENCES store_groups (id) ON DELETE CASCADE,
    count      INTEGER NOT NULL DEFAULT 0,  -- how many things of it; 0: itself
    since      TEXT    NOT NULL,            -- UTC
    ended_at   TEXT    NOT NULL DEFAULT '', -- UTC: when it was affected no more; empty: it is
    detail     TEXT    NOT NULL DEFAULT '', -- what was seen of it alone
    PRIMARY KEY (problem_id, subject)
) WITHOUT ROWID;
CREATE INDEX problem_affected_by_store ON problem_affected (store_id) WHERE store_id IS NOT NULL;

-- How far looking for problems has come.
CREATE TABLE problem_look (
    id     INTEGER PRIMARY KEY,
    number INTEGER NOT NULL DEFAULT 0,
    at     TEXT    NOT NULL DEFAULT '' -- UTC
);
INSERT INTO problem_look (id) VALUES (1);

CREATE INDEX writes_stuck ON writes (store_id, state) WHERE state IN ('parked', 'rejected');

-- How fresh mirrors were.
CREATE TABLE freshness (
    store_id INTEGER NOT NULL REFERENCES stores (id) ON DELETE CASCADE,
    resource TEXT    NOT NULL,            -- empty: the store as a whole
    from_at  TEXT    NOT NULL,            -- UTC
    until_at TEXT    NOT NULL DEFAULT '', -- UTC; empty: it is so still
    state    TEXT    NOT NULL,            -- on_time, late, down, waiting, first
    usual    INTEGER NOT NULL DEFAULT 0,  -- milliseconds that a pause between two looks was meant to take
    PRIMARY KEY (store_id, resource, from_at)
) WITHOUT ROWID;
CREATE INDEX freshness_now ON freshness (store_id, resource) WHERE until_at = '';
CREATE INDEX freshness_ended ON freshness (until_at) WHERE until_at <> '';

-- Through which times somebody looked how fresh mirrors are.
CREATE TABLE freshness_watched (
    from_at  TEXT PRIMARY KEY, -- UTC
    until_at TEXT NOT NULL     -- UTC
);

-- +goose Down
DROP TABLE freshness_watched;
DROP TABLE freshness;
DROP INDEX writes_stuck;
DROP TABLE problem_look;
DROP TABLE problem_affected;
DROP TABLE problems;
