//! Which pages of other origins may call.

use super::mounts::listed;
use super::source::Source;

/// The origins whose pages may call (contract X-06); none by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins {
    /// `HYGEIA_IMAGEMEDIX_ORIGINS`: those of its client.
    pub imagemedix: Vec<String>,
    /// `HYGEIA_HEMATO_ORIGINS`: those of web applications.
    pub hemato: Vec<String>,
}

impl Origins {
    pub(super) fn read(source: &mut Source) -> Self {
        Self {
            imagemedix: origins(source, "HYGEIA_IMAGEMEDIX_ORIGINS"),
            hemato: origins(source, "HYGEIA_HEMATO_ORIGINS"),
        }
    }
}

/// Origins as browsers send them: scheme, host and, where it is not the scheme's own, port.
fn origins(source: &mut Source, name: &'static str) -> Vec<String> {
    let text = source.text(name).unwrap_or_default();
    let is_origin = |origin: &&str| {
        let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
        host.is_some_and(|host| !host.is_empty() && !host.contains(['/', '*', '@']))
    };
    if !listed(&text).all(|origin| is_origin(&origin)) {
        source.fault(name, "must be a list such as https://app.example.org");
    }
    listed(&text).filter(is_origin).map(str::to_owned).collect()
}
