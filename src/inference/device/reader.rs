//! Reading a device: the models on the worker threads, then the rules of the kind asked for or seen.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::detector::{Detector, Numbers, Reading};
use super::finding::Finding;
use super::lexicon::Label;
use super::rows::{Cell, rows};
use super::scene::Scene;
use super::sight::{self, Shown, Sight};
use super::stretched::stretched;
use super::{
    DeviceKind, DeviceReading, Field, Flaw, ReadError, blood_pressure, flaw, glucose_meter, paper,
    patient_monitor, peak_flow_meter, pulse_oximeter, scale, screens, strips, thermometer,
};
use crate::core::memory::give_back;
use crate::core::metrics::METRICS;
use crate::inference::ocr::{OcrError, Page, Quad};
use crate::inference::picture::Picture;
use crate::inference::registry::{ModelRef, Registry};
use crate::inference::runtime::{Pool, PoolError, Runtime, RuntimeError};

/// What has this share of a value's height may be a value or a label, too.
const AS_LARGE: f32 = 0.6;

/// How inference is set up.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The ONNX Runtime library.
    pub library: PathBuf,
    /// The folder of model folders.
    pub models: PathBuf,
    /// Pictures that are read at the same time; each has its own copy of the models (45 MB).
    pub workers: usize,
    /// Threads within one model run.
    pub threads: usize,
    /// Pictures that may wait.
    pub queue: usize,
    /// Time that one picture may take, waiting included.
    pub patience: Duration,
}

impl Settings {
    /// One worker with up to four threads for each four cores, up to four workers.
    ///
    /// On two idle cores a detector run took 130 ms with two threads and 240 ms with one. Two workers with
    /// one thread each answer somewhat more pictures under load, but keep the models twice: 135 MB idle
    /// instead of 75 MB.
    pub fn new(library: &Path, models: &Path, cores: usize) -> Self {
        let threads = cores.clamp(1, 4);
        Self {
            library: library.to_owned(),
            models: models.to_owned(),
            workers: (cores / threads).clamp(1, 4),
            threads,
            queue: 32,
            patience: Duration::from_secs(30),
        }
    }
}

/// Reads devices in pictures, where there is inference on this server.
#[derive(Debug)]
pub struct DeviceReader {
    state: State,
}

#[derive(Debug)]
enum State {
    Ready(Box<dyn Detector>),
    Unavailable(String),
}

impl DeviceReader {
    /// Loads library and models and starts the workers; takes a few tenths of a second.
    pub fn open(settings: &Settings) -> Result<Self, RuntimeError> {
        let runtime = Runtime::load(&settings.library)?;
        let registry = Registry::open(&settings.models)?;
        let workers = 0..settings.workers.max(1);
        let states: Vec<Sight> =
            workers.map(|_| Sight::load(&runtime, &registry, settings.threads)).collect::<Result<_, _>>()?;
        let models = states.first().map(|sight| sight.models().to_vec()).unwrap_or_default();
        let pool = Pool::start("device", states, settings.queue)?;
        give_back();
        Ok(Self::over(LineRules { pool, models, patience: settings.patience }))
    }

    /// A reader over these models.
    pub fn over(detector: impl Detector + 'static) -> Self {
        Self { state: State::Ready(Box::new(detector)) }
    }

    /// A reader that answers every picture with the reason why there is no inference.
    pub fn unavailable(reason: impl Into<String>) -> Self {
        Self { state: State::Unavailable(reason.into()) }
    }

    /// Why nothing can be read, for the readiness probe; `None` when pictures can be read.
    pub fn fault(&self) -> Option<&str> {
        match &self.state {
            State::Ready(_) => None,
            State::Unavailable(reason) => Some(reason),
        }
    }

    /// The models behind every reading.
    pub fn models(&self) -> &[ModelRef] {
        match &self.state {
            State::Ready(detector) => detector.models(),
            State::Unavailable(_) => &[],
        }
    }

    /// Reads the device in a picture: of the hinted kind, else of the kind that is seen.
    pub async fn read(&self, picture: Picture, hint: Option<DeviceKind>) -> Result<DeviceReading, ReadError> {
        match &self.state {
            State::Ready(detector) => Ok(detector.read(picture, hint).await?.held_to_the_vocabulary()),
            State::Unavailable(reason) => Err(ReadError::Unavailable(reason.clone())),
        }
    }

    /// The numbers that a display shows, whatever it belongs to, the largest first.
    pub async fn numbers(&self, picture: Picture) -> Result<Vec<Shown>, ReadError> {
        match &self.state {
            State::Ready(detector) => detector.numbers(picture).await,
            State::Unavailable(reason) => Err(ReadError::Unavailable(reason.clone())),
        }
    }
}

/// Lines of text on the worker threads, then the rules of the kind asked for or seen.
#[derive(Debug)]
struct LineRules {
    pool: Pool<Sight>,
    models: Vec<ModelRef>,
    patience: Duration,
}

impl LineRules {
    /// What the rules make of what is written and shown in a picture.
    async fn run<T: Send + 'static>(
        &self,
        picture: Picture,
        hint: Option<DeviceKind>,
        rules: impl FnOnce(&mut Sight, &Picture, Page, Instant) -> Result<T, ReadError> + Send + 'static,
    ) -> Result<T, ReadError> {
        let job = move |sight: &mut Sight, deadline: Instant| {
            let (is_print, is_document) =
                (|page: &Page| is_print(page, hint), |page: &Page| is_document(page, hint));
            let page = sight.read(picture.pixels(), deadline, is_print, is_document).map_err(refused)?;
            rules(sight, &picture, page, deadline)
        };
        self.pool.run(self.patience, job).await.map_err(|refusal| match refusal {
            PoolError::Overloaded => ReadError::Overloaded,
            PoolError::Timeout => ReadError::Timeout,
            PoolError::Failed => ReadError::Unavailable(refusal.to_string()),
        })?
    }
}

impl Detector for LineRules {
    fn read(&self, picture: Picture, hint: Option<DeviceKind>) -> Reading<'_> {
        Box::pin(async move {
            let models = self.models.clone();
            let rules = move |sight: &mut Sight, picture: &Picture, page: Page, deadline: Instant| {
                let read = reading(&page, picture.scale(), hint, &models)
                    .or_else(|refusal| again(refusal, sight, picture, &page, deadline, hint, &models))
                    .or_else(|refusal| test(refusal, sight, picture, &page, hint));
                read.or_else(|refusal| Err(explained(refusal, sight, picture, &page, hint)?))
            };
            self.run(picture, hint, rules).await.inspect(|read| METRICS.said("device", read.confidence))
        })
    }

    fn numbers(&self, picture: Picture) -> Numbers<'_> {
        Box::pin(self.run(picture, None, |_, _, page, _| Ok(sight::shown(&page))))
    }

    fn models(&self) -> &[ModelRef] {
        &self.models
    }
}

fn refused(fault: OcrError) -> ReadError {
    match fault {
        OcrError::Late => ReadError::Timeout,
        OcrError::Run(_) | OcrError::Shape => ReadError::Unavailable(fault.to_string()),
    }
}

/// What a picture of a display tells with its light stretched, where it told nothing as it is; else the refusal, also where time ran out.
/// What was seen before still counts: a minus or a label that is lost in the stronger light is why nothing was told.
fn again(
    refusal: ReadError,
    sight: &mut Sight,
    picture: &Picture,
    before: &Page,
    deadline: Instant,
    hint: Option<DeviceKind>,
    models: &[ModelRef],
) -> Result<DeviceReading, ReadError> {
    let is_display = hint.is_none_or(|hint| !paper::reads(hint) && !strips::reads(hint));
    let stretched = || stretched(picture.pixels()).filter(|_| is_display);
    let Some(pixels) = (refusal == ReadError::Unreadable).then(stretched).flatten() else {
        return Err(refusal);
    };
    let (is_print, is_document) = (|page: &Page| is_print(page, hint), |page: &Page| is_document(page, hint));
    match sight.read(&pixels, deadline, is_print, is_document) {
        Ok(page) if !Scene::of(&page).says_all_of(&Scene::of(before)) => Err(refusal),
        Ok(page) => reading(&page, picture.scale(), hint, models).map_err(|_| refusal),
        Err(OcrError::Late) => Err(refusal),
        Err(fault) => Err(refused(fault)),
    }
}

/// The test that a picture shows, where its words show no other device; else the refusal.
fn test(
    refusal: ReadError,
    sight: &mut Sight,
    picture: &Picture,
    page: &Page,
    hint: Option<DeviceKind>,
) -> Result<DeviceReading, ReadError> {
    let may_be = match hint {
        Some(hint) => strips::reads(hint) && !matches!(refusal, ReadError::Another(_)),
        None => refusal == ReadError::NoDevice,
    };
    if may_be { strips::read(sight, picture, page, hint) } else { Err(refusal) }
}

/// The refusal, with what is wrong with the picture, where that is why.
fn explained(
    refusal: ReadError,
    sight: &mut Sight,
    picture: &Picture,
    page: &Page,
    hint: Option<DeviceKind>,
) -> Result<ReadError, ReadError> {
    let is_unread = matches!(refusal, ReadError::Unreadable | ReadError::NoDevice);
    if is_unread && sight.is_mirrored(picture.pixels(), page).map_err(refused)? {
        return Ok(ReadError::Flawed(Flaw::Mirrored));
    }
    let is_paper = is_document(page, hint);
    let flaw = if refusal == ReadError::Unreadable { flaw::flaw(picture.pixels(), is_paper) } else { None };
    Ok(flaw.map_or(refusal, ReadError::Flawed))
}

/// The reading that a page holds.
fn reading(
    page: &Page,
    scale: f32,
    hint: Option<DeviceKind>,
    models: &[ModelRef],
) -> Result<DeviceReading, ReadError> {
    let scene = Scene::of(page);
    let rows = rows(page);
    let (kind, findings) = findings(&scene, &rows, hint)?;
    if !is_whole_enough(page, &rows, kind, &findings) {
        return Err(ReadError::Unreadable);
    }
    let place = |quad: Quad| {
        let quad = if page.turned { quad.turned(page.width, page.height) } else { quad };
        quad.0.map(|corner| (corner.x * scale, corner.y * scale))
    };
    let (brand, model) = scene.brand.map_or((None, None), |(brand, model)| (Some(brand), model));
    Ok(DeviceReading {
        kind,
        confidence: findings.iter().map(|finding| finding.confidence).fold(1.0, f32::min),
        fields: findings
            .into_iter()
            .map(|Finding { name, value, confidence, quad }| Field {
                name,
                value,
                confidence,
                quad: place(quad),
            })
            .collect(),
        brand,
        model,
        models_used: models.to_vec(),
    })
}

/// Whether a page has no display with digits: prose, of which they are read like the rest, or a test.
fn is_document(page: &Page, hint: Option<DeviceKind>) -> bool {
    hint.or_else(|| paper::titled(&rows(page))).is_some_and(|kind| paper::reads(kind) || strips::reads(kind))
}

/// Whether a page is worth reading to its smallest line: what it says then depends on all of them.
fn is_print(page: &Page, hint: Option<DeviceKind>) -> bool {
    let rows = rows(page);
    let kind = hint.or_else(|| paper::titled(&rows)).or_else(|| screens::seen(&rows));
    kind.is_some_and(|kind| paper::reads(kind) || screens::reads(kind))
}

/// Whether nothing was left out that could change what was read. Of a document that is anything; of a screen with rows, what is
/// about as large as its values; round a display of large digits there may be as much small print as there is.
fn is_whole_enough(page: &Page, rows: &[Vec<Cell>], kind: DeviceKind, findings: &[Finding]) -> bool {
    if paper::reads(kind) {
        return page.is_whole();
    }
    let holds = |cell: &&Cell| findings.iter().any(|finding| cell.quad.shared(&finding.quad) > 0.0);
    let values = rows.iter().flatten().filter(holds).map(Cell::height);
    let least = values.fold(f32::INFINITY, f32::min);
    !screens::reads(kind) || page.left_out.iter().all(|quad| quad.height() < AS_LARGE * least)
}

fn findings(
    scene: &Scene,
    rows: &[Vec<Cell>],
    hint: Option<DeviceKind>,
) -> Result<(DeviceKind, Vec<Finding>), ReadError> {
    let seen = seen_kind(scene, rows, hint);
    let kind = match (hint, seen) {
        (Some(hint), Some(seen)) if hint != seen && !is_part(seen, hint) => {
            return Err(ReadError::Another(seen));
        }
        (Some(hint), _) => hint,
        (None, Some(seen)) => seen,
        (None, None) => return Err(ReadError::NoDevice),
    };
    let found = match kind {
        DeviceKind::BloodPressure => blood_pressure::read(scene),
        DeviceKind::GlucoseMeter => glucose_meter::read(scene),
        DeviceKind::PulseOximeter => pulse_oximeter::read(scene),
        DeviceKind::Thermometer => thermometer::read(scene),
        DeviceKind::Scale => scale::read(scene, rows),
        DeviceKind::PeakFlowMeter => peak_flow_meter::read(scene),
        DeviceKind::EcgMonitor | DeviceKind::DialysisMachine => screens::read(rows, kind),
        DeviceKind::FiveParameterMonitor => patient_monitor::read(rows),
        DeviceKind::Prescription
        | DeviceKind::DischargeSummary
        | DeviceKind::ClinicalNotes
        | DeviceKind::VaccineCertificate => paper::read(rows, kind),
        // Lines are no text: see `test`.
        DeviceKind::PregnancyTest | DeviceKind::TestStrip => Err(ReadError::Unreadable),
    };
    match found {
        Ok(found) => Ok((kind, found)),
        // Neither digits nor the kind's own words: there is no display to be unreadable.
        Err(_) if seen.is_none() && !scene.has_digits() && !scene.says_why_not() => Err(ReadError::NoDevice),
        Err(ReadError::NoDevice) => Err(ReadError::Unreadable),
        Err(refusal) => Err(refusal),
    }
}

/// Whether what one kind shows is among what the other shows.
fn is_part(seen: DeviceKind, whole: DeviceKind) -> bool {
    whole == DeviceKind::FiveParameterMonitor
        && matches!(seen, DeviceKind::BloodPressure | DeviceKind::PulseOximeter | DeviceKind::Thermometer)
}

/// The kind that a title, or labels and units, show, where they show one only. What a document tells of measurements makes it no
/// display.
fn seen_kind(scene: &Scene, rows: &[Vec<Cell>], hint: Option<DeviceKind>) -> Option<DeviceKind> {
    let titled = paper::titled(rows).or_else(|| screens::seen(rows));
    if titled.is_some() || hint.is_some_and(paper::reads) {
        return titled;
    }
    let pressure = blood_pressure::evidence(scene);
    let saturation = pulse_oximeter::evidence(scene);
    if (pressure && saturation) || (scene.has_label(Label::Monitor) && (pressure || saturation)) {
        return Some(DeviceKind::FiveParameterMonitor);
    }
    let candidates = [
        (pressure, DeviceKind::BloodPressure),
        (saturation, DeviceKind::PulseOximeter),
        (glucose_meter::evidence(scene), DeviceKind::GlucoseMeter),
        (thermometer::evidence(scene), DeviceKind::Thermometer),
        (scale::evidence(scene), DeviceKind::Scale),
        (peak_flow_meter::evidence(scene), DeviceKind::PeakFlowMeter),
    ];
    let mut shown = candidates.into_iter().filter_map(|(shown, kind)| shown.then_some(kind));
    let first = shown.next()?;
    shown.next().is_none().then_some(first)
}

#[cfg(test)]
mod confusions;
#[cfg(test)]
mod documents;
#[cfg(test)]
mod rows_of_screens;
#[cfg(test)]
mod tests;
