//! Which lines does a lateral flow test show? Finds reading zones of test strips and reads the lines in each.
//!
//! A net finds the zone, its axis and the end where the control line is (`zones`); the zone is laid flat with what is round it (`flat`), and a
//! second net says how strong the line at each end is (`lines`). Which of the two is the control line both nets tell together, so that a lone
//! line whose place is not certain is neither a negative test nor an invalid one. Cards: `models/strips/card.md`, `models/strip-lines/card.md`.

mod flat;
mod lines;
mod zones;

use image::RgbImage;

use self::lines::LineReader;
use self::zones::Finder;
use super::ocr::OcrError;
use super::registry::{ModelRef, Registry};
use super::runtime::{Runtime, RuntimeError};

pub use lines::{Lines, Outcome, Strength};
pub use zones::{Form, Zone};

/// The net that finds zones.
const ZONES: &str = "strips";
/// The net that reads lines.
const LINES: &str = "strip-lines";

/// Both nets, loaded.
#[derive(Debug)]
pub struct Strips {
    finder: Finder,
    reader: LineReader,
}

impl Strips {
    /// Loads both nets; none where the registry has not both of them. Each run may use so many threads.
    ///
    /// # Errors
    /// When a net is refused by the registry or by the runtime.
    pub fn load(
        runtime: &Runtime,
        registry: &Registry,
        threads: usize,
    ) -> Result<Option<Self>, RuntimeError> {
        let (Ok(zones), Ok(lines)) = (registry.get(ZONES), registry.get(LINES)) else { return Ok(None) };
        let (finder, reader) =
            (Finder::load(runtime, zones, threads)?, LineReader::load(runtime, lines, threads)?);
        Ok(Some(Self { finder, reader }))
    }

    /// The nets behind every finding.
    #[must_use]
    pub fn models(&self) -> [ModelRef; 2] {
        [self.finder.model().clone(), self.reader.model().clone()]
    }

    /// The reading zones of the tests in a picture, the surest first, each with its lines; a digital display has none.
    ///
    /// # Errors
    /// When a net cannot be run, or answers in another form than it should.
    pub fn read(&mut self, picture: &RgbImage) -> Result<Vec<(Zone, Option<Lines>)>, OcrError> {
        let mut found = Vec::new();
        for zone in self.finder.zones(picture)? {
            if zone.form == Form::Digital {
                found.push((zone, None));
                continue;
            }
            if let Some(lines) = self.reader.lines(picture, &zone)? {
                found.push((zone, Some(lines)));
            }
        }
        Ok(found)
    }
}
