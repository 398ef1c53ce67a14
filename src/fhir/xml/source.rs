//! The markup of a document, piece by piece, with namespaces resolved.

use quick_xml::Error;
use quick_xml::errors::IllFormedError;
use quick_xml::events::attributes::{AttrError, Attribute};
use quick_xml::events::{BytesDecl, BytesStart, Event};
use quick_xml::name::{Namespace, ResolveResult};
use quick_xml::reader::NsReader;

use super::{FHIR, MOST_ATTRIBUTES, XHTML, fault, values};
use crate::fhir::outcome::Issue;
use crate::fhir::place::Place;

/// More namespaces than a document needs: each prefix is looked for among all that are declared around it.
const MOST_NAMESPACES: usize = 32;

/// Which vocabulary a name belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Space {
    Fhir,
    Xhtml,
    Other,
}

/// A start tag.
#[derive(Clone, Debug)]
pub(super) struct Tag<'i> {
    pub space: Space,
    pub start: BytesStart<'i>,
    /// Whether the tag also ends the element.
    pub empty: bool,
    /// Where it begins in the text.
    pub offset: usize,
}

impl Tag<'_> {
    /// Its name without a prefix.
    pub fn name(&self) -> &str {
        self.start.name().local_name().into_inner()
    }
}

/// What stands among elements.
pub(super) enum Child<'i> {
    Tag(Tag<'i>),
    End,
    /// The document's end.
    Nothing,
}

/// A document that is being read.
pub(super) struct Source<'i> {
    pub text: &'i str,
    reader: NsReader<&'i [u8]>,
}

impl<'i> Source<'i> {
    pub fn new(text: &'i str) -> Self {
        let mut reader = NsReader::from_str(text);
        reader.config_mut().check_comments = true;
        reader.resolver_mut().set_max_namespace_bindings(MOST_NAMESPACES);
        Self { text, reader }
    }

    /// The next piece of markup, where it begins, and its namespace.
    pub fn next(&mut self) -> Result<(usize, Space, Event<'i>), Issue> {
        let offset = self.offset();
        let (space, event) = match self.reader.read_resolved_event() {
            Ok((ResolveResult::Bound(Namespace(FHIR)), event)) => (Space::Fhir, event),
            Ok((ResolveResult::Bound(Namespace(XHTML)), event)) => (Space::Xhtml, event),
            Ok((_, event)) => (Space::Other, event),
            Err(error) => return Err(self.refused(&error, offset)),
        };
        Ok((offset, space, event))
    }

    /// How far the text was read, in bytes.
    pub fn offset(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX)
    }

    /// The next element, or the end of the one that the place names. Comments mean nothing here, nor do instructions.
    pub fn child(&mut self, place: Option<Place<'_>>) -> Result<Child<'i>, Issue> {
        loop {
            let (offset, space, event) = self.next()?;
            return Ok(match event {
                Event::Start(start) => Child::Tag(Tag { space, start, empty: false, offset }),
                Event::Empty(start) => Child::Tag(Tag { space, start, empty: true, offset }),
                Event::End(_) => Child::End,
                Event::Eof => Child::Nothing,
                Event::Comment(_) | Event::PI(_) => continue,
                Event::Decl(declaration) if offset == 0 => {
                    taken(&declaration)?;
                    continue;
                }
                Event::Text(text) if text.xml10_content().trim_ascii().is_empty() => continue,
                Event::Decl(_) => {
                    return Err(fault::syntax(self.text, offset, "a declaration stands inside"));
                }
                Event::DocType(_) => {
                    return Err(fault::structure("A document type declaration is not taken."));
                }
                Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) => {
                    let problem = "Text stands between elements; values are written as attributes.";
                    let issue = fault::structure(problem);
                    return Err(match place {
                        Some(place) => issue.at(place.to_string()),
                        None => issue,
                    });
                }
            });
        }
    }

    /// The attributes of a tag; no name is there twice.
    pub fn attributes<'t>(&self, tag: &'t Tag<'_>) -> Result<Vec<Attribute<'t>>, Issue> {
        if tag.start.attributes().with_checks(false).take(MOST_ATTRIBUTES + 1).count() > MOST_ATTRIBUTES {
            return Err(fault::syntax(self.text, tag.offset, "a tag has too many attributes"));
        }
        let attributes: Result<Vec<_>, _> = tag.start.attributes().collect();
        let attributes = attributes.map_err(|error| {
            let problem = match error {
                AttrError::Duplicated(..) => "a tag has an attribute twice",
                AttrError::ExpectedEq(_)
                | AttrError::ExpectedValue(_)
                | AttrError::UnquotedValue(_)
                | AttrError::ExpectedQuote(..) => "an attribute must be written name=\"value\"",
            };
            fault::syntax(self.text, tag.offset, problem)
        })?;
        if !is_spaced(tag.start.attributes_raw()) {
            return Err(fault::syntax(self.text, tag.offset, "attributes stand together without a blank"));
        }
        if attributes.iter().any(|attribute| attribute.value.contains('<')) {
            return Err(fault::syntax(self.text, tag.offset, "an attribute's value holds a <"));
        }
        let mut namespaces =
            attributes.iter().filter(|attribute| attribute.key.as_namespace_binding().is_some());
        if !namespaces.all(|namespace| values::text(namespace).is_some()) {
            return Err(fault::syntax(self.text, tag.offset, "a namespace holds a malformed reference"));
        }
        Ok(attributes)
    }

    fn refused(&self, error: &Error, started: usize) -> Issue {
        let offset = usize::try_from(self.reader.error_position()).unwrap_or(usize::MAX).max(started);
        // The library's own texts quote the body.
        let problem = match error {
            Error::IllFormed(IllFormedError::MissingEndTag(_)) => "an element is not ended",
            Error::IllFormed(
                IllFormedError::UnmatchedEndTag(_) | IllFormedError::MismatchedEndTag { .. },
            ) => "an end tag does not match its start tag",
            Error::IllFormed(IllFormedError::DoubleHyphenInComment) => "a comment holds two hyphens",
            Error::IllFormed(IllFormedError::UnclosedReference) => "an & starts no reference",
            Error::IllFormed(
                IllFormedError::MissingDeclVersion(_)
                | IllFormedError::UnknownVersion
                | IllFormedError::MissingDoctypeName,
            ) => "a declaration is malformed",
            Error::Syntax(_) => "markup is not ended",
            Error::InvalidAttr(_) => "an attribute must be written name=\"value\"",
            Error::Namespace(_) => "a namespace declaration is not allowed, or there are too many",
            Error::Escape(_) => "a reference is malformed",
            Error::Io(_) | Error::Encoding(_) => "it cannot be read",
        };
        fault::syntax(self.text, offset, problem)
    }
}

/// Whether each attribute's closing quote is followed by a blank, which the library does not ask for.
fn is_spaced(attributes: &str) -> bool {
    let (mut quote, mut closed) = (None, false);
    attributes.bytes().all(|byte| {
        let follows = std::mem::replace(&mut closed, quote == Some(byte));
        quote = match quote {
            Some(open) => Some(open).filter(|open| *open != byte),
            None => Some(byte).filter(|byte| matches!(byte, b'"' | b'\'')),
        };
        !follows || byte.is_ascii_whitespace()
    })
}

/// Refuses documents in other encodings and versions than those that are read.
fn taken(declaration: &BytesDecl<'_>) -> Result<(), Issue> {
    let encoding = declaration.encoding().and_then(Result::ok);
    let is_utf8 = encoding.is_none_or(|name| ["utf-8", "us-ascii"].contains(&&*name.to_ascii_lowercase()));
    if !is_utf8 || declaration.version().ok().as_deref() != Some("1.0") {
        return Err(fault::structure("The document must be XML 1.0 in UTF-8."));
    }
    Ok(())
}
