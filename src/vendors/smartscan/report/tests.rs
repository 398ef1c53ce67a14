//! A report of hostile texts is a PDF all the same, and the same report is the same PDF.

use super::*;

fn report() -> Report {
    Report {
        title: "Face scan report".to_owned(),
        facts: vec![("Person".to_owned(), "Alice \u{7}Liddell 愛麗絲 ".to_owned() + &"W".repeat(5_000))],
        values: vec![
            Row { name: "Heart rate".to_owned(), value: "74 bpm".to_owned(), ..Row::default() };
            120
        ],
        trends: vec![
            Trend {
                name: "Heart rate (bpm)".to_owned(),
                points: vec![(0, 70.0), (60_000_000, 71.5), (i64::MAX, 69.0)],
                days: ("2026-11-20".to_owned(), "2026-11-21".to_owned()),
            },
            Trend { points: vec![(0, 1.0)], ..Trend::default() },
            Trend::default(),
        ],
        cautions: vec!["Not for diagnosis.".to_owned()],
        ..Report::default()
    }
}

#[test]
fn whatever_it_tells_it_is_a_pdf() {
    for report in [Report::default(), report()] {
        let pdf = pdf(&report).unwrap();
        assert!(pdf.starts_with(b"%PDF-") && pdf.trim_ascii_end().ends_with(b"%%EOF"));
    }
}

#[test]
fn the_same_report_is_the_same_pdf() {
    assert_eq!(pdf(&report()).unwrap(), pdf(&report()).unwrap());
}

#[test]
fn what_it_tells_is_on_the_pages_and_within_them() {
    let fonts = pdf::fonts().unwrap();
    let pages = laid_out(&report(), &fonts);
    assert!(pages.len() > 2);
    let marks: Vec<_> = pages.iter().flatten().flat_map(|(_, marks)| marks).collect();
    let mut texts = Vec::new();
    for mark in marks {
        if let pdf::Mark::Text { x, y, size, text, is_bold } = mark {
            assert!(*y <= pdf::PAGE.1 && x + fonts.width(text, *size, *is_bold) <= pdf::PAGE.0, "{text}");
            texts.push(text.as_str());
        }
    }
    for text in
        ["Face scan report", "Heart rate", "74 bpm", "Not for diagnosis.", "Heart rate (bpm)", "69", "71.5"]
    {
        assert!(texts.contains(&text), "{text}");
    }
}
