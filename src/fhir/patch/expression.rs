//! The part of FHIRPath that a patch's paths are written in.
//!
//! Steps to members, `[n]`, `first()`, `last()`, `single()`, `ofType(T)` and `as`, `extension('url')`, and `where(...)` with
//! `=`, `!=`, `exists()` and boolean elements, joined by `and` and `or`. What else FHIRPath has is refused with the place.

use std::fmt;

/// Longer paths are refused.
const LONGEST: usize = 4_000;
/// So deep may `where` stand in `where`.
const MAX_DEPTH: u32 = 8;

/// A path, from the resource or from the element that a condition looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Path(pub Vec<Step>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Member(String),
    Item(usize),
    First,
    Last,
    Single,
    OfType(String),
    Extension(String),
    /// Alternatives, of which each is a list of tests that must all hold.
    Where(Vec<Vec<Test>>),
    /// Stands at the end of a test's path only.
    Exists,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Test {
    Equal(Path, Literal),
    NotEqual(Path, Literal),
    Exists(Path),
    Holds(Path),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Literal {
    Text(String),
    Number(String),
    Boolean(bool),
}

/// Where a path cannot be read, and what was expected there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NotUnderstood {
    at: usize,
    expected: &'static str,
}

impl fmt::Display for NotUnderstood {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the path is not understood at character {}: {} is expected", self.at, self.expected)
    }
}

impl Path {
    /// Reads a path.
    pub fn parse(text: &str) -> Result<Self, NotUnderstood> {
        if text.len() > LONGEST {
            return Err(NotUnderstood { at: LONGEST, expected: "its end" });
        }
        let mut parser = Parser { text, rest: text, depth: 0 };
        let path = parser.path()?;
        parser.space();
        if !parser.rest.is_empty() {
            return Err(parser.expected("a step or the end"));
        }
        if path.0.contains(&Step::Exists) {
            return Err(parser.expected("an element, not exists(),"));
        }
        Ok(path)
    }
}

struct Parser<'t> {
    text: &'t str,
    rest: &'t str,
    depth: u32,
}

impl<'t> Parser<'t> {
    fn expected(&self, expected: &'static str) -> NotUnderstood {
        let read = self.text.len().saturating_sub(self.rest.len());
        let at = self.text.get(..read).map_or(0, |read| read.chars().count());
        NotUnderstood { at: at.saturating_add(1), expected }
    }

    fn space(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn eat(&mut self, token: &str) -> bool {
        self.space();
        let rest = self.rest.strip_prefix(token);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn expect(&mut self, token: &'static str) -> Result<(), NotUnderstood> {
        if self.eat(token) { Ok(()) } else { Err(self.expected(token)) }
    }

    fn word(&mut self, word: &str) -> bool {
        self.space();
        let after = self.rest.strip_prefix(word).filter(|after| !after.starts_with(is_name));
        self.rest = after.unwrap_or(self.rest);
        after.is_some()
    }

    fn taken(&mut self, while_: impl Fn(char) -> bool) -> &'t str {
        let end = self.rest.find(|c| !while_(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    fn name(&mut self) -> Result<&'t str, NotUnderstood> {
        self.space();
        let quoted = self.eat("`");
        if !self.rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
            return Err(self.expected("an element's name"));
        }
        let name = self.taken(is_name);
        if quoted {
            self.expect("`")?;
        }
        Ok(name)
    }

    fn type_name(&mut self) -> Result<Step, NotUnderstood> {
        let name = self.name()?;
        let name = if name == "FHIR" && self.eat(".") { self.name()? } else { name };
        Ok(Step::OfType(name.to_owned()))
    }

    fn path(&mut self) -> Result<Path, NotUnderstood> {
        self.depth = self.depth.saturating_add(1);
        if self.depth > MAX_DEPTH {
            return Err(self.expected("a path that is nested less"));
        }
        let mut steps = Vec::new();
        if self.eat("(") {
            steps = self.path()?.0;
            self.expect(")")?;
        } else if !self.eat("$this") {
            steps.push(self.step()?);
        }
        loop {
            if self.eat(".") {
                let step = self.step()?;
                steps.push(step);
            } else if self.eat("[") {
                let number = self.number()?;
                steps.push(Step::Item(number));
                self.expect("]")?;
            } else if self.word("as") {
                let step = self.type_name()?;
                steps.push(step);
            } else {
                break;
            }
        }
        self.depth = self.depth.saturating_sub(1);
        Ok(Path(steps))
    }

    fn number(&mut self) -> Result<usize, NotUnderstood> {
        self.space();
        self.taken(|c| c.is_ascii_digit()).parse().map_err(|_| self.expected("an index"))
    }

    fn step(&mut self) -> Result<Step, NotUnderstood> {
        let before = self.rest;
        let name = self.name()?;
        if !self.eat("(") {
            return Ok(Step::Member(name.to_owned()));
        }
        let step = match name {
            "where" => Step::Where(self.tests()?),
            "first" => Step::First,
            "last" => Step::Last,
            "single" => Step::Single,
            "exists" => Step::Exists,
            "ofType" | "as" => self.type_name()?,
            "extension" => Step::Extension(self.text()?),
            _ => {
                self.rest = before;
                return Err(self.expected(
                    "one of where(), first(), last(), single(), ofType(), as(), extension() and, in where(), exists(),",
                ));
            }
        };
        self.expect(")")?;
        Ok(step)
    }

    fn tests(&mut self) -> Result<Vec<Vec<Test>>, NotUnderstood> {
        let mut any = Vec::new();
        loop {
            let mut all = vec![self.test()?];
            while self.word("and") {
                all.push(self.test()?);
            }
            any.push(all);
            if !self.word("or") {
                return Ok(any);
            }
        }
    }

    fn test(&mut self) -> Result<Test, NotUnderstood> {
        let mut path = self.path()?;
        let exists = path.0.last() == Some(&Step::Exists);
        if exists {
            path.0.pop();
        }
        if path.0.contains(&Step::Exists) {
            return Err(self.expected("exists() at the end only"));
        }
        if exists {
            return Ok(Test::Exists(path));
        }
        if self.eat("!=") {
            return Ok(Test::NotEqual(path, self.literal()?));
        }
        if self.eat("=") {
            return Ok(Test::Equal(path, self.literal()?));
        }
        Ok(Test::Holds(path))
    }

    fn literal(&mut self) -> Result<Literal, NotUnderstood> {
        self.space();
        if self.rest.starts_with('\'') {
            return Ok(Literal::Text(self.text()?));
        }
        if self.eat("@") {
            let is_date = |c: char| c.is_ascii_digit() || "-:.+TZ".contains(c);
            return Ok(Literal::Text(self.taken(is_date).to_owned()));
        }
        if self.word("true") {
            return Ok(Literal::Boolean(true));
        }
        if self.word("false") {
            return Ok(Literal::Boolean(false));
        }
        let before = self.rest;
        let sign = if self.eat("-") { "-" } else { "" };
        let digits = self.taken(|c| c.is_ascii_digit() || c == '.');
        if digits.starts_with(|c: char| c.is_ascii_digit()) && !digits.ends_with('.') {
            return Ok(Literal::Number(format!("{sign}{digits}")));
        }
        self.rest = before;
        Err(self.expected("a string, number, boolean or date"))
    }

    /// A string in single quotes. <https://hl7.org/fhirpath/N1/#string>
    fn text(&mut self) -> Result<String, NotUnderstood> {
        self.expect("'")?;
        let mut text = String::new();
        let mut characters = self.rest.chars();
        loop {
            let next = match characters.next() {
                Some('\'') => {
                    self.rest = characters.as_str();
                    return Ok(text);
                }
                Some('\\') => escaped(&mut characters),
                other => other,
            };
            match next {
                Some(character) => text.push(character),
                None => return Err(self.expected("a string that ends")),
            }
        }
    }
}

fn escaped(characters: &mut std::str::Chars<'_>) -> Option<char> {
    match characters.next()? {
        'n' => Some('\n'),
        'r' => Some('\r'),
        't' => Some('\t'),
        'f' => Some('\u{c}'),
        'u' => {
            let digits: String = characters.take(4).collect();
            char::from_u32(u32::from_str_radix(&digits, 16).ok()?)
        }
        other => Some(other),
    }
}

fn is_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        Path::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn what_is_not_understood_is_refused_with_its_place() {
        for (text, wanted) in [
            ("", "at character 1: an element's name is expected"),
            ("Patient.", "at character 9: an element's name is expected"),
            ("Patient.name[x]", "at character 14: an index is expected"),
            ("Patient.name[0", "at character 15: ] is expected"),
            ("Patient..name", "at character 9: an element's name is expected"),
            ("Patient.name | Patient.id", "at character 14: a step or the end is expected"),
            ("Patient.name.where(use = )", "at character 26: a string, number, boolean or date is expected"),
            ("Patient.name.where(use = 'x", "at character 27: a string that ends is expected"),
            ("%resource.name", "at character 1: an element's name is expected"),
        ] {
            assert_eq!(refusal(text), format!("the path is not understood {wanted}"), "{text}");
        }
        assert!(refusal("Patient.name.skip(1)").contains("at character 14: one of where()"));
        assert!(refusal("Patient.name.exists()").contains("an element, not exists()"));
        assert!(refusal(&"a.where(".repeat(100)).contains("nested less"));
        assert!(refusal(&"(".repeat(3_000)).contains("nested less"));
        assert!(refusal(&"a".repeat(4_001)).contains("its end"));
    }

    #[test]
    fn paths_are_read() {
        let member = |name: &str| Step::Member(name.to_owned());
        assert_eq!(
            Path::parse(
                "Patient.name.where( use = 'official' and period.exists() or `use`!='o\\'d' ).first().given[1]"
            ),
            Ok(Path(vec![
                member("Patient"),
                member("name"),
                Step::Where(vec![
                    vec![
                        Test::Equal(Path(vec![member("use")]), Literal::Text("official".to_owned())),
                        Test::Exists(Path(vec![member("period")])),
                    ],
                    vec![Test::NotEqual(Path(vec![member("use")]), Literal::Text("o'd".to_owned()))],
                ]),
                Step::First,
                member("given"),
                Step::Item(1),
            ]))
        );
        let cast = Path(vec![
            member("Observation"),
            member("value"),
            Step::OfType("Quantity".to_owned()),
            member("unit"),
        ]);
        for text in [
            "(Observation.value as Quantity).unit",
            "Observation.value.ofType(Quantity).unit",
            "Observation.value.as(FHIR.Quantity).unit",
        ] {
            assert_eq!(Path::parse(text).as_ref(), Ok(&cast), "{text}");
        }
    }
}
