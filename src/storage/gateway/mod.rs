//! What opens an API gateway: subscriptions, applications, their links to organisations, and machines that send.

pub mod applications;
pub mod link_codes;
pub mod links;
pub mod nodes;
pub mod subscriptions;
