//! Is the file all there? Walks the container without decoding a pixel.
//!
//! Decoders are lenient: a JPEG cut in the middle comes back half grey, and a number may be in the lost
//! half. So each format is followed from its first segment to its end mark. Bytes after the end mark are
//! padding and do no harm. JPEG: ITU-T T.81 annex B; PNG: <https://www.w3.org/TR/png-3/#5DataRep>;
//! GIF: <https://www.w3.org/Graphics/GIF/spec-gif89a.txt>; WebP: RFC 9649.

use super::Format;

/// What a walk over the container showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Walk {
    /// Declared width of the picture or canvas.
    pub width: u32,
    /// Declared height of the picture or canvas.
    pub height: u32,
    /// Pixels of the canvas, or of all frames together where those are more.
    pub pixels: u64,
    /// Bytes up to and with the end mark; `None` when they run out before it or do not parse.
    pub length: Option<usize>,
}

/// Follows the container to its end mark; `None` when it declares no size.
///
/// Nothing is allocated and nothing inflated, so this needs no ceiling of its own.
pub fn walk(format: Format, bytes: &[u8]) -> Option<Walk> {
    let (mut rest, mut seen) = (Rest(bytes), Seen::default());
    let end = match format {
        Format::Jpeg => jpeg(&mut rest, &mut seen),
        Format::Png => png(&mut rest, &mut seen),
        Format::Gif => gif(&mut rest, &mut seen),
        Format::WebP => webp(&mut rest, &mut seen),
        Format::Dicom => None,
    };
    let (width, height) = seen.size?;
    let length = end.and_then(|()| bytes.len().checked_sub(rest.0.len()));
    Some(Walk { width, height, pixels: area(width, height).max(seen.frames), length })
}

/// Width and height.
type Size = (u32, u32);

/// What was declared so far.
#[derive(Default)]
struct Seen {
    size: Option<Size>,
    /// Pixels of all frames of an animation.
    frames: u64,
}

fn area(width: u32, height: u32) -> u64 {
    u64::from(width) * u64::from(height)
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

/// Whether the marker opens a frame (SOF0 to SOF15; DHT, JPG and DAC lie between them).
fn opens_frame(marker: u8) -> bool {
    matches!(marker, 0xC0..=0xCF) && !matches!(marker, 0xC4 | 0xC8 | 0xCC)
}

fn jpeg(rest: &mut Rest<'_>, seen: &mut Seen) -> Option<()> {
    rest.take(2)?;
    let mut marker = next_marker(rest)?;
    let mut scanned = false;
    loop {
        match marker {
            END => return scanned.then_some(()),
            0x01 | 0xD0..=0xD7 => marker = next_marker(rest)?,
            _ => {
                let length = usize::from(u16::from_be_bytes(rest.array()?));
                let body = rest.take(length.checked_sub(2)?)?;
                if opens_frame(marker) {
                    let [_, h0, h1, w0, w1] = Rest(body).array()?;
                    let side = |bytes| u32::from(u16::from_be_bytes(bytes));
                    // A second frame could declare another size than the one that is checked.
                    if seen.size.replace((side([w0, w1]), side([h0, h1]))).is_some() {
                        return None;
                    }
                }
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

fn png(rest: &mut Rest<'_>, seen: &mut Seen) -> Option<()> {
    rest.take(8)?;
    loop {
        let length = usize::try_from(u32::from_be_bytes(rest.array()?)).ok()?;
        let kind: [u8; 4] = rest.array()?;
        let mut body = Rest(rest.take(length)?);
        rest.take(4)?;
        match &kind {
            b"IHDR" if seen.size.is_none() => {
                seen.size = Some((u32::from_be_bytes(body.array()?), u32::from_be_bytes(body.array()?)));
            }
            b"IEND" => return Some(()),
            _ => (),
        }
    }
}

fn gif(rest: &mut Rest<'_>, seen: &mut Seen) -> Option<()> {
    rest.take(6)?;
    let [w0, w1, h0, h1, flags, _, _] = rest.array()?;
    let side = |bytes| u32::from(u16::from_le_bytes(bytes));
    seen.size = Some((side([w0, w1]), side([h0, h1])));
    skip_colours(rest, flags)?;
    let mut shows = false;
    loop {
        match rest.byte()? {
            0x21 => {
                rest.byte()?;
            }
            0x2C => {
                let [_, _, _, _, w0, w1, h0, h1, flags] = rest.array()?;
                seen.frames = seen.frames.saturating_add(area(side([w0, w1]), side([h0, h1])));
                shows = true;
                skip_colours(rest, flags)?;
                rest.byte()?;
            }
            0x3B => return shows.then_some(()),
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

fn webp(rest: &mut Rest<'_>, seen: &mut Seen) -> Option<()> {
    rest.take(4)?;
    let size = usize::try_from(u32::from_le_bytes(rest.array()?)).ok()?;
    let mut body = Rest(rest.take(size)?);
    body.take(4)?;
    while let Some((kind, data)) = webp_chunk(&mut body)? {
        note(kind, data, seen)?;
        if &kind == b"ANMF" {
            let mut frame = Rest(data);
            frame.take(16)?;
            while let Some((kind, data)) = webp_chunk(&mut frame)? {
                note(kind, data, seen)?;
            }
        }
    }
    Some(())
}

/// Notes the size that a WebP chunk declares: the first is the canvas', and a frame may be larger than it.
fn note(kind: [u8; 4], data: &[u8], seen: &mut Seen) -> Option<()> {
    if let Some((width, height)) = webp_size(kind, data)? {
        seen.size.get_or_insert((width, height));
        let frame = if &kind == b"VP8X" { 0 } else { area(width, height) };
        seen.frames = seen.frames.saturating_add(frame);
    }
    Some(())
}

type Chunk<'a> = ([u8; 4], &'a [u8]);

/// The next chunk, its padding taken; no chunk at the end, and `None` when it reaches beyond the end.
fn webp_chunk<'a>(body: &mut Rest<'a>) -> Option<Option<Chunk<'a>>> {
    if body.0.is_empty() {
        return Some(None);
    }
    let kind = body.array()?;
    let length = usize::try_from(u32::from_le_bytes(body.array()?)).ok()?;
    let data = body.take(length)?;
    if length % 2 == 1 && !body.0.is_empty() {
        body.byte()?;
    }
    Some(Some((kind, data)))
}

/// The size that a chunk declares, where it is of a kind that does; `None` when it is too short for it.
fn webp_size(kind: [u8; 4], data: &[u8]) -> Option<Option<Size>> {
    let mut data = Rest(data);
    Some(match &kind {
        b"VP8X" => {
            let [_, _, _, _, w0, w1, w2, h0, h1, h2] = data.array()?;
            let side = |low, middle, high| u32::from_le_bytes([low, middle, high, 0]) + 1;
            Some((side(w0, w1, w2), side(h0, h1, h2)))
        }
        b"VP8 " => {
            let [_, _, _, _, _, _, w0, w1, h0, h1] = data.array()?;
            let side = |bytes| u32::from(u16::from_le_bytes(bytes) & 0x3FFF);
            Some((side([w0, w1]), side([h0, h1])))
        }
        b"VP8L" => {
            data.byte()?;
            let sides = u32::from_le_bytes(data.array()?);
            Some(((sides & 0x3FFF) + 1, ((sides >> 14) & 0x3FFF) + 1))
        }
        _ => None,
    })
}
