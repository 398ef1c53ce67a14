//! A report of a scan as a PDF: the picture with its marks, what was found, how sure that is and who answers for it, and what made it.
//! Pure.

use std::sync::Arc;

use crate::platform::pdf::{self, Fonts, Layout, Mark, NotDrawn, Piece, WIDTH};

/// How high a picture is drawn at most.
const HEIGHT: f32 = 300.0;
/// Half the length of the lines of a cross.
const CROSS: f32 = 5.0;

/// What a report tells.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// What stands above all.
    pub title: String,
    /// Who, when and what: names with their values.
    pub facts: Vec<(String, String)>,
    /// The picture.
    pub picture: Option<Picture>,
    /// What was found: names with their values.
    pub findings: Vec<(String, String)>,
    /// Who answers for it and what made it.
    pub makers: Vec<(String, String)>,
    /// What may not be concluded.
    pub cautions: Vec<String>,
    /// What stands at the foot of each page.
    pub foot: String,
}

/// A picture with marks.
#[derive(Clone, Debug)]
pub struct Picture {
    /// The file, a JPEG.
    pub jpeg: Arc<[u8]>,
    /// Its width and height, in whatever unit the marks are in.
    pub sides: (f32, f32),
    /// What was found there: from the left, from above, to the right, to below.
    pub region: Option<[f32; 4]>,
    /// Places from the left and from above, and what is there.
    pub marks: Vec<(f32, f32, String)>,
}

/// The PDF.
///
/// # Errors
/// When it cannot be drawn, which no text can cause.
pub fn pdf(report: &Report) -> Result<Vec<u8>, NotDrawn> {
    pdf::made(&report.title, |fonts| laid_out(report, fonts))
}

fn laid_out(report: &Report, fonts: &Fonts) -> Vec<Vec<Piece>> {
    let mut layout = Layout::new(fonts);
    layout.heading(1, &report.title);
    layout.pairs(&report.facts);
    layout.heading(2, "Findings");
    layout.pairs(&report.findings);
    // Before what draws the eye.
    layout.heading(2, "What to know");
    for caution in &report.cautions {
        layout.paragraph(caution);
    }
    if let Some(picture) = &report.picture {
        layout.heading(2, "Picture");
        figure(&mut layout, picture);
    }
    layout.heading(2, "Made by");
    layout.pairs(&report.makers);
    layout.pages(&report.foot)
}

/// The picture as large as there is room, its marks by number, and what they say below.
fn figure(layout: &mut Layout<'_>, picture: &Picture) {
    let (width, height) = picture.sides;
    let scale = (WIDTH / width.max(1.0)).min(HEIGHT / height.max(1.0));
    let (wide, high) = (width * scale, height * scale);
    let region = if picture.region.is_some() { ", with the region of the finding," } else { "" };
    let told = format!("The scan{region} with {} marks", picture.marks.len());
    layout.figure(told, high + 10.0, |left, above| {
        let jpeg = Arc::clone(&picture.jpeg);
        let mut marks = vec![Mark::Picture { x: left, y: above, width: wide, height: high, jpeg }];
        marks.extend(picture.region.into_iter().flat_map(|region| framed(region, scale, (left, above))));
        for ((x, y, _), number) in picture.marks.iter().zip(1_usize..) {
            let (x, y) = (left + x * scale, above + y * scale);
            // White within black is seen on any picture.
            for (width, shade) in [(2.5, 0), (1.0, 255)] {
                for points in [vec![(x - CROSS, y), (x + CROSS, y)], vec![(x, y - CROSS), (x, y + CROSS)]] {
                    marks.push(Mark::Line { points, width, shade });
                }
            }
            // To the left of what is far to the right, so that it stays in the picture.
            let beside = if x > left + wide - 30.0 { x - 22.0 } else { x + CROSS + 1.0 };
            marks.push(Mark::Label { x: beside, y: y - CROSS, text: number.to_string() });
        }
        marks
    });
    if picture.region.is_some() {
        layout.paragraph("The frame is the region of the finding.");
    }
    for ((x, y, text), number) in picture.marks.iter().zip(1_usize..) {
        layout.columns(&[
            (0.0, 20.0, number.to_string(), true),
            (25.0, 90.0, format!("({x}, {y})"), false),
            (120.0, 375.0, text.clone(), false),
        ]);
    }
    layout.gap();
}

/// A frame that is seen on any picture: white within black.
fn framed([x0, y0, x1, y1]: [f32; 4], scale: f32, (left, above): (f32, f32)) -> [Mark; 2] {
    let corner = |x: f32, y: f32| (left + x * scale, above + y * scale);
    let points = vec![corner(x0, y0), corner(x1, y0), corner(x1, y1), corner(x0, y1), corner(x0, y0)];
    [(3.0, 0), (1.2, 255)].map(|(width, shade)| Mark::Line { points: points.clone(), width, shade })
}

#[cfg(test)]
mod tests {
    use image::codecs::jpeg::JpegEncoder;
    use image::{ExtendedColorType, ImageEncoder};

    use super::*;

    fn report() -> Report {
        let mut jpeg = Vec::new();
        let pixels = vec![90; 64 * 48 * 3];
        JpegEncoder::new(&mut jpeg).write_image(&pixels, 64, 48, ExtendedColorType::Rgb8).unwrap();
        let marks = vec![(0.0, 0.0, "corner".to_owned()), (63.0, 47.0, "W".repeat(5_000))];
        Report {
            title: "Scan report".to_owned(),
            facts: vec![("Patient".to_owned(), "Priya \u{7}Mehta \u{611b}".to_owned())],
            picture: Some(Picture {
                jpeg: jpeg.into(),
                sides: (64.0, 48.0),
                region: Some([5.0, 4.0, 30.0, 20.0]),
                marks,
            }),
            findings: vec![("Finding".to_owned(), "No tumor".to_owned()); 120],
            ..Report::default()
        }
    }

    #[test]
    fn whatever_it_tells_it_is_a_pdf() {
        for report in [Report::default(), report()] {
            let pdf = pdf(&report).unwrap();
            assert!(pdf.starts_with(b"%PDF-") && pdf.trim_ascii_end().ends_with(b"%%EOF"));
        }
        assert_eq!(pdf(&report()).unwrap(), pdf(&report()).unwrap(), "the same report is the same PDF");
    }

    #[test]
    fn what_is_no_picture_is_an_error() {
        let picture = Picture { jpeg: (*b"no").into(), sides: (0.0, 0.0), region: None, marks: Vec::new() };
        assert!(pdf(&Report { picture: Some(picture), ..Report::default() }).is_err());
    }
}
