//! Reading a ViewDefinition, with all that is wrong told by its place.
//! <https://sql-on-fhir.org/ig/StructureDefinition-ViewDefinition.html#processing-algorithm>

use std::collections::HashSet;

use serde_json::{Value, json};

use super::column::{Column, Kind};
use super::constants::{ROW_INDEX, constant, is_known};
use super::select::{Over, Select};
use super::{Path, View};
use crate::fhir::ResourceType;
use crate::fhir::fhirpath::{Expression, Item};
use crate::fhir::outcome::{Issue, IssueType};
use crate::fhir::validate::validate;

const VIEW_DEFINITION: &str = "ViewDefinition";
/// So deep may selects stand in selects.
const DEEPEST: usize = 16;
/// So many selects there may be in all.
const MOST_SELECTS: usize = 200;
/// So many columns a table may have.
const MOST_COLUMNS: usize = 1_000;
/// So many conditions, and so many constants.
const MOST_OTHERS: usize = 100;
/// A name may have so many letters. Each row in JSON has those of all columns.
const LONGEST_NAME: usize = 128;
/// After so many issues the rest is not looked at.
const MOST_ISSUES: usize = 50;

/// Reads the view.
pub(super) fn view(definition: &Value) -> Result<View, Vec<Issue>> {
    structure(definition)?;
    let mut reader = Reader { constants: Vec::new(), issues: Vec::new(), selects: 0 };
    let resource_type = reader.resource_type(definition);
    reader.constants(definition);
    let wheres = reader.wheres(definition);
    let selects = reader.selects(definition, "select", VIEW_DEFINITION, 0);
    let columns: Vec<_> = selects.iter().flat_map(Select::all_columns).cloned().collect();
    reader.check_columns(&columns);
    let Reader { constants, mut issues, .. } = reader;
    match resource_type {
        Some(resource_type) if issues.is_empty() => {
            Ok(View { resource_type, columns, constants, wheres, selects })
        }
        _ => {
            issues.truncate(MOST_ISSUES);
            Err(issues)
        }
    }
}

/// Elements, their types and numbers. A view that is sent along need say neither what it is nor its status.
fn structure(definition: &Value) -> Result<(), Vec<Issue>> {
    let refused = |text: &str| vec![Issue::error(IssueType::Structure, text).at(VIEW_DEFINITION)];
    let Value::Object(members) = definition else { return Err(refused("a ViewDefinition is an object")) };
    if members.get("resourceType").is_some_and(|name| name != VIEW_DEFINITION) {
        return Err(refused("this is a resource of another type"));
    }
    let mut whole = members.clone();
    whole.entry("resourceType").or_insert_with(|| json!(VIEW_DEFINITION));
    whole.entry("status").or_insert_with(|| json!("unknown"));
    validate(&Value::Object(whole)).map(|_| ())
}

struct Reader {
    constants: Vec<(String, Item<'static>)>,
    issues: Vec<Issue>,
    selects: usize,
}

fn list<'v>(of: &'v Value, name: &str) -> &'v [Value] {
    of.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn text<'v>(of: &'v Value, name: &str) -> Option<&'v str> {
    of.get(name).and_then(Value::as_str)
}

impl Reader {
    fn refuse(&mut self, code: IssueType, place: impl Into<String>, text: impl Into<String>) {
        self.issues.push(Issue::error(code, text).at(place));
    }

    fn resource_type(&mut self, definition: &Value) -> Option<ResourceType> {
        let named = text(definition, "resource").and_then(ResourceType::parse);
        if named.is_none() {
            self.refuse(IssueType::Value, "ViewDefinition.resource", "there are no resources of this type");
        }
        if let Some(name) = text(definition, "name") {
            self.name(name, "ViewDefinition.name");
        }
        named
    }

    /// A name must be one that databases take.
    fn name(&mut self, name: &str, place: &str) {
        let is_rest = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
        let begins = name.starts_with(|letter: char| letter.is_ascii_alphabetic());
        if !begins || name.len() > LONGEST_NAME || !name.chars().all(is_rest) {
            let text = format!(
                "a name begins with a letter and has letters, digits and underscores, {LONGEST_NAME} in all"
            );
            self.refuse(IssueType::Value, place, text);
        }
    }

    fn constants(&mut self, definition: &Value) {
        let written = list(definition, "constant");
        if written.len() > MOST_OTHERS {
            let text = format!("there may be {MOST_OTHERS} constants");
            return self.refuse(IssueType::TooCostly, "ViewDefinition.constant", text);
        }
        for (at, one) in written.iter().enumerate() {
            let place = format!("ViewDefinition.constant[{at}]");
            self.name(text(one, "name").unwrap_or_default(), &format!("{place}.name"));
            match constant(one, &place) {
                Err(issue) => self.issues.push(issue),
                Ok((name, _)) if self.constants.iter().any(|(other, _)| *other == name) => {
                    let text = "there is another constant with this name";
                    self.refuse(IssueType::Duplicate, format!("{place}.name"), text);
                }
                Ok(read) => self.constants.push(read),
            }
        }
    }

    fn wheres(&mut self, definition: &Value) -> Vec<Path> {
        let written = list(definition, "where");
        if written.len() > MOST_OTHERS {
            let text = format!("there may be {MOST_OTHERS} conditions");
            self.refuse(IssueType::TooCostly, "ViewDefinition.where", text);
            return Vec::new();
        }
        let paths = written.iter().enumerate();
        paths.filter_map(|(at, one)| self.path(one, "path", &format!("ViewDefinition.where[{at}]"))).collect()
    }

    /// An expression that is an element of what stands at the place.
    fn path(&mut self, of: &Value, name: &str, place: &str) -> Option<Path> {
        let written = text(of, name)?;
        self.expression(written, format!("{place}.{name}"))
    }

    fn expression(&mut self, written: &str, place: String) -> Option<Path> {
        let expression = match Expression::parse(written) {
            Ok(expression) => expression,
            Err(fault) => {
                self.refuse(IssueType::Value, place, fault.to_string());
                return None;
            }
        };
        let unknown = expression.variables().into_iter().find(|name| !is_known(name, &self.constants));
        if unknown.is_some() {
            let text = "the expression names a variable that is no constant of the view";
            self.refuse(IssueType::NotFound, place, text);
            return None;
        }
        Some(Path { expression, place })
    }

    /// The selects that are the elements of this name of what stands at the place.
    fn selects(&mut self, of: &Value, name: &str, place: &str, depth: usize) -> Vec<Select> {
        let written = list(of, name);
        self.selects = self.selects.saturating_add(written.len());
        if depth >= DEEPEST || self.selects > MOST_SELECTS {
            let text = format!("there may be {MOST_SELECTS} selects, {DEEPEST} within one another");
            self.refuse(IssueType::TooCostly, format!("{place}.{name}"), text);
            return Vec::new();
        }
        let each = written.iter().enumerate();
        each.map(|(at, one)| self.select(one, &format!("{place}.{name}[{at}]"), depth)).collect()
    }

    fn select(&mut self, written: &Value, place: &str, depth: usize) -> Select {
        let over = self.over(written, place);
        let columns = list(written, "column").iter().enumerate();
        let columns =
            columns.filter_map(|(at, one)| self.column(one, format!("{place}.column[{at}]"))).collect();
        let within = depth.saturating_add(1);
        let selects = self.selects(written, "select", place, within);
        let union = self.selects(written, "unionAll", place, within);
        if ["column", "select", "unionAll"].iter().all(|name| list(written, name).is_empty()) {
            let text = "a select has columns, selects or a union";
            self.refuse(IssueType::Required, place, text);
        }
        let mut select = Select { over, columns, selects, union };
        self.check_union(&mut select, place);
        select
    }

    fn over(&mut self, written: &Value, place: &str) -> Over {
        let repeat = list(written, "repeat");
        let each = ["forEach", "forEachOrNull"].map(|name| written.get(name).is_some());
        if each.into_iter().chain([!repeat.is_empty()]).filter(|is_there| *is_there).count() > 1 {
            let text = "there may be one of forEach, forEachOrNull and repeat";
            self.refuse(IssueType::Invariant, place, text);
            return Over::Here;
        }
        if !repeat.is_empty() {
            let paths = repeat.iter().filter_map(Value::as_str).enumerate();
            let paths =
                paths.filter_map(|(at, one)| self.expression(one, format!("{place}.repeat[{at}]"))).collect();
            return Over::Repeat(paths);
        }
        match each {
            [true, _] => self.path(written, "forEach", place).map_or(Over::Here, Over::Each),
            [_, true] => self.path(written, "forEachOrNull", place).map_or(Over::Here, Over::EachOrNothing),
            [false, false] => Over::Here,
        }
    }

    fn column(&mut self, written: &Value, place: String) -> Option<(Column, Path)> {
        let name = text(written, "name").unwrap_or_default().to_owned();
        self.name(&name, &format!("{place}.name"));
        let kind = match text(written, "type").map(Kind::parse) {
            None => Kind::Unsaid,
            Some(Some(kind)) => kind,
            Some(None) => {
                self.refuse(IssueType::Value, format!("{place}.type"), "there is no such type");
                Kind::Unsaid
            }
        };
        let collection = written.get("collection").and_then(Value::as_bool) == Some(true);
        let path = self.path(written, "path", &place)?;
        let counts = path.expression.is_variable(ROW_INDEX);
        Some((Column { name, kind, collection, place, counts }, path))
    }

    /// All parts of a union have the same columns: a type that one part says is that of all.
    fn check_union(&mut self, select: &mut Select, place: &str) {
        let Some((first, others)) = select.union.split_first() else { return };
        let first = first.all_columns();
        let mut kinds: Vec<_> = first.iter().map(|column| column.kind).collect();
        for (at, other) in others.iter().enumerate() {
            let columns = other.all_columns();
            let mut fits = columns.len() == first.len();
            for ((one, another), kind) in first.iter().zip(columns).zip(&mut kinds) {
                fits &= is_same(one, another, *kind);
                if *kind == Kind::Unsaid {
                    *kind = another.kind;
                }
            }
            if !fits {
                let text =
                    "the columns of all parts of a union have the same names and types, in the same order";
                let place = format!("{place}.unionAll[{}]", at.saturating_add(1));
                self.refuse(IssueType::BusinessRule, place, text);
            }
        }
        for part in &mut select.union {
            part.set_kinds(&mut kinds.iter().copied());
        }
    }

    /// Each name is one column's.
    fn check_columns(&mut self, columns: &[Column]) {
        if columns.len() > MOST_COLUMNS {
            let text = format!("a table may have {MOST_COLUMNS} columns");
            return self.refuse(IssueType::TooCostly, "ViewDefinition.select", text);
        }
        let mut seen = HashSet::new();
        for column in columns {
            if !seen.insert(column.name.as_str()) {
                let place = format!("{}.name", column.place);
                self.refuse(IssueType::Duplicate, place, "there is another column with this name");
            }
        }
    }
}

/// Whether both are the same column of two parts of a union, where this type is said so far.
fn is_same(one: &Column, other: &Column, said: Kind) -> bool {
    let is_kind = said == other.kind || [said, other.kind].contains(&Kind::Unsaid);
    one.name == other.name && one.collection == other.collection && is_kind
}
