//! When what did not come through is posted again.

use chrono::TimeDelta;

/// So often a delivery is tried again.
pub const RETRIES: usize = 8;
/// So many seconds are between one try and the next: some seconds for who restarts, most of a day for who sleeps.
const WAITS_S: [i64; RETRIES] = [10, 30, 120, 600, 1_800, 7_200, 21_600, 43_200];

/// How long to wait after so many tries; none where there were enough. `chance` makes it up to a quarter longer, so that those who failed
/// together do not come back together.
pub fn after(tries: i64, chance: u8) -> Option<TimeDelta> {
    let at = usize::try_from(tries).ok()?.checked_sub(1)?;
    let wait_ms = WAITS_S.get(at)?.saturating_mul(1_000);
    let more_ms = wait_ms.saturating_mul(chance.into()) / 1_020;
    Some(TimeDelta::milliseconds(wait_ms.saturating_add(more_ms)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delivery_is_tried_nine_times_within_a_day() {
        let waits: Vec<_> = (1..).map_while(|tries| after(tries, 0)).map(|wait| wait.num_seconds()).collect();
        assert_eq!(waits, WAITS_S);
        assert_eq!(waits.iter().sum::<i64>() / 3_600, 20);
        assert_eq!(after(0, 0), None);
    }

    #[test]
    fn chance_adds_a_quarter_at_most() {
        assert_eq!(after(1, u8::MAX), Some(TimeDelta::milliseconds(12_500)));
        assert!((0..=u8::MAX).map(|chance| after(3, chance)).is_sorted());
    }
}
