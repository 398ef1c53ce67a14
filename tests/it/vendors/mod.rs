//! The vendors' APIs, and the profiles of what they write.

pub mod hemato;
mod imagemedix;
mod profiles;
mod r4b;
mod smartscan;
mod smartz;
