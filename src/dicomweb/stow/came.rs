//! A file that came: read, and judged before anything is looked up.

use super::answer::{Outcome, Reason, Uids};
use crate::core::Content;
use crate::core::spool::Spool;
use crate::imaging::dicom::{Picture, read};
use crate::imaging::instance::{DICOM, Instance};
use crate::imaging::scan::File;
use crate::inference::dicom::{DecodeError, DicomError, DicomReader, Metadata};

/// All classes that DICOM itself defines.
const STANDARD_ROOT: &str = "1.2.840.10008.";
/// Those of them that are stored: images, reports, curves; and radiotherapy's.
const STORED_ROOTS: [&str; 2] = ["1.2.840.10008.5.1.4.1.1.", "1.2.840.10008.5.1.4.34."];

/// A file that was read.
#[derive(Clone)]
pub(super) struct Came {
    pub(super) instance: Instance,
    pub(super) picture: Option<Picture>,
    pub(super) content: Content,
    pub(super) uids: Uids,
}

impl Came {
    /// Reads a file, which would get this id; what becomes of it, where it is not to be stored.
    pub(super) async fn read(
        reader: &DicomReader,
        spool: Spool,
        of_study: Option<&str>,
        id: String,
    ) -> Result<Self, Outcome> {
        let sha256 = spool.sha256().to_owned();
        let content = Content::from(spool);
        let (metadata, picture) = match read(reader, content.clone()).await {
            Ok((metadata, picture)) => (metadata, picture.ok()),
            Err(fault) => return Err(Outcome::Failed(None, reason(&fault))),
        };
        let uids = uids(&metadata);
        if of_study.is_some_and(|wanted| wanted != uids.study) {
            return Err(Outcome::Failed(Some(uids), Reason::DoesNotMatch));
        }
        if !is_storable(&uids.class) {
            return Err(Outcome::Failed(Some(uids), Reason::SopClass));
        }
        let file = File {
            name: format!("{}.dcm", uids.instance),
            media_type: DICOM,
            width: metadata.columns.into(),
            height: metadata.rows.into(),
            size_bytes: content.length(),
            sha256,
        };
        Ok(Self { instance: Instance { id, metadata, file }, picture, content, uids })
    }
}

fn uids(metadata: &Metadata) -> Uids {
    Uids {
        class: metadata.class.as_str().to_owned(),
        study: metadata.study.as_str().to_owned(),
        series: metadata.series.as_str().to_owned(),
        instance: metadata.instance.as_str().to_owned(),
    }
}

/// Whether instances of a class are stored: those of DICOM that it says so of, and everybody's own.
fn is_storable(class: &str) -> bool {
    !class.starts_with(STANDARD_ROOT) || STORED_ROOTS.iter().any(|root| class.starts_with(root))
}

/// Why a file was not read, in DICOM's numbers.
fn reason(fault: &DecodeError) -> Reason {
    match fault {
        DecodeError::File(DicomError::UnsupportedSyntax { .. }) => Reason::TransferSyntax,
        DecodeError::File(DicomError::TooLarge { .. }) => Reason::OutOfResources,
        DecodeError::File(_) => Reason::CannotUnderstand,
        DecodeError::TooSlow | DecodeError::Failed => Reason::OutOfResources,
        DecodeError::Unavailable => Reason::Processing,
    }
}
