//! Who asks for something.

/// Who asks for something that is written down.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Actor {
    /// The name that somebody signed in with; empty where nobody signs in.
    pub name: String,
    /// The address that it came from; empty for what the server does by itself.
    pub address: String,
}
