//! From bytes to an object: the mark, the transfer syntax, the structure, and only then the library.

use std::borrow::Cow;
use std::io::Read as _;

use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;
use dicom_transfer_syntax_registry::entries;
use flate2::read::DeflateDecoder;

use super::walk::{Encoding, META, Walker};
use super::{DicomError, MAX_FILE_BYTES, Syntax};

/// Bytes before the mark; they mean nothing.
const PREAMBLE_BYTES: usize = 128;
/// Bytes before the meta information: the preamble and DICM.
const START: usize = PREAMBLE_BYTES + 4;

/// A file that is sound in its structure.
#[derive(Clone)]
pub(super) struct Opened {
    pub(super) object: InMemDicomObject,
    pub(super) syntax: Syntax,
}

/// Reads a whole file.
pub(super) fn open(bytes: &[u8]) -> Result<Opened, DicomError> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(DicomError::TooLarge { limit: MAX_FILE_BYTES });
    }
    if bytes.get(PREAMBLE_BYTES..START) != Some(b"DICM") {
        return Err(DicomError::NotDicom);
    }
    let (syntax, start) = meta(bytes)?;
    let encoded = bytes.get(start..).ok_or(DicomError::CutOff { at: bytes.len() })?;
    let (mut encoded, start) = match syntax {
        Syntax::Deflated => (Cow::Owned(inflate(encoded)?), 0),
        Syntax::ImplicitLittle
        | Syntax::ExplicitLittle
        | Syntax::ExplicitBig
        | Syntax::Rle
        | Syntax::JpegBaseline
        | Syntax::JpegExtended
        | Syntax::JpegLossless
        | Syntax::JpegLosslessFirstOrder
        | Syntax::Jpeg2000Lossless
        | Syntax::Jpeg2000 => (Cow::Borrowed(bytes), start),
    };
    let encoding =
        Encoding { explicit: syntax != Syntax::ImplicitLittle, big: syntax == Syntax::ExplicitBig };
    for opaque in Walker::new(&encoded, start, encoding).run()? {
        if let Some(length) = encoded.to_mut().get_mut(opaque.at..opaque.at + opaque.length.len()) {
            length.copy_from_slice(&opaque.length);
        }
    }
    let values = encoded.get(start..).unwrap_or_default();
    // Fragments are told by their length, whatever the syntax: three ways of reading are enough.
    let read = match (encoding.explicit, encoding.big) {
        (false, _) => {
            InMemDicomObject::read_dataset_with_ts(values, &entries::IMPLICIT_VR_LITTLE_ENDIAN.erased())
        }
        (true, false) => {
            InMemDicomObject::read_dataset_with_ts(values, &entries::EXPLICIT_VR_LITTLE_ENDIAN.erased())
        }
        (true, true) => {
            InMemDicomObject::read_dataset_with_ts(values, &entries::EXPLICIT_VR_BIG_ENDIAN.erased())
        }
    };
    let object = read.map_err(|_| DicomError::Unreadable)?;
    Ok(Opened { object, syntax })
}

/// The transfer syntax, and where the data set begins: where group 2 ends, for its declared length is often wrong.
fn meta(bytes: &[u8]) -> Result<(Syntax, usize), DicomError> {
    let mut walker = Walker::new(bytes, START, META);
    let mut syntax = None;
    loop {
        let at = walker.at();
        if !matches!(bytes.get(at..), Some([2, 0, ..])) {
            let syntax: Option<&[u8]> = syntax;
            let uid = syntax.ok_or_else(|| DicomError::missing("TransferSyntaxUID"))?;
            let uid = String::from_utf8_lossy(uid);
            return Ok((Syntax::of(uid.trim_end_matches(['\0', ' ']))?, at));
        }
        let header = walker.header()?;
        let value = walker.value(header, bytes.len())?;
        if header.tag == tags::TRANSFER_SYNTAX_UID {
            syntax = Some(value);
        }
    }
}

/// Inflates as far as is accepted and not further: a thousandfold is easily made.
fn inflate(deflated: &[u8]) -> Result<Vec<u8>, DicomError> {
    let limit = u64::try_from(MAX_FILE_BYTES).unwrap_or(u64::MAX);
    let mut inflated = Vec::new();
    let read = DeflateDecoder::new(deflated).take(limit.saturating_add(1)).read_to_end(&mut inflated);
    read.map_err(|_| DicomError::Deflate)?;
    if inflated.len() > MAX_FILE_BYTES {
        return Err(DicomError::TooLarge { limit: MAX_FILE_BYTES });
    }
    Ok(inflated)
}
