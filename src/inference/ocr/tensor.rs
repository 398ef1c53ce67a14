//! Pictures as model input: colour planes, scaled to the numbers a model was trained on.

use image::RgbImage;
use ort::value::TensorRef;

use super::OcrError;
use crate::inference::number;
use crate::inference::registry::{Channels, Input};
use crate::inference::runtime::Net;

/// Pictures of one size, with three planes each.
pub struct Tensor {
    pictures: usize,
    height: usize,
    width: usize,
    values: Vec<f32>,
}

/// What a model answered: the values and the sizes of its dimensions.
pub struct Answer {
    /// Sizes, the batch first.
    pub sizes: Vec<usize>,
    /// Values in row-major order.
    pub values: Vec<f32>,
}

impl Tensor {
    /// The picture, padded on the right to `width` with the value that grey has after scaling.
    pub fn of(picture: &RgbImage, input: &Input, width: u32) -> Self {
        Self::of_all(std::slice::from_ref(picture), input, width)
    }

    /// Pictures as high as the first one, padded to the widest of them and to `width`.
    pub fn of_all(pictures: &[RgbImage], input: &Input, width: u32) -> Self {
        let widest = pictures.iter().map(RgbImage::width).fold(width, u32::max);
        let columns = number::index(widest);
        let rows = number::index(pictures.first().map_or(0, RgbImage::height));
        let picture_size = 3 * columns * rows;
        let mut values = vec![0.0; picture_size * pictures.len()];
        for (values, picture) in values.chunks_exact_mut(picture_size.max(1)).zip(pictures) {
            Self::fill(values, picture, input, columns, rows);
        }
        Self { pictures: pictures.len(), height: rows, width: columns, values }
    }

    fn fill(values: &mut [f32], picture: &RgbImage, input: &Input, columns: usize, rows: usize) {
        let planes = match input.channels {
            Channels::Bgr => [2, 1, 0],
            Channels::Rgb => [0, 1, 2],
        };
        let deviation = if input.deviation == 0.0 { 1.0 } else { input.deviation };
        let plane_size = (columns * rows).max(1);
        for (plane, channel) in values.chunks_exact_mut(plane_size).zip(planes) {
            for (line, source) in plane.chunks_exact_mut(columns.max(1)).zip(picture.rows()) {
                for (value, pixel) in line.iter_mut().zip(source) {
                    let colour = pixel.0.get::<usize>(channel).copied().unwrap_or(0);
                    *value = (f32::from(colour) / 255.0 - input.mean) / deviation;
                }
            }
        }
    }

    /// Runs a model with one input and takes its first output.
    pub fn run(&self, session: &mut Net) -> Result<Answer, OcrError> {
        let shape = ([self.pictures, 3, self.height, self.width], self.values.as_slice());
        let input = TensorRef::from_array_view(shape)?;
        let outputs = session.run(ort::inputs![input])?;
        let output = outputs.values().next().ok_or(OcrError::Shape)?;
        let (shape, values) = output.try_extract_tensor::<f32>()?;
        let sizes = shape.iter().map(|&size| usize::try_from(size).unwrap_or(0)).collect();
        Ok(Answer { sizes, values: values.to_vec() })
    }
}
