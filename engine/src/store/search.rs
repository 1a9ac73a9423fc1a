//! Finding things by a part of their name, their label or their digest, across all registries.

use registry::summary::Kind;
use registry::{Digest, RepositoryName, Tag};
use sqlx::Row;
use sqlx::any::AnyRow;

use super::database::Statement;
use super::dialect::Dialect;
use super::{Result, Store, codec};

/// How many candidates are ranked; a text that is found more often is no good text to search for.
const CANDIDATES: i64 = 200;
/// How many repositories are put in order, of which the first are candidates.
const SORTED: i64 = 10 * CANDIDATES;
/// The shortest text that is found anywhere in a name; a shorter one is found at the beginning. The index knows groups
/// of three letters.
const SHORTEST: usize = 3;

/// Something that was found.
#[derive(Clone, Debug)]
pub(crate) struct FoundRecord {
    /// The registry's id in addresses.
    pub(crate) registry: String,
    pub(crate) repository: RepositoryName,
    /// Absent for a repository, and for a manifest that no tag is on.
    pub(crate) tag: Option<Tag>,
    pub(crate) digest: Option<Digest>,
    pub(crate) kind: Option<Kind>,
    /// The text in which it was found: a name or a label.
    pub(crate) text: String,
}

/// The numbers of the repositories in which something may be found, as a JSON array; nothing for all.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Visible<'a>(pub(crate) Option<&'a str>);

impl<'a> Visible<'a> {
    /// The condition that the number of a repository is one of them, which stand in a parameter.
    pub(super) fn condition(self, dialect: Dialect, column: &str, parameter: usize) -> String {
        self.0.map(|_| format!("AND {}", dialect.is_number_among(column, parameter))).unwrap_or_default()
    }

    /// Gives them to the query, as the last of its parameters.
    pub(super) fn bind(self, query: Statement<'a>) -> Statement<'a> {
        self.0.into_iter().fold(query, |query, visible| query.bind(visible))
    }
}

/// The patterns of a text.
struct Pattern {
    /// For `LIKE … ESCAPE '\'`, in lower case.
    exact: String,
    /// For the index of letters; absent where the text is too short for it.
    raw: Option<String>,
}

impl Pattern {
    fn of(text: &str) -> Self {
        let text = text.to_lowercase();
        let escaped = super::escape(&text);
        match text.chars().count() >= SHORTEST {
            true => Self { exact: format!("%{escaped}%"), raw: Some(format!("%{text}%")) },
            false => Self { exact: format!("{escaped}%"), raw: None },
        }
    }

    /// `table WHERE condition`, with the first parameters of a query: the exact pattern, then the raw one.
    fn matching(&self, dialect: Dialect, table: &str, column: &str) -> String {
        let exact = dialect.is_like(&format!("{table}.{column}"), 1);
        match self.raw.as_ref().and_then(|_| dialect.candidates(table, column, 2)) {
            Some(candidates) => format!("{candidates} AND {exact}"),
            None => format!("{table} WHERE {exact}"),
        }
    }

    /// The text for the second parameter, which is always given so that the others keep their numbers.
    fn raw(&self) -> &str {
        self.raw.as_deref().unwrap_or_default()
    }
}

impl Store {
    /// Repositories with a part of a name.
    pub(crate) async fn find_repositories(
        &self,
        text: &str,
        visible: Visible<'_>,
    ) -> Result<Vec<FoundRecord>> {
        let database = self.database().await?;
        let pattern = Pattern::of(text);
        let sql = format!(
            "SELECT g.name, r.name, r.name FROM ( \
                 SELECT repositories.* FROM {} AND length($2) >= 0 {} LIMIT {SORTED}) r \
             JOIN registries g ON g.id = r.registry_id ORDER BY length(r.name), r.name LIMIT $3",
            pattern.matching(database.dialect, "repositories", "name"),
            visible.condition(database.dialect, "repositories.id", 4)
        );
        let query = sqlx::query(&sql).bind(&pattern.exact).bind(pattern.raw()).bind(CANDIDATES);
        let query = visible.bind(query);
        let rows = database.all(query).await?;
        rows.iter().map(|row| found(row, false)).filter_map(Result::transpose).collect()
    }

    /// Tags with a part of a name.
    pub(crate) async fn find_tags(&self, text: &str, visible: Visible<'_>) -> Result<Vec<FoundRecord>> {
        let database = self.database().await?;
        let pattern = Pattern::of(text);
        // Cut before it is sorted and joined, so that a text that everything contains costs no more than others.
        let sql = format!(
            "SELECT g.name, r.name, t.name, t.name, m.digest, t.kind FROM ( \
                 SELECT tags.* FROM {} AND length($2) >= 0 AND tags.attached_to IS NULL {} LIMIT $3) t \
             JOIN repositories r ON r.id = t.repository_id JOIN registries g ON g.id = r.registry_id \
             LEFT JOIN manifests m ON m.id = t.manifest_id ORDER BY length(t.name), r.name, t.sort_key",
            pattern.matching(database.dialect, "tags", "name"),
            visible.condition(database.dialect, "tags.repository_id", 4)
        );
        let query = sqlx::query(&sql).bind(&pattern.exact).bind(pattern.raw()).bind(CANDIDATES);
        let query = visible.bind(query);
        let rows = database.all(query).await?;
        rows.iter().map(|row| found(row, true)).filter_map(Result::transpose).collect()
    }

    /// Tags on manifests with a part of a label, and such manifests without a tag.
    pub(crate) async fn find_labels(&self, text: &str, visible: Visible<'_>) -> Result<Vec<FoundRecord>> {
        if text.chars().count() < SHORTEST {
            return Ok(Vec::new());
        }
        let database = self.database().await?;
        let pattern = Pattern::of(text);
        let sql = format!(
            "SELECT g.name, r.name, m.labels, t.name, m.digest, t.kind FROM ( \
                 SELECT manifests.* FROM {} AND length($2) >= 0 AND manifests.labels IS NOT NULL {} LIMIT $3) m \
             JOIN repositories r ON r.id = m.repository_id JOIN registries g ON g.id = r.registry_id \
             LEFT JOIN tags t ON t.manifest_id = m.id ORDER BY r.name, t.sort_key",
            pattern.matching(database.dialect, "manifests", "labels"),
            visible.condition(database.dialect, "manifests.repository_id", 4)
        );
        let query = sqlx::query(&sql).bind(&pattern.exact).bind(pattern.raw()).bind(CANDIDATES);
        let query = visible.bind(query);
        let rows = database.all(query).await?;
        rows.iter().map(|row| found(row, true)).filter_map(Result::transpose).collect()
    }

    /// Manifests whose digest begins with some hexadecimal digits, with their tags.
    pub(crate) async fn find_manifests(
        &self,
        digits: &str,
        visible: Visible<'_>,
    ) -> Result<Vec<FoundRecord>> {
        let Some((from, to)) = codec::digest_range(digits) else { return Ok(Vec::new()) };
        let database = self.database().await?;
        let sql = format!(
            "SELECT g.name, r.name, '', t.name, m.digest, t.kind FROM ( \
                 SELECT * FROM manifests WHERE digest >= $1 AND digest <= $2 {} LIMIT $3) m \
             JOIN repositories r ON r.id = m.repository_id JOIN registries g ON g.id = r.registry_id \
             LEFT JOIN tags t ON t.manifest_id = m.id ORDER BY r.name, t.sort_key",
            visible.condition(database.dialect, "repository_id", 4)
        );
        let query = visible.bind(sqlx::query(&sql).bind(from).bind(to).bind(CANDIDATES));
        let rows = database.all(query).await?;
        rows.iter().map(|row| found(row, true)).filter_map(Result::transpose).collect()
    }

    /// Tags of images that hold a blob whose digest begins with some hexadecimal digits, by themselves or in one of
    /// their platforms.
    pub(crate) async fn find_by_blob(
        &self,
        digits: &str,
        limit: usize,
        visible: Visible<'_>,
    ) -> Result<Vec<FoundRecord>> {
        let Some((from, to)) = codec::digest_range(digits) else { return Ok(Vec::new()) };
        let database = self.database().await?;
        let sql = format!(
            "WITH holding (id, repository_id, digest) AS ( \
                       SELECT m.id, m.repository_id, m.digest FROM manifests m WHERE m.id IN ( \
                           SELECT mb.manifest_id FROM manifest_blobs mb JOIN blobs b ON b.id = mb.blob_id \
                           WHERE b.digest >= $1 AND b.digest <= $2)), \
                   whole (id) AS ( \
                       SELECT id FROM holding UNION \
                       SELECT c.manifest_id FROM holding h JOIN manifest_children c ON c.child = h.digest \
                       JOIN manifests p ON p.id = c.manifest_id AND p.repository_id = h.repository_id) \
                   SELECT g.name, r.name, '', t.name, m.digest, t.kind FROM whole \
                   JOIN tags t ON t.manifest_id = whole.id JOIN manifests m ON m.id = whole.id \
                   JOIN repositories r ON r.id = t.repository_id JOIN registries g ON g.id = r.registry_id \
                   WHERE 1 = 1 {} ORDER BY g.name, r.name, t.sort_key DESC LIMIT $3",
            visible.condition(database.dialect, "t.repository_id", 4)
        );
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let query = visible.bind(sqlx::query(&sql).bind(from).bind(to).bind(limit));
        let rows = database.all(query).await?;
        rows.iter().map(|row| found(row, true)).filter_map(Result::transpose).collect()
    }

    /// Tags of images whose first layers are all those of an image, and which have more.
    pub(crate) async fn find_built_on(
        &self,
        base: &Digest,
        limit: usize,
        visible: Visible<'_>,
    ) -> Result<Vec<FoundRecord>> {
        let database = self.database().await?;
        let sql = format!(
            "WITH base (position, blob_id) AS ( \
                       SELECT position, blob_id FROM manifest_blobs WHERE position > 0 AND manifest_id = \
                           (SELECT MIN(id) FROM manifests WHERE digest = $1)), \
                   top (position, blob_id) AS (SELECT position, blob_id FROM base ORDER BY position DESC LIMIT 1), \
                   built (id) AS ( \
                       SELECT t.manifest_id FROM manifest_blobs t \
                       JOIN top ON top.position = t.position AND top.blob_id = t.blob_id \
                       WHERE (SELECT COUNT(*) FROM manifest_blobs l JOIN base \
                              ON base.position = l.position AND base.blob_id = l.blob_id \
                              WHERE l.manifest_id = t.manifest_id) = (SELECT COUNT(*) FROM base) \
                       AND EXISTS (SELECT 1 FROM manifest_blobs l \
                              WHERE l.manifest_id = t.manifest_id AND l.position = top.position + 1)), \
                   whole (id) AS ( \
                       SELECT id FROM built UNION \
                       SELECT p.id FROM built JOIN manifests m ON m.id = built.id \
                       JOIN manifest_children c ON c.child = m.digest \
                       JOIN manifests p ON p.id = c.manifest_id AND p.repository_id = m.repository_id) \
                   SELECT g.name, r.name, '', t.name, m.digest, t.kind FROM whole \
                   JOIN tags t ON t.manifest_id = whole.id JOIN manifests m ON m.id = whole.id \
                   JOIN repositories r ON r.id = t.repository_id JOIN registries g ON g.id = r.registry_id \
                   WHERE 1 = 1 {} ORDER BY g.name, r.name, t.sort_key DESC LIMIT $2",
            visible.condition(database.dialect, "t.repository_id", 3)
        );
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let query = visible.bind(sqlx::query(&sql).bind(codec::pack(base)).bind(limit));
        let rows = database.all(query).await?;
        rows.iter().map(|row| found(row, true)).filter_map(Result::transpose).collect()
    }
}

/// Reads a row; `None` for names that none can have.
pub(super) fn found(row: &AnyRow, has_tag: bool) -> Result<Option<FoundRecord>> {
    let Ok(repository) = row.try_get::<String, _>(1)?.parse() else { return Ok(None) };
    let mut record = FoundRecord {
        registry: row.try_get(0)?,
        repository,
        tag: None,
        digest: None,
        kind: None,
        text: row.try_get(2)?,
    };
    if has_tag {
        let tag: Option<String> = row.try_get(3)?;
        let digest: Option<Vec<u8>> = row.try_get(4)?;
        record.tag = tag.and_then(|it| it.parse().ok());
        record.digest = digest.as_deref().and_then(codec::unpack);
        record.kind = row.try_get::<Option<i64>, _>(5)?.map(codec::kind);
    }
    Ok(Some(record))
}
