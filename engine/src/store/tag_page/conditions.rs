//! Which tags a selection takes, as SQL.

use sqlx::Any;
use sqlx::any::AnyArguments;
use sqlx::query::Query;

use registry::summary::State;
use registry::tag_order;

use crate::inventory::tags::{TagCursor, TagSelection, TagSort};
use crate::store::{RepositoryId, codec};

/// Conditions on the table of tags, called `t`, with the values of their parameters.
#[derive(Clone)]
pub(super) struct Conditions {
    terms: Vec<String>,
    values: Vec<Value>,
}

#[derive(Clone)]
enum Value {
    Number(i64),
    Bytes(Vec<u8>),
}

impl Conditions {
    /// The conditions of a selection, all but that on the name. `sets` are the sets of platforms that it takes.
    pub(super) fn of(repository: RepositoryId, selection: &TagSelection, sets: Option<&[i64]>) -> Self {
        let mut it = Self { terms: Vec::new(), values: Vec::new() };
        it.number("t.repository_id =", repository.0);
        if !selection.attached {
            // Also what makes the indexes usable, which leave these out.
            it.term("t.attached_to IS NULL");
        }
        match sets {
            None => {}
            Some([]) => it.term("1 = 0"),
            Some(sets) => {
                let numbers: Vec<String> = sets.iter().map(i64::to_string).collect();
                it.terms.push(format!("t.platforms IN ({})", numbers.join(", ")));
            }
        }
        if let Some(kind) = selection.kind {
            it.number("t.kind =", codec::kind_number(kind));
        }
        if selection.broken {
            let (fine, unread) = (codec::state_number(State::Ok), codec::state_number(State::Unread));
            it.terms.push(format!("t.state NOT IN ({fine}, {unread})"));
        }
        if let Some(from) = selection.created_from {
            it.number("t.created >=", codec::micros(from));
        }
        if let Some(until) = selection.created_until {
            it.number("t.created <", codec::micros(until));
        }
        if let Some(from) = selection.size_from {
            it.number("t.size >=", codec::bytes(from));
        }
        if let Some(to) = selection.size_to {
            it.number("t.size <=", codec::bytes(to));
        }
        it
    }

    /// The same, and only what comes after a place in the order.
    pub(super) fn after(&self, cursor: Option<&TagCursor>) -> Self {
        let mut it = self.clone();
        let Some(cursor) = cursor else { return it };
        let beyond = if cursor.descending { "<" } else { ">" };
        it.values.push(Value::Bytes(tag_order::sort_key(cursor.name.as_str())));
        let after_name = format!("t.sort_key {beyond} ${}", it.values.len());
        let column = super::position(cursor.sort);
        let term = match (cursor.sort, cursor.position) {
            (TagSort::Name, _) => after_name,
            // What is not known comes last in both directions.
            (_, None) => format!("{column} IS NULL AND {after_name}"),
            (_, Some(position)) => {
                it.values.push(Value::Number(position));
                let value = it.values.len();
                format!(
                    "({column} {beyond} ${value} OR ({column} = ${value} AND {after_name}) OR {column} IS NULL)"
                )
            }
        };
        it.terms.push(term);
        it
    }

    pub(super) fn sql(&self) -> String {
        self.terms.join(" AND ")
    }

    /// How many parameters there are.
    pub(super) fn n_values(&self) -> usize {
        self.values.len()
    }

    /// Gives a query the values of the parameters.
    pub(super) fn bind<'q>(
        &'q self,
        query: Query<'q, Any, AnyArguments<'q>>,
    ) -> Query<'q, Any, AnyArguments<'q>> {
        self.values.iter().fold(query, |query, value| match value {
            Value::Number(number) => query.bind(*number),
            Value::Bytes(bytes) => query.bind(bytes.as_slice()),
        })
    }

    fn term(&mut self, sql: &str) {
        self.terms.push(sql.to_owned());
    }

    fn number(&mut self, sql: &str, number: i64) {
        self.values.push(Value::Number(number));
        self.terms.push(format!("{sql} ${}", self.values.len()));
    }
}
