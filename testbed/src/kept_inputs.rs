//! The inputs that are kept of what `make fuzz` makes up: `fuzz/seeds`, written by hand, and `fuzz/found`, which once
//! showed a mistake.

use std::fs;
use std::path::Path;

/// Gives all inputs of a parser to what checks them, which panics where something is wrong.
///
/// # Panics
/// Also where there are none.
pub fn replay(parser: &str, check: fn(&[u8])) {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz");
    let folders = ["seeds", "found"].map(|it| fuzz.join(it).join(parser));
    let mut count = 0;
    for file in folders.iter().filter_map(|it| fs::read_dir(it).ok()).flatten() {
        let path = file.expect("a folder of inputs can be read").path();
        // Shown where a test fails, and nowhere else.
        println!("{}", path.display());
        check(&fs::read(path).expect("an input can be read"));
        count += 1;
    }
    assert!(count > 0, "there are no inputs for {parser}");
}
