use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use leptos::leptos_dom::helpers::set_timeout;
use leptos::prelude::*;
use leptos::web_sys::{Element, Event, EventSource, MessageEvent};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::js_sys::{JSON, Reflect};
use wasm_bindgen_futures::spawn_local;

use crate::islands::{dom, results};

/// Changes often come many at a time, so the rows are read at most this often; and a server that does not answer is asked
/// at most this often.
const PAUSE: Duration = Duration::from_secs(2);
/// How many times in a row rows are read that cannot be: for a minute.
const FAILURES: u32 = 30;
/// The events after which the rows may be others.
const CHANGES: [&str; 7] =
    ["tag_changed", "tag_gone", "repository_gone", "catalog_changed", "job", "layer", "lagged"];

/// What is said, in the reader's language.
pub(super) struct Words {
    pub(super) checked: String,
    pub(super) progress: String,
}

struct Follower {
    words: Words,
    /// Where to listen, up to the number of the last event heard.
    address: String,
    status: Element,
    last: RefCell<Option<String>>,
    source: RefCell<Option<EventSource>>,
    /// Whether the rows will be read again in a moment.
    waiting: Cell<bool>,
    /// How many times in a row they could not be read.
    failures: Cell<u32>,
}

/// Follows for as long as the page is looked at: browsers open few connections to one server, and tabs behind would use
/// them up.
pub(super) fn follow(words: Words, events: &str, status: &Element) {
    let follower = Rc::new(Follower {
        words,
        address: events.to_owned(),
        status: status.clone(),
        last: RefCell::default(),
        source: RefCell::default(),
        waiting: Cell::new(false),
        failures: Cell::new(0),
    });
    follower.clone().attend();
    dom::listen(&document(), "visibilitychange", move |_: Event| follower.clone().attend());
}

impl Follower {
    fn attend(self: Rc<Self>) {
        if document().hidden() {
            if let Some(source) = self.source.take() {
                source.close();
            }
        } else if self.source.borrow().is_none() {
            let address = match &*self.last.borrow() {
                // The later number counts.
                Some(last) => format!("{}&after={last}", without_after(&self.address)),
                None => self.address.clone(),
            };
            if let Ok(source) = EventSource::new(&address) {
                self.clone().listen(&source);
                self.source.replace(Some(source));
            }
        }
    }

    fn listen(self: Rc<Self>, source: &EventSource) {
        for name in CHANGES {
            let this = self.clone();
            dom::listen(source, name, move |event: MessageEvent| {
                this.note(&event);
                this.clone().read_again();
            });
        }
        let this = self.clone();
        dom::listen(source, "revalidated", move |event: MessageEvent| {
            this.note(&event);
            match field(&event, "problem").and_then(|it| it.as_string()) {
                Some(_) => this.clone().read_again(),
                None => this.say_checked(),
            }
        });
        let this = self.clone();
        dom::listen(source, "scan", move |event: MessageEvent| {
            this.note(&event);
            this.clone().tell_scan(&event);
        });
        dom::listen(source, "error", move |_: Event| self.clone().begin_again());
    }

    /// Listens anew where the browser has given up, which it does for good when it is answered by an error, as by a proxy
    /// that finds no server for a moment.
    fn begin_again(self: Rc<Self>) {
        let is_over = |it: &EventSource| it.ready_state() == EventSource::CLOSED;
        if self.source.borrow().as_ref().is_some_and(is_over) {
            self.source.take();
            set_timeout(move || self.attend(), PAUSE);
        }
    }

    /// Remembers how far was heard.
    fn note(&self, event: &MessageEvent) {
        self.last.replace(Some(event.last_event_id()));
    }

    fn say_checked(&self) {
        if let Some(element) = document().query_selector("[data-checked]").ok().flatten() {
            element.set_text_content(Some(&self.words.checked));
        }
    }

    fn tell_scan(self: Rc<Self>, event: &MessageEvent) {
        if self.words.progress.is_empty() {
            return self.read_again();
        }
        let of_repository = field(event, "repository").is_some_and(|it| !it.is_null());
        if of_repository != self.address.contains("repository=") {
            return;
        }
        let is_running = field(event, "state").and_then(|it| it.as_string()).as_deref() == Some("running");
        // The browser writes numbers itself; ours would bring all of floating point along.
        let number = |name: &str| {
            let text = field(event, name).and_then(|it| JSON::stringify(&it).ok());
            text.map(String::from).unwrap_or_default()
        };
        let _ = self.status.toggle_attribute_with_force("hidden", !is_running);
        if is_running {
            let text = self.words.progress.replace("{done}", &number("n_done"));
            self.status.set_text_content(Some(&text.replace("{total}", &number("n_total"))));
        } else {
            self.read_again();
        }
    }

    /// Reads the rows. What a proxy answers for a server that is away holds none, so they are read again then.
    async fn read(self: Rc<Self>) {
        let Ok(here) = window().location().href() else { return };
        let html = results::fetch(&here).await;
        if window().location().href().ok().as_ref() != Some(&here) {
            // Somebody has filtered meanwhile: these would be the rows of another list.
            return self.read_again();
        }
        if html.is_ok_and(|it| results::replace(&it)) {
            self.failures.set(0);
        } else if self.failures.get() < FAILURES {
            self.failures.set(self.failures.get() + 1);
            self.read_again();
        }
    }

    fn read_again(self: Rc<Self>) {
        if self.waiting.replace(true) {
            return;
        }
        set_timeout(
            move || {
                self.waiting.set(false);
                if is_in_use() {
                    self.read_again();
                } else {
                    spawn_local(self.read());
                }
            },
            PAUSE,
        );
    }
}

/// Whether the focus or a selection is in the rows, which must not be taken from under it.
fn is_in_use() -> bool {
    let results = format!("#{}", results::RESULTS);
    let focus = document().active_element();
    let selected = document().query_selector(&format!("{results} td.pick input:checked"));
    focus.and_then(|it| it.closest(&results).ok().flatten()).is_some()
        || selected.is_ok_and(|it| it.is_some())
}

fn field(event: &MessageEvent, name: &str) -> Option<JsValue> {
    let data = JSON::parse(&event.data().as_string()?).ok()?;
    Reflect::get(&data, &JsValue::from_str(name)).ok()
}

fn without_after(address: &str) -> &str {
    address.split_once("&after=").map_or(address, |(before, _)| before)
}
