-- Who may do what besides the configuration, API tokens, and what the owners of sessions may know of them.

-- Sessions are found by the hash of their id from now on, so that who reads this table has none of them.
DELETE FROM sessions;

-- `local:alice`; nothing for a session in which nobody signed in.
ALTER TABLE sessions ADD COLUMN who {text};
ALTER TABLE sessions ADD COLUMN began BIGINT;
ALTER TABLE sessions ADD COLUMN seen BIGINT;
ALTER TABLE sessions ADD COLUMN address {text};
ALTER TABLE sessions ADD COLUMN agent {text};

CREATE INDEX sessions_by_who ON sessions (who);

CREATE TABLE api_tokens (
    id {id},
    -- SHA-256; the token itself is not kept.
    hash {bytes} NOT NULL UNIQUE,
    name {text} NOT NULL,
    owner {text} NOT NULL,
    -- JSON: the groups of the owner when they last signed in.
    owner_groups TEXT NOT NULL,
    role {text} NOT NULL,
    scope {text} NOT NULL,
    made BIGINT NOT NULL,
    expires BIGINT,
    used BIGINT,
    used_from {text}
);

CREATE INDEX api_tokens_by_owner ON api_tokens (owner);

CREATE TABLE grants (
    id {id},
    role {text} NOT NULL,
    who {text} NOT NULL,
    scope {text} NOT NULL,
    given_by {text} NOT NULL,
    given_at BIGINT NOT NULL,
    UNIQUE (role, who, scope)
);
