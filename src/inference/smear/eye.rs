//! Looking at a field, step by step, with all five nets.

use std::time::Instant;

use image::RgbImage;
use image::imageops::{FilterType, resize};

use super::cell::{Cell, Content, RedShape, Told};
use super::cells::Cells;
use super::crops::{Square, add};
use super::field::Field;
use super::kinds::{Label, Labels, best};
use super::net::{Net, Output};
use super::peaks::{Kind, Peak};
use super::quality;
use super::reader::{LookError, fault};
use super::usual::Usual;
use crate::inference::number;
use crate::inference::picture::Picture;
use crate::inference::registry::{Input, Model, ModelRef, Registry};
use crate::inference::runtime::{Runtime, RuntimeError};

/// Both sides of what tells a smear from other pictures.
const WHOLE: u32 = 224;
/// Cells in a run.
const BATCH: usize = 32;
/// White cells of a field that are looked at, and red ones; more say nothing new of one field.
const WHITE: usize = 400;
const RED: usize = 400;
/// A platelet as wide as this part of a red cell is a large one.
const LARGE: f32 = 1.0;

/// How a net of single cells sees them.
#[derive(Clone, Copy, Debug)]
struct View {
    wide: u32,
    /// Side of the square, in longer sides of the box; none where the field's red cells give it.
    times: f32,
    of_field: bool,
}

impl View {
    fn of(model: &Model, of_field: bool) -> Result<Self, RuntimeError> {
        let Input { width, reach, .. } = model.input;
        let none = || RuntimeError::Session {
            name: model.name.clone(),
            reason: "its description names no width and reach".to_owned(),
        };
        let (wide, times) = width.filter(|wide| (1..=512).contains(wide)).zip(reach).ok_or_else(none)?;
        Ok(Self { wide, times, of_field })
    }
}

/// All five nets, and from which probability on something is said.
#[derive(Debug)]
pub(super) struct Eye {
    field: Net,
    cells: Cells,
    white: (Net, View),
    red: (Net, View),
    malaria: (Net, View),
    labels: Labels,
    pub(super) usual: Usual,
    smear: f32,
    kind: f32,
    parasite: f32,
}

impl Eye {
    pub(super) fn load(runtime: &Runtime, registry: &Registry, threads: usize) -> Result<Self, RuntimeError> {
        let [field, white, red, malaria] = [
            registry.get("smear-field")?,
            registry.get("smear-white-cells")?,
            registry.get("smear-red-cells")?,
            registry.get("smear-malaria")?,
        ];
        Ok(Self {
            smear: field.threshold("smear")?,
            kind: white.threshold("kind")?,
            parasite: malaria.threshold("parasitized")?,
            labels: Labels::of(white, red)?,
            usual: Usual::of_models(white, red, malaria),
            field: Net::load(runtime, field, threads)?,
            cells: Cells::load(runtime, registry.get("smear-cells")?, threads)?,
            white: (Net::load(runtime, white, threads)?, View::of(white, false)?),
            // The square is the same for all red cells of a field, so that small and large ones are told apart.
            red: (Net::load(runtime, red, threads)?, View::of(red, true)?),
            malaria: (Net::load(runtime, malaria, threads)?, View::of(malaria, false)?),
        })
    }

    /// The nets by name.
    pub(super) fn models(&self) -> Vec<ModelRef> {
        let nets = [&self.cells.net, &self.white.0, &self.red.0, &self.malaria.0, &self.field];
        nets.map(|net| net.model.clone()).to_vec()
    }

    /// What a picture shows.
    pub(super) fn look(&mut self, picture: &Picture, deadline: Instant) -> Result<Field, LookError> {
        let pixels = picture.pixels();
        self.is_smear(pixels)?;
        let seen = self.cells.find(pixels, deadline)?;
        if seen.peaks.is_empty() {
            return Err(LookError::NoCells);
        }
        let quality = quality::of(&seen);
        // From here on everything is in the picture's pixels, which hold more than the detector's.
        let back = 1.0 / seen.ratio;
        let red_cell = seen.red_cell.map(|width| width * back);
        let peaks: Vec<_> =
            seen.peaks.iter().map(|peak| Peak { place: peak.place.times(back), ..*peak }).collect();
        drop(seen);
        let contents = self.contents(&peaks, Of { pixels, red_cell, deadline })?;
        let scale = picture.scale();
        let cells = peaks.iter().zip(contents).map(|(peak, content)| Cell {
            place: peak.place.times(scale),
            probability: peak.probability,
            content,
        });
        Ok(Field {
            width: picture.width(),
            height: picture.height(),
            red_cell: red_cell.map(|width| width * scale),
            quality,
            cells: cells.collect(),
        })
    }

    fn is_smear(&mut self, pixels: &RgbImage) -> Result<(), LookError> {
        let whole = resize(pixels, WHOLE, WHOLE, FilterType::Triangle);
        let side = number::index(WHOLE);
        let [answer] = self.field.run((1, side, side), whole.as_raw(), ["probability"])?;
        match answer.values.as_slice() {
            [probability] if *probability >= self.smear => Ok(()),
            [_] => Err(LookError::NoSmear),
            _ => Err(fault("the answer is not about one picture")),
        }
    }

    /// What each cell is, in the order of the peaks.
    fn contents(&mut self, peaks: &[Peak], of: Of<'_>) -> Result<Vec<Content>, LookError> {
        let large = of.red_cell.map_or(f32::INFINITY, |width| LARGE * width);
        let mut contents: Vec<_> = peaks.iter().map(|peak| unseen(peak, large)).collect();
        let (white, red) = (chosen(peaks, Kind::White, WHITE), chosen(peaks, Kind::Red, RED));
        for ((at, _), content) in white.iter().zip(self.white(&white, of)?) {
            put(&mut contents, *at, content);
        }
        for ((at, _), content) in red.iter().zip(self.red(&red, of)?) {
            put(&mut contents, *at, content);
        }
        Ok(contents)
    }

    fn white(&mut self, cells: &[(usize, Peak)], of: Of<'_>) -> Result<Vec<Content>, LookError> {
        let answers = each(&mut self.white, of, cells, "probabilities")?;
        let content = |(shares, familiar): (Vec<f32>, f32)| match best(&shares, &self.labels.white, self.kind)
        {
            Label::Kind(kind) => Content::White(Told { what: Some(kind), familiar }),
            Label::Unsure => Content::White(Told { what: None, familiar }),
            Label::Platelet => Content::Platelet { is_large: true },
        };
        Ok(answers.into_iter().map(content).collect())
    }

    fn red(&mut self, cells: &[(usize, Peak)], of: Of<'_>) -> Result<Vec<Content>, LookError> {
        // A net of which nobody has measured what it says of healthy blood is not asked.
        let of_shape = if self.usual.shapes.is_empty() { &[][..] } else { cells };
        let of_parasite = if self.usual.parasitised.is_none() { &[][..] } else { cells };
        let mut shapes = each(&mut self.red, of, of_shape, "probabilities")?.into_iter();
        let mut parasites = each(&mut self.malaria, of, of_parasite, "probability")?.into_iter();
        let content = |_: &(usize, Peak)| Content::Red {
            shape: shapes.next().and_then(|(shares, familiar)| {
                Some(Told { what: likeliest(&shares, &self.labels.red)?, familiar })
            }),
            is_parasitised: parasites.next().map(|(shares, familiar)| Told {
                what: shares.first().is_some_and(|share| *share >= self.parasite),
                familiar,
            }),
        };
        Ok(cells.iter().map(content).collect())
    }
}

/// What cells are cut out of.
#[derive(Clone, Copy, Debug)]
struct Of<'a> {
    pixels: &'a RgbImage,
    /// The median width of a red cell, where enough were found.
    red_cell: Option<f32>,
    deadline: Instant,
}

/// What is said of a cell that no further net looks at.
fn unseen(peak: &Peak, large: f32) -> Content {
    match peak.kind {
        Kind::Red => Content::Red { shape: None, is_parasitised: None },
        Kind::White => Content::White(Told { what: None, familiar: 1.0 }),
        Kind::Platelet => Content::Platelet { is_large: peak.place.size() >= large },
    }
}

fn put(contents: &mut [Content], at: usize, content: Content) {
    if let Some(one) = contents.get_mut(at) {
        *one = content;
    }
}

fn likeliest(shares: &[f32], labels: &[Option<RedShape>]) -> Option<RedShape> {
    let best = shares.iter().zip(labels).max_by(|(a, _), (b, _)| a.total_cmp(b));
    best.and_then(|(_, label)| *label)
}

/// The cells of a kind, each with its number; where there are more than that, some from everywhere.
fn chosen(peaks: &[Peak], kind: Kind, most: usize) -> Vec<(usize, Peak)> {
    let all: Vec<_> = peaks.iter().copied().enumerate().filter(|(_, peak)| peak.kind == kind).collect();
    if all.len() <= most {
        return all;
    }
    (0..most).filter_map(|at| all.get(at * all.len() / most).copied()).collect()
}

/// What a net says of each of these cells, and how familiar each is to it.
fn each(
    (net, view): &mut (Net, View),
    of: Of<'_>,
    cells: &[(usize, Peak)],
    name: &str,
) -> Result<Vec<(Vec<f32>, f32)>, LookError> {
    let side = number::index(view.wide);
    let mut answers = Vec::with_capacity(cells.len());
    for batch in cells.chunks(BATCH) {
        if Instant::now() >= of.deadline {
            return Err(LookError::Timeout);
        }
        let mut bytes = Vec::with_capacity(batch.len() * side * side * 3);
        for (_, peak) in batch {
            let square = match of.red_cell.filter(|_| view.of_field) {
                Some(width) => Square { x: peak.place.x, y: peak.place.y, side: view.times * width },
                None => Square::round(&peak.place, view.times),
            };
            add(&mut bytes, of.pixels, square, view.wide);
        }
        let [shares, familiar] = net.run((batch.len(), side, side), &bytes, [name, "familiar"])?;
        answers.extend(rows(&shares, &familiar, batch.len())?);
    }
    Ok(answers)
}

/// A net's answer to so many pictures, one by one.
fn rows(shares: &Output, familiar: &Output, count: usize) -> Result<Vec<(Vec<f32>, f32)>, LookError> {
    let columns = shares.values.len().checked_div(count).unwrap_or(0);
    let is_whole = columns > 0 && columns * count == shares.values.len() && familiar.values.len() == count;
    if !is_whole || shares.values.iter().any(|share| !share.is_finite()) {
        return Err(fault("the answer is not one for each picture"));
    }
    let familiar = familiar.values.iter().map(|familiar| familiar.clamp(0.0, 1.0));
    Ok(shares.values.chunks_exact(columns).map(<[f32]>::to_vec).zip(familiar).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inference::smear::cell::Place;

    #[test]
    fn of_very_many_cells_some_from_everywhere_are_looked_at() {
        let peak = |x: f32| Peak {
            kind: Kind::Red,
            probability: 0.9,
            place: Place { x, y: 0.0, width: 1.0, height: 1.0 },
        };
        let all: Vec<_> = (0..1_000_u16).map(|at| peak(f32::from(at))).collect();
        let some = chosen(&all, Kind::Red, 400);
        assert_eq!((some.len(), some[0].0, some[399].0), (400, 0, 997));
        assert_eq!((chosen(&all, Kind::White, 400).len(), chosen(&all[..3], Kind::Red, 400).len()), (0, 3));
    }

    #[test]
    fn answers_that_are_not_one_for_each_picture_are_refused() {
        let output = |values: &[f32]| Output { sides: vec![], values: values.to_vec() };
        for (shares, familiar) in [
            (vec![], vec![1.0, 1.0]),
            (vec![0.5, 0.5, 1.0], vec![1.0, 1.0]),
            (vec![0.5, 0.5], vec![1.0]),
            (vec![0.5, f32::NAN], vec![1.0, 1.0]),
        ] {
            assert!(rows(&output(&shares), &output(&familiar), 2).is_err(), "{shares:?}");
        }
        let told = rows(&output(&[0.1, 0.9, 0.8, 0.2]), &output(&[1.5, 0.5]), 2).unwrap();
        assert_eq!(told, [(vec![0.1, 0.9], 1.0), (vec![0.8, 0.2], 0.5)]);
    }
}
