//! Looking at smears without models: a detector that sees the same cells in every picture.

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
