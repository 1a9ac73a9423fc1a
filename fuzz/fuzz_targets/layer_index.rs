#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| layers::fuzzing::layer_index(input));
