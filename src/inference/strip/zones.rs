//! Where reading zones are: a small dense net over the whole picture.
//!
//! A cell of its answer holds the probability of a zone's middle, the shares of the forms, the shift to the middle in cells, the logarithms of length
//! and width, the axis as cosine and sine of twice its angle, and a vector that points to the control line's end.

use image::RgbImage;
use image::imageops::{FilterType, resize};

use crate::inference::number;
use crate::inference::ocr::{OcrError, Point, Quad, Tensor};
use crate::inference::registry::{Input, Model, ModelRef, RegistryError};
use crate::inference::runtime::{Net, Runtime, RuntimeError};

/// Both sides of what the net sees are multiples of this.
const STEP: u32 = 32;
/// Longest side where the description names none.
const LONGEST_SIDE: u32 = 256;
/// Pixels of a usual zone's length, which lengths are told in.
const LENGTH: f32 = 40.0;
/// Logarithms are held to this, so that no answer makes a zone of no size or of all sizes.
const FARTHEST: f32 = 3.0;
/// Zones whose middles are nearer than this, in lengths of the longer one, are one.
const APART: f32 = 0.6;
/// What is looked into of a picture at most.
const MOST: usize = 4;
/// What stands beside the probability of a zone: four forms and eight numbers of its box.
const PLANES: usize = 13;

/// How a test is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// A flat case with a window and a well.
    Cassette,
    /// A stick that is held into the stream.
    Midstream,
    /// A bare strip that is dipped.
    Strip,
    /// A stick with a display.
    Digital,
}

impl Form {
    fn named(name: &str) -> Option<Self> {
        match name {
            "cassette" => Some(Self::Cassette),
            "midstream" => Some(Self::Midstream),
            "strip" => Some(Self::Strip),
            "digital" => Some(Self::Digital),
            _ => None,
        }
    }
}

/// A reading zone, in the picture's pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Zone {
    /// Probability that there is one.
    pub score: f32,
    /// How the test is built, most probably.
    pub form: Form,
    /// The share of that form.
    pub form_share: f32,
    /// Its middle.
    pub middle: Point,
    /// From the middle to the end where the control line is, most probably.
    pub along: Point,
    /// Half its width.
    pub half_width: f32,
    /// Logit of the control line being there; not below zero.
    pub turn: f32,
}

impl Zone {
    /// Its corners: as read with the control line on the right, from the top left clockwise.
    #[must_use]
    pub fn quad(&self) -> Quad {
        let half = self.along.x.hypot(self.along.y).max(1e-3);
        let (x, y) = (-self.along.y / half * self.half_width, self.along.x / half * self.half_width);
        let corner = |along: f32, across: f32| {
            Point::new(
                self.middle.x + along * self.along.x + across * x,
                self.middle.y + along * self.along.y + across * y,
            )
        };
        Quad([corner(-1.0, -1.0), corner(1.0, -1.0), corner(1.0, 1.0), corner(-1.0, 1.0)])
    }

    fn is_same(&self, other: &Self) -> bool {
        let length = |zone: &Self| 2.0 * zone.along.x.hypot(zone.along.y);
        self.middle.distance(other.middle) < APART * length(self).max(length(other))
    }
}

/// The net, loaded.
#[derive(Debug)]
pub(super) struct Finder {
    session: Net,
    input: Input,
    forms: Vec<Form>,
    least: f32,
    cell: f32,
    model: ModelRef,
}

impl Finder {
    pub(super) fn load(runtime: &Runtime, model: &Model, threads: usize) -> Result<Self, RuntimeError> {
        let least = model.threshold("zone")?;
        let cell = model.input.cell.ok_or_else(|| RegistryError::Malformed {
            path: model.name.clone().into(),
            reason: "no cell".to_owned(),
        })?;
        Ok(Self {
            session: runtime.session(model, threads)?,
            input: model.input.clone(),
            forms: model.named(Form::named)?,
            least,
            cell: number::side(cell),
            model: model.reference(),
        })
    }

    pub(super) fn model(&self) -> &ModelRef {
        &self.model
    }

    /// Zones, the surest first: from afar, and where nothing is there, from twice as near.
    pub(super) fn zones(&mut self, picture: &RgbImage) -> Result<Vec<Zone>, OcrError> {
        let longest = self.input.longest_side.unwrap_or(LONGEST_SIDE);
        let found = self.look(picture, longest)?;
        if found.is_empty() { self.look(picture, longest * 2) } else { Ok(found) }
    }

    fn look(&mut self, picture: &RgbImage, longest: u32) -> Result<Vec<Zone>, OcrError> {
        let seen = fitted(picture, longest);
        let answer = Tensor::of(&seen, &self.input, seen.width()).run(&mut self.session)?;
        let [1, PLANES, rows, columns] = *answer.sizes.as_slice() else { return Err(OcrError::Shape) };
        let planes: Vec<&[f32]> = answer.values.chunks_exact((rows * columns).max(1)).collect();
        let map = Map {
            planes,
            columns,
            cell: self.cell,
            across: number::side(picture.width()) / number::side(seen.width().max(1)),
            down: number::side(picture.height()) / number::side(seen.height().max(1)),
        };
        Ok(map.zones(&self.forms, self.least))
    }
}

/// An answer, and how its pixels are those of the picture.
struct Map<'a> {
    planes: Vec<&'a [f32]>,
    columns: usize,
    cell: f32,
    across: f32,
    down: f32,
}

impl Map<'_> {
    fn zones(&self, forms: &[Form], least: f32) -> Vec<Zone> {
        let heat = self.planes.first().copied().unwrap_or_default();
        let sure = heat.iter().enumerate().filter(|(_, score)| **score >= least);
        let mut zones: Vec<Zone> = sure.filter_map(|(at, score)| self.zone(at, *score, forms)).collect();
        zones.sort_by(|a, b| b.score.total_cmp(&a.score));
        let mut kept: Vec<Zone> = Vec::new();
        for zone in zones {
            if kept.len() < MOST && !kept.iter().any(|one| one.is_same(&zone)) {
                kept.push(zone);
            }
        }
        kept
    }

    fn zone(&self, at: usize, score: f32, forms: &[Form]) -> Option<Zone> {
        let told: Vec<f32> = self.planes.iter().map(|plane| plane.get(at).copied()).collect::<Option<_>>()?;
        let [_, shares @ .., x, y, length, width, cosine, sine, to_right, downwards] = told.as_slice() else {
            return None;
        };
        if told.iter().any(|value| !value.is_finite()) {
            return None;
        }
        let likeliest = shares.iter().zip(forms).max_by(|(a, _), (b, _)| a.total_cmp(b));
        let half = |log: f32| LENGTH * log.clamp(-FARTHEST, FARTHEST).exp() / 2.0;
        let angle = sine.atan2(*cosine) / 2.0;
        let turn = to_right * angle.cos() + downwards * angle.sin();
        let way = if turn < 0.0 { -half(*length) } else { half(*length) };
        let (column, row) = (at % self.columns.max(1), at / self.columns.max(1));
        let (form_share, form) = likeliest?;
        Some(Zone {
            score,
            form: *form,
            form_share: *form_share,
            middle: Point::new(
                (number::real(column) + 0.5 + x) * self.cell * self.across,
                (number::real(row) + 0.5 + y) * self.cell * self.down,
            ),
            along: Point::new(way * angle.cos() * self.across, way * angle.sin() * self.down),
            half_width: half(*width) * (self.across + self.down) / 2.0,
            turn: turn.abs(),
        })
    }
}

/// The picture with about that longest side, both sides multiples of [`STEP`].
fn fitted(picture: &RgbImage, longest: u32) -> RgbImage {
    let ratio = number::side(longest) / number::side(picture.width().max(picture.height()).max(1));
    let side = |side: u32| {
        let steps = number::round_side(number::side(side) * ratio / number::side(STEP));
        steps.max(1) * STEP
    };
    resize(picture, side(picture.width()), side(picture.height()), FilterType::Triangle)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORMS: [Form; 4] = [Form::Cassette, Form::Midstream, Form::Strip, Form::Digital];

    /// An answer of 4 x 2 cells that says nothing but what these cells say.
    fn answer(cells: &[(usize, [f32; PLANES])]) -> Vec<f32> {
        let mut values = vec![0.0; PLANES * 8];
        for (at, told) in cells {
            for (plane, value) in told.iter().enumerate() {
                values[plane * 8 + at] = *value;
            }
        }
        values
    }

    fn zones(values: &[f32]) -> Vec<Zone> {
        let map =
            Map { planes: values.chunks_exact(8).collect(), columns: 4, cell: 8.0, across: 2.0, down: 2.0 };
        map.zones(&FORMS, 0.4)
    }

    /// A cell of a strip that lies across, twice as long as usual, its control line on the left.
    const CELL: [f32; PLANES] =
        [0.9, 0.1, 0.2, 0.6, 0.1, 0.5, -0.5, std::f32::consts::LN_2, -1.0, 1.0, 0.0, -3.0, 0.5];

    #[test]
    fn a_cell_says_where_its_zone_is_and_where_the_control_line() {
        let found = zones(&answer(&[(6, CELL)]));
        let [zone] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((zone.form, zone.turn), (Form::Strip, 3.0));
        assert_eq!((zone.middle, zone.along), (Point::new(48.0, 16.0), Point::new(-80.0, 0.0)));
        let [first, second, ..] = zone.quad().0;
        assert_eq!((first.x, second.x), (128.0, -32.0));
    }

    #[test]
    fn neighbours_are_one_zone_and_unsure_or_broken_cells_are_none() {
        let mut unsure = CELL;
        unsure[0] = 0.3;
        let mut broken = CELL;
        broken[5] = f32::NAN;
        let mut weaker = CELL;
        weaker[0] = 0.8;
        let found = zones(&answer(&[(6, CELL), (5, weaker), (0, unsure), (3, broken)]));
        assert_eq!(found.iter().map(|zone| zone.score).collect::<Vec<_>>(), [0.9]);
    }

    #[test]
    fn what_the_net_sees_has_sides_that_it_takes() {
        for (width, height) in [(1600, 1200), (1, 1), (9_000, 2), (30, 47)] {
            let seen = fitted(&RgbImage::new(width, height), 256);
            assert!(seen.width().is_multiple_of(STEP) && seen.height().is_multiple_of(STEP));
            assert!(seen.width().max(seen.height()) <= 256);
        }
    }
}
