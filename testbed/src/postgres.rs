//! A PostgreSQL server as a child process.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use std::{env, fs};

use crate::error::{Doing, Error, Result};
use crate::program::Guarded;

/// Generous, because the machine may be compiling at the same time.
const DEADLINE: Duration = Duration::from_secs(60);
const INTERVAL: Duration = Duration::from_millis(20);
/// How often another free port is tried when someone else was quicker.
const ATTEMPTS: usize = 5;
/// Whom the server runs as where we are root, which it refuses to be.
const NOBODY: [&str; 4] = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];

/// A running server that keeps nothing safe: it is for tests. Its folder is removed when it ends, also when the process
/// that owns it is killed.
#[derive(Debug)]
pub struct Postgres {
    _process: Guarded,
    programs: PathBuf,
    port: u16,
    n_databases: AtomicU32,
}

impl Postgres {
    /// Makes a server in a temporary folder, and starts it on a free port of 127.0.0.1. This blocks for a few seconds.
    ///
    /// # Errors
    /// When PostgreSQL is not installed, or does not start.
    pub fn start() -> Result<Self> {
        let programs = find()?;
        let mut attempt = 1;
        loop {
            match Self::try_start(&programs) {
                Err(Error::PortTaken(_)) if attempt < ATTEMPTS => attempt += 1,
                result => return result,
            }
        }
    }

    fn try_start(programs: &Path) -> Result<Self> {
        // The guard removes the folder, for nobody drops what is kept in a static.
        let folder = tempfile::Builder::new()
            .prefix("stowage-postgres-")
            .tempdir()
            .doing(|| "cannot make a temporary folder".to_owned())?
            .keep();
        let data = folder.join("data");
        fs::create_dir(&data).doing(|| format!("cannot make {}", data.display()))?;
        if is_root() {
            for path in [&folder, &data] {
                std::os::unix::fs::chown(path, Some(65534), Some(65534))
                    .doing(|| format!("cannot give {} away", path.display()))?;
            }
        }
        let mut command = as_somebody(&programs.join("initdb"));
        command.args([
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            "-D",
        ]);
        run("initdb", command.arg(&data))?;
        let (process, port) = launch(programs, &folder, &data)?;
        let programs = programs.to_owned();
        Ok(Self { _process: process, programs, port, n_databases: AtomicU32::new(0) })
    }

    /// The address of a database: `postgres://postgres@127.0.0.1:5432/name`.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    /// Makes an empty database of its own, and returns its address.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn database(&self) -> Result<String> {
        let name = format!("test_{}", self.n_databases.fetch_add(1, Ordering::Relaxed));
        let port = self.port.to_string();
        let mut command = Command::new(self.programs.join("createdb"));
        run("createdb", command.args(["-h", "127.0.0.1", "-p", &port, "-U", "postgres", &name]))?;
        Ok(self.url(&name))
    }
}

fn launch(programs: &Path, folder: &Path, data: &Path) -> Result<(Guarded, u16)> {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .doing(|| "cannot find a free port".to_owned())?
        .port();
    let (number, server) = (port.to_string(), programs.join("postgres"));
    let mut arguments = vec!["-D", "", "-p", &number, "-k", "", "-h", "127.0.0.1"];
    for setting in ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=300"] {
        arguments.extend(["-c", setting]);
    }
    let mut arguments: Vec<&Path> = arguments.into_iter().map(Path::new).collect();
    (arguments[1], arguments[5]) = (data, folder);
    let log = folder.join("postgres.log");
    let mut command: Vec<&Path> = match is_root() {
        true => NOBODY.map(Path::new).to_vec(),
        false => Vec::new(),
    };
    command.push(&server);
    command.extend(arguments);
    let (program, arguments) = (command[0], &command[1..]);
    // A fast shutdown, which leaves no shared memory behind.
    let mut process = Guarded::start_with("INT", folder, program, arguments, &log)?;
    let deadline = Instant::now() + DEADLINE;
    loop {
        let text = fs::read_to_string(&log).unwrap_or_default();
        let is_ready = text.contains("ready to accept connections");
        if is_ready && TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return Ok((process, port));
        }
        if let Some(status) = process.ended() {
            if text.contains("Address already in use") {
                return Err(Error::PortTaken(port));
            }
            return Err(Error::NotStarted { reason: format!("postgres ended with {status}"), log: text });
        }
        if Instant::now() > deadline {
            let reason = format!("postgres was not ready after {} seconds", DEADLINE.as_secs());
            return Err(Error::NotStarted { reason, log: text });
        }
        std::thread::sleep(INTERVAL);
    }
}

/// The folder with the programs of the newest server.
fn find() -> Result<PathBuf> {
    let has_both = |folder: &PathBuf| folder.join("initdb").is_file() && folder.join("postgres").is_file();
    let on_path = env::var_os("PATH").unwrap_or_default();
    // Links on PATH lead to the folder where the other programs are as well.
    let named = env::split_paths(&on_path)
        .filter(has_both)
        .filter_map(|folder| Some(folder.join("initdb").canonicalize().ok()?.parent()?.to_owned()));
    let mut installed: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .collect();
    installed.sort();
    named.chain(installed.into_iter().rev()).find(has_both).ok_or(Error::NoPostgres)
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    // The owner of our own entry is who we are.
    fs::metadata("/proc/self").is_ok_and(|it| it.uid() == 0)
}

fn as_somebody(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let [first, rest @ ..] = NOBODY;
    let mut command = Command::new(first);
    command.args(rest).arg(program);
    command
}

fn run(name: &str, command: &mut Command) -> Result<()> {
    // The working directory of whoever runs the tests may be closed to somebody else.
    let output = command.current_dir("/").output().doing(|| format!("cannot run {name}"))?;
    if output.status.success() {
        return Ok(());
    }
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Err(Error::Failed {
        program: name.to_owned(),
        status: output.status.to_string(),
        output: text(&output.stdout) + &text(&output.stderr),
    })
}
