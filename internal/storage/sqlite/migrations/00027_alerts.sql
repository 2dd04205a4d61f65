-- +goose Up
-- Where people are told of problems.
CREATE TABLE alert_channels (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    name          TEXT    NOT NULL UNIQUE,
    kind          TEXT    NOT NULL,            -- mail, slack, hook, heartbeat
    target        TEXT    NOT NULL DEFAULT '', -- where it leads, without what may be secret
    sealed        BLOB,                        -- how it is reached, encrypted
    grave         INTEGER NOT NULL DEFAULT 0,  -- 1: only grave problems are told
    every         INTEGER NOT NULL DEFAULT 0,  -- milliseconds between two calls of a heartbeat, or two messages at least
    look          INTEGER NOT NULL DEFAULT 0,  -- number of the look up to which it was decided what to tell
    next_at       TEXT    NOT NULL DEFAULT '', -- UTC: when that is done next, or a heartbeat is called
    failures      INTEGER NOT NULL DEFAULT 0,  -- attempts in a row that nothing came of
    failing_since TEXT    NOT NULL DEFAULT '', -- UTC: the first of them
    why           TEXT    NOT NULL DEFAULT '', -- why the last one failed
    sent_at       TEXT    NOT NULL DEFAULT '', -- UTC: when a message was last taken
    created_at    TEXT    NOT NULL             -- UTC
);

-- What channels were last told of problems.
CREATE TABLE alert_told (
    channel_id INTEGER NOT NULL REFERENCES alert_channels (id) ON DELETE CASCADE,
    problem_id INTEGER NOT NULL REFERENCES problems (id) ON DELETE CASCADE,
    state      TEXT    NOT NULL,            -- open, resolved
    at         TEXT    NOT NULL,            -- UTC
    before     TEXT    NOT NULL DEFAULT '', -- UTC: when the message before that was told
    PRIMARY KEY (channel_id, problem_id)
) WITHOUT ROWID;
CREATE INDEX alert_told_by_problem ON alert_told (problem_id);

-- Messages on their way to channels, and what became of them.
CREATE TABLE alerts (
    id         TEXT    PRIMARY KEY, -- the same at every attempt
    channel_id INTEGER NOT NULL REFERENCES alert_channels (id) ON DELETE CASCADE,
    subject    TEXT    NOT NULL,
    text       TEXT    NOT NULL,
    body       TEXT    NOT NULL,            -- the same for programs, as JSON
    state      TEXT    NOT NULL,            -- pending, sent, failed
    attempts   INTEGER NOT NULL DEFAULT 0,
    created_at TEXT    NOT NULL,            -- UTC
    next_at    TEXT    NOT NULL DEFAULT '', -- UTC: when it is tried next
    busy_until TEXT    NOT NULL DEFAULT '', -- UTC: until when a process sends it
    done_at    TEXT    NOT NULL DEFAULT '', -- UTC: when it was taken or given up
    error      TEXT    NOT NULL DEFAULT ''  -- why the last attempt failed
);
CREATE INDEX alerts_pending ON alerts (channel_id, created_at, id) WHERE state = 'pending';
CREATE INDEX alerts_by_channel ON alerts (channel_id, created_at, id);
CREATE INDEX alerts_done ON alerts (done_at) WHERE state <> 'pending';

-- +goose Down
DROP TABLE alerts;
DROP TABLE alert_told;
DROP TABLE alert_channels;
