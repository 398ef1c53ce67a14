//! What this surface needs to know of the server beside its doors.

use std::sync::Arc;

use crate::core::config::hemato::PersonalTags;
use crate::inference::picture::Decoder;
use crate::inference::smear::SmearReader;
use crate::platform::egress::Egress;
use crate::platform::queue::Queue;

/// What this surface needs to know.
#[derive(Clone)]
pub struct Surroundings {
    /// Studies that are to be reviewed.
    pub queue: Queue,
    /// The way out to files and callbacks.
    pub egress: Egress,
    /// What is done with tags that may name a person.
    pub tags: PersonalTags,
    /// Decodes pictures as large as smears are looked at.
    pub pictures: Decoder,
    /// Looks at smears; without models it says why it cannot.
    pub smears: Arc<SmearReader>,
}
