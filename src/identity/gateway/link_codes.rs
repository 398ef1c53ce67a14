//! Link codes: 60 random bits in Crockford's base 32, which people read to one another. <https://www.crockford.com/base32.html>

use chrono::{DateTime, TimeDelta, Utc};

use super::Opens;
use crate::core::Secret;
use crate::identity::{Caller, Identity, fingerprint};
use crate::storage::StorageError;
use crate::storage::audit::Note;
use crate::storage::gateway::link_codes as rows;

/// How long a code is good.
pub const LIFETIME: TimeDelta = TimeDelta::days(7);
/// Digits of a code.
const DIGITS: usize = 12;
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl Identity {
    /// Makes a code of an organisation of the caller's tenant; the last one is good no more, links that were made by it stay.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn make_link_code(
        &self,
        caller: &Caller,
        organization: &str,
        note: Note,
    ) -> Result<(Secret<String>, DateTime<Utc>), StorageError> {
        let digits = digits(&self.ids.random_bytes(DIGITS));
        let (now, tenant) = (self.clock.now(), caller.tenant);
        let expires_at = now.checked_add_signed(LIFETIME).unwrap_or(now);
        let mut transaction = self.store.begin(tenant).await?;
        let kept = async {
            let hash = fingerprint(&digits);
            rows::set(&mut transaction, tenant, organization, &hash, (now, expires_at)).await?;
            note.add(&mut transaction, tenant, "link-code", organization).await
        }
        .await;
        transaction.finish(kept).await?;
        Ok((Secret::new(digits), expires_at))
    }

    /// What a code opens, however it is written; none where it is not good.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn opened_by_link_code(&self, code: &Secret<String>) -> Result<Option<Opens>, StorageError> {
        let Some(digits) = normal(code.expose()) else { return Ok(None) };
        let hash = fingerprint(&digits);
        let mut transaction = self.store.begin_presented(&hash).await?;
        let found = rows::find(&mut transaction, &hash, self.clock.now()).await;
        transaction.finish(found).await
    }
}

/// A digit of five bits of each byte.
fn digits(bytes: &[u8]) -> String {
    let digit = |byte: &u8| ALPHABET.get(usize::from(byte & 31)).copied().map(char::from);
    bytes.iter().filter_map(digit).collect()
}

/// The digits of a code as somebody writes it: letters of either case, digits that look like letters, hyphens and blanks anywhere.
fn normal(code: &str) -> Option<String> {
    if code.len() > 64 {
        return None;
    }
    let mut digits = String::new();
    for character in code.chars().filter(|c| !matches!(c, '-' | ' ')) {
        let digit = match character.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        let is_one = u8::try_from(digit).is_ok_and(|byte| ALPHABET.contains(&byte));
        digits.push(Some(digit).filter(|_| is_one)?);
    }
    (digits.len() == DIGITS).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_code_can_be_is_none() {
        for text in
            ["", "0000", "0123-4567-89A", "0123-4567-89AU", "0123-4567-89ABC", "0123_4567_89AB", "ümläut"]
        {
            assert_eq!(normal(text), None, "{text}");
        }
        assert_eq!(normal(&"-".repeat(10_000)), None);
    }

    #[test]
    fn a_code_is_the_same_however_it_is_written() {
        let code = digits(&[0, 1, 17, 31, 32, 255, 7, 8, 9, 10, 11, 12]);
        assert_eq!(code, "01HZ0Z789ABC");
        for written in ["01hz0z789abc", "O1HZ 0Z78 9ABC", "oihz-oz78-9abc", "0LHZ-0Z78-9ABC"] {
            assert_eq!(normal(written), normal(&code), "{written}");
        }
    }
}
