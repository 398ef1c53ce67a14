use super::*;
use crate::inference::digits::Glyph;

fn text_line(text: &str, left: f32, top: f32, height: f32) -> Line {
    let width = real(text.chars().count()) * height / 2.0;
    Line {
        characters: text.chars().map(|character| (character, 0.99)).collect(),
        confidence: 0.99,
        second: text.contains(|c: char| c.is_ascii_digit()).then(|| text.to_owned()),
        clear: true,
        judged: None,
        quad: Quad::upright(left, top, left + width, top + height),
    }
}

fn seen(text: &str, left: f32, top: f32, height: f32, again: &str) -> Seen {
    let glyph = |(place, symbol)| {
        let from = left + real(place) * height / 2.0;
        Glyph { symbol, probability: 0.9, frame: [from, top, from + height / 2.0, top + height] }
    };
    let width = real(text.len()) * height / 2.0;
    let quad = Quad::upright(left, top, left + width, top + height);
    let row = Row { glyphs: text.chars().enumerate().map(glyph).collect(), quad };
    Seen::new(row, again.to_owned(), Strange { within: 0.0, left: 0.0, right: 0.0 })
}

fn joined(lines: Vec<Line>, seen: Vec<Seen>) -> Vec<(String, Option<f32>)> {
    let page = Page { width: 1000.0, height: 1000.0, turned: false, lines, unread: vec![], left_out: vec![] };
    join(page, seen).lines.iter().map(|line| (line.text(), line.judged.map(|judged| judged.trust))).collect()
}

fn own(text: &str, judged: impl Into<Option<f32>>) -> (String, Option<f32>) {
    (text.to_owned(), judged.into())
}

#[test]
fn nothing_changes_nothing() {
    assert_eq!(joined(vec![], vec![]), []);
    let print = || text_line("SYS 128", 0.0, 0.0, 20.0);
    assert_eq!(joined(vec![print()], vec![]), [own("SYS 128", None)]);
}

#[test]
fn readers_that_agree_are_believed_and_others_less() {
    let row = |again| joined(vec![], vec![seen("128", 0.0, 0.0, 100.0, again)]);
    assert_eq!(row("128"), [own("128", 0.97)]);
    assert_eq!(row("128mmHg"), [own("128", 0.97)]);
    assert_eq!(row(""), [own("128", 0.8)]);
    assert_eq!(row("120"), [own("128", 0.55)]);
    let line = text_line("I28", 0.0, 0.0, 100.0);
    assert_eq!(joined(vec![line], vec![seen("128", 0.0, 0.0, 100.0, "")]), [own("128", 0.55)]);
}

#[test]
fn words_beside_a_row_stay() {
    let line = text_line("SYS 12B mmHg", 0.0, 0.0, 100.0);
    let row = seen("128", 200.0, 0.0, 100.0, "128");
    assert_eq!(joined(vec![line], vec![row]), [own("SYS", None), own("mmHg", None), own("128", 0.97)]);
    let line = text_line("36.8°C", 0.0, 0.0, 100.0);
    let row = seen("36.8", 0.0, 0.0, 100.0, "");
    assert_eq!(joined(vec![line], vec![row]), [own("36.8°C", 0.97)]);
    let line = text_line("36.8 °C now", 0.0, 0.0, 100.0);
    let row = seen("36.8", 0.0, 0.0, 100.0, "");
    assert_eq!(joined(vec![line], vec![row]), [own("36.8", 0.97), own("°C", None), own("now", None)]);
}

#[test]
fn what_ocr_read_alike_twice_is_worth_no_less_for_a_reader_that_agrees() {
    let unsure = |text: &str| {
        let mut one = seen(text, 0.0, 0.0, 100.0, text);
        one.row.glyphs.iter_mut().for_each(|glyph| glyph.probability = 0.7);
        one
    };
    let alike = text_line("36.8", 0.0, 0.0, 100.0);
    assert_eq!(joined(vec![alike.clone()], vec![unsure("36.8")]), [own("36.8", 0.97)]);
    assert_eq!(joined(vec![alike.clone()], vec![unsure("368")]), [own("36.8", 0.97)]);
    let once = Line { second: None, ..alike };
    assert_eq!(joined(vec![once], vec![unsure("36.8")]), [own("36.8", 0.94)]);
}

#[test]
fn a_misread_unit_or_a_speck_is_no_part_of_the_number() {
    let read = |text: &str, second: &str, row: &str| {
        let line = Line { second: Some(second.to_owned()), ..text_line(text, 0.0, 0.0, 100.0) };
        joined(vec![line], vec![seen(row, 0.0, 0.0, 100.0, row)])
    };
    assert_eq!(read("136mglx", "136mglx", "136"), [own("136", 0.97), own("mglx", None)]);
    assert_eq!(read("3.7'", "3.7", "3.7"), [own("3.7", 0.97)]);
    assert_eq!(read("108g", "108", "108"), [own("108", 0.97)]);
    assert_eq!(read("108g", "108g", "108"), [own("108g", 0.97)], "it may be a digit");
    assert_eq!(read("-12.5", "-12.5", "12.5"), [own("-12.5", 0.97)]);
    assert_eq!(read("(76)", "(76)", "76"), [own("(76)", 0.97)]);
}

#[test]
fn rows_below_each_other_are_no_number() {
    let rows = vec![seen("72", 0.0, 0.0, 50.0, "72"), seen("62", 5.0, 55.0, 50.0, "62")];
    let line = text_line("7262", 0.0, 0.0, 105.0);
    assert_eq!(joined(vec![line], rows), [own("72", 0.97), own("62", 0.97)]);
    let askew = vec![seen("72", 0.0, 0.0, 40.0, "72"), seen("62", 60.0, 8.0, 40.0, "62")];
    assert_eq!(joined(vec![text_line("7262", 0.0, 0.0, 50.0)], askew), [own("7262", 0.97)]);
}

#[test]
fn a_part_of_what_was_read_alike_twice_gives_way() {
    let line = text_line("142", 0.0, 0.0, 100.0);
    assert_eq!(joined(vec![line], vec![seen("14", 0.0, 0.0, 100.0, "14")]), [own("142", None)]);
    let large = text_line("8", 0.0, 0.0, 200.0);
    assert_eq!(joined(vec![large], vec![seen("1", 0.0, 20.0, 60.0, "1")]), [own("8", None)]);
}

#[test]
fn a_drawing_that_ocr_took_for_words_is_none() {
    let line = text_line("LOB", 0.0, 0.0, 100.0);
    assert_eq!(joined(vec![line], vec![seen("108", 0.0, 0.0, 100.0, "")]), [own("108", 0.8)]);
}

#[test]
fn a_label_close_to_its_number_is_no_part_of_it() {
    let line = || text_line("PRbm64", 0.0, 0.0, 100.0);
    let row = |text| seen(text, 200.0, 0.0, 100.0, text);
    assert_eq!(joined(vec![line()], vec![row("64")]), [own("PRbm", None), own("64", 0.97)]);
    let letter = text_line("B64", 0.0, 0.0, 100.0);
    let told = joined(vec![letter], vec![seen("64", 50.0, 0.0, 100.0, "64")]);
    assert_eq!(told, [own("B64", 0.97)], "a letter alone is a misread digit");
}

#[test]
fn rows_below_each_other_that_ocr_took_for_one_number_are_two() {
    let line = || Line { quad: Quad::upright(0.0, 0.0, 160.0, 220.0), ..text_line("1942", 0.0, 0.0, 100.0) };
    let rows = |again| vec![seen("93", 20.0, 10.0, 80.0, "93"), seen("142", 20.0, 120.0, 80.0, again)];
    assert_eq!(joined(vec![line()], rows("142")), [own("93", 0.97), own("142", 0.97)]);
    let words =
        Line { quad: Quad::upright(0.0, 0.0, 160.0, 220.0), ..text_line("BPM 1942", 0.0, 0.0, 100.0) };
    assert!(joined(vec![words], rows("142")).iter().any(|(text, _)| text.contains("BPM")), "it says more");
}

#[test]
fn pressures_of_which_the_detector_makes_one_number_are_told_apart() {
    let row = |text, again| joined(vec![], vec![seen(text, 0.0, 0.0, 100.0, again)]);
    assert_eq!(row("1075773", "107/57 (73)"), [own("107/57", 0.97), own("(73)", 0.97)]);
    assert_eq!(row("1075773", "107/57 (99)"), [own("1075773", 0.55)], "no such mean");
}
