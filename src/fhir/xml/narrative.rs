//! Narratives: XHTML that shows something and does nothing. <https://hl7.org/fhir/R4/narrative.html#xhtml>
//!
//! A narrative is kept as the text that it is: its bytes are copied from one format to the other, entities, attributes and
//! comments as they stand. Only where XML names the XHTML namespace by a prefix is the markup written anew, since the JSON
//! string has to mean the same without what was around it.

use quick_xml::events::{BytesRef, Event};
use serde_json::Value;

use super::read::is_div;
use super::source::{Child, Source, Space, Tag};
use super::{XHTML, is_char, values};
use crate::fhir::outcome::{Issue, IssueType};
use crate::fhir::place::Place;

/// More levels than a narrative needs.
const MOST_LEVELS: usize = 256;
/// The elements of HTML 4 that format text, and pictures and links. Those that act, load or ask are not among them.
const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "acronym",
    "address",
    "area",
    "b",
    "bdo",
    "big",
    "blockquote",
    "br",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "kbd",
    "li",
    "map",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "samp",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
];
/// Addresses that run something.
const ACTIVE_SCHEMES: [&str; 2] = ["javascript:", "vbscript:"];

/// What is wrong with a narrative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::fhir) enum Flaw {
    /// It is not one well-formed `div`.
    NotADiv,
    /// The namespace is another one.
    Namespace,
    /// It does more than show something.
    Active,
    /// It is not well-formed in another way.
    Malformed(&'static str),
}

impl Flaw {
    /// The issue code, and what the div must be like.
    pub fn must(self) -> (IssueType, &'static str) {
        match self {
            Self::NotADiv => (IssueType::Structure, "must be one XHTML div element"),
            Self::Namespace => (IssueType::Structure, "must declare the XHTML namespace"),
            Self::Active => (
                IssueType::Invariant,
                "must be text, pictures and links: no scripts, forms, event attributes or embedded objects",
            ),
            Self::Malformed(must) => (IssueType::Structure, must),
        }
    }
}

/// Checks a narrative as it stands in JSON.
pub(in crate::fhir) fn check(text: &str) -> Result<(), Flaw> {
    if !text.chars().all(is_char) {
        return Err(Flaw::Malformed("must not have control characters"));
    }
    let mut source = Source::new(text);
    let Ok(Child::Tag(tag)) = source.child(None) else { return Err(Flaw::NotADiv) };
    // Markup before the div would be lost in XML, where the div is one element among others.
    if tag.offset != 0 || tag.name() != "div" {
        return Err(Flaw::NotADiv);
    }
    Walk::default().through(&mut source, tag)?;
    if source.offset() == text.len() { Ok(()) } else { Err(Flaw::NotADiv) }
}

/// Reads a narrative out of a document.
pub(super) fn read(source: &mut Source<'_>, tag: &Tag<'_>, place: Place<'_>) -> Result<Value, Issue> {
    let flawed = |flaw: Flaw| {
        let (code, must) = flaw.must();
        Issue::error(code, format!("div {must}.")).at(place.to_string())
    };
    if !is_div(tag) {
        return Err(flawed(Flaw::Namespace));
    }
    let mut walk = Walk::default();
    walk.through(source, tag.clone()).map_err(flawed)?;
    let whole = source.text.get(tag.offset..source.offset()).unwrap_or_default();
    Ok(if walk.has_prefixes || !walk.declares { walk.anew } else { whole.to_owned() }.into())
}

/// A walk through a narrative.
#[derive(Default)]
struct Walk {
    /// The narrative without prefixes.
    anew: String,
    has_prefixes: bool,
    /// Whether the div itself declares its namespace as that of names without prefix.
    declares: bool,
}

impl Walk {
    fn through(&mut self, source: &mut Source<'_>, tag: Tag<'_>) -> Result<(), Flaw> {
        let mut open = usize::from(!tag.empty);
        self.tag(source, &tag, true)?;
        while open > 0 {
            let Ok((offset, space, event)) = source.next() else { return Err(Flaw::NotADiv) };
            match event {
                Event::Start(start) => {
                    open = open.saturating_add(1);
                    self.tag(source, &Tag { space, start, empty: false, offset }, false)?;
                }
                Event::Empty(start) => self.tag(source, &Tag { space, start, empty: true, offset }, false)?,
                Event::End(end) => {
                    open = open.saturating_sub(1);
                    self.anew.push_str("</");
                    self.anew.push_str(end.local_name().into_inner());
                    self.anew.push('>');
                }
                Event::Text(text) if text.contains("]]>") => {
                    return Err(Flaw::Malformed("must write ]]> as ]]&gt;"));
                }
                // Read as HTML, these end early, and what follows would be markup.
                Event::CData(data) if data.contains('<') => return Err(Flaw::Active),
                Event::Comment(text) if text.starts_with('>') || text.starts_with("->") => {
                    return Err(Flaw::Active);
                }
                Event::Text(_) | Event::CData(_) | Event::Comment(_) => self.copy(source, offset),
                Event::GeneralRef(reference) if is_defined(&reference) => self.copy(source, offset),
                Event::GeneralRef(_) => {
                    let must = "must write characters as themselves or by number: XML knows no HTML entities";
                    return Err(Flaw::Malformed(must));
                }
                Event::DocType(_) => return Err(Flaw::Active),
                Event::PI(_) | Event::Decl(_) => {
                    return Err(Flaw::Malformed("must not have processing instructions"));
                }
                Event::Eof => return Err(Flaw::NotADiv),
            }
            if open > MOST_LEVELS {
                return Err(Flaw::Malformed("must not be nested so deeply"));
            }
        }
        Ok(())
    }

    /// Takes over what was read last.
    fn copy(&mut self, source: &Source<'_>, offset: usize) {
        self.anew.push_str(source.text.get(offset..source.offset()).unwrap_or_default());
    }

    fn tag(&mut self, source: &Source<'_>, tag: &Tag<'_>, is_root: bool) -> Result<(), Flaw> {
        if tag.space != Space::Xhtml {
            return Err(Flaw::Namespace);
        }
        let name = tag.name();
        if ELEMENTS.binary_search(&name).is_err() {
            return Err(Flaw::Active);
        }
        self.has_prefixes |= tag.start.name().prefix().is_some();
        self.anew.push('<');
        self.anew.push_str(name);
        if is_root {
            self.anew.push_str(&format!(" xmlns=\"{XHTML}\""));
        }
        let attributes = source.attributes(tag);
        for attribute in attributes.map_err(|_| Flaw::Malformed("must have well-formed attributes"))? {
            let key = attribute.key.into_inner();
            if attribute.key.as_namespace_binding().is_some() {
                self.declares |= is_root && key == "xmlns";
                continue;
            }
            let value =
                values::text(&attribute).ok_or(Flaw::Malformed("must have well-formed attributes"))?;
            refuse_active(key, &value)?;
            let quote = if attribute.value.contains('"') { '\'' } else { '"' };
            self.anew.push_str(&format!(" {key}={quote}{}{quote}", attribute.value));
        }
        self.anew.push_str(if tag.empty { "/>" } else { ">" });
        Ok(())
    }
}

/// Refuses attributes that a browser would act on, whatever blanks or references hide them.
fn refuse_active(key: &str, value: &str) -> Result<(), Flaw> {
    let name = key.strip_prefix("xml:").unwrap_or(key);
    let starts_well = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if !starts_well || !name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.')) {
        return Err(Flaw::Malformed("must have attributes of XHTML only"));
    }
    let is_handler = name.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("on"));
    let shown = value.chars().filter(|character| *character > ' ');
    let start: String = shown.take(16).map(|character| character.to_ascii_lowercase()).collect();
    let runs = ACTIVE_SCHEMES.iter().any(|scheme| start.starts_with(scheme));
    if is_handler || runs { Err(Flaw::Active) } else { Ok(()) }
}

/// Whether XML itself says what the reference stands for.
fn is_defined(reference: &BytesRef<'_>) -> bool {
    match reference.resolve_char_ref() {
        Ok(Some(character)) => is_char(character),
        Ok(None) => {
            let name = reference.xml10_content();
            matches!(name.as_ref(), "amp" | "lt" | "gt" | "quot" | "apos")
        }
        Err(_) => false,
    }
}
