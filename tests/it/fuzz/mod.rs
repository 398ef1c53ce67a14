//! What anybody may send is read without a panic, a hang or a 5xx, whatever it is.
//!
//! Each target looks for ten seconds, beginning with what is kept in `__fuzz__`: what once broke it, and what led further. `make fuzz` looks for ten
//! minutes a target and is led by what code is reached (cargo-bolero with libFuzzer).
//!
//! The input of a target is no file but says how to make one: take this example, put that there. So bytes at random reach beyond the first line of
//! a parser. One whose first byte is 255 is the file itself.

mod parsers;
mod requests;

use std::time::Duration;

/// So long a target is looked at by `cargo test`.
const TIME: Duration = Duration::from_secs(10);
/// Longer nothing takes that is so short, also where all is built for tests and much else goes on.
const PATIENCE: Duration = Duration::from_secs(30);
/// So long may be what is made.
const LONGEST: usize = 64 * 1024;

/// Words that parsers look for, besides those of the examples.
const WORDS: [&str; 24] = [
    "\"",
    "{",
    "}",
    "[",
    "]",
    "<",
    "/>",
    "]]>",
    "&#x0;",
    "\\u0000",
    "null",
    "-0",
    "1e999999999",
    "9999-12-31",
    "\u{feff}",
    "\u{202e}",
    "%00",
    "(",
    ")",
    "..",
    "|",
    "$this",
    "\r\n",
    "resourceType",
];

/// What an input makes of one of the examples.
fn made(input: &[u8], examples: &[&[u8]]) -> Vec<u8> {
    let mut steps = input.iter().copied();
    let Some(first) = steps.next() else { return Vec::new() };
    if first == u8::MAX {
        return steps.collect();
    }
    let mut file = examples[usize::from(first) % examples.len()].to_vec();
    while let (Some(how), Some(high), Some(low)) = (steps.next(), steps.next(), steps.next()) {
        let at = usize::from(u16::from_be_bytes([high, low])) % (file.len() + 1);
        let width = usize::from(how >> 3) + 1;
        let end = (at + width).min(file.len());
        match how & 7 {
            0 => drop(file.drain(at..end)),
            1 => file.truncate(at),
            2 => drop(file.splice(at..at, WORDS[width % WORDS.len()].bytes())),
            3 => file.extend_from_within(at..end),
            4 => {
                let part = file[at..end].repeat(width);
                drop(file.splice(at..at, part));
            }
            5 => file[at..end].iter_mut().for_each(|byte| *byte ^= high),
            6 => {
                let other = examples[usize::from(high) % examples.len()];
                let from = usize::from(low) * other.len() / 256;
                drop(file.splice(at..end, other[from..].iter().copied().take(64 * width)));
            }
            _ => file[at..end].fill(low),
        }
        file.truncate(LONGEST);
    }
    file
}

#[test]
fn an_input_makes_something_of_an_example() {
    let examples: [&[u8]; 2] = [b"abcdef", b"xyz"];
    let told =
        |input: &[u8], wanted: &str| assert_eq!(String::from_utf8(made(input, &examples)).unwrap(), wanted);
    told(&[], "");
    told(&[0], "abcdef");
    told(&[1], "xyz");
    told(&[255, b'h', b'i'], "hi");
    told(&[0, 8, 0, 1], "adef");
    told(&[0, 1, 0, 2], "ab");
    told(&[0, 10, 0, 0], "}abcdef");
    told(&[0, 3, 0, 0, 9, 9], "abcdefa");
    told(&[0, 7, 0, b'c'], "accdef");
}
