-- Parts of names and labels, found through their groups of three letters. Where the extension cannot be had, whole
-- tables are read instead.

DO $$
BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    CREATE INDEX repositories_text ON repositories USING gin (lower(name) gin_trgm_ops);
    CREATE INDEX tags_text ON tags USING gin (lower(name) gin_trgm_ops) WHERE attached_to IS NULL;
    CREATE INDEX manifests_text ON manifests USING gin (lower(labels) gin_trgm_ops) WHERE labels IS NOT NULL;
EXCEPTION WHEN OTHERS THEN
    RAISE NOTICE 'pg_trgm is not available: %', SQLERRM;
END
$$;
