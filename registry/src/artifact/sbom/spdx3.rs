//! SPDX 3, as JSON-LD (SPDX specification 3.0.1): a graph of elements that name each other by their ids.
//!
//! It is read as the JSON that the specification prescribes. Contexts are not fetched, so names that a context of its
//! own gives to things mean nothing here; neither do licences that are put together of other elements.

use std::collections::HashMap;

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::spdx::is_known;
use super::{MOST_PACKAGES, Package, PackageList};
use crate::artifact::{LONGEST_TEXT, cut};
use crate::lenient::each;

/// How many bytes of licences are copied to the packages that name them. What many of them share must not make a long
/// list of a short document.
const MOST_LICENCES: usize = 8 << 20;

/// How many licences of one relationship are looked at.
const MOST_NAMED: usize = 16;

/// Where the contexts of all versions are, each in a folder named like the version.
const CONTEXTS: &str = "https://spdx.org/rdf/";
/// Where the licences of SPDX's list are, each named by its id.
const LISTED_LICENCES: [&str; 2] = ["https://spdx.org/licenses/", "http://spdx.org/licenses/"];

/// The version of a document with this context, if that is one of SPDX 3.
pub(super) fn version(context: &Value) -> Option<&str> {
    match context {
        Value::String(text) => {
            let (version, _) = text.strip_prefix(CONTEXTS)?.split_once('/')?;
            version.starts_with("3.").then_some(version)
        }
        Value::Array(contexts) => contexts.iter().filter(|it| it.is_string()).find_map(version),
        _ => None,
    }
}

/// What the elements say of packages.
#[derive(Default)]
pub(super) struct Graph {
    packages: Vec<Package>,
    n_packages: usize,
    /// Where the package with an id is among those that are kept; `None` where it is not kept.
    places: HashMap<String, Option<usize>>,
    /// Licences by their ids.
    licences: HashMap<String, String>,
    relationships: Vec<Relationship>,
    document: Option<Document>,
    /// When something was made, by the ids of what says so, and what the first one says.
    created: HashMap<String, String>,
    first_created: Option<String>,
}

struct Relationship {
    from: String,
    is_concluded: bool,
    to: Vec<String>,
}

struct Document {
    name: Option<String>,
    creation: Option<String>,
}

impl<'de> Deserialize<'de> for Graph {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut graph = Self::default();
        each(deserializer, |element| graph.take(element))?;
        Ok(graph)
    }
}

impl Graph {
    /// Takes an element, and those that stand within it instead of beside it; the JSON reader bounds how deep this goes.
    fn take(&mut self, element: Value) {
        match element {
            Value::Array(items) => items.into_iter().for_each(|it| self.take(it)),
            Value::Object(fields) => {
                self.note(&fields);
                fields.into_iter().for_each(|(_, it)| self.take(it));
            }
            _ => {}
        }
    }

    fn note(&mut self, fields: &Map<String, Value>) {
        let Some(kind) = text(fields, "type").or_else(|| text(fields, "@type")) else { return };
        match kind {
            "software_Package" | "ai_AIPackage" | "dataset_DatasetPackage" => self.note_package(fields),
            "Relationship" => self.note_relationship(fields),
            "SpdxDocument" => {
                let (name, creation) = (owned(fields, "name"), fields.get("creationInfo").and_then(id_of));
                self.document.get_or_insert(Document { name, creation });
            }
            "CreationInfo" => {
                let Some(created) = owned(fields, "created") else { return };
                self.first_created.get_or_insert_with(|| created.clone());
                self.created.extend(id(fields).map(|id| (id, created)));
            }
            _ if kind.starts_with("simplelicensing_") || kind.starts_with("expandedlicensing_") => {
                let said = owned(fields, "simplelicensing_licenseExpression");
                let said = said.or_else(|| owned(fields, "name"));
                self.licences.extend(id(fields).zip(said));
            }
            _ => {}
        }
    }

    fn note_package(&mut self, fields: &Map<String, Value>) {
        let place = (self.packages.len() < MOST_PACKAGES).then_some(self.packages.len());
        if let Some(id) = id(fields) {
            // What is described twice is one package.
            if self.places.contains_key(&id) {
                return;
            }
            self.places.insert(id, place);
        }
        self.n_packages += 1;
        if place.is_none() {
            return;
        }
        let package = Package {
            name: owned(fields, "name").unwrap_or_default(),
            version: owned(fields, "software_packageVersion").filter(|it| is_known(it)),
            licence: None,
            purl: owned(fields, "software_packageUrl").or_else(|| identifier(fields)),
        };
        self.packages.push(package.cut());
    }

    fn note_relationship(&mut self, fields: &Map<String, Value>) {
        let is_concluded = match text(fields, "relationshipType") {
            Some("hasConcludedLicense") => true,
            Some("hasDeclaredLicense") => false,
            _ => return,
        };
        let (Some(from), Some(Value::Array(to))) = (fields.get("from").and_then(id_of), fields.get("to"))
        else {
            return;
        };
        let to = to.iter().take(MOST_NAMED).filter_map(id_of).collect();
        self.relationships.push(Relationship { from, is_concluded, to });
    }

    pub(super) fn into_list(mut self, version: &str) -> PackageList {
        let mut left = MOST_LICENCES;
        let mut packages = std::mem::take(&mut self.packages);
        self.license(&mut packages, true, &mut left);
        self.license(&mut packages, false, &mut left);
        let Document { name, creation } = self.document.unwrap_or(Document { name: None, creation: None });
        let created = creation.and_then(|it| self.created.remove(&it)).or(self.first_created);
        PackageList {
            format: cut(format!("SPDX-{version}")),
            name: name.map(cut),
            created: created.map(cut),
            packages: packages.into_iter().map(Package::cut).collect(),
            n_packages: self.n_packages,
        }
    }

    /// Gives the packages that have none yet the licences of one kind.
    fn license(&self, packages: &mut [Package], is_concluded: bool, left: &mut usize) {
        let has_one: Vec<bool> = packages.iter().map(|it| it.licence.is_some()).collect();
        for relationship in self.relationships.iter().filter(|it| it.is_concluded == is_concluded) {
            let Some(place) = self.places.get(&relationship.from).copied().flatten() else { continue };
            if has_one[place] {
                continue;
            }
            let licences = relationship.to.iter().filter_map(|it| self.licence(it)).filter(|it| is_known(it));
            for licence in licences {
                let said = packages[place].licence.get_or_insert_default();
                if said.len() > 4 * LONGEST_TEXT || licence.len() > *left {
                    break;
                }
                *left -= licence.len();
                if !said.is_empty() {
                    said.push_str(", ");
                }
                said.push_str(licence);
            }
            // Nothing is left of it where there was no more room.
            packages[place].licence.take_if(|it| it.is_empty());
        }
    }

    fn licence<'a>(&'a self, id: &'a str) -> Option<&'a str> {
        let listed = LISTED_LICENCES.iter().find_map(|it| id.strip_prefix(it));
        listed.or_else(|| self.licences.get(id).map(String::as_str))
    }
}

fn text<'a>(fields: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    fields.get(name)?.as_str().filter(|it| !it.is_empty())
}

fn owned(fields: &Map<String, Value>, name: &str) -> Option<String> {
    text(fields, name).map(str::to_owned)
}

fn id(fields: &Map<String, Value>) -> Option<String> {
    owned(fields, "spdxId").or_else(|| owned(fields, "@id"))
}

/// The id of what a field names, or of what stands there itself.
fn id_of(value: &Value) -> Option<String> {
    match value {
        Value::String(id) => Some(id.clone()),
        Value::Object(fields) => id(fields),
        _ => None,
    }
}

/// The package URL among the other identifiers of a package.
fn identifier(fields: &Map<String, Value>) -> Option<String> {
    let identifiers = fields.get("externalIdentifier")?.as_array()?;
    let mut all = identifiers.iter().filter_map(Value::as_object);
    let purl = all.find(|it| text(it, "externalIdentifierType") == Some("packageUrl"))?;
    owned(purl, "identifier")
}

#[cfg(test)]
mod tests;
