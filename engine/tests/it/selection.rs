//! Every order and filter, over all tags of a repository.

use engine::{TagSelection, TagSort};
use registry::summary::{Kind as ManifestKind, State, TagRow};
use testbed::samples;

use crate::support::{
    Backend, FakeImages, ID, TestEngine, engine_for, name, names, on_both, registry_with, rows,
};

async fn select(engine: &TestEngine, repository: &str, selection: TagSelection) -> Vec<TagRow> {
    rows(engine.select_tags(ID, &name(repository), &selection).await.unwrap()).await
}

on_both! {
    async fn the_newest_of_all_tags_comes_first_and_not_that_of_one_page(kind: Backend) {
        let images = FakeImages::start().await;
        for number in 0..300 {
            // The newest is somewhere in the middle of the names.
            images.tag(&format!("1.{number}"), (number * 7 + 3) % 300);
        }
        let engine = engine_for(&images.url(), kind);
        let newest = TagSelection { sort: TagSort::Created, descending: true, per_page: 10, ..TagSelection::default() };
        // The first look of all, which waits for the scan.
        let first = select(&engine, FakeImages::REPOSITORY, newest.clone()).await;
        let mut all = first.clone();
        for page in 2..=30 {
            all.extend(select(&engine, FakeImages::REPOSITORY, TagSelection { page, ..newest.clone() }).await);
        }
        let dates: Vec<_> = all.iter().map(|it| it.summary.created.at.unwrap()).collect();
        assert_eq!((all.len(), first[0].summary.created.at), (300, dates.iter().max().copied()));
        assert!(dates.is_sorted_by(|a, b| a >= b));
    }

    async fn sorts_by_everything_in_both_directions_with_the_unknown_last(kind: Backend) {
        let registry = registry_with(&[samples::WEBAPP]).await;
        let engine = engine_for(&registry.url(), kind);
        engine.scan(ID, Some(&name(samples::WEBAPP))).await.unwrap();
        let all = select(&engine, samples::WEBAPP, TagSelection::default()).await;
        let of = |row: &TagRow, sort| match sort {
            TagSort::Created => row.summary.created.at.map(|it| i128::from(it.as_microsecond())),
            TagSort::Size => row.summary.size.map(i128::from),
            TagSort::Platforms => Some(row.summary.platforms.len() as i128).filter(|it| *it > 0),
            _ => None,
        };
        for sort in [TagSort::Created, TagSort::Size, TagSort::Platforms, TagSort::Pushed, TagSort::Pulled] {
            for descending in [false, true] {
                let sorted = select(&engine, samples::WEBAPP, TagSelection { sort, descending, ..TagSelection::default() }).await;
                assert_eq!(sorted.len(), all.len());
                let values: Vec<_> = sorted.iter().map(|row| of(row, sort)).collect();
                let n_known = values.iter().filter(|it| it.is_some()).count();
                assert!(values[..n_known].iter().all(Option::is_some), "{sort:?} {descending} {values:?}");
                let known = &values[..n_known];
                assert!(known.is_sorted_by(|a, b| if descending { a >= b } else { a <= b }), "{sort:?} {descending} {values:?}");
            }
        }
        let mut by_name = names(&all).into_iter().map(str::to_owned).collect::<Vec<_>>();
        let upwards = by_name.clone();
        by_name.sort_by(|a, b| registry::tag_order::compare(a, b));
        assert_eq!(by_name, upwards);
        by_name.reverse();
        let downwards = select(&engine, samples::WEBAPP, TagSelection { descending: true, ..TagSelection::default() }).await;
        assert_eq!(names(&downwards), by_name);
    }

    async fn filters_by_kind_state_size_and_date(kind: Backend) {
        let registry = registry_with(&[samples::WEBAPP]).await;
        let engine = engine_for(&registry.url(), kind);
        engine.scan(ID, Some(&name(samples::WEBAPP))).await.unwrap();
        let all = select(&engine, samples::WEBAPP, TagSelection::default()).await;
        let expect = async |selection: TagSelection, takes: &dyn Fn(&TagRow) -> bool| {
            let found = select(&engine, samples::WEBAPP, selection.clone()).await;
            let expected: Vec<_> = all.iter().filter(|it| takes(it)).map(|it| it.name.as_str()).collect();
            assert_eq!(names(&found), expected, "{selection:?}");
            assert!(!expected.is_empty() && expected.len() < all.len(), "{selection:?}");
        };
        let default = TagSelection::default;
        for of_kind in [ManifestKind::Index, ManifestKind::Artifact, ManifestKind::Broken] {
            let selection = TagSelection { kind: Some(of_kind), ..default() };
            expect(selection, &|row| row.summary.kind == of_kind).await;
        }
        expect(TagSelection { broken: true, ..default() }, &|row| row.summary.state != State::Ok).await;
        let mut sizes: Vec<_> = all.iter().filter_map(|row| row.summary.size).collect();
        sizes.sort_unstable();
        let middle = sizes[sizes.len() / 2];
        expect(TagSelection { size_from: Some(middle), ..default() }, &|row| row.summary.size >= Some(middle)).await;
        let at_most = |row: &TagRow| row.summary.size.is_some_and(|it| it <= middle);
        expect(TagSelection { size_to: Some(middle), ..default() }, &at_most).await;
        let mut dates: Vec<_> = all.iter().filter_map(|row| row.summary.created.at).collect();
        dates.sort_unstable();
        let date = dates[dates.len() / 2];
        expect(TagSelection { created_from: Some(date), ..default() }, &|row| row.summary.created.at >= Some(date)).await;
        let before = |row: &TagRow| row.summary.created.at.is_some_and(|it| it < date);
        expect(TagSelection { created_until: Some(date), ..default() }, &before).await;
    }

    async fn an_expression_filters_before_pages_are_cut(kind: Backend) {
        let images = FakeImages::start().await;
        for number in 0..100 {
            images.tag(&format!("1.{number}"), number);
        }
        let engine = engine_for(&images.url(), kind);
        engine.scan(ID, Some(&name(FakeImages::REPOSITORY))).await.unwrap();
        let selection = TagSelection { q: r"/^1\.\d*5$/".to_owned(), per_page: 4, page: 2, descending: true, sort: TagSort::Created, ..TagSelection::default() };
        let page = engine.select_tags(ID, &name(FakeImages::REPOSITORY), &selection).await.unwrap();
        assert_eq!((page.total, page.matched, page.n_pages()), (100, 10, 3));
        assert_eq!(names(&rows(page).await), ["1.55", "1.45", "1.35", "1.25"]);
        let selection = TagSelection { q: "_".to_owned(), ..TagSelection::default() };
        let page = engine.select_tags(ID, &name(FakeImages::REPOSITORY), &selection).await.unwrap();
        assert_eq!(page.matched, 0, "no letter of a text stands for another");
    }
}
