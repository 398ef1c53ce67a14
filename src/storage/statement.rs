//! Plain SQL whose plan is kept.
//!
//! `diesel::sql_query` is parsed and planned anew at each call. A [`Statement`] with a fixed text is prepared once a
//! connection. One whose text is composed of a query's parts is so when the text is often used; callers could fill the memory
//! with rare ones.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::{LazyLock, RwLock};

use chrono::{DateTime, Utc};
use diesel::QueryResult;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Integer, Nullable, Text, Timestamptz, Untyped};
use xxhash_rust::xxh3::xxh3_64;

/// A statement with `$1`, `$2` ... in its text, and the parameters for them.
pub struct Statement<'a> {
    sql: Cow<'static, str>,
    /// Whether it is prepared once a connection.
    is_kept: bool,
    parameters: Vec<Parameter<'a>>,
}

/// A value for a `$n`.
pub enum Parameter<'a> {
    /// `bigint`.
    Number(i64),
    /// `text`.
    Text(&'a str),
    /// `text` or null.
    OptionalText(Option<&'a str>),
    /// `timestamptz`.
    Time(DateTime<Utc>),
    /// `bigint[]`.
    Numbers(Vec<i64>),
    /// `bigint[]` with nulls.
    OptionalNumbers(Vec<Option<i64>>),
    /// `integer`.
    Integer(i32),
    /// `integer` or null.
    OptionalInteger(Option<i32>),
    /// `integer[]`.
    Integers(Vec<i32>),
    /// `integer[]` with nulls.
    OptionalIntegers(Vec<Option<i32>>),
    /// `timestamptz[]`.
    Times(Vec<DateTime<Utc>>),
    /// `text[]`.
    Texts(Vec<&'a str>),
    /// `text[]` with nulls.
    OptionalTexts(Vec<Option<&'a str>>),
}

impl<'a> Statement<'a> {
    /// A statement with a text known at build time.
    #[must_use]
    pub fn fixed(sql: &'static str, parameters: Vec<Parameter<'a>>) -> Self {
        Self { sql: Cow::Borrowed(sql), is_kept: true, parameters }
    }

    /// The beginning of a statement that is composed as the query asks for.
    #[must_use]
    pub fn composed(sql: String, parameters: Vec<Parameter<'a>>) -> Self {
        Self { sql: Cow::Owned(sql), is_kept: false, parameters }
    }

    /// Adds a parameter and returns its place in the text, such as `$3`.
    pub fn push(&mut self, parameter: Parameter<'a>) -> String {
        self.parameters.push(parameter);
        format!("${}", self.parameters.len())
    }

    /// The name of a resource type, for the text: how many rows a type has decides how a search is best done, and a plan that is
    /// kept must know it.
    pub fn name(&mut self, name: &'a str) -> String {
        // Every type's name is so; anything else could break out of the quotes.
        if name.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return format!("'{name}'");
        }
        self.push(Parameter::Text(name))
    }

    /// A limit. Those that are often asked for stand in the text: of a bound one Postgres guesses that it takes a tenth of all rows.
    /// Others would make a form of its own for each number that a client thinks of.
    pub fn limit(&mut self, limit: i64) -> String {
        if COMMON_LIMITS.contains(&limit) { limit.to_string() } else { self.push(Parameter::Number(limit)) }
    }

    /// Whether it binds more values than the protocol can count.
    #[must_use]
    pub fn is_too_long(&self) -> bool {
        self.parameters.len() > MOST_PARAMETERS
    }

    /// Keeps the plan of a composed text that is often used.
    #[must_use]
    pub fn kept_if_often_used(mut self) -> Self {
        self.is_kept |= self.parameters.len() <= FEW_PARAMETERS && is_often_used(&self.sql);
        self
    }

    /// Adds to the text.
    pub fn push_sql(&mut self, sql: &str) {
        self.sql.to_mut().push_str(sql);
    }
}

/// One more than what clients often ask for, and than what a page includes.
const COMMON_LIMITS: [i64; 9] = [2, 6, 11, 21, 51, 101, 201, 501, 1_001];

/// So many values one statement can bind: the protocol counts them in 16 bits.
const MOST_PARAMETERS: usize = 65_535;

/// So many composed texts are prepared; a connection never forgets one.
const MOST_PREPARED: usize = 256;
/// A text that was used so often is likely to be used again.
const OFTEN: u32 = 4;
/// A text with more parameters than this is one of many forms.
const FEW_PARAMETERS: usize = 24;

/// The composed texts that were used, by their hash.
struct Texts {
    prepared: HashSet<u64>,
    seen: HashMap<u64, u32>,
}

/// Whether a composed text is worth keeping its plan.
fn is_often_used(sql: &str) -> bool {
    static TEXTS: LazyLock<RwLock<Texts>> =
        LazyLock::new(|| RwLock::new(Texts { prepared: HashSet::new(), seen: HashMap::new() }));
    let hash = xxh3_64(sql.as_bytes());
    let Ok(texts) = TEXTS.read() else { return false };
    if texts.prepared.contains(&hash) || texts.prepared.len() >= MOST_PREPARED {
        return texts.prepared.contains(&hash);
    }
    drop(texts);
    let Ok(mut texts) = TEXTS.write() else { return false };
    // Rare texts are forgotten all at once, those in use come again soon.
    if texts.seen.len() >= MOST_PREPARED.saturating_mul(4) {
        texts.seen.clear();
    }
    let count = texts.seen.entry(hash).or_default();
    *count = count.saturating_add(1);
    *count >= OFTEN && texts.prepared.insert(hash)
}

impl QueryFragment<Pg> for Statement<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        if !self.is_kept {
            out.unsafe_to_cache_prepared();
        }
        out.push_sql(&self.sql);
        for parameter in &self.parameters {
            match parameter {
                Parameter::Number(number) => out.push_bind_param_value_only::<BigInt, _>(number)?,
                Parameter::Text(text) => out.push_bind_param_value_only::<Text, _>(text)?,
                Parameter::OptionalText(text) => {
                    out.push_bind_param_value_only::<Nullable<Text>, _>(text)?;
                }
                Parameter::OptionalInteger(number) => {
                    out.push_bind_param_value_only::<Nullable<Integer>, _>(number)?;
                }
                Parameter::Time(time) => out.push_bind_param_value_only::<Timestamptz, _>(time)?,
                Parameter::Numbers(numbers) => {
                    out.push_bind_param_value_only::<Array<BigInt>, _>(numbers)?;
                }
                Parameter::OptionalNumbers(numbers) => {
                    out.push_bind_param_value_only::<Array<Nullable<BigInt>>, _>(numbers)?;
                }
                Parameter::Integer(number) => out.push_bind_param_value_only::<Integer, _>(number)?,
                Parameter::Integers(numbers) => {
                    out.push_bind_param_value_only::<Array<Integer>, _>(numbers)?;
                }
                Parameter::OptionalIntegers(numbers) => {
                    out.push_bind_param_value_only::<Array<Nullable<Integer>>, _>(numbers)?;
                }
                Parameter::Times(times) => out.push_bind_param_value_only::<Array<Timestamptz>, _>(times)?,
                Parameter::Texts(texts) => out.push_bind_param_value_only::<Array<Text>, _>(texts)?,
                Parameter::OptionalTexts(texts) => {
                    out.push_bind_param_value_only::<Array<Nullable<Text>>, _>(texts)?;
                }
            }
        }
        Ok(())
    }
}

impl QueryId for Statement<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Statement<'_> {
    type SqlType = Untyped;
}
