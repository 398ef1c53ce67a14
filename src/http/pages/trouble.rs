//! Why a form has to be filled in once more.

use actix_web::http::StatusCode;

use super::opening::Turned;
use crate::identity::sign_in::SignInError;
use crate::records::Error;

/// What a page says above its form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// The answer's status.
    pub status: StatusCode,
    /// The sentence.
    pub told: String,
    /// How long to wait.
    pub wait_s: Option<i64>,
}

impl Trouble {
    /// What is wrong with what was filled in.
    pub fn with(told: &str) -> Self {
        Self { status: StatusCode::BAD_REQUEST, told: told.to_owned(), wait_s: None }
    }

    /// What cannot be done as things are.
    pub fn conflict(told: &str) -> Self {
        Self { status: StatusCode::CONFLICT, ..Self::with(told) }
    }

    /// A wrong password or code: `wrong` says which.
    ///
    /// # Errors
    /// The answer to a failure of ours.
    pub fn of(error: SignInError, wrong: &str) -> Result<Self, Turned> {
        match error {
            SignInError::Wrong => Ok(Self { status: StatusCode::UNAUTHORIZED, ..Self::with(wrong) }),
            SignInError::TooMany { wait_s, .. } => {
                Ok(Self { status: StatusCode::TOO_MANY_REQUESTS, told: wait(wait_s), wait_s: Some(wait_s) })
            }
            SignInError::Busy => Err(Error::Unavailable.into()),
            SignInError::Storage(error) => Err(Error::from(error).into()),
            SignInError::Failed | SignInError::Signing(_) => Err(Error::internal(error).into()),
        }
    }
}

/// How long to wait, in words.
fn wait(seconds: i64) -> String {
    let (count, unit) = if seconds < 90 { (seconds, "second") } else { ((seconds + 59) / 60, "minute") };
    let plural = if count == 1 { "" } else { "s" };
    format!("There were too many attempts. Wait {count} {unit}{plural}, then try again.")
}

#[cfg(test)]
mod tests {
    use super::wait;

    #[test]
    fn a_wait_is_told_in_words() {
        assert_eq!(wait(1), "There were too many attempts. Wait 1 second, then try again.");
        assert_eq!(wait(89), "There were too many attempts. Wait 89 seconds, then try again.");
        assert_eq!(wait(840), "There were too many attempts. Wait 14 minutes, then try again.");
    }
}
