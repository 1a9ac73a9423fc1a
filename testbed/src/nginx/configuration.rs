//! The configuration file. It says no more than the one in the documentation, and less of what answers say for
//! themselves: that events are not to be gathered.

use std::fs;
use std::path::Path;

use crate::error::{Doing, Result};
use crate::tls::Identity;

#[derive(Debug)]
pub(super) struct Configuration<'a> {
    pub(super) port: u16,
    pub(super) upstreams: &'a [String],
    pub(super) prefix: &'a str,
    pub(super) identity: Option<&'a Identity>,
}

impl Configuration<'_> {
    /// Writes it into a folder, with the files that it names.
    pub(super) fn write(&self, folder: &Path) -> Result<()> {
        let save = |name: &str, text: &str| {
            let path = folder.join(name);
            fs::write(&path, text).doing(|| format!("cannot write {}", path.display()))
        };
        let temporary = folder.join("temporary");
        fs::create_dir(&temporary).doing(|| format!("cannot make {}", temporary.display()))?;
        if let Some(identity) = self.identity {
            save("server.pem", &identity.certificate_pem)?;
            save("server.key", &identity.key_pem)?;
        }
        save("nginx.conf", &self.text())
    }

    fn text(&self) -> String {
        let Self { port, prefix, .. } = self;
        let servers: String = self.upstreams.iter().map(|it| format!("server {it}; ")).collect();
        let (ssl, certificate) = match self.identity {
            Some(_) => (" ssl", "ssl_certificate server.pem; ssl_certificate_key server.key;"),
            None => ("", ""),
        };
        // One process, so that ending it ends all of it, and nobody else's rights are needed for its folders.
        format!(
            "daemon off;
master_process off;
pid nginx.pid;
error_log stderr;
events {{ worker_connections 1024; }}
http {{
    client_body_temp_path temporary;
    proxy_temp_path temporary;
    fastcgi_temp_path temporary;
    uwsgi_temp_path temporary;
    scgi_temp_path temporary;
    log_format passed '$request_method $request_uri $upstream_addr $upstream_status';
    access_log access.log passed;
    upstream stowage {{ {servers}}}
    server {{
        listen 127.0.0.1:{port}{ssl};
        {certificate}
        location {prefix} {{
            proxy_pass http://stowage;
            proxy_http_version 1.1;
            proxy_set_header Connection \"\";
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header X-Forwarded-Proto $scheme;
            proxy_set_header X-Forwarded-Host $http_host;
            proxy_connect_timeout 2s;
            proxy_read_timeout 100s;
        }}
    }}
}}
"
        )
    }
}
