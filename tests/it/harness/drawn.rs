//! Drawn pictures that the real nets take for what they are drawn as. How often real ones are judged rightly, the models' cards say.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, Rgb32FImage};

const SIDE: u16 = 400;

fn is_within(x: f32, y: f32, [left, top, wide, high]: [f32; 4]) -> bool {
    ((x - left) / wide).powi(2) + ((y - top) / high).powi(2) < 1.0
}

fn png(brightness: impl Fn(f32, f32) -> f32) -> Vec<u8> {
    let share = |at: u32| (f32::from(u16::try_from(at).unwrap()) + 0.5) / f32::from(SIDE);
    let side = u32::from(SIDE);
    let pixels = Rgb32FImage::from_fn(side, side, |x, y| Rgb([brightness(share(x), share(y)) / 255.0; 3]));
    let mut file = Cursor::new(Vec::new());
    DynamicImage::ImageRgb32F(pixels).to_rgb8().write_to(&mut file, ImageFormat::Png).unwrap();
    file.into_inner()
}

/// A slice of a head, with something bright in the brain.
pub fn brain() -> Vec<u8> {
    png(|x, y| {
        if !is_within(x, y, [0.5, 0.5, 0.355, 0.425]) {
            return if is_within(x, y, [0.5, 0.5, 0.38, 0.45]) { 150.0 } else { 0.0 };
        }
        if !is_within(x, y, [0.5, 0.5, 0.335, 0.405]) {
            return 20.0;
        }
        if is_within(x, y, [0.64, 0.38, 0.09, 0.08]) {
            return 215.0;
        }
        if [0.45, 0.55].iter().any(|middle| is_within(x, y, [*middle, 0.47, 0.03, 0.1])) {
            return 35.0;
        }
        let folds = 8.0 * (40.0 * x).sin() * (37.0 * y + 3.0 * x).sin()
            + 6.0 * (90.0 * x + 10.0 * (20.0 * y).sin()).sin();
        let brain = 85.0 + folds;
        if (x - 0.5).abs() < 0.004 { 0.6 * brain } else { brain }
    })
}

/// Something that is no picture of a body.
pub fn stripes() -> Vec<u8> {
    png(|x, _| if (x * 10.0).fract() < 0.5 { 0.0 } else { 255.0 })
}
