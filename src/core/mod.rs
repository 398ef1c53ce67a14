//! What every part needs: time, ids, secrets and settings. It imports nothing else of ours.

pub mod clock;
pub mod config;
pub mod ids;
pub mod memory;
pub mod secret;

pub use clock::Clock;
pub use ids::Ids;
pub use secret::Secret;
