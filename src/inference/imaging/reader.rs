//! The nets on worker threads of their own.

use std::fmt::Display;
use std::time::Duration;

use super::finding::{Finding, Organ, Question};
use super::net::Nets;
use super::square::Square;
use crate::core::memory::give_back;
use crate::core::metrics::METRICS;
use crate::inference::device::Settings;
use crate::inference::picture::Picture;
use crate::inference::registry::{ModelRef, Registry};
use crate::inference::runtime::{Pool, PoolError, Runtime, RuntimeError};

/// Why nothing is said of a picture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LookError {
    /// It shows neither a brain nor a chest.
    #[error("the picture is neither a brain MRI nor a chest X-ray")]
    Neither,
    /// It shows something else than was asked for.
    #[error("the picture is of another part of the body than was asked for")]
    Another {
        /// What it shows.
        seen: Organ,
    },
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

/// Looks at brains and chests, where there is inference on this server.
#[derive(Debug)]
pub struct ImagingReader {
    state: State,
}

#[derive(Debug)]
enum State {
    Ready { pool: Pool<Nets>, models: Vec<ModelRef>, patience: Duration },
    Unavailable(String),
}

impl ImagingReader {
    /// Loads library and models and starts the workers.
    ///
    /// # Errors
    /// When the library or a model is missing or refused.
    pub fn open(settings: &Settings) -> Result<Self, RuntimeError> {
        let runtime = Runtime::load(&settings.library)?;
        let registry = Registry::open(&settings.models)?;
        // A look takes a hundredth of a second: one worker with one thread is enough, and keeps the nets once.
        let nets = Nets::load(&runtime, &registry, 1)?;
        let models = nets.models().to_vec();
        let pool = Pool::start("imaging", vec![nets], settings.queue)?;
        give_back();
        Ok(Self { state: State::Ready { pool, models, patience: settings.patience } })
    }

    /// A reader that answers every picture with the reason why there is no inference.
    pub fn unavailable(reason: impl Into<String>) -> Self {
        Self { state: State::Unavailable(reason.into()) }
    }

    /// Why nothing can be looked at; `None` when pictures can be.
    pub fn fault(&self) -> Option<&str> {
        match &self.state {
            State::Ready { .. } => None,
            State::Unavailable(reason) => Some(reason),
        }
    }

    /// The router, the brain's and the chest's net.
    pub fn models(&self) -> &[ModelRef] {
        match &self.state {
            State::Ready { models, .. } => models,
            State::Unavailable(_) => &[],
        }
    }

    /// What a picture shows, of the organ that the question says, else of the one that is seen.
    ///
    /// # Errors
    /// When it is of nothing that can be looked at, or of something else than was asked for; when it takes too long, or there is no
    /// inference.
    pub async fn look(&self, picture: Picture, question: Question) -> Result<Finding, LookError> {
        let (pool, patience) = match &self.state {
            State::Ready { pool, patience, .. } => (pool, *patience),
            State::Unavailable(reason) => return Err(LookError::Unavailable(reason.clone())),
        };
        let job = move |nets: &mut Nets, _| nets.look(&Square::of(picture.pixels()), question);
        let looked = pool.run(patience, job).await.map_err(|refusal| match refusal {
            PoolError::Overloaded => LookError::Overloaded,
            PoolError::Timeout => LookError::Timeout,
            PoolError::Failed => fault(refusal),
        })?;
        looked.inspect(|finding| METRICS.said(&finding.model.name, finding.confidence))
    }
}
