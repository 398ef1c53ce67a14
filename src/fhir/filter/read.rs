//! From the text of a filter to its tree, character by character.

use super::{Filter, Operator, SearchFault, Step, Test};

/// So deep brackets, parentheses and `not` may stand in one another.
const DEEPEST: usize = 16;
/// So many comparisons a filter may have.
const MOST_TESTS: usize = 64;
/// So many characters a filter may have.
const MOST_CHARACTERS: usize = 8192;

pub(super) fn filter(text: &str) -> Result<Filter, SearchFault> {
    let characters: Vec<char> = text.chars().collect();
    if characters.len() > MOST_CHARACTERS {
        let text = format!("_filter is longer than {MOST_CHARACTERS} characters");
        return Err(SearchFault::too_costly(text));
    }
    let mut reader = Reader { characters, at: 0, depth: 0, tests: 0 };
    let filter = reader.expression()?;
    reader.skip_blanks();
    if reader.peek().is_some() { Err(reader.expected("and, or or the end")) } else { Ok(filter) }
}

struct Reader {
    characters: Vec<char>,
    at: usize,
    depth: usize,
    tests: usize,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.characters.get(self.at).copied()
    }

    fn advance(&mut self) {
        self.at = self.at.saturating_add(1);
    }

    fn skip_blanks(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.advance();
        }
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> String {
        let mut taken = String::new();
        while let Some(character) = self.peek().filter(|character| wanted(*character)) {
            taken.push(character);
            self.advance();
        }
        taken
    }

    /// Takes the word, if it stands here and ends here.
    fn take_word(&mut self, word: &str) -> bool {
        self.skip_blanks();
        let end = self.at.saturating_add(word.len());
        let stands =
            self.characters.get(self.at..end).is_some_and(|here| here.iter().copied().eq(word.chars()));
        let ends = !self.characters.get(end).copied().is_some_and(|next| is_name(next) || next == '.');
        if stands && ends {
            self.at = end;
        }
        stands && ends
    }

    fn expect(&mut self, character: char) -> Result<(), SearchFault> {
        self.skip_blanks();
        if self.peek() == Some(character) {
            self.advance();
            return Ok(());
        }
        Err(self.expected(&format!("{character:?}")))
    }

    fn expected(&self, what: &str) -> SearchFault {
        SearchFault::malformed(format!(
            "_filter: {what} was expected at character {}",
            self.at.saturating_add(1)
        ))
    }

    fn deeper<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, SearchFault>,
    ) -> Result<T, SearchFault> {
        self.depth = self.depth.saturating_add(1);
        if self.depth > DEEPEST {
            return Err(SearchFault::too_costly(format!("_filter is nested more than {DEEPEST} deep")));
        }
        let found = read(self)?;
        self.depth = self.depth.saturating_sub(1);
        Ok(found)
    }

    fn expression(&mut self) -> Result<Filter, SearchFault> {
        let mut left = self.operand()?;
        loop {
            if self.take_word("and") {
                left = Filter::And(Box::new(left), Box::new(self.operand()?));
            } else if self.take_word("or") {
                left = Filter::Or(Box::new(left), Box::new(self.operand()?));
            } else {
                return Ok(left);
            }
        }
    }

    fn operand(&mut self) -> Result<Filter, SearchFault> {
        self.skip_blanks();
        let start = self.at;
        if self.take_word("not") {
            self.skip_blanks();
            if self.peek() == Some('(') {
                return Ok(Filter::Not(Box::new(self.deeper(Self::grouped)?)));
            }
            // A parameter of this name.
            self.at = start;
        }
        if self.peek() == Some('(') { self.deeper(Self::grouped) } else { self.test().map(Filter::Test) }
    }

    fn grouped(&mut self) -> Result<Filter, SearchFault> {
        self.expect('(')?;
        let inner = self.expression()?;
        self.expect(')')?;
        Ok(inner)
    }

    fn test(&mut self) -> Result<Test, SearchFault> {
        self.tests = self.tests.saturating_add(1);
        if self.tests > MOST_TESTS {
            return Err(SearchFault::too_costly(format!("_filter has more than {MOST_TESTS} comparisons")));
        }
        let at = self.at.saturating_add(1);
        let path = self.path()?;
        self.blank()?;
        let start = self.at;
        let word = self.take_while(|character| character.is_ascii_alphabetic());
        let Some(operator) = Operator::parse(&word) else {
            self.at = start;
            return Err(self.expected("an operator such as eq"));
        };
        self.blank()?;
        let value = self.value()?;
        Ok(Test { path, operator, value, at })
    }

    fn blank(&mut self) -> Result<(), SearchFault> {
        if !self.peek().is_some_and(char::is_whitespace) {
            return Err(self.expected("a blank"));
        }
        self.skip_blanks();
        Ok(())
    }

    fn path(&mut self) -> Result<Vec<Step>, SearchFault> {
        let mut path = Vec::new();
        loop {
            let is_start = |first: char| first == '_' || first.is_ascii_alphabetic();
            if !self.peek().is_some_and(is_start) {
                return Err(self.expected("the name of a search parameter"));
            }
            let name = self.take_while(|character| is_name(character) || character == ':');
            let filter =
                if self.peek() == Some('[') { Some(Box::new(self.deeper(Self::bracketed)?)) } else { None };
            let must_go_on = filter.is_some();
            path.push(Step { name, filter });
            match self.peek() {
                Some('.') => self.advance(),
                _ if must_go_on => return Err(self.expected("'.'")),
                _ => return Ok(path),
            }
        }
    }

    fn bracketed(&mut self) -> Result<Filter, SearchFault> {
        self.expect('[')?;
        let inner = self.expression()?;
        self.expect(']')?;
        Ok(inner)
    }

    fn value(&mut self) -> Result<String, SearchFault> {
        if self.peek() == Some('"') {
            return self.string();
        }
        let token =
            self.take_while(|character| !character.is_whitespace() && character != ')' && character != ']');
        if token.is_empty() { Err(self.expected("a value")) } else { Ok(token) }
    }

    /// A string as JSON writes it.
    fn string(&mut self) -> Result<String, SearchFault> {
        let start = self.at;
        let mut escaped = false;
        self.advance();
        while let Some(character) = self.peek() {
            self.advance();
            if character == '"' && !escaped {
                let text: String = self.characters.get(start..self.at).unwrap_or_default().iter().collect();
                let read = serde_json::from_str(&text);
                return read.map_err(|_| {
                    self.at = start;
                    self.expected("a JSON string")
                });
            }
            escaped = character == '\\' && !escaped;
        }
        self.at = start;
        Err(self.expected("a JSON string with its end"))
    }
}

fn is_name(character: char) -> bool {
    matches!(character, '_' | '-') || character.is_ascii_alphanumeric()
}
