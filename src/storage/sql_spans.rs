//! A span for each statement that is sent for a request or a job whose trace is taken.

use std::fmt::{self, Write as _};

use diesel::connection::{DebugQuery, Instrumentation, InstrumentationEvent};
use tracing::field::Empty;
use tracing::{Span, info_span};

use crate::core::trace::{TARGET, is_taken};

/// What diesel writes between a statement and what is bound to it.
const BINDS: &str = " -- binds";
/// So many tables are named of a statement.
const MOST_TABLES: usize = 6;

/// The spans of one connection, which sends one statement at a time.
#[derive(Default)]
pub(super) struct SqlSpans {
    running: Option<Span>,
}

impl Instrumentation for SqlSpans {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::StartQuery { query, .. } = &event {
            self.running = is_taken().then(|| span(&summary(&text(*query))));
        } else if let InstrumentationEvent::FinishQuery { error, .. } = &event
            && let (Some(span), Some(_)) = (self.running.take(), error)
        {
            span.record("otel.status_code", "ERROR");
        }
    }
}

fn span(summary: &str) -> Span {
    info_span!(
        target: TARGET, "sql", otel.kind = "client", otel.name = summary, otel.status_code = Empty, db.system.name = "postgresql",
        db.query.summary = summary
    )
}

/// The text of a statement without what is bound to it: that is not even written out, for it can be large, and is nobody's business.
fn text(query: &dyn DebugQuery) -> String {
    let mut text = Text(String::new());
    // It ends early, as it is meant to.
    write!(text, "{query}").ok();
    text.0
}

/// A text that takes nothing more once what is bound follows, or it is long.
struct Text(String);

impl Text {
    const LONGEST: usize = 16 * 1024;
}

impl fmt::Write for Text {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        let own = part.split(BINDS).next().unwrap_or_default();
        self.0.push_str(own);
        if own.len() < part.len() || self.0.len() > Self::LONGEST { Err(fmt::Error) } else { Ok(()) }
    }
}

/// What a statement does to which tables, such as `UPDATE job`: its first word and the names behind those that go before a table's. Nothing
/// else of it is told, for it may hold an address.
fn summary(sql: &str) -> String {
    let sql = sql.split(BINDS).next().unwrap_or_default();
    // Literals are left out.
    let sql = sql.split('\'').step_by(2).collect::<Vec<_>>().join(" ");
    let mut words =
        sql.split(|letter: char| letter.is_whitespace() || letter == '(').filter(|word| !word.is_empty());
    let is_word = |word: &str| word.bytes().all(|letter| letter.is_ascii_alphabetic());
    let first = words.next().map(|word| word.trim_matches(';')).filter(|word| is_word(word));
    let mut told = vec![first.unwrap_or("statement").to_owned()];
    if ["BEGIN", "SET"].contains(&told.concat().as_str()) {
        return told.concat();
    }
    let mut is_before = first.is_some_and(|word| word.eq_ignore_ascii_case("update"));
    for word in words {
        let name = word.trim_end_matches([',', ')', ';']);
        let is_name =
            !name.is_empty() && name.bytes().all(|letter| letter.is_ascii_lowercase() || letter == b'_');
        if is_before && is_name && !told.iter().any(|one| one == name) && told.len() <= MOST_TABLES {
            told.push(name.to_owned());
        }
        is_before = ["FROM", "INTO", "UPDATE", "JOIN"].contains(&word);
    }
    told.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_told_by_its_tables_and_never_by_what_it_holds() {
        let told = |sql: &str, wanted: &str| assert_eq!(summary(sql), wanted);
        told("", "statement");
        told("BEGIN; SET LOCAL hygeia.tenant = ''; SET LOCAL hygeia.presented = 'jane@example.org'", "BEGIN");
        told("UPDATE job SET due = $4 WHERE tenant = $1 -- binds: [1, \"jane\"]", "UPDATE job");
        told("SELECT a FROM resource r JOIN job ON true WHERE x = 'FROM Jane'", "SELECT resource job");
        told(
            "WITH a AS (\n INSERT INTO delivery (tenant) SELECT 1 FROM receiver)\n SELECT * FROM a",
            "WITH delivery receiver a",
        );
        told("'jane'", "statement");
        told("SELECT a FROM job WHERE x = 'taken FROM jane doe'", "SELECT job");
        told("INSERT INTO job VALUES ($1) -- binds: [\"FROM jane x\"]", "INSERT job");
    }
}
