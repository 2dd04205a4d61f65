-- +goose Up
-- What happened to one record (waybill trace).
CREATE INDEX changes_by_record ON changes (store_id, resource, id);

-- +goose Down
DROP INDEX changes_by_record;
