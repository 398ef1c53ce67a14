//! Resources as XML: the same values as in [`super::json`], in the order of the definitions.
//! <https://hl7.org/fhir/R4/xml.html>
//!
//! Nothing is lost either way: digits stay as they are written, and a narrative is copied as it stands. Refused is what a
//! lenient reader would drop or guess at: unknown elements and attributes, another order or namespace, loose text.
//! A document can declare nothing, so there are no entities to expand and nothing is fetched. Reading takes time and memory
//! in proportion to the body's length.

mod attributes;
mod fault;
mod narrative;
mod read;
mod source;
mod values;
mod write;

pub(super) use narrative::check as check_narrative;
pub use read::parse_resource;
pub use write::{NotWritten, write};

/// The namespace of all elements but those of narratives.
const FHIR: &str = "http://hl7.org/fhir";
/// The namespace of narratives.
const XHTML: &str = "http://www.w3.org/1999/xhtml";
/// More attributes than any element needs; their names are compared with each other.
const MOST_ATTRIBUTES: usize = 64;

/// Whether XML can hold the character at all. <https://www.w3.org/TR/xml/#charsets>
fn is_char(character: char) -> bool {
    match character {
        '\t' | '\n' | '\r' => true,
        '\u{FFFE}' | '\u{FFFF}' => false,
        other => other >= ' ',
    }
}

#[cfg(test)]
mod tests;
