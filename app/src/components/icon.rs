//! Icons, drawn once a page and used by name.

use leptos::prelude::*;

/// The icons that pages use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IconName {
    Activity,
    Alert,
    Chevron,
    Download,
    Folder,
    Inbox,
    Package,
    Search,
    Settings,
    User,
}

impl IconName {
    const ALL: [Self; 10] = [
        Self::Activity,
        Self::Alert,
        Self::Chevron,
        Self::Download,
        Self::Folder,
        Self::Inbox,
        Self::Package,
        Self::Search,
        Self::Settings,
        Self::User,
    ];

    fn id(self) -> &'static str {
        match self {
            Self::Activity => "i-activity",
            Self::Alert => "i-alert",
            Self::Chevron => "i-chevron",
            Self::Download => "i-download",
            Self::Folder => "i-folder",
            Self::Inbox => "i-inbox",
            Self::Package => "i-package",
            Self::Search => "i-search",
            Self::Settings => "i-settings",
            Self::User => "i-user",
        }
    }

    fn drawing(self) -> icondata_core::Icon {
        match self {
            Self::Activity => icondata_lu::LuActivity,
            Self::Alert => icondata_lu::LuTriangleAlert,
            Self::Chevron => icondata_lu::LuChevronDown,
            Self::Download => icondata_lu::LuDownload,
            Self::Folder => icondata_lu::LuFolder,
            Self::Inbox => icondata_lu::LuInbox,
            Self::Package => icondata_lu::LuPackage,
            Self::Search => icondata_lu::LuSearch,
            Self::Settings => icondata_lu::LuSettings,
            Self::User => icondata_lu::LuUser,
        }
    }
}

/// A small drawing beside a text that says the same.
#[component]
pub(crate) fn Icon(name: IconName) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true">
            <use href=format!("#{}", name.id())></use>
        </svg>
    }
}

/// The drawings behind [`Icon`]; a row then costs two elements instead of a drawing.
#[component]
pub(crate) fn IconSheet() -> impl IntoView {
    let symbols = IconName::ALL
        .into_iter()
        .map(|name| {
            view! { <symbol id=name.id() viewBox="0 0 24 24" inner_html=name.drawing().data></symbol> }
        })
        .collect_view();
    view! { <svg class="icon-sheet" aria-hidden="true">{symbols}</svg> }
}

/// The product's mark: cargo, stowed.
#[component]
pub(crate) fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 20 20" aria-hidden="true">
            <rect class="s1" x="1" y="3" width="11" height="4" rx="1"></rect>
            <rect class="s3" x="13" y="3" width="6" height="4" rx="1"></rect>
            <rect class="s4" x="1" y="8" width="6" height="4" rx="1"></rect>
            <rect class="s2" x="8" y="8" width="11" height="4" rx="1"></rect>
            <rect class="s3" x="1" y="13" width="14" height="4" rx="1"></rect>
            <rect class="s1" x="16" y="13" width="3" height="4" rx="1"></rect>
        </svg>
    }
}
