#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| server::fuzzing::same_site_path(input));
