//! What a pod measures: a closed list of channels, each with its range.

use std::ops::RangeInclusive;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::moments::Moment;

/// A channel of a pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// How much of the pad is wet, in percent.
    Wetness,
    /// At the pad, in degrees Celsius. No body temperature.
    Temperature,
    /// At the pad, relative, in percent.
    Humidity,
    /// How much the wearer moves, from 0 to 1.
    Motion,
    /// What is left of the battery, in percent.
    Battery,
    /// How strong the node hears the pod, in dBm.
    Rssi,
    /// Whether the pod sits on a pad: 1, or 0.
    Attached,
}

impl Channel {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Wetness,
        Self::Temperature,
        Self::Humidity,
        Self::Motion,
        Self::Battery,
        Self::Rssi,
        Self::Attached,
    ];

    /// The word for it in telemetry.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Wetness => "wetness",
            Self::Temperature => "temperature",
            Self::Humidity => "humidity",
            Self::Motion => "motion",
            Self::Battery => "battery",
            Self::Rssi => "rssi",
            Self::Attached => "attached",
        }
    }

    /// The UCUM code of its unit.
    #[must_use]
    pub fn ucum(self) -> &'static str {
        match self {
            Self::Wetness | Self::Humidity | Self::Battery => "%",
            Self::Temperature => "Cel",
            Self::Motion | Self::Attached => "1",
            Self::Rssi => "dB[mW]",
        }
    }

    /// The values that it can have.
    #[must_use]
    pub fn range(self) -> RangeInclusive<f64> {
        match self {
            Self::Wetness | Self::Humidity | Self::Battery => 0.0..=100.0,
            Self::Temperature => -20.0..=60.0,
            Self::Motion | Self::Attached => 0.0..=1.0,
            Self::Rssi => -127.0..=20.0,
        }
    }

    fn takes(self, value: f64) -> bool {
        let whole = match self {
            Self::Attached => value == 0.0 || value == 1.0,
            Self::Wetness
            | Self::Temperature
            | Self::Humidity
            | Self::Motion
            | Self::Battery
            | Self::Rssi => true,
        };
        whole && self.range().contains(&value)
    }
}

impl FromStr for Channel {
    type Err = UnknownChannel;

    fn from_str(text: &str) -> Result<Self, UnknownChannel> {
        Self::ALL
            .into_iter()
            .find(|channel| channel.as_str() == text)
            .ok_or_else(|| UnknownChannel(text.to_owned()))
    }
}

/// There is no such channel. Tells what was asked for, no longer than a name would be.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("there is no channel \"{}\"", .0.chars().take(40).collect::<String>())]
pub struct UnknownChannel(pub String);

/// The channel cannot have this value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{} goes from {} to {}", .channel.as_str(), .channel.range().start(), .channel.range().end())]
pub struct OutOfRange {
    /// Which.
    pub channel: Channel,
}

/// One value of one channel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    pub(super) at: Moment,
    pub(super) seq: Option<u64>,
    pub(super) channel: Channel,
    pub(super) value: f64,
}

impl Reading {
    /// A reading that was taken `at` by the pod's clock, the `seq`th of the pod where it counts them.
    ///
    /// # Errors
    /// When the channel cannot have the value.
    pub fn new(at: Moment, seq: Option<u64>, channel: Channel, value: f64) -> Result<Self, OutOfRange> {
        if !channel.takes(value) {
            return Err(OutOfRange { channel });
        }
        // No sensor has more digits, and a number of so few is read from a kept state as it was written.
        Ok(Self { at, seq, channel, value: (value * 1e6).round() / 1e6 })
    }

    /// When it was taken by the pod's clock.
    #[must_use]
    pub fn at(&self) -> Moment {
        self.at
    }

    /// Which of the pod's readings it is.
    #[must_use]
    pub fn seq(&self) -> Option<u64> {
        self.seq
    }

    /// Of which channel.
    #[must_use]
    pub fn channel(&self) -> Channel {
        self.channel
    }

    /// The value, in the channel's unit, to the sixth decimal.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.value
    }
}
