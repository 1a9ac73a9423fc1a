//! `/repositories`: adding a repository by name, for registries that do not list theirs.

use app::address::Address;
use app::error::{invalid_reference, problem_of};
use app::visitor::Visitor;
use axum::extract::rejection::FormRejection;
use axum::extract::{Extension, Form};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::asking::Asking;
use crate::problem::{of_server, refuse};
use crate::session::VisitorSession;

/// What the form sends.
#[derive(Debug, Deserialize)]
pub(crate) struct RepositoryForm {
    /// The id of the registry.
    registry: String,
    /// `team/api`, or a whole image reference.
    name: String,
}

/// Remembers the repository for this visitor and leads to what was named.
pub(crate) async fn add(
    Asking(engine): Asking,
    Extension(visitor): Extension<Visitor>,
    session: VisitorSession,
    form: Result<Form<RepositoryForm>, FormRejection>,
) -> Response {
    let form = match form {
        Ok(Form(form)) => form,
        Err(error) => {
            let title = "The form cannot be read";
            return refuse(of_server(StatusCode::BAD_REQUEST, "form-invalid", title, error.body_text()));
        }
    };
    let id = match engine.registry(&form.registry) {
        Ok(info) => &info.id,
        Err(error) => return refuse(problem_of(&error, visitor.locale)),
    };
    let address = match read(id, &form.name) {
        Ok(address) => address,
        Err(error) => return refuse(invalid_reference(&error, visitor.locale)),
    };
    if let Address::Tags { repository, .. } | Address::Image { repository, .. } = &address
        && let Err(error) = session.add(id, repository).await
    {
        tracing::error!(%error, "a session cannot be stored");
    }
    Redirect::to(&address.path()).into_response()
}

/// Reads a repository's name, or a reference as one pastes it, with the host before it and a tag behind it.
fn read(id: &str, name: &str) -> Result<Address, registry::reference::InvalidReference> {
    let name = name.trim();
    let name = name.strip_prefix(id).and_then(|rest| rest.strip_prefix('/')).unwrap_or(name);
    // An address may name a namespace, or nothing; a repository must be named here.
    let repository = name.split(['@', ':']).next().unwrap_or_default();
    repository.parse::<registry::RepositoryName>()?;
    Address::parse(&format!("/{id}/{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_pasted_references_lead_to_their_pages() {
        for (name, path) in [
            (" team/api ", "/localhost:5000/team/api"),
            ("localhost:5000/team/api", "/localhost:5000/team/api"),
            ("localhost:5000/team/api:1.2", "/localhost:5000/team/api:1.2"),
            ("team/api:1.2", "/localhost:5000/team/api:1.2"),
        ] {
            assert_eq!(read("localhost:5000", name).unwrap().path(), path);
        }
    }

    #[test]
    fn what_names_no_repository_is_refused() {
        for name in ["", "Team/API", "team/", "../x", "a b", "https://evil.example", "a%2fb"] {
            assert!(read("localhost:5000", name).is_err(), "{name}");
        }
    }
}
