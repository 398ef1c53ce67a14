//! The items of an enumeration, and the marks before them.

use super::counted::leading;

/// The marks before the items of an enumeration.
const BULLETS: &[char] = &['•', '*', '·', '●', '▪', '◦', '○', '‣', '■'];

/// A text without the bullet or number that it begins with: `- Stent`, `1. Stent`, `1) Stent`.
pub fn unmarked(text: &str) -> &str {
    let text = text.trim();
    if let Some(rest) = text.strip_prefix(BULLETS) {
        return rest.trim_start();
    }
    // -5 is a number.
    let dashed =
        text.strip_prefix(['-', '–', '—']).filter(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()));
    if let Some(rest) = dashed {
        return rest.trim_start();
    }
    let Some((digits, rest)) = leading(text) else { return text };
    // 0.5 is one, too.
    let marked =
        rest.strip_prefix(['.', ')', ',']).filter(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()));
    marked.filter(|_| digits.len() <= 2).map_or(text, str::trim_start)
}

/// An item without its mark and without the comma that parts it from the next.
pub(super) fn item(text: &str) -> &str {
    unmarked(text).trim_end_matches([',', ';']).trim()
}

/// The items of an enumeration; one that does not begin like a name may belong to the one before it, so that then nothing is parted.
pub(super) fn items(text: &str) -> Vec<String> {
    let part = |marks: &[char]| -> Vec<String> {
        text.split(marks).map(item).filter(|item| !item.is_empty()).map(str::to_owned).collect()
    };
    // What is numbered, or stands on lines of its own, is parted there.
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    if lines.len() >= 2 && lines.iter().all(|line| unmarked(line) != line.trim()) {
        return part(&['\n']);
    }
    let parts = part(&[',', ';', '\n']);
    let named = parts.iter().all(|item| item.starts_with(char::is_uppercase));
    if named { parts } else { part(&[';', '\n']) }
}

/// How the lines of a list of medicines begin that name none: `START taking these medications`.
const SUBHEADS: &[&str] = &[
    "start",
    "change",
    "continue",
    "new",
    "changed",
    "stop",
    "stopped",
    "resume",
    "unchanged",
    "discontinue",
];

/// The lines of a list of medicines without its headings, and without what stands below the one for medicines that are stopped.
pub(super) fn taken(text: &str) -> Vec<&str> {
    let (mut kept, mut is_stopped) = (Vec::new(), false);
    for line in text.lines() {
        let words: Vec<String> = line.split_whitespace().map(str::to_lowercase).collect();
        let first = words.first().map_or("", |word| word.trim_matches(|c: char| !c.is_alphanumeric()));
        let tells = words.iter().any(|word| {
            ["medications", "medications:", "medicines", "medicines:", "taking", "these"]
                .contains(&word.as_str())
        });
        let is_head = SUBHEADS.contains(&first)
            && (tells || words.len() == 1)
            && !line.contains(|c: char| c.is_ascii_digit());
        if is_head {
            is_stopped = ["stop", "stopped", "discontinue"].contains(&first);
        } else if !is_stopped {
            kept.push(line);
        }
    }
    kept
}
