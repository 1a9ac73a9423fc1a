//! What pages are like.

use super::Fallback::{Is, Says};
use super::Kind::{List, Number, Switch, Text};
use super::{Concern, Setting};

/// What stands between the texts of a list.
const COMMA: &[char] = &[','];

pub(super) const PAGES: Concern = Concern {
    title: "Pages",
    about: "",
    settings: &[
        Setting {
            key: "pages.title",
            variable: "REGISTRY_TITLE",
            kind: Text,
            what: "what stands beside the name in the top bar and in the browser's tab",
            default: Says("nothing"),
            example: "\"Our images\"",
        },
        Setting {
            key: "pages.theme",
            variable: "THEME",
            kind: Text,
            what: "the theme of whoever has not chosen one: `auto`, `light` or `dark`",
            default: Is("auto"),
            example: "\"dark\"",
        },
        Setting {
            key: "pages.labels",
            variable: "HISTORY_CUSTOM_LABELS",
            kind: List(COMMA),
            what: "labels that are shown first in the configuration of an image",
            default: Says("none"),
            example: "[\"org.opencontainers.image.title\", \"team\"]",
        },
        Setting {
            key: "pages.tags.order",
            variable: "TAGLIST_ORDER",
            kind: Text,
            what: "the direction in which names are sorted: `num-asc;alpha-asc` or `num-desc;alpha-desc`",
            default: Is("num-desc;alpha-desc"),
            example: "\"num-asc;alpha-asc\"",
        },
        Setting {
            key: "pages.tags.rows",
            variable: "TAGLIST_PAGE_SIZE",
            kind: Number,
            what: "rows of a page of tags, at most 1000",
            default: Is("100"),
            example: "50",
        },
        Setting {
            key: "pages.tags.digests",
            variable: "SHOW_CONTENT_DIGEST",
            kind: Switch,
            what: "whether there is a column of digests",
            default: Is("true"),
            example: "false",
        },
        Setting {
            key: "pages.catalog.shortest_namespace",
            variable: "CATALOG_MIN_BRANCHES",
            kind: Number,
            what: "how many parts the shortest namespace of the catalog has; 0 for none at all",
            default: Is("1"),
            example: "2",
        },
        Setting {
            key: "pages.catalog.longest_namespace",
            variable: "CATALOG_MAX_BRANCHES",
            kind: Number,
            what: "how many parts the longest has; 0 for none at all",
            default: Says("as many as there are"),
            example: "2",
        },
        Setting {
            key: "pages.catalog.expanded",
            variable: "CATALOG_DEFAULT_EXPANDED",
            kind: Switch,
            what: "whether namespaces are open",
            default: Says("only in small registries"),
            example: "true",
        },
    ],
};

pub(super) const COLOURS: Concern = Concern {
    title: "Colours",
    about: "They hold for the light theme and the dark one alike, are written as `#rgb`, `#rrggbb`, `rgb(…)`, `hsl(…)` or by their name in CSS, and whether they can be read on each other is not checked.",
    settings: &[
        Setting {
            key: "pages.colours.text",
            variable: "THEME_PRIMARY_TEXT",
            kind: Text,
            what: "text",
            default: Says("the theme's"),
            example: "\"#25313b\"",
        },
        Setting {
            key: "pages.colours.muted",
            variable: "THEME_NEUTRAL_TEXT",
            kind: Text,
            what: "what matters less",
            default: Says("the theme's"),
            example: "\"#777777\"",
        },
        Setting {
            key: "pages.colours.background",
            variable: "THEME_BACKGROUND",
            kind: Text,
            what: "the background",
            default: Says("the theme's"),
            example: "\"white\"",
        },
        Setting {
            key: "pages.colours.panel",
            variable: "THEME_HOVER_BACKGROUND",
            kind: Text,
            what: "the background of headings, and of what the pointer is on",
            default: Says("the theme's"),
            example: "\"#eeeeee\"",
        },
        Setting {
            key: "pages.colours.accent",
            variable: "THEME_ACCENT_TEXT",
            kind: Text,
            what: "links and buttons",
            default: Says("the theme's"),
            example: "\"hsl(213 23% 48%)\"",
        },
        Setting {
            key: "pages.colours.bar_text",
            variable: "THEME_HEADER_TEXT",
            kind: Text,
            what: "the text of the top bar",
            default: Says("the theme's"),
            example: "\"#ffffff\"",
        },
        Setting {
            key: "pages.colours.bar_title",
            variable: "THEME_HEADER_ACCENT_TEXT",
            kind: Text,
            what: "the title in the top bar",
            default: Says("the theme's"),
            example: "\"#7b9ac2\"",
        },
        Setting {
            key: "pages.colours.bar",
            variable: "THEME_HEADER_BACKGROUND",
            kind: Text,
            what: "the background of the top bar",
            default: Says("the theme's"),
            example: "\"darkslategray\"",
        },
    ],
};
