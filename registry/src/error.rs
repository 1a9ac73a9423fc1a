//! What can go wrong when speaking to a registry, one variant per thing that somebody can do something about.
//!
//! Texts that come from outside are cut and never carry a body as the registry sent it; no variant carries a secret.

use std::time::Duration;

use crate::digest::Digest;
use crate::reference::{Reference, RepositoryName};

/// Why a call to a registry did not give what it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No connection: the registry is down, or its address is wrong, or something between drops the connection.
    #[error("{host} cannot be reached: {reason}")]
    Unreachable {
        /// The host that was spoken to: the registry, its token server or its blob store.
        host: String,
        /// What the network said.
        reason: UnreachableReason,
    },
    /// The answer did not come in time. The registry is overloaded, or its storage is slow.
    #[error("{host} did not answer within {after_secs} s")]
    Timeout {
        /// The host that was spoken to.
        host: String,
        /// How long was waited, in seconds.
        after_secs: u64,
    },
    /// No trusted connection: a certificate is missing, wrong or not trusted.
    #[error("no trusted connection to {host}: {reason}")]
    Tls {
        /// The host that was spoken to.
        host: String,
        /// Which certificate is at fault, and how.
        reason: TlsReason,
    },
    /// Credentials were sent and refused: the user name or the password is wrong, or has expired.
    #[error("{host} refuses the credentials")]
    WrongCredentials {
        /// The registry or its token server.
        host: String,
    },
    /// The registry wants credentials and none are configured.
    #[error("{host} wants credentials")]
    CredentialsNeeded {
        /// The registry or its token server.
        host: String,
    },
    /// Who asks is known, and is not allowed to do this.
    #[error("{host} does not allow {action}: {message}")]
    Denied {
        /// The registry or its token server.
        host: String,
        /// What was asked for, as a token scope: `repository:library/nginx:pull`.
        action: String,
        /// 401 (`insufficient_scope`) or 403.
        status: u16,
        /// The registry's own words; may be empty.
        message: String,
    },
    /// The registry works but does not list its repositories, as GitLab and Docker Hub never do and Harbor only for
    /// administrators. The repositories have to be named in the configuration.
    #[error("{host} does not list its repositories ({status}): {message}")]
    CatalogRefused {
        /// The registry.
        host: String,
        /// The status it answered.
        status: u16,
        /// The registry's own words; may be empty.
        message: String,
    },
    /// The registry knows no such repository, or holds nothing in it.
    #[error("there is no repository {repository}")]
    RepositoryUnknown {
        /// The repository that was asked for.
        repository: RepositoryName,
    },
    /// The repository holds no such manifest. The tag was deleted, or a child of an index was never pushed here.
    #[error("there is no manifest {repository}{}{reference}", reference.separator())]
    ManifestUnknown {
        /// The repository that was asked.
        repository: RepositoryName,
        /// The tag or digest that it does not have.
        reference: Reference,
    },
    /// The repository holds no such blob. It was collected, or the layer is kept elsewhere.
    #[error("there is no blob {repository}@{digest}")]
    BlobUnknown {
        /// The repository that was asked.
        repository: RepositoryName,
        /// The digest that it does not have.
        digest: Digest,
    },
    /// The registry asks for fewer requests, and for a longer pause than a call may last.
    #[error("{host} limits the rate of requests")]
    RateLimited {
        /// The host that was spoken to.
        host: String,
        /// How long it asks to wait, where it says so.
        retry_after: Option<Duration>,
    },
    /// The registry does not do this at all: deletion is switched off in it, or it is read-only, or it never does.
    #[error("{host} does not do this ({status}): {message}")]
    Unsupported {
        /// The registry.
        host: String,
        /// The status it answered: 400 or 405.
        status: u16,
        /// The registry's own words; may be empty.
        message: String,
        /// Whether it only reads at the moment (distribution's `maintenance.readonly`), rather than never deletes.
        read_only: bool,
    },
    /// The registry holds on to this manifest or tag: an index needs it, or a rule of the registry protects it.
    #[error("{host} holds on to it ({status}): {message}")]
    Held {
        /// The registry.
        host: String,
        /// The status it answered: 405, 409, 412 or 423.
        status: u16,
        /// The registry's own words; may be empty.
        message: String,
    },
    /// A manifest cannot be put back, because what it names is not in the registry any more.
    #[error("{repository} lacks what the manifest names: {}", list(digests))]
    ContentMissing {
        /// The repository.
        repository: RepositoryName,
        /// The blobs or children that are missing, as far as the registry names them.
        digests: Vec<Digest>,
    },
    /// The registry answered with an error that has no variant of its own.
    #[error("{host} answered {status}: {message}")]
    Upstream {
        /// The host that was spoken to.
        host: String,
        /// The status it answered.
        status: u16,
        /// The code of the error in the body (`UNSUPPORTED`), if the body was one of the OCI protocol.
        code: Option<String>,
        /// The registry's own words, or the meaning of the status.
        message: String,
    },
    /// Something answers there, but it does not speak the protocol of registries. The address is probably wrong.
    #[error("{host} is not a registry: {why}")]
    NotARegistry {
        /// The host that was spoken to.
        host: String,
        /// What gave it away.
        why: String,
    },
    /// An answer or a listing is larger than we are willing to read.
    #[error("{what} is larger than {limit}")]
    TooLarge {
        /// What was read.
        what: String,
        /// The limit, in bytes; in pages for a listing.
        limit: u64,
    },
    /// The content is not what its digest promises. It was damaged or exchanged on the way or in the storage.
    #[error("{what} has the digest {actual} instead of {expected}")]
    DigestMismatch {
        /// What was read.
        what: String,
        /// The digest that was asked for.
        expected: Digest,
        /// The digest of what came.
        actual: Digest,
    },
    /// The answer has the right kind but cannot be made sense of.
    #[error("{what} cannot be read: {why}")]
    Unreadable {
        /// What was read.
        what: String,
        /// Where it stops making sense.
        why: String,
    },
    /// The registry leads to an address that it must not lead to, for it might be probing our network.
    #[error("not following {host}: {why}")]
    Blocked {
        /// The host it leads to.
        host: String,
        /// Which rule forbids it.
        why: BlockedReason,
    },
    /// The configuration of the registry contradicts itself or cannot be used.
    #[error("{setting}: {why}")]
    InvalidConfig {
        /// The field of the configuration.
        setting: String,
        /// What is wrong with it.
        why: String,
    },
}

/// Why there is no connection.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnreachableReason {
    /// The name has no address.
    #[error("the name is not known")]
    Dns,
    /// Nothing listens on that port.
    #[error("the connection is refused")]
    Refused,
    /// The connection broke while it was used.
    #[error("the connection broke off")]
    Reset,
    /// Anything else that the network said.
    #[error("{0}")]
    Other(String),
}

/// Why there is no trusted connection.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TlsReason {
    /// The certificate was issued by an authority we do not know. Configure its certificate.
    #[error("its certificate comes from an unknown authority")]
    UnknownIssuer,
    /// The certificate is out of date, or not valid yet.
    #[error("its certificate has expired or is not valid yet")]
    Expired,
    /// The certificate is for another name.
    #[error("its certificate is for another name")]
    WrongName,
    /// The registry wants a certificate from us, or refuses the one it was given.
    #[error("it wants a client certificate that it knows")]
    ClientCertificateRequired,
    /// The port does not speak TLS. The address should begin with `http:`.
    #[error("it does not speak TLS")]
    NotTls,
    /// Anything else that the handshake said.
    #[error("{0}")]
    Other(String),
}

/// Why an address that the registry leads to is not followed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BlockedReason {
    /// It lies in a private network. If it is a blob store or token server of your own, list it as a trusted host.
    #[error("its address is private; list it as a trusted host if it is yours")]
    PrivateAddress,
    /// The registry is reached through TLS, and this address is not.
    #[error("it leads from https to http")]
    PlainHttp,
    /// It is neither http nor https, or no address at all.
    #[error("it is not an http address")]
    NotHttp,
    /// Something that changes the registry would go to another host.
    #[error("a change must not be sent to another host")]
    ChangeElsewhere,
    /// Redirects lead on and on.
    #[error("too many redirects")]
    TooManyRedirects,
}

/// Digests in a sentence.
fn list(digests: &[Digest]) -> String {
    match digests {
        [] => "the registry does not say which".to_owned(),
        digests => digests.iter().map(Digest::as_str).collect::<Vec<_>>().join(", "),
    }
}

impl Error {
    /// Whether the thing asked for is known not to be there, in contrast to everything that may be better later.
    pub fn is_unknown(&self) -> bool {
        matches!(
            self,
            Self::RepositoryUnknown { .. } | Self::ManifestUnknown { .. } | Self::BlobUnknown { .. }
        )
    }

    /// Whether the same call may succeed later without anybody changing anything.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::Timeout { .. } | Self::RateLimited { .. } => true,
            Self::Upstream { status, .. } => *status >= 500,
            _ => false,
        }
    }
}
