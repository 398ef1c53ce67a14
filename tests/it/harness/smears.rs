//! Looking at smears without models: a detector that sees the same cells in every picture.

use std::io::Cursor;
use std::sync::Arc;

use hygeia::app::App;
use hygeia::core::config::Settings;
use hygeia::inference::picture::Picture;
use hygeia::inference::registry::ModelRef;
use hygeia::inference::smear::{
    Cell, Content, Detector, Field, LookError, Looking, Place, Quality, RedShape, SmearReader, Told, Usual,
    WhiteKind,
};
use hygeia::vendors::hemato::jobs::Reviewer;
use hygeia::vendors::hemato::settings::Surroundings;
use image::{ImageFormat, Rgb, RgbImage};

use super::{Readers, Server, cluster};

/// Sees 500 red cells in every picture, every hundredth with a parasite, and 60 neutrophils. A picture whose corner is blue is no smear.
#[derive(Debug)]
pub struct Same {
    models: Vec<ModelRef>,
    usual: Usual,
}

impl Same {
    /// Of that version.
    pub fn version(version: &str) -> Self {
        let model = |name: &str| ModelRef {
            name: name.to_owned(),
            version: version.to_owned(),
            sha256: "ab".repeat(32),
        };
        Self { models: vec![model("smear-cells"), model("smear-malaria")], usual: Usual::default() }
    }

    /// The reader by it.
    pub fn reader() -> SmearReader {
        SmearReader::over(Self::version("1"))
    }

    /// A reader without models.
    pub fn none() -> SmearReader {
        SmearReader::unavailable("no models in this test")
    }
}

fn field(picture: &Picture) -> Field {
    let red = |at: u32| Content::Red {
        shape: Some(Told { what: RedShape::Normal, familiar: 1.0 }),
        is_parasitised: Some(Told { what: at.is_multiple_of(100), familiar: 1.0 }),
    };
    let white = Content::White(Told { what: Some(WhiteKind::SegmentedNeutrophil), familiar: 1.0 });
    let place = Place { x: 43.0, y: 34.0, width: 10.0, height: 10.0 };
    let cell = |content| Cell { place, probability: 0.9, content };
    let red = (0..500).map(|at| cell(red(at)));
    Field {
        width: picture.width(),
        height: picture.height(),
        red_cell: Some(10.0),
        quality: Quality { focus: 1.0, stain: 1.0, monolayer: 1.0 },
        cells: red.chain(std::iter::repeat_n(cell(white), 60)).collect(),
    }
}

/// What stands at a place of the drawn smear.
fn drawn_at(at: u32) -> Content {
    let kinds =
        [WhiteKind::SegmentedNeutrophil, WhiteKind::Lymphocyte, WhiteKind::Monocyte, WhiteKind::Eosinophil];
    if at % 9 == 4 {
        let what = kinds.get(usize::try_from(at / 9).unwrap() % 4).copied();
        Content::White(Told { what, familiar: 1.0 })
    } else if at % 13 == 6 {
        Content::Platelet { is_large: false }
    } else {
        let is_parasitised = Some(Told { what: at < 2, familiar: 1.0 });
        Content::Red { shape: None, is_parasitised }
    }
}

/// The cells of the drawn smear: 12 in each of 9 rows, 12 of them white, 7 platelets.
pub fn drawn_cells() -> Vec<Cell> {
    let cell = |at: u32| {
        let content = drawn_at(at);
        let side = match content {
            Content::Red { .. } => 36.0,
            Content::White(_) => 46.0,
            Content::Platelet { .. } => 12.0,
        };
        let middle = |step: u32| f32::from(u16::try_from(30 + 52 * step).unwrap());
        let place = Place { x: middle(at % 12), y: middle(at / 12), width: side, height: side };
        Cell { place, probability: 0.9, content }
    };
    (0..108).map(cell).collect()
}

/// A drawn smear as a PNG of 640 by 480 pixels; another shade makes another file.
pub fn drawn_smear(shade: u8) -> Vec<u8> {
    let mut picture = RgbImage::from_pixel(640, 480, Rgb([238, 232, shade.max(200)]));
    for cell in drawn_cells() {
        let Place { x, y, width, .. } = cell.place;
        for (left, top, pixel) in picture.enumerate_pixels_mut() {
            let [left, top] = [left, top].map(|side| f32::from(u16::try_from(side).unwrap()));
            let from_middle = (left - x).hypot(top - y) / (width / 2.0);
            if from_middle <= 1.0 {
                *pixel = colour(cell.content, from_middle, left < x);
            }
        }
    }
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, ImageFormat::Png).unwrap();
    file.into_inner()
}

fn colour(content: Content, from_middle: f32, is_left: bool) -> Rgb<u8> {
    match content {
        Content::Red { is_parasitised: Some(Told { what: true, .. }), .. } if from_middle < 0.3 => {
            Rgb([90, 40, 130])
        }
        Content::Red { .. } if from_middle < 0.4 => Rgb([232, 190, 196]),
        Content::Red { .. } => Rgb([214, 140, 152]),
        Content::White(Told { what: Some(WhiteKind::Lymphocyte), .. }) if from_middle < 0.85 => {
            Rgb([84, 44, 130])
        }
        Content::White(Told { what: Some(WhiteKind::Eosinophil), .. }) if !is_left => Rgb([226, 110, 70]),
        Content::White(_) if from_middle < 0.6 && is_left => Rgb([96, 52, 140]),
        Content::White(_) => Rgb([196, 180, 222]),
        Content::Platelet { .. } => Rgb([150, 110, 170]),
    }
}

/// Sees the cells of the drawn smear in every picture.
#[derive(Debug)]
pub struct Drawn(Same);

impl Drawn {
    /// The reader by it.
    pub fn reader() -> SmearReader {
        SmearReader::over(Self(Same::version("1")))
    }
}

impl Detector for Drawn {
    fn look(&self, picture: Picture) -> Looking<'_> {
        let seen = Field { red_cell: Some(36.0), cells: drawn_cells(), ..field(&picture) };
        Box::pin(async { Ok(seen) })
    }

    fn models(&self) -> &[ModelRef] {
        self.0.models()
    }

    fn usual(&self) -> &Usual {
        self.0.usual()
    }
}

impl Detector for Same {
    fn look(&self, picture: Picture) -> Looking<'_> {
        let [red, _, blue] = picture.pixels().get_pixel(0, 0).0;
        let seen = if blue > 200 && red < 100 { Err(LookError::NoSmear) } else { Ok(field(&picture)) };
        Box::pin(async { seen })
    }

    fn models(&self) -> &[ModelRef] {
        &self.models
    }

    fn usual(&self) -> &Usual {
        &self.usual
    }
}

impl Server {
    /// Reviews all studies that wait for it, by this reader.
    pub async fn review_smears(&self, reader: SmearReader) {
        let reviewer = self.reviewer(reader);
        while reviewer.step().await.unwrap() {}
    }

    /// Who reviews studies by this reader.
    pub fn reviewer(&self, reader: SmearReader) -> Reviewer {
        let hemato = Surroundings { smears: Arc::new(reader), ..self.app.hemato.clone() };
        App { hemato, ..self.app.clone() }.reviewer()
    }

    /// Starts a server whose smears this detector looks at.
    pub async fn start_reviewing_by(detector: impl Detector + 'static) -> Self {
        let readers = Readers { smears: Arc::new(SmearReader::over(detector)), ..Readers::none() };
        Self::start_as(&Settings::default(), None, cluster::schema().await, readers).await
    }

    /// Starts another server on the same database, whose smears this detector looks at.
    pub async fn reviewing_by(&self, detector: impl Detector + 'static) -> Self {
        let readers = Readers { smears: Arc::new(SmearReader::over(detector)), ..Readers::none() };
        Self::start_as(&Settings::default(), None, self.database.clone(), readers).await
    }
}
