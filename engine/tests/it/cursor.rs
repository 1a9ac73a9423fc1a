//! Reading all tags piece by piece.

use engine::{PendingRow, TagSelection, TagSort};

use crate::support::{Backend, FakeImages, ID, engine_for, name, on_both};

on_both! {
    async fn pieces_make_the_whole_list_in_every_order(kind: Backend) {
        let images = FakeImages::start().await;
        for number in 0..40 {
            // Some are alike in date and size.
            images.tag(&format!("1.{number}"), number % 7);
        }
        images.tag("broken", 8);
        images.break_tag("broken", &registry::fake::Answer::status(404));
        let engine = engine_for(&images.url(), kind);
        let repository = name(FakeImages::REPOSITORY);
        engine.scan(ID, Some(&repository)).await.unwrap();
        let read = async |selection: &TagSelection| -> Vec<PendingRow> {
            engine.select_tags(ID, &repository, selection).await.unwrap().rows
        };
        let sorts = [TagSort::Name, TagSort::Created, TagSort::Size, TagSort::Platforms, TagSort::Pushed, TagSort::Pulled];
        for (sort, descending, q) in sorts.into_iter().flat_map(|it| [(it, false, ""), (it, true, ""), (it, true, "2")]) {
            let whole = TagSelection { sort, descending, q: q.to_owned(), ..TagSelection::default() };
            let all: Vec<_> = read(&whole).await.iter().map(|it| it.cursor(&whole)).collect();
            let mut found = Vec::new();
            let mut piece = TagSelection { per_page: 3, ..whole.clone() };
            loop {
                let rows = read(&piece).await;
                found.extend(rows.iter().map(|it| it.cursor(&piece)));
                let Some(last) = rows.last() else { break };
                // As programs keep it.
                piece.after = Some(last.cursor(&piece).to_string().parse().unwrap());
            }
            assert_eq!(found, all, "{sort:?} {descending} {q}");
            assert!(all.len() > 10);
        }
    }
}
