//! Extended headers: what POSIX adds to an archive, `27 path=usr/share/a/long/name` with the length in front.

use super::number;

/// What an extended header tells of the entry behind it, as far as it matters here.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Extended {
    pub(super) path: Option<Vec<u8>>,
    pub(super) link: Option<Vec<u8>>,
    pub(super) size: Option<i64>,
    pub(super) uid: Option<i64>,
    pub(super) gid: Option<i64>,
    pub(super) modified: Option<i64>,
    /// The path of a sparse file: the other one names where GNU tar put its parts.
    sparse_path: Option<Vec<u8>>,
    /// The bytes of a sparse file with all that is not stored.
    pub(super) sparse_size: Option<i64>,
    pub(super) is_sparse: bool,
}

impl Extended {
    /// Reads the records; an error tells what is wrong with them.
    pub(super) fn parse(mut bytes: &[u8]) -> Result<Self, &'static str> {
        let mut it = Self::default();
        while !bytes.is_empty() {
            let (key, value, rest) = record(bytes).ok_or("an attribute has a wrong length")?;
            it.take(key, value)?;
            bytes = rest;
        }
        if let Some(path) = it.sparse_path.take() {
            it.path = Some(path);
        }
        Ok(it)
    }

    /// Takes a record. One without a value takes back what came before.
    fn take(&mut self, key: &[u8], value: &[u8]) -> Result<(), &'static str> {
        let value = Some(value).filter(|it| !it.is_empty());
        match key {
            b"path" => self.path = text(value)?,
            b"linkpath" => self.link = text(value)?,
            b"size" => self.size = number_with(value, number::of_text)?,
            b"uid" => self.uid = number_with(value, number::of_text)?,
            b"gid" => self.gid = number_with(value, number::of_text)?,
            b"mtime" => self.modified = number_with(value, number::of_time)?,
            b"GNU.sparse.name" => self.sparse_path = text(value)?,
            b"GNU.sparse.size" | b"GNU.sparse.realsize" => {
                self.sparse_size = number_with(value, number::of_text)?;
                self.is_sparse = true;
            }
            _ if key.starts_with(b"GNU.sparse.") => self.is_sparse = true,
            _ => {}
        }
        Ok(())
    }
}

/// The first record, and what is behind it.
fn record(bytes: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    // No length has more digits.
    let space = bytes.iter().take(20).position(|it| *it == b' ')?;
    let length = str::from_utf8(&bytes[..space]).ok()?.parse().ok()?;
    let (record, rest) = bytes.split_at_checked(length)?;
    let record = record.get(space + 1..)?.strip_suffix(b"\n")?;
    let equals = memchr::memchr(b'=', record).filter(|it| *it > 0)?;
    Some((&record[..equals], &record[equals + 1..], rest))
}

fn text(value: Option<&[u8]>) -> Result<Option<Vec<u8>>, &'static str> {
    match value {
        Some(it) if it.contains(&0) => Err("a path holds a zero"),
        _ => Ok(value.map(<[u8]>::to_vec)),
    }
}

fn number_with(value: Option<&[u8]>, read: fn(&[u8]) -> Option<i64>) -> Result<Option<i64>, &'static str> {
    value.map(|it| read(it).ok_or("an attribute is no number")).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(records: &[(&str, &str)]) -> Vec<u8> {
        let record = |(key, value): &(&str, &str)| {
            let rest = format!(" {key}={value}\n");
            let length = (1..).find(|it: &usize| it.to_string().len() + rest.len() == *it);
            format!("{}{rest}", length.expect("there is a length")).into_bytes()
        };
        records.iter().flat_map(record).collect()
    }

    #[test]
    fn reads_what_matters() {
        let bytes = records(&[
            ("path", "a/b=c\nd"),
            ("linkpath", "e"),
            ("size", "5"),
            ("mtime", "7.5"),
            ("uid", "1000"),
            ("SCHILY.xattr.user.a", "b\n=c"),
            ("gid", "1"),
            ("gid", ""),
        ]);
        let expected = Extended {
            path: Some(b"a/b=c\nd".to_vec()),
            link: Some(b"e".to_vec()),
            size: Some(5),
            uid: Some(1000),
            modified: Some(7),
            ..Extended::default()
        };
        assert_eq!(Extended::parse(&bytes), Ok(expected));
    }

    #[test]
    fn knows_sparse_files() {
        let bytes = records(&[
            ("GNU.sparse.name", "real"),
            ("path", "GNUSparseFile.1/real"),
            ("GNU.sparse.realsize", "9"),
        ]);
        let it = Extended::parse(&bytes).expect("it is right");
        assert_eq!((it.path.as_deref(), it.sparse_size, it.is_sparse), (Some(&b"real"[..]), Some(9), true));
    }

    #[test]
    fn refuses_what_is_no_record() {
        let cases: [&[u8]; 9] = [
            b"12 path=a/bc\n",
            b"99 path=a\n",
            b"3 a\n",
            b"6 =ab\n",
            b"path=a\n",
            b"0 \n",
            b"9 path=\0\n",
            b"9 size=x\n",
            b"99999999999999999999999 path=a\n",
        ];
        for bytes in cases {
            assert!(Extended::parse(bytes).is_err(), "{bytes:?}");
        }
    }
}
