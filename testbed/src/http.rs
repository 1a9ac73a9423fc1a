//! The HTTP client of tests.

/// A client that speaks TLS with *ring* and knows no proxy.
///
/// `reqwest` is built without cryptography of its own here; `reqwest::Client::new()` would panic.
pub fn client() -> reqwest::ClientBuilder {
    // An error means that it has been installed before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy()
}
