-- +goose Up
CREATE TABLE connections (
    id         text COLLATE "C" PRIMARY KEY,
    group_id   bigint REFERENCES store_groups (id) ON DELETE CASCADE,
    home_url   text COLLATE "C" NOT NULL,
    name       text COLLATE "C" NOT NULL DEFAULT '',
    scopes     text COLLATE "C" NOT NULL DEFAULT '',
    home       text COLLATE "C" NOT NULL DEFAULT '',
    return_url text COLLATE "C" NOT NULL DEFAULT '',
    state_hash bytea NOT NULL UNIQUE,
    sealed     bytea,
    state      text COLLATE "C" NOT NULL,
    reason     text COLLATE "C" NOT NULL DEFAULT '',
    why        text COLLATE "C" NOT NULL DEFAULT '',
    next       text COLLATE "C" NOT NULL DEFAULT '',
    notes      text COLLATE "C" NOT NULL DEFAULT '[]',
    store_id   bigint REFERENCES stores (id) ON DELETE CASCADE,
    created_at text COLLATE "C" NOT NULL,
    expires_at text COLLATE "C" NOT NULL,
    arrived_at text COLLATE "C" NOT NULL DEFAULT '',
    done_at    text COLLATE "C" NOT NULL DEFAULT '',
    busy_until text COLLATE "C" NOT NULL DEFAULT ''
);
CREATE INDEX connections_by_store ON connections (store_id) WHERE store_id IS NOT NULL;

-- +goose Down
DROP TABLE connections;
