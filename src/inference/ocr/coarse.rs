//! Boxes of print that are two lines high: the look from afar takes a small label and the value below it for one line. They are parted
//! where the finer lines within them end, and in the middle where there are none.

use super::Line;
use super::geometry::Quad;

/// A box may be two lines high where it is so many times as high as the page's lines are, or a line within it is.
const HIGHER: f32 = 1.7;
/// What is read with more confidence than this is one line of large print.
const SURE: f32 = 0.97;
/// A line lies within a box where so much of it does.
const WITHIN: f32 = 0.7;
/// What is left of a box beside the lines within it is worth a look where it has this share of its height.
const LEFT: f32 = 0.35;

/// The parts of each line's box that are to be read by themselves, by the line's place.
pub fn parts(lines: &[Line]) -> Vec<(usize, Vec<Quad>)> {
    let mut heights: Vec<f32> = lines.iter().map(|line| line.quad.height()).collect();
    heights.sort_by(f32::total_cmp);
    let usual = heights.get(heights.len() / 2).copied().unwrap_or(0.0);
    let doubtful = lines.iter().enumerate().filter(|(_, line)| line.confidence < SURE);
    doubtful
        .map(|(place, line)| (place, of(line, lines, usual)))
        .filter(|(_, parts)| !parts.is_empty())
        .collect()
}

fn of(line: &Line, lines: &[Line], usual: f32) -> Vec<Quad> {
    let [_, top, _, bottom] = line.quad.bounds();
    let height = (bottom - top).max(1.0);
    let is_within = |other: &&Line| {
        HIGHER * other.quad.height() <= line.quad.height()
            && other.quad.shared(&line.quad) >= WITHIN * other.quad.area()
    };
    let within: Vec<[f32; 4]> = lines.iter().filter(is_within).map(|other| other.quad.bounds()).collect();
    if within.is_empty() {
        let is_double = line.quad.height() >= HIGHER * usual && line.quad.width() > line.quad.height();
        return if is_double {
            vec![band(&line.quad, 0.0, 0.5), band(&line.quad, 0.45, 1.0)]
        } else {
            Vec::new()
        };
    }
    let first = within.iter().map(|[_, above, ..]| *above).fold(bottom, f32::min);
    let last = within.iter().map(|[_, _, _, below]| *below).fold(top, f32::max);
    let (first, last) = ((first - top) / height, (last - top) / height);
    let above = (first >= LEFT).then(|| band(&line.quad, 0.0, first));
    let below = (1.0 - last >= LEFT).then(|| band(&line.quad, last, 1.0));
    above.into_iter().chain(below).collect()
}

/// The part of a box between two shares of its height.
fn band(quad: &Quad, from: f32, to: f32) -> Quad {
    let [a, b, c, d] = quad.0;
    Quad([a.towards(d, from), b.towards(c, from), b.towards(c, to), a.towards(d, to)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str, confidence: f32, (top, bottom): (f32, f32)) -> Line {
        Line {
            characters: text.chars().map(|character| (character, confidence)).collect(),
            confidence,
            second: None,
            clear: true,
            judged: None,
            quad: Quad::upright(0.0, top, 100.0, bottom),
        }
    }

    #[test]
    fn lines_of_their_own_are_not_parted() {
        assert_eq!(parts(&[line("One", 0.9, (0.0, 20.0)), line("Two", 0.9, (22.0, 42.0))]), []);
        let head = [
            line("HEAD", 0.99, (0.0, 60.0)),
            line("One", 0.9, (60.0, 80.0)),
            line("Two", 0.9, (80.0, 100.0)),
        ];
        assert_eq!(parts(&head), []);
    }

    #[test]
    fn a_value_that_was_boxed_with_its_label_is_read_by_itself() {
        let boxed = [line("Record no.", 0.95, (0.0, 20.0)), line("A12345", 0.6, (0.0, 50.0))];
        assert_eq!(parts(&boxed), [(1, vec![Quad::upright(0.0, 20.0, 100.0, 50.0)])]);
    }

    #[test]
    fn two_lines_in_one_box_are_parted_in_the_middle() {
        let double =
            [line("One", 0.9, (0.0, 20.0)), line("Two", 0.9, (22.0, 42.0)), line("Tree", 0.5, (50.0, 90.0))];
        let [(2, halves)] = &parts(&double)[..] else { panic!("{:?}", parts(&double)) };
        assert_eq!(halves[0], Quad::upright(0.0, 50.0, 100.0, 70.0));
    }
}
