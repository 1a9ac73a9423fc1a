//! CycloneDX, as XML (the schemas of the versions 1.0 to 1.7).
//!
//! Nothing is fetched or expanded: a document type, which may define entities, is refused, and only the five entities
//! that XML itself has mean something.

use quick_xml::Reader;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::cyclonedx::package;
use super::{MOST_PACKAGES, Package, PackageList};
use crate::artifact::{InvalidDocument, LONGEST_TEXT, cut};

/// The namespaces of all versions, each with the version behind it.
const NAMESPACE: &str = "http://cyclonedx.org/schema/bom/";
/// How many attributes of the root are looked at.
const MOST_ATTRIBUTES: usize = 64;
/// How deep what is read may lie, as the JSON reader has it.
const DEEPEST: usize = 128;

/// Whether a file is a CycloneDX document, whatever is wrong with it behind its root.
pub(in crate::artifact) fn is_cyclonedx_xml(bytes: &[u8]) -> bool {
    open(bytes).is_ok_and(|mut reader| Root::find(&mut reader).is_ok())
}

pub(super) fn list(bytes: &[u8]) -> Result<PackageList, InvalidDocument> {
    let mut reader = open(bytes)?;
    let root = Root::find(&mut reader)?;
    let mut walk = Walk::new(cut(format!("CycloneDX {}", root.version)));
    while !walk.places.is_empty() {
        match next(&mut reader)? {
            Event::Start(start) => walk.enter(root.own(&start))?,
            Event::End(_) => walk.leave(),
            Event::Text(text) => walk.take(&text),
            Event::CData(text) => walk.take(&text),
            Event::GeneralRef(reference) => walk.refer(&reference)?,
            Event::Eof => return Err(broken("it ends before its root does")),
            // Elements without a content are told as a start and an end.
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
    Ok(walk.list)
}

fn open(bytes: &[u8]) -> Result<Reader<&[u8]>, InvalidDocument> {
    let text = std::str::from_utf8(bytes).map_err(|_| broken("it is not UTF-8"))?;
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    Ok(reader)
}

fn next<'a>(reader: &mut Reader<&'a [u8]>) -> Result<Event<'a>, InvalidDocument> {
    match reader.read_event() {
        Ok(Event::DocType(_)) => Err(broken("it has a document type, which may define anything")),
        Ok(event) => Ok(event),
        Err(error) => Err(broken(&format!("{error} at byte {}", reader.error_position()))),
    }
}

fn broken(why: &str) -> InvalidDocument {
    InvalidDocument::Broken(crate::shorten(why))
}

/// What the element around everything else says.
struct Root {
    /// What stands before the names of elements that are CycloneDX's.
    prefix: Option<String>,
    version: String,
}

impl Root {
    fn find(reader: &mut Reader<&[u8]>) -> Result<Self, InvalidDocument> {
        loop {
            match next(reader)? {
                Event::Start(start) => return Self::of(&start),
                Event::Eof => break,
                Event::Text(text) if !text.trim().is_empty() => break,
                _ => {}
            }
        }
        Err(InvalidDocument::Other("CycloneDX document"))
    }

    fn of(start: &BytesStart<'_>) -> Result<Self, InvalidDocument> {
        let (name, prefix) = start.name().decompose();
        let prefix = prefix.map(|it| it.into_inner().to_owned());
        let declaration = match &prefix {
            Some(prefix) => format!("xmlns:{prefix}"),
            None => "xmlns".to_owned(),
        };
        let mut attributes = start.attributes();
        let mut attributes = attributes.with_checks(false).take(MOST_ATTRIBUTES).filter_map(Result::ok);
        let declared = attributes.find(|it| it.key.into_inner() == declaration);
        let version = declared.as_ref().and_then(|it| it.value.strip_prefix(NAMESPACE));
        match version {
            Some(version) if name.into_inner() == "bom" => Ok(Self { prefix, version: version.to_owned() }),
            _ => Err(InvalidDocument::Other("CycloneDX document")),
        }
    }

    /// The name of an element, if it is one of CycloneDX's; others may be put between them.
    fn own<'a>(&self, start: &'a BytesStart<'_>) -> Option<&'a str> {
        let (name, prefix) = start.name().decompose();
        (prefix.map(|it| it.into_inner()) == self.prefix.as_deref()).then(|| name.into_inner())
    }
}

/// An element that is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Bom,
    Metadata,
    Components,
    Component,
    Licences,
    Licence,
    Text(Field),
}

/// What a text is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Created,
    Group,
    Name,
    Version,
    Purl,
    Expression,
    Licence,
}

/// A component whose end has not come yet.
#[derive(Default)]
struct Component {
    /// Where it is among the packages; `None` if it is what the document describes, or one too many.
    place: Option<usize>,
    is_described: bool,
    group: Option<String>,
    name: Option<String>,
    version: Option<String>,
    purl: Option<String>,
    licence: Option<String>,
    licences: Vec<String>,
}

/// Goes through the elements of a document.
struct Walk {
    list: PackageList,
    /// The elements around what comes next.
    places: Vec<Place>,
    /// How many elements of no interest are around it within those.
    skipped: usize,
    components: Vec<Component>,
    text: String,
}

impl Walk {
    fn new(format: String) -> Self {
        let list = PackageList { format, ..PackageList::default() };
        Self { list, places: vec![Place::Bom], skipped: 0, components: Vec::new(), text: String::new() }
    }

    fn enter(&mut self, name: Option<&str>) -> Result<(), InvalidDocument> {
        match name.filter(|_| self.skipped == 0).and_then(|it| self.below(it)) {
            None => self.skipped += 1,
            Some(_) if self.places.len() == DEEPEST => return Err(broken("it is nested too deep")),
            Some(place) => {
                self.text.clear();
                if place == Place::Component {
                    self.begin();
                }
                self.places.push(place);
            }
        }
        Ok(())
    }

    /// What an element is that stands right below where this is, if it is of interest there.
    fn below(&self, name: &str) -> Option<Place> {
        let is_described = self.components.last().is_some_and(|it| it.is_described);
        Some(match (*self.places.last()?, name) {
            (Place::Bom, "metadata") => Place::Metadata,
            (Place::Bom, "components") => Place::Components,
            (Place::Metadata, "timestamp") => Place::Text(Field::Created),
            (Place::Metadata | Place::Components, "component") => Place::Component,
            (Place::Component, "components") if !is_described => Place::Components,
            (Place::Component, "licenses") => Place::Licences,
            (Place::Component, "group") => Place::Text(Field::Group),
            (Place::Component, "name") => Place::Text(Field::Name),
            (Place::Component, "version") => Place::Text(Field::Version),
            (Place::Component, "purl") => Place::Text(Field::Purl),
            (Place::Licences, "license") => Place::Licence,
            (Place::Licences, "expression") => Place::Text(Field::Expression),
            (Place::Licence, "id" | "name") => Place::Text(Field::Licence),
            _ => return None,
        })
    }

    /// Begins a component. It has its place before those within it, which end earlier.
    fn begin(&mut self) {
        let is_described = self.places.last() == Some(&Place::Metadata);
        let mut component = Component { is_described, ..Component::default() };
        if !is_described {
            self.list.n_packages += 1;
            if self.list.packages.len() < MOST_PACKAGES {
                component.place = Some(self.list.packages.len());
                self.list.packages.push(Package::default());
            }
        }
        self.components.push(component);
    }

    fn leave(&mut self) {
        if self.skipped > 0 {
            self.skipped -= 1;
            return;
        }
        match self.places.pop() {
            Some(Place::Text(field)) => self.keep(field),
            Some(Place::Licence) => {
                if let Some(component) = self.components.last_mut() {
                    component.licences.extend(component.licence.take());
                }
            }
            Some(Place::Component) => self.end(),
            _ => {}
        }
    }

    /// Keeps the text that ends; where there are several, the first counts.
    fn keep(&mut self, field: Field) {
        let text = self.text.trim();
        if text.is_empty() {
            return;
        }
        let text = cut(text.to_owned());
        if field == Field::Created {
            self.list.created.get_or_insert(text);
            return;
        }
        let Some(component) = self.components.last_mut() else { return };
        let place = match field {
            Field::Group => &mut component.group,
            Field::Name => &mut component.name,
            Field::Version => &mut component.version,
            Field::Purl => &mut component.purl,
            Field::Licence => &mut component.licence,
            Field::Expression => return component.licences.push(text),
            Field::Created => return,
        };
        place.get_or_insert(text);
    }

    fn end(&mut self) {
        let Some(it) = self.components.pop() else { return };
        let package = package(it.group, it.name.unwrap_or_default(), it.version, it.licences, it.purl);
        match it.place {
            Some(place) => self.list.packages[place] = package,
            None if it.is_described && !package.name.is_empty() => {
                self.list.name.get_or_insert(package.name);
            }
            None => {}
        }
    }

    fn take(&mut self, text: &str) {
        let is_text = matches!(self.places.last(), Some(Place::Text(_)));
        // More is cut off anyway.
        if is_text && self.skipped == 0 && self.text.len() <= 4 * LONGEST_TEXT {
            self.text.push_str(text);
        }
    }

    fn refer(&mut self, reference: &BytesRef<'_>) -> Result<(), InvalidDocument> {
        match reference.resolve_char_ref() {
            Ok(Some(character)) => self.take(character.encode_utf8(&mut [0; 4])),
            Ok(None) => match resolve_xml_entity(reference) {
                Some(text) => self.take(text),
                None => return Err(broken(&format!("&{}; stands for nothing", &**reference))),
            },
            Err(error) => return Err(broken(&error.to_string())),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
