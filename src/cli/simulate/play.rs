//! Playing a ward: at which pace, by which nodes, and what became of it.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::StreamExt as _;
use futures_util::stream;
use rand::rngs::StdRng;
use rand::seq::SliceRandom as _;
use rand::{Rng as _, SeedableRng as _};

use super::node::{Node, Sent};
use super::{Smartz, complain, say};
use crate::clinical::continence::Reading;
use crate::clinical::continence::simulated::{Happening, Plan, Ward};
use crate::core::Clock;

/// So many readings a batch has at most.
const MOST: usize = 1000;
/// So many nodes send at the same time.
const AT_ONCE: usize = 16;
/// One batch in so many is sent twice, as by a node that lost the answer; one in so many is in no order.
const REPEATED: u32 = 25;
const SHUFFLED: u32 = 10;

/// What became of a ward's readings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// So many were measured and sent.
    pub readings: usize,
    pub batches: usize,
    /// So many the server has.
    pub delivered: usize,
    /// So many it has not.
    pub lost: usize,
    /// So many it took twice.
    pub doubled: usize,
    /// So many batches were sent twice with a purpose.
    pub repeated: usize,
}

impl Counts {
    /// Whether every reading came through once.
    pub(super) fn is_whole(self) -> bool {
        self.lost == 0 && self.doubled == 0
    }

    /// For whoever started it.
    pub(super) fn told(self) -> String {
        let Self { readings, batches, delivered, lost, doubled, repeated } = self;
        format!(
            "{readings} readings in {batches} batches: {delivered} delivered, {lost} lost, {doubled} taken twice; {repeated} batches were repeated\n"
        )
    }

    fn plus(self, other: Self) -> Self {
        Self {
            readings: self.readings + other.readings,
            batches: self.batches + other.batches,
            delivered: self.delivered + other.delivered,
            lost: self.lost + other.lost,
            doubled: self.doubled + other.doubled,
            repeated: self.repeated + other.repeated,
        }
    }

    /// A batch of so many readings that came through, or did not.
    pub(super) fn first(readings: usize, sent: Option<Sent>) -> Self {
        let sent_twice = |sent: &Sent| sent.again && sent.taken.accepted + sent.taken.duplicates == readings;
        let delivered = match sent {
            Some(sent) if sent_twice(&sent) => readings,
            // The server had none of them before.
            Some(sent) => sent.taken.accepted.min(readings),
            None => 0,
        };
        Self { readings, batches: 1, delivered, lost: readings - delivered, ..Self::default() }
    }

    /// The same batch once more: the server must know all of it.
    pub(super) fn repetition(sent: Option<Sent>) -> Self {
        Self { repeated: 1, doubled: sent.map_or(0, |sent| sent.taken.accepted), ..Self::default() }
    }
}

/// Plays the ward to its end, or until it is interrupted.
pub(super) async fn play(arguments: &Smartz, nodes: &[Node], clock: &Clock) -> anyhow::Result<Counts> {
    let begun = clock.now();
    let length = TimeDelta::milliseconds(milliseconds(arguments.hours * 3_600_000.0));
    let live = (arguments.speed - 1.0).abs() < f64::EPSILON;
    let start = if live { begun } else { begun - length };
    let mut ward = Ward::new(Plan {
        seed: arguments.seed,
        residents: arguments.residents.into(),
        start,
        every_seconds: arguments.every,
        losses_a_day: arguments.losses,
    });
    let mut chance = StdRng::seed_from_u64(arguments.seed);
    let (mut counts, mut told_at) = (Counts::default(), begun);
    while ward.now() < start + length {
        let happenings = ward.step();
        wait(arguments.speed, begun, ward.now() - start, clock).await;
        let sent = happenings.into_iter().filter_map(|(resident, what)| match what {
            Happening::Sent(readings) => Some((resident, readings)),
            Happening::Changed | Happening::ChangedSilently | Happening::Voided(_) => None,
        });
        counts = counts.plus(sent_by(nodes, sent.collect(), &mut chance).await);
        if clock.now() - told_at >= TimeDelta::seconds(10) {
            told_at = clock.now();
            let played = (ward.now() - start).num_minutes();
            say(&format!("{:02}:{:02} played: {}", played / 60, played % 60, counts.told()));
        }
    }
    Ok(counts.plus(sent_by(nodes, ward.rest(), &mut chance).await))
}

/// Waits until so much of the ward's time is due.
async fn wait(speed: f64, begun: DateTime<Utc>, played: TimeDelta, clock: &Clock) {
    if speed <= 0.0 {
        return;
    }
    let due = begun + TimeDelta::milliseconds(milliseconds(played.as_seconds_f64() * 1000.0 / speed));
    if let Ok(left) = (due - clock.now()).to_std() {
        tokio::time::sleep(left.min(Duration::from_secs(3600))).await;
    }
}

#[expect(clippy::as_conversions, reason = "the spans are those of some weeks at most")]
fn milliseconds(span: f64) -> i64 {
    span as i64
}

/// Sends what residents' pods say, each by its node.
async fn sent_by(nodes: &[Node], said: Vec<(usize, Vec<Reading>)>, chance: &mut StdRng) -> Counts {
    let mut batches = Vec::new();
    for node in nodes {
        let own = said.iter().filter(|(resident, _)| node.residents.contains(resident));
        let readings: Vec<_> = own
            .flat_map(|(resident, readings)| readings.iter().map(|reading| (*resident, *reading)))
            .collect();
        for part in readings.chunks(MOST) {
            let mut part = part.to_vec();
            if chance.random_range(0..SHUFFLED) == 0 {
                part.shuffle(chance);
            }
            batches.push((node, part, chance.random_range(0..REPEATED) == 0));
        }
    }
    let sending = batches.into_iter().map(|(node, part, repeated)| sent(node, part, repeated));
    stream::iter(sending)
        .buffer_unordered(AT_ONCE)
        .fold(Counts::default(), async |all, one| all.plus(one))
        .await
}

async fn sent(node: &Node, readings: Vec<(usize, Reading)>, repeated: bool) -> Counts {
    let batch = node.batch(&readings);
    let first = Counts::first(readings.len(), came_through(node, &batch).await);
    if !repeated {
        return first;
    }
    first.plus(Counts::repetition(came_through(node, &batch).await))
}

async fn came_through(node: &Node, batch: &serde_json::Value) -> Option<Sent> {
    node.send(batch).await.map_err(|error| complain(&format!("hygeia: {error:#}\n"))).ok()
}
