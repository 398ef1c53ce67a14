//! What can be wrong with a DICOM file, and what can go wrong while it is read.

use serde::{Deserialize, Serialize};

use super::Text;

/// Where in a file: the tag of an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// First half of the tag.
    pub group: u16,
    /// Second half of the tag.
    pub element: u16,
}

impl std::fmt::Display for Address {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "({:04X},{:04X})", self.group, self.element)
    }
}

/// What is wrong with a file, in words that can be shown to its sender.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum DicomError {
    /// There is no DICM mark.
    #[error("the content is not a DICOM file: no DICM after a preamble of 128 bytes")]
    NotDicom,
    /// The file is longer than is read here.
    #[error("the DICOM file has more than the {limit} bytes that are accepted, counted as inflated")]
    TooLarge {
        /// How many are accepted.
        limit: usize,
    },
    /// The bytes end within a header or an open sequence.
    #[error("the DICOM file is cut off at byte {at}")]
    CutOff {
        /// Where it ends.
        at: usize,
    },
    /// An attribute declares more bytes than there are.
    #[error(
        "the DICOM file is cut off or lies: {tag} at byte {at} declares {declared} bytes, {left} are left"
    )]
    Overlong {
        /// The attribute.
        tag: Address,
        /// Where its header begins.
        at: usize,
        /// How long it says it is.
        declared: u32,
        /// How many bytes are left in what holds it.
        left: usize,
    },
    /// A delimiter or item stands where none may, or an attribute where an item must.
    #[error("the DICOM file is damaged: {tag} may not stand at byte {at}")]
    Misplaced {
        /// What stands there.
        tag: Address,
        /// Where.
        at: usize,
    },
    /// The two letters of a value representation are none.
    #[error("the DICOM file is damaged: {tag} at byte {at} has no known value representation")]
    UnknownRepresentation {
        /// The attribute.
        tag: Address,
        /// Where its header begins.
        at: usize,
    },
    /// Sequences stand within sequences beyond reason.
    #[error("the DICOM file nests sequences more than {limit} deep")]
    TooDeep {
        /// How deep they may.
        limit: usize,
    },
    /// There are more attributes than any picture has.
    #[error("the DICOM file has more than {limit} attributes")]
    TooManyAttributes {
        /// How many are accepted.
        limit: usize,
    },
    /// The deflated part is not deflate.
    #[error("the DICOM file is damaged: its deflated part cannot be inflated")]
    Deflate,
    /// The encoding is one that is not read here.
    #[error("the transfer syntax {} ({}) is not supported", .name.as_str(), .uid.as_str())]
    UnsupportedSyntax {
        /// Its UID as the file has it.
        uid: Text,
        /// Its name, where it has one.
        name: Text,
    },
    /// A required attribute is absent or empty.
    #[error("the DICOM file lacks {}", .attribute.as_str())]
    Missing {
        /// Its name.
        attribute: Text,
    },
    /// An attribute's value is not what it should be.
    #[error("the DICOM file's {} {}", .attribute.as_str(), .fault.as_str())]
    Malformed {
        /// Its name.
        attribute: Text,
        /// What is wrong with it.
        fault: Text,
    },
    /// The file is whole, and there is no picture in it.
    #[error("the DICOM file holds no pixels")]
    NoPixels,
    /// A frame was asked for that the file does not have.
    #[error("the DICOM file has {frames} frames, there is no frame {frame}")]
    NoSuchFrame {
        /// The frame, counted from 1.
        frame: u32,
        /// How many there are.
        frames: u32,
    },
    /// A frame is larger than is decoded here.
    #[error("the DICOM file declares {columns} x {rows} pixels, more than are accepted")]
    TooManyPixels {
        /// Declared width.
        columns: u32,
        /// Declared height.
        rows: u32,
    },
    /// Pixels of a kind that is not read here.
    #[error("pixels of this kind are not supported: {}", .kind.as_str())]
    UnsupportedPixels {
        /// Which kind.
        kind: Text,
    },
    /// The pixels are fewer than declared, or their compressed form is damaged.
    #[error("the pixels of frame {frame} are cut off or damaged")]
    DamagedPixels {
        /// The frame, counted from 1.
        frame: u32,
    },
    /// The structure is sound, and yet the values could not be read or written.
    #[error("the DICOM file is damaged: its values cannot be read")]
    Unreadable,
}

impl DicomError {
    pub(super) fn missing(attribute: &str) -> Self {
        Self::Missing { attribute: plain(attribute) }
    }

    pub(super) fn malformed(attribute: &str, fault: &str) -> Self {
        Self::Malformed { attribute: plain(attribute), fault: plain(fault) }
    }

    pub(super) fn unsupported_pixels(kind: &str) -> Self {
        Self::UnsupportedPixels { kind: plain(kind) }
    }
}

/// What can be shown of a text, which may be the file's: 64 printable characters of ASCII.
pub(super) fn plain(text: &str) -> Text {
    let shown: String = text.chars().filter(|c| c.is_ascii_graphic() || *c == ' ').take(64).collect();
    Text::try_from(shown).unwrap_or_else(|_| Text::default())
}

/// Why a file was not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The file is at fault.
    #[error(transparent)]
    File(#[from] DicomError),
    /// The decoder did not answer in time, and was ended.
    #[error("the DICOM file could not be read within the time that is given to one")]
    TooSlow,
    /// The decoder died, of too little memory for instance, or its answer made no sense.
    #[error("the DICOM file could not be read within the memory that is given to one, or is damaged")]
    Failed,
    /// The decoder could not be started: the fault is ours.
    #[error("DICOM files cannot be read at the moment")]
    Unavailable,
}
