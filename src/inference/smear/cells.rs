//! Where cells are: the detector, at the magnification that it knows.

use std::time::Instant;

use image::RgbImage;
use image::imageops::{FilterType, resize};

use super::net::Net;
use super::peaks::{Least, Once, Peak, once, peaks};
use super::reader::{LookError, fault};
use super::scale::{self, Scale};
use super::tiles::{ground, tiles};
use crate::inference::number;
use crate::inference::registry::Model;
use crate::inference::runtime::{Runtime, RuntimeError};

/// Longest side of what the detector looks at, all tiles together.
const LONGEST: f32 = 6_000.0;

/// The detector.
#[derive(Debug)]
pub(super) struct Cells {
    pub(super) net: Net,
    /// Width of a red cell that the detector knows best, in pixels.
    red_cell: f32,
    least: Least,
    once: Once,
}

/// A field at the detector's magnification, with what was found.
#[derive(Debug)]
pub(super) struct Seen {
    /// The field.
    pub(super) field: RgbImage,
    /// Pixels of it for one of the picture.
    pub(super) ratio: f32,
    /// The median width of a red cell in it, where enough were found.
    pub(super) red_cell: Option<f32>,
    /// Cells, in its pixels.
    pub(super) peaks: Vec<Peak>,
}

impl Cells {
    pub(super) fn load(runtime: &Runtime, model: &Model, threads: usize) -> Result<Self, RuntimeError> {
        let [red, white, platelet] =
            [model.threshold("red_cell")?, model.threshold("white_cell")?, model.threshold("platelet")?];
        Ok(Self {
            net: Net::load(runtime, model, threads)?,
            red_cell: model.input.red_cell.map_or(48.0, number::side),
            least: Least { red, white, platelet },
            once: Once { overlap: model.threshold("overlap")?, inside: model.threshold("inside")? },
        })
    }

    /// All cells of a picture, each once.
    pub(super) fn find(&mut self, picture: &RgbImage, deadline: Instant) -> Result<Seen, LookError> {
        let scale = self.magnification(picture, deadline)?;
        let wanted = scale.red_cell.map_or(scale.ratio, |width| scale.ratio * self.red_cell / width);
        let seen = self.look(picture, wanted, deadline)?;
        match seen.red_cell {
            Some(width) if scale::is_off(width, self.red_cell) => {
                self.look(picture, seen.ratio * self.red_cell / width, deadline)
            }
            Some(_) | None => Ok(seen),
        }
    }

    /// How large a red cell is, by looking at small copies of the picture.
    fn magnification(&mut self, picture: &RgbImage, deadline: Instant) -> Result<Scale, LookError> {
        let longest = number::side(picture.width().max(picture.height()).max(1));
        let mut best = Scale { ratio: scale::COPIES[0] / longest, red_cell: None };
        for side in scale::COPIES {
            // A copy that is far larger than the picture shows nothing more.
            if side > scale::COPIES[0].max(2.0 * longest) {
                break;
            }
            let ratio = side / longest;
            let least = Least { red: scale::LEAST, ..self.least };
            let (copy, ratio) = scaled(picture, ratio);
            let found = self.run(&copy, least, deadline)?;
            let width = scale::width(&found, copy.dimensions());
            if width.is_some() {
                best = Scale { ratio, red_cell: width };
            }
            if width.is_some_and(|width| width >= scale::SMALLEST) {
                break;
            }
        }
        Ok(best)
    }

    fn look(&mut self, picture: &RgbImage, ratio: f32, deadline: Instant) -> Result<Seen, LookError> {
        let (field, ratio) = scaled(picture, ratio);
        let peaks = self.run(&field, self.least, deadline)?;
        let red_cell = scale::width(&peaks, field.dimensions());
        Ok(Seen { field, ratio, red_cell, peaks })
    }

    fn run(&mut self, field: &RgbImage, least: Least, deadline: Instant) -> Result<Vec<Peak>, LookError> {
        let background = ground(field);
        let mut found = Vec::new();
        for tile in tiles(field.width(), field.height()) {
            if Instant::now() >= deadline {
                return Err(LookError::Timeout);
            }
            let part = tile.picture(field, background);
            let sides = (1, number::index(part.height()), number::index(part.width()));
            let [heat, boxes] = self.net.run(sides, part.as_raw(), ["heat", "box"])?;
            let peaks = peaks(&heat, &boxes, least).ok_or_else(|| fault("the maps are not of one size"))?;
            found.extend(
                peaks.into_iter().filter_map(|peak| tile.own(peak.place).map(|place| Peak { place, ..peak })),
            );
        }
        Ok(once(found, self.once))
    }
}

/// A picture so many times as large, within bounds, and by how much it really is.
fn scaled(picture: &RgbImage, ratio: f32) -> (RgbImage, f32) {
    let (width, height) = picture.dimensions();
    let longest = number::side(width.max(height).max(1));
    let ratio = if ratio.is_finite() { ratio } else { 1.0 }.clamp(16.0 / longest, LONGEST / longest);
    let side = |side: u32| number::round_side(number::side(side) * ratio).max(1);
    if (side(width), side(height)) == (width, height) {
        return (picture.clone(), 1.0);
    }
    (resize(picture, side(width), side(height), FilterType::Triangle), ratio)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_scaled_within_bounds() {
        let long = RgbImage::new(1_000, 10);
        for ratio in [f32::NAN, f32::INFINITY, 0.0, -1.0, 1e9, 0.3] {
            let (made, by) = scaled(&long, ratio);
            assert!((16..=6_000).contains(&made.width()) && made.height() >= 1, "{:?}", made.dimensions());
            assert!((number::side(made.width()) / 1_000.0 - by).abs() < 0.001);
        }
    }
}
