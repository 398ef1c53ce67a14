//! Scans (contract IM-20 to IM-29).

mod again;
mod analyses;
mod deleted;
mod dicom;
mod files;
mod lists;
mod results;
mod uploads;

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::Value;

pub(super) use analyses::work;

use super::User;
use crate::harness::Answer;

/// A picture of 200 by 100 pixels.
pub(super) fn picture(format: ImageFormat) -> Vec<u8> {
    let pixels =
        RgbImage::from_fn(200, 100, |x, y| Rgb([u8::try_from(x).unwrap(), u8::try_from(y).unwrap(), 90]));
    let mut file = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(pixels).write_to(&mut file, format).unwrap();
    file.into_inner()
}

pub(super) fn form(image: Vec<u8>, file_name: &str, texts: &[(&'static str, &str)]) -> Form {
    let form = Form::new().part("image", Part::bytes(image).file_name(file_name.to_owned()));
    texts.iter().fold(form, |form, (name, value)| form.text(*name, (*value).to_owned()))
}

impl User<'_> {
    pub(super) async fn upload(&self, form: Form) -> Answer {
        let request = self.server.request(Method::POST, "/imagemedix/api/scans").bearer_auth(&self.token);
        Answer::of(request.multipart(form)).await
    }

    /// A scan of the patient with this id; as it was answered.
    pub(super) async fn scan(&self, patient_id: &str, date: &str) -> Value {
        let texts = [("patientId", patient_id), ("patientName", "Priya Mehta"), ("scanDate", date)];
        let answer = self.upload(form(picture(ImageFormat::Png), "Brain tumor MRI.png", &texts)).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.json()
    }

    /// The path of a scan of a patient of its own.
    async fn scan_path(&self, patient_id: &str) -> String {
        format!("/scans/{}", self.scan(patient_id, "2025-05-01").await["_id"].as_str().unwrap())
    }
}

/// Without what makes an address work.
fn without_signature(url: &Value) -> &str {
    url.as_str().unwrap().split('?').next().unwrap()
}
