//! Mails, as their readers have them.

use std::path::Path;

use regex::Regex;

/// A mail that was sent.
#[derive(Debug, PartialEq, Eq)]
pub struct Mail {
    /// The address that it went to.
    pub to: String,
    /// What it is about.
    pub subject: String,
    /// What it says.
    pub text: String,
}

impl Mail {
    /// The mails in a folder, in the order of their names.
    pub fn all_in(folder: &Path) -> Vec<Self> {
        let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
        let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        files.retain(|file| file.extension().is_some_and(|ending| ending == "eml"));
        files.sort();
        files.iter().map(|file| Self::parse(&std::fs::read_to_string(file).unwrap())).collect()
    }

    /// A mail in the form of RFC 5322, with a plain text.
    pub fn parse(mail: &str) -> Self {
        let (head, text) = mail.split_once("\r\n\r\n").expect("a head and a text");
        let header = |name: &str| {
            let line = head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
            line.unwrap_or_else(|| panic!("no {name} in {head}")).to_owned()
        };
        assert_eq!(header("Auto-Submitted"), "auto-generated");
        Self { to: header("To"), subject: header("Subject"), text: text.replace("\r\n", "\n") }
    }

    /// The path of the address of ours that the mail has, with its query.
    pub fn link(&self) -> String {
        let link = Regex::new(r"http://127\.0\.0\.1:8080(/\S+)").unwrap();
        link.captures(&self.text).unwrap_or_else(|| panic!("no link in {}", self.text))[1].to_owned()
    }
}
