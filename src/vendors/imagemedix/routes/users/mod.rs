//! Users, whom administrators look after (contract IM-70 to IM-72). The doubled segment is the vendor's.

pub mod create;
pub mod list;
pub mod update;

use crate::vendors::imagemedix::caller::Role;
use crate::vendors::imagemedix::errors::Refusal;

fn role(word: &str) -> Result<Role, Refusal> {
    Role::parse(word).ok_or_else(|| Refusal::field("role", "must be doctor or admin"))
}
