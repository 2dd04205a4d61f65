-- +goose Up
-- The text in which people search, indexed by every three characters that stand together. The index needs the extension
-- pg_trgm, which comes with PostgreSQL. Where it is not installed, or this user may not add it, a search reads every record.
-- +goose StatementBegin
DO $$
BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    CREATE INDEX records_by_search ON records USING gin (search gin_trgm_ops);
EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported OR undefined_object THEN
    RAISE NOTICE 'searches read every record, since the extension pg_trgm cannot be added: %', SQLERRM;
END $$;
-- +goose StatementEnd

-- +goose Down
DROP INDEX IF EXISTS records_by_search;
