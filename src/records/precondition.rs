//! What must hold of the current version before it is changed. <https://hl7.org/fhir/R4/http.html#concurrency>

use super::Error;

/// What the caller says of the current version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Precondition {
    /// There is one (`If-Match: *`).
    Exists,
    /// Its number is one of these. With none of them it cannot hold: what was named is no version of this server.
    OneOf(Vec<i64>),
    /// There is none (`If-None-Match: *`).
    Absent,
}

impl From<i64> for Precondition {
    fn from(version: i64) -> Self {
        Self::OneOf(vec![version])
    }
}

impl Precondition {
    /// Refuses a change that goes on from another version. `number` is the last one, 0 where there never was any; `exists` is
    /// false after a deletion.
    pub(super) fn check(&self, number: i64, exists: bool) -> Result<(), Error> {
        match self {
            Self::Exists if !exists => Err(Error::NothingThere),
            Self::OneOf(_) if number == 0 => Err(Error::NothingThere),
            Self::OneOf(numbers) if !numbers.contains(&number) => {
                Err(Error::PreconditionFailed { current: number })
            }
            Self::Absent if exists => Err(Error::IsThere { current: number }),
            Self::Exists | Self::OneOf(_) | Self::Absent => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_asks_for_what_it_says() {
        let one = Precondition::OneOf(vec![2, 3]);
        for (precondition, number, exists, holds) in [
            (&Precondition::Exists, 0, false, false),
            (&Precondition::Exists, 2, false, false),
            (&Precondition::Exists, 1, true, true),
            (&one, 0, false, false),
            (&one, 1, true, false),
            (&one, 3, true, true),
            (&Precondition::OneOf(vec![]), 1, true, false),
            (&Precondition::Absent, 1, true, false),
            (&Precondition::Absent, 2, false, true),
            (&Precondition::Absent, 0, false, true),
        ] {
            let status = precondition.check(number, exists).map_err(|error| error.status().0);
            assert_eq!(status, if holds { Ok(()) } else { Err(412) }, "{precondition:?} {number} {exists}");
        }
    }
}
