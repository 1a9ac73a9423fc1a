//! The addresses of docker-registry-ui had their page behind `#!/`, which no server is told.

use leptos::prelude::window;

/// Asks for the page behind `#!/` in words that reach the server, which knows where it is now.
pub(super) fn follow() {
    let location = window().location();
    let Ok(hash) = location.hash() else { return };
    if let (Some(old), Ok(path), Ok(query)) =
        (hash.strip_prefix("#!/"), location.pathname(), location.search())
    {
        let _ = location.replace(&[&path, "?old=", old, "&", query.trim_start_matches('?')].concat());
    }
}
