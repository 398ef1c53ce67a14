//! What others publish of themselves, such as their keys: fetched when it is first needed, and again from time to time.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::MutexGuard;

use crate::core::Clock;

/// So long the turn is waited for: a little longer than one exchange takes. Behind one that hangs there may be many.
const LONGEST_WAIT: Duration = Duration::from_secs(20);

/// How old what was fetched may be, and how often it is asked for. All in seconds.
#[derive(Clone, Copy, Debug)]
pub struct Ages {
    /// So long it is taken as it is.
    pub fresh_s: i64,
    /// So long it is taken where it cannot be fetched again.
    pub usable_s: i64,
    /// After a failure it is left alone for so long.
    pub retry_s: i64,
    /// It is fetched before its time, because something in it is missing, no more often than this.
    pub anew_s: i64,
}

/// A document that another server publishes.
#[derive(Debug)]
pub struct Published<T> {
    state: Mutex<State<T>>,
    /// One request at a time fetches; the others wait, or take what there is.
    turn: tokio::sync::Mutex<()>,
    /// So long the turn is waited for.
    wait: Duration,
    ages: Ages,
}

#[derive(Debug)]
struct State<T> {
    known: Option<(Arc<T>, DateTime<Utc>)>,
    tried_at: Option<DateTime<Utc>>,
}

impl<T> Published<T> {
    /// One that is not known yet.
    #[must_use]
    pub fn new(ages: Ages) -> Self {
        Self {
            state: Mutex::new(State { known: None, tried_at: None }),
            turn: tokio::sync::Mutex::default(),
            wait: LONGEST_WAIT,
            ages,
        }
    }

    /// The document; none when it cannot be had.
    pub async fn get(&self, clock: &Clock, fetch: impl AsyncFnOnce() -> Result<T, String>) -> Option<Arc<T>> {
        let now = clock.now();
        if let Some(fresh) = self.known_within(self.ages.fresh_s, now) {
            return Some(fresh);
        }
        let _turn = match (self.turn.try_lock(), self.known_within(self.ages.usable_s, now)) {
            (Ok(turn), _) => turn,
            (Err(_), Some(usable)) => return Some(usable),
            (Err(_), None) => self.turn().await?,
        };
        self.fetched(clock, self.ages.retry_s, fetch).await
    }

    /// The document, fetched anew unless that was done a moment ago. Who asks while another fetches gets what that one fetches: what
    /// is missing may be in it.
    pub async fn anew(
        &self,
        clock: &Clock,
        fetch: impl AsyncFnOnce() -> Result<T, String>,
    ) -> Option<Arc<T>> {
        let _turn = self.turn().await?;
        self.fetched(clock, self.ages.anew_s, fetch).await
    }

    /// The turn to fetch; none when it does not come.
    async fn turn(&self) -> Option<MutexGuard<'_, ()>> {
        let turn = tokio::time::timeout(self.wait, self.turn.lock()).await.ok();
        if turn.is_none() {
            tracing::warn!("what another server publishes takes too long to come");
        }
        turn
    }

    /// Fetches the document, for whoever has the turn.
    async fn fetched(
        &self,
        clock: &Clock,
        pause_s: i64,
        fetch: impl AsyncFnOnce() -> Result<T, String>,
    ) -> Option<Arc<T>> {
        let begun_at = clock.now();
        if self.tried_within(pause_s, begun_at) {
            return self.known_within(self.ages.usable_s, begun_at);
        }
        let fetched = fetch().await;
        // After a failure the pause begins when it is known, so that who waited meanwhile does not try at once.
        let now = clock.now();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.tried_at = Some(now);
        match fetched {
            Ok(document) => state.known = Some((Arc::new(document), begun_at)),
            Err(error) => tracing::warn!(%error, "what another server publishes cannot be fetched"),
        }
        drop(state);
        self.known_within(self.ages.usable_s, now)
    }

    fn known_within(&self, seconds: i64, now: DateTime<Utc>) -> Option<Arc<T>> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let (document, at) = state.known.as_ref()?;
        (*at + TimeDelta::seconds(seconds) > now).then(|| Arc::clone(document))
    }

    fn tried_within(&self, seconds: i64, now: DateTime<Utc>) -> bool {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.tried_at.is_some_and(|at| at + TimeDelta::seconds(seconds) > now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AGES: Ages = Ages { fresh_s: 100, usable_s: 1000, retry_s: 5, anew_s: 60 };

    fn start() -> Clock {
        Clock::manual(DateTime::from_timestamp(0, 0).unwrap())
    }

    #[tokio::test]
    async fn it_is_asked_for_no_more_often_than_it_must() {
        let (published, clock) = (Published::new(AGES), start());
        let fails = async || Err::<i64, _>("down".to_owned());
        let never = async || panic!("it was asked");
        let at = |second: i64| {
            clock.advance_s(second - clock.now().timestamp());
            &clock
        };
        assert_eq!(published.get(at(0), fails).await, None);
        assert_eq!(published.get(at(4), never).await, None, "left alone");
        assert_eq!(published.get(at(5), async || Ok(1)).await.as_deref(), Some(&1));
        assert_eq!(published.anew(at(64), never).await.as_deref(), Some(&1), "a moment ago");
        assert_eq!(published.anew(at(65), async || Ok(2)).await.as_deref(), Some(&2));
        assert_eq!(published.get(at(164), never).await.as_deref(), Some(&2), "fresh");
        assert_eq!(published.get(at(165), fails).await.as_deref(), Some(&2), "still usable");
        assert_eq!(published.get(at(1065), fails).await, None);
    }

    #[tokio::test]
    async fn one_fetches_for_all() {
        let published = Arc::new(Published::new(AGES));
        let count = Arc::new(std::sync::atomic::AtomicI64::new(0));
        let ask = || {
            let (published, count) = (Arc::clone(&published), Arc::clone(&count));
            tokio::spawn(async move {
                let fetch = async || {
                    tokio::task::yield_now().await;
                    Ok(count.fetch_add(1, std::sync::atomic::Ordering::SeqCst))
                };
                published.get(&start(), fetch).await
            })
        };
        let asked: Vec<_> = (0..20).map(|_| ask()).collect();
        for asked in asked {
            assert_eq!(asked.await.unwrap().as_deref(), Some(&0));
        }
    }

    #[tokio::test]
    async fn who_misses_something_gets_what_another_is_fetching() {
        let (published, clock) = (Published::new(AGES), start());
        assert_eq!(published.get(&clock, async || Ok(1)).await.as_deref(), Some(&1));
        clock.advance_s(60);
        let slowly = async || {
            tokio::task::yield_now().await;
            Ok(2)
        };
        let (one, other) = tokio::join!(published.anew(&clock, slowly), published.anew(&clock, slowly));
        assert_eq!((one.as_deref(), other.as_deref()), (Some(&2), Some(&2)));
    }

    #[tokio::test]
    async fn after_a_slow_failure_it_is_left_alone() {
        let (published, clock) = (Published::new(AGES), start());
        let slowly = async || {
            tokio::task::yield_now().await;
            clock.advance_s(15);
            Err::<i64, _>("down".to_owned())
        };
        let never = async || panic!("it was asked");
        assert_eq!(tokio::join!(published.get(&clock, slowly), published.get(&clock, never)), (None, None));
    }

    #[tokio::test]
    async fn nobody_waits_for_ever() {
        let (published, clock) = (Published::<i64>::new(AGES), start());
        let published = Published { wait: Duration::from_millis(1), ..published };
        let hangs = async || std::future::pending().await;
        let never = async || panic!("it was asked");
        let waits = async { tokio::join!(published.get(&clock, never), published.anew(&clock, never)) };
        tokio::select! {
            // In this order: who hangs has the turn before the others ask.
            biased;
            _ = published.get(&clock, hangs) => panic!("it came"),
            waited = waits => assert_eq!(waited, (None, None)),
        }
    }
}
