//! What plans must say, on repositories of a few letters.

mod shelf;

use super::*;
use shelf::{Shelf, blob, digest, tag};

fn removed(plan: &Plan) -> String {
    let order = plan.steps.iter().filter_map(|step| match step {
        Step::RemoveManifest { digest, .. } => u32::from_str_radix(digest.encoded(), 16).ok(),
        _ => None,
    });
    order.filter_map(char::from_u32).collect()
}

fn tags_alone(plan: &Plan) -> Vec<&str> {
    plan.tags.iter().filter(|it| it.alone).map(|it| it.tag.as_str()).collect()
}

#[test]
fn the_last_tag_takes_its_manifest_along() {
    let plan = Shelf::default().manifest('a', "", &[1, 2]).tags('a', &["1"]).plan(&["1"], "");
    assert_eq!((removed(&plan).as_str(), plan.freed.bytes()), ("a", 1003));
    assert!(tags_alone(&plan).is_empty() && plan.keeps.is_empty() && plan.refused.is_empty());
}

#[test]
fn an_alias_that_was_not_selected_keeps_the_manifest() {
    let shelf = Shelf::default().manifest('a', "", &[1]).tags('a', &["1", "1.2", "latest"]);
    let plan = shelf.plan(&["1.2"], "");
    assert_eq!((removed(&plan).as_str(), tags_alone(&plan), plan.freed.bytes()), ("", vec!["1.2"], 0));
    assert_eq!(plan.keeps[0].what, Kept::Tags(vec![tag("1"), tag("latest")]));
    let whole = shelf.plan_in(Mode::Manifest, &["1.2"], "", &[]);
    assert_eq!((removed(&whole).as_str(), whole.tags.len()), ("a", 3));
    assert_eq!(removed(&shelf.plan(&["1", "1.2", "latest"], "")), "a");
}

#[test]
fn an_index_takes_the_children_that_nothing_else_needs_and_goes_before_them() {
    let shelf = Shelf::default()
        .manifest('i', "abc", &[])
        .manifest('j', "bx", &[])
        .manifest('a', "", &[1, 9])
        .manifest('b', "", &[2, 9])
        .manifest('c', "", &[3])
        .tags('i', &["1"])
        .tags('j', &["2"])
        .tags('c', &["only-c"]);
    let plan = shelf.plan(&["1"], "");
    assert_eq!(removed(&plan), "ia");
    assert_eq!(plan.freed.bytes(), 2000 + 1);
    let why = |name| plan.keeps.iter().find(|it| it.what == Kept::Manifest(digest(name))).map(|it| &it.why);
    assert_eq!(why('b'), Some(&KeepReason::InIndex { indexes: vec![digest('j')] }));
    assert_eq!(why('c'), Some(&KeepReason::Tagged { tags: vec![tag("only-c")] }));
    let both = shelf.plan(&["1", "2"], "");
    assert_eq!(both.manifests.iter().find(|it| it.digest == digest('j')).unwrap().n_missing, 1);
    assert_eq!(removed(&both).len(), 4);
}

#[test]
fn indexes_in_indexes_go_from_the_outside_to_the_inside() {
    let shelf = Shelf::default()
        .manifest('a', "", &[1])
        .manifest('m', "a", &[])
        .manifest('z', "ma", &[])
        .tags('z', &["1"]);
    assert_eq!(removed(&shelf.plan(&["1"], "")), "zma");
}

#[test]
fn what_an_index_needs_loses_its_tag_only() {
    let shelf = Shelf::default()
        .manifest('i', "a", &[])
        .manifest('a', "", &[1])
        .tags('i', &["1"])
        .tags('a', &["1-amd64"]);
    let plan = shelf.plan(&["1-amd64"], "");
    assert_eq!((removed(&plan).as_str(), tags_alone(&plan)), ("", vec!["1-amd64"]));
    assert_eq!(plan.keeps[0].why, KeepReason::InIndex { indexes: vec![digest('i')] });
    let by_digest = shelf.plan(&[], "a");
    assert!(by_digest.is_empty());
    assert_eq!(by_digest.refused[0].why, RefusalReason::InIndex { indexes: vec![digest('i')] });
    assert_eq!(removed(&shelf.plan(&["1-amd64", "1"], "")), "ia");
    assert_eq!(removed(&shelf.plan(&[], "ia")), "ia");
}

#[test]
fn an_untagged_index_needs_its_children_as_well() {
    let shelf = Shelf::default()
        .manifest('o', "a", &[])
        .manifest('i', "a", &[])
        .manifest('a', "", &[1])
        .tags('i', &["1"]);
    assert_eq!(removed(&shelf.plan(&["1"], "")), "i");
}

#[test]
fn what_is_about_it_goes_along_and_after_it() {
    let hex = digest('a').encoded().to_owned();
    let (sig, list) = (format!("sha256-{hex}.sig"), format!("sha256-{hex}"));
    let shelf = Shelf::default()
        .manifest('a', "", &[1])
        .manifest('s', "", &[2])
        .manifest('r', "", &[3])
        .manifest('q', "", &[4])
        .manifest('l', "r", &[])
        .about('r', 'a')
        .about('q', 'r')
        .tags('a', &["1"])
        .tags('s', &[&sig])
        .tags('l', &[&list]);
    let plan = shelf.plan(&["1"], "");
    let mut all: Vec<char> = removed(&plan).chars().collect();
    assert_eq!(all[0], 'a');
    all.sort_unstable();
    assert_eq!(all, ['a', 'l', 'q', 'r', 's']);
    assert_eq!((plan.manifests.len(), plan.referrers.len(), plan.tags.len()), (1, 4, 3));
    assert_eq!(plan.freed.bytes(), 5000 + 10);
}

#[test]
fn a_referrer_alone_is_taken_off_the_list_that_names_it() {
    let list = format!("sha256-{}", digest('a').encoded());
    let shelf = Shelf::default()
        .manifest('a', "", &[1])
        .manifest('r', "", &[3])
        .manifest('q', "", &[4])
        .manifest('l', "rq", &[])
        .about('r', 'a')
        .about('q', 'a')
        .tags('a', &["1"])
        .tags('l', &[&list]);
    let one = shelf.plan(&[], "r");
    assert_eq!(removed(&one), "r");
    let trimmed = Step::TrimReferrers { tag: tag(&list), digest: digest('l'), without: vec![digest('r')] };
    assert_eq!(one.steps[0], trimmed);
    let both = shelf.plan(&[], "rq");
    assert_eq!((removed(&both).len(), both.tags.len()), (3, 1), "an empty list goes as well: {both:?}");
}

#[test]
fn a_signature_with_a_tag_of_its_own_stays() {
    let sig = format!("sha256-{}.sig", digest('a').encoded());
    let shelf = Shelf::default()
        .manifest('a', "", &[1])
        .manifest('s', "", &[2])
        .tags('a', &["1"])
        .tags('s', &[&sig, "my-signature"]);
    let plan = shelf.plan(&["1"], "");
    assert_eq!((removed(&plan).as_str(), tags_alone(&plan)), ("a", vec![sig.as_str()]));
}

#[test]
fn protected_tags_are_refused_and_protect_their_manifest() {
    let shelf = Shelf::default().manifest('a', "", &[1]).tags('a', &["1", "latest"]);
    let refused = |plan: &Plan| plan.refused.iter().map(|it| it.what.clone()).collect::<Vec<_>>();
    let plan = shelf.plan_in(Mode::Tag, &["1", "latest"], "", &["latest"]);
    assert_eq!((refused(&plan), tags_alone(&plan)), (vec!["latest".to_owned()], vec!["1"]));
    let plan = shelf.plan_in(Mode::Manifest, &["1"], "", &["latest"]);
    assert_eq!((refused(&plan), tags_alone(&plan)), (vec![digest('a').to_string()], vec!["1"]));
    let plan = shelf.plan_in(Mode::Tag, &[], "a", &["latest"]);
    assert_eq!((refused(&plan), plan.is_empty()), (vec![digest('a').to_string()], true));
}

#[test]
fn a_protected_tag_keeps_the_children_of_what_goes() {
    let shelf = Shelf::default()
        .manifest('i', "a", &[])
        .manifest('a', "", &[1])
        .tags('i', &["1"])
        .tags('a', &["prod"]);
    assert_eq!(removed(&shelf.plan_in(Mode::Tag, &["1"], "", &["prod"])), "i");
}

#[test]
fn what_is_not_there_is_refused_and_what_leads_nowhere_can_go() {
    let mut shelf = Shelf::default().manifest('a', "", &[1]).tags('a', &["1"]).tags('x', &["dangling"]);
    shelf.0.tags.insert(tag("broken"), None);
    let plan = shelf.plan(&["broken", "dangling", "never"], "y");
    assert_eq!(tags_alone(&plan), ["broken", "dangling"]);
    let refused: Vec<&str> = plan.refused.iter().map(|it| it.what.as_str()).collect();
    assert_eq!(refused, [digest('y').as_str(), "never"]);
}

#[test]
fn while_a_tag_is_unread_manifests_stay() {
    let mut shelf = Shelf::default().manifest('i', "a", &[]).manifest('a', "", &[1]).tags('i', &["1"]);
    shelf.0.unread.insert(tag("who-knows"));
    shelf.0.tags.insert(tag("who-knows"), None);
    let plan = shelf.plan(&["1"], "");
    assert_eq!((removed(&plan).as_str(), tags_alone(&plan)), ("", vec!["1"]));
    assert_eq!(shelf.plan(&[], "i").refused[0].why, RefusalReason::Unread { n: 1 });
    assert_eq!(shelf.plan(&["who-knows"], "").refused[0].why, RefusalReason::Unread { n: 1 });
}

#[test]
fn what_others_use_is_not_freed() {
    let shelf = Shelf::default()
        .manifest('a', "", &[1, 2, 2])
        .manifest('b', "", &[2, 3])
        .tags('a', &["1"])
        .tags('b', &["2"]);
    let mut plan = shelf.plan(&["1"], "");
    assert_eq!(plan.freed.bytes(), 1001);
    assert_eq!(plan.keeps[0], Keep { what: Kept::Blob(blob(2), 2), why: KeepReason::UsedBy { n: 1 } });
    plan.freed.retain(|it| *it != blob(1));
    assert_eq!(plan.freed.bytes(), 1000);
}

#[test]
fn thousands_are_planned_in_a_moment() {
    let mut shelf = Shelf::default();
    for number in 0..5000_u32 {
        let name = char::from_u32(0x4e00 + number).unwrap();
        shelf = shelf.manifest(name, "", &[number, 100_000]).tags(name, &[&format!("t{number}")]);
    }
    let names: Vec<String> = (0..4999).map(|it| format!("t{it}")).collect();
    let plan = shelf.plan(&names.iter().map(String::as_str).collect::<Vec<_>>(), "");
    assert_eq!(plan.steps.len(), 4999);
}

#[test]
fn a_step_is_taken_only_while_nothing_else_hangs_on_it() {
    let shelf = || Shelf::default().manifest('i', "a", &[]).manifest('a', "", &[1]).tags('i', &["1", "2"]);
    let plan = shelf().plan(&["1", "2"], "");
    let changed = |holdings: &Holdings| check(holdings, &plan.steps);
    assert_eq!(changed(&shelf().0), [Ok(()), Ok(())]);
    let moved = shelf().manifest('n', "", &[2]).tags('n', &["2"]);
    let to = Some(digest('n'));
    assert_eq!(changed(&moved.0)[0], Err(Changed::TagMoved { tag: tag("2"), to }));
    let tagged = shelf().tags('i', &["3"]);
    assert_eq!(changed(&tagged.0)[0], Err(Changed::NewTags { tags: vec![tag("3")] }));
    let indexed = shelf().manifest('j', "a", &[]).tags('j', &["j"]);
    assert_eq!(changed(&indexed.0), [Ok(()), Err(Changed::NewIndexes { indexes: vec![digest('j')] })]);
    let mut unread = shelf();
    unread.0.unread.insert(tag("new"));
    assert_eq!(changed(&unread.0)[1], Err(Changed::Unread { n: 1 }));
    // What is gone already harms nobody.
    assert_eq!(changed(&Shelf::default().0), [Ok(()), Ok(())]);
}

#[test]
fn a_tag_alone_is_removed_only_where_it_was() {
    let shelf = || Shelf::default().manifest('a', "", &[1]).tags('a', &["1", "latest"]);
    let plan = shelf().plan(&["1"], "");
    assert_eq!(check(&shelf().0, &plan.steps), [Ok(())]);
    let moved = shelf().manifest('b', "", &[2]).tags('b', &["1"]);
    let to = Some(digest('b'));
    assert_eq!(check(&moved.0, &plan.steps), [Err(Changed::TagMoved { tag: tag("1"), to })]);
}
