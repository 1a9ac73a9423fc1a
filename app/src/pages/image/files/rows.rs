//! The files as rows of a table.

use layers::Kind;
use layers::image::{Change, Row};
use leptos::prelude::*;

use super::{Files, Listing};
use crate::address::FilesQuery;
use crate::components::chip::{Chip, Tone};
use crate::components::notice::Empty;
use crate::components::reader::locale;
use crate::components::size::{ShareBar, Size};

/// The permission that lets a program run as the owner of its file, and as its group.
const SETUID: u32 = 0o4000;
const SETGID: u32 = 0o2000;

impl Files {
    pub(super) fn rows(&self, listing: &Listing) -> impl IntoView + use<> {
        let locale = locale();
        if !listing.is_there {
            return view! { <p class="muted">{locale.no_such_directory()}</p> }.into_any();
        }
        if listing.rows.is_empty() && !self.query.q.is_empty() {
            let href = self.href(&FilesQuery { q: String::new(), page: 0, ..self.query.clone() });
            return view! {
                <Empty title=locale.no_file_matches()>
                    <a class="btn" href=href>{locale.clear_filter()}</a>
                </Empty>
            }
            .into_any();
        }
        if listing.rows.is_empty() {
            return view! { <p class="muted">{locale.no_files()}</p> }.into_any();
        }
        let largest = listing.rows.iter().map(|it| it.size).max().unwrap_or_default();
        let rows = listing.rows.iter().map(|it| self.row(it, largest)).collect_view();
        view! {
            <div class="card">
                <table class="rows paths files">
                    <thead>
                        <tr>
                            <th scope="col">{locale.name_label()}</th>
                            <th scope="col">{locale.change_column()}</th>
                            <th scope="col" class="num">{locale.size()}</th>
                            <th scope="col">{locale.mode_and_owner()}</th>
                            <th scope="col" class="num">{locale.layer()}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    }

    fn row(&self, row: &Row, largest: u64) -> impl IntoView + use<> {
        let locale = locale();
        let name = match self.query.q.is_empty() {
            true => layers::display_safe(row.path.name()),
            false => row.path.display_safe(),
        };
        let title = name.clone();
        let is_removed = row.change == Change::Removed;
        let name = match row.kind {
            Kind::Directory if !is_removed => {
                view! { <a href=self.directory_href(&row.path)>{name}"/"</a> }.into_any()
            }
            Kind::Directory => view! { <del>{name}"/"</del> }.into_any(),
            Kind::File | Kind::HardLink
                if !is_removed && row.place.is_some_and(|it| !it.content.is_sparse) =>
            {
                let file = row.path.to_string();
                let href = self.href(&FilesQuery { file, ..self.query.clone() });
                view! { <a href=href>{name}</a> }.into_any()
            }
            _ if is_removed => view! { <del>{name}</del> }.into_any(),
            _ => view! { <span>{name}</span> }.into_any(),
        };
        let link =
            row.link.as_ref().map(|it| view! { " "<span class="muted">"→ "{it.display_safe()}</span> });
        let what = match row.kind {
            Kind::HardLink => Some(locale.hard_link()),
            Kind::CharDevice | Kind::BlockDevice => Some(locale.device()),
            Kind::Fifo => Some(locale.pipe()),
            Kind::File if row.place.is_some_and(|it| it.content.is_sparse) => Some(locale.sparse_file()),
            _ => None,
        };
        let what = what.map(|text| view! { " "<Chip tone=Tone::Plain text /> });
        let setuid = (row.mode & SETUID != 0 && row.kind == Kind::File)
            .then(|| view! { " "<Chip tone=Tone::Warning text=locale.setuid() /> });
        let setgid = (row.mode & SETGID != 0 && row.kind == Kind::File)
            .then(|| view! { " "<Chip tone=Tone::Warning text=locale.setgid() /> });
        let owner = (!row.is_implied).then(|| format!("{}:{}", row.uid, row.gid));
        let mode = (!row.is_implied).then(|| view! { <code>{mode(row.kind, row.mode)}</code> });
        view! {
            <tr>
                <td class="name" title=title>{name}{link}{what}{setuid}{setgid}</td>
                <td>{change(row)}</td>
                <td class="num">
                    <Size bytes=Some(row.size) />
                    <ShareBar part=row.size whole=largest />
                </td>
                <td class="wide">{mode}" "<span class="muted">{owner}</span></td>
                <td class="num faint wide" data-label=locale.layer()>{row.layer + 1}</td>
            </tr>
        }
    }
}

fn change(row: &Row) -> impl IntoView + use<> {
    let locale = locale();
    let (tone, text) = match row.change {
        Change::Added => (Tone::Good, locale.file_added().to_owned()),
        Change::Changed => (Tone::Warning, locale.file_changed().to_owned()),
        Change::Removed => (Tone::Bad, locale.file_removed().to_owned()),
        Change::Unchanged if row.n_changed_below > 0 => {
            (Tone::Plain, locale.n_changed(row.n_changed_below as usize))
        }
        Change::Unchanged => return ().into_any(),
    };
    view! { <Chip tone text /> }.into_any()
}

/// The permissions as `ls -l` writes them.
fn mode(kind: Kind, mode: u32) -> String {
    let first = match kind {
        Kind::Directory => 'd',
        Kind::Symlink => 'l',
        Kind::CharDevice => 'c',
        Kind::BlockDevice => 'b',
        Kind::Fifo => 'p',
        Kind::File | Kind::HardLink | Kind::Whiteout => '-',
    };
    let mut text = String::from(first);
    for (shift, special, letter) in [(6, SETUID, 's'), (3, SETGID, 's'), (0, 0o1000, 't')] {
        let bits = mode >> shift;
        text.push(if bits & 4 == 0 { '-' } else { 'r' });
        text.push(if bits & 2 == 0 { '-' } else { 'w' });
        text.push(match (mode & special == 0, bits & 1 == 0) {
            (true, true) => '-',
            (true, false) => 'x',
            (false, true) => letter.to_ascii_uppercase(),
            (false, false) => letter,
        });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_read_like_those_of_ls() {
        assert_eq!(mode(Kind::File, 0o644), "-rw-r--r--");
        assert_eq!(mode(Kind::File, 0o4755), "-rwsr-xr-x");
        assert_eq!(mode(Kind::File, 0o2644), "-rw-r-Sr--");
        assert_eq!(mode(Kind::Directory, 0o1777), "drwxrwxrwt");
        assert_eq!(mode(Kind::Symlink, 0o777), "lrwxrwxrwx");
    }
}
