use std::time::{Duration, SystemTime};

use reqwest::header::RETRY_AFTER;

use super::headers;
use crate::client::retry_after;

/// A wait is the number that the header gives, or ends with the date that it gives.
pub fn retry_after(input: &[u8]) {
    let headers = headers(&RETRY_AFTER, input);
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    let Some(pause) = retry_after::retry_after(&headers, now) else { return };
    let text = headers[RETRY_AFTER].to_str().expect("what was read is text").trim();
    match text.parse::<u64>() {
        Ok(seconds) => assert_eq!(pause, Duration::from_secs(seconds)),
        Err(_) => {
            let end = httpdate::parse_http_date(text).expect("what is no number is a date");
            assert_eq!(now.max(end), now + pause);
        }
    }
}
