//! What others publish of themselves, such as their keys: fetched when it is first needed, and again from time to time.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

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
            ages,
        }
    }

    /// The document; none when it cannot be had.
    pub async fn get(
        &self,
        now: DateTime<Utc>,
        fetch: impl AsyncFnOnce() -> Result<T, String>,
    ) -> Option<Arc<T>> {
        match self.known_within(self.ages.fresh_s, now) {
            Some(known) => Some(known),
            None => self.fetched(now, self.ages.retry_s, fetch).await,
        }
    }

    /// The document, fetched anew unless that was done a moment ago.
    pub async fn anew(
        &self,
        now: DateTime<Utc>,
        fetch: impl AsyncFnOnce() -> Result<T, String>,
    ) -> Option<Arc<T>> {
        self.fetched(now, self.ages.anew_s, fetch).await
    }

    async fn fetched(
        &self,
        now: DateTime<Utc>,
        pause_s: i64,
        fetch: impl AsyncFnOnce() -> Result<T, String>,
    ) -> Option<Arc<T>> {
        let usable = self.known_within(self.ages.usable_s, now);
        let _turn = match (self.turn.try_lock(), usable) {
            (Ok(turn), _) => turn,
            (Err(_), Some(usable)) => return Some(usable),
            (Err(_), None) => self.turn.lock().await,
        };
        if self.tried_within(pause_s, now) {
            return self.known_within(self.ages.usable_s, now);
        }
        let fetched = fetch().await;
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.tried_at = Some(now);
        match fetched {
            Ok(document) => state.known = Some((Arc::new(document), now)),
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

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    #[tokio::test]
    async fn it_is_asked_for_no_more_often_than_it_must() {
        let published = Published::new(AGES);
        let fails = async || Err::<i64, _>("down".to_owned());
        let never = async || panic!("it was asked");
        assert_eq!(published.get(at(0), fails).await, None);
        assert_eq!(published.get(at(4), never).await, None, "left alone");
        assert_eq!(published.get(at(5), async || Ok(1)).await.as_deref(), Some(&1));
        assert_eq!(published.get(at(104), never).await.as_deref(), Some(&1), "fresh");
        assert_eq!(published.anew(at(64), never).await.as_deref(), Some(&1), "a moment ago");
        assert_eq!(published.anew(at(65), async || Ok(2)).await.as_deref(), Some(&2));
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
                published.get(at(0), fetch).await
            })
        };
        let asked: Vec<_> = (0..20).map(|_| ask()).collect();
        for asked in asked {
            assert_eq!(asked.await.unwrap().as_deref(), Some(&0));
        }
    }
}
