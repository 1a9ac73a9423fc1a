//! Forms that act on a registry and lead back to the page they are on.

use app::error::{Problem, invalid_reference, problem_of};
use app::same_site_path::SameSitePath;
use app::visitor::Visitor;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use engine::Engine;
use registry::RepositoryName;
use url::form_urlencoded;

use crate::problem::{of_server, refuse};

/// The fields of a form.
#[derive(Debug)]
pub(crate) struct Fields {
    fields: Vec<(String, String)>,
    visitor: Visitor,
}

impl Fields {
    /// The value of a field; absent where it is empty, as forms send what nobody filled in.
    pub(crate) fn one(&self, name: &str) -> Option<&str> {
        let filled = self.fields.iter().find(|(it, value)| it == name && !value.is_empty());
        filled.map(|(_, value)| value.as_str())
    }

    /// All values of a field.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields.iter().filter(move |(it, _)| it == name).map(|(_, value)| value.as_str())
    }

    /// The value of a field as it was sent, empty or not: that of the button that was pressed.
    pub(crate) fn sent(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str())
    }

    /// The registry that is meant: the one that is named, or else the only one.
    pub(crate) fn registry(&self, engine: &Engine) -> Result<String, Refusal> {
        let mut all = engine.registries().map(|it| it.id.clone());
        let named = self.one("registry").map(str::to_owned);
        let id = named.or_else(|| all.next().filter(|_| all.next().is_none())).unwrap_or_default();
        engine.registry(&id).map(|it| it.id.clone()).map_err(|error| self.refusal(&error))
    }

    /// The repository that is named, if there is one.
    pub(crate) fn repository(&self) -> Result<Option<RepositoryName>, Refusal> {
        self.one("repository")
            .map(str::parse)
            .transpose()
            .map_err(|error| Refusal::of(invalid_reference(&error, self.visitor.locale)))
    }

    /// The page that the form was on; never one of another site.
    pub(crate) fn here(&self) -> SameSitePath {
        self.one("here").and_then(SameSitePath::parse).unwrap_or_else(SameSitePath::home)
    }

    /// Leads back to where the form was.
    pub(crate) fn back(&self) -> Response {
        Redirect::to(self.here().as_str()).into_response()
    }

    /// Why something was not done.
    pub(crate) fn refusal(&self, error: &engine::Error) -> Refusal {
        Refusal::of(problem_of(error, self.visitor.locale))
    }
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        // Whoever was not recognised is shown what everybody is.
        let visitor = request.extensions().get::<Visitor>().cloned().unwrap_or_default();
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok());
        if !kind.is_some_and(|it| it.starts_with("application/x-www-form-urlencoded")) {
            return Err(Refusal::unreadable("It is not of the type application/x-www-form-urlencoded."));
        }
        let body = Bytes::from_request(request, state).await;
        let body = body.map_err(|error| Refusal::unreadable(&error.body_text()))?;
        let fields = form_urlencoded::parse(&body).into_owned().collect();
        Ok(Self { fields, visitor })
    }
}

/// Why what a form asks for was not done.
#[derive(Debug)]
pub(crate) struct Refusal(Box<Problem>);

impl Refusal {
    fn of(problem: Problem) -> Self {
        Self(Box::new(problem))
    }

    /// What was sent is not what the form sends.
    pub(crate) fn unreadable(why: &str) -> Self {
        Self::of(of_server(StatusCode::BAD_REQUEST, "form-invalid", "The form cannot be read", why))
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        refuse(*self.0)
    }
}
