//! PDF documents that a person can read: text, curves and pictures on pages of A4.
//!
//! The text is tagged (headings, paragraphs, figures with a text in their place), so that it can be read aloud.

mod draw;
mod layout;

pub use draw::{Fonts, NotDrawn, document, fonts, made};
pub use layout::{Layout, Mark, PAGE, Piece, Role, WIDTH};
