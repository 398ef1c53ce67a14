//! Text, lines, curves and pictures on pages of A4: what does not fit begins the next page.

use std::sync::Arc;

use super::draw::Fonts;

/// A4 in points.
pub const PAGE: (f32, f32) = (595.0, 842.0);
const LEFT: f32 = 50.0;
/// How wide what is within the margins is.
pub const WIDTH: f32 = 495.0;
const TOP: f32 = 60.0;
const BOTTOM: f32 = 780.0;

/// The size of plain text, and the height of its lines.
const SIZE: f32 = 9.0;
const LINE: f32 = 13.0;
/// Longer texts are cut, and end in [`CUT`]: nothing that somebody may write into a report is so long.
const MOST_CHARACTERS: usize = 10_000;
/// What stands for words in a script that cannot be printed.
const UNPRINTABLE: &str = "[in a script that cannot be printed here]";
/// What a text ends in that goes on.
const CUT: char = '…';

/// Something to draw.
#[derive(Clone, Debug, PartialEq)]
pub enum Mark {
    /// Text at its base line.
    Text {
        /// From the left.
        x: f32,
        /// From above.
        y: f32,
        /// Of the letters.
        size: f32,
        /// What it says.
        text: String,
        /// Whether it is bold.
        is_bold: bool,
    },
    /// A line through points.
    Line {
        /// From the left and from above.
        points: Vec<(f32, f32)>,
        /// How wide it is.
        width: f32,
        /// From black, 0, to white, 255.
        shade: u8,
    },
    /// A dot.
    Dot {
        /// From the left.
        x: f32,
        /// From above.
        y: f32,
    },
    /// A picture.
    Picture {
        /// From the left.
        x: f32,
        /// From above.
        y: f32,
        /// How wide it is drawn.
        width: f32,
        /// How high it is drawn.
        height: f32,
        /// The file, a JPEG.
        jpeg: Arc<[u8]>,
    },
    /// A short text in a box that stands out from any picture.
    Label {
        /// From the left.
        x: f32,
        /// From above.
        y: f32,
        /// What it says.
        text: String,
    },
}

/// What marks are to who hears them.
#[derive(Clone, Debug, PartialEq)]
pub enum Role {
    /// A heading of this level.
    Heading(u16),
    /// A paragraph.
    Paragraph,
    /// A picture, told by this text.
    Figure(String),
    /// Nothing.
    Ornament,
}

/// Marks that belong together.
pub type Piece = (Role, Vec<Mark>);

/// Lays out from top to bottom.
pub struct Layout<'f> {
    fonts: &'f Fonts,
    pages: Vec<Vec<Piece>>,
    y: f32,
}

impl<'f> Layout<'f> {
    /// On an empty page.
    #[must_use]
    pub fn new(fonts: &'f Fonts) -> Self {
        Self { fonts, pages: vec![Vec::new()], y: TOP }
    }

    /// A heading, which keeps some room below itself.
    pub fn heading(&mut self, level: u16, text: &str) {
        let size = if level == 1 { 18.0 } else { 12.0 };
        self.need(60.0);
        self.y += size + if level == 1 { 0.0 } else { 6.0 };
        let text = self.printable(text);
        let mark = Mark::Text { x: LEFT, y: self.y, size, text, is_bold: true };
        self.put(Role::Heading(level), vec![mark]);
        self.y += 10.0;
    }

    /// Text across the page.
    pub fn paragraph(&mut self, text: &str) {
        self.columns(&[(0.0, WIDTH, text, false)]);
        self.y += 2.0;
    }

    /// Texts beside one another, each within its column.
    pub fn columns<T: AsRef<str>>(&mut self, cells: &[(f32, f32, T, bool)]) {
        let wrapped: Vec<_> = cells
            .iter()
            .map(|(x, width, text, is_bold)| (*x, self.wrapped(text.as_ref(), *width, *is_bold), *is_bold))
            .collect();
        let most = wrapped.iter().map(|(_, lines, _)| lines.len()).max().unwrap_or_default();
        for at in 0..most {
            self.need(LINE);
            self.y += LINE;
            let y = self.y;
            let line = wrapped.iter().filter_map(|(x, lines, is_bold)| {
                let text = lines.get(at)?.clone();
                Some(Mark::Text { x: LEFT + x, y, size: SIZE, text, is_bold: *is_bold })
            });
            let line = line.collect();
            self.put(Role::Paragraph, line);
        }
    }

    /// Names, each with its value beside it.
    pub fn pairs(&mut self, pairs: &[(String, String)]) {
        for (name, value) in pairs {
            self.columns(&[(0.0, 150.0, name, true), (155.0, 340.0, value, false)]);
        }
        self.gap();
    }

    /// A line across the page.
    pub fn rule(&mut self) {
        let points = vec![(LEFT, self.y + 3.0), (LEFT + WIDTH, self.y + 3.0)];
        self.put(Role::Ornament, vec![Mark::Line { points, width: 0.5, shade: 120 }]);
        self.y += 3.0;
    }

    /// Some room.
    pub fn gap(&mut self) {
        self.y += 6.0;
    }

    /// Room of this height for a picture, which `draw` draws from its upper left corner on.
    pub fn figure(&mut self, told: String, height: f32, draw: impl FnOnce(f32, f32) -> Vec<Mark>) {
        self.need(height);
        let marks = draw(LEFT, self.y);
        self.put(Role::Figure(told), marks);
        self.y += height;
    }

    /// The pages, each with its foot.
    #[must_use]
    pub fn pages(self, foot: &str) -> Vec<Vec<Piece>> {
        let all = self.pages.len();
        let foot = self.printable(foot);
        let numbered = self.pages.into_iter().zip(1_usize..).map(|(mut page, number)| {
            let text = format!("{foot} · {number}/{all}");
            let mark = Mark::Text { x: LEFT, y: PAGE.1 - 30.0, size: 7.0, text, is_bold: false };
            page.push((Role::Ornament, vec![mark]));
            page
        });
        numbered.collect()
    }

    fn need(&mut self, height: f32) {
        if self.y + height > BOTTOM {
            self.pages.push(Vec::new());
            self.y = TOP;
        }
    }

    fn put(&mut self, role: Role, marks: Vec<Mark>) {
        if let Some(page) = self.pages.last_mut() {
            page.push((role, marks));
        }
    }

    /// The text in lines that are no wider than that; a word that is wider is parted.
    fn wrapped(&self, text: &str, width: f32, is_bold: bool) -> Vec<String> {
        let mut lines = vec![String::new()];
        for word in self.printable(text).split(' ') {
            for part in self.parts(word, width, is_bold) {
                let Some(line) = lines.last_mut() else { continue };
                let longer = if line.is_empty() { part.clone() } else { format!("{line} {part}") };
                if self.fonts.width(&longer, SIZE, is_bold) <= width || line.is_empty() {
                    *line = longer;
                } else {
                    lines.push(part);
                }
            }
        }
        lines
    }

    /// The text without what cannot be drawn in a line. Words in a script that no font here has are told of in words: boxes in place of
    /// their letters tell nobody that something is missing.
    fn printable(&self, text: &str) -> String {
        let text = cleaned(text);
        if self.fonts.has(&text) {
            return text;
        }
        let mut words: Vec<&str> = Vec::new();
        for word in text.split(' ') {
            let word = if self.fonts.has(word) { word } else { UNPRINTABLE };
            if word != UNPRINTABLE || words.last() != Some(&UNPRINTABLE) {
                words.push(word);
            }
        }
        words.join(" ")
    }

    fn parts(&self, word: &str, width: f32, is_bold: bool) -> Vec<String> {
        let mut parts = vec![String::new()];
        for character in word.chars() {
            let Some(part) = parts.last_mut() else { continue };
            let longer = format!("{part}{character}");
            if part.is_empty() || self.fonts.width(&longer, SIZE, is_bold) <= width {
                *part = longer;
            } else {
                parts.push(character.to_string());
            }
        }
        parts
    }
}

/// Without what cannot be drawn in a line.
fn cleaned(text: &str) -> String {
    let blank = |character: char| if character.is_control() { ' ' } else { character };
    let cut = text.chars().nth(MOST_CHARACTERS).map(|_| CUT);
    text.chars().take(MOST_CHARACTERS).map(blank).chain(cut).collect()
}

#[cfg(test)]
mod tests {
    use super::super::draw::fonts;
    use super::*;

    /// The letters of a paragraph, as they stand on all pages.
    fn printed(text: &str) -> String {
        let fonts = fonts().unwrap();
        let mut layout = Layout::new(&fonts);
        layout.paragraph(text);
        let marks = layout.pages.into_iter().flatten().flat_map(|(_, marks)| marks);
        let text = |mark| match mark {
            Mark::Text { text, .. } => Some(text),
            Mark::Line { .. } | Mark::Dot { .. } | Mark::Picture { .. } | Mark::Label { .. } => None,
        };
        marks.filter_map(text).collect()
    }

    #[test]
    fn words_in_a_script_without_a_font_are_told_of() {
        assert_eq!(printed("Zoë Żółć Иванова"), "Zoë Żółć Иванова");
        assert_eq!(printed("प्रिया मेहता"), UNPRINTABLE);
        assert_eq!(printed("张伟 Zhang Wei"), format!("{UNPRINTABLE} Zhang Wei"));
    }

    #[test]
    fn a_long_text_is_printed_whole_and_a_longer_one_says_that_it_goes_on() {
        let whole = "W".repeat(10_000);
        assert!(printed(&whole) == whole);
        assert!(printed(&format!("{whole}W")) == format!("{whole}…"));
    }
}
