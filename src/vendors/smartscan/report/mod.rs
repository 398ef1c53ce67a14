//! A result as a PDF that a physician can read: values with what is usual, how they changed, risk with its equation and inputs, and
//! what may not be concluded from them. Pure.
//!
//! The text is tagged (headings, paragraphs, figures with a text in their place), so that it can be read aloud.

mod plot;

use crate::platform::pdf::{self, Fonts, Layout, NotDrawn, Piece};

/// What a report tells.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// What stands above all.
    pub title: String,
    /// Who, when and what: names with their values.
    pub facts: Vec<(String, String)>,
    /// The values.
    pub values: Vec<Row>,
    /// How values changed.
    pub trends: Vec<Trend>,
    /// What equations say.
    pub risks: Vec<(String, String)>,
    /// What they were fed with.
    pub inputs: Vec<(String, String)>,
    /// What may not be concluded.
    pub cautions: Vec<String>,
    /// What made the values, the risks and the report.
    pub makers: Vec<(String, String)>,
    /// What stands at the foot of each page.
    pub foot: String,
}

/// A value.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// What it is.
    pub name: String,
    /// The value with its unit.
    pub value: String,
    /// What is usual.
    pub usual: String,
    /// How far it is from that.
    pub rating: String,
    /// How it was come by.
    pub method: String,
}

/// Values over time.
#[derive(Clone, Debug, Default)]
pub struct Trend {
    /// Of what, with its unit.
    pub name: String,
    /// When, in microseconds since 1970, and what; oldest first.
    pub points: Vec<(i64, f64)>,
    /// The first and the last day.
    pub days: (String, String),
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
    layout.heading(2, "Values");
    values(&mut layout, &report.values);
    if !report.trends.is_empty() {
        layout.heading(2, "Changes over time");
        for trend in &report.trends {
            plot::trend(&mut layout, trend);
        }
    }
    layout.heading(2, "Cardiovascular risk");
    layout.pairs(&report.risks);
    if !report.inputs.is_empty() {
        layout.paragraph("What the equations were given:");
        layout.pairs(&report.inputs);
    }
    layout.heading(2, "What to know");
    for caution in &report.cautions {
        layout.paragraph(caution);
    }
    layout.heading(2, "Made by");
    layout.pairs(&report.makers);
    layout.pages(&report.foot)
}

/// Where the columns of the values begin, and how wide they are.
const COLUMNS: [(f32, f32); 5] = [(0.0, 165.0), (170.0, 80.0), (255.0, 80.0), (340.0, 60.0), (405.0, 90.0)];

fn values(layout: &mut Layout<'_>, rows: &[Row]) {
    let line = |layout: &mut Layout<'_>, cells: [&str; 5], is_bold: bool| {
        let cells: Vec<_> =
            COLUMNS.iter().zip(cells).map(|((x, width), cell)| (*x, *width, cell, is_bold)).collect();
        layout.columns(&cells);
    };
    line(layout, ["Value", "Result", "Usual", "Rating", "Method"], true);
    layout.rule();
    for row in rows {
        line(layout, [&row.name, &row.value, &row.usual, &row.rating, &row.method], false);
    }
    layout.gap();
}

#[cfg(test)]
mod tests;
