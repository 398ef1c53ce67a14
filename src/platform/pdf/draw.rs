//! Pages as a PDF, with an embedded font.

use std::num::NonZeroU16;
use std::sync::LazyLock;

use krilla::Document;
use krilla::color::rgb;
use krilla::geom::{self, Path, PathBuilder, Point, Rect, Transform};
use krilla::image::Image;
use krilla::metadata::Metadata;
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Identifier, SpanTag, Tag, TagGroup, TagTree};
use krilla::text::{Font, TextDirection};
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};

use super::layout::{Mark, PAGE, Piece, Role};

static PLAIN: &[u8] = include_bytes!("../../../assets/fonts/DejaVuSans.ttf");
static BOLD: &[u8] = include_bytes!("../../../assets/fonts/DejaVuSans-Bold.ttf");

/// The size of a label's text.
const LABEL: f32 = 7.0;

/// The document cannot be drawn.
#[derive(Debug, thiserror::Error)]
#[error("the document cannot be drawn: {0}")]
pub struct NotDrawn(String);

/// The fonts of a document.
pub struct Fonts {
    plain: (Font, FontRef<'static>),
    bold: (Font, FontRef<'static>),
}

/// The fonts, read once.
///
/// # Errors
/// When they cannot be read.
pub fn fonts() -> Result<Fonts, NotDrawn> {
    static READ: LazyLock<Option<[(Font, FontRef<'static>); 2]>> = LazyLock::new(|| {
        let font = |bytes: &'static [u8]| Some((Font::new(bytes.into(), 0)?, FontRef::new(bytes).ok()?));
        Some([font(PLAIN)?, font(BOLD)?])
    });
    let [plain, bold] = READ.clone().ok_or_else(|| NotDrawn("a font cannot be read".to_owned()))?;
    Ok(Fonts { plain, bold })
}

impl Fonts {
    /// Whether there is a picture of each letter.
    #[must_use]
    pub fn has(&self, text: &str) -> bool {
        let letters = self.plain.1.charmap();
        text.chars().all(|letter| letters.map(letter).is_some())
    }

    /// How wide a text is.
    #[must_use]
    pub fn width(&self, text: &str, size: f32, is_bold: bool) -> f32 {
        let (_, font) = if is_bold { &self.bold } else { &self.plain };
        let (letters, metrics) =
            (font.charmap(), font.glyph_metrics(Size::new(size), LocationRef::default()));
        let width = |letter: char| metrics.advance_width(letters.map(letter).unwrap_or_default());
        text.chars().filter_map(width).sum()
    }
}

/// The PDF with this title, of the pages that are laid out.
///
/// # Errors
/// When it cannot be drawn, which no text can cause.
pub fn made(title: &str, pages: impl FnOnce(&Fonts) -> Vec<Vec<Piece>>) -> Result<Vec<u8>, NotDrawn> {
    let fonts = fonts()?;
    document(title, pages(&fonts), &fonts)
}

/// The PDF of these pages.
///
/// # Errors
/// When it cannot be drawn, which no text can cause.
pub fn document(title: &str, pages: Vec<Vec<Piece>>, fonts: &Fonts) -> Result<Vec<u8>, NotDrawn> {
    // What cannot be drawn is known before a page is begun.
    for mark in pages.iter().flatten().flat_map(|(_, marks)| marks) {
        if let Mark::Picture { jpeg, .. } = mark {
            picture(jpeg)?;
        }
    }
    let mut document = Document::new();
    let metadata = Metadata::new().title(title.to_owned()).language("en".to_owned());
    document.set_metadata(metadata.creator("hygeia".to_owned()));
    let mut tree = TagTree::new().with_lang(Some("en".to_owned()));
    for pieces in pages {
        let settings = PageSettings::from_wh(PAGE.0, PAGE.1).ok_or_else(|| NotDrawn("no page".to_owned()))?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        for (role, marks) in pieces {
            let tag = match role {
                Role::Ornament => ContentTag::Artifact(Artifact::with_kind(ArtifactType::default())),
                Role::Heading(_) | Role::Paragraph | Role::Figure(_) => ContentTag::Span(SpanTag::empty()),
            };
            let identifier = surface.start_tagged(tag);
            for mark in &marks {
                draw(&mut surface, mark, fonts);
            }
            surface.end_tagged();
            if let Some(group) = group(role, identifier) {
                tree.push(group);
            }
        }
        surface.finish();
        page.finish();
    }
    document.set_tag_tree(tree);
    document.finish().map_err(|fault| NotDrawn(format!("{fault:?}")))
}

fn group(role: Role, identifier: Identifier) -> Option<TagGroup> {
    let mut group = match role {
        Role::Ornament => return None,
        Role::Paragraph => TagGroup::new(Tag::P),
        Role::Figure(told) => TagGroup::new(Tag::Figure(Some(told))),
        Role::Heading(level) => {
            TagGroup::new(Tag::Hn(NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN), None))
        }
    };
    group.push(identifier);
    Some(group)
}

fn draw(surface: &mut Surface<'_>, mark: &Mark, fonts: &Fonts) {
    match mark {
        Mark::Text { x, y, size, text, is_bold } => {
            paint(surface, Some(0), None);
            let (font, _) = if *is_bold { &fonts.bold } else { &fonts.plain };
            let start = Point::from_xy(*x, *y);
            surface.draw_text(start, font.clone(), *size, text, false, TextDirection::Auto);
        }
        Mark::Line { points, width, shade } => {
            if let Some(path) = line(points) {
                paint(surface, None, Some((*shade, *width)));
                surface.draw_path(&path);
            }
        }
        Mark::Dot { x, y } => {
            let mut path = PathBuilder::new();
            if let Some(rect) = Rect::from_xywh(*x - 1.2, *y - 1.2, 2.4, 2.4) {
                path.push_rect(rect);
            }
            if let Some(path) = path.finish() {
                paint(surface, Some(40), None);
                surface.draw_path(&path);
            }
        }
        Mark::Picture { x, y, width, height, jpeg } => {
            let size = geom::Size::from_wh(*width, *height);
            if let (Ok(picture), Some(size)) = (picture(jpeg), size) {
                surface.push_transform(&Transform::from_translate(*x, *y));
                surface.draw_image(picture, size);
                surface.pop();
            }
        }
        Mark::Label { x, y, text } => label(surface, (*x, *y), text, fonts),
    }
}

fn picture(jpeg: &[u8]) -> Result<Image, NotDrawn> {
    Image::from_jpeg(jpeg.to_vec().into(), true).map_err(NotDrawn)
}

/// White on black, so that it can be read on any picture.
fn label(surface: &mut Surface<'_>, (x, y): (f32, f32), text: &str, fonts: &Fonts) {
    let width = fonts.width(text, LABEL, true);
    let mut path = PathBuilder::new();
    if let Some(rect) = Rect::from_xywh(x, y, width + 4.0, LABEL + 3.0) {
        path.push_rect(rect);
    }
    if let Some(path) = path.finish() {
        paint(surface, Some(0), None);
        surface.draw_path(&path);
    }
    paint(surface, Some(255), None);
    let (font, _) = &fonts.bold;
    let start = Point::from_xy(x + 2.0, y + LABEL);
    surface.draw_text(start, font.clone(), LABEL, text, false, TextDirection::Auto);
}

fn line(points: &[(f32, f32)]) -> Option<Path> {
    let ((x, y), rest) = points.split_first()?;
    let mut path = PathBuilder::new();
    path.move_to(*x, *y);
    for (x, y) in rest {
        path.line_to(*x, *y);
    }
    path.finish()
}

fn paint(surface: &mut Surface<'_>, fill: Option<u8>, stroke: Option<(u8, f32)>) {
    let grey = |shade: u8| rgb::Color::new(shade, shade, shade);
    surface.set_fill(fill.map(|shade| Fill {
        paint: grey(shade).into(),
        opacity: NormalizedF32::ONE,
        rule: krilla::paint::FillRule::default(),
    }));
    surface.set_stroke(stroke.map(|(shade, width)| Stroke {
        paint: grey(shade).into(),
        width,
        ..Stroke::default()
    }));
}
