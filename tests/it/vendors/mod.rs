//! The vendors' APIs.

mod smartscan;
