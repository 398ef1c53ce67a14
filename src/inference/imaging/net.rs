//! The nets: bytes in, probabilities, heat and box out.

use ort::value::TensorRef;

use super::finding::{Finding, Heat, Organ, Question, Region, Statement};
use super::square::{SIDE, Square};
use super::{LookError, reader};
use crate::inference::number;
use crate::inference::registry::{Model, ModelRef, Registry};
use crate::inference::runtime::{Net as LoadedNet, Runtime, RuntimeError};

/// What the router tells apart; its last is neither.
const ORGANS: [Organ; 2] = [Organ::Brain, Organ::Chest];
/// What the brain's net tells apart.
const OF_BRAIN: [Statement; 4] =
    [Statement::Glioma, Statement::Meningioma, Statement::PituitaryTumor, Statement::NoTumor];
/// What the chest's net tells apart.
const OF_CHEST: [Statement; 2] = [Statement::NoPneumonia, Statement::Pneumonia];

/// A loaded net.
struct Net {
    session: LoadedNet,
    model: ModelRef,
    planes: usize,
}

impl Net {
    fn load(runtime: &Runtime, model: &Model, planes: usize, threads: usize) -> Result<Self, RuntimeError> {
        Ok(Self { session: runtime.session(model, threads)?, model: model.reference(), planes })
    }

    /// The outputs with these names.
    fn run<const N: usize>(&mut self, bytes: &[u8], names: [&str; N]) -> Result<[Vec<f32>; N], LookError> {
        let side = number::index(SIDE);
        let input =
            TensorRef::from_array_view(([1, self.planes, side, side], bytes)).map_err(reader::fault)?;
        let outputs = self.session.run(ort::inputs![input]).map_err(reader::fault)?;
        let mut made = [const { Vec::new() }; N];
        for (values, name) in made.iter_mut().zip(names) {
            let output = outputs.get(name).ok_or_else(|| reader::fault(format!("no output {name}")))?;
            let (_, found) = output.try_extract_tensor::<f32>().map_err(reader::fault)?;
            *values = found.to_vec();
        }
        Ok(made)
    }
}

/// All three, and from which probability on something is found.
pub(super) struct Nets {
    router: Net,
    brain: Net,
    chest: Net,
    tumor: f32,
    pneumonia: f32,
    pneumonia_of_small: f32,
}

impl Nets {
    pub(super) fn load(runtime: &Runtime, registry: &Registry, threads: usize) -> Result<Self, RuntimeError> {
        let [router, brain, chest] =
            [registry.get("image-router")?, registry.get("brain-mri")?, registry.get("chest-xray")?];
        Ok(Self {
            tumor: brain.threshold("tumor")?,
            pneumonia: chest.threshold("pneumonia")?,
            pneumonia_of_small: chest.threshold("pneumonia_of_small")?,
            router: Net::load(runtime, router, 3, threads)?,
            brain: Net::load(runtime, brain, 1, threads)?,
            chest: Net::load(runtime, chest, 1, threads)?,
        })
    }

    /// The nets by name.
    pub(super) fn models(&self) -> [ModelRef; 3] {
        [self.router.model.clone(), self.brain.model.clone(), self.chest.model.clone()]
    }

    /// What the picture shows, of the organ that the question says, else of the one that is seen.
    pub(super) fn look(&mut self, square: &Square, question: Question) -> Result<Finding, LookError> {
        let [shares] = self.router.run(&square.colours, ["probabilities"])?;
        let seen = shares.iter().enumerate().max_by(|(_, a), (_, b)| a.total_cmp(b));
        let seen = seen.and_then(|(at, _)| ORGANS.get(at)).copied();
        match organ(question, seen)? {
            Organ::Brain => self.look_at_brain(square),
            Organ::Chest => self.look_at_chest(square),
        }
    }

    fn look_at_brain(&mut self, square: &Square) -> Result<Finding, LookError> {
        let [shares, heat, edges] = self.brain.run(&square.grey, ["probabilities", "heat", "box"])?;
        let probabilities = named(&OF_BRAIN, &shares)?;
        let of_none = share_of(&probabilities, Statement::NoTumor);
        let has_tumor = 1.0 - of_none >= self.tumor;
        let (statement, confidence) =
            if has_tumor { likeliest(&probabilities)? } else { (Statement::NoTumor, of_none) };
        let region = match edges.as_slice() {
            [left, top, right, bottom] if has_tumor && left < right && top < bottom => {
                Some(Region { left: *left, top: *top, right: *right, bottom: *bottom })
            }
            _ => None,
        };
        self.finding(Organ::Brain, statement, confidence, probabilities, region, heat)
    }

    pub(super) fn look_at_chest(&mut self, square: &Square) -> Result<Finding, LookError> {
        let [shares, heat] = self.chest.run(&square.grey, ["probabilities", "heat"])?;
        let probabilities = named(&OF_CHEST, &shares)?;
        let limit = if square.is_small { self.pneumonia_of_small } else { self.pneumonia };
        let sick = share_of(&probabilities, Statement::Pneumonia);
        let (statement, confidence) =
            if sick >= limit { (Statement::Pneumonia, sick) } else { (Statement::NoPneumonia, 1.0 - sick) };
        self.finding(Organ::Chest, statement, confidence, probabilities, None, heat)
    }

    fn finding(
        &self,
        organ: Organ,
        statement: Statement,
        confidence: f32,
        probabilities: Vec<(Statement, f32)>,
        region: Option<Region>,
        heat: Vec<f32>,
    ) -> Result<Finding, LookError> {
        let columns = heat.len().isqrt();
        if columns == 0 || columns * columns != heat.len() {
            return Err(reader::fault("the heat is no square"));
        }
        let model = match organ {
            Organ::Brain => &self.brain.model,
            Organ::Chest => &self.chest.model,
        };
        Ok(Finding {
            organ,
            statement,
            confidence,
            probabilities,
            region,
            heat: Heat { columns, values: heat },
            model: model.clone(),
            router: self.router.model.clone(),
        })
    }
}

/// Of which organ is spoken, by what is said and what is seen.
pub(super) fn organ(question: Question, seen: Option<Organ>) -> Result<Organ, LookError> {
    match (question, seen) {
        (Question::Told(organ) | Question::Asked(organ), Some(seen)) if organ != seen => {
            Err(LookError::Another { seen })
        }
        (Question::Told(organ), None) => Ok(organ),
        (Question::Whatever | Question::Told(_) | Question::Asked(_), Some(seen)) => Ok(seen),
        (Question::Whatever | Question::Asked(_), None) => Err(LookError::Neither),
    }
}

/// Each statement with its share.
fn named(statements: &[Statement], shares: &[f32]) -> Result<Vec<(Statement, f32)>, LookError> {
    if statements.len() != shares.len() || shares.iter().any(|share| !share.is_finite()) {
        return Err(reader::fault("the probabilities are not those of the net's classes"));
    }
    Ok(statements.iter().copied().zip(shares.iter().copied()).collect())
}

fn share_of(probabilities: &[(Statement, f32)], wanted: Statement) -> f32 {
    probabilities.iter().find(|(statement, _)| *statement == wanted).map_or(0.0, |(_, share)| *share)
}

/// The likeliest of what may be found.
fn likeliest(probabilities: &[(Statement, f32)]) -> Result<(Statement, f32), LookError> {
    let found = probabilities.iter().filter(|(statement, _)| statement.is_found());
    found
        .copied()
        .max_by(|(_, a), (_, b)| a.total_cmp(b))
        .ok_or_else(|| reader::fault("nothing can be found"))
}
