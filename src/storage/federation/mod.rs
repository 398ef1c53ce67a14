//! What is kept of sign-ins by other providers, one table a file.

pub mod attempts;
pub mod identities;
pub mod sessions;
pub mod steps;
pub mod used_logout_tokens;
