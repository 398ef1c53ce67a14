//! What the database tells for metrics.

use std::time::Duration;

use tokio::time::timeout;

use super::Records;
use crate::core::metrics::METRICS;
use crate::storage::queues;

/// Whoever reads metrics does not wait longer for the database.
const PATIENCE: Duration = Duration::from_secs(4);

impl Records {
    /// Asks the database how much waits in it, and notes that with the state of our connections.
    pub async fn measure(&self) {
        METRICS.connections(self.store.connections());
        let asked = timeout(PATIENCE, queues::waiting(&self.store, self.clock.now())).await;
        METRICS.waiting(asked.ok().and_then(Result::ok));
    }
}
