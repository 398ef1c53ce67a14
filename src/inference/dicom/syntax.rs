//! Transfer syntaxes: how a file's values and pixels are encoded
//! ([PS3.5 annex A](https://dicom.nema.org/medical/dicom/current/output/chtml/part05/chapter_A.html)).

use dicom_dictionary_std::uids;
use dicom_encoding::TransferSyntaxIndex;
use dicom_transfer_syntax_registry::TransferSyntaxRegistry;
use serde::{Deserialize, Serialize};

use super::DicomError;
use super::errors::plain;

/// A transfer syntax that is read here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Syntax {
    /// Implicit VR Little Endian.
    ImplicitLittle,
    /// Explicit VR Little Endian.
    ExplicitLittle,
    /// Explicit VR Big Endian, retired and still met.
    ExplicitBig,
    /// Deflated Explicit VR Little Endian.
    Deflated,
    /// RLE Lossless.
    Rle,
    /// JPEG Baseline (process 1).
    JpegBaseline,
    /// JPEG Extended (processes 2 and 4): those of 8 bits are read.
    JpegExtended,
    /// JPEG Lossless (process 14).
    JpegLossless,
    /// JPEG Lossless, first-order prediction (process 14, selection value 1).
    JpegLosslessFirstOrder,
    /// JPEG 2000, lossless only.
    Jpeg2000Lossless,
    /// JPEG 2000.
    Jpeg2000,
}

impl Syntax {
    const ALL: [Self; 11] = [
        Self::ImplicitLittle,
        Self::ExplicitLittle,
        Self::ExplicitBig,
        Self::Deflated,
        Self::Rle,
        Self::JpegBaseline,
        Self::JpegExtended,
        Self::JpegLossless,
        Self::JpegLosslessFirstOrder,
        Self::Jpeg2000Lossless,
        Self::Jpeg2000,
    ];

    /// The syntax of that UID; any other is refused by its name.
    pub(super) fn of(uid: &str) -> Result<Self, DicomError> {
        Self::ALL.into_iter().find(|syntax| syntax.uid() == uid).ok_or_else(|| {
            let name = TransferSyntaxRegistry.get(uid).map_or("of no known name", |known| known.name());
            DicomError::UnsupportedSyntax { uid: plain(uid), name: plain(name) }
        })
    }

    /// Its UID.
    pub fn uid(self) -> &'static str {
        match self {
            Self::ImplicitLittle => uids::IMPLICIT_VR_LITTLE_ENDIAN,
            Self::ExplicitLittle => uids::EXPLICIT_VR_LITTLE_ENDIAN,
            Self::ExplicitBig => "1.2.840.10008.1.2.2",
            Self::Deflated => uids::DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
            Self::Rle => uids::RLE_LOSSLESS,
            Self::JpegBaseline => uids::JPEG_BASELINE8_BIT,
            Self::JpegExtended => uids::JPEG_EXTENDED12_BIT,
            Self::JpegLossless => uids::JPEG_LOSSLESS,
            Self::JpegLosslessFirstOrder => uids::JPEG_LOSSLESS_SV1,
            Self::Jpeg2000Lossless => uids::JPEG2000_LOSSLESS,
            Self::Jpeg2000 => uids::JPEG2000,
        }
    }

    /// Whether pixels stand in fragments, each compressed.
    pub fn is_encapsulated(self) -> bool {
        match self {
            Self::ImplicitLittle | Self::ExplicitLittle | Self::ExplicitBig | Self::Deflated => false,
            Self::Rle
            | Self::JpegBaseline
            | Self::JpegExtended
            | Self::JpegLossless
            | Self::JpegLosslessFirstOrder
            | Self::Jpeg2000Lossless
            | Self::Jpeg2000 => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(uid: &str) -> String {
        Syntax::of(uid).unwrap_err().to_string()
    }

    #[test]
    fn other_syntaxes_are_refused_by_name() {
        assert_eq!(
            refusal("1.2.840.10008.1.2.4.80"),
            "the transfer syntax JPEG-LS Lossless Image Compression (1.2.840.10008.1.2.4.80) is not supported"
        );
        assert!(
            refusal("1.2.840.10008.1.2.4.100").contains("MPEG2"),
            "{}",
            refusal("1.2.840.10008.1.2.4.100")
        );
        assert_eq!(refusal("1.2.3\n"), "the transfer syntax of no known name (1.2.3) is not supported");
        assert_eq!(refusal(""), "the transfer syntax of no known name () is not supported");
    }

    #[test]
    fn each_is_found_by_its_uid() {
        for syntax in Syntax::ALL {
            assert_eq!(Syntax::of(syntax.uid()), Ok(syntax));
        }
    }
}
