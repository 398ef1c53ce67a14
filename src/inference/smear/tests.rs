//! The reader with its real nets. Pictures are drawn.

use std::path::Path;

use image::{Rgb, RgbImage};

use super::*;
use crate::inference::device::Settings;
use crate::inference::picture::{Limits, Picture, decode};

fn settings() -> Settings {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    Settings::new(&root.join("runtime/libonnxruntime.so"), &root.join("models"), 2)
}

fn picture(pixels: &RgbImage) -> Picture {
    let mut file = std::io::Cursor::new(Vec::new());
    pixels.write_to(&mut file, image::ImageFormat::Png).unwrap();
    decode(&file.into_inner(), &Limits::default()).unwrap()
}

#[tokio::test]
async fn what_is_no_smear_is_refused() {
    let reader = SmearReader::open(&settings()).unwrap();
    let plain = RgbImage::from_pixel(300, 200, Rgb([128; 3]));
    let stripes = RgbImage::from_fn(300, 200, |x, _| Rgb([if (x / 20) % 2 == 0 { 0 } else { 255 }; 3]));
    for (name, pixels) in [("plain", plain), ("stripes", stripes), ("a pixel", RgbImage::new(1, 1))] {
        assert_eq!(reader.look(picture(&pixels)).await.unwrap_err(), LookError::NoSmear, "{name}");
    }
    let names: Vec<_> = reader.models().iter().map(|model| model.name.as_str()).collect();
    assert_eq!(
        names,
        ["smear-cells", "smear-white-cells", "smear-red-cells", "smear-malaria", "smear-field"]
    );
}

#[tokio::test]
async fn without_inference_the_reason_is_told() {
    let reader = SmearReader::unavailable("no library");
    let refused = reader.look(picture(&RgbImage::new(64, 64))).await.unwrap_err();
    assert_eq!(refused, LookError::Unavailable("no library".to_owned()));
    assert_eq!((reader.fault(), reader.models().len()), (Some("no library"), 0));
}
