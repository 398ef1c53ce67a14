//! What every part needs: time, ids, secrets and settings, and bytes that nobody has to hold all of. It imports nothing else of ours.

pub mod clock;
pub mod config;
pub mod content;
pub mod draft;
pub mod ids;
pub mod memory;
pub mod metrics;
pub mod object_id;
pub mod secret;
pub mod spool;
pub mod trace;

pub use clock::Clock;
pub use content::Content;
pub use ids::Ids;
pub use secret::Secret;
