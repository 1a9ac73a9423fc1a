//! The server from the first connection to the last.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use app::address::Address;
use app::base_path;
use engine::{Engine, Store, StoreError};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use crate::access::{Access, AccessError};
use crate::background::Background;
use crate::config::{Config, Networks, Remark};
use crate::connections::{self, Limits};
use crate::metrics::Metrics;
use crate::router::router;
use crate::services::Services;
use crate::shutdown::Signals;
use crate::telemetry::annotate;

/// How long open requests may take after the server was asked to stop; orchestrators kill it after ten seconds, and
/// the background needs a moment after them.
const PATIENCE: Duration = Duration::from_secs(8);

/// A server that has its port.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    router: axum::Router,
    engine: Engine,
    store: Store,
    scan_interval: Option<Duration>,
    limits: Limits,
    proxies: Networks,
    /// Cancelled when all who listen to events are to be let go.
    stopping: CancellationToken,
}

/// Why the server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Somebody else listens there.
    #[error("{address} is taken by another program; stop it, or choose another address with STOWAGE_LISTEN")]
    AddressTaken {
        /// Where it should have listened.
        address: SocketAddr,
    },
    /// The system does not let us listen there.
    #[error("cannot listen on {address} ({source}); choose another address with STOWAGE_LISTEN")]
    CannotListen {
        /// Where it should have listened.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// No address was named.
    #[error("there is no address to listen on; name one with STOWAGE_LISTEN")]
    NowhereToListen,
    /// What is configured for a registry cannot be used, although each value is well-formed by itself.
    #[error("the configuration of the registry cannot be used: {0}")]
    Registries(#[from] engine::Error),
    /// A way in cannot be used.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The inventory cannot be opened.
    #[error("{0}; see STOWAGE_DATA and STOWAGE_DATABASE_URL")]
    Store(#[from] StoreError),
}

impl Server {
    /// Whether what is configured fits together, as far as that can be told without opening anything.
    pub fn check(config: Config) -> Result<(), StartError> {
        let is_exposed = config.is_exposed();
        let engine = Engine::new(config.registries, Store::new(config.store))?;
        Access::new(config.access, config.secret_key.as_ref(), &engine, is_exposed)?;
        Ok(())
    }

    /// Takes the port. Nothing is asked of the registries, so this takes as long with them as without.
    pub async fn bind(mut config: Config) -> Result<Self, StartError> {
        config.remarks.iter().for_each(Remark::log);
        base_path::set(config.base_path.clone());
        // Before anything is made that counts.
        let metrics = Metrics::start(&config.metrics);
        config.registries.iter_mut().for_each(|it| it.client.annotate = annotate);
        let is_exposed = config.is_exposed();
        let lets_strangers_push = config.lets_strangers_push();
        let store = Store::new(config.store);
        store.ready().await?;
        let engine = Engine::new(config.registries, store.clone())?.with_deletion(config.deletion);
        let engine = engine.with_grants(config.access.grants.clone()).with_cosign_keys(config.cosign_keys);
        engine.join_others().await?;
        let proxies = config.access.trusted_proxies.clone();
        let access = Access::new(config.access, config.secret_key.as_ref(), &engine, is_exposed)?;
        let (listener, address) = listen(&config.listen).await?;
        if access.sign_in().is_open_unmeant {
            tracing::warn!(
                "everybody who reaches {address} can delete images: configure a way in with STOWAGE_AUTH_HTPASSWD, or \
                 say with STOWAGE_AUTH=open that this is meant"
            );
        }
        if lets_strangers_push {
            tracing::warn!(
                "everybody who reaches {address} can push images: configure a way in with STOWAGE_AUTH_HTPASSWD, or say \
                 with STOWAGE_AUTH=open that this is meant"
            );
        }
        let services = Services::new(engine.clone(), access, config.site)
            .with_pages(config.pages)
            .with_hooks_token(config.hooks_token)
            .with_v2(config.v2)
            .with_metrics(metrics);
        let stopping = services.stopping();
        let (scan_interval, limits) = (config.scan_interval, Limits::default());
        Ok(Self {
            listener,
            address,
            router: router(services),
            engine,
            store,
            scan_interval,
            limits,
            proxies,
            stopping,
        })
    }

    /// The same with other limits on connections.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// An address that a browser on this machine can open.
    pub fn url(&self) -> String {
        let mut address = self.address;
        match address.ip() {
            IpAddr::V4(Ipv4Addr::UNSPECIFIED) => address.set_ip(Ipv4Addr::LOCALHOST.into()),
            IpAddr::V6(Ipv6Addr::UNSPECIFIED) => address.set_ip(Ipv6Addr::LOCALHOST.into()),
            _ => {}
        }
        match base_path::current().is_root() {
            true => format!("http://{address}"),
            false => format!("http://{address}{}", Address::Registries.path()),
        }
    }

    /// Serves until a signal comes, then finishes what is open; a second signal, or the end of patience, cuts it off.
    pub async fn run(self, mut signals: Signals) {
        let background = Background::start(self.engine, self.scan_interval);
        let (stop, stopped) = oneshot::channel::<()>();
        // A sender that is gone asks us to stop as well.
        let asked = async { drop(stopped.await) };
        let serving = connections::serve(self.listener, self.router, self.limits, self.proxies, asked);
        let cut_off = async {
            let signal = signals.next().await;
            tracing::info!(signal, "stopping after the open requests");
            self.stopping.cancel();
            background.ask_to_stop();
            let _ = stop.send(());
            tokio::select! {
                () = tokio::time::sleep(PATIENCE) => tracing::warn!("stopping although requests are open"),
                signal = signals.next() => tracing::warn!(signal, "stopping at once"),
            }
        };
        tokio::select! {
            () = serving => tracing::info!("stopped"),
            () = cut_off => {}
        }
        background.stop().await;
        self.store.close().await;
    }
}

/// Takes the first address that this user may have. One that is taken is not passed over: somebody has to know of it.
async fn listen(addresses: &[SocketAddr]) -> Result<(TcpListener, SocketAddr), StartError> {
    let mut refused = StartError::NowhereToListen;
    for &address in addresses {
        let taken =
            TcpListener::bind(address).await.and_then(|it| it.local_addr().map(|address| (it, address)));
        refused = match taken {
            Ok((listener, address)) => {
                tracing::info!(%address, "listening");
                return Ok((listener, address));
            }
            Err(source) if source.kind() == io::ErrorKind::AddrInUse => {
                return Err(StartError::AddressTaken { address });
            }
            Err(source) if source.kind() != io::ErrorKind::PermissionDenied => {
                return Err(StartError::CannotListen { address, source });
            }
            Err(source) => {
                tracing::info!(%address, "this user may not listen there");
                StartError::CannotListen { address, source }
            }
        };
    }
    Err(refused)
}
