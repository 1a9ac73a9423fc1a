//! A certificate authority of our own, for registries behind TLS and for client certificates.

use std::fmt;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};

use crate::error::Result;

/// A certificate authority; clones share its key.
#[derive(Clone)]
pub struct Authority {
    certificate: Arc<Certificate>,
    issuer: Arc<Issuer<'static, KeyPair>>,
}

/// A certificate and its key, both PEM.
#[derive(Clone)]
pub struct Identity {
    /// The certificate.
    pub certificate_pem: String,
    /// The certificate without PEM's armour.
    pub certificate_der: Vec<u8>,
    /// The key, PKCS#8.
    pub key_pem: String,
    /// The key without PEM's armour.
    pub key_der: Vec<u8>,
}

impl Authority {
    /// A new authority with a new key.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn new() -> Result<Self> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::new(Vec::new())?;
        params.distinguished_name.push(DnType::CommonName, "Stowage testbed");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages =
            vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(2099, 1, 1);
        let certificate = params.self_signed(&key)?;
        Ok(Self { certificate: Arc::new(certificate), issuer: Arc::new(Issuer::new(params, key)) })
    }

    /// The authority's certificate, as a client must trust it.
    pub fn ca_pem(&self) -> String {
        self.certificate.pem()
    }

    /// A certificate for `127.0.0.1` and `localhost`.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn server(&self) -> Result<Identity> {
        self.issue("localhost", ExtendedKeyUsagePurpose::ServerAuth, 2099)
    }

    /// The same, but it ran out years ago.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn expired_server(&self) -> Result<Identity> {
        self.issue("localhost", ExtendedKeyUsagePurpose::ServerAuth, 2021)
    }

    /// A certificate with which a client proves who it is.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn client(&self) -> Result<Identity> {
        self.issue("testbed-client", ExtendedKeyUsagePurpose::ClientAuth, 2099)
    }

    /// Certificate and key of a new [`client`](Self::client) in one PEM text.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn client_identity_pem(&self) -> Result<String> {
        self.client().map(|identity| identity.pem())
    }

    fn issue(&self, name: &str, usage: ExtendedKeyUsagePurpose, last_year: i32) -> Result<Identity> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::new(vec!["localhost".to_owned(), "127.0.0.1".to_owned()])?;
        params.distinguished_name.push(DnType::CommonName, name);
        params.use_authority_key_identifier_extension = true;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![usage];
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(last_year, 1, 1);
        let certificate = params.signed_by(&key, &*self.issuer)?;
        Ok(Identity {
            certificate_pem: certificate.pem(),
            certificate_der: certificate.der().to_vec(),
            key_pem: key.serialize_pem(),
            key_der: key.serialize_der(),
        })
    }
}

impl Identity {
    /// Certificate and key in one text, as HTTP clients take them.
    pub fn pem(&self) -> String {
        format!("{}{}", self.certificate_pem, self.key_pem)
    }
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authority").finish_non_exhaustive()
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").finish_non_exhaustive()
    }
}
