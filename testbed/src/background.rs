//! HTTP servers of our own on a free port of 127.0.0.1, each on a thread of its own.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::thread::JoinHandle;

use axum::Router;
use tokio::sync::oneshot;

use crate::error::{Doing, Result};

/// A server that runs until it is dropped.
///
/// It has a runtime of its own, so that one server can be shared by tests, each of which has another runtime.
#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts a server; `router` is given the address it will have.
    pub(crate) fn start(router: impl FnOnce(SocketAddr) -> Router) -> Result<Self> {
        let doing = || "cannot start a server on 127.0.0.1".to_owned();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).doing(doing)?;
        listener.set_nonblocking(true).doing(doing)?;
        let address = listener.local_addr().doing(doing)?;
        let router = router(address);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().doing(doing)?;
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = std::thread::spawn(move || {
            runtime.block_on(async {
                let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
                // Not a graceful end: connections that clients keep open would hold it up.
                tokio::select! {
                    _ = axum::serve(listener, router).into_future() => {}
                    _ = stopped => {}
                }
            });
        });
        Ok(Self { address, stop: Some(stop), thread: Some(thread) })
    }

    /// `http://127.0.0.1:12345`
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic in the server has been printed already.
            let _ = thread.join();
        }
    }
}
