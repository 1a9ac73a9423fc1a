//! What the program does for the container that it runs in.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::process::Output;

use registry::fake::Fake;
use tokio::net::TcpSocket;
use tokio::process::Command;

use crate::support::{Folders, program, ready, start};

const NOWHERE: &str = "http://127.0.0.1:9";

/// Whether all is well for the health check that is told this, and the one line that it says.
async fn says(variables: &[(&str, &str)]) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stowage"));
    command.arg("healthcheck").env_clear().envs(variables.iter().copied());
    let Output { status, stdout, stderr } = command.output().await.unwrap();
    let text = String::from_utf8([stdout, stderr].concat()).unwrap();
    assert_eq!(text.lines().count(), 1, "{text}");
    (status.success(), text)
}

/// Whether this machine lets any user have port 1.
fn may_have_port_1() -> bool {
    let first = fs::read_to_string("/proc/sys/net/ipv4/ip_unprivileged_port_start").unwrap();
    first.trim().parse::<u16>().unwrap() <= 1
}

#[tokio::test]
async fn listens_at_the_next_port_where_its_user_may_not_have_the_first() {
    let folders = Folders::new();
    let plain = program(&folders, NOWHERE, "");
    let plain = plain.as_std();
    // Root may have any port, unless that right is taken from it.
    let is_root = fs::metadata("/proc/self").unwrap().uid() == 0;
    let mut command = if is_root {
        let mut command = Command::new("/usr/bin/setpriv");
        command.arg("--bounding-set=-net_bind_service").arg(plain.get_program());
        command
    } else {
        Command::new(plain.get_program())
    };
    command.env_clear().envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.env("STOWAGE_LISTEN_DEFAULT", "127.0.0.1:1,127.0.0.1:0");
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).kill_on_drop(true);
    let (_child, address) = ready(command).await;
    assert_eq!(address == "127.0.0.1:1", may_have_port_1(), "{address}");

    // The check is told what the server was told, and finds it all the same.
    let either = format!("127.0.0.1:1,{address}");
    let (is_well, text) = says(&[("STOWAGE_LISTEN_DEFAULT", &either)]).await;
    assert!(is_well && text.contains(&format!("http://{address}")), "{text}");
}

#[tokio::test]
async fn the_health_check_knows_the_server_by_what_it_is_told() {
    let folders = Folders::new();
    // The registry is down, which is no fault of the server.
    let (_child, address) = start(&folders, NOWHERE).await;
    let port = address.rsplit_once(':').unwrap().1;
    let everywhere = format!(":{port}");
    for told in [("STOWAGE_LISTEN", &address), ("STOWAGE_LISTEN", &everywhere)] {
        let (is_well, text) = says(&[(told.0, told.1)]).await;
        assert!(is_well && text.contains(&address), "{text}");
    }
    assert!(says(&[("NGINX_LISTEN_PORT", port)]).await.0);
}

#[tokio::test]
async fn the_health_check_says_why_not() {
    let other = Fake::start().await;
    let address = other.url().as_str().trim_start_matches("http://").trim_end_matches('/').to_owned();
    let (is_well, text) = says(&[("STOWAGE_LISTEN", &address)]).await;
    assert!(!is_well && text.contains("not by a healthy Stowage") && text.contains(&address), "{text}");

    // Somebody has the port and does not listen, so that nobody else can.
    let silent = TcpSocket::new_v4().unwrap();
    silent.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = silent.local_addr().unwrap().to_string();
    let (is_well, text) = says(&[("STOWAGE_LISTEN", &address)]).await;
    assert!(!is_well && text.contains(&address) && text.contains("cannot be reached"), "{text}");

    for (value, why) in
        [("127.0.0.1:0", "leaves the port to the system"), ("here", "STOWAGE_LISTEN=\"here\"")]
    {
        let (is_well, text) = says(&[("STOWAGE_LISTEN", value)]).await;
        assert!(!is_well && text.contains(why), "{text}");
    }
}
