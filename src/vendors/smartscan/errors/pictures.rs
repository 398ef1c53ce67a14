//! What is wrong with a picture, or with what it shows, as the vendor's refusals.

use super::Refusal;
use crate::inference::device::ReadError;
use crate::inference::picture::PictureError;

impl From<PictureError> for Refusal {
    fn from(error: PictureError) -> Self {
        match error {
            PictureError::UnsupportedFormat => Self::InvalidImageFormat,
            PictureError::TooManyPixels { .. } => Self::ImageProcessing("The image has too many pixels"),
            PictureError::Broken => Self::ImageProcessing("The image is damaged or incomplete"),
        }
    }
}

impl From<ReadError> for Refusal {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::NoDevice => Self::NoDevice,
            ReadError::Another(kind) => Self::AnotherDevice(kind),
            ReadError::Unreadable => Self::UnreadableDisplay,
            ReadError::Flawed(flaw) => Self::FlawedPicture(flaw),
            ReadError::Unavailable(reason) => {
                tracing::error!(reason, "a picture could not be read");
                Self::Unavailable
            }
            ReadError::Overloaded | ReadError::Timeout => Self::Unavailable,
        }
    }
}
