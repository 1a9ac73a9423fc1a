-- Plans of deletions, the jobs that carry them out, what they deleted, and who did what.
--
-- Registries and repositories are named and not numbered here: what was deleted has to be told, and can be put back,
-- also when the inventory has forgotten where it was.

CREATE TABLE plans (
    id {text} NOT NULL PRIMARY KEY,
    registry {text} NOT NULL,
    repository {text} NOT NULL,
    made BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    actor TEXT NOT NULL,
    address TEXT NOT NULL,
    -- JSON of deletion/plan.rs.
    content TEXT NOT NULL
);

CREATE INDEX plans_by_expiry ON plans (expires);

CREATE TABLE jobs (
    id {text} NOT NULL PRIMARY KEY,
    -- Each plan is carried out once; absent for a job that restores.
    plan_id {text} UNIQUE,
    registry {text} NOT NULL,
    repository {text} NOT NULL,
    -- Numbers of store/jobs.rs.
    state BIGINT NOT NULL,
    asked_to_stop BIGINT NOT NULL DEFAULT 0,
    actor TEXT NOT NULL,
    address TEXT NOT NULL,
    queued BIGINT NOT NULL,
    started BIGINT,
    finished BIGINT,
    -- Why it gave up, as JSON.
    error TEXT
);

CREATE INDEX jobs_unfinished ON jobs (queued) WHERE finished IS NULL;
CREATE INDEX jobs_by_start ON jobs (queued);

CREATE TABLE job_items (
    job_id {text} NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    -- What is done, as JSON.
    step TEXT NOT NULL,
    -- 1 from the moment at which the registry may have been changed.
    begun BIGINT NOT NULL DEFAULT 0,
    -- The manifest that was put on a tag to take it off another one.
    stand_in {bytes},
    -- A number of store/jobs.rs; absent until it is known.
    outcome BIGINT,
    -- JSON.
    why TEXT,
    at BIGINT,
    PRIMARY KEY (job_id, position)
) {clustered};

CREATE TABLE trash (
    id {id},
    job_id {text} NOT NULL,
    position BIGINT NOT NULL,
    registry {text} NOT NULL,
    repository {text} NOT NULL,
    digest {bytes} NOT NULL,
    media_type TEXT NOT NULL,
    content {bytes} NOT NULL,
    -- The tags that were on it and went, with blanks between them.
    tags TEXT NOT NULL,
    -- 1 where only the tags went.
    tags_only BIGINT NOT NULL,
    deleted_at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    restored_at BIGINT,
    UNIQUE (job_id, position)
);

CREATE INDEX trash_by_time ON trash (deleted_at);
CREATE INDEX trash_by_digest ON trash (registry, repository, digest);

CREATE TABLE audit (
    id {id},
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    address TEXT NOT NULL,
    -- One word, as it is shown.
    action TEXT NOT NULL,
    registry {text} NOT NULL,
    repository {text} NOT NULL,
    -- The tag, digest, plan or job it is about.
    subject TEXT NOT NULL,
    outcome TEXT NOT NULL,
    detail TEXT NOT NULL
);

CREATE INDEX audit_by_time ON audit (at);
