-- +goose Up
-- People who may sign in to the pages of waybill serve.
CREATE TABLE users (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    email        TEXT    NOT NULL UNIQUE,     -- names the user; in small letters
    name         TEXT    NOT NULL DEFAULT '', -- how the user is called
    role         TEXT    NOT NULL,            -- viewer, operator, administrator
    group_id     INTEGER REFERENCES store_groups (id) ON DELETE CASCADE, -- the group the user is confined to; empty: to none
    password     TEXT    NOT NULL DEFAULT '', -- Argon2id hash of the password with its parameters; empty: there is none
    totp         BLOB,                        -- what the codes of the user's device are made of, encrypted; empty: none
    totp_step    INTEGER NOT NULL DEFAULT 0,  -- period of the last code that was taken
    subject      TEXT    NOT NULL DEFAULT '', -- who the user is for the OpenID provider; empty: it never signed the user in
    created_by   TEXT    NOT NULL DEFAULT '', -- who made the user
    created_at   TEXT    NOT NULL,            -- UTC
    signed_in_at TEXT    NOT NULL DEFAULT ''  -- UTC: the last sign-in; empty: there was none
);
CREATE UNIQUE INDEX users_by_subject ON users (subject) WHERE subject <> '';
CREATE INDEX users_by_group ON users (group_id) WHERE group_id IS NOT NULL;

-- Browsers in which users are signed in.
CREATE TABLE user_sessions (
    hash       BLOB    PRIMARY KEY,         -- SHA-256 of what the browser bears
    user_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE, -- users.id
    how        TEXT    NOT NULL,            -- what the user signed in by
    origin     TEXT    NOT NULL DEFAULT '', -- address that the user signed in from
    agent      TEXT    NOT NULL DEFAULT '', -- how the browser called itself
    created_at TEXT    NOT NULL,            -- UTC
    seen_at    TEXT    NOT NULL,            -- UTC, to the minute: the last request
    expires_at TEXT    NOT NULL             -- UTC: when it ends at the latest
) WITHOUT ROWID;
CREATE INDEX user_sessions_by_user ON user_sessions (user_id);

-- Passkeys of users: their public keys.
CREATE TABLE user_passkeys (
    id         BLOB    PRIMARY KEY,         -- what the device calls it
    user_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE, -- users.id
    name       TEXT    NOT NULL DEFAULT '', -- how the user calls it
    site       TEXT    NOT NULL DEFAULT '', -- name of the server that it was made for
    credential TEXT    NOT NULL,            -- the public key with what is needed to check a signature, as JSON
    created_at TEXT    NOT NULL,            -- UTC
    used_at    TEXT    NOT NULL DEFAULT ''  -- UTC: the last sign-in with it; empty: there was none
) WITHOUT ROWID;
CREATE INDEX user_passkeys_by_user ON user_passkeys (user_id);

-- What is good for one use: links that were given to people, and sign-ins between their two steps.
CREATE TABLE user_tickets (
    hash       BLOB    PRIMARY KEY,         -- SHA-256 of what its bearer shows
    purpose    TEXT    NOT NULL,            -- what it is good for
    user_id    INTEGER REFERENCES users (id) ON DELETE CASCADE, -- whom it is for (users.id); empty: nobody yet
    data       BLOB,                        -- what the second step needs of the first
    created_by TEXT    NOT NULL DEFAULT '', -- who made it
    created_at TEXT    NOT NULL,            -- UTC
    expires_at TEXT    NOT NULL             -- UTC
) WITHOUT ROWID;
CREATE INDEX user_tickets_by_user ON user_tickets (user_id) WHERE user_id IS NOT NULL;

-- How many sign-ins failed lately, by address and by user.
CREATE TABLE sign_in_attempts (
    key   TEXT    PRIMARY KEY, -- whose they are
    count INTEGER NOT NULL,    -- how many
    at    TEXT    NOT NULL     -- UTC: the last one
) WITHOUT ROWID;

-- +goose Down
DROP TABLE sign_in_attempts;
DROP TABLE user_tickets;
DROP TABLE user_passkeys;
DROP TABLE user_sessions;
DROP TABLE users;
