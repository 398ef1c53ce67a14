//! The words of an expression. <http://hl7.org/fhirpath/N1/#lexical-elements>

/// Where an expression cannot be read, and what was expected there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the expression is not understood at character {at}: {expected} is expected")]
pub struct NotUnderstood {
    /// Counted from 0.
    pub at: usize,
    /// What would be understood.
    pub expected: &'static str,
}

/// A word.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A name, as `a`, or as `` `a` ``, which is never an operator.
    Name { text: String, quoted: bool },
    /// `%name`.
    Variable(String),
    /// `$this` and the like, without the sign.
    Special(String),
    /// What stands between single quotes.
    Text(String),
    /// Digits, with a point or not.
    Number(String),
    /// What follows `@`: a date, with a time or not.
    Date(String),
    /// What follows `@T`.
    Time(String),
    /// An operator or a bracket.
    Sign(&'static str),
}

/// All signs; longer ones before those that they begin with.
const SIGNS: [&str; 24] = [
    "<=", ">=", "!=", "!~", "(", ")", "[", "]", "{", "}", ".", ",", "+", "-", "*", "/", "&", "|", "=", "~",
    "<", ">", ":", "^",
];

/// The words of a text, each with where it begins.
pub(super) fn tokens(text: &str) -> Result<Vec<(usize, Token)>, NotUnderstood> {
    let mut reader = Reader { rest: text, at: 0 };
    let mut found = Vec::new();
    while reader.skip_blanks()? {
        let at = reader.at;
        found.push((at, reader.token()?));
    }
    Ok(found)
}

struct Reader<'a> {
    rest: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn fault(&self, expected: &'static str) -> NotUnderstood {
        NotUnderstood { at: self.at, expected }
    }

    fn take(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.at = self.at.saturating_add(taken.chars().count());
        self.rest = rest;
        taken
    }

    fn take_while(&mut self, belongs: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|letter| !belongs(letter)).unwrap_or(self.rest.len());
        self.take(end)
    }

    /// Skips blanks and comments; whether anything follows.
    fn skip_blanks(&mut self) -> Result<bool, NotUnderstood> {
        loop {
            self.take_while(char::is_whitespace);
            if self.rest.starts_with("//") {
                self.take_while(|letter| letter != '\n');
            } else if self.rest.starts_with("/*") {
                let end = self.rest.find("*/").ok_or_else(|| self.fault("the end of the comment"))?;
                self.take(end.saturating_add(2));
            } else {
                return Ok(!self.rest.is_empty());
            }
        }
    }

    fn token(&mut self) -> Result<Token, NotUnderstood> {
        let Some(first) = self.rest.chars().next() else { return Err(self.fault("a word")) };
        match first {
            '\'' => Ok(Token::Text(self.quoted('\'')?)),
            '`' | '"' => Ok(Token::Name { text: self.quoted(first)?, quoted: true }),
            '%' => {
                self.take(1);
                let quoted = self.rest.chars().next().filter(|next| matches!(next, '`' | '\'' | '"'));
                match quoted {
                    Some(mark) => Ok(Token::Variable(self.quoted(mark)?)),
                    None => Ok(Token::Variable(self.name()?)),
                }
            }
            '$' => {
                self.take(1);
                Ok(Token::Special(self.name()?))
            }
            '@' => {
                self.take(1);
                let belongs = |letter: char| {
                    letter.is_ascii_digit() || matches!(letter, '-' | ':' | '.' | '+' | 'T' | 'Z')
                };
                if self.rest.starts_with('T') {
                    self.take(1);
                    return Ok(Token::Time(self.date(belongs)));
                }
                Ok(Token::Date(self.date(belongs)))
            }
            _ if first.is_ascii_digit() => Ok(Token::Number(self.number())),
            _ if first.is_alphabetic() || first == '_' => {
                Ok(Token::Name { text: self.name()?, quoted: false })
            }
            _ => self.sign(),
        }
    }

    fn sign(&mut self) -> Result<Token, NotUnderstood> {
        let sign = SIGNS
            .iter()
            .find(|sign| self.rest.starts_with(**sign))
            .ok_or_else(|| self.fault("a word or a sign"))?;
        self.take(sign.len());
        Ok(Token::Sign(sign))
    }

    fn name(&mut self) -> Result<String, NotUnderstood> {
        let name = self.take_while(|letter| letter.is_alphanumeric() || letter == '_');
        if name.is_empty() { Err(self.fault("a name")) } else { Ok(name.to_owned()) }
    }

    /// A point that no digit follows is no part of a date: it calls a function.
    fn date(&mut self, belongs: impl Fn(char) -> bool) -> String {
        let length = self.rest.find(|letter| !belongs(letter)).unwrap_or(self.rest.len());
        let written = self.rest.get(..length).unwrap_or_default();
        let end = written.len().min(written.trim_end_matches(['.', '-', '+', ':']).len());
        self.take(end).to_owned()
    }

    fn number(&mut self) -> String {
        let mut number = self.take_while(|letter| letter.is_ascii_digit()).to_owned();
        let mut next = self.rest.chars();
        if next.next() == Some('.') && next.next().is_some_and(|digit| digit.is_ascii_digit()) {
            number.push_str(self.take(1));
            number.push_str(self.take_while(|letter| letter.is_ascii_digit()));
        }
        number
    }

    /// What stands between two of a mark, with its escapes resolved.
    fn quoted(&mut self, mark: char) -> Result<String, NotUnderstood> {
        self.take(mark.len_utf8());
        let mut text = String::new();
        loop {
            let Some(letter) = self.rest.chars().next() else { return Err(self.fault("the closing quote")) };
            self.take(letter.len_utf8());
            if letter == mark {
                return Ok(text);
            }
            text.push(if letter == '\\' { self.escaped()? } else { letter });
        }
    }

    fn escaped(&mut self) -> Result<char, NotUnderstood> {
        let fault = self.fault("an escape: one of \\' \\\" \\` \\r \\n \\t \\f \\\\ \\/ \\u0000");
        let letter = self.rest.chars().next().ok_or(fault)?;
        self.take(letter.len_utf8());
        Ok(match letter {
            'r' => '\r',
            'n' => '\n',
            't' => '\t',
            'f' => '\u{c}',
            'u' => {
                let code = u32::from_str_radix(self.take(4), 16).map_err(|_| fault)?;
                char::from_u32(code).ok_or(fault)?
            }
            // Published expressions escape other letters too, and mean the letter.
            other => other,
        })
    }
}
