//! Archives of images.

use std::io::{Cursor, Write};

use image::ImageFormat;
use serde_json::json;
use sha2::{Digest, Sha224};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::{Lab, done, image_id, picture, refused, told};
use crate::harness::Server;

pub fn archive(entries: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn linked() -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.add_symlink("link.png", "/etc/passwd", SimpleFileOptions::default()).unwrap();
    writer.finish().unwrap().into_inner()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_with_anything_but_images_is_refused_whole() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    let study = lab.study().await;
    let png = || picture(1, ImageFormat::Png);
    let whole = archive(&[("a.png", png())]);
    let many: Vec<_> = (0..5_000).map(|at| (format!("{at}.png"), vec![b'x'])).collect();
    let many: Vec<_> = many.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect();
    let same: Vec<_> = (0..2_001).map(|at| (format!("{at}.png"), png())).collect();
    let same: Vec<_> = same.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect();
    let names: Vec<_> = (0..100).map(|at| format!("{at}{}", "x".repeat(60_000))).collect();
    let names: Vec<_> = names.iter().map(|name| (name.as_str(), vec![b'x'])).collect();
    for (bytes, problem) in [
        (b"PK\x03\x04".to_vec(), "The archive is no zip file, or is damaged."),
        (whole.get(..whole.len() - 30).unwrap().to_vec(), "The archive is no zip file, or is damaged."),
        (archive(&[]), "The archive holds no image."),
        (archive(&[("__MACOSX/a.png", png()), (".DS_Store", b"x".to_vec())]), "The archive holds no image."),
        (
            archive(&[("a.png", png()), ("readme.txt", b"text".to_vec())]),
            "The archive holds a file that is no JPEG or PNG picture, or is damaged.",
        ),
        (
            archive(&[("a.png", archive(&[("b.png", png())]))]),
            "The archive holds a file that is no JPEG or PNG picture, or is damaged.",
        ),
        (
            archive(&[("a.png", vec![0; 20_000_000])]),
            "The archive holds a file that is too large, or is packed too tightly.",
        ),
        (archive(&many), "The archive holds more than 2000 files."),
        (archive(&same), "The archive holds more than 2000 files."),
        (archive(&names), "The archive has no directory, or one that is too long."),
        (linked(), "The archive holds a link."),
    ] {
        let answer = lab.upload(&study, bytes, Some("application/zip"), "").await;
        refused(&answer, 400);
        assert_eq!(told(&answer), problem);
    }
    assert_eq!(server.number("SELECT count(*) FROM binary_part").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_image_of_an_archive_is_a_file_once() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    let study = lab.study().await;
    let (jpeg, png) = (picture(1, ImageFormat::Jpeg), picture(2, ImageFormat::Png));
    let before = lab.upload(&study, png.clone(), Some("image/png"), "").await;
    done(&before, 201);
    let bytes = archive(&[
        ("a.jpg", jpeg.clone()),
        ("sub/../../b.png", png.clone()),
        ("again.jpg", jpeg.clone()),
        ("__MACOSX/a.jpg", b"x".to_vec()),
        ("Thumbs.db", b"x".to_vec()),
    ]);
    for (media, query) in [(Some("application/zip"), ""), (None, "?file_name=all.ZIP")] {
        let results = done(&lab.upload(&study, bytes.clone(), media, query).await, 201);
        assert_eq!(
            results,
            json!({ "pbs_study_id": study, "file_id": format!("sha224-z-{}", hex::encode(Sha224::digest(&bytes))),
                "file_ids": [image_id(&jpeg), image_id(&png)] })
        );
    }
    let titles = "SELECT coalesce(body::jsonb #>> '{content,title}', '') FROM resource WHERE type = 'Media' ORDER BY 1";
    assert_eq!(server.texts(titles).await, ["", "a.jpg"]);
    assert_eq!(server.number("SELECT count(*) FROM binary_part").await, 2);
}
