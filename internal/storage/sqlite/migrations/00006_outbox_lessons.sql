-- +goose Up

-- What sending to a store has taught about it (JSON): markers it takes away, batches it refuses, page sizes it bears.
CREATE TABLE outbox_lessons (
    store_id INTEGER PRIMARY KEY,
    lessons  TEXT NOT NULL                     -- JSON
);
-- Which record a write made or was about: a record that another write explains is not taken for this one's.
CREATE INDEX changes_by_write ON changes (write_id) WHERE write_id <> '';
CREATE INDEX writes_made ON writes (store_id, resource, record_id) WHERE record_id <> 0;

-- +goose Down
DROP INDEX changes_by_write;
DROP INDEX writes_made;
DROP TABLE outbox_lessons;
