-- What is known of the registries.
--
-- Words in braces differ between the databases and are filled in by store/dialect.rs: {id} a row's number, {bytes} and
-- {text} byte strings and texts that compare byte by byte, {clustered} the end of a table that is its own index,
-- {unknown_last} the order of an index in which what is not known comes last.
-- Times are milliseconds since 1970 unless a remark says otherwise. Digests are packed by store/codec.rs.

CREATE TABLE registries (
    id {id},
    name {text} NOT NULL UNIQUE,
    url TEXT NOT NULL,
    -- When its catalog was last read to the end.
    catalog_at BIGINT
);

CREATE TABLE repositories (
    id {id},
    registry_id BIGINT NOT NULL REFERENCES registries (id) ON DELETE CASCADE,
    name {text} NOT NULL,
    -- 1 where the catalog names it, 0 where somebody opened it by its name.
    in_catalog BIGINT NOT NULL DEFAULT 0,
    -- Tags of images, and tags that only carry signatures and the like.
    n_tags BIGINT NOT NULL DEFAULT 0,
    n_attached BIGINT NOT NULL DEFAULT 0,
    -- Bytes of all that its tags lead to, each blob once.
    size BIGINT,
    last_pushed BIGINT,
    -- When its tags were last listed to the end, and when the last complete scan began.
    listed_at BIGINT,
    scanned_at BIGINT,
    UNIQUE (registry_id, name)
);

-- The same blob may lie in many repositories; its size is the same everywhere.
CREATE TABLE blobs (
    id {id},
    digest {bytes} NOT NULL UNIQUE,
    size BIGINT NOT NULL
);

-- Which platforms something runs on, as one text; most tags share a few of them.
CREATE TABLE platform_sets (
    id {id},
    platforms {text} NOT NULL UNIQUE
);

-- Manifests belong to a repository, because whether a child is there is a property of the repository.
CREATE TABLE manifests (
    id {id},
    repository_id BIGINT NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
    digest {bytes} NOT NULL,
    -- 1 where the registry will say the same tomorrow.
    settled BIGINT NOT NULL,
    -- The length of the manifest itself.
    bytes BIGINT NOT NULL,
    subject {bytes},
    -- Labels and annotations as lines of name=value, for the search.
    labels TEXT,
    -- What lists tell of it: see store/compact.rs.
    summary TEXT NOT NULL,
    UNIQUE (repository_id, digest)
);

CREATE INDEX manifests_by_subject ON manifests (repository_id, subject) WHERE subject IS NOT NULL;
CREATE INDEX manifests_by_digest ON manifests (digest);

-- Position 0 is the configuration, the layers follow.
CREATE TABLE manifest_blobs (
    manifest_id BIGINT NOT NULL REFERENCES manifests (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    blob_id BIGINT NOT NULL REFERENCES blobs (id),
    PRIMARY KEY (manifest_id, position)
) {clustered};

CREATE INDEX manifest_blobs_by_blob ON manifest_blobs (blob_id);

-- A child may be missing, so it is named by its digest.
CREATE TABLE manifest_children (
    manifest_id BIGINT NOT NULL REFERENCES manifests (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    child {bytes} NOT NULL,
    PRIMARY KEY (manifest_id, position)
) {clustered};

CREATE INDEX manifest_children_by_child ON manifest_children (child);

CREATE TABLE tags (
    id {id},
    repository_id BIGINT NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
    name {text} NOT NULL,
    -- Compares as the names do in natural order.
    sort_key {bytes} NOT NULL,
    -- Absent where the tag could not be read, or was not read yet.
    manifest_id BIGINT REFERENCES manifests (id),
    -- Numbers of store/codec.rs.
    kind BIGINT NOT NULL,
    state BIGINT NOT NULL,
    -- Microseconds since 1970.
    created BIGINT,
    size BIGINT,
    -- How many platforms, times 2^32, and the number of the set: see store/platforms.rs.
    platforms BIGINT,
    pushed_at BIGINT,
    pulled_at BIGINT,
    -- When the registry last said where the tag is; 0 where it was not asked yet.
    seen_at BIGINT NOT NULL,
    -- The digest of the image that this tag carries a signature or the like for, and what it carries.
    attached_to {bytes},
    attached BIGINT,
    -- The state in a sentence, where there is no manifest.
    detail TEXT,
    UNIQUE (repository_id, name)
);

CREATE INDEX tags_by_name ON tags (repository_id, sort_key) WHERE attached_to IS NULL;
CREATE INDEX tags_by_created ON tags (repository_id, created {unknown_last}, sort_key {unknown_last}) WHERE attached_to IS NULL;
CREATE INDEX tags_by_size ON tags (repository_id, size {unknown_last}, sort_key {unknown_last}) WHERE attached_to IS NULL;
CREATE INDEX tags_by_platforms ON tags (repository_id, platforms {unknown_last}, sort_key {unknown_last}) WHERE attached_to IS NULL;
CREATE INDEX tags_by_push ON tags (repository_id, pushed_at {unknown_last}, sort_key {unknown_last}) WHERE attached_to IS NULL;
CREATE INDEX tags_by_pull ON tags (repository_id, pulled_at {unknown_last}, sort_key {unknown_last}) WHERE attached_to IS NULL;
CREATE INDEX tags_by_manifest ON tags (manifest_id);
CREATE INDEX tags_attached ON tags (repository_id, attached_to) WHERE attached_to IS NOT NULL;
CREATE INDEX tags_unread ON tags (repository_id) WHERE seen_at = 0;

CREATE TABLE scans (
    id {id},
    registry_id BIGINT NOT NULL REFERENCES registries (id) ON DELETE CASCADE,
    -- Absent for a scan of the whole registry.
    repository {text},
    -- Numbers of store/codec.rs.
    state BIGINT NOT NULL,
    n_done BIGINT NOT NULL DEFAULT 0,
    n_total BIGINT NOT NULL DEFAULT 0,
    started BIGINT NOT NULL,
    heartbeat BIGINT NOT NULL,
    finished BIGINT,
    error TEXT
);

CREATE INDEX scans_by_start ON scans (registry_id, started);
CREATE INDEX scans_running ON scans (state) WHERE finished IS NULL;

-- Who does what alone; expires by itself when its owner dies.
CREATE TABLE leases (
    name {text} NOT NULL PRIMARY KEY,
    owner TEXT NOT NULL,
    until BIGINT NOT NULL
);
