//! Large files that come in: on disk while they do, so that none has to fit the memory.

use std::time::Duration;

use super::room::{Room, Share};
use crate::core::spool::{Filling, Spool};
use crate::identity::TenantId;
use crate::records::Error;

/// So many KiB are on disk at the same time, in the whole process: sixteen of the longest DICOM files.
const MOST_KIB: usize = 8 * 1024 * 1024;
/// So many of them are one tenant's: four of the longest files, or many of the usual ones.
const MOST_OF_ONE_KIB: usize = 2 * 1024 * 1024 + 1024;

static DISK: Room = Room::shared(MOST_KIB, MOST_OF_ONE_KIB, Duration::from_secs(30));

/// A file that comes in.
pub struct Incoming {
    filling: Filling,
    share: Share<'static>,
}

impl Incoming {
    /// An empty file of a tenant's.
    ///
    /// # Errors
    /// When there is no file to be had.
    pub async fn begin(tenant: TenantId) -> Result<Self, Error> {
        Self::in_room(&DISK, tenant).await
    }

    /// The same, in a room of its own.
    ///
    /// # Errors
    /// When there is no file to be had.
    pub async fn in_room(room: &'static Room, tenant: TenantId) -> Result<Self, Error> {
        let share = room.share_of(&tenant.number().to_string());
        Ok(Self { filling: Filling::begin().await.map_err(Error::internal)?, share })
    }

    /// How much of it came in.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.filling.length()
    }

    /// Adds bytes.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when there is no room for them in time.
    pub async fn add(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let length = usize::try_from(self.filling.length()).unwrap_or(usize::MAX);
        self.share.grow_to(length.saturating_add(bytes.len())).await?;
        self.filling.add(bytes).await.map_err(Error::internal)
    }

    /// The file, once all of it is there. Its room is given back when nobody holds it any more.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn finish(self) -> Result<Spool, Error> {
        let spool = self.filling.finish().await.map_err(Error::internal)?;
        Ok(spool.holding(self.share))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Room for one KiB.
    static TIGHT: Room = Room::shared(1, 1, Duration::ZERO);

    #[tokio::test]
    async fn what_has_no_room_is_refused_until_a_file_is_gone() {
        let mut one = Incoming::in_room(&TIGHT, TenantId::DEFAULT).await.unwrap();
        one.add(&[1; 600]).await.unwrap();
        assert!(matches!(one.add(&[1; 600]).await, Err(Error::Unavailable)));
        let spool = one.finish().await.unwrap();
        assert_eq!(spool.length(), 600);
        let mut other = Incoming::in_room(&TIGHT, TenantId::DEFAULT).await.unwrap();
        assert!(matches!(other.add(&[1; 600]).await, Err(Error::Unavailable)));
        drop(spool);
        other.add(&[1; 600]).await.unwrap();
    }
}
