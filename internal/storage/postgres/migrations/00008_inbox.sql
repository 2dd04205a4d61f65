-- +goose Up
ALTER TABLE store_credentials ADD COLUMN hook bytea;

CREATE TABLE hooks (
    store_id     bigint PRIMARY KEY REFERENCES stores (id) ON DELETE CASCADE,
    path         text COLLATE "C" NOT NULL UNIQUE,
    state        text COLLATE "C" NOT NULL,
    why          text COLLATE "C" NOT NULL DEFAULT '',
    webhooks     text COLLATE "C" NOT NULL DEFAULT '[]',
    secret_sent  bigint NOT NULL DEFAULT 0,
    reached      bigint NOT NULL DEFAULT 0,
    checked_at   text COLLATE "C" NOT NULL DEFAULT '',
    rotated_at   text COLLATE "C" NOT NULL DEFAULT '',
    repairs      bigint NOT NULL DEFAULT 0,
    wakes        bigint NOT NULL DEFAULT 0,
    pings        bigint NOT NULL DEFAULT 0,
    refused      bigint NOT NULL DEFAULT 0,
    pinged_at    text COLLATE "C" NOT NULL DEFAULT '',
    delivered_at text COLLATE "C" NOT NULL DEFAULT '',
    refused_at   text COLLATE "C" NOT NULL DEFAULT ''
);

CREATE TABLE deliveries (
    store_id    bigint NOT NULL,
    key         bytea NOT NULL,
    resource    text COLLATE "C" NOT NULL,
    id          bigint NOT NULL,
    parent_id   bigint NOT NULL,
    received_at text COLLATE "C" NOT NULL,
    taken       bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (store_id, key)
);
CREATE INDEX deliveries_by_time ON deliveries (store_id, taken, received_at);

-- +goose Down
DROP TABLE deliveries;
DROP TABLE hooks;
ALTER TABLE store_credentials DROP COLUMN hook;
