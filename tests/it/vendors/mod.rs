//! The vendors' APIs, and the profiles of what they write.

mod profiles;
mod r4b;
mod smartscan;
