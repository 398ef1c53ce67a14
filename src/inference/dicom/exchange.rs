//! What goes through the pipes to the child and back: a head in JSON, its length before it, and bytes behind it.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::deidentify::{BurnedIn, Rules};
use super::{Colour, DicomError, MAX_FILE_BYTES, MAX_PIXELS, Metadata, Raster, Syntax};

/// So many bytes tell how long the head is.
pub(super) const LENGTH_BYTES: usize = 4;
/// Most bytes that a head may have.
const MAX_HEAD_BYTES: usize = 64 * 1024;
/// Most bytes of a picture: three colours a pixel, or one of 16 bits.
const MAX_PICTURE_BYTES: usize = 3 * 2 * 50_000_000;
/// Most bytes of a data set in JSON, which has no pixels.
const MAX_DATASET_BYTES: usize = 32 * 1024 * 1024;

/// The values that are shown between black and white.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Window {
    /// The value in the middle.
    pub center: f64,
    /// How many values from black to white.
    pub width: f64,
}

/// What the child is to do with the file that follows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum Ask {
    /// Say what it is.
    Describe,
    /// Say what it is, and show a frame.
    Render {
        /// The frame, counted from 1.
        frame: u32,
        /// The window, where the file's own is not wanted.
        window: Option<Window>,
    },
    /// Tell all attributes but the pixels.
    Dataset,
    /// Give the samples of a frame.
    Frame {
        /// The frame, counted from 1.
        frame: u32,
        /// Whether a compressed frame is wanted as it is.
        as_stored: bool,
    },
    /// Make a copy that names nobody.
    Deidentify(Rules),
}

impl Ask {
    /// Most bytes that an answer to it may have.
    pub(super) fn most_bytes(&self) -> usize {
        let behind = match self {
            Self::Describe => 0,
            Self::Render { .. } | Self::Frame { .. } => MAX_PICTURE_BYTES,
            Self::Dataset => MAX_DATASET_BYTES,
            // A copy has some attributes that its original lacks.
            Self::Deidentify(_) => MAX_FILE_BYTES + MAX_HEAD_BYTES,
        };
        // The length stands before the head.
        LENGTH_BYTES + MAX_HEAD_BYTES + behind
    }
}

/// What the bytes of a frame are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FrameType {
    /// Samples, little endian, laid out as the data set in JSON says.
    Samples,
    /// A JPEG stream, of whatever process.
    Jpeg,
    /// A JPEG 2000 stream.
    Jpeg2000,
    /// A stream of DICOM's run lengths.
    Rle,
}

/// What the child found. Bytes that belong to it follow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Answer {
    /// What the file is.
    Described(Box<Metadata>),
    /// What the file is, and the size of the frame that follows.
    Rendered { metadata: Box<Metadata>, width: u32, height: u32, colours: bool },
    /// A data set in JSON follows.
    Dataset,
    /// A frame follows.
    Frame(FrameType, Syntax),
    /// A file follows.
    Deidentified(BurnedIn),
    /// What is wrong with the file.
    Refused(DicomError),
}

/// A head with its length before it.
pub(super) fn head(head: &impl Serialize) -> Option<Vec<u8>> {
    let json = serde_json::to_vec(head).ok()?;
    let length = u32::try_from(json.len()).ok()?;
    Some([length.to_be_bytes().as_slice(), &json].concat())
}

/// How long the head is that these bytes open; none where it is too long.
pub(super) fn head_length(bytes: &[u8]) -> Option<usize> {
    let (length, _) = bytes.split_first_chunk()?;
    usize::try_from(u32::from_be_bytes(*length)).ok().filter(|length| *length <= MAX_HEAD_BYTES)
}

/// Parts the head from the bytes behind it; none where it is too long, cut off or not what is expected.
pub(super) fn part<T: DeserializeOwned>(bytes: &[u8]) -> Option<(T, &[u8])> {
    let length = head_length(bytes)?;
    let (json, rest) = bytes.get(LENGTH_BYTES..)?.split_at_checked(length)?;
    Some((serde_json::from_slice(json).ok()?, rest))
}

/// The frame of an answer; none unless its size is allowed, the file's, and that of the bytes.
pub(super) fn raster(metadata: &Metadata, answer: (u32, u32, bool), bytes: &[u8]) -> Option<Raster> {
    let (width, height, colours) = answer;
    let colour = if colours { Colour::Rgb } else { Colour::Grey };
    let pixels = u64::from(width) * u64::from(height);
    let length = usize::try_from(pixels.checked_mul(colour.bytes().into())?).ok()?;
    let size = (u32::from(metadata.columns), u32::from(metadata.rows));
    let sound = (1..=MAX_PIXELS).contains(&pixels) && size == (width, height) && bytes.len() == length;
    sound.then(|| Raster { width, height, colour, bytes: bytes.to_vec() })
}
