//! One walk over a file's structure, before any library sees it.
//!
//! It allocates nothing but a short stack, and says at which byte what is wrong. What has passed it cannot make a reader
//! recurse deeply, or reserve memory for bytes that are not there
//! ([PS3.5 section 7](https://dicom.nema.org/medical/dicom/current/output/chtml/part05/chapter_7.html)).

use dicom_core::dictionary::{DataDictionary, DataDictionaryEntry};
use dicom_core::{Tag, VR};
use dicom_dictionary_std::{StandardDataDictionary, tags};

use super::{Address, DicomError};

/// How deep sequences may nest; structured reports reach about ten.
const MAX_DEPTH: usize = 32;
/// How many attributes and items a file may have; a thousand frames of an enhanced picture have some 100,000.
const MAX_ATTRIBUTES: usize = 1_000_000;
/// A length that is not known beforehand: a delimiter ends it.
const UNDEFINED: u32 = u32::MAX;

const ITEM: Tag = Tag(0xFFFE, 0xE000);
const ITEM_END: Tag = Tag(0xFFFE, 0xE00D);
const SEQUENCE_END: Tag = Tag(0xFFFE, 0xE0DD);

/// How headers are encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Encoding {
    /// Headers say what kind their value is.
    pub(super) explicit: bool,
    /// Numbers have their most significant byte first.
    pub(super) big: bool,
}

/// The encoding of the file meta information, whatever follows it.
pub(super) const META: Encoding = Encoding { explicit: true, big: false };

/// The header of an attribute, an item or a delimiter.
#[derive(Debug, Clone, Copy)]
pub(super) struct Header {
    pub(super) tag: Tag,
    pub(super) at: usize,
    vr: Option<VR>,
    length: u32,
}

/// What is open at a point of the walk.
#[derive(Debug, Clone, Copy)]
struct Level {
    /// Holds items, rather than attributes.
    sequence: bool,
    /// Where it ends, where that was said.
    end: Option<usize>,
}

/// A place in the bytes.
#[derive(Debug)]
pub(super) struct Walker<'a> {
    bytes: &'a [u8],
    at: usize,
    encoding: Encoding,
    count: usize,
    opaque: Vec<Opaque>,
}

/// An attribute of unknown kind (UN) whose length is not told: whatever the file's encoding, it holds a sequence in implicit VR
/// ([PS3.5 section 6.2.2](https://dicom.nema.org/medical/dicom/current/output/chtml/part05/sect_6.2.2.html)), which the library
/// would take for the file's. With its length told, it is bytes to the library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Opaque {
    /// Where the four bytes of its length stand.
    pub(super) at: usize,
    /// Its length as the file's encoding writes it, up to and with its delimiter.
    pub(super) length: [u8; 4],
}

impl<'a> Walker<'a> {
    pub(super) fn new(bytes: &'a [u8], at: usize, encoding: Encoding) -> Self {
        Self { bytes, at, encoding, count: 0, opaque: Vec::new() }
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], DicomError> {
        let cut = DicomError::CutOff { at: self.bytes.len() };
        let next = self.bytes.get(self.at..).and_then(|rest| rest.first_chunk()).ok_or(cut)?;
        self.at = self.at.saturating_add(N);
        Ok(*next)
    }

    fn short(&mut self) -> Result<u16, DicomError> {
        let bytes = self.take()?;
        Ok(if self.encoding.big { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    }

    fn long(&mut self) -> Result<u32, DicomError> {
        let bytes = self.take()?;
        Ok(if self.encoding.big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    }

    /// The next header.
    pub(super) fn header(&mut self) -> Result<Header, DicomError> {
        let at = self.at;
        let tag = Tag(self.short()?, self.short()?);
        if tag.group() == 0xFFFE {
            return Ok(Header { tag, at, vr: None, length: self.long()? });
        }
        if !self.encoding.explicit {
            return Ok(Header { tag, at, vr: usual_representation(tag), length: self.long()? });
        }
        let vr = VR::from_binary(self.take()?);
        let vr = vr.ok_or(DicomError::UnknownRepresentation { tag: address(tag), at })?;
        let length = if has_long_length(vr) {
            self.short()?;
            self.long()?
        } else {
            self.short()?.into()
        };
        Ok(Header { tag, at, vr: Some(vr), length })
    }

    /// The value of a header, which must lie before `limit`.
    pub(super) fn value(&mut self, header: Header, limit: usize) -> Result<&'a [u8], DicomError> {
        let end = self.end_of(header, limit)?;
        let value = self.bytes.get(self.at..end).ok_or(DicomError::CutOff { at: self.bytes.len() })?;
        self.at = end;
        Ok(value)
    }

    fn end_of(&self, header: Header, limit: usize) -> Result<usize, DicomError> {
        let left = limit.saturating_sub(self.at);
        match usize::try_from(header.length) {
            Ok(length) if length <= left => Ok(self.at.saturating_add(length)),
            Ok(_) | Err(_) => Err(DicomError::Overlong {
                tag: address(header.tag),
                at: header.at,
                declared: header.length,
                left,
            }),
        }
    }

    /// Goes over everything up to the end of the bytes; says whose length must be told.
    pub(super) fn run(mut self) -> Result<Vec<Opaque>, DicomError> {
        let mut open: Vec<Level> = Vec::new();
        while self.at < self.bytes.len() {
            self.next(&mut open)?;
        }
        let whole = open.is_empty();
        if whole { Ok(self.opaque) } else { Err(DicomError::CutOff { at: self.at }) }
    }

    /// Goes over one header, and its value or the ends behind it.
    fn next(&mut self, open: &mut Vec<Level>) -> Result<(), DicomError> {
        self.count += 1;
        if self.count > MAX_ATTRIBUTES {
            return Err(DicomError::TooManyAttributes { limit: MAX_ATTRIBUTES });
        }
        let header = self.header()?;
        self.step(header, open)?;
        if open.len() > 2 * MAX_DEPTH {
            return Err(DicomError::TooDeep { limit: MAX_DEPTH });
        }
        while open.last().is_some_and(|level| level.end == Some(self.at)) {
            open.pop();
        }
        Ok(())
    }

    /// Goes over a sequence of implicit VR up to its delimiter.
    fn opaque(&mut self, limit: usize) -> Result<(), DicomError> {
        let bytes = self.bytes.get(..limit).ok_or(DicomError::CutOff { at: self.bytes.len() })?;
        let (at, start) = (self.at.saturating_sub(4), self.at);
        let mut within = Walker::new(bytes, start, Encoding { explicit: false, big: false });
        within.count = self.count;
        let mut open = vec![Level { sequence: true, end: None }];
        while !open.is_empty() {
            within.next(&mut open)?;
        }
        (self.at, self.count) = (within.at, within.count);
        let length = u32::try_from(self.at - start).map_err(|_| DicomError::Unreadable)?;
        let length = if self.encoding.big { length.to_be_bytes() } else { length.to_le_bytes() };
        self.opaque.push(Opaque { at, length });
        Ok(())
    }

    fn step(&mut self, header: Header, open: &mut Vec<Level>) -> Result<(), DicomError> {
        // What is open lies within what holds it, so the innermost known end is the nearest.
        let limit = open.iter().rev().find_map(|level| level.end).unwrap_or(self.bytes.len());
        let misplaced = Err(DicomError::Misplaced { tag: address(header.tag), at: header.at });
        let within_sequence = open.last().is_some_and(|level| level.sequence);
        let ends_here =
            |sequence| open.last().is_some_and(|level| level.sequence == sequence && level.end.is_none());
        match header.tag {
            ITEM if within_sequence => open.push(self.level(header, false, limit)?),
            ITEM_END if ends_here(false) => drop(open.pop()),
            SEQUENCE_END if ends_here(true) => drop(open.pop()),
            Tag(0xFFFE, _) => return misplaced,
            _ if within_sequence => return misplaced,
            tags::PIXEL_DATA if header.length == UNDEFINED => self.fragments(limit)?,
            _ if header.length == UNDEFINED && self.encoding.explicit && header.vr == Some(VR::UN) => {
                self.opaque(limit)?;
            }
            _ if header.length == UNDEFINED || header.vr == Some(VR::SQ) => {
                open.push(self.level(header, true, limit)?);
            }
            _ => drop(self.value(header, limit)?),
        }
        if self.at > limit {
            return Err(DicomError::CutOff { at: limit });
        }
        Ok(())
    }

    fn level(&self, header: Header, sequence: bool, limit: usize) -> Result<Level, DicomError> {
        let end = if header.length == UNDEFINED { None } else { Some(self.end_of(header, limit)?) };
        Ok(Level { sequence, end })
    }

    /// Pixels in fragments: items of known length up to a delimiter.
    fn fragments(&mut self, limit: usize) -> Result<(), DicomError> {
        loop {
            let header = self.header()?;
            match header.tag {
                ITEM => drop(self.value(header, limit)?),
                SEQUENCE_END => return Ok(()),
                tag => return Err(DicomError::Misplaced { tag: address(tag), at: header.at }),
            }
        }
    }
}

fn address(tag: Tag) -> Address {
    Address { group: tag.group(), element: tag.element() }
}

/// What an attribute is where its header does not say: sequences are known by the dictionary.
fn usual_representation(tag: Tag) -> Option<VR> {
    StandardDataDictionary.by_tag(tag).map(|entry| entry.vr().relaxed())
}

/// Those whose length has four bytes ([table 7.1-1](https://dicom.nema.org/medical/dicom/current/output/chtml/part05/sect_7.1.2.html)).
fn has_long_length(vr: VR) -> bool {
    matches!(
        vr,
        VR::OB
            | VR::OD
            | VR::OF
            | VR::OL
            | VR::OV
            | VR::OW
            | VR::SQ
            | VR::SV
            | VR::UC
            | VR::UN
            | VR::UR
            | VR::UT
            | VR::UV
    )
}
