//! A moment as people say it: local and relative.

use chrono::Local;

use crate::model::Time;

/// `3 hours ago`, `in 2 days`; beyond a month the local date.
pub fn relative(time: Time, now: Time) -> String {
    const UNITS: [(i64, &str); 5] = [
        (604_800, "week"),
        (86_400, "day"),
        (3_600, "hour"),
        (60, "minute"),
        (1, "second"),
    ];
    let distance = now.0.saturating_sub(time.0);
    let size = distance.unsigned_abs();
    if size > 31 * 86_400 {
        return date(time);
    }
    let found = UNITS.iter().find(|(unit, _)| size >= unit.unsigned_abs());
    let Some((unit, name)) = found else {
        return "just now".to_owned();
    };
    let count = size / unit.unsigned_abs();
    let plural = if count == 1 { "" } else { "s" };
    if distance < 0 {
        format!("in {count} {name}{plural}")
    } else {
        format!("{count} {name}{plural} ago")
    }
}

/// The local date.
pub fn date(time: Time) -> String {
    time.utc()
        .with_timezone(&Local)
        .format("%Y-%m-%d")
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        let now = Time(1_000_000_000);
        let ago = |seconds: i64| relative(Time(now.0 - seconds), now);
        assert_eq!(ago(0), "just now");
        assert_eq!(ago(1), "1 second ago");
        assert_eq!(ago(59), "59 seconds ago");
        assert_eq!(ago(7_200), "2 hours ago");
        assert_eq!(ago(86_400 * 13), "1 week ago");
        assert_eq!(ago(-120), "in 2 minutes");
        assert_eq!(relative(Time(i64::MIN), now).len(), 10);
    }
}
