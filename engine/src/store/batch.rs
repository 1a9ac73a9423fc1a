//! Statements for many rows at once.

use std::fmt::Write;

/// How many rows a statement has: few different numbers, so that its prepared form is found again.
const SIZES: [usize; 4] = [64, 16, 4, 1];

/// The items in pieces, each of which is one statement.
pub(super) fn pieces<T>(items: &[T]) -> impl Iterator<Item = &[T]> {
    let mut rest = items;
    std::iter::from_fn(move || {
        let size = SIZES.into_iter().find(|size| *size <= rest.len())?;
        let (piece, left) = rest.split_at(size);
        rest = left;
        Some(piece)
    })
}

/// The items in pieces for a list of values, each as long as one of a few lengths: the last item fills what is left.
pub(super) fn padded<T: Clone>(items: &[T]) -> impl Iterator<Item = Vec<T>> {
    const LENGTHS: [usize; 3] = [8, 32, 128];
    items.chunks(128).map(|chunk| {
        let length = LENGTHS.into_iter().find(|it| *it >= chunk.len()).unwrap_or(chunk.len());
        let mut piece = chunk.to_vec();
        piece.extend(chunk.last().into_iter().cycle().take(length - chunk.len()).cloned());
        piece
    })
}

/// The parameters of rows: `($1, $2), ($3, $4)`.
pub(super) fn rows(n_rows: usize, n_columns: usize) -> String {
    let rows: Vec<String> =
        (0..n_rows).map(|row| format!("({})", list(row * n_columns + 1, n_columns))).collect();
    rows.join(", ")
}

/// Parameters from a number on: `$3, $4`.
pub(super) fn list(first: usize, n: usize) -> String {
    let mut text = String::with_capacity(6 * n);
    for number in first..first + n {
        let comma = if number == first { "" } else { ", " };
        // Writing to a string cannot fail.
        let _ = write!(text, "{comma}${number}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_have_few_sizes_and_leave_nothing_out() {
        let items: Vec<usize> = (0..151).collect();
        let sizes: Vec<usize> = pieces(&items).map(<[usize]>::len).collect();
        assert_eq!(sizes, [64, 64, 16, 4, 1, 1, 1]);
        assert_eq!(pieces(&items).flatten().copied().collect::<Vec<_>>(), items);
    }

    #[test]
    fn lists_are_filled_up_with_what_is_in_them() {
        let items: Vec<usize> = (0..131).collect();
        let pieces: Vec<Vec<usize>> = padded(&items).collect();
        assert_eq!(pieces.iter().map(Vec::len).collect::<Vec<_>>(), [128, 8]);
        assert_eq!(pieces[1], [128, 129, 130, 130, 130, 130, 130, 130]);
        assert_eq!(padded::<usize>(&[]).count(), 0);
    }

    #[test]
    fn parameters_are_numbered_through() {
        assert_eq!(rows(2, 3), "($1, $2, $3), ($4, $5, $6)");
        assert_eq!(list(3, 2), "$3, $4");
    }
}
