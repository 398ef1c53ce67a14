//! Mails in files, for whoever runs a server without a mail server to read.

use std::path::{Path, PathBuf};

use lettre::Message;
use tokio::fs::{DirBuilder, OpenOptions, rename};
use tokio::io::AsyncWriteExt;

use super::{Mail, Unsent};

/// The folder. What is in it is for nobody else to read: a mail may let its reader set a new password.
#[derive(Debug)]
pub(super) struct Folder(pub(super) PathBuf);

impl Folder {
    pub(super) async fn write(&self, mail: &Mail, message: &Message) -> Result<(), Unsent> {
        let name = format!("{}-{}", mail.date.format("%Y%m%dT%H%M%S"), mail.id);
        let written = self.written(&name, &message.formatted()).await;
        written.map_err(|error| Unsent::Now(format!("{} cannot be written to: {error}", self.0.display())))
    }

    async fn written(&self, name: &str, text: &[u8]) -> std::io::Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.0).await?;
        let (half, whole) = (self.path(name, "part"), self.path(name, "eml"));
        let mut options = OpenOptions::new();
        let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(&half).await?;
        file.write_all(text).await?;
        file.sync_all().await?;
        // Nobody reads half a mail.
        rename(&half, &whole).await
    }

    fn path(&self, name: &str, ending: &str) -> PathBuf {
        Path::new(&self.0).join(format!("{name}.{ending}"))
    }
}
