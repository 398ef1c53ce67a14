//! The developer portal.

pub mod analytics;
pub mod applications;
pub mod definitions;
pub mod products;
pub mod subscriptions;
