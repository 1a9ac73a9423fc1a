//! The content of one file.

use engine::{Engine, PlatformImage};
use futures::TryStreamExt;
use layers::FilePath;
use leptos::prelude::*;

use super::Files;
use crate::address::FilesQuery;
use crate::components::notice::Notice;
use crate::components::reader::locale;
use crate::components::size::Size;
use crate::components::visible::visible;
use crate::error::problem_of;
use crate::pages::image::download;

/// How much of a file is shown, in bytes.
const MOST: u64 = 256 * 1024;

/// A file and what is shown of it.
pub(super) struct FileText {
    path: FilePath,
    content: Result<Text, engine::Error>,
}

struct Text {
    size: u64,
    /// Absent where it is not text.
    text: Option<String>,
    is_cut: bool,
}

/// Reads the beginning of a file, as it is after a layer.
pub(super) async fn load(engine: &Engine, image: &PlatformImage, layer: usize, path: &str) -> FileText {
    let Ok(path) = path.parse::<FilePath>() else {
        let error = engine::Error::NoFile { path: path.to_owned(), why: engine::NoContent::Nothing };
        return FileText { path: FilePath::default(), content: Err(error) };
    };
    let content = read(engine, image, layer, &path).await;
    FileText { path, content }
}

async fn read(
    engine: &Engine,
    image: &PlatformImage,
    layer: usize,
    path: &FilePath,
) -> Result<Text, engine::Error> {
    let file = engine.file_content(image, Some(layer), path, MOST).await?;
    let gathered = file.chunks.try_fold(Vec::new(), |mut all, chunk| async move {
        all.extend_from_slice(&chunk);
        Ok(all)
    });
    let is_cut = file.size > MOST;
    Ok(Text { size: file.size, text: text(gathered.await?, is_cut), is_cut })
}

/// Bytes as text, if they are; what is cut may end within a letter.
fn text(bytes: Vec<u8>, is_cut: bool) -> Option<String> {
    if bytes.contains(&0) {
        return None;
    }
    match String::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) => {
            let is_within_a_letter = is_cut && error.utf8_error().error_len().is_none();
            let valid = error.utf8_error().valid_up_to();
            let mut bytes = error.into_bytes();
            bytes.truncate(valid);
            is_within_a_letter.then(|| String::from_utf8(bytes).ok()).flatten()
        }
    }
}

impl FileText {
    pub(super) fn view(&self, files: &Files) -> impl IntoView + use<> {
        let locale = locale();
        let close = files.href(&FilesQuery { file: String::new(), ..files.query.clone() });
        let name = format!("/{}", self.path.display_safe());
        let label = name.clone();
        let (size, body) = match &self.content {
            Ok(it) => (Some(it.size), it.view().into_any()),
            Err(error) => {
                let problem = problem_of(error, locale);
                (None, view! { <Notice><p><b>{problem.title}</b>" "{problem.detail}</p></Notice> }.into_any())
            }
        };
        let href = download::file_address(&files.image, files.query.layer, &self.path);
        let saved = size.map(|size| {
            view! {
                <Size bytes=Some(size) />
                <a class="btn" href=href download="">{locale.download()}</a>
            }
        });
        view! {
            <section class="card file" aria-label=label>
                <header>
                    <code>{name}</code>
                    {saved}
                    <a class="btn" href=close>{locale.close_file()}</a>
                </header>
                {body}
            </section>
        }
    }
}

impl Text {
    fn view(&self) -> impl IntoView + use<> {
        let locale = locale();
        let cut = self.is_cut.then(|| view! { <p class="muted">{locale.cut_file()}</p> });
        match &self.text {
            None => view! { <p class="muted">{locale.not_text()}</p> }.into_any(),
            Some(text) if text.is_empty() => view! { <p class="muted">{locale.empty_file()}</p> }.into_any(),
            Some(text) => view! { <pre tabindex="0"><code>{visible(text)}</code></pre>{cut} }.into_any(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_text_from_other_content() {
        assert_eq!(text("é\n".into(), false).as_deref(), Some("é\n"));
        assert_eq!(text(b"a\0b".to_vec(), false), None);
        assert_eq!(text(vec![b'a', 0xc3], true).as_deref(), Some("a"));
        assert_eq!(text(vec![b'a', 0xc3], false), None);
        assert_eq!(text(vec![b'a', 0xff, b'b'], true), None);
    }
}
