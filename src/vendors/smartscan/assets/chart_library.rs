//! Chart.js, which draws the charts of the dashboard. <https://www.chartjs.org> It is fetched by set-up, not compiled in: without
//! it the pages show their tables.

use std::io;
use std::path::Path;
use std::sync::Arc;

use actix_web::web::{self, Bytes};
use actix_web::{HttpRequest, HttpResponse, ResponseError};

use crate::http::assets::{Asset, Use};
use crate::vendors::smartscan::errors::Refusal;

/// Where it is below the mount.
pub(super) const PATH: &str = "/assets/chart.js";

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
                tracing::warn!(%error, "the dashboard of SmartScanPro has no charts: set-up fetches what draws them");
                Self::default()
            }
        }
    }
}

/// Answers with the library.
pub(super) async fn read(library: web::Data<ChartLibrary>, request: HttpRequest) -> HttpResponse {
    match &library.0 {
        Some(asset) => asset.answer(&request),
        None => Refusal::UnknownAddress.error_response(),
    }
}
