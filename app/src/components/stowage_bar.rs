//! The layers of an image as one bar, stowed side by side by their bytes.

use leptos::prelude::*;
use registry::history::LayerRow;

use super::reader::locale;

/// The width of the drawing, in its own units.
const WIDTH: u64 = 1000;
/// What the smallest layer gets, so that it can be seen and hit.
const NARROWEST: u64 = 3;

/// A segment for each layer; steps that made none are ticks below. Each leads to its row.
#[component]
pub(crate) fn StowageBar(layers: Vec<LayerRow>) -> impl IntoView {
    let locale = locale();
    let total = total_size(&layers);
    let mut x = 0;
    let widths = widths(&layers);
    let mut by_size: Vec<u64> = layers.iter().filter_map(|it| it.size).collect();
    by_size.sort_unstable_by(|a, b| b.cmp(a));
    let segments = layers
        .iter()
        .zip(widths)
        .enumerate()
        .map(|(idx, (layer, width))| {
            let start = x;
            x += width;
            let href = format!("#step-{}", idx + 1);
            match layer.size.filter(|_| !layer.empty) {
                Some(size) => {
                    let rank = by_size.iter().position(|&it| it == size).unwrap_or_default().min(5) + 1;
                    let title = format!(
                        "{}: {}, {}",
                        idx + 1,
                        locale.bytes(size),
                        layer.created_by.as_deref().map_or_else(String::new, short_step)
                    );
                    let label = title.clone();
                    view! {
                        <a href=href data-step=(idx + 1).to_string() aria-label=label>
                            <rect class=format!("s{rank}") x=start.to_string() y="0" width=width.to_string() height="34">
                                <title>{title}</title>
                            </rect>
                        </a>
                    }
                        .into_any()
                }
                None => {
                    view! { <rect class="tick" x=start.to_string() y="36" width="2" height="4"></rect> }.into_any()
                }
            }
        })
        .collect_view();
    (total > 0).then(|| {
        view! {
            <svg class="stowage" viewBox=format!("0 0 {WIDTH} 40") preserveAspectRatio="none" role="group" aria-label=locale.layers_by_size()>
                {segments}
            </svg>
            <div class="scale" aria-hidden="true">
                <span>"0"</span>
                <span>{locale.bytes(total)}" "{locale.compressed()}</span>
            </div>
        }
    })
}

/// The bytes of all layers, as the bar and the shares count them.
pub(crate) fn total_size(layers: &[LayerRow]) -> u64 {
    layers.iter().filter_map(|it| it.size).fold(0, u64::saturating_add)
}

/// A width for each layer that adds up to the bar's, none too narrow to be seen; steps without a layer have none.
fn widths(layers: &[LayerRow]) -> Vec<u64> {
    let total = u128::from(total_size(layers)).max(1);
    let sized = layers.iter().filter(|it| it.size.is_some() && !it.empty).count() as u64;
    let spread = u128::from(WIDTH.saturating_sub(sized * NARROWEST));
    layers
        .iter()
        .map(|it| match it.size.filter(|_| !it.empty) {
            // At most `spread`, which fits.
            Some(size) => NARROWEST + u64::try_from(u128::from(size) * spread / total).unwrap_or(WIDTH),
            None => 0,
        })
        .collect()
}

fn short_step(created_by: &str) -> String {
    let step = registry::history::instruction(created_by);
    let text = format!("{} {}", step.keyword, step.arguments);
    text.trim().chars().take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(size: Option<u64>) -> LayerRow {
        LayerRow {
            digest: None,
            media_type: None,
            size,
            created_by: None,
            created: None,
            comment: None,
            empty: size.is_none(),
            foreign: false,
        }
    }

    #[test]
    fn segments_fill_the_bar_and_none_vanishes() {
        let widths =
            widths(&[layer(Some(1_000_000_000)), layer(None), layer(Some(1)), layer(Some(u64::MAX / 2))]);
        assert_eq!(widths[1], 0);
        assert!(widths[2] >= NARROWEST);
        let sum: u64 = widths.iter().sum();
        assert!((WIDTH - 10..=WIDTH).contains(&sum), "{sum}");
    }

    #[test]
    fn an_image_without_sizes_has_no_bar() {
        assert_eq!(total_size(&[layer(None), layer(None)]), 0);
        assert_eq!(widths(&[]), Vec::<u64>::new());
    }
}
