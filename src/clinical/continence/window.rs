//! The last minutes, kept reading by reading, so that what comes late is put in its place.

use chrono::DateTime;
use serde::{Deserialize, Serialize};

use super::event::Event;
use super::moments::Moment;
use super::settings::Settings;
use super::track::{Told, Track};

/// More entries are not kept: a pod that sends faster has a shorter window.
const MOST: usize = 256;

/// What was told, and when.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "(i64, Option<u64>, Told)", into = "(i64, Option<u64>, Told)")]
pub(super) struct Entry {
    pub at: Moment,
    pub seq: Option<u64>,
    pub told: Told,
}

impl Entry {
    /// Entries are sorted by this: by time, then as the pod counts, then in an order that is always the same.
    fn place(&self) -> (Moment, Option<u64>, u8) {
        let rank = match self.told {
            Told::Wetness(_) => 0,
            Told::Moved => 1,
            Told::Soiled => 2,
            Told::Changed => 3,
        };
        (self.at, self.seq, rank)
    }
}

impl From<Entry> for (i64, Option<u64>, Told) {
    fn from(entry: Entry) -> Self {
        (entry.at.timestamp_millis(), entry.seq, entry.told)
    }
}

impl TryFrom<(i64, Option<u64>, Told)> for Entry {
    type Error = &'static str;

    fn try_from((at, seq, told): (i64, Option<u64>, Told)) -> Result<Self, Self::Error> {
        let at = DateTime::from_timestamp_millis(at).ok_or("a time that there is not")?;
        Ok(Self { at, seq, told })
    }
}

/// What came of an entry's insertion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Inserted {
    /// It has its place.
    Placed,
    /// It was there.
    Repeated,
    /// Its place is before the window.
    TooLate,
}

/// The entries of the last minutes, and the track before them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Window {
    base: Track,
    /// When the last entry was that the base has.
    edge: Option<Moment>,
    entries: Vec<Entry>,
    /// The events of these entries, as they were last told.
    told: Vec<Event>,
}

impl Window {
    /// Puts an entry in its place.
    pub(super) fn insert(&mut self, entry: Entry, horizon: Moment) -> Inserted {
        if entry.at < horizon || self.edge.is_some_and(|edge| entry.at < edge) {
            return Inserted::TooLate;
        }
        match self.entries.binary_search_by(|other| other.place().cmp(&entry.place())) {
            Ok(_) => Inserted::Repeated,
            Err(place) => {
                self.entries.insert(place, entry);
                Inserted::Placed
            }
        }
    }

    /// What a carer tells of the time before the window: it is known from now on, and nothing is looked at anew.
    pub(super) fn tell_late(&mut self, at: Moment, told: Told, settings: &Settings) -> Option<Event> {
        self.base.step_late(at, told, settings)
    }

    /// The track after all entries, with their events.
    pub(super) fn fold(&self, settings: &Settings) -> (Track, Vec<Event>) {
        let mut track = self.base.clone();
        let mut events = Vec::new();
        for entry in &self.entries {
            track.step(entry.at, entry.told, settings, &mut events);
        }
        (track, events)
    }

    /// The events of any number of entries in any order.
    pub(super) fn of(mut entries: Vec<Entry>, settings: &Settings) -> Vec<Event> {
        entries.sort_by_key(Entry::place);
        entries.dedup_by_key(|entry| entry.place());
        Self { entries, ..Self::default() }.fold(settings).1
    }

    /// Notes `events` as told, and answers with those that were not told so, and with those that were told and are not so.
    pub(super) fn news(&mut self, events: Vec<Event>) -> (Vec<Event>, Vec<Event>) {
        let fresh = events.iter().filter(|event| !self.told.contains(event)).copied().collect();
        let gone = self
            .told
            .iter()
            .filter(|told| events.iter().all(|event| event.key() != told.key()))
            .copied()
            .collect();
        self.told = events;
        (fresh, gone)
    }

    /// Gives the base what is before the horizon, or too much: nothing changes that any more.
    pub(super) fn settle(&mut self, horizon: Moment, settings: &Settings) {
        let old = self.entries.partition_point(|entry| entry.at < horizon);
        let old = old.max(self.entries.len().saturating_sub(MOST));
        let mut events = Vec::new();
        for entry in self.entries.drain(..old) {
            self.base.step(entry.at, entry.told, settings, &mut events);
            self.edge = Some(entry.at);
        }
        self.told.retain(|told| events.iter().all(|event| event.key() != told.key()));
    }
}
