//! Programs that keep credentials for Docker: `docker-credential-…`, which are asked on their standard input.

use std::ffi::OsStr;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use registry::client::{Credentials, Secret};
use serde::Deserialize;

/// How long a program may take. Some ask a cloud.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often it is looked whether it has ended, once it has said all.
const INTERVAL: Duration = Duration::from_millis(10);
/// The longest answer, in bytes.
const LONGEST: u64 = 64 << 10;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    username: String,
    secret: String,
}

/// Asks the program for the credentials of a server, and gives up where that takes too long. What it writes is never
/// shown: it is a secret, or stands beside one.
pub(super) fn ask(name: &str, server: &str, search: &OsStr) -> Result<Credentials, String> {
    ask_within(name, server, search, PATIENCE)
}

pub(super) fn ask_within(
    name: &str,
    server: &str,
    search: &OsStr,
    patience: Duration,
) -> Result<Credentials, String> {
    let program = format!("docker-credential-{name}");
    let path = find(name, &program, search)?;
    let by_hand = format!("to see why: echo {server} | {program} get");
    let deadline = Instant::now() + patience;
    let mut child = Command::new(path)
        .arg("get")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("names {program}, which does not start ({error})"))?;
    let answer = converse(&mut child, server, deadline);
    let status = wait(&mut child, deadline);
    let Some((answer, status)) = answer.zip(status) else {
        // One that has ended cannot be killed, and need not.
        let _ = child.kill();
        let _ = child.wait();
        let secs = patience.as_secs();
        return Err(format!("names {program}, which did not answer within {secs} s; {by_hand}"));
    };
    if answer.len() as u64 > LONGEST {
        return Err(format!("names {program}, whose answer is too long; {by_hand}"));
    }
    if !status.success() {
        return Err(format!("names {program}, which has no credentials for {server} ({status}); {by_hand}"));
    }
    let Ok(answer) = serde_json::from_slice::<Answer>(&answer) else {
        return Err(format!("names {program}, whose answer is none of a credential helper; {by_hand}"));
    };
    match answer.username.as_str() {
        "<token>" => Ok(Credentials::IdentityToken(Secret::new(answer.secret))),
        "" => Err(format!("names {program}, whose answer names no user; {by_hand}")),
        _ => Ok(Credentials::Basic { username: answer.username, password: Secret::new(answer.secret) }),
    }
}

/// Where the program is: only in the folders, whatever the name says.
fn find(name: &str, program: &str, search: &OsStr) -> Result<PathBuf, String> {
    let is_name = name.bytes().all(|it| it.is_ascii_alphanumeric() || b"._-".contains(&it));
    if !is_name || name.is_empty() {
        return Err("names a credential helper that cannot be one".to_owned());
    }
    let mut places = std::env::split_paths(search).filter(|it| it.is_absolute()).map(|it| it.join(program));
    places.find(|it| it.is_file()).ok_or_else(|| {
        format!("names {program}, which is in no folder of PATH; install it beside Stowage, or set REGISTRY_USERNAME")
    })
}

/// Says which server is meant and hears the answer; nothing where that takes too long.
fn converse(child: &mut Child, server: &str, deadline: Instant) -> Option<Vec<u8>> {
    let (mut stdin, stdout) = (child.stdin.take()?, child.stdout.take()?);
    // One that ends without listening says so by its status.
    let _ = stdin.write_all(server.as_bytes());
    drop(stdin);
    let (sender, receiver) = mpsc::channel();
    // What it leaves behind may hold on to the other end for longer than anybody waits.
    thread::spawn(move || {
        let mut answer = Vec::new();
        let read = stdout.take(LONGEST + 1).read_to_end(&mut answer);
        let _ = sender.send(read.ok().map(|_| answer));
    });
    receiver.recv_timeout(deadline.saturating_duration_since(Instant::now())).ok().flatten()
}

fn wait(child: &mut Child, deadline: Instant) -> Option<std::process::ExitStatus> {
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) if Instant::now() < deadline => thread::sleep(INTERVAL),
            Ok(None) | Err(_) => return None,
        }
    }
}
