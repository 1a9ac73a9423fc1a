//! The files of an image: what it holds after each of its layers, and what each of them did.

mod content;
mod controls;
mod reading;
mod rows;
mod wasted;

use engine::{Engine, ImageFiles, PlatformImage};
use layers::image::{At, Filter, Order, Row, View};
use layers::{FilePath, ImageTree, Kind};
use leptos::prelude::*;
use registry::image::ImageDetail;

use self::content::FileText;
use crate::address::{Address, FilesQuery};
use crate::components::pager::Pager;
use crate::components::reader::locale;
use crate::components::size::Size;

/// Rows of a page.
const PER_PAGE: usize = 100;

/// What is shown of the files of an image.
pub(super) struct Files {
    /// The page of the image.
    address: Address,
    image: PlatformImage,
    query: FilesQuery,
    known: ImageFiles,
    listing: Option<Listing>,
    file: Option<FileText>,
    /// Where it is told how far the layers are.
    events: String,
}

/// The files of a directory, or those that were searched for.
struct Listing {
    rows: Vec<Row>,
    total: usize,
    /// Whether there is such a directory.
    is_there: bool,
}

pub(super) async fn load(
    engine: Engine,
    detail: ImageDetail,
    address: Address,
    image: PlatformImage,
    query: FilesQuery,
    events: String,
) -> Result<Files, engine::Error> {
    let known = engine.image_files(&detail, &image.platform).await?;
    let at = at(&query, &known);
    let listing = known.tree.as_ref().map(|tree| listing(tree, &query, at));
    let file = match query.file.as_str() {
        "" => None,
        path => Some(content::load(&engine, &image, at.layer, path).await),
    };
    Ok(Files { address, image, query, known, listing, file, events })
}

/// What is looked at; a layer that the image does not have is its last.
fn at(query: &FilesQuery, known: &ImageFiles) -> At {
    let n_layers = known.layers.len();
    let number = if (1..=n_layers).contains(&query.layer) { query.layer } else { n_layers };
    let view = if query.only { View::Layer } else { View::Image };
    At { layer: number.saturating_sub(1), view }
}

fn listing(tree: &ImageTree, query: &FilesQuery, at: At) -> Listing {
    let first = query.page.max(1).saturating_sub(1).saturating_mul(PER_PAGE);
    if !query.q.is_empty() {
        let filter = Filter { contains: query.q.clone(), ..Filter::default() };
        let order = if query.by_size { Order::Largest } else { Order::Path };
        let found = tree.search(at, &filter, order);
        let rows = found.rows(first..first.saturating_add(PER_PAGE));
        return Listing { rows, total: found.len(), is_there: true };
    }
    let path = query.path.parse::<FilePath>();
    let Some(mut rows) = path.ok().and_then(|it| tree.directory(&it, at)) else {
        return Listing { rows: Vec::new(), total: 0, is_there: false };
    };
    match query.by_size {
        true => rows.sort_by_key(|it| std::cmp::Reverse(it.size)),
        false => rows.sort_by_key(|it| it.kind != Kind::Directory),
    }
    let total = rows.len();
    Listing { rows: rows.into_iter().skip(first).take(PER_PAGE).collect(), total, is_there: true }
}

impl Files {
    pub(super) fn view(self) -> impl IntoView {
        let Some(listing) = &self.listing else { return self.reading().into_any() };
        view! {
            {self.summary()}
            {self.troubles()}
            {self.controls()}
            <div id="results">
                {self.path()}
                {self.file.as_ref().map(|it| it.view(&self))}
                {self.rows(listing)}
                <Pager page=self.query.page.max(1) per_page=PER_PAGE total=listing.total href=|page| self.href(&FilesQuery { page, ..self.query.clone() }) />
            </div>
        }
        .into_any()
    }

    fn href(&self, query: &FilesQuery) -> String {
        format!("{}{}", self.address.path(), query.to_text())
    }

    /// The same view of another directory.
    fn directory_href(&self, path: &FilePath) -> String {
        let path = path.to_string();
        self.href(&FilesQuery { path, q: String::new(), page: 0, file: String::new(), ..self.query.clone() })
    }

    fn summary(&self) -> impl IntoView + use<> {
        let locale = locale();
        let whole =
            self.known.tree.as_ref().and_then(|tree| {
                tree.find(&FilePath::default(), At::image(tree.n_layers().saturating_sub(1)))
            });
        let sums = whole.map(|it| {
            view! {
                <span>{locale.n_files(it.n_below as usize)}</span>
                <span><Size bytes=Some(it.size) />" "{locale.unpacked()}</span>
            }
        });
        view! {
            <div class="sub">{sums}</div>
            {self.known.tree.as_ref().map(|tree| wasted::view(tree, self))}
        }
    }

    /// From the root to the directory.
    fn path(&self) -> impl IntoView + use<> {
        let locale = locale();
        let path = self.query.path.parse::<FilePath>().unwrap_or_default();
        let mut parents: Vec<FilePath> =
            std::iter::successors(Some(path.clone()), FilePath::parent).collect();
        parents.reverse();
        let n = parents.len();
        let parts = parents.into_iter().enumerate().map(|(idx, it)| {
            let name = match it.is_root() {
                true => locale.root_directory().to_owned(),
                false => layers::display_safe(it.name()),
            };
            let separator = (idx > 0).then(|| view! { <span class="sep" aria-hidden="true">"/"</span> });
            let part = match idx + 1 == n {
                true => view! { <b aria-current="location">{name}</b> }.into_any(),
                false => view! { <a href=self.directory_href(&it)>{name}</a> }.into_any(),
            };
            view! { <li>{separator}{part}</li> }
        });
        view! {
            <nav class="crumb path" aria-label=locale.path_label()>
                <ol>{parts.collect_view()}</ol>
            </nav>
        }
    }
}
