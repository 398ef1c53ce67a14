//! DICOM files: what they say about themselves, their frames as pictures, and copies that name nobody.
//!
//! Files are those of [PS3.10](https://dicom.nema.org/medical/dicom/current/output/chtml/part10/chapter_7.html). They come from
//! anybody, and decoders of pictures are where hostile files strike: all work on one is done in a child process of its own
//! ([`DicomReader`]), which has little memory, little time and nothing to steal, and whose answers are checked before they are
//! believed. Decision 31 has the reasons.
//!
//! [`work`] is what the child does: `walk` goes over the structure once before any library sees it, `open` makes an object of it,
//! [`metadata`](Metadata) and `pixels` read that, and [`deidentify`] makes another object of it.

mod child;
mod conversation;
mod dataset;
pub mod deidentify;
mod errors;
mod exchange;
mod frame;
mod metadata;
mod moment;
mod open;
mod pixels;
mod reader;
mod syntax;
mod text;
mod uid;
mod walk;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod hostile;

pub use child::{confine, work};
pub use errors::{Address, DecodeError, DicomError};
pub use exchange::{FrameType, Window};
pub use metadata::{Metadata, Patient};
pub use moment::StudyTime;
pub use pixels::{Colour, Raster};
pub use reader::{Deidentified, DicomReader, Frame};
pub use syntax::Syntax;
pub use text::Text;
pub use uid::Uid;

/// Most bytes that a file may have, inflated where it is deflated.
pub const MAX_FILE_BYTES: usize = 512 * 1024 * 1024;
/// Most pixels that a frame may have: twice those of the largest mammograms.
pub const MAX_PIXELS: u64 = 50_000_000;
