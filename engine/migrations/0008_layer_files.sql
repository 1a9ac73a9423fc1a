-- What layers hold, as it was read once: a layer's content never changes.

CREATE TABLE layer_files (
    digest {bytes} NOT NULL PRIMARY KEY,
    read_at BIGINT NOT NULL,
    -- An index as the crate `layers` writes it down; absent for a layer that is damaged.
    content {bytes},
    -- What is damaged, in a sentence.
    problem TEXT
);
