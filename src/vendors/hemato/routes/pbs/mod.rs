//! Studies of peripheral blood smears.

pub mod cells;
pub mod corrections;
pub mod create;
pub mod files;
pub mod list;
pub mod pictures;
pub mod read;
pub mod report;
pub mod review;
pub mod signature;
pub mod status;
pub mod tasks;
