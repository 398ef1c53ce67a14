//! Studies of peripheral blood smears.

pub mod create;
pub mod files;
pub mod list;
pub mod read;
pub mod report;
pub mod status;
pub mod tasks;
