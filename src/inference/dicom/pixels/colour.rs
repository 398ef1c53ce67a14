//! Colours of eight bits from samples that are colours
//! ([PS3.3 section C.7.6.3.1.2](https://dicom.nema.org/medical/dicom/current/output/chtml/part03/sect_C.7.6.3.html)).

use super::{Photometric, Samples, Shape};
use crate::inference::number;

pub(super) fn picture(samples: &Samples, shape: &Shape) -> Vec<u8> {
    let most = f64::from((1_u32 << shape.stored) - 1);
    let unsigned = Shape { signed: false, ..*shape };
    let bytes = samples.values(&unsigned).map(|value| number::byte(f64::from(value) / most * 255.0));
    match shape.photometric {
        Photometric::YbrFull | Photometric::YbrFull422 => {
            let bytes: Vec<u8> = bytes.collect();
            bytes.as_chunks().0.iter().flat_map(rgb).collect()
        }
        Photometric::Rgb
        | Photometric::YbrReversible
        | Photometric::Monochrome1
        | Photometric::Monochrome2
        | Photometric::Palette => bytes.collect(),
    }
}

/// Brightness and two differences of colour, by ITU-R BT.601 over the full range.
fn rgb(&[brightness, blue, red]: &[u8; 3]) -> [u8; 3] {
    let brightness = f64::from(brightness);
    let (blue, red) = (f64::from(blue) - 128.0, f64::from(red) - 128.0);
    [
        number::byte(brightness + 1.402 * red),
        number::byte(brightness - 0.344_136 * blue - 0.714_136 * red),
        number::byte(brightness + 1.772 * blue),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn greys_stay_and_colours_are_right() {
        assert_eq!(rgb(&[77, 128, 128]), [77, 77, 77]);
        assert_eq!(rgb(&[76, 85, 255]), [254, 0, 0]);
        assert_eq!(rgb(&[29, 255, 107]), [0, 0, 254]);
    }
}
