-- What the server keeps of those who visit it, so that every replica knows it, also after it was started again.

CREATE TABLE sessions (
    id {text} NOT NULL PRIMARY KEY,
    -- JSON.
    content TEXT NOT NULL,
    expires BIGINT NOT NULL
);

CREATE INDEX sessions_by_expiry ON sessions (expires);
