//! A net: bytes in, numbers out.

use ort::value::TensorRef;

use super::reader::{LookError, fault};
use crate::inference::registry::{Model, ModelRef};
use crate::inference::runtime::{Net as LoadedNet, Runtime, RuntimeError};

/// A loaded net.
#[derive(Debug)]
pub(super) struct Net {
    session: LoadedNet,
    pub(super) model: ModelRef,
}

/// An output: its sides, and all numbers row by row.
#[derive(Debug)]
pub(super) struct Output {
    pub(super) sides: Vec<usize>,
    pub(super) values: Vec<f32>,
}

impl Net {
    pub(super) fn load(runtime: &Runtime, model: &Model, threads: usize) -> Result<Self, RuntimeError> {
        Ok(Self { session: runtime.session(model, threads)?, model: model.reference() })
    }

    /// The outputs with these names, of so many pictures of this height and width, whose colours lie beside each other.
    pub(super) fn run<const N: usize>(
        &mut self,
        (count, height, width): (usize, usize, usize),
        bytes: &[u8],
        names: [&str; N],
    ) -> Result<[Output; N], LookError> {
        let input = TensorRef::from_array_view(([count, height, width, 3], bytes)).map_err(fault)?;
        let outputs = self.session.run(ort::inputs![input]).map_err(fault)?;
        let mut made = [const { Output { sides: Vec::new(), values: Vec::new() } }; N];
        for (one, name) in made.iter_mut().zip(names) {
            let output = outputs.get(name).ok_or_else(|| fault(format!("no output {name}")))?;
            let (shape, found) = output.try_extract_tensor::<f32>().map_err(fault)?;
            one.sides = shape.iter().filter_map(|side| usize::try_from(*side).ok()).collect();
            one.values = found.to_vec();
        }
        Ok(made)
    }
}
