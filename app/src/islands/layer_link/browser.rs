use leptos::web_sys::{Element, Event};

use crate::islands::dom;

const LIT: &str = "lit";

pub(super) fn link_steps(root: &Element) {
    for event in ["pointerover", "focusin"] {
        let all = root.clone();
        dom::listen(root, event, move |event: Event| {
            let step = dom::closest(&event, "[data-step]").and_then(|it| it.get_attribute("data-step"));
            for element in dom::all(&all, "[data-step]") {
                let _ =
                    element.class_list().toggle_with_force(LIT, element.get_attribute("data-step") == step);
            }
        });
    }
    let all = root.clone();
    dom::listen(root, "pointerleave", move |_: Event| {
        for element in dom::all(&all, ".lit") {
            let _ = element.class_list().remove_1(LIT);
        }
    });
}
