use super::*;

fn line(text: &str, second: &str, left: f32, height: f32) -> Line {
    let width = real(text.chars().count()) * height / 2.0;
    Line {
        characters: text.chars().map(|character| (character, 0.99)).collect(),
        confidence: 0.99,
        second: Some(second.to_owned()),
        clear: true,
        judged: None,
        quad: Quad::upright(left, 0.0, left + width, height),
    }
}

/// A row of a hundred pixels' height, each glyph with its probability.
fn seen(glyphs: &[(char, f32)], again: &str) -> Seen {
    let glyph = |(place, (symbol, probability)): (usize, &(char, f32))| {
        let left = real(place) * 50.0;
        Glyph { symbol: *symbol, probability: *probability, frame: [left, 0.0, left + 50.0, 100.0] }
    };
    let quad = Quad::upright(0.0, 0.0, 50.0 * real(glyphs.len()), 100.0);
    let row = Row { glyphs: glyphs.iter().enumerate().map(glyph).collect(), quad };
    Seen::new(row, again.to_owned(), Strange { within: 0.0, left: 0.0, right: 0.0 })
}

fn sure(text: &str, again: &str) -> Seen {
    seen(&text.chars().map(|symbol| (symbol, 0.9)).collect::<Vec<_>>(), again)
}

fn left(rows: Vec<Seen>, lines: &[Line]) -> Vec<(String, bool, bool)> {
    settled(rows, lines).iter().map(|one| (one.row.text(), one.clear, one.is_mended)).collect()
}

fn own(text: &str, clear: bool, is_mended: bool) -> Vec<(String, bool, bool)> {
    vec![(text.to_owned(), clear, is_mended)]
}

#[test]
fn what_ocr_reads_as_words_is_no_row() {
    for (text, row) in [("%SpO2", "965"), ("SYS", "5"), ("mmHg", "48"), ("kg", "149"), ("%", "96")] {
        let line = line(text, text, 0.0, 100.0);
        assert_eq!(left(vec![sure(row, "")], &[line]), [], "{text}");
    }
    let unsure =
        |text: &str, again| seen(&text.chars().map(|symbol| (symbol, 0.6)).collect::<Vec<_>>(), again);
    assert_eq!(left(vec![unsure("47", "M7")], &[line("M7", "M7", 0.0, 100.0)]), []);
    assert_eq!(left(vec![unsure("111", "")], &[]), []);
    assert_eq!(left(vec![unsure("111", "111")], &[]), own("111", true, false));
    assert_eq!(left(vec![sure("108", "LOB")], &[line("LOB", "", 0.0, 100.0)]), own("108", true, false));
}

#[test]
fn marks_taken_for_digits_are_marks() {
    for (row, text) in [
        ("2186", "142/86"),
        ("135171", "135/71"),
        ("767", "(76)"),
        ("3659", "36.5\u{2103}"),
        ("752149", "75.2 kg"),
    ] {
        assert!(shows_marks(row, text), "{row} {text}");
        let there = line(text, text, 0.0, 100.0);
        assert_eq!(left(vec![sure(row, "")], &[there]), [], "{row} {text}");
    }
    for (row, text) in
        [("128", "I28"), ("76", "(76)"), ("1008", "10:08"), ("018", "(118)"), ("7", "x"), ("", "")]
    {
        assert!(!shows_marks(row, text), "{row} {text}");
    }
    let once = line("142/86", "142", 0.0, 100.0);
    assert_eq!(left(vec![sure("2186", "2186")], &[once]), own("2186", true, false));
}

#[test]
fn a_frame_beside_a_number_is_no_digit_of_it() {
    let framed = || seen(&[('8', 0.9), ('6', 0.9), ('1', 0.6)], "861");
    let there = || line("86", "86", 0.0, 100.0);
    assert_eq!(left(vec![framed()], &[there()]), own("86", false, false));
    let once = line("86", "861", 0.0, 100.0);
    assert_eq!(left(vec![framed()], &[once]), own("861", true, false));
    assert_eq!(left(vec![sure("861", "861")], &[there()]), own("861", true, false));
    let before = |again| seen(&[('1', 0.6), ('7', 0.9), ('0', 0.9)], again);
    let there = || line("70", "70", 0.0, 100.0);
    assert_eq!(left(vec![before("70")], &[there()]), own("70", false, true));
    assert_eq!(left(vec![before("170")], &[there()]), own("170", true, false));
    let fraction = seen(&[('3', 0.9), ('6', 0.9), ('.', 0.6), ('8', 0.6)], "36");
    assert_eq!(left(vec![fraction], &[line("36", "36", 0.0, 100.0)]), own("36.8", true, false));
}

#[test]
fn an_icon_before_a_number_is_no_digit_of_it() {
    let row = |first: (char, f32), again: &str| {
        left(vec![seen(&[first, ('1', 0.9), ('0', 0.9), ('6', 0.9)], again)], &[])
    };
    assert_eq!(row(('4', 0.52), "106"), own("106", false, true));
    assert_eq!(row(('4', 0.52), "4106"), own("4106", true, false));
    assert_eq!(row(('4', 0.7), "106"), own("4106", true, false), "the detector is surer");
    assert_eq!(row(('1', 0.52), "106"), own("1106", true, false), "OCR misses a 1");
}

#[test]
fn the_one_digit_that_the_detector_is_unsure_of_is_ocrs() {
    let row = |first: (char, f32), again| seen(&[first, ('1', 0.9), ('3', 0.9)], again);
    assert_eq!(left(vec![row(('7', 0.66), "113")], &[]), own("113", true, true));
    assert_eq!(left(vec![row(('7', 0.9), "113")], &[]), own("713", true, false));
    assert_eq!(left(vec![row(('7', 0.66), "119")], &[]), own("713", true, false));
    assert_eq!(left(vec![row(('1', 0.66), "713")], &[]), own("113", true, false));
}

#[test]
fn a_point_that_ocr_sees_is_there() {
    assert_eq!(left(vec![sure("685", "68.5")], &[]), own("68.5", false, false));
    let unsure = seen(&[('9', 0.6), ('7', 0.9), ('2', 0.9)], "37.2");
    assert_eq!(left(vec![unsure], &[]), own("37.2", false, true));
    assert_eq!(left(vec![sure("685", "6.8.5")], &[]), own("685", true, false));
    assert_eq!(left(vec![sure("68.5", "685")], &[]), own("68.5", true, false));
}

#[test]
fn a_fragment_of_a_number_gives_way_and_a_part_of_a_jumble_stays() {
    let whole = line("142", "142", 0.0, 100.0);
    assert_eq!(left(vec![sure("14", "14")], &[whole]), []);
    let mut time = sure("0:00", "0:00");
    time.row.quad = Quad::upright(100.0, 0.0, 300.0, 100.0);
    let jumble = line("810:00", "810:00", 0.0, 100.0);
    let texts: Vec<String> =
        settled(vec![sure("81", "81"), time], &[jumble]).iter().map(|one| one.row.text()).collect();
    assert_eq!(texts, ["81", "0:00"]);
}

#[test]
fn marks_belong_to_their_digits() {
    assert_eq!(runs("SpO2: 98%, 36,8 -12.5 12:30. --"), ["2", "98", "36.8", "-12.5", "12:30"]);
}
