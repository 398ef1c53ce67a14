//! `hygeia admin read-display`: what a display in a picture shows, whatever it belongs to.

use std::path::PathBuf;

use anyhow::Context as _;

use super::say;
use crate::app;
use crate::core::config::Settings;
use crate::inference::picture::{Decoder, Limits};

/// Which picture.
#[derive(clap::Args)]
pub(super) struct DisplayArguments {
    /// A JPEG, PNG, GIF or WebP file.
    file: PathBuf,
}

/// Prints a line for each number, the largest first: the number and the probability that it is right. Nothing of it is kept.
pub(super) async fn read(settings: &Settings, arguments: DisplayArguments) -> anyhow::Result<()> {
    let DisplayArguments { file } = arguments;
    let bytes = tokio::fs::read(&file).await.with_context(|| format!("{} cannot be read", file.display()))?;
    let picture = Decoder::new(Limits::default())
        .decode(bytes.into())
        .await
        .with_context(|| format!("{} is no picture that can be read", file.display()))?;
    let shown = app::device_reader(settings).numbers(picture).await?;
    let line = |one: &crate::inference::device::Shown| format!("{}\t{:.2}\n", one.text, one.confidence);
    say(&shown.iter().map(line).collect::<String>());
    Ok(())
}
