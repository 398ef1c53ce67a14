//! Drawn pictures, looked at by the real nets. How often real ones are judged rightly, the models' cards say.

use std::io::Cursor;
use std::path::Path;

use image::{ImageFormat, Rgb, RgbImage};

use super::net::{Nets, organ};
use super::square::Square;
use super::{Finding, ImagingReader, LookError, Organ, Question, Statement};
use crate::inference::device::Settings;
use crate::inference::number;
use crate::inference::picture::{Limits, Picture, decode};
use crate::inference::registry::Registry;
use crate::inference::runtime::Runtime;

/// Side of the drawn pictures.
const SIDE: u32 = 400;

fn settings() -> Settings {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    Settings::new(&root.join("runtime/libonnxruntime.so"), &root.join("models"), 2)
}

/// A picture of this brightness at each place, the sides being 1.
fn drawn(brightness: impl Fn(f32, f32) -> f32) -> RgbImage {
    let share = |at: u32| (number::side(at) + 0.5) / number::side(SIDE);
    RgbImage::from_fn(SIDE, SIDE, |x, y| Rgb([number::colour(brightness(share(x), share(y))); 3]))
}

fn picture(pixels: &RgbImage) -> Picture {
    let mut bytes = Cursor::new(Vec::new());
    pixels.write_to(&mut bytes, ImageFormat::Png).unwrap();
    decode(bytes.get_ref(), &Limits::default()).unwrap()
}

fn is_within(x: f32, y: f32, [left, top, wide, high]: [f32; 4]) -> bool {
    ((x - left) / wide).powi(2) + ((y - top) / high).powi(2) < 1.0
}

/// A slice of a head: scalp, skull, and a brain with its two halves and ventricles.
fn head(tumor: Option<[f32; 4]>) -> RgbImage {
    drawn(|x, y| {
        if !is_within(x, y, [0.5, 0.5, 0.355, 0.425]) {
            return if is_within(x, y, [0.5, 0.5, 0.38, 0.45]) { 150.0 } else { 0.0 };
        }
        if !is_within(x, y, [0.5, 0.5, 0.335, 0.405]) {
            return 20.0;
        }
        if tumor.is_some_and(|tumor| is_within(x, y, tumor)) {
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

async fn look(pixels: &RgbImage, question: Question) -> Result<Finding, LookError> {
    ImagingReader::open(&settings()).unwrap().look(picture(pixels), question).await
}

#[tokio::test]
async fn what_is_no_brain_and_no_chest_is_refused() {
    let plain = drawn(|_, _| 128.0);
    let stripes = drawn(|x, _| if (x * 10.0).fract() < 0.5 { 0.0 } else { 255.0 });
    let purple = RgbImage::from_fn(SIDE, SIDE, |x, y| {
        let is_cell = (x % 80).abs_diff(40).pow(2) + (y % 80).abs_diff(40).pow(2) < 700;
        if is_cell { Rgb([120, 60, 150]) } else { Rgb([235, 220, 230]) }
    });
    for (name, pixels) in [("plain", plain), ("stripes", stripes), ("cells", purple)] {
        for question in [Question::Whatever, Question::Asked(Organ::Brain), Question::Asked(Organ::Chest)] {
            let refused = look(&pixels, question).await.unwrap_err();
            assert_eq!(refused, LookError::Neither, "{name}");
        }
    }
}

#[tokio::test]
async fn another_organ_than_was_asked_for_is_refused() {
    for question in [Question::Asked(Organ::Chest), Question::Told(Organ::Chest)] {
        let refused = look(&head(None), question).await.unwrap_err();
        assert_eq!(refused, LookError::Another { seen: Organ::Brain });
    }
}

#[test]
fn what_is_told_counts_where_nothing_is_seen_and_what_is_asked_for_does_not() {
    let (brain, chest) = (Organ::Brain, Organ::Chest);
    for question in [Question::Whatever, Question::Asked(brain)] {
        assert_eq!(organ(question, None), Err(LookError::Neither), "{question:?}");
    }
    assert_eq!(organ(Question::Told(brain), Some(chest)), Err(LookError::Another { seen: chest }));
    assert_eq!(organ(Question::Told(brain), None), Ok(brain));
    for question in [Question::Whatever, Question::Told(chest), Question::Asked(chest)] {
        assert_eq!(organ(question, Some(chest)), Ok(chest), "{question:?}");
    }
}

#[tokio::test]
async fn what_the_file_says_is_looked_at_where_the_picture_is_neither() {
    let stripes = drawn(|x, _| if (x * 10.0).fract() < 0.5 { 0.0 } else { 255.0 });
    let found = look(&stripes, Question::Told(Organ::Brain)).await.unwrap();
    assert_eq!((found.organ, found.model.name.as_str()), (Organ::Brain, "brain-mri"));
}

#[tokio::test]
async fn without_inference_the_reason_is_told() {
    let reader = ImagingReader::unavailable("no library");
    let refused = reader.look(picture(&head(None)), Question::Whatever).await.unwrap_err();
    assert_eq!(refused, LookError::Unavailable("no library".to_owned()));
    assert_eq!((reader.fault(), reader.models().len()), (Some("no library"), 0));
}

#[tokio::test]
async fn a_brain_is_looked_at_with_where_and_how_surely() {
    for question in [Question::Whatever, Question::Told(Organ::Brain), Question::Asked(Organ::Brain)] {
        let found = look(&head(Some([0.64, 0.38, 0.09, 0.08])), question).await.unwrap();
        assert_eq!(found.organ, Organ::Brain);
        assert_eq!((found.model.name.as_str(), found.router.name.as_str()), ("brain-mri", "image-router"));
        let sum: f32 = found.probabilities.iter().map(|(_, share)| share).sum();
        assert!((sum - 1.0).abs() < 1e-3 && found.probabilities.len() == 4, "{found:?}");
        assert_eq!(found.heat.values.len(), found.heat.columns.pow(2));
        assert!(found.heat.values.iter().all(|heat| (0.0..=1.0).contains(heat)));
        assert_eq!(found.region.is_some(), found.statement.is_found(), "{found:?}");
        let said = found.probabilities.iter().find(|(statement, _)| *statement == found.statement).unwrap();
        assert!((said.1 - found.confidence).abs() < 1e-6);
    }
}

#[test]
fn from_how_much_on_pneumonia_is_said() {
    let Settings { library, models, .. } = settings();
    let registry = Registry::open(&models).unwrap();
    let mut nets = Nets::load(&Runtime::load(&library).unwrap(), &registry, 1).unwrap();
    let mut square = Square::of(&head(None));
    let chest = registry.get("chest-xray").unwrap();
    for is_small in [false, true] {
        square.is_small = is_small;
        let found = nets.look_at_chest(&square).unwrap();
        let limit = chest.threshold(if is_small { "pneumonia_of_small" } else { "pneumonia" }).unwrap();
        let sick = found.probabilities[1].1;
        assert_eq!(found.statement.is_found(), sick >= limit);
        let wanted =
            if sick >= limit { (Statement::Pneumonia, sick) } else { (Statement::NoPneumonia, 1.0 - sick) };
        assert_eq!((found.statement, found.confidence), wanted);
        assert_eq!((found.heat.columns, found.region), (7, None));
    }
}
