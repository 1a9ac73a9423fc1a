//! Where programs are, and how they run without ever outliving us.

use std::env;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::error::{Doing, Error, Result};

/// Runs a program until it ends by itself or its standard input is closed; then ends it with the signal that comes
/// first and removes the folder that comes second, if one is named.
///
/// The pipe closes when its owner is dropped, and also when the owner's process dies in whatever way, so no registry
/// is left behind by a test that was killed. Ctrl-C is left to the owner.
const GUARD: &str = r#"
trap '' INT HUP
signal=$1 rubbish=$2
shift 2
exec 3<&0
"$@" </dev/null 3<&- &
program=$!
{ read -r _ <&3; kill -"$signal" "$program"; } 2>/dev/null &
watcher=$!
wait "$program"
status=$?
kill "$watcher" 2>/dev/null
if [ -n "$rubbish" ]; then rm -rf "$rubbish"; fi
exit "$status"
"#;

/// A child process that ends with its owner.
#[derive(Debug)]
pub(crate) struct Guarded(Child);

impl Guarded {
    /// Starts `program` with `arguments`; what it writes goes to `log`.
    pub(crate) fn start(program: &Path, arguments: &[&Path], log: &Path) -> Result<Self> {
        Self::start_with("KILL", Path::new(""), program, arguments, log)
    }

    /// Starts a program that is ended with a signal of its own, and whose folder is removed then.
    pub(crate) fn start_with(
        signal: &str,
        rubbish: &Path,
        program: &Path,
        arguments: &[&Path],
        log: &Path,
    ) -> Result<Self> {
        let output = File::create(log).doing(|| format!("cannot write {}", log.display()))?;
        let errors = output.try_clone().doing(|| format!("cannot write {}", log.display()))?;
        let mut command = Command::new("sh");
        if rubbish.is_dir() {
            // A program that runs as somebody else may not be let into the folder that we are in.
            command.current_dir("/");
        }
        command
            .args(["-c", GUARD, "guard", signal])
            .arg(rubbish)
            .arg(program)
            .args(arguments)
            // Variables of this form would overrule the configuration file.
            .env_clear()
            .envs(env::vars_os().filter(|(name, _)| !name.to_string_lossy().starts_with("REGISTRY_")))
            .stdin(Stdio::piped())
            .stdout(output)
            .stderr(errors)
            .spawn()
            .map(Self)
            .doing(|| format!("cannot start {}", program.display()))
    }

    /// How the process ended, if it has.
    pub(crate) fn ended(&mut self) -> Option<String> {
        self.0.try_wait().ok().flatten().map(|status| status.to_string())
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        // Nothing can be done about a process that cannot be waited for.
        let _ = self.0.wait();
    }
}

/// Finds a program: the variable, PATH, where Debian keeps servers, then the folder that `make tools` fills.
///
/// # Errors
/// [`Error::NoProgram`] where it is in none of these places.
pub fn find(name: &'static str, variable: &'static str) -> Result<PathBuf> {
    if let Some(path) = env::var_os(variable) {
        let path = PathBuf::from(path);
        return match path.is_file() {
            true => Ok(path),
            false => Err(Error::NoProgram { name, variable, looked_at: path }),
        };
    }
    let on_path = env::var_os("PATH").unwrap_or_default();
    let last = tools().join("bin").join(name);
    env::split_paths(&on_path)
        .map(|folder| folder.join(name))
        .chain([Path::new("/usr/sbin").join(name), last.clone()])
        .find(|path| path.is_file())
        .ok_or(Error::NoProgram { name, variable, looked_at: last })
}

fn tools() -> PathBuf {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    set("STOWAGE_TOOLS").unwrap_or_else(|| {
        set("XDG_CACHE_HOME")
            .unwrap_or_else(|| set("HOME").unwrap_or_default().join(".cache"))
            .join("stowage/tools")
    })
}
