//! Is the file all there? Walks the container without decoding a pixel.
//!
//! Decoders are lenient: a JPEG cut in the middle comes back half grey, and a number may be in the lost
//! half. So each format is followed from its first segment to its end mark. Bytes after the end mark are
//! padding and do no harm. JPEG: ITU-T T.81 annex B; PNG: <https://www.w3.org/TR/png-3/#5DataRep>;
//! GIF: <https://www.w3.org/Graphics/GIF/spec-gif89a.txt>; WebP: RFC 9649.

use super::Format;

/// What the container says when it is complete.
#[derive(Debug, PartialEq, Eq)]
pub struct Whole {
    /// Pixels over all frames of a GIF; 0 where the canvas says it all.
    pub frame_pixels: u64,
}

/// Follows the container to its end mark; `None` when the bytes run out before it or do not parse.
pub fn check(format: Format, bytes: &[u8]) -> Option<Whole> {
    let mut rest = Rest(bytes);
    match format {
        Format::Jpeg => jpeg(&mut rest).map(|()| Whole { frame_pixels: 0 }),
        Format::Png => png(&mut rest).map(|()| Whole { frame_pixels: 0 }),
        Format::Gif => gif(&mut rest).map(|frame_pixels| Whole { frame_pixels }),
        Format::WebP => webp(&mut rest).map(|()| Whole { frame_pixels: 0 }),
    }
}

/// The bytes not yet walked over.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (head, tail) = self.0.split_at_checked(count)?;
        self.0 = tail;
        Some(head)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }
}

const SCAN: u8 = 0xDA;
const END: u8 = 0xD9;

fn jpeg(rest: &mut Rest<'_>) -> Option<()> {
    rest.take(2)?;
    let mut marker = next_marker(rest)?;
    let mut scanned = false;
    loop {
        match marker {
            END => return scanned.then_some(()),
            0x01 | 0xD0..=0xD7 => marker = next_marker(rest)?,
            _ => {
                let length = usize::from(u16::from_be_bytes(rest.array()?));
                rest.take(length.checked_sub(2)?)?;
                scanned |= marker == SCAN;
                marker = if marker == SCAN { after_scan(rest)? } else { next_marker(rest)? };
            }
        }
    }
}

/// The marker that stands here; fill bytes before it are allowed.
fn next_marker(rest: &mut Rest<'_>) -> Option<u8> {
    if rest.byte()? != 0xFF {
        return None;
    }
    loop {
        match rest.byte()? {
            0xFF => (),
            0x00 => return None,
            marker => return Some(marker),
        }
    }
}

/// Skips entropy-coded data: stuffed zeros and restart markers belong to it.
fn after_scan(rest: &mut Rest<'_>) -> Option<u8> {
    loop {
        let mark = rest.0.iter().position(|&byte| byte == 0xFF)?;
        rest.take(mark)?;
        match rest.0.get(1)? {
            0x00 | 0xD0..=0xD7 => rest.take(2)?,
            0xFF => rest.take(1)?,
            _ => return next_marker(rest),
        };
    }
}

fn png(rest: &mut Rest<'_>) -> Option<()> {
    rest.take(8)?;
    loop {
        let length = usize::try_from(u32::from_be_bytes(rest.array()?)).ok()?;
        let kind: [u8; 4] = rest.array()?;
        rest.take(length.checked_add(4)?)?;
        if &kind == b"IEND" {
            return Some(());
        }
    }
}

fn gif(rest: &mut Rest<'_>) -> Option<u64> {
    rest.take(10)?;
    let [flags, _, _] = rest.array()?;
    skip_colours(rest, flags)?;
    let mut pixels = None;
    loop {
        match rest.byte()? {
            0x21 => {
                rest.byte()?;
            }
            0x2C => {
                let [_, _, _, _, w0, w1, h0, h1, flags] = rest.array()?;
                let area = u64::from(u16::from_le_bytes([w0, w1])) * u64::from(u16::from_le_bytes([h0, h1]));
                pixels = Some(pixels.unwrap_or(0_u64).saturating_add(area));
                skip_colours(rest, flags)?;
                rest.byte()?;
            }
            0x3B => return pixels,
            _ => return None,
        }
        while let size @ 1.. = rest.byte()? {
            rest.take(usize::from(size))?;
        }
    }
}

fn skip_colours(rest: &mut Rest<'_>, flags: u8) -> Option<()> {
    if flags & 0x80 != 0 {
        rest.take(3 << ((flags & 0x07) + 1))?;
    }
    Some(())
}

fn webp(rest: &mut Rest<'_>) -> Option<()> {
    rest.take(4)?;
    let size = usize::try_from(u32::from_le_bytes(rest.array()?)).ok()?;
    let mut body = Rest(rest.take(size)?);
    body.take(4)?;
    while !body.0.is_empty() {
        body.take(4)?;
        let length = usize::try_from(u32::from_le_bytes(body.array()?)).ok()?;
        body.take(length)?;
        if length % 2 == 1 && !body.0.is_empty() {
            body.byte()?;
        }
    }
    Some(())
}
