//! What lies in a folder, as lines of text.

use std::fs::{self, Metadata};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::Path;

use layers::FilePath;

/// Whether files can be given to others here.
pub(super) fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|it| it.uid() == 0)
}

/// All that lies below a folder, in order.
pub(super) fn lines(root: &Path) -> Vec<String> {
    let mut all = Vec::new();
    let mut open = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let metadata = fs::symlink_metadata(&path).unwrap();
            let name = FilePath::clean(path.strip_prefix(root).unwrap().as_os_str().as_bytes());
            all.push((name.parts().map(<[u8]>::to_vec).collect::<Vec<_>>(), line(&name, &path, &metadata)));
            if metadata.is_dir() {
                open.push(path);
            }
        }
    }
    all.sort();
    all.into_iter().map(|(_, line)| line).collect()
}

fn line(name: &FilePath, path: &Path, metadata: &Metadata) -> String {
    let kind = metadata.file_type();
    let (letter, content) = if kind.is_dir() {
        ('d', String::new())
    } else if kind.is_symlink() {
        ('l', layers::text(fs::read_link(path).unwrap().as_os_str().as_bytes()).into_owned())
    } else if kind.is_fifo() {
        ('p', String::new())
    } else {
        // Not everybody may read what an image holds.
        let content = if is_root() { fs::read(path).unwrap() } else { Vec::new() };
        ('-', super::ours::content(metadata.len(), &content))
    };
    let mode = if kind.is_symlink() { 0o777 } else { metadata.mode() & 0o7777 };
    super::ours::line(letter, name, mode, (metadata.uid(), metadata.gid()), metadata.mtime(), &content)
}
