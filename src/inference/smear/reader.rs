//! The nets on worker threads of their own.

use std::fmt::Display;
use std::time::Duration;

use super::detector::{Detector, Looking};
use super::eye::Eye;
use super::field::Field;
use super::usual::Usual;
use crate::core::memory::give_back;
use crate::inference::device::Settings;
use crate::inference::picture::Picture;
use crate::inference::registry::{ModelRef, Registry};
use crate::inference::runtime::{Pool, PoolError, Runtime, RuntimeError};

/// Longest side that a field is looked at with; what is larger is made smaller first.
pub const WORKING_SIDE: u32 = 6_000;
/// Time that one field may take, waiting included: nobody waits at the other end of a request.
const PATIENCE: Duration = Duration::from_secs(180);

/// Why nothing is said of a field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LookError {
    /// It does not show a smear.
    #[error("it is not a picture of a blood smear")]
    NoSmear,
    /// It shows no cell.
    #[error("no blood cell is seen in it")]
    NoCells,
    /// Too many pictures wait.
    #[error("too many pictures are waiting")]
    Overloaded,
    /// It took too long.
    #[error("the picture was not looked at in time")]
    Timeout,
    /// Inference does not serve.
    #[error("pictures cannot be looked at: {0}")]
    Unavailable(String),
}

/// A fault of the nets, in words.
pub(super) fn fault(reason: impl Display) -> LookError {
    LookError::Unavailable(reason.to_string())
}

/// Looks at fields of blood smears, where there is inference on this server.
#[derive(Debug)]
pub struct SmearReader {
    state: State,
}

#[derive(Debug)]
enum State {
    Ready(Box<dyn Detector>),
    Unavailable(String),
}

impl SmearReader {
    /// Loads library and models and starts the workers.
    ///
    /// # Errors
    /// When the library or a model is missing or refused.
    pub fn open(settings: &Settings) -> Result<Self, RuntimeError> {
        let runtime = Runtime::load(&settings.library)?;
        let registry = Registry::open(&settings.models)?;
        // One worker with all threads: a field is hundreds of cells, and the nets are kept once.
        let eye = Eye::load(&runtime, &registry, settings.threads)?;
        let (models, usual) = (eye.models(), eye.usual.clone());
        let pool = Pool::start("smear", vec![eye], settings.queue)?;
        give_back();
        Ok(Self::over(Nets { pool, models, usual }))
    }

    /// A reader over these models.
    pub fn over(detector: impl Detector + 'static) -> Self {
        Self { state: State::Ready(Box::new(detector)) }
    }

    /// A reader that answers every picture with the reason why there is no inference.
    pub fn unavailable(reason: impl Into<String>) -> Self {
        Self { state: State::Unavailable(reason.into()) }
    }

    /// Why nothing can be looked at; `None` when pictures can be.
    pub fn fault(&self) -> Option<&str> {
        match &self.state {
            State::Ready(_) => None,
            State::Unavailable(reason) => Some(reason),
        }
    }

    /// The models behind every field.
    pub fn models(&self) -> &[ModelRef] {
        match &self.state {
            State::Ready(detector) => detector.models(),
            State::Unavailable(_) => &[],
        }
    }

    /// What the models say of healthy blood, too.
    pub fn usual(&self) -> Usual {
        match &self.state {
            State::Ready(detector) => detector.usual().clone(),
            State::Unavailable(_) => Usual::default(),
        }
    }

    /// What a field shows.
    ///
    /// # Errors
    /// When it is no field of a smear, when it takes too long, or there is no inference.
    pub async fn look(&self, picture: Picture) -> Result<Field, LookError> {
        match &self.state {
            State::Ready(detector) => detector.look(picture).await,
            State::Unavailable(reason) => Err(LookError::Unavailable(reason.clone())),
        }
    }
}

/// The nets on the worker threads.
#[derive(Debug)]
struct Nets {
    pool: Pool<Eye>,
    models: Vec<ModelRef>,
    usual: Usual,
}

impl Detector for Nets {
    fn look(&self, picture: Picture) -> Looking<'_> {
        Box::pin(async move {
            let job = move |eye: &mut Eye, deadline| eye.look(&picture, deadline);
            self.pool.run(PATIENCE, job).await.map_err(|refusal| match refusal {
                PoolError::Overloaded => LookError::Overloaded,
                PoolError::Timeout => LookError::Timeout,
                PoolError::Failed => fault(refusal),
            })?
        })
    }

    fn models(&self) -> &[ModelRef] {
        &self.models
    }

    fn usual(&self) -> &Usual {
        &self.usual
    }
}
