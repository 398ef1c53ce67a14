//! Boxes to be ticked, as they are read: an empty one is read as a box, a ticked one as a mark or as nothing.

/// How empty boxes are read.
const EMPTY: &[char] = &['□', '☐', '口', '▢', '◻', '○', '◯'];
/// How ticked ones are.
const TICKED: &[char] = &['☑', '☒', '✓', '✔', '√', '■', '▣', '●', '⊠', '✗', '✘', '区', '図', '凶', '回'];

/// Whether a character is what an empty box is read as.
pub fn is_empty_box(character: char) -> bool {
    EMPTY.contains(&character)
}

/// Whether boxes stand in a text.
pub fn has_boxes(text: &str) -> bool {
    text.contains(EMPTY) || text.contains(TICKED)
}

/// The option whose box is ticked: the only one with a mark, or the only one before which no empty box stands.
pub fn ticked(text: &str) -> Option<String> {
    let mut options: Vec<(Mark, String)> = Vec::new();
    let mut mark = Mark::None;
    let mut words: Vec<String> = Vec::new();
    let parted: String = text
        .chars()
        // A cross beside empty boxes is one that was ticked.
        .map(|c| if c == '×' && text.contains(EMPTY) { '✗' } else { c })
        .flat_map(|c| if EMPTY.contains(&c) || TICKED.contains(&c) { vec![' ', c, ' '] } else { vec![c] })
        .collect();
    for word in parted.split_whitespace() {
        let found = match word.chars().next() {
            Some(c) if EMPTY.contains(&c) => Some(Mark::Empty),
            Some(c) if TICKED.contains(&c) => Some(Mark::Ticked),
            Some(_) if ["[x]", "[X]", "(x)", "(X)"].contains(&word) => Some(Mark::Ticked),
            Some(_) if word == "[]" || word == "()" => Some(Mark::Empty),
            _ => None,
        };
        match found {
            Some(next) => {
                close(&mut options, mark, &mut words);
                mark = next;
            }
            None => words.push(word.to_owned()),
        }
    }
    // Boxes that stand behind their options would be taken for those of the next.
    if mark != Mark::None && words.is_empty() {
        return None;
    }
    close(&mut options, mark, &mut words);
    let only = |of: Mark| {
        let mut found = options.iter().filter(|(mark, _)| *mark == of);
        let first = found.next()?;
        found.next().is_none().then(|| first.1.clone())
    };
    let marked = options.iter().any(|(mark, _)| *mark == Mark::Ticked);
    if options.len() < 2 {
        None
    } else if marked {
        only(Mark::Ticked)
    } else {
        only(Mark::None)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    None,
    Empty,
    Ticked,
}

/// Ends an option. Of a run of numbers each is an option of its own, and the last has the mark that was read as nothing.
fn close(options: &mut Vec<(Mark, String)>, mark: Mark, words: &mut Vec<String>) {
    let are_numbers =
        words.len() > 1 && words.iter().all(|word| word.bytes().all(|byte| byte.is_ascii_digit()));
    if are_numbers {
        for (place, word) in words.drain(..).enumerate() {
            options.push((if place == 0 { mark } else { Mark::None }, word));
        }
    } else if !words.is_empty() {
        options.push((mark, words.join(" ")));
        words.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_can_tell_of_several_or_none() {
        for text in [
            "□ Yes □ No",
            "Yes No",
            "☑ Yes ☑ No",
            "□ 1 2 3",
            "☑ Yes",
            "Yes □ No ☑",
            "IM ☑ SC □",
            "2 × 30 tablets",
        ] {
            assert_eq!(ticked(text), None, "{text}");
        }
    }

    #[test]
    fn the_ticked_option_is_read() {
        for (text, option) in [
            ("IM □ SC □ IN", "IM"),
            ("□ 0 □1 □ 2 3 □4 □5", "3"),
            ("☑ Yes □ No", "Yes"),
            ("[X] Left arm [ ] Right arm", "Left arm"),
        ] {
            assert_eq!(ticked(&text.replace("[ ]", "□")).as_deref(), Some(option), "{text}");
        }
    }
}
