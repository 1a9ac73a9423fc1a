-- Parts of names and labels, found through their groups of three letters. The texts stay in their own tables.

CREATE VIRTUAL TABLE repositories_text USING fts5 (name, content = 'repositories', content_rowid = 'id', tokenize = 'trigram', detail = 'none');
CREATE TRIGGER repositories_text_insert AFTER INSERT ON repositories BEGIN
    INSERT INTO repositories_text (rowid, name) VALUES (new.id, new.name);
END;
CREATE TRIGGER repositories_text_delete AFTER DELETE ON repositories BEGIN
    INSERT INTO repositories_text (repositories_text, rowid, name) VALUES ('delete', old.id, old.name);
END;

CREATE VIRTUAL TABLE tags_text USING fts5 (name, content = 'tags', content_rowid = 'id', tokenize = 'trigram', detail = 'none');
CREATE TRIGGER tags_text_insert AFTER INSERT ON tags WHEN new.attached_to IS NULL BEGIN
    INSERT INTO tags_text (rowid, name) VALUES (new.id, new.name);
END;
CREATE TRIGGER tags_text_delete AFTER DELETE ON tags WHEN old.attached_to IS NULL BEGIN
    INSERT INTO tags_text (tags_text, rowid, name) VALUES ('delete', old.id, old.name);
END;

CREATE VIRTUAL TABLE manifests_text USING fts5 (labels, content = 'manifests', content_rowid = 'id', tokenize = 'trigram', detail = 'none');
CREATE TRIGGER manifests_text_insert AFTER INSERT ON manifests WHEN new.labels IS NOT NULL BEGIN
    INSERT INTO manifests_text (rowid, labels) VALUES (new.id, new.labels);
END;
CREATE TRIGGER manifests_text_delete AFTER DELETE ON manifests WHEN old.labels IS NOT NULL BEGIN
    INSERT INTO manifests_text (manifests_text, rowid, labels) VALUES ('delete', old.id, old.labels);
END;
CREATE TRIGGER manifests_text_update AFTER UPDATE OF labels ON manifests WHEN new.labels IS NOT old.labels BEGIN
    INSERT INTO manifests_text (manifests_text, rowid, labels)
        SELECT 'delete', old.id, old.labels WHERE old.labels IS NOT NULL;
    INSERT INTO manifests_text (rowid, labels) SELECT new.id, new.labels WHERE new.labels IS NOT NULL;
END;
