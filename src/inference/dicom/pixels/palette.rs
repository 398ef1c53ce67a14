//! Colours from a table
//! ([PS3.3 section C.7.6.3.1.5](https://dicom.nema.org/medical/dicom/current/output/chtml/part03/sect_C.7.6.3.html)).

use dicom_core::Tag;
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

use super::super::DicomError;
use super::{Samples, Shape};

/// One table a colour, each with the value that its first entry stands for.
pub(super) struct Palette([Table; 3]);

struct Table {
    first: i32,
    entries: Vec<u8>,
}

impl Palette {
    pub(super) fn of(object: &InMemDicomObject) -> Result<Self, DicomError> {
        let table = |descriptor, entries| Table::of(object, descriptor, entries);
        Ok(Self([
            table(
                tags::RED_PALETTE_COLOR_LOOKUP_TABLE_DESCRIPTOR,
                tags::RED_PALETTE_COLOR_LOOKUP_TABLE_DATA,
            )?,
            table(
                tags::GREEN_PALETTE_COLOR_LOOKUP_TABLE_DESCRIPTOR,
                tags::GREEN_PALETTE_COLOR_LOOKUP_TABLE_DATA,
            )?,
            table(
                tags::BLUE_PALETTE_COLOR_LOOKUP_TABLE_DESCRIPTOR,
                tags::BLUE_PALETTE_COLOR_LOOKUP_TABLE_DATA,
            )?,
        ]))
    }

    pub(super) fn picture(&self, samples: &Samples, shape: &Shape) -> Vec<u8> {
        let [red, green, blue] = &self.0;
        samples.values(shape).flat_map(|value| [red.at(value), green.at(value), blue.at(value)]).collect()
    }
}

impl Table {
    fn of(object: &InMemDicomObject, descriptor: Tag, entries: Tag) -> Result<Self, DicomError> {
        let malformed = || DicomError::malformed("palette", "is not a table of colours");
        let Some(element) = object.get(entries) else {
            return Err(DicomError::unsupported_pixels("PALETTE COLOR without a plain table"));
        };
        let bytes = element.to_bytes().map_err(|_| malformed())?;
        let described: Vec<i32> = object
            .get(descriptor)
            .and_then(|element| element.to_multi_int().ok())
            .ok_or_else(|| DicomError::missing("palette descriptor"))?;
        let &[count, first, bits] = described.as_slice() else { return Err(malformed()) };
        // A full table has more entries than the number has room for.
        let count = if count == 0 { 65_536 } else { usize::try_from(count).map_err(|_| malformed())? };
        // Sixteen bits are cut to the upper eight; eight may stand in words all the same.
        let entries: Vec<u8> = match bits {
            8 if bytes.len() < count * 2 => bytes.iter().copied().take(count).collect(),
            8 => bytes.as_chunks().0.iter().take(count).map(|[low, _]| *low).collect(),
            16 => bytes.as_chunks().0.iter().take(count).map(|[_, high]| *high).collect(),
            _ => return Err(malformed()),
        };
        if entries.len() != count {
            return Err(malformed());
        }
        Ok(Self { first, entries })
    }

    /// The entry of a value; the first and the last stand for what is beyond them.
    fn at(&self, value: i32) -> u8 {
        let index = usize::try_from(value.saturating_sub(self.first)).unwrap_or(0);
        let entry = self.entries.get(index).or(self.entries.last());
        entry.copied().unwrap_or(0)
    }
}
