//! Sealing the rows of the trail, soon after they were committed. docs/decisions/0018 says against whom.
//!
//! Rows are added without a seal, so that requests do not wait for each other. One process at a time reads what is new, of all tenants,
//! and adds a seal on each tenant's part. Nothing is left out: where an ordinal has no row yet, it is looked for until its transaction
//! must have ended.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use super::digest::{self, Entry, NOTHING};
use super::keys::Keys;
use crate::records::{Error, Records};
use crate::storage::audit::seals::{self, Gap, Head, Numbered, Progress, SealRow};
use crate::storage::{Connection, StorageError};

/// New rows are looked for so often.
const EVERY: Duration = Duration::from_secs(2);
/// So many rows a seal has at most.
const PAGE: i64 = 4_096;

impl Records {
    /// Seals rows until the task is dropped.
    pub async fn seal_as_they_come(&self) {
        let mut ticks = tokio::time::interval(EVERY);
        loop {
            ticks.tick().await;
            if let Err(error) = self.seal_audit().await {
                // It is tried again.
                error.log();
            }
        }
    }

    /// Seals all rows that are committed, and gives their number. Where another process does so, none.
    ///
    /// # Errors
    /// When the database fails; what was sealed before stays so.
    pub async fn seal_audit(&self) -> Result<usize, Error> {
        let mut sealed = 0_usize;
        loop {
            let mut transaction = seals::begin(&self.store).await?;
            let page = self.seal_page(&mut transaction).await;
            let (rows, is_cut) = transaction.finish(page).await?;
            sealed = sealed.saturating_add(rows);
            if !is_cut {
                return Ok(sealed);
            }
        }
    }

    async fn seal_page(&self, connection: &mut Connection) -> Result<(usize, bool), StorageError> {
        let Some((before, ended)) = seals::hold(connection).await? else { return Ok((0, false)) };
        let seals::New { rows, is_cut } = seals::new_rows(connection, &before, PAGE).await?;
        let ordinals: Vec<_> = rows.iter().map(|row| row.ordinal).collect();
        let mut after = before.clone().after(&ordinals, is_cut, ended);
        if after.gaps.iter().any(|gap| gap.seen == UNSEEN) {
            let seen = seals::next_transaction(connection).await?;
            after.gaps.iter_mut().filter(|gap| gap.seen == UNSEEN).for_each(|gap| gap.seen = seen);
        }
        if after == before {
            return Ok((0, false));
        }
        let mut of_tenants: BTreeMap<i64, Vec<&Numbered>> = BTreeMap::new();
        for row in &rows {
            of_tenants.entry(row.row.tenant).or_default().push(row);
        }
        let heads = seals::heads(connection, of_tenants.keys().copied().collect()).await?;
        let heads: HashMap<_, _> = heads.into_iter().map(|head| (head.tenant, head)).collect();
        let now = self.clock.now();
        let new = of_tenants.into_iter().map(|(tenant, rows)| {
            let seal = on(tenant, &rows, heads.get(&tenant), now.timestamp_micros());
            coded(seal, &self.trail.keys)
        });
        seals::insert(connection, &new.collect::<Vec<_>>()).await?;
        seals::advance(connection, &after).await?;
        Ok((rows.len(), is_cut))
    }
}

/// The seal on rows of a tenant, after its last one; without a code.
fn on(tenant: i64, rows: &[&Numbered], head: Option<&Head>, now_us: i64) -> SealRow {
    let digests: Vec<u8> = rows.iter().flat_map(|row| Entry::of(row).bytes()).collect();
    let latest = rows.iter().map(|row| row.row.recorded).max().unwrap_or_default();
    let mut seal = SealRow {
        tenant,
        number: head.map_or(1, |head| head.number.saturating_add(1)),
        sealed_at: chrono::DateTime::from_timestamp_micros(now_us).unwrap_or_default(),
        rows: i64::try_from(rows.len()).unwrap_or(i64::MAX),
        latest,
        content: digest::content(&digests),
        digests: Some(digests),
        previous: head.map_or_else(|| NOTHING.to_vec(), |head| head.hash.clone()),
        hash: Vec::new(),
        key: Vec::new(),
        code: Vec::new(),
        removed_at: None,
        removed_key: None,
        removed_code: None,
    };
    seal.hash = digest::hash(&seal);
    seal
}

fn coded(seal: SealRow, keys: &Keys) -> SealRow {
    let (key, code) = keys.code(&seal.hash);
    SealRow { key, code, ..seal }
}

/// Stands for what is not known yet.
const UNSEEN: i64 = i64::MAX;

impl Progress {
    /// How far the sealer is once it has these ordinals, in their order. All transactions below `ended` had ended before they were
    /// looked for.
    fn after(self, found: &[i64], is_cut: bool, ended: i64) -> Self {
        let mut gaps = Vec::new();
        for gap in self.gaps {
            // Where not all was read, some of it may be there.
            if is_cut || gap.seen > ended {
                gap.without(found, &mut gaps);
            }
        }
        let mut ordinal = self.ordinal;
        for found in found.iter().copied().filter(|found| *found > self.ordinal) {
            let (low, high) = (ordinal.saturating_add(1), found.saturating_sub(1));
            if low <= high {
                gaps.push(Gap { low, high, seen: UNSEEN });
            }
            ordinal = found;
        }
        Self { ordinal, gaps }
    }
}

impl Gap {
    /// What is left of it without those that were found.
    fn without(self, found: &[i64], into: &mut Vec<Self>) {
        let mut low = self.low;
        for found in found.iter().copied().filter(|found| (self.low..=self.high).contains(found)) {
            if low < found {
                into.push(Self { low, high: found.saturating_sub(1), ..self });
            }
            low = found.saturating_add(1);
        }
        if low <= self.high {
            into.push(Self { low, ..self });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gap(low: i64, high: i64, seen: i64) -> Gap {
        Gap { low, high, seen }
    }

    #[test]
    fn what_is_not_there_yet_is_looked_for_until_it_cannot_come() {
        let begun = Progress::default().after(&[1, 2, 5, 6, 9], false, 100);
        assert_eq!(begun.ordinal, 9);
        assert_eq!(begun.gaps, [gap(3, 4, UNSEEN), gap(7, 8, UNSEEN)]);
        let seen: Vec<_> = begun.gaps.iter().map(|gap| Gap { seen: 107, ..*gap }).collect();
        let begun = Progress { gaps: seen, ..begun };
        // One came; another transaction below 107 goes on.
        let later = begun.after(&[4, 10], false, 106);
        assert_eq!(later, Progress { ordinal: 10, gaps: vec![gap(3, 3, 107), gap(7, 8, 107)] });
        // Not all was read: what is not there may be there.
        let cut = later.after(&[7], true, 107);
        assert_eq!(cut, Progress { ordinal: 10, gaps: vec![gap(3, 3, 107), gap(8, 8, 107)] });
        assert_eq!(cut.after(&[8], false, 107), Progress { ordinal: 10, gaps: Vec::new() });
    }

    #[test]
    fn a_gap_is_parted_by_what_came() {
        let before = Progress { ordinal: 20, gaps: vec![gap(1, 9, 5)] };
        let after = before.after(&[1, 4, 5, 9], false, 4);
        assert_eq!(after.gaps, [gap(2, 3, 5), gap(6, 8, 5)]);
    }
}
