//! Files that are sent or fetched: held on disk while they come, looked at, and kept in parts, so that no file has to fit the memory.

pub mod archive;
pub mod hashes;
pub mod keep;
pub mod kind;
pub mod look;
pub mod spool;

use super::errors::Refusal;
use kind::Kind;
use look::Picture;
use spool::Spool;

/// The most images of an archive.
pub const MOST_FILES: usize = 2_000;
/// The longest image.
pub const IMAGE_LIMIT_BYTES: u64 = 512 * 1024 * 1024;
/// The longest archive, and the most that all its images come to.
pub const ARCHIVE_LIMIT_BYTES: u64 = 4 * 1024 * 1024 * 1024;

/// A file that came in, with the images that it is or holds.
#[derive(Debug)]
pub struct Received {
    /// What came in, on disk.
    pub spool: Spool,
    /// The vendor's id of it.
    pub id: String,
    /// Its images, each once.
    pub pictures: Vec<Picture>,
}

impl Received {
    /// Looks at what came in.
    ///
    /// # Errors
    /// When it is not what it is called, or not to be taken.
    pub async fn of(spool: Spool, kind: Kind, title: Option<String>) -> Result<Self, Refusal> {
        let (id, pictures) = match kind {
            Kind::Image(format) => {
                let picture = look::image(&spool, format, title).await?;
                (picture.id.clone(), vec![picture])
            }
            Kind::Zip => (format!("sha224-z-{}", spool.hashes().sha224), archive::pictures(&spool).await?),
        };
        Ok(Self { spool, id, pictures })
    }
}
