//! Which certificates we trust, and which one we show.

use std::sync::{Arc, OnceLock};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, RootCertStore, SignatureScheme};

use crate::client::config::TlsConfig;
use crate::error::Error;

/// The settings of TLS: the system's authorities and the configured ones, and the client certificate if there is one.
///
/// A system without any authorities (an empty container) is no error here: plain http needs none.
///
/// # Errors
/// [`Error::InvalidConfig`] if a certificate or its key cannot be used.
pub fn settings(config: &TlsConfig) -> Result<rustls::ClientConfig, Error> {
    let provider = Arc::new(ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| invalid("tls", error))?;
    let builder = if config.skip_verify {
        builder.dangerous().with_custom_certificate_verifier(Arc::new(TrustAnything(provider)))
    } else {
        builder.with_root_certificates(authorities(config)?)
    };
    let mut settings = match &config.client_identity_pem {
        Some(pem) => {
            let (chain, key) = identity(pem)?;
            builder.with_client_auth_cert(chain, key).map_err(|error| invalid("client certificate", error))?
        }
        None => builder.with_no_client_auth(),
    };
    settings.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(settings)
}

fn authorities(config: &TlsConfig) -> Result<RootCertStore, Error> {
    let mut authorities = system_authorities().clone();
    if let Some(pem) = &config.ca_pem {
        for certificate in certificates("certificate of the authority", pem)? {
            authorities.add(certificate).map_err(|error| invalid("certificate of the authority", error))?;
        }
    }
    Ok(authorities)
}

/// The system's authorities, which are read once, for there are more than a hundred of them.
fn system_authorities() -> &'static RootCertStore {
    static AUTHORITIES: OnceLock<RootCertStore> = OnceLock::new();
    AUTHORITIES.get_or_init(|| {
        let system = rustls_native_certs::load_native_certs();
        for error in &system.errors {
            tracing::debug!(%error, "an authority of the system cannot be read");
        }
        let mut authorities = RootCertStore::empty();
        authorities.add_parsable_certificates(system.certs);
        authorities
    })
}

fn identity(pem: &[u8]) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), Error> {
    let chain = certificates("client certificate", pem)?;
    let key = PrivateKeyDer::from_pem_slice(pem)
        .map_err(|_| invalid("client certificate", "there is no private key in PEM form beside it"))?;
    Ok((chain, key))
}

fn certificates(setting: &str, pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, Error> {
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    match certificates {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        _ => Err(invalid(setting, "it holds no certificate in PEM form")),
    }
}

fn invalid(setting: &str, why: impl ToString) -> Error {
    Error::InvalidConfig { setting: setting.to_owned(), why: crate::shorten(&why.to_string()) }
}

/// Takes any certificate, because the configuration says so; the signatures of the handshake still have to be right.
#[derive(Debug)]
struct TrustAnything(Arc<CryptoProvider>);

impl ServerCertVerifier for TrustAnything {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signature, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signature, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_which_setting_is_wrong() {
        let config = TlsConfig { ca_pem: Some(b"nothing".to_vec()), ..TlsConfig::default() };
        assert!(
            matches!(settings(&config), Err(Error::InvalidConfig { setting, .. }) if setting.contains("authority"))
        );
        let config = TlsConfig { client_identity_pem: Some(b"nothing".to_vec()), ..TlsConfig::default() };
        assert!(
            matches!(settings(&config), Err(Error::InvalidConfig { setting, .. }) if setting.contains("client"))
        );
    }
}
