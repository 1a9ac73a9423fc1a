use super::*;

fn digest() -> String {
    format!("sha256:{}", "a".repeat(64))
}

#[test]
fn every_path_leads_to_its_address_and_back() {
    for path in [
        "/".to_owned(),
        "/search".to_owned(),
        "/activity".to_owned(),
        "/trash".to_owned(),
        "/compare".to_owned(),
        "/cleanup".to_owned(),
        "/login".to_owned(),
        "/settings".to_owned(),
        "/plans/0123abcd".to_owned(),
        "/jobs/0123abcd".to_owned(),
        "/localhost:5000".to_owned(),
        "/localhost:5000/team/".to_owned(),
        "/localhost:5000/team/tools/".to_owned(),
        "/ghcr.io/team/tools/cli".to_owned(),
        "/ghcr.io/nginx:1.27-alpine".to_owned(),
        format!("/ghcr.io/team/nginx@{}", digest()),
    ] {
        assert_eq!(Address::parse(&path).unwrap().path(), path);
    }
}

#[test]
fn a_pasted_reference_with_tag_and_digest_opens_the_digest() {
    let address = Address::parse(&format!("/ghcr.io/team/nginx:1.27@{}", digest())).unwrap();
    assert_eq!(address.path(), format!("/ghcr.io/team/nginx@{}", digest()));
}

#[test]
fn encoded_paths_are_read_and_ids_stay_one_part() {
    assert_eq!(Address::parse("/a/b%3Ac").unwrap(), Address::parse("/a/b:c").unwrap());
    assert_eq!(Address::Catalog { registry: "a b/c".to_owned() }.path(), "/a%20b%2Fc");
    assert_eq!(Address::parse("/localhost:5000/").unwrap().path(), "/localhost:5000");
}

#[test]
fn signing_in_knows_where_to_go_on() {
    assert_eq!(sign_in("/r/a?q=b c&page=2"), "/login?next=%2Fr%2Fa%3Fq%3Db+c%26page%3D2");
    assert_eq!(sign_in(""), "/login");
}

#[test]
fn refuses_what_names_nothing() {
    for path in
        ["/r/UPPER", "/r/a//b", "/r/../etc/passwd", "/r/a:b:c", "/r/a@sha256:x", "/r/a%00b", "/r//", "/r/a:"]
    {
        assert!(Address::parse(path).is_err(), "{path}");
    }
}
