//! One glyph for one place: neighbouring cells and looks at several scales find each many times, and parts of it.

use super::glyph::Glyph;

/// Boxes that share this much of what they cover together are one glyph.
const SAME: f32 = 0.35;
/// Two digits whose middles are nearer than this, in heights, are one ...
const NEAREST: f32 = 0.3;
/// ... when the lower has this share of the higher one's height.
const ALIKE: f32 = 0.6;
/// A box that lies this much within another is a part of it.
const WITHIN: f32 = 0.65;
/// What holds others wins over more probable parts: a segment looks like a 1 or a minus from near, when it is this probable.
const WHOLE: f32 = 0.5;
/// A glyph this much larger in area than another is not the same one seen a little differently.
const LARGER: f32 = 1.7;

/// The glyphs of all looks, each once.
pub fn suppress(mut glyphs: Vec<Glyph>) -> Vec<Glyph> {
    glyphs.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    let mut kept: Vec<Glyph> = Vec::new();
    for glyph in glyphs {
        if !kept.iter().any(|other| is_same(&glyph, other)) {
            kept.push(glyph);
        }
    }
    let wholes: Vec<Glyph> =
        kept.iter().filter(|glyph| glyph.is_tall() && glyph.probability >= WHOLE).copied().collect();
    kept.retain(|glyph| !wholes.iter().any(|whole| is_part(glyph, whole)));
    // What is left of two that lie within each other is the more probable one.
    let mut apart: Vec<Glyph> = Vec::new();
    for glyph in kept {
        let overlaps = |other: &Glyph| glyph.shared(other) >= WITHIN * glyph.area().min(other.area());
        if !apart.iter().any(overlaps) {
            apart.push(glyph);
        }
    }
    apart
}

fn is_same(one: &Glyph, other: &Glyph) -> bool {
    let shared = one.shared(other);
    shared >= SAME * (one.area() + other.area() - shared) || is_too_near(one, other)
}

/// Whether two digits of about one height stand nearer than any two of a number do: a narrow one, seen twice a little aside.
fn is_too_near(one: &Glyph, other: &Glyph) -> bool {
    let (low, high) = (one.height().min(other.height()), one.height().max(other.height()));
    one.is_tall()
        && other.is_tall()
        && low >= ALIKE * high
        && (one.x() - other.x()).abs() < NEAREST * low
        && (one.y() - other.y()).abs() < NEAREST * low
}

fn is_part(part: &Glyph, whole: &Glyph) -> bool {
    whole.area() > LARGER * part.area() && part.shared(whole) >= WITHIN * part.area()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glyph(symbol: char, probability: f32, left: f32, top: f32, right: f32, bottom: f32) -> Glyph {
        Glyph { symbol, probability, frame: [left, top, right, bottom] }
    }

    fn symbols(glyphs: &[Glyph]) -> String {
        suppress(glyphs.to_vec()).iter().map(|glyph| glyph.symbol).collect()
    }

    #[test]
    fn the_most_probable_of_one_place_stays() {
        let cells = [
            glyph('3', 0.6, 0.0, 0.0, 10.0, 20.0),
            glyph('8', 0.9, 1.0, 0.0, 11.0, 21.0),
            glyph('8', 0.7, 1.0, 1.0, 11.0, 20.0),
        ];
        assert_eq!(symbols(&cells), "8");
    }

    #[test]
    fn a_narrow_digit_seen_twice_is_one() {
        let ones = [glyph('1', 0.9, 0.0, 0.0, 4.0, 40.0), glyph('1', 0.8, 5.0, 1.0, 9.0, 40.0)];
        assert_eq!(symbols(&ones), "1");
        let eleven = [glyph('1', 0.9, 0.0, 0.0, 4.0, 40.0), glyph('1', 0.8, 20.0, 1.0, 24.0, 40.0)];
        assert_eq!(symbols(&eleven), "11");
    }

    #[test]
    fn segments_of_a_digit_give_way_to_it() {
        let segments = [
            glyph('8', 0.6, 0.0, 0.0, 50.0, 100.0),
            glyph('1', 0.95, 2.0, 5.0, 10.0, 45.0),
            glyph('-', 0.9, 5.0, 46.0, 45.0, 54.0),
        ];
        assert_eq!(symbols(&segments), "8");
    }

    #[test]
    fn an_improbable_whole_gives_way_to_its_parts() {
        let digits = [
            glyph('8', 0.4, 0.0, 0.0, 50.0, 60.0),
            glyph('4', 0.9, 0.0, 15.0, 20.0, 50.0),
            glyph('2', 0.8, 26.0, 15.0, 46.0, 50.0),
        ];
        assert_eq!(symbols(&digits), "42");
    }

    #[test]
    fn neighbours_stay() {
        let slanted = [
            glyph('7', 0.9, 0.0, 0.0, 12.0, 20.0),
            glyph('1', 0.8, 10.0, 0.0, 15.0, 20.0),
            glyph('.', 0.7, 9.0, 19.0, 12.0, 22.0),
        ];
        assert_eq!(symbols(&slanted), "71.");
        assert_eq!(symbols(&[]), "");
    }
}
