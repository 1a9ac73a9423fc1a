//! Which certificates of the provider we trust.

use std::sync::Arc;

use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

/// Trusts the system's authorities and those in PEM form. A system without any is no error: they may all be given.
pub(super) fn settings(ca_pem: Option<&[u8]>) -> Result<ClientConfig, String> {
    let mut authorities = RootCertStore::empty();
    authorities.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(pem) = ca_pem {
        let given: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
        let given = given.ok().filter(|it| !it.is_empty());
        let given = given.ok_or("the certificate of the authority is not in PEM form")?;
        for certificate in given {
            let added = authorities.add(certificate);
            added.map_err(|error| format!("the certificate of the authority cannot be used: {error}"))?;
        }
    }
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().map_err(|error| error.to_string())?;
    let mut settings = builder.with_root_certificates(authorities).with_no_client_auth();
    settings.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(settings)
}
