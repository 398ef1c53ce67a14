//! Reading expressions, by how tightly their operators bind. <http://hl7.org/fhirpath/N1/#operator-precedence>

use rust_decimal::Decimal;

use super::expression::{Expression, Literal, Operator, TYPE_BINDING, Term};
use super::functions::Function;
use super::literal::calendar_unit;
use super::token::{NotUnderstood, Token, tokens};

/// Longer expressions are refused.
const LONGEST: usize = 20_000;
/// So deep may parts stand in parts.
const MAX_DEPTH: u32 = 64;
/// So many steps and operators there may be: each stands in the next, and all are gone through one within another.
const MOST_PARTS: u32 = 1_000;

impl Expression {
    /// Reads an expression.
    ///
    /// # Errors
    /// Where it is none, is too long, or calls a function that is not known.
    pub fn parse(text: &str) -> Result<Self, NotUnderstood> {
        if text.len() > LONGEST {
            return Err(NotUnderstood { at: LONGEST, expected: "the end" });
        }
        let mut reader =
            Reader { tokens: tokens(text)?, next: 0, end: text.chars().count(), depth: 0, parts: 0 };
        let term = reader.term(0)?;
        if reader.next < reader.tokens.len() {
            return Err(reader.fault("the end or an operator"));
        }
        Ok(Self(term))
    }
}

struct Reader {
    tokens: Vec<(usize, Token)>,
    next: usize,
    end: usize,
    depth: u32,
    parts: u32,
}

impl Reader {
    fn fault(&self, expected: &'static str) -> NotUnderstood {
        NotUnderstood { at: self.tokens.get(self.next).map_or(self.end, |(at, _)| *at), expected }
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next).map(|(_, token)| token)
    }

    fn take(&mut self) -> Option<Token> {
        let token = self.peek().cloned();
        self.next = self.next.saturating_add(1);
        token
    }

    /// Takes a sign if it comes next.
    fn takes(&mut self, sign: &str) -> bool {
        let is_next = matches!(self.peek(), Some(Token::Sign(next)) if *next == sign);
        if is_next {
            self.next = self.next.saturating_add(1);
        }
        is_next
    }

    fn expect(&mut self, sign: &str, expected: &'static str) -> Result<(), NotUnderstood> {
        if self.takes(sign) { Ok(()) } else { Err(self.fault(expected)) }
    }

    /// The word that an operator may be: a sign, or a name that is not quoted.
    fn operator_word(&self) -> Option<&str> {
        match self.peek()? {
            Token::Sign(sign) => Some(sign),
            Token::Name { text, quoted: false } => Some(text),
            Token::Name { .. } | Token::Variable(_) | Token::Special(_) | Token::Text(_) => None,
            Token::Number(_) | Token::Date(_) | Token::Time(_) => None,
        }
    }

    /// Counts a step or an operator.
    fn part(&mut self) -> Result<(), NotUnderstood> {
        self.parts = self.parts.saturating_add(1);
        if self.parts > MOST_PARTS { Err(self.fault("fewer parts")) } else { Ok(()) }
    }

    /// A term with all operators that bind at least so tightly.
    fn term(&mut self, least: u8) -> Result<Term, NotUnderstood> {
        self.depth = self.depth.saturating_add(1);
        if self.depth > MAX_DEPTH {
            return Err(self.fault("less depth"));
        }
        let mut left = self.signed()?;
        while let Some(word) = self.operator_word() {
            if matches!(word, "is" | "as") && TYPE_BINDING >= least {
                let is = word == "is";
                self.part()?;
                self.take();
                let name = self.type_name()?;
                left = if is { Term::Is(Box::new(left), name) } else { Term::As(Box::new(left), name) };
                continue;
            }
            let Some((operator, binding)) = Operator::read(word).filter(|(_, binding)| *binding >= least)
            else {
                break;
            };
            self.part()?;
            self.take();
            let right = self.term(binding.saturating_add(1))?;
            left = Term::Binary(operator, Box::new(left), Box::new(right));
        }
        self.depth = self.depth.saturating_sub(1);
        Ok(left)
    }

    fn signed(&mut self) -> Result<Term, NotUnderstood> {
        if self.takes("-") {
            return Ok(Term::Negated(Box::new(self.path()?)));
        }
        self.takes("+");
        self.path()
    }

    /// A first part with all steps behind it.
    fn path(&mut self) -> Result<Term, NotUnderstood> {
        let mut term = self.first()?;
        loop {
            if self.takes(".") {
                self.part()?;
                term = match self.take() {
                    Some(Token::Name { text, .. }) => self.step(Some(Box::new(term)), text)?,
                    Some(Token::Special(word)) if word == "this" => term,
                    _ => return Err(self.before("a name")),
                };
            } else if self.takes("[") {
                self.part()?;
                let at = self.term(0)?;
                self.expect("]", "]")?;
                term = Term::At(Box::new(term), Box::new(at));
            } else {
                return Ok(term);
            }
        }
    }

    /// What is wrong with the word that was taken last.
    fn before(&mut self, expected: &'static str) -> NotUnderstood {
        self.next = self.next.saturating_sub(1);
        self.fault(expected)
    }

    fn first(&mut self) -> Result<Term, NotUnderstood> {
        let Some(token) = self.take() else { return Err(self.before("a value, a name or a bracket")) };
        match token {
            Token::Text(text) => Ok(Term::Literal(Literal::Text(text))),
            Token::Number(number) => self.number(&number),
            Token::Date(text) => Ok(Term::Literal(Literal::Date(text))),
            Token::Time(text) => Ok(Term::Literal(Literal::Time(text))),
            Token::Variable(name) => Ok(Term::Variable(name)),
            Token::Special(word) => match word.as_str() {
                "this" => Ok(Term::This),
                "index" => Ok(Term::Index),
                "total" => Ok(Term::Total),
                _ => Err(self.before("$this, $index or $total")),
            },
            Token::Name { text, quoted: false } if text == "true" => {
                Ok(Term::Literal(Literal::Boolean(true)))
            }
            Token::Name { text, quoted: false } if text == "false" => {
                Ok(Term::Literal(Literal::Boolean(false)))
            }
            Token::Name { text, .. } => self.step(None, text),
            Token::Sign("(") => {
                let inside = self.term(0)?;
                self.expect(")", ")")?;
                Ok(inside)
            }
            Token::Sign("{") => {
                self.expect("}", "}")?;
                Ok(Term::Nothing)
            }
            Token::Sign(_) => Err(self.before("a value, a name or a bracket")),
        }
    }

    /// A whole number, a decimal, or a quantity where a unit follows.
    fn number(&mut self, number: &str) -> Result<Term, NotUnderstood> {
        let unit = match self.peek() {
            Some(Token::Text(unit)) => Some(unit.clone()),
            Some(Token::Name { text, quoted: false }) => calendar_unit(text).map(str::to_owned),
            Some(Token::Name { .. } | Token::Variable(_) | Token::Special(_) | Token::Number(_)) | None => {
                None
            }
            Some(Token::Date(_) | Token::Time(_) | Token::Sign(_)) => None,
        };
        let decimal =
            Decimal::from_str_exact(number).map_err(|_| self.before("a number of at most 28 digits"))?;
        if let Some(unit) = unit {
            self.take();
            return Ok(Term::Literal(Literal::Quantity(decimal, unit)));
        }
        if number.contains('.') {
            return Ok(Term::Literal(Literal::Decimal(decimal)));
        }
        let whole = number.parse().map_err(|_| self.before("a whole number of 64 bits"))?;
        Ok(Term::Literal(Literal::Integer(whole)))
    }

    /// A member or a call.
    fn step(&mut self, on: Option<Box<Term>>, name: String) -> Result<Term, NotUnderstood> {
        if !matches!(self.peek(), Some(Token::Sign("("))) {
            return Ok(Term::Member(on, name));
        }
        let function = Function::named(&name).ok_or_else(|| self.before("a function that is known"))?;
        self.take();
        if function.takes_type() {
            let of = self.type_name()?;
            self.expect(")", ")")?;
            let on = on.unwrap_or_else(|| Box::new(Term::This));
            return Ok(if function.is_test() { Term::Is(on, of) } else { Term::As(on, of) });
        }
        let mut arguments = Vec::new();
        if !self.takes(")") {
            loop {
                arguments.push(self.term(0)?);
                if self.takes(")") {
                    break;
                }
                self.expect(",", ", or )")?;
            }
        }
        if !function.allows(arguments.len()) {
            return Err(self.before("another number of arguments"));
        }
        Ok(Term::Call(on, function, arguments))
    }

    /// The name of a type, without what stands before its point.
    fn type_name(&mut self) -> Result<String, NotUnderstood> {
        let Some(Token::Name { text: mut name, .. }) = self.take() else {
            return Err(self.before("the name of a type"));
        };
        while self.takes(".") {
            let Some(Token::Name { text, .. }) = self.take() else {
                return Err(self.before("the name of a type"));
            };
            // `System.Boolean` is not `FHIR.boolean`, and the capital tells them apart.
            name = text;
        }
        Ok(name)
    }
}
