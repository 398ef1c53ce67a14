//! What people do with their accounts themselves.

pub mod access;
pub mod links;
pub mod mails;
pub mod password;
pub mod second_factor;
mod tokens;
mod totp;
pub mod verification;

pub use mails::MailKind;
