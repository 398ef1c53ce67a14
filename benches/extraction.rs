//! How long pictures take to be read through the API: one at a time, and by four clients at once. And how large the SDK is.
//!
//!     make bench
//!     cargo test --bench extraction -- BINARY ROUNDS      another build than the release, fewer rounds
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a measurement that meets what it does not expect ends, and prints what it measured"
)]

use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use customer::Customer;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::{self, FilterType};
use image::{Rgb, RgbImage};
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::Value;
use started::{BINARY, Server};

#[path = "started/customer.rs"]
mod customer;
mod started;

/// How often each picture is sent.
const ROUNDS: u32 = 8;
const CLIENTS: usize = 4;
/// How long the clients send.
const LOAD: Duration = Duration::from_secs(30);
/// The upright picture of a telephone of 12 megapixels.
const PHOTO: (u32, u32) = (3024, 4032);

/// A picture and the type that it is said to be of.
#[derive(Clone)]
struct Sent {
    bytes: Vec<u8>,
    device_type: String,
}

/// What was measured of some pictures.
#[derive(Default)]
struct Figures {
    took_ms: Vec<f64>,
    read: usize,
    refused_for_now: usize,
}

impl Figures {
    /// The time that this part of the pictures took no longer than.
    fn percentile_ms(&mut self, part: f64) -> f64 {
        self.took_ms.sort_by(f64::total_cmp);
        let rank = (part * f64::from(u32::try_from(self.took_ms.len()).unwrap())).ceil();
        // A rank of some hundred is exact.
        let rank: usize = format!("{rank:.0}").parse().unwrap();
        self.took_ms[rank.saturating_sub(1)]
    }

    fn print(&mut self, name: &str) {
        let (p50, p95) = (self.percentile_ms(0.5), self.percentile_ms(0.95));
        println!("{name:36} {:5} {:5} {p50:9.0} ms {p95:9.0} ms", self.took_ms.len(), self.read);
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|one| !one.starts_with('-')).collect();
    let binary = arguments.first().map_or(BINARY, String::as_str);
    let rounds = arguments.get(1).map_or(ROUNDS, |rounds| rounds.parse().unwrap());
    let data = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("bench-extraction");
    drop(std::fs::remove_dir_all(&data));
    let (server, _) = Server::start(binary, &data, &[("HYGEIA_LIMITS", "off")]);
    tokio::runtime::Runtime::new().unwrap().block_on(measure(&server, rounds));
    println!("memory after the pictures {:5} MB", server.resident_mb());
    server.stop();
    drop(std::fs::remove_dir_all(&data));
}

async fn measure(server: &Server, rounds: u32) {
    let customer = Customer::register(&server.url).await;
    let displays = drawn("displays");
    let photos: Vec<Sent> = displays.iter().map(photo).collect();
    println!("{:36} {:>5} {:>5} {:>12} {:>12}", "pictures, one at a time", "sent", "read", "p50", "p95");
    for (name, pictures) in [
        ("displays, as drawn", &displays),
        ("displays, in photos of 12 megapixels", &photos),
        ("documents, as drawn", &drawn("documents")),
    ] {
        let mut figures = Figures::default();
        // The first of all pays for what is made once.
        send(&customer, &pictures[0], &mut Figures::default()).await;
        for _ in 0..rounds {
            for picture in pictures {
                send(&customer, picture, &mut figures).await;
            }
        }
        figures.print(name);
    }
    load(&customer, &displays, "displays, as drawn", rounds).await;
    load(&customer, &photos, "displays, in photos of 12 megapixels", rounds).await;
    sdk(&customer).await;
}

/// Four clients send as fast as they are answered.
async fn load(customer: &Customer, pictures: &[Sent], name: &str, rounds: u32) {
    let began = Instant::now();
    let time = LOAD.mul_f64(f64::from(rounds) / f64::from(ROUNDS));
    let client = |first: usize| {
        let (customer, pictures) = (customer.clone(), pictures.to_vec());
        async move {
            let mut figures = Figures::default();
            for picture in pictures.iter().cycle().skip(first) {
                if began.elapsed() > time {
                    break;
                }
                send(&customer, picture, &mut figures).await;
            }
            figures
        }
    };
    let clients: Vec<_> = (0..CLIENTS).map(|first| tokio::spawn(client(first))).collect();
    let mut all = Figures::default();
    for client in clients {
        let one = client.await.unwrap();
        all.took_ms.extend(one.took_ms);
        all.read += one.read;
        all.refused_for_now += one.refused_for_now;
    }
    let seconds = began.elapsed().as_secs_f64();
    let answered = f64::from(u32::try_from(all.took_ms.len() - all.refused_for_now).unwrap());
    all.print(name);
    println!(
        "    by {CLIENTS} clients: {:.2} pictures a second, {} refused for the time being",
        answered / seconds,
        all.refused_for_now
    );
}

async fn send(customer: &Customer, picture: &Sent, figures: &mut Figures) {
    let image = Part::bytes(picture.bytes.clone()).file_name("picture");
    let form = Form::new().part("image", image).text("device_type", picture.device_type.clone());
    let request = customer.http.post(format!("{}/api/v1/extract-medical-data", customer.base));
    let began = Instant::now();
    let answer = request.header("X-API-Key", &customer.key).multipart(form).send().await.unwrap();
    let answer: Value = answer.json().await.unwrap();
    figures.took_ms.push(began.elapsed().as_secs_f64() * 1000.0);
    match answer["error_code"].as_str() {
        None => figures.read += 1,
        Some("SERVICE_UNAVAILABLE") => figures.refused_for_now += 1,
        Some("LOW_CONFIDENCE" | "UNREADABLE_DISPLAY" | "NO_DEVICE_DETECTED") => {}
        Some(other) => println!("{}: {other}", picture.device_type),
    }
}

/// The SDK as it travels.
async fn sdk(customer: &Customer) {
    for encoding in ["identity", "gzip", "br"] {
        let request = customer.request(Method::GET, "/js/smartscanpro-sdk.js");
        let file = request.header("Accept-Encoding", encoding).send().await.unwrap();
        assert_eq!(
            file.headers().get("content-encoding").map_or("identity", |it| it.to_str().unwrap()),
            encoding
        );
        println!("the SDK, {encoding:8} {:6} bytes", file.bytes().await.unwrap().len());
    }
}

/// The pictures that tests draw: what each is of is its name.
fn drawn(folder: &str) -> Vec<Sent> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fixtures").join(folder);
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let mut files: Vec<_> = files.filter(|file| file.extension().is_some_and(|it| it == "png")).collect();
    files.sort();
    let sent = |file: &PathBuf| Sent {
        bytes: std::fs::read(file).unwrap(),
        device_type: device_type(file.file_stem().unwrap().to_str().unwrap()).to_owned(),
    };
    files.iter().map(sent).collect()
}

/// What kind a drawn picture is of, by its name: some show something else on a device that is there already.
fn device_type(name: &str) -> &str {
    match name.split_once('-') {
        Some(("glucose", _)) => "glucose-meter",
        Some(_) | None => name.trim_end_matches("-composition"),
    }
}

/// The display lying on a table, as a telephone takes it: grained, and darker to the corners.
fn photo(display: &Sent) -> Sent {
    let (width, height) = PHOTO;
    let display_at = image::load_from_memory(&display.bytes).unwrap().into_rgb8();
    let wide = width * 6 / 10;
    let tall = wide * display_at.height() / display_at.width();
    let display_at = imageops::resize(&display_at, wide, tall, FilterType::CatmullRom);
    let mut photo = RgbImage::from_pixel(width, height, Rgb([150, 120, 92]));
    imageops::overlay(&mut photo, &display_at, i64::from((width - wide) / 2), i64::from((height - tall) / 2));
    for (x, y, Rgb(colour)) in photo.enumerate_pixels_mut() {
        let (across, down) = (x.abs_diff(width / 2), y.abs_diff(height / 2));
        let shade = 256 - (across * across + down * down) / 60_000;
        let grain = (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(2_246_822_519)).rotate_right(13) % 9;
        for part in colour {
            let lit = u32::from(*part) * shade / 256 + grain;
            *part = u8::try_from(lit.saturating_sub(4)).unwrap_or(u8::MAX);
        }
    }
    let mut bytes = Cursor::new(Vec::new());
    photo.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, 90)).unwrap();
    Sent { bytes: bytes.into_inner(), device_type: display.device_type.clone() }
}
