//! Chart.js, which draws the charts of pages. <https://www.chartjs.org> It is fetched by set-up, not compiled in: without it the pages show
//! their tables.

use std::io;
use std::path::Path;
use std::sync::Arc;

use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};

use super::assets::{Asset, Use};

/// Where it is below each mount that has pages with charts.
pub const PATH: &str = "/assets/chart.js";

/// The library, if it was fetched.
#[derive(Clone, Default)]
pub struct ChartLibrary(Option<Arc<Asset>>);

impl ChartLibrary {
    /// Reads `chart.js` and its licence, which has to go with every copy, from a folder.
    #[must_use]
    pub fn in_folder(folder: &Path) -> Self {
        let read = |name: &str| std::fs::read(folder.join(name));
        let whole = || -> io::Result<Vec<u8>> {
            Ok([b"/*!\n", &*read("chart.LICENSE")?, b"*/\n", &*read("chart.js")?].concat())
        };
        match whole() {
            Ok(body) => Self(Some(Arc::new(Asset::new(PATH, Use::PageScript, Bytes::from(body))))),
            Err(error) => {
                tracing::warn!(%error, "pages have no charts: set-up fetches what draws them");
                Self::default()
            }
        }
    }

    /// The library; none where it was not fetched.
    #[must_use]
    pub fn answer(&self, request: &HttpRequest) -> Option<HttpResponse> {
        self.0.as_ref().map(|asset| asset.answer(request))
    }
}
