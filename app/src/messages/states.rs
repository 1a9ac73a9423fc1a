//! The states that a registry can hold a manifest in: a word for the row, and what to do for the page.

use registry::created::CreatedState;
use registry::summary::State;

use crate::visitor::Locale;

super::texts! {
    unknown: "unknown", "inconnu";
    missing: "missing", "absent";
}

impl Locale {
    /// The word for a row; nothing where all is well.
    pub(crate) const fn state(self, state: State) -> Option<&'static str> {
        Some(match (self, state) {
            (_, State::Ok) => return None,
            (Self::En, State::ManifestMissing) => "manifest gone",
            (Self::Fr, State::ManifestMissing) => "manifeste disparu",
            (Self::En, State::ChildMissing) => "platform missing",
            (Self::Fr, State::ChildMissing) => "plateforme absente",
            (Self::En, State::ConfigMissing) => "configuration gone",
            (Self::Fr, State::ConfigMissing) => "configuration disparue",
            (Self::En, State::Unreadable) => "unreadable",
            (Self::Fr, State::Unreadable) => "illisible",
            (Self::En, State::Failed) => "not answered",
            (Self::Fr, State::Failed) => "sans réponse",
            (Self::En, State::Unread) => "not read yet",
            (Self::Fr, State::Unread) => "pas encore lu",
        })
    }

    /// What the state means and what to do about it.
    pub(crate) const fn state_remedy(self, state: State) -> Option<&'static str> {
        Some(match (self, state) {
            (_, State::Ok) => return None,
            (Self::En, State::ManifestMissing) => {
                "The registry lists this tag, but the manifest behind it is gone: it was deleted, or the storage lost it. Push the tag again, or delete it."
            }
            (Self::Fr, State::ManifestMissing) => {
                "Le registre liste ce tag, mais son manifeste a disparu : il a été supprimé, ou le stockage l’a perdu. Poussez le tag à nouveau, ou supprimez-le."
            }
            (Self::En, State::ChildMissing) => {
                "The index names a platform whose manifest is not in this registry. Pulling for that platform fails; the others work. It was deleted on its own, or the copy left it out. Push or copy the whole index again."
            }
            (Self::Fr, State::ChildMissing) => {
                "L’index nomme une plateforme dont le manifeste n’est pas dans ce registre. Le pull échoue pour cette plateforme ; les autres fonctionnent. Il a été supprimé seul, ou la copie l’a omis. Poussez ou copiez à nouveau tout l’index."
            }
            (Self::En, State::ConfigMissing) => {
                "The configuration that the manifest names is not in this registry, so the image cannot be pulled, and its platform and date are not known. Push the image again; the layers that are still there are not sent twice."
            }
            (Self::Fr, State::ConfigMissing) => {
                "La configuration nommée par le manifeste n’est pas dans ce registre : l’image ne peut pas être tirée, sa plateforme et sa date sont inconnues. Poussez l’image à nouveau ; les couches encore présentes ne sont pas renvoyées."
            }
            (Self::En, State::Unreadable) => {
                "What the registry holds is not what it should be, so clients refuse it as well. Push the image again."
            }
            (Self::Fr, State::Unreadable) => {
                "Ce que le registre conserve n’est pas ce que cela devrait être ; les clients le refusent aussi. Poussez l’image à nouveau."
            }
            (Self::En, State::Failed) => {
                "The registry did not answer for this one. Reload the page; if it stays, look into the registry’s log."
            }
            (Self::Fr, State::Failed) => {
                "Le registre n’a pas répondu pour celui-ci. Rechargez la page ; si cela persiste, consultez le journal du registre."
            }
            (Self::En, State::Unread) => "There was no time to read this one. Reload the page to go on.",
            (Self::Fr, State::Unread) => {
                "Le temps a manqué pour lire celui-ci. Rechargez la page pour continuer."
            }
        })
    }

    /// Why there is no date: the words for the cell, and the explanation for its title.
    pub(crate) const fn no_date(self, state: CreatedState) -> (&'static str, &'static str) {
        match (self, state) {
            (Self::En, CreatedState::Recorded | CreatedState::NotRecorded) => {
                ("not recorded", "The image does not say when it was made.")
            }
            (Self::Fr, CreatedState::Recorded | CreatedState::NotRecorded) => {
                ("non consignée", "L’image ne dit pas quand elle a été créée.")
            }
            (Self::En, CreatedState::Placeholder) => (
                "not recorded",
                "The image carries a placeholder (the year 1, 1970 or 1980), as reproducible builds write it.",
            ),
            (Self::Fr, CreatedState::Placeholder) => (
                "non consignée",
                "L’image porte une date fictive (l’an 1, 1970 ou 1980), comme en écrivent les builds reproductibles.",
            ),
            (Self::En, CreatedState::Unreadable) => {
                ("unreadable", "The image carries a text that is not a date.")
            }
            (Self::Fr, CreatedState::Unreadable) => {
                ("illisible", "L’image porte un texte qui n’est pas une date.")
            }
        }
    }
}
