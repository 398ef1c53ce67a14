//! Who may come through an API gateway: subscriptions, which meter; applications, which sign in and act for whoever registered them;
//! organisations, which let applications in; and machines, which send (decision 37).

pub mod applications;
pub mod link_codes;
pub mod links;
pub mod nodes;
pub mod subscriptions;
pub mod tokens;

pub use crate::storage::gateway::applications::Application;
pub use crate::storage::gateway::link_codes::Opens;
pub use crate::storage::gateway::links::Link;
pub use crate::storage::gateway::nodes::Node;
pub use crate::storage::gateway::subscriptions::{Subscription, Which};
