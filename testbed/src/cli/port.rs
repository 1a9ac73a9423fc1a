//! Who has taken a port.

use std::fs;

/// The name and the number of the process that listens on a port, where the system tells.
pub(super) fn owner(port: u16) -> Option<String> {
    let sockets = sockets(port);
    let processes = fs::read_dir("/proc").ok()?;
    processes.flatten().find_map(|process| {
        let id: u32 = process.file_name().to_str()?.parse().ok()?;
        // Other people's processes cannot be read.
        let files = fs::read_dir(process.path().join("fd")).ok()?;
        let listens = files.flatten().any(|file| {
            fs::read_link(file.path())
                .is_ok_and(|target| sockets.iter().any(|it| target.as_os_str() == it.as_str()))
        });
        let name = fs::read_to_string(process.path().join("comm")).ok()?;
        listens.then(|| format!("{} (process {id})", name.trim()))
    })
}

/// The listening sockets of a port, as `socket:[12345]`.
fn sockets(port: u16) -> Vec<String> {
    const LISTENING: &str = "0A";
    let suffix = format!(":{port:04X}");
    let mut sockets = Vec::new();
    for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
        for line in fs::read_to_string(table).unwrap_or_default().lines().skip(1) {
            let columns: Vec<_> = line.split_whitespace().collect();
            if let [_, local, _, LISTENING, .., _] = columns.as_slice()
                && local.ends_with(&suffix)
                && let Some(inode) = columns.get(9)
            {
                sockets.push(format!("socket:[{inode}]"));
            }
        }
    }
    sockets
}
