//! What the failures of the network mean.

use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use rustls::{AlertDescription, CertificateError};

use crate::client::addresses::PrivateAddress;
use crate::error::{BlockedReason, Error, TlsReason, UnreachableReason};

/// The meaning of a request that got no answer, or only a part of one.
pub(crate) fn meaning(error: &reqwest::Error, host: &str, connect_timeout: Duration) -> Error {
    let host = host.to_owned();
    let causes = causes(error);
    if causes.iter().any(|it| it.is::<PrivateAddress>()) {
        return Error::Blocked { host, why: BlockedReason::PrivateAddress };
    }
    if let Some(error) = causes.iter().find_map(|it| it.downcast_ref::<rustls::Error>()) {
        return Error::Tls { host, reason: tls_reason(error) };
    }
    if error.is_timeout() {
        return Error::Timeout { host, after_secs: connect_timeout.as_secs() };
    }
    if let Some(error) = causes.iter().find_map(|it| it.downcast_ref::<hyper::Error>())
        && error.is_parse()
    {
        return Error::NotARegistry { host, why: "the answer is not HTTP".to_owned() };
    }
    Error::Unreachable { host, reason: unreachable_reason(error, &causes) }
}

/// The error and everything below it. `io::Error` hides the error it wraps from the usual walk.
fn causes(error: &reqwest::Error) -> Vec<&(dyn StdError + 'static)> {
    let mut causes: Vec<&(dyn StdError + 'static)> = Vec::new();
    let mut next = error.source();
    while let Some(cause) = next {
        causes.push(cause);
        let wrapped = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = match wrapped {
            Some(wrapped) => Some(wrapped as &(dyn StdError + 'static)),
            None => cause.source(),
        };
    }
    causes
}

fn unreachable_reason(error: &reqwest::Error, causes: &[&(dyn StdError + 'static)]) -> UnreachableReason {
    if error.is_dns() {
        return UnreachableReason::Dns;
    }
    for cause in causes {
        if let Some(error) = cause.downcast_ref::<io::Error>() {
            match error.kind() {
                io::ErrorKind::ConnectionRefused => return UnreachableReason::Refused,
                io::ErrorKind::ConnectionReset
                | io::ErrorKind::ConnectionAborted
                | io::ErrorKind::BrokenPipe
                | io::ErrorKind::UnexpectedEof => return UnreachableReason::Reset,
                _ => {}
            }
        }
        if let Some(error) = cause.downcast_ref::<hyper::Error>()
            && (error.is_incomplete_message() || error.is_closed() || error.is_canceled())
        {
            return UnreachableReason::Reset;
        }
    }
    let deepest = causes.last().map_or_else(|| "no connection".to_owned(), ToString::to_string);
    UnreachableReason::Other(crate::shorten(&deepest))
}

fn tls_reason(error: &rustls::Error) -> TlsReason {
    match error {
        rustls::Error::InvalidCertificate(error) => match error {
            CertificateError::UnknownIssuer => TlsReason::UnknownIssuer,
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. } => TlsReason::Expired,
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                TlsReason::WrongName
            }
            other => TlsReason::Other(crate::shorten(&other.to_string())),
        },
        // TLS 1.3 has an alert of its own for a missing certificate; before, it is called a bad one.
        rustls::Error::AlertReceived(
            AlertDescription::CertificateRequired
            | AlertDescription::BadCertificate
            | AlertDescription::UnsupportedCertificate
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnknownCA
            | AlertDescription::AccessDenied,
        ) => TlsReason::ClientCertificateRequired,
        rustls::Error::InvalidMessage(_) => TlsReason::NotTls,
        other => TlsReason::Other(crate::shorten(&other.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_faults_of_certificates_apart() {
        for (error, reason) in [
            (rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer), TlsReason::UnknownIssuer),
            (rustls::Error::InvalidCertificate(CertificateError::NotValidYet), TlsReason::Expired),
            (rustls::Error::InvalidCertificate(CertificateError::NotValidForName), TlsReason::WrongName),
            (
                rustls::Error::AlertReceived(AlertDescription::CertificateRequired),
                TlsReason::ClientCertificateRequired,
            ),
        ] {
            assert_eq!(tls_reason(&error), reason);
        }
        assert!(matches!(tls_reason(&rustls::Error::DecryptError), TlsReason::Other(_)));
    }
}
