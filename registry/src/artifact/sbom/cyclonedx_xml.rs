//! CycloneDX, as XML (ECMA-424; the schema `bom-1.6.xsd`).

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};

use super::cyclonedx::{Component, Document, Licence, LicenceChoice};
use super::{MOST_PACKAGES, PackageList};
use crate::artifact::InvalidDocument;

/// How deep elements may lie in each other.
const DEEPEST: usize = 256;
/// The longest text that is read of a field, in bytes.
const LONGEST: usize = 64 << 10;
/// What the names of all versions of the schema begin with.
const NAMESPACE: &str = "http://cyclonedx.org/schema/bom/";

/// An element, as far as it says something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Element {
    Bom,
    Metadata,
    Components,
    Component,
    Licences,
    Licence,
    Timestamp,
    Name,
    Group,
    Version,
    Purl,
    Expression,
    LicenceId,
    LicenceName,
    Other,
}

impl Element {
    fn within(parent: Option<Self>, name: &str) -> Self {
        match (parent, name) {
            (None, "bom") => Self::Bom,
            (Some(Self::Bom), "metadata") => Self::Metadata,
            (Some(Self::Metadata), "timestamp") => Self::Timestamp,
            (Some(Self::Bom | Self::Component), "components") => Self::Components,
            (Some(Self::Metadata | Self::Components), "component") => Self::Component,
            (Some(Self::Component), "name") => Self::Name,
            (Some(Self::Component), "group") => Self::Group,
            (Some(Self::Component), "version") => Self::Version,
            (Some(Self::Component), "purl") => Self::Purl,
            (Some(Self::Component), "licenses") => Self::Licences,
            (Some(Self::Licences), "license") => Self::Licence,
            (Some(Self::Licences), "expression") => Self::Expression,
            (Some(Self::Licence), "id") => Self::LicenceId,
            (Some(Self::Licence), "name") => Self::LicenceName,
            _ => Self::Other,
        }
    }
}

#[derive(Default)]
struct Building {
    document: Document,
    /// The elements around what is read, from the outermost.
    path: Vec<Element>,
    /// The components around it.
    open: Vec<Component>,
    licence: Licence,
    text: String,
}

pub(super) fn list(bytes: &[u8]) -> Result<PackageList, InvalidDocument> {
    let invalid = |error: &dyn std::fmt::Display| InvalidDocument::Xml(crate::shorten(&error.to_string()));
    let text = str::from_utf8(bytes).map_err(|error| invalid(&error))?;
    let mut reader = Reader::from_str(text);
    let mut building = Building::default();
    loop {
        match reader.read_event().map_err(|error| invalid(&error))? {
            Event::Start(start) => building.begin(&start)?,
            Event::End(_) => building.end(),
            Event::Text(text) => building.add(&text),
            Event::CData(text) => building.add(&text),
            // Entities that a document defines itself are left out: they are how small files become large ones.
            Event::GeneralRef(entity) => {
                if let Ok(Some(character)) = entity.resolve_char_ref() {
                    building.add(character.encode_utf8(&mut [0; 4]));
                } else if let Some(text) = resolve_predefined_entity(&entity) {
                    building.add(text);
                }
            }
            Event::Eof if building.path.is_empty() => break,
            Event::Eof => return Err(InvalidDocument::Xml("it ends before its end".to_owned())),
            _ => {}
        }
    }
    super::cyclonedx::list(building.document)
}

impl Building {
    fn begin(&mut self, start: &BytesStart<'_>) -> Result<(), InvalidDocument> {
        if self.path.len() >= DEEPEST {
            return Err(InvalidDocument::Xml(format!(
                "its elements lie deeper than {DEEPEST} in each other"
            )));
        }
        let element = Element::within(self.path.last().copied(), start.local_name().as_ref());
        match element {
            Element::Bom => {
                let name = start
                    .attributes()
                    .flatten()
                    .find_map(|it| it.value.strip_prefix(NAMESPACE).map(str::to_owned));
                if let Some(version) = name {
                    self.document.bom_format = "CycloneDX".to_owned();
                    self.document.spec_version = version;
                }
            }
            Element::Component => self.open.push(Component::default()),
            Element::Licence => self.licence = Licence::default(),
            _ => {}
        }
        self.text.clear();
        self.path.push(element);
        Ok(())
    }

    fn add(&mut self, text: &str) {
        let has_room = self.text.len() + text.len() <= LONGEST;
        if has_room && !matches!(self.path.last(), None | Some(Element::Other)) {
            self.text.push_str(text);
        }
    }

    fn end(&mut self) {
        let Some(element) = self.path.pop() else { return };
        let text =
            Some(std::mem::take(&mut self.text)).map(|it| it.trim().to_owned()).filter(|it| !it.is_empty());
        let component = self.open.last_mut();
        match (element, component) {
            (Element::Timestamp, _) => self.document.metadata.timestamp = text,
            (Element::Component, _) => self.end_component(),
            (Element::Name, Some(it)) => it.name = text.unwrap_or_default(),
            (Element::Group, Some(it)) => it.group = text,
            (Element::Version, Some(it)) => it.version = text,
            (Element::Purl, Some(it)) => it.purl = text,
            (Element::Expression, Some(it)) => {
                it.licenses.push(LicenceChoice { expression: text, license: Licence::default() });
            }
            (Element::LicenceId, _) => self.licence.id = text,
            (Element::LicenceName, _) => self.licence.name = text,
            (Element::Licence, Some(it)) => {
                let license = std::mem::take(&mut self.licence);
                it.licenses.push(LicenceChoice { expression: None, license });
            }
            _ => {}
        }
    }

    fn end_component(&mut self) {
        let Some(component) = self.open.pop() else { return };
        if self.path.last() == Some(&Element::Metadata) {
            self.document.metadata.component = Some(component);
        } else if let Some(outer) = self.open.last_mut() {
            outer.components.push(component);
        } else {
            let components = &mut self.document.components;
            components.total += 1;
            if components.items.len() < MOST_PACKAGES {
                components.items.push(component);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_are_packages_those_within_others_too() {
        let text = r#"<?xml version="1.0" encoding="UTF-8"?>
            <!DOCTYPE bom [<!ENTITY big "much">]>
            <bom xmlns="http://cyclonedx.org/schema/bom/1.6" version="1">
              <metadata><timestamp>2026-01-02T03:04:05Z</timestamp>
                <component type="container"><name>app</name></component></metadata>
              <components>
                <component type="library"><group>org.example</group><name>co&amp;re&#33;&big;</name>
                  <version> 2.0 </version><purl><![CDATA[pkg:maven/core@2.0]]></purl>
                  <licenses><license><id>MIT</id></license><license><name>Own</name><url>x</url></license>
                    <expression>A OR B</expression></licenses>
                  <supplier><name>no component</name></supplier>
                  <components><component><name>inner</name></component></components>
                </component>
                <component/>
              </components>
            </bom>"#;
        let list = list(text.as_bytes()).unwrap();
        assert_eq!((list.format.as_str(), list.name.as_deref()), ("CycloneDX 1.6", Some("app")));
        assert_eq!(list.created.as_deref(), Some("2026-01-02T03:04:05Z"));
        let [core, inner] = list.packages.as_slice() else { panic!("{list:?}") };
        assert_eq!((core.name.as_str(), inner.name.as_str()), ("org.example/co&re!", "inner"));
        assert_eq!(
            (core.version.as_deref(), core.purl.as_deref()),
            (Some("2.0"), Some("pkg:maven/core@2.0"))
        );
        assert_eq!(core.licence.as_deref(), Some("MIT, Own, A OR B"));
    }

    #[test]
    fn other_documents_and_broken_ones_are_errors() {
        let deep = format!("<bom>{}", "<a>".repeat(DEEPEST));
        for text in [
            "",
            "<html></html>",
            "<bom></bom>",
            r#"<bom xmlns="http://cyclonedx.org/schema/bom/1.5"><components>"#,
            r#"<bom xmlns="http://cyclonedx.org/schema/bom/1.5"></components>"#,
            r#"{"bomFormat": "CycloneDX"}"#,
            &deep,
        ] {
            assert!(list(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn more_components_than_are_kept_are_counted() {
        let many = "<component><name>a</name></component>".repeat(MOST_PACKAGES + 5);
        let text = format!(r#"<bom xmlns="{NAMESPACE}1.4"><components>{many}</components></bom>"#);
        let list = list(text.as_bytes()).unwrap();
        assert_eq!((list.packages.len(), list.n_packages), (MOST_PACKAGES, MOST_PACKAGES + 5));
    }
}
