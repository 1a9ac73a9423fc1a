-- What has happened, as replicas tell each other. A file has one server, which remembers it by itself.

CREATE TABLE events (
    -- Microseconds since 1970, or the next number where that was given already.
    id BIGINT NOT NULL PRIMARY KEY,
    -- The id of the event before it; 0 for the first.
    previous BIGINT NOT NULL,
    -- JSON.
    content TEXT NOT NULL
);
