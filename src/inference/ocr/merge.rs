//! One line for one place: the two looks of the detector find some text twice, and parts of it apart.

use super::Line;
use super::geometry::Quad;

/// Two boxes that share this much of what they cover together show the same text.
const SAME: f32 = 0.6;
/// A box that lies this much within another is a part of it.
const WITHIN: f32 = 0.7;

/// Whether two boxes show the same text.
pub fn same_place(one: &Quad, other: &Quad) -> bool {
    let shared = one.shared(other);
    let together = one.area() + other.area() - shared;
    together > 0.0 && shared / together >= SAME
}

/// Drops each line that lies within another one that says the same or more.
///
/// Lines that contradict each other both stay: the layout rules see the contradiction and abstain.
pub fn without_fragments(lines: Vec<Line>) -> Vec<Line> {
    let texts: Vec<String> = lines.iter().map(|line| squeezed(&line.text())).collect();
    let is_fragment = |number: usize| {
        let (Some(line), Some(text)) = (lines.get(number), texts.get(number)) else { return false };
        lines.iter().zip(&texts).enumerate().any(|(other, (whole, whole_text))| {
            let within = line.quad.shared(&whole.quad) >= WITHIN * line.quad.area();
            let more = whole_text.len() > text.len() || (whole_text == text && other < number);
            other != number && within && more && whole_text.contains(text.as_str())
        })
    };
    let keep: Vec<bool> = (0..lines.len()).map(|number| !is_fragment(number)).collect();
    lines.into_iter().zip(keep).filter_map(|(line, keep)| keep.then_some(line)).collect()
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|character| !character.is_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str, left: f32, right: f32) -> Line {
        Line {
            characters: text.chars().map(|character| (character, 0.9)).collect(),
            confidence: 0.9,
            second: None,
            clear: true,
            judged: None,
            quad: Quad::upright(left, 0.0, right, 10.0),
        }
    }

    fn texts(lines: Vec<Line>) -> Vec<String> {
        without_fragments(lines).iter().map(Line::text).collect()
    }

    #[test]
    fn a_part_of_a_number_gives_way_to_the_whole() {
        assert_eq!(texts(vec![line("2", 10.0, 20.0), line("72", 0.0, 20.0)]), ["72"]);
        assert_eq!(texts(vec![line("72", 0.0, 20.0), line("72", 0.0, 21.0)]), ["72"]);
    }

    #[test]
    fn contradictions_and_neighbours_stay() {
        assert_eq!(texts(vec![line("3", 10.0, 20.0), line("72", 0.0, 20.0)]), ["3", "72"]);
        assert_eq!(texts(vec![line("2", 30.0, 40.0), line("72", 0.0, 20.0)]), ["2", "72"]);
    }

    #[test]
    fn places_are_the_same_when_mostly_shared() {
        let place = |left, right| Quad::upright(left, 0.0, right, 10.0);
        assert!(same_place(&place(0.0, 20.0), &place(1.0, 21.0)));
        assert!(!same_place(&place(0.0, 20.0), &place(10.0, 20.0)));
        assert!(!same_place(&place(0.0, 0.0), &place(0.0, 0.0)));
    }
}
