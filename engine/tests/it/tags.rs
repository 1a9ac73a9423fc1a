use engine::{SortBy, TagQuery};
use registry::attached::Attached;
use registry::summary::{Kind, State};
use testbed::samples;

use crate::support::{
    Backend, Database, ID, engine_for, engine_on, name, names, on_both, query, registry_with, rows,
};

on_both! {
    async fn sorts_by_date_over_all_tags_and_not_over_one_page(kind: Backend) {
        let registry = registry_with(&[samples::API]).await;
        let engine = engine_for(&registry.url(), kind);
        let repository = name(samples::API);
        let sorted = |page| TagQuery { sort: SortBy::Created, descending: true, per_page: 10, page, ..query() };
        let first = engine.tags(ID, &repository, &sorted(1)).await.unwrap();
        let (total, n_pages) = (first.total, first.n_pages());
        assert!(total > 100, "{total}");
        let mut all = rows(first).await;
        for page in 2..=n_pages {
            all.extend(rows(engine.tags(ID, &repository, &sorted(page)).await.unwrap()).await);
        }
        assert_eq!(all.len(), total);
        let dates: Vec<_> = all.iter().map(|row| row.summary.created.at.unwrap()).collect();
        assert!(dates.is_sorted_by(|a, b| a >= b), "{dates:?}");
    }
}

on_both! {
    async fn tells_aliases_states_and_platforms_of_a_page(kind: Backend) {
        let registry = registry_with(&[samples::WEBAPP]).await;
        let engine = engine_for(&registry.url(), kind);
        let page = async || rows(engine.tags(ID, &name(samples::WEBAPP), &query()).await.unwrap()).await;
        let first = page().await;
        let row = |tag: &str| first.iter().find(|row| row.name.as_str() == tag).unwrap();
        let latest = row("latest");
        assert_eq!(latest.aliases.iter().map(registry::Tag::as_str).collect::<Vec<_>>(), ["2.14.0", "2.14", "2"]);
        assert_eq!(latest.summary.platforms.len(), 3);
        assert_eq!(latest.summary.attestations.len(), 2);
        assert_eq!(latest.summary.size, latest.summary.platforms.iter().map(|it| it.size).sum());
        assert_eq!(row("2.13.0-rc.2").summary.state, State::ChildMissing);
        assert_eq!(
            (row("2.9.0").summary.kind, row("2.9.0").summary.state),
            (Kind::Broken, State::ManifestMissing)
        );
        assert_eq!(row("chart-1.4.0").summary.kind, Kind::Artifact);
        // From the inventory, in the same order.
        engine.scan(ID, None).await.unwrap();
        assert_eq!(page().await.iter().find(|row| row.name.as_str() == "latest"), Some(latest));
    }
}

on_both! {
    async fn filters_by_text_expression_and_platform(kind: Backend) {
        let registry = registry_with(&[samples::WEBAPP]).await;
        let engine = engine_for(&registry.url(), kind);
        let found = async |query: TagQuery| {
            let rows = rows(engine.tags(ID, &name(samples::WEBAPP), &query).await.unwrap()).await;
            names(&rows).into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(found(TagQuery { q: "DEBUG".into(), ..query() }).await, ["2.12.4-debug"]);
        assert_eq!(found(TagQuery { q: r"/^2\.14(\.0)?$/".into(), ..query() }).await, ["2.14", "2.14.0"]);
        let arm = found(TagQuery { platform: "linux/arm64".into(), ..query() }).await;
        assert!(arm.contains(&"latest".to_owned()) && !arm.contains(&"2.12.4-debug".to_owned()), "{arm:?}");
        let error =
            engine.tags(ID, &name(samples::WEBAPP), &TagQuery { q: "/(/".into(), ..query() }).await.unwrap_err();
        assert!(matches!(error, engine::Error::InvalidFilter { .. }), "{error}");
    }
}

on_both! {
    async fn signatures_are_folded_into_the_row_they_belong_to(kind: Backend) {
        let registry = registry_with(&[samples::SIGNED]).await;
        let engine = engine_for(&registry.url(), kind);
        let page = engine.tags(ID, &name(samples::SIGNED), &query()).await.unwrap();
        assert!(page.n_attached >= 3, "{}", page.n_attached);
        let (total, n_attached) = (page.total, page.n_attached);
        let rows_shown = rows(page).await;
        let latest = rows_shown.iter().find(|row| row.name.as_str() == "latest").unwrap();
        let all = [Attached::Signature, Attached::Attestation, Attached::Sbom, Attached::Referrers];
        assert_eq!(latest.attached, all, "each kind once");
        assert!(names(&rows_shown).iter().all(|name| !name.starts_with("sha256-")));
        let with_all =
            engine.tags(ID, &name(samples::SIGNED), &TagQuery { attached: true, ..query() }).await.unwrap();
        assert_eq!(rows(with_all).await.len(), total + n_attached);
    }
}

on_both! {
    async fn a_page_past_the_end_is_the_last_one(kind: Backend) {
        let registry = registry_with(&[samples::API]).await;
        let engine = engine_for(&registry.url(), kind);
        let page =
            engine.tags(ID, &name(samples::API), &TagQuery { page: 99, per_page: 50, ..query() }).await.unwrap();
        assert_eq!(page.page, page.n_pages());
        assert!(!page.rows.is_empty());
    }
}

on_both! {
    async fn an_emptied_repository_is_a_page_without_rows(kind: Backend) {
        let registry = registry_with(&[samples::EMPTIED]).await;
        let page = engine_for(&registry.url(), kind).tags(ID, &name(samples::EMPTIED), &query()).await.unwrap();
        assert_eq!((page.total, page.matched, page.rows.len(), page.n_pages()), (0, 0, 0, 1));
    }
}

on_both! {
    async fn tags_that_somebody_else_has_written_and_not_counted_yet_are_counted(kind: Backend) {
        let registry = registry_with(&[samples::CLI]).await;
        let database = Database::new(kind);
        let engine = engine_on(&registry.url(), &database);
        engine.scan(ID, None).await.unwrap();
        let total = database.value("SELECT n_tags FROM repositories").await;
        engine.stop().await;
        // As it is between the two transactions of another first look.
        let between = "UPDATE repositories SET n_tags = 0, listed_at = NULL, scanned_at = NULL RETURNING n_tags";
        assert_eq!(database.value(between).await, "0");
        let engine = engine_on(&registry.url(), &database);
        let page = engine.tags(ID, &name(samples::CLI), &query()).await.unwrap();
        assert_eq!((page.total > 0, page.total.to_string()), (true, total));
    }
}
