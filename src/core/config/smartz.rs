//! What subscriptions and nodes of Smartz Connect may ask for.

use std::num::NonZero;

use super::source::Source;

/// Settings of Smartz Connect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SmartzSettings {
    /// `HYGEIA_SMARTZ_BURST`, default 10: calls with a subscription in a second.
    pub burst: NonZero<u32>,
    /// `HYGEIA_SMARTZ_QUOTA`, default 100000: calls with a subscription in a month.
    pub quota: NonZero<u32>,
    /// `HYGEIA_SMARTZ_NODE_BURST`, default 20: batches that a node may send in a second.
    pub node_burst: NonZero<u32>,
}

impl Default for SmartzSettings {
    fn default() -> Self {
        Self {
            burst: NonZero::<u32>::MIN.saturating_add(9),
            quota: NonZero::<u32>::MIN.saturating_add(99_999),
            node_burst: NonZero::<u32>::MIN.saturating_add(19),
        }
    }
}

impl SmartzSettings {
    pub(super) fn read(source: &mut Source) -> Self {
        let default = Self::default();
        Self {
            burst: source.parsed("HYGEIA_SMARTZ_BURST", default.burst, "a number above 0"),
            quota: source.parsed("HYGEIA_SMARTZ_QUOTA", default.quota, "a number above 0"),
            node_burst: source.parsed("HYGEIA_SMARTZ_NODE_BURST", default.node_burst, "a number above 0"),
        }
    }
}
