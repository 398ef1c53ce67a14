//! Lines out of bytes as they come, packed with gzip or not. Pure. <https://github.com/ndjson/ndjson-spec>

use std::io::{self, Write};

use flate2::write::MultiGzDecoder;

/// The longest line that is taken.
pub const LONGEST: usize = 16 * 1024 * 1024;
/// So many bytes are to be taken at a time: what comes of them, where they are packed, is bounded by the format, some thousandfold.
pub const SLICE: usize = 256;
/// How gzip begins.
const PACKED: [u8; 2] = [0x1f, 0x8b];
/// How a text may begin that is written on some systems.
const MARK: [u8; 3] = [0xef, 0xbb, 0xbf];

/// A line that is not blank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number, from 1.
    pub number: i64,
    /// What it says; none where it is longer than is taken.
    pub text: Option<Vec<u8>>,
}

/// The bytes are no lines.
#[derive(Debug, thiserror::Error)]
#[error("the file is packed with gzip, and is damaged or cut short")]
pub struct NotReadable;

/// Lines as their bytes come.
pub struct Lines(Way);

enum Way {
    /// It is not known yet how they come: too little of them is there.
    Unknown(Vec<u8>, Splitter),
    Plain(Splitter),
    Packed(Box<MultiGzDecoder<Splitter>>),
    /// What came could not be read.
    Broken,
}

impl Lines {
    /// The lines after this one.
    #[must_use]
    pub fn after(number: i64) -> Self {
        Self(Way::Unknown(Vec::new(), Splitter { after: number, ..Splitter::default() }))
    }

    /// Takes a few bytes ([`SLICE`]), and gives the lines that are complete by then, also where the next are damaged.
    #[must_use]
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Line> {
        let is_good = self.take(bytes).is_ok();
        let done = self.splitter().map(|splitter| std::mem::take(&mut splitter.done)).unwrap_or_default();
        if !is_good {
            self.0 = Way::Broken;
        }
        done
    }

    /// Whether what came cannot be read on.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        matches!(self.0, Way::Broken)
    }

    /// The lines that are left at the end.
    ///
    /// # Errors
    /// When they are packed, and damaged or cut short.
    pub fn end(self) -> Result<Vec<Line>, NotReadable> {
        let splitter = match self.0 {
            Way::Unknown(first, mut splitter) => {
                splitter.split(&first);
                splitter
            }
            Way::Plain(splitter) => splitter,
            Way::Packed(packed) => packed.finish().map_err(|_| NotReadable)?,
            Way::Broken => return Err(NotReadable),
        };
        Ok(splitter.end())
    }

    fn take(&mut self, slice: &[u8]) -> io::Result<()> {
        match &mut self.0 {
            Way::Plain(splitter) => {
                splitter.split(slice);
                Ok(())
            }
            // What is unpacked waits for more, unless it is asked for.
            Way::Packed(packed) => packed.write_all(slice).and_then(|()| packed.flush()),
            Way::Broken => Err(io::ErrorKind::InvalidData.into()),
            Way::Unknown(first, _) => {
                first.extend_from_slice(slice);
                if first.len() < MARK.len() {
                    return Ok(());
                }
                self.begin()
            }
        }
    }

    /// Sees by the first bytes how they come.
    fn begin(&mut self) -> io::Result<()> {
        let Way::Unknown(first, mut splitter) = std::mem::replace(&mut self.0, Way::Broken) else {
            return Ok(());
        };
        if first.starts_with(&PACKED) {
            let mut packed = Box::new(MultiGzDecoder::new(splitter));
            packed.write_all(&first)?;
            packed.flush()?;
            self.0 = Way::Packed(packed);
        } else {
            splitter.split(&first);
            self.0 = Way::Plain(splitter);
        }
        Ok(())
    }

    fn splitter(&mut self) -> Option<&mut Splitter> {
        match &mut self.0 {
            Way::Unknown(_, splitter) | Way::Plain(splitter) => Some(splitter),
            Way::Packed(packed) => Some(packed.get_mut()),
            Way::Broken => None,
        }
    }
}

/// Parts bytes where lines end.
#[derive(Default)]
struct Splitter {
    /// Lines up to this number are passed over.
    after: i64,
    /// Lines that were ended.
    ended: i64,
    line: Vec<u8>,
    is_too_long: bool,
    done: Vec<Line>,
}

impl Splitter {
    fn split(&mut self, bytes: &[u8]) {
        let mut parts = bytes.split(|byte| *byte == b'\n');
        let mut part = parts.next();
        while let Some(text) = part {
            self.add(text);
            part = parts.next();
            if part.is_some() {
                self.end_line();
            }
        }
    }

    fn add(&mut self, text: &[u8]) {
        if self.ended < self.after || self.is_too_long {
            return;
        }
        if self.line.len().saturating_add(text.len()) > LONGEST {
            self.is_too_long = true;
            self.line = Vec::new();
        } else {
            self.line.extend_from_slice(text);
        }
    }

    fn end_line(&mut self) {
        self.ended = self.ended.saturating_add(1);
        let (number, text) = (self.ended, std::mem::take(&mut self.line));
        let is_too_long = std::mem::take(&mut self.is_too_long);
        if number <= self.after {
            return;
        }
        let text = match text.strip_prefix(&MARK) {
            Some(rest) if number == 1 => rest.to_vec(),
            _ => text,
        };
        if is_too_long || !text.trim_ascii().is_empty() {
            self.done.push(Line { number, text: (!is_too_long).then_some(text) });
        }
    }

    fn end(mut self) -> Vec<Line> {
        if !self.line.is_empty() || self.is_too_long {
            self.end_line();
        }
        self.done
    }
}

impl Write for Splitter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.split(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use proptest::prelude::*;

    use super::*;

    fn packed(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn read(parts: &[&[u8]], after: i64) -> Result<Vec<(i64, Option<String>)>, NotReadable> {
        let mut lines = Lines::after(after);
        let mut found = Vec::new();
        for part in parts {
            for slice in part.chunks(SLICE) {
                found.extend(lines.push(slice));
            }
        }
        found.extend(lines.end()?);
        let text = |text: Vec<u8>| String::from_utf8(text).unwrap();
        Ok(found.into_iter().map(|line| (line.number, line.text.map(text))).collect())
    }

    #[test]
    fn blank_lines_count_and_are_none() {
        let text = b"\xef\xbb\xbf{}\r\n\n  \n{\"a\":1}\n[]";
        let found = read(&[text], 0).unwrap();
        let line = |number, text: &str| (number, Some(text.to_owned()));
        assert_eq!(found, [line(1, "{}\r"), line(4, "{\"a\":1}"), line(5, "[]")]);
        assert_eq!(read(&[text], 4).unwrap(), [line(5, "[]")]);
        assert!(read(&[], 0).unwrap().is_empty());
        assert_eq!(read(&[b"{}"], 0).unwrap(), [line(1, "{}")]);
    }

    #[test]
    fn what_is_too_long_is_told_and_not_kept() {
        let long = vec![b'x'; LONGEST + 1];
        let found = read(&[b"1\n", &long, b"\n3"], 0).unwrap();
        assert_eq!(found, [(1, Some("1".to_owned())), (2, None), (3, Some("3".to_owned()))]);
    }

    #[test]
    fn what_is_damaged_is_refused() {
        let whole = packed(b"{}\n{}\n");
        assert!(read(&[&whole[..whole.len() - 9]], 0).is_err());
        let mut lines = Lines::after(0);
        assert_eq!(lines.push(&whole[..whole.len() - 1]).len(), 2, "what is whole is given");
        assert!(!lines.is_broken() && lines.end().is_err());
        assert!(read(&[&PACKED, b"nothing of the kind"], 0).is_err());
    }

    proptest! {
        #[test]
        fn lines_are_the_same_however_they_come(text in "[a-c\n ]{0,40}", at in 0_usize..80, after in 0_i64..4) {
            let lines = text.split('\n').zip(1..).filter(|(line, number)| !line.trim().is_empty() && *number > after);
            let wanted: Vec<_> = lines.map(|(line, number)| (number, Some(line.to_owned()))).collect();
            for bytes in [text.as_bytes().to_vec(), packed(text.as_bytes()), [packed(text.as_bytes()), packed(b"")].concat()] {
                let (first, second) = bytes.split_at(at.min(bytes.len()));
                prop_assert_eq!(&read(&[first, second], after).unwrap(), &wanted);
            }
        }
    }
}
