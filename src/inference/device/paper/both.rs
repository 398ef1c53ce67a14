//! A section for assessment and plan together: what is numbered or has a code is assessed, what stands below that is planned.

use super::value::unmarked;

/// The assessment and the plan of such a section, each of its lines parted from the next as they stand.
pub fn parted(text: &str) -> (String, String) {
    let (mut assessed, mut planned): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    let lines: Vec<&str> = text.lines().flat_map(sentences).filter(|line| !line.trim().is_empty()).collect();
    let any = lines.iter().any(|line| is_marked(line) || has_code(line));
    for line in lines {
        let is_assessed = if any { is_marked(line) || has_code(line) } else { assessed.is_empty() };
        if is_assessed { assessed.push(unmarked(line)) } else { planned.push(line) }
    }
    (assessed.join(", "), planned.join(" "))
}

/// A line parted behind the code of what is assessed in it.
fn sentences(line: &str) -> Vec<&str> {
    match line.find(") ").filter(|_| has_code(line)).and_then(|end| line.split_at_checked(end + 1)) {
        Some((one, other)) if has_code(one) => vec![one, other],
        _ => vec![line],
    }
}

fn is_marked(line: &str) -> bool {
    line.trim_start().starts_with(|c: char| c.is_ascii_digit() || c == '#')
        && unmarked(line.trim_start_matches('#')) != line.trim()
}

/// Whether a code of ICD-10 stands in a line.
fn has_code(line: &str) -> bool {
    line.split(|c: char| !(c.is_ascii_alphanumeric() || c == '.')).any(|word| {
        let mut characters = word.chars();
        let begins = characters.next().is_some_and(|c| c.is_ascii_uppercase())
            && characters.next().is_some_and(|c| c.is_ascii_digit());
        begins
            && (3..=8).contains(&word.len())
            && characters.next().is_some_and(|c| c.is_ascii_alphanumeric())
    })
}
