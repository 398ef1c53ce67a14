//! Grey values as a screen shows them: rescaled, windowed, and inverted where the lowest is white
//! ([PS3.3 section C.11](https://dicom.nema.org/medical/dicom/current/output/chtml/part03/sect_C.11.html)).

use dicom_core::Tag;
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

use super::super::metadata::{number, string};
use super::super::{DicomError, Window};
use super::{Photometric, Samples, Shape};
use crate::inference::number::byte;

/// How values become brightness.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scale {
    slope: f64,
    intercept: f64,
    window: Option<Window>,
    curve: Curve,
    /// The value outside of what was scanned.
    padding: Option<i32>,
    tables: bool,
}

/// How brightness rises within a window.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Curve {
    Linear,
    LinearExact,
    Sigmoid,
}

impl Scale {
    /// The scale of a frame: its own, that of all frames, or the file's, with its first window unless another is asked for.
    pub(super) fn of(object: &InMemDicomObject, frame: u32, window: Option<Window>) -> Self {
        let rescale = group(object, frame, tags::PIXEL_VALUE_TRANSFORMATION_SEQUENCE);
        let voi = group(object, frame, tags::FRAME_VOILUT_SEQUENCE);
        let first = |group, tag| real(group, tag).filter(|value| value.is_finite());
        let curve = match string(voi, tags::VOILUT_FUNCTION).as_deref() {
            Some("SIGMOID") => Curve::Sigmoid,
            Some("LINEAR_EXACT") => Curve::LinearExact,
            Some(_) | None => Curve::Linear,
        };
        let own = || {
            let (center, width) = (first(voi, tags::WINDOW_CENTER)?, first(voi, tags::WINDOW_WIDTH)?);
            (width > 0.0).then_some(Window { center, width })
        };
        let padding = number::<i32>(object, tags::PIXEL_PADDING_VALUE);
        Self {
            slope: first(rescale, tags::RESCALE_SLOPE).filter(|slope| *slope != 0.0).unwrap_or(1.0),
            intercept: first(rescale, tags::RESCALE_INTERCEPT).unwrap_or(0.0),
            curve: if window.is_some() { Curve::Linear } else { curve },
            window: window.or_else(own),
            padding,
            tables: object.get(tags::MODALITY_LUT_SEQUENCE).is_some(),
        }
    }

    fn rescaled(&self, value: i32) -> f64 {
        f64::from(value) * self.slope + self.intercept
    }
}

/// The functional group of a frame that holds `sequence`, or else the file itself.
fn group(object: &InMemDicomObject, frame: u32, sequence: Tag) -> &InMemDicomObject {
    let before = usize::try_from(frame.saturating_sub(1)).unwrap_or(usize::MAX);
    let own = item(object, tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE, before);
    let shared = item(object, tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE, 0);
    let held = |groups| item(groups, sequence, 0);
    own.and_then(held).or_else(|| shared.and_then(held)).unwrap_or(object)
}

fn item(object: &InMemDicomObject, sequence: Tag, index: usize) -> Option<&InMemDicomObject> {
    object.get(sequence)?.items()?.get(index)
}

/// The first of a value's numbers.
fn real(object: &InMemDicomObject, tag: Tag) -> Option<f64> {
    object.get(tag)?.to_multi_float64().ok()?.first().copied()
}

pub(super) fn picture(samples: &Samples, shape: &Shape, scale: &Scale) -> Result<Vec<u8>, DicomError> {
    // Its values mean nothing without the table, and a picture of them may mislead.
    if scale.tables {
        return Err(DicomError::unsupported_pixels("a Modality LUT Sequence"));
    }
    let inverted = shape.photometric == Photometric::Monochrome1;
    let tone = tone(samples, shape, scale);
    let shown = samples.values(shape).map(|value| {
        let brightness = byte(tone(scale.rescaled(value)) * 255.0);
        if inverted { 255 - brightness } else { brightness }
    });
    Ok(shown.collect())
}

/// From a rescaled value to brightness between 0 and 1.
fn tone(samples: &Samples, shape: &Shape, scale: &Scale) -> impl Fn(f64) -> f64 + use<> {
    let curve = scale.curve;
    let Window { center, width } = scale.window.unwrap_or_else(|| whole(samples, shape, scale));
    let curve = if scale.window.is_some() { curve } else { Curve::LinearExact };
    move |value| match curve {
        Curve::Linear if width <= 1.0 => f64::from(u8::from(value > center - 0.5)),
        Curve::Linear => (value - (center - 0.5)) / (width - 1.0) + 0.5,
        Curve::LinearExact => (value - center) / width + 0.5,
        Curve::Sigmoid => 1.0 / (1.0 + (-4.0 * (value - center) / width).exp()),
    }
}

/// The window of a file that has none: eight bits as they are, more by the values that the frame has.
fn whole(samples: &Samples, shape: &Shape, scale: &Scale) -> Window {
    let (low, high) = if shape.stored <= 8 && !shape.signed {
        (0, (1 << shape.stored) - 1)
    } else {
        let seen = || samples.values(shape).filter(|value| Some(*value) != scale.padding);
        (seen().min().unwrap_or(0), seen().max().unwrap_or(0))
    };
    let (low, high) = (scale.rescaled(low), scale.rescaled(high));
    let (low, high) = (low.min(high), low.max(high));
    // A frame of one value has no width; any will do.
    let width = if high > low { high - low } else { 1.0 };
    Window { center: f64::midpoint(low, high), width }
}
