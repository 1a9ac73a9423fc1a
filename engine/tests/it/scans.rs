//! Scans: what they cost, what they sum up, how they end.

use engine::{Event, ScanState};
use registry::fake::Answer;
use testbed::samples;

use crate::support::{Backend, FakeImages, ID, engine_for, name, on_both, query, registry_with, rows};

const REPOSITORY: &str = FakeImages::REPOSITORY;

on_both! {
    async fn a_scan_costs_one_get_a_new_tag_and_one_head_a_known_one(kind: Backend) {
        let images = FakeImages::start().await;
        for number in 0..200 {
            images.tag(&format!("1.{number}"), number);
        }
        let engine = engine_for(&images.url(), kind);
        assert!(engine.scan(ID, Some(&name(REPOSITORY))).await.unwrap());
        assert_eq!(images.n_asked(), (0, 200));
        let bodies = images.fake.seen().iter().filter(|it| it.path.contains("blobs")).count();
        assert!(engine.scan(ID, Some(&name(REPOSITORY))).await.unwrap());
        assert_eq!(images.n_asked(), (200, 200));
        assert_eq!(images.fake.seen().iter().filter(|it| it.path.contains("blobs")).count(), bodies);
        let [second, first] = &engine.scans(ID, 10).await.unwrap()[..] else { panic!() };
        assert_eq!((first.state, second.state), (ScanState::Done, ScanState::Done));
        assert_eq!((second.n_done, second.n_total), (200, 200));
        assert!(first.finished.is_some() && first.error.is_none());
    }

    async fn sums_up_tags_blobs_and_dates_of_a_repository(kind: Backend) {
        let images = FakeImages::start().await;
        images.tag("1", 1);
        images.tag("2", 2);
        images.tag("again", 2);
        let engine = engine_for(&images.url(), kind);
        engine.scan(ID, None).await.unwrap();
        let [facts] = &engine.repository_facts(ID, &[name(REPOSITORY)]).await.unwrap()[..] else { panic!() };
        let (n_tags, size) = (facts.n_tags.unwrap(), facts.size.unwrap());
        assert_eq!(n_tags, 3);
        // The layer has the same digest in all of them, so that it counts once, and each configuration counts.
        assert!((1000..1600).contains(&size), "{size}");
        assert_eq!(facts.last_pushed.unwrap().to_string(), "2024-01-03T00:00:00Z");
        let sums = engine.namespace_sums(ID, &["team".to_owned(), String::new(), "te".to_owned()]).await.unwrap();
        assert_eq!(sums.iter().map(|it| it.n_tags).collect::<Vec<_>>(), [3, 3, 0]);
        assert_eq!(sums[0].size, size);
    }

    async fn what_there_is_is_counted_for_whoever_watches(kind: Backend) {
        let images = FakeImages::start().await;
        images.tag("1", 1);
        images.tag("2", 2);
        images.tag("again", 2);
        let engine = engine_for(&images.url(), kind);
        assert!(engine.store().pools().is_empty(), "nothing is opened yet");
        engine.store().ping().await.unwrap();
        assert!(engine.store().sizes().await.unwrap().registries.is_empty());
        engine.scan(ID, None).await.unwrap();
        let sizes = engine.store().sizes().await.unwrap();
        let of_it = sizes.registries[ID];
        assert_eq!((of_it.repositories, of_it.tags, of_it.manifests), (1, 3, 2));
        assert_eq!(sizes.blobs, 3, "a layer and two configurations");
        assert!(sizes.blob_bytes > 1000 && of_it.bytes > 1000, "{sizes:?}");
        assert!(engine.store().pools().iter().map(|it| it.used + it.idle).sum::<u32>() > 0);
    }

    async fn scans_a_whole_registry(kind: Backend) {
        let registry = registry_with(&[samples::WEBAPP, samples::SIGNED, samples::EMPTIED, samples::NO_DATE]).await;
        let engine = engine_for(&registry.url(), kind);
        let mut events = engine.events(None).await;
        assert!(engine.scan(ID, None).await.unwrap());
        let catalog = engine.repositories(ID, &engine::RepositoryQuery::default()).await.unwrap();
        let facts = engine.repository_facts(ID, &catalog.names).await.unwrap();
        assert_eq!(facts.len(), 4);
        for it in &facts {
            let is_empty = it.name.as_str() == samples::EMPTIED;
            assert!(is_empty || it.n_tags.unwrap_or_default() > 0 && it.size.unwrap_or_default() > 0, "{it:?}");
        }
        let scans = engine.scans(ID, 10).await.unwrap();
        let whole = scans.iter().find(|it| it.repository.is_none()).unwrap();
        assert_eq!((whole.state, whole.n_done, whole.n_total), (ScanState::Done, 4, 4));
        let mut told = Vec::new();
        while !told.contains(&(None, ScanState::Done)) {
            if let Event::Scan(progress) = events.next().await.unwrap().event {
                told.push((progress.repository, progress.state));
            }
        }
        assert!(told.contains(&(None, ScanState::Running)), "{told:?}");
    }

    async fn a_scan_that_is_asked_to_stop_keeps_what_it_has_read_and_is_gone_on_with(kind: Backend) {
        let images = FakeImages::start().await;
        for number in 0..60 {
            images.tag(&format!("1.{number}"), number);
        }
        // Only the last ones are slow, so that some are read when it is stopped.
        for number in 50..60 {
            let slow = Answer::status(503).after(std::time::Duration::from_secs(3));
            images.break_tag(&format!("1.{number}"), &slow);
        }
        let engine = engine_for(&images.url(), kind);
        engine.begin_scan(ID, Some(&name(REPOSITORY))).await.unwrap();
        let id = loop {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            if let [scan] = &engine.scans(ID, 10).await.unwrap()[..]
                && scan.n_done >= 50
            {
                break scan.id;
            }
        };
        assert!(engine.stop_known_scan(ID, id).await.unwrap().is_some());
        while engine.scans(ID, 10).await.unwrap()[0].state == ScanState::Running {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        assert_eq!(engine.scans(ID, 10).await.unwrap()[0].state, ScanState::Stopped);
        let (_, before) = images.n_asked();
        for number in 50..60 {
            images.tag(&format!("1.{number}"), number);
        }
        assert!(engine.scan(ID, Some(&name(REPOSITORY))).await.unwrap());
        let (heads, after) = images.n_asked();
        assert_eq!((heads, after - before), (0, 10), "what was read is not read again");
        let page = engine.tags(ID, &name(REPOSITORY), &query()).await.unwrap();
        assert_eq!((page.total, page.n_unread), (60, 0));
        assert!(rows(page).await.iter().all(|it| it.summary.digest.is_some()));
    }
}
