//! Continence: what a pad's sensor tells, and when a carer is to be told.
//!
//! A pod on a pad sends readings. [`advance`] takes one input after another (readings, what carers did, the time that passed), keeps
//! in a [`State`] what must outlive a restart, and says what came of it: another live status, events of the history, alerts. Nothing
//! here has a clock, a database or chance in it, so that the same inputs always have the same outcome.
//!
//! - *Order.* Readings count in the order in which they were taken. One that comes late is put in its place, and what follows from it
//!   is told anew ([`What::Event`], [`What::Withdrawn`]). More than [`Settings::late_minutes`] behind the pod's newest reading it belongs to
//!   the history alone ([`events`]).
//! - *Levels* ([`Level`]): a threshold counts as passed once two readings in a row, at least half a minute apart, say so, and as passed back
//!   only 5 % below it.
//! - *Alerts* ([`Kind`]): one open alert a kind. It is raised by fresh readings only, rises with its severity, is told on while nobody
//!   acknowledges it, and ends when what it tells of ends.
//! - *Time.* What time alone brings about happens at the moment when it is due ([`next_due`]), however late the server gets to it, so that
//!   a stalled timer changes nothing.
//!
//! No threshold of wetness is published: every number is a default of ours in [`Settings`]. `docs/decisions/0038` has the reasons.

mod alert;
mod alerting;
mod channel;
mod conditions;
mod due;
mod engine;
mod event;
mod filling;
mod flag;
mod moments;
mod quiet;
mod settings;
pub mod simulated;
mod state;
mod status;
mod track;
mod window;

#[cfg(test)]
mod tests;

pub use alert::{Acknowledgement, Alert, Kind, Severity, Why};
pub use channel::{Channel, OutOfRange, Reading, UnknownChannel};
pub use due::next_due;
pub use engine::{Aside, Input, Outcome, What, advance, events};
pub use event::{Event, EventKey, EventKind};
pub use quiet::Quiet;
pub use settings::{
    Battery, Changes, Due, Fall, Fault, Levels, Offline, Pad, PositionRules, Settings, Voids,
};
pub use state::State;
pub use status::{Level, PadState, Position, Status};
