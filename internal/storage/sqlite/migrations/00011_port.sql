-- +goose Up
-- When each task of each store is due. Earlier versions made this table beside the migrations.
CREATE TABLE IF NOT EXISTS engine_calendar (
    task     TEXT    NOT NULL,
    store_id INTEGER NOT NULL,
    due_at   INTEGER NOT NULL,
    wakes    INTEGER NOT NULL DEFAULT 0,
    answered INTEGER NOT NULL DEFAULT 0,
    failures INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (task, store_id)
) WITHOUT ROWID;

-- When each task of each store is due, and which process does it. Times are milliseconds since 1970, our clock.
CREATE TABLE calendar (
    store_id   INTEGER NOT NULL REFERENCES stores (id) ON DELETE CASCADE,
    task       TEXT    NOT NULL,           -- pull, push
    due_at     INTEGER,                    -- empty: only when woken
    wakes      INTEGER NOT NULL DEFAULT 0, -- how often it was woken so far
    answered   INTEGER NOT NULL DEFAULT 0, -- how much of that a run has answered
    failures   INTEGER NOT NULL DEFAULT 0, -- runs in a row that failed
    run        INTEGER NOT NULL DEFAULT 0, -- number of the next run
    queued_at  INTEGER,                    -- when a job was queued for it; empty: none was
    holder     TEXT    NOT NULL DEFAULT '',-- process that does it; empty: none
    held_until INTEGER,                    -- when that ends by itself
    report     TEXT    NOT NULL DEFAULT '',-- JSON: what the last run left for whoever follows
    PRIMARY KEY (store_id, task)
) WITHOUT ROWID;
CREATE INDEX calendar_by_due ON calendar (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX calendar_by_holder ON calendar (holder) WHERE holder <> '';
INSERT INTO calendar (store_id, task, due_at, wakes, answered, failures)
SELECT store_id, task, CASE WHEN due_at < 9223372036854775807 THEN due_at END, wakes, answered, failures FROM engine_calendar
WHERE store_id IN (SELECT id FROM stores);
DROP TABLE engine_calendar;

-- What commands ask of a process that runs, and what became of it. Times are milliseconds since 1970, our clock.
CREATE TABLE errands (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    store_id INTEGER NOT NULL REFERENCES stores (id) ON DELETE CASCADE,
    task     TEXT    NOT NULL,            -- the task that is asked
    asked_at INTEGER NOT NULL,
    ask      TEXT    NOT NULL DEFAULT '', -- JSON: what is wanted
    progress TEXT    NOT NULL DEFAULT '', -- JSON: how it goes on
    answer   TEXT    NOT NULL DEFAULT '', -- JSON: how it ended
    done_at  INTEGER                      -- empty: it has not ended
);
CREATE INDEX errands_open ON errands (store_id, task) WHERE done_at IS NULL;

-- The processes that work on this database. Times are milliseconds since 1970, our clock.
CREATE TABLE workers (
    id         TEXT    PRIMARY KEY,      -- the name under which it holds turns
    host       TEXT    NOT NULL,
    pid        INTEGER NOT NULL,
    role       TEXT    NOT NULL,         -- what it was started as
    only       TEXT    NOT NULL,         -- JSON: the stores that it works for; null: all
    started_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL          -- when it last showed that it is alive
);

-- What is kept of sending to a store, beside the writes.
CREATE TABLE outboxes (
    store_id   INTEGER PRIMARY KEY REFERENCES stores (id) ON DELETE CASCADE,
    epoch      INTEGER NOT NULL DEFAULT 0,   -- raised by each claim; older claims can no longer record an outcome
    settled_at TEXT    NOT NULL DEFAULT '',  -- UTC, our clock: when the outcome of a write was last stored
    lessons    TEXT    NOT NULL DEFAULT ''   -- JSON: markers the store takes away, batches it refuses, page sizes it bears
);
INSERT INTO outboxes (store_id, epoch, settled_at, lessons)
SELECT s.id, COALESCE(c.epoch, 0), COALESCE((SELECT MAX(done_at) FROM writes w WHERE w.store_id = s.id AND w.state = 'done'), ''),
       COALESCE(l.lessons, '')
FROM stores s LEFT JOIN outbox_claims c ON c.store_id = s.id LEFT JOIN outbox_lessons l ON l.store_id = s.id;
DROP TABLE outbox_claims;
DROP TABLE outbox_lessons;

-- Writes of stores that were removed hold what nobody needs any more: addresses of customers.
DELETE FROM writes WHERE store_id NOT IN (SELECT id FROM stores);

-- +goose Down
CREATE TABLE outbox_claims (
    store_id INTEGER PRIMARY KEY,
    epoch    INTEGER NOT NULL
);
CREATE TABLE outbox_lessons (
    store_id INTEGER PRIMARY KEY,
    lessons  TEXT NOT NULL
);
INSERT INTO outbox_claims (store_id, epoch) SELECT store_id, epoch FROM outboxes;
INSERT INTO outbox_lessons (store_id, lessons) SELECT store_id, lessons FROM outboxes WHERE lessons <> '';
DROP TABLE outboxes;
DROP TABLE workers;
DROP TABLE errands;
DROP TABLE calendar;
