use super::*;
use crate::artifact::ArtifactKind;

fn list(text: &str) -> Result<PackageList, InvalidDocument> {
    PackageList::parse(ArtifactKind::CycloneDx, text.as_bytes())
}

fn bom(content: &str) -> String {
    format!(r#"<bom xmlns="http://cyclonedx.org/schema/bom/1.6">{content}</bom>"#)
}

#[test]
fn components_are_packages_those_within_others_too() {
    let list = list(
        "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<!-- made by hand -->\r\n\
         <bom xmlns=\"http://cyclonedx.org/schema/bom/1.5\" serialNumber=\"urn:uuid:1\" version=\"1\">\
           <metadata><timestamp>2026-01-02T03:04:05Z</timestamp>\
             <tools><components><component type=\"application\"><name>a tool</name></component></components></tools>\
             <component type=\"container\"><name>app</name><version>1</version>\
               <components><component><name>of the app</name></component></components></component>\
           </metadata>\
           <components>\
             <component type=\"library\" bom-ref=\"a\">\
               <publisher>The team</publisher><group>org.example</group><name>core</name><version> 2.0 </version>\
               <licenses><license><id>MIT</id><text><![CDATA[</bom>]]></text></license><license><name>Own &amp; free</name></license>\
                 <license/><expression>A OR B</expression></licenses>\
               <purl>pkg:maven/core@2.0?a=1&#38;b=<![CDATA[<2>]]></purl>\
               <pedigree><ancestors><component><name>an ancestor</name></component></ancestors></pedigree>\
               <components><component type=\"file\"><name>inner</name></component></components>\
             </component>\
             <component/>\
           </components>\
           <services><service><name>a service</name></service></services>\
         </bom>\n<!-- the end -->",
    )
    .unwrap();
    assert_eq!((list.format.as_str(), list.name.as_deref()), ("CycloneDX 1.5", Some("app")));
    assert_eq!(list.created.as_deref(), Some("2026-01-02T03:04:05Z"));
    let names: Vec<_> = list.packages.iter().map(|it| it.name.as_str()).collect();
    assert_eq!((names.as_slice(), list.n_packages), (&["org.example/core", "inner", ""][..], 3));
    let core = &list.packages[0];
    assert_eq!(core.version.as_deref(), Some("2.0"));
    assert_eq!(core.licence.as_deref(), Some("MIT, Own & free, A OR B"));
    assert_eq!(core.purl.as_deref(), Some("pkg:maven/core@2.0?a=1&b=<2>"));
}

#[test]
fn only_elements_of_the_namespace_count() {
    let list = list(
        r#"<c:bom xmlns="http://example.com" xmlns:c="http://cyclonedx.org/schema/bom/1.4"><c:components>
            <component><name>foreign</name></component>
            <c:component><name>foreign</name><c:name>own</c:name><v:ns xmlns:v="v"><c:version>1</c:version></v:ns></c:component>
        </c:components></c:bom>"#,
    )
    .unwrap();
    assert_eq!((list.n_packages, list.packages[0].name.as_str()), (1, "own"));
    assert_eq!(list.packages[0].version, None);
}

#[test]
fn what_is_no_document_is_refused() {
    let other = Err(InvalidDocument::Other("CycloneDX document"));
    for text in [
        "<bom/>",
        "<html></html>",
        r#"<bom xmlns="http://example.com/"/>"#,
        r#"<components xmlns="http://cyclonedx.org/schema/bom/1.6"/>"#,
        r#"<a:bom xmlns="http://cyclonedx.org/schema/bom/1.6"/>"#,
        "<!-- nothing -->",
        "<?xml version='1.0'?> text",
    ] {
        assert_eq!(list(text), other, "{text}");
        assert!(!is_cyclonedx_xml(text.as_bytes()), "{text}");
    }
    assert_eq!(list(&bom("")).map(|it| it.n_packages), Ok(0));
    assert!(is_cyclonedx_xml(bom("<unclosed>").as_bytes()));
}

#[test]
fn what_is_broken_says_why() {
    let why = |text: &str| list(text).unwrap_err().to_string();
    for (content, said) in [
        ("<components>", "expected `</components>`"),
        ("<components></metadata>", "expected `</components>`"),
        ("<!-- ", "comment not closed"),
        ("<metadata><timestamp>&nbsp;</timestamp></metadata>", "&nbsp; stands for nothing"),
        ("<metadata><timestamp>&#x110000;</timestamp></metadata>", "cannot be read"),
        ("a & b", "not closed"),
    ] {
        let said_of_it = why(&bom(content));
        assert!(said_of_it.contains(said), "{content}: {said_of_it}");
    }
    assert!(
        why("<bom xmlns='http://cyclonedx.org/schema/bom/1.6'>").contains("it ends before its root does")
    );
    let latin = b"<bom xmlns='http://cyclonedx.org/schema/bom/1.6'>\xe9</bom>";
    let error = PackageList::parse(ArtifactKind::CycloneDx, latin).unwrap_err();
    assert_eq!(error.to_string(), "it cannot be read: it is not UTF-8");
}

#[test]
fn entities_are_not_expanded_and_documents_that_define_some_are_refused() {
    let bomb = format!(
        r#"<!DOCTYPE bom [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>{}"#,
        bom("<components><component><name>&b;&c;</name></component></components>")
    );
    assert!(list(&bomb).unwrap_err().to_string().contains("document type"));
    assert!(!is_cyclonedx_xml(bomb.as_bytes()));
}

#[test]
fn limits_hold() {
    let long = "x".repeat(10 * LONGEST_TEXT);
    let text = bom(&format!(
        "<components><component><name>{long}</name><licenses>{}</licenses></component>{}</components>",
        "<expression>MIT</expression>".repeat(LONGEST_TEXT),
        "<component/>".repeat(MOST_PACKAGES),
    ));
    let list = list(&text).unwrap();
    assert_eq!((list.packages.len(), list.n_packages), (MOST_PACKAGES, MOST_PACKAGES + 1));
    let first = &list.packages[0];
    assert_eq!(first.name.chars().count(), LONGEST_TEXT + 1);
    assert_eq!(first.licence.as_ref().unwrap().chars().count(), LONGEST_TEXT + 1);
}

#[test]
fn what_is_nested_without_end_is_refused_where_it_is_read_and_passed_over_elsewhere() {
    let deep = "<components><component>".repeat(100_000);
    assert!(list(&bom(&deep)).unwrap_err().to_string().contains("nested too deep"));
    let (open, close) = ("<x>".repeat(100_000), "</x>".repeat(100_000));
    assert_eq!(list(&bom(&format!("{open}{close}"))).map(|it| it.n_packages), Ok(0));
    let declarations: String = (0..50_000).map(|it| format!(" xmlns:a{it}='a'")).collect();
    assert_eq!(list(&bom(&format!("<x{declarations}/>"))).map(|it| it.n_packages), Ok(0));
}
