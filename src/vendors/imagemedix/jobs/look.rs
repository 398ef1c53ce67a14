//! Looking at the picture of a scan.

use super::{Analyst, Seen, TRIES, hint};
use crate::identity::Caller;
use crate::inference::imaging::{LookError, Organ, Question};
use crate::platform::queue::Claim;
use crate::vendors::imagemedix::errors::Refusal;
use crate::vendors::imagemedix::scans::{Scan, picture};

impl Analyst {
    /// What the picture shows; why nothing can be said of it is told in words for whoever sent it.
    pub(super) async fn look(
        &self,
        caller: &Caller,
        claim: &Claim,
        scan: &Scan,
        wanted: Option<Organ>,
    ) -> Result<Seen, Refusal> {
        let bytes = match picture::of_scan(&self.records, caller, scan).await {
            Ok(bytes) => bytes.into_inner(),
            Err(Refusal::NotFound(_)) => {
                return Ok(Seen::Nothing("There is no picture to look at".to_owned()));
            }
            Err(other) => return Err(other),
        };
        let picture = match self.decoder.decode(bytes).await {
            Ok(picture) => picture,
            Err(fault) => return Ok(Seen::Nothing(format!("The picture cannot be read: {fault}"))),
        };
        self.queue.advance(claim, 40).await?;
        // Whoever asks for an organ has said what it is: the file's own word counts where nobody has.
        let told = hint::told(&scan.study).map_or(Question::Whatever, Question::Told);
        let question = wanted.map_or(told, Question::Asked);
        Ok(match self.reader.look(picture, question).await {
            Ok(finding) if wanted.is_none() && !hint::fits(&scan.study, finding.organ) => {
                Seen::Nothing(hint::contradiction(finding.organ).to_owned())
            }
            Ok(finding) => Seen::Found(Box::new(finding)),
            Err(LookError::Neither) => {
                Seen::Nothing("The picture is neither a brain MRI nor a chest X-ray".to_owned())
            }
            Err(LookError::Another { seen }) if wanted.is_none() => {
                Seen::Nothing(hint::contradiction(seen).to_owned())
            }
            Err(LookError::Another { seen }) => Seen::Nothing(another(seen).to_owned()),
            Err(LookError::Timeout) => too_slow(claim.tries()),
            Err(fault @ (LookError::Overloaded | LookError::Unavailable(_))) => {
                tracing::warn!(%fault, "a scan was not looked at: it is tried again");
                Seen::Later
            }
        })
    }
}

/// A picture that takes too long is tried again, for the machine may have been busy, but not for ever.
fn too_slow(tries: i64) -> Seen {
    tracing::warn!(tries, "a scan was not looked at in time");
    if tries < TRIES {
        Seen::TooLate
    } else {
        Seen::Nothing("The analysis took too long, several times".to_owned())
    }
}

fn another(seen: Organ) -> &'static str {
    match seen {
        Organ::Brain => "The picture is a brain MRI, and not the chest X-ray that was asked for",
        Organ::Chest => "The picture is a chest X-ray, and not the brain MRI that was asked for",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_that_always_takes_too_long_fails_in_the_end() {
        let seen: Vec<_> = (1..=TRIES).map(too_slow).collect();
        let (last, before) = seen.split_last().unwrap();
        assert!(before.iter().all(|seen| matches!(seen, Seen::TooLate)));
        assert!(
            matches!(last, Seen::Nothing(reason) if reason == "The analysis took too long, several times")
        );
    }
}
