//! What others are told when files bring a new scan. In whose words that is told is not this service's to know: the server says it.

use crate::imaging::arrived::Arrived;
use crate::platform::delivery::Notice;
use crate::records::Error;

/// Makes the notice of a scan that came.
#[derive(Clone, Copy, Debug)]
pub struct Announcing(pub fn(Arrived) -> Result<Notice, Error>);
