//! ONNX Runtime, loaded from a shared library at start; sessions on their own threads behind a bounded queue.

mod pool;
mod subnormal;
mod timed;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ort::environment::Environment;
use ort::ep;
use ort::session::{Session, builder::GraphOptimizationLevel};

pub use pool::{Pool, PoolError};
pub use timed::Net;

use super::registry::{Model, RegistryError};

/// Why inference cannot start.
#[derive(Debug, thiserror::Error)]
pub enum RuntimeError {
    /// The shared library is not there.
    #[error("no ONNX Runtime library at {0}")]
    NoLibrary(PathBuf),
    /// The shared library is there but does not serve.
    #[error("ONNX Runtime at {path} cannot be used: {reason}")]
    BadLibrary {
        /// The library.
        path: PathBuf,
        /// What the loader said.
        reason: String,
    },
    /// A model is missing or refused.
    #[error(transparent)]
    Model(#[from] RegistryError),
    /// ONNX Runtime refused a model, or a model is not of the expected form.
    #[error("model {name} cannot be loaded: {reason}")]
    Session {
        /// The model.
        name: String,
        /// What the runtime said.
        reason: String,
    },
    /// The system gave no thread.
    #[error("no thread for inference: {0}")]
    Thread(std::io::Error),
}

/// The process's one ONNX Runtime environment. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Runtime {
    environment: Environment,
}

/// ONNX Runtime allows one environment a process, so the first one is kept for all.
static ENVIRONMENT: Mutex<Option<Environment>> = Mutex::new(None);

impl Runtime {
    /// Loads the library and makes the environment, or takes the one that the process already has.
    pub fn load(library: &Path) -> Result<Self, RuntimeError> {
        if !library.is_file() {
            return Err(RuntimeError::NoLibrary(library.to_owned()));
        }
        let mut kept = ENVIRONMENT.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(environment) = kept.as_ref() {
            return Ok(Self { environment: environment.clone() });
        }
        let bad = |reason: String| RuntimeError::BadLibrary { path: library.to_owned(), reason };
        let builder = ort::init_from(library).map_err(|error| bad(error.to_string()))?;
        let environment = builder
            .with_name("hygeia")
            .with_telemetry(false)
            .build()
            .map_err(|error| bad(error.to_string()))?;
        *kept = Some(environment.clone());
        Ok(Self { environment })
    }

    /// A session on the checked weights of a model, with so many threads within one run.
    pub fn session(&self, model: &Model, threads: usize) -> Result<Net, RuntimeError> {
        let mut weights = model.weights()?;
        subnormal::flush(&mut weights);
        let session = self.build(&weights, threads);
        session
            .map(|session| Net::new(session, &model.name))
            .map_err(|error| RuntimeError::Session { name: model.name.clone(), reason: error.to_string() })
    }

    /// Pictures come in all sizes, so neither a memory arena nor memory patterns pay: the arena keeps its
    /// high-water mark for ever (340 MB against 70 MB idle). Idle threads sleep instead of spinning.
    fn build(&self, weights: &[u8], threads: usize) -> ort::Result<Session> {
        Session::builder(&self.environment)?
            .with_optimization_level(GraphOptimizationLevel::Level3)?
            .with_intra_threads(threads)?
            .with_inter_threads(1)?
            .with_intra_op_spinning(false)?
            .with_memory_pattern(false)?
            .with_execution_providers([ep::CPU::default().with_arena_allocator(false).build()])?
            .commit_from_memory(weights)
    }
}
