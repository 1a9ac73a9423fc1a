//! A place in a list of tags, for programs that read it piece by piece.

use std::fmt;
use std::str::FromStr;

use registry::Tag;

use super::TagSort;

/// A place in a list of tags: behind one of them.
///
/// Written down it is a text that means nothing to anybody else. Tags that come and go move nothing: what follows is
/// what follows this place, whether the tag is still there or not. Where tags are sorted by what can change of them,
/// one that changes meanwhile may be found twice or not at all; sorted by name, none is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TagCursor {
    /// What the tags are sorted by.
    pub(crate) sort: TagSort,
    /// In which direction.
    pub(crate) descending: bool,
    /// What the tag is sorted by; absent where that is not known, or is the name.
    pub(crate) position: Option<i64>,
    /// The tag.
    pub(crate) name: Tag,
}

/// A text that is no place in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is no place in a list of tags")]
pub struct InvalidCursor;

impl TagCursor {
    /// Whether it is a place in a list that is sorted like this.
    pub fn is_in(&self, sort: TagSort, descending: bool) -> bool {
        (self.sort, self.descending) == (sort, descending)
    }
}

impl fmt::Display for TagCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sort = SORTS.iter().find(|(sort, _)| *sort == self.sort).map_or("n", |(_, letter)| letter);
        let direction = if self.descending { 'd' } else { 'a' };
        write!(f, "{sort}{direction}.")?;
        if let Some(position) = self.position {
            write!(f, "{position}")?;
        }
        write!(f, ".{}", self.name)
    }
}

impl FromStr for TagCursor {
    type Err = InvalidCursor;

    fn from_str(text: &str) -> Result<Self, InvalidCursor> {
        let mut parts = text.splitn(3, '.');
        let (Some(order), Some(position), Some(name)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(InvalidCursor);
        };
        let letter = order.strip_suffix(['a', 'd']).ok_or(InvalidCursor)?;
        let (sort, _) = *SORTS.iter().find(|(_, it)| *it == letter).ok_or(InvalidCursor)?;
        let position = match position {
            "" => None,
            number => Some(number.parse().map_err(|_| InvalidCursor)?),
        };
        let descending = order.ends_with('d');
        Ok(Self { sort, descending, position, name: name.parse().map_err(|_| InvalidCursor)? })
    }
}

/// What stands for an order in the text.
const SORTS: [(TagSort, &str); 6] = [
    (TagSort::Name, "n"),
    (TagSort::Created, "c"),
    (TagSort::Size, "s"),
    (TagSort::Platforms, "p"),
    (TagSort::Pushed, "u"),
    (TagSort::Pulled, "l"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_it_was_written() {
        for (sort, _) in SORTS {
            for (descending, position) in [(false, None), (true, Some(-5)), (false, Some(i64::MAX))] {
                let name = "1.2.3-rc.1_x".parse().unwrap();
                let cursor = TagCursor { sort, descending, position, name };
                assert_eq!(cursor.to_string().parse(), Ok(cursor));
            }
        }
    }

    #[test]
    fn other_texts_are_no_places() {
        for text in ["", "n", "na", "na.", "na..", "xa..a", "n..a", "na.x.a", "na..a b", "nx..a"] {
            assert_eq!(text.parse::<TagCursor>(), Err(InvalidCursor), "{text}");
        }
    }
}
