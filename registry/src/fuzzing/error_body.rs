use reqwest::StatusCode;

use crate::client::error_body::Complaint;

/// The longest text that is passed on, in characters.
const LONGEST: usize = 121;

/// What is passed on of an error is short, and one line without control characters.
pub fn error_body(input: &[u8]) {
    let complaint = Complaint::read(input);
    let passed_on = complaint.code.iter().chain([&complaint.message]);
    for text in passed_on {
        assert!(text.chars().count() <= LONGEST && !text.chars().any(char::is_control), "{text:?}");
    }
    if serde_json::from_slice::<serde_json::Value>(input).is_err() {
        assert!(!complaint.message.starts_with(['<', '{', '[', '"']), "{complaint:?}");
        assert_eq!(complaint.code, None);
    }
    assert!(!complaint.words(StatusCode::BAD_GATEWAY).is_empty());
}
