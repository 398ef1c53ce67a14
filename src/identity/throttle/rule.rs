//! When another guess may be made. Pure: what is counted and the time come in, a verdict goes out.

use chrono::{DateTime, TimeDelta, Utc};

use crate::core::config::Limits;
use crate::identity::sign_in::SignInError;
use crate::storage::sign_in_counts::Count;

/// An attempt that is looked at for longer was given up by its process: it counts as failed.
const GIVEN_UP_S: i64 = 60;
/// The first wait; each failure doubles it.
const FIRST_WAIT_S: i64 = 15;
/// The longest wait: who guesses for a year has made as many guesses as a year has quarters of an hour.
const LONGEST_WAIT_S: i64 = 15 * 60;
/// So long after the last failure of an account whose guesses wait, all is forgotten.
const FORGOTTEN_S: i64 = 24 * 60 * 60;
/// With `HYGEIA_LIMITS=off`.
const NO_CEILING: i32 = 1_000_000;

/// How many failures are free, and what comes then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// So many failures within the window are free.
    most: i32,
    /// The window.
    window_s: i64,
    /// Then each guess waits for longer; otherwise, there is none until the window has passed.
    then_waits: bool,
    /// No wait between two guesses is longer.
    longest_s: i64,
}

impl Rule {
    /// Of one account's passwords, or codes.
    pub const ACCOUNT: Self =
        Self { most: 5, window_s: 15 * 60, then_waits: true, longest_s: LONGEST_WAIT_S };
    /// The same where more are free: clients that hash passwords themselves are tried out by people who write programs. A program that
    /// has the right one is never kept out for more than seconds (contract HE-32).
    pub const ACCOUNT_OF_PROGRAMS: Self = Self { most: 10, longest_s: 30, ..Self::ACCOUNT };
    /// Of one client address, whichever accounts it tries.
    pub const ADDRESS: Self = Self { most: 100, window_s: 60 * 60, then_waits: false, ..Self::ACCOUNT };
    /// Of mails to one address.
    pub const MAIL: Self = Self { most: 3, ..Self::ADDRESS };
    /// Of accounts that are opened from one client address.
    pub const SIGN_UP: Self = Self { most: 20, ..Self::ADDRESS };

    /// The rule under these limits. Without limits all is still counted.
    #[must_use]
    pub fn under(self, limits: Limits) -> Self {
        match limits {
            Limits::Documented => self,
            Limits::Off => Self { most: NO_CEILING, ..self },
        }
    }

    /// Says that one must wait for so many seconds.
    #[must_use]
    pub fn too_many(self, wait_s: i64) -> SignInError {
        SignInError::TooMany { wait_s, most: self.most, window_s: self.window_s }
    }

    /// Whether a count has just come to where guesses are slowed down.
    #[must_use]
    pub fn is_reached(self, before: i32, after: i32) -> bool {
        before < self.most && after >= self.most
    }

    /// Whether another guess may be made now. What is long past is forgotten.
    pub fn judge(self, count: &mut Count, now: DateTime<Utc>) -> Verdict {
        self.settle(count, now);
        if count.failures < self.most {
            let taken = count.failures.saturating_add(count.pending);
            return if taken < self.most { Verdict::Free } else { Verdict::Busy };
        }
        let from = if self.then_waits { count.last } else { count.since };
        let until = from + TimeDelta::seconds(self.wait_s(count.failures));
        match until - now {
            left if left > TimeDelta::zero() => Verdict::Wait(left.num_seconds().max(1)),
            // One at a time: of several at once all but one would be made too soon.
            _ if count.pending > 0 => Verdict::Wait(1),
            _ => Verdict::Free,
        }
    }

    /// Notes that a guess is being looked at.
    pub fn begin(self, count: &mut Count, now: DateTime<Utc>) {
        if count.pending == 0 {
            count.pending_since = now;
        }
        count.pending = count.pending.saturating_add(1);
        self.keep(count, now);
    }

    /// Notes how a guess ended.
    pub fn end(self, count: &mut Count, ended: Ended, now: DateTime<Utc>) {
        self.settle(count, now);
        count.pending = count.pending.saturating_sub(1).max(0);
        match ended {
            Ended::Wrong => fail(count, 1, now),
            Ended::Right => count.failures = 0,
            Ended::Unseen => {}
        }
        self.keep(count, now);
    }

    /// Counts what was given up as failed, and forgets what is long past.
    fn settle(self, count: &mut Count, now: DateTime<Utc>) {
        if count.pending > 0 && now - count.pending_since >= TimeDelta::seconds(GIVEN_UP_S) {
            let given_up = std::mem::take(&mut count.pending);
            fail(count, given_up, now);
        }
        let (from, after_s) = if self.then_waits && count.failures >= self.most {
            (count.last, FORGOTTEN_S)
        } else {
            (count.since, self.window_s)
        };
        if now - from >= TimeDelta::seconds(after_s) {
            count.failures = 0;
        }
    }

    fn wait_s(self, failures: i32) -> i64 {
        if !self.then_waits {
            return self.window_s;
        }
        let doublings = u32::try_from(failures.saturating_sub(self.most)).unwrap_or(0);
        let wait = 2_i64.checked_pow(doublings).and_then(|times| times.checked_mul(FIRST_WAIT_S));
        wait.unwrap_or(self.longest_s).min(self.longest_s)
    }

    /// The row is needed until nothing of it could change a verdict.
    fn keep(self, count: &mut Count, now: DateTime<Utc>) {
        let forgotten = now + TimeDelta::seconds(FORGOTTEN_S.max(self.window_s));
        count.expires_at = count.known_until.map_or(forgotten, |known| known.max(forgotten));
    }
}

fn fail(count: &mut Count, times: i32, now: DateTime<Utc>) {
    if count.failures == 0 {
        count.since = now;
    }
    count.failures = count.failures.saturating_add(times);
    count.last = now;
}

/// Whether a guess may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Yes.
    Free,
    /// When one of those that are being looked at was right.
    Busy,
    /// In so many seconds.
    Wait(i64),
}

/// How a guess ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It was wrong.
    Wrong,
    /// It was right.
    Right,
    /// Nobody looked at it, or another's right guess is no reason to forget this one's wrong ones.
    Unseen,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    fn count() -> Count {
        Count::new("k".to_owned(), at(0))
    }

    /// Makes a wrong guess, which must be free.
    fn wrong(rule: Rule, count: &mut Count, seconds: i64) {
        assert_eq!(rule.judge(count, at(seconds)), Verdict::Free, "at {seconds} s: {count:?}");
        rule.begin(count, at(seconds));
        rule.end(count, Ended::Wrong, at(seconds));
    }

    #[test]
    fn five_failures_are_free_and_each_next_waits_twice_as_long() {
        let (rule, mut count, mut now) = (Rule::ACCOUNT, count(), 0);
        for _ in 0..5 {
            wrong(rule, &mut count, now);
        }
        for wait in [15, 30, 60, 120, 240, 480, 900, 900, 900] {
            assert_eq!(rule.judge(&mut count, at(now)), Verdict::Wait(wait));
            assert_eq!(rule.judge(&mut count, at(now + wait - 1)), Verdict::Wait(1));
            now += wait;
            wrong(rule, &mut count, now);
        }
        assert_eq!(rule.judge(&mut count, at(now + 24 * 60 * 60)), Verdict::Free);
        assert_eq!(count.failures, 0, "forgotten after a day");
    }

    #[test]
    fn who_writes_programs_waits_for_seconds_only() {
        let (rule, mut count, mut now) = (Rule::ACCOUNT_OF_PROGRAMS, count(), 0);
        for _ in 0..10 {
            wrong(rule, &mut count, now);
        }
        for wait in [15, 30, 30, 30] {
            assert_eq!(rule.judge(&mut count, at(now)), Verdict::Wait(wait));
            now += wait;
            wrong(rule, &mut count, now);
        }
    }

    #[test]
    fn a_quarter_of_an_hour_forgets_what_was_free() {
        let (rule, mut count) = (Rule::ACCOUNT, count());
        for second in [0, 1, 2, 3] {
            wrong(rule, &mut count, second);
        }
        wrong(rule, &mut count, 900);
        assert_eq!(count.failures, 1);
    }

    #[test]
    fn a_right_guess_forgets_the_wrong_ones() {
        let (rule, mut count) = (Rule::ACCOUNT, count());
        for _ in 0..4 {
            wrong(rule, &mut count, 0);
        }
        rule.begin(&mut count, at(1));
        rule.end(&mut count, Ended::Right, at(1));
        assert_eq!((count.failures, count.pending), (0, 0));
    }

    #[test]
    fn guesses_at_the_same_time_do_not_outrun_the_count() {
        let (rule, mut count) = (Rule::ACCOUNT, count());
        wrong(rule, &mut count, 0);
        for _ in 0..4 {
            assert_eq!(rule.judge(&mut count, at(0)), Verdict::Free);
            rule.begin(&mut count, at(0));
        }
        assert_eq!(rule.judge(&mut count, at(0)), Verdict::Busy);
        rule.end(&mut count, Ended::Unseen, at(0));
        assert_eq!(rule.judge(&mut count, at(0)), Verdict::Free);
        // Those of a process that was killed count as failed.
        assert_eq!(rule.judge(&mut count, at(60)), Verdict::Free);
        assert_eq!((count.failures, count.pending), (4, 0));
        wrong(rule, &mut count, 60);
        assert_eq!(rule.judge(&mut count, at(75)), Verdict::Free);
        rule.begin(&mut count, at(75));
        assert_eq!(rule.judge(&mut count, at(75)), Verdict::Wait(1), "one at a time");
    }

    #[test]
    fn an_address_has_a_hundred_an_hour() {
        let (rule, mut count) = (Rule::ADDRESS, count());
        for second in 0..100 {
            wrong(rule, &mut count, second);
        }
        assert_eq!(rule.judge(&mut count, at(100)), Verdict::Wait(3500));
        wrong(rule, &mut count, 3600);
        assert_eq!(count.failures, 1);
    }

    #[test]
    fn without_limits_a_million_is_free_and_counted() {
        let (rule, mut count) = (Rule::ACCOUNT.under(Limits::Off), count());
        for _ in 0..1000 {
            wrong(rule, &mut count, 0);
        }
        assert_eq!(count.failures, 1000);
        count.failures = 1_000_000;
        assert_eq!(rule.judge(&mut count, at(1)), Verdict::Wait(14));
    }
}
