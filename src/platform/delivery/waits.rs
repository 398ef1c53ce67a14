//! When what did not come through is posted again.

use chrono::TimeDelta;

/// So often a delivery is tried again.
pub const RETRIES: usize = 8;
/// So many milliseconds are between one try and the next: some seconds for who restarts, most of a day for who sleeps.
pub const SLOW_MS: [i64; RETRIES] =
    [10_000, 30_000, 120_000, 600_000, 1_800_000, 7_200_000, 21_600_000, 43_200_000];
/// The same where all that comes later waits: who fails now and then is asked again at once.
pub const QUICK_MS: [i64; 19] = [
    50, 50, 100, 100, 250, 250, 500, 500, 1_000, 1_000, 2_000, 5_000, 15_000, 60_000, 300_000, 1_800_000,
    7_200_000, 21_600_000, 43_200_000,
];

/// How long to wait after so many tries; none where there were enough. `chance` makes it up to a quarter longer, so that those who failed
/// together do not come back together.
pub fn after(waits_ms: &[i64], tries: i64, chance: u8) -> Option<TimeDelta> {
    let at = usize::try_from(tries).ok()?.checked_sub(1)?;
    let wait_ms = *waits_ms.get(at)?;
    let more_ms = wait_ms.saturating_mul(chance.into()) / 1_020;
    Some(TimeDelta::milliseconds(wait_ms.saturating_add(more_ms)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delivery_is_tried_again_for_most_of_a_day() {
        for table in [&SLOW_MS[..], &QUICK_MS[..]] {
            let waits = (1..).map_while(|tries| after(table, tries, 0)).map(|wait| wait.num_milliseconds());
            let waits: Vec<_> = waits.collect();
            assert_eq!(waits, table);
            assert_eq!(waits.iter().sum::<i64>() / 3_600_000, 20);
            assert_eq!(after(table, 0, 0), None);
        }
    }

    #[test]
    fn chance_adds_a_quarter_at_most() {
        assert_eq!(after(&SLOW_MS, 1, u8::MAX), Some(TimeDelta::milliseconds(12_500)));
        assert!((0..=u8::MAX).map(|chance| after(&SLOW_MS, 3, chance)).is_sorted());
    }
}
