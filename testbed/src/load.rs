//! Many readers at once, for the bench.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use futures::future::try_join_all;
use reqwest::Client;
use reqwest::header::ACCEPT_ENCODING;

use crate::error::Result;

/// Asks for each of some addresses a number of times, in turn, with so many clients at once, each of which asks again
/// as soon as it has its answer. Gives the milliseconds until the last byte of each answer, by address.
///
/// Compressed answers are taken, as browsers take them, and not unpacked.
///
/// # Errors
/// When an address cannot be reached, or answers with an error.
///
/// # Panics
/// Where a client panicked.
pub async fn load(addresses: Vec<String>, clients: usize, times: usize) -> Result<Vec<Vec<f64>>> {
    let client = crate::http::client().build().expect("the client needs nothing special");
    let (addresses, next) = (Arc::new(addresses), Arc::new(AtomicUsize::new(0)));
    let total = addresses.len() * times;
    let readers = (0..clients).map(|_| {
        let (client, addresses, next) = (client.clone(), Arc::clone(&addresses), Arc::clone(&next));
        let read_all = async move {
            let mut took = Vec::new();
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                if index >= total {
                    return Ok::<_, crate::Error>(took);
                }
                let address = index % addresses.len();
                took.push((address, read(&client, &addresses[address]).await?));
            }
        };
        async { tokio::spawn(read_all).await.expect("a client does not panic") }
    });
    let mut by_address = vec![Vec::with_capacity(times); addresses.len()];
    for (address, milliseconds) in try_join_all(readers).await?.into_iter().flatten() {
        by_address[address].push(milliseconds);
    }
    Ok(by_address)
}

async fn read(client: &Client, address: &str) -> Result<f64> {
    let began = Instant::now();
    let request = client.get(address).header(ACCEPT_ENCODING, "gzip, deflate, br, zstd");
    request.send().await?.error_for_status()?.bytes().await?;
    Ok(began.elapsed().as_secs_f64() * 1000.0)
}
