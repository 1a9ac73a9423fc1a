//! Connections: how many there may be, and how slow.
//!
//! axum's own loop waits for a request for as long as a client likes; whoever opens many connections and says nothing
//! would keep everybody else out.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt;

use crate::config::Networks;

/// How long nothing is accepted after that failed, for example because there are no file descriptors left.
const PAUSE: Duration = Duration::from_millis(200);

/// The largest head of a request that is read, and how much of a body is held at a time, in bytes.
const LARGEST_HEAD: usize = 64 * 1024;

/// How many connections there may be, and how slow.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// From everybody together.
    pub connections: usize,
    /// From one address that is no trusted proxy's; IPv6 addresses that begin with the same 64 bits count as one.
    pub from_one_address: usize,
    /// How long a client may take to send the head of a request, and to begin with the next one. Proxies keep idle
    /// connections for a minute, so this is more.
    pub head: Duration,
    /// How long a client may read nothing of what it is sent.
    pub stalled: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 4096,
            from_one_address: 1024,
            head: Duration::from_secs(65),
            stalled: Duration::from_secs(60),
        }
    }
}

/// Serves until it is told to stop, and then until every request that was begun is answered.
///
/// Behind a proxy there are many people at one address, so `proxies` may have as many connections as there are.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    proxies: Networks,
    stop: impl Future<Output = ()>,
) {
    let places = Places::new(limits, proxies);
    let graceful = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, address)) => {
                // Whoever has too many already is hung up on at once, which costs the least.
                let Some(place) = places.take(address.ip()) else { continue };
                let connection = graceful.watch(connection(stream, address, router.clone(), limits));
                tokio::spawn(async move {
                    if let Err(error) = connection.await {
                        tracing::debug!(%error, %address, "a connection broke off");
                    }
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection cannot be accepted");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    drop(listener);
    graceful.shutdown().await;
}

type Io = TokioIo<std::pin::Pin<Box<TimeoutStream<TcpStream>>>>;

fn connection(
    stream: TcpStream,
    address: SocketAddr,
    router: Router,
    limits: Limits,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> + Send {
    // Events are small, and are to arrive at once.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(limits.stalled));
    let io: Io = TokioIo::new(Box::pin(stream));
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(address));
        router.clone().oneshot(request.map(axum::body::Body::new))
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(LARGEST_HEAD)
        .serve_connection(io, service)
}

/// The connections that there are.
#[derive(Clone, Debug)]
struct Places(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    limits: Limits,
    proxies: Networks,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// The place of one connection, which is free again when this is dropped.
#[derive(Debug)]
struct Place {
    places: Places,
    address: IpAddr,
}

impl Places {
    fn new(limits: Limits, proxies: Networks) -> Self {
        Self(Arc::new(Inner { limits, proxies, taken: Mutex::default() }))
    }

    fn take(&self, address: IpAddr) -> Option<Place> {
        let limits = &self.0.limits;
        let most_from_it = match self.0.proxies.contains(address) {
            true => limits.connections,
            false => limits.from_one_address,
        };
        let address = network(address);
        let mut taken = self.lock();
        let from_it = taken.by_address.get(&address).copied().unwrap_or_default();
        if taken.all >= limits.connections || from_it >= most_from_it {
            return None;
        }
        taken.all += 1;
        taken.by_address.insert(address, from_it + 1);
        drop(taken);
        Some(Place { places: self.clone(), address })
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.0.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.lock();
        taken.all -= 1;
        if let Some(from_it) = taken.by_address.get_mut(&self.address) {
            *from_it -= 1;
            if *from_it == 0 {
                taken.by_address.remove(&self.address);
            }
        }
    }
}

/// The address, or for IPv6 the network of which one customer usually has all.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_leaves_places_for_others_and_gives_its_own_back() {
        let limits = Limits { connections: 3, from_one_address: 2, ..Limits::default() };
        let places = Places::new(limits, Networks::default());
        let take = |address: &str| places.take(address.parse().unwrap());
        let (first, second) = (take("2001:db8::1"), take("2001:db8::2"));
        assert!(first.is_some() && second.is_some());
        assert!(take("2001:db8::3").is_none(), "the same network");
        let other = take("192.0.2.1");
        assert!(other.is_some() && take("192.0.2.2").is_none(), "there are no more");
        drop(first);
        assert!(take("::ffff:192.0.2.1").is_some());
        drop((second, other));
        assert_eq!(places.lock().by_address.len(), 0);
        assert_eq!(places.lock().all, 0);
    }

    #[test]
    fn many_people_come_through_a_proxy() {
        let limits = Limits { connections: 4, from_one_address: 1, ..Limits::default() };
        let places = Places::new(limits, ["192.0.2.1/32".parse().unwrap()].into_iter().collect());
        let take = |address: &str| places.take(address.parse().unwrap());
        let proxied = [take("192.0.2.1"), take("192.0.2.1"), take("::ffff:192.0.2.1")];
        assert!(proxied.iter().all(Option::is_some));
        let other = take("192.0.2.2");
        assert!(other.is_some() && take("192.0.2.2").is_none());
        assert!(take("192.0.2.1").is_none(), "there are no more");
    }
}
