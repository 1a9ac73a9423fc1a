//! What one asks the real program through a reverse proxy, as a browser does.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use reqwest::redirect::Policy;
use serde_json::Value;
use testbed::Authority;
use tokio::sync::watch;
use tokio_util::task::AbortOnDropHandle;

use crate::support::Answer;

/// Everybody's password.
pub(crate) const PASSWORD: &str = "correct horse";
/// How long one waits for what another replica has to notice first: that a lease of half a minute has run out.
const PATIENCE: Duration = Duration::from_secs(150);

/// The text of a file of users, all with [`PASSWORD`].
pub(crate) fn users(names: &[&str]) -> String {
    // The smallest cost there is, for tests only.
    names.iter().map(|name| format!("{name}:{}\n", bcrypt::hash(PASSWORD, 4).unwrap())).collect()
}

/// Somebody with a browser, who keeps the cookie of their session.
#[derive(Clone)]
pub(crate) struct Visitor {
    client: reqwest::Client,
    base: String,
    cookie: String,
}

impl Visitor {
    /// Somebody who asks what is at an address without a slash at the end, and trusts an authority.
    pub(crate) fn to(base: &str, authority: Option<&Authority>) -> Self {
        Self::from(Ipv4Addr::LOCALHOST.into(), base, authority)
    }

    /// The same from an address of this machine.
    pub(crate) fn from(from: IpAddr, base: &str, authority: Option<&Authority>) -> Self {
        let mut client = testbed::http::client().redirect(Policy::none()).local_address(from);
        if let Some(authority) = authority {
            let certificate = reqwest::Certificate::from_pem(authority.ca_pem().as_bytes()).unwrap();
            client = client.tls_certs_only([certificate]);
        }
        Self { client: client.build().unwrap(), base: base.to_owned(), cookie: String::new() }
    }

    /// The same with the same session, at another address.
    pub(crate) fn at(&self, base: &str) -> Self {
        Self { base: base.to_owned(), ..self.clone() }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.client.get(format!("{}{path}", self.base)), &[]).await
    }

    pub(crate) async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(self.client.get(format!("{}{path}", self.base)), headers).await
    }

    pub(crate) async fn post(&self, path: &str, form: &[(&str, &str)], headers: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = self.client.post(format!("{}{path}", self.base)).body(body);
        self.send(request.header("content-type", "application/x-www-form-urlencoded"), headers).await
    }

    pub(crate) async fn post_json(&self, path: &str, body: &Value) -> Answer {
        let request = self.client.post(format!("{}{path}", self.base)).body(body.to_string());
        self.send(request.header("content-type", "application/json"), &[]).await
    }

    async fn send(&self, mut request: reqwest::RequestBuilder, headers: &[(&str, &str)]) -> Answer {
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.header("cookie", &self.cookie).send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        Answer { status, headers, body: response.bytes().await.unwrap().to_vec() }
    }

    /// Signs in by the form below a path, and returns the answer to it.
    pub(crate) async fn sign_in(&mut self, prefix: &str, user: &str, headers: &[(&str, &str)]) -> Answer {
        let next = format!("{prefix}/settings");
        let form = [("way", "local"), ("username", user), ("password", PASSWORD), ("next", &next)];
        let answer = self.post(&format!("{prefix}/login"), &form, headers).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("location")),
            (303, next.as_str()),
            "{}",
            answer.text()
        );
        let mut set = answer.headers.get_all("set-cookie").iter().filter_map(|it| it.to_str().ok());
        let cookie = set.rfind(|it| it.contains("session=")).unwrap();
        cookie.split(';').next().unwrap().clone_into(&mut self.cookie);
        answer
    }

    /// Asks again until the answer is as it should be in the end.
    pub(crate) async fn get_until(&self, path: &str, is_reached: impl Fn(&Value) -> bool) -> Value {
        let asking = async {
            loop {
                let last = self.get(path).await.json();
                if is_reached(&last) {
                    return last;
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        tokio::time::timeout(PATIENCE, asking).await.unwrap()
    }

    /// Listens to events from now on, and connects again whenever that ends.
    pub(crate) async fn follow(&self, path: &str) -> Follower {
        let (sender, heard) = watch::channel(Heard::default());
        let (visitor, address) = (self.clone(), format!("{}{path}", self.base));
        let following = tokio::spawn(async move { visitor.listen(&address, &sender).await });
        let follower = Follower { heard, _following: AbortOnDropHandle::new(following) };
        follower.until(|it| it.n_connected == 1).await;
        follower
    }

    async fn listen(&self, address: &str, heard: &watch::Sender<Heard>) {
        loop {
            let last = heard.borrow().events.last().map(|it| it.id.to_string());
            let mut request = self.client.get(address).header("cookie", &self.cookie);
            if let Some(last) = last {
                request = request.header("last-event-id", last);
            }
            match request.send().await {
                Ok(mut response) if response.status() == 200 => {
                    heard.send_modify(|it| it.n_connected += 1);
                    let mut text = String::new();
                    while let Ok(Some(chunk)) = response.chunk().await {
                        text.push_str(std::str::from_utf8(&chunk).unwrap());
                        while let Some((event, rest)) = text.split_once("\n\n") {
                            heard.send_modify(|it| it.note(event));
                            text = rest.to_owned();
                        }
                    }
                }
                refused => heard.send_modify(|it| it.refused.push(format!("{refused:?}"))),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// Somebody who listens, as long as this is kept.
pub(crate) struct Follower {
    heard: watch::Receiver<Heard>,
    _following: AbortOnDropHandle<()>,
}

impl Follower {
    /// Waits until enough was heard.
    #[track_caller]
    pub(crate) fn until(&self, is_enough: impl Fn(&Heard) -> bool) -> impl Future<Output = Heard> {
        let mut heard = self.heard.clone();
        async move {
            let waiting = tokio::time::timeout(PATIENCE, heard.wait_for(is_enough)).await;
            match waiting {
                Ok(heard) => heard.unwrap().clone(),
                Err(_) => panic!("this is all that was heard: {:?}", self.heard.borrow()),
            }
        }
    }
}

/// What somebody has heard.
#[derive(Clone, Debug, Default)]
pub(crate) struct Heard {
    pub(crate) n_connected: usize,
    /// In what other way connecting ended.
    pub(crate) refused: Vec<String>,
    pub(crate) n_lagged: usize,
    pub(crate) events: Vec<HeardEvent>,
}

#[derive(Clone, Debug)]
pub(crate) struct HeardEvent {
    pub(crate) id: u64,
    pub(crate) data: Value,
}

impl Heard {
    fn note(&mut self, event: &str) {
        let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
        if field("event:") == Some("lagged") {
            self.n_lagged += 1;
        } else if let Some((id, data)) = field("id:").zip(field("data:")) {
            let (id, data) = (id.parse().unwrap(), serde_json::from_str(data).unwrap());
            self.events.push(HeardEvent { id, data });
        }
    }

    /// The events of a kind about a repository.
    pub(crate) fn of<'a>(&'a self, kind: &'a str, repository: &'a str) -> impl Iterator<Item = &'a Value> {
        let data = self.events.iter().map(|it| &it.data);
        data.filter(move |it| it["type"] == kind && it["repository"] == repository)
    }
}
