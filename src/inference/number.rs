//! The numeric conversions that pixel work needs, each in one place and with its rounding in its name.

/// A count or coordinate as a real number; exact below 2^24, which no picture side reaches.
#[expect(clippy::as_conversions, reason = "std has no lossy integer-to-float conversion")]
pub fn real(count: usize) -> f32 {
    count as f32
}

/// A picture side as a real number; exact below 2^24.
#[expect(clippy::as_conversions, reason = "std has no lossy integer-to-float conversion")]
pub fn side(pixels: u32) -> f32 {
    pixels as f32
}

/// The whole part of a non-negative number; negative numbers and NaN give 0.
#[expect(clippy::as_conversions, reason = "std has no float-to-integer conversion; `as` saturates")]
pub fn floor(value: f32) -> usize {
    value.max(0.0) as usize
}

/// The nearest picture side; negative numbers and NaN give 0.
#[expect(clippy::as_conversions, reason = "std has no float-to-integer conversion; `as` saturates")]
pub fn round_side(value: f32) -> u32 {
    value.max(0.0).round() as u32
}

/// The nearest colour value, limited to 0..=255.
///
/// Adding a half and cutting off is that, and costs a tenth of `round`, which is a call where the processor is not known.
#[expect(clippy::as_conversions, reason = "std has no float-to-integer conversion; `as` saturates")]
pub fn colour(value: f32) -> u8 {
    (value.clamp(0.0, 255.0) + 0.5) as u8
}

/// A picture side as an index; lossless on every platform the server runs on.
pub fn index(pixels: u32) -> usize {
    usize::try_from(pixels).unwrap_or(usize::MAX)
}

/// An index as a picture side; sides are far below `u32::MAX`.
pub fn pixels(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// The nearest value of a byte, limited to 0..=255; NaN gives 0.
#[expect(clippy::as_conversions, reason = "std has no float-to-integer conversion; `as` saturates")]
pub fn byte(value: f64) -> u8 {
    value.round() as u8
}

/// The nearest sample of 16 bits; a negative one as its two's complement.
#[expect(clippy::as_conversions, reason = "std has no float-to-integer conversion; `as` saturates")]
pub fn sample(value: f32) -> u16 {
    let rounded = value.clamp(-32_768.0, 65_535.0).round() as i32;
    if rounded < 0 { (rounded + 65_536) as u16 } else { rounded as u16 }
}
