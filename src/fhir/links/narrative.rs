//! The links in a narrative: `<a href>` and `<img src>`. <https://hl7.org/fhir/R4/narrative.html>

use super::Link;

/// Shows each link of the XHTML to `visit`, which may change it. Everything else stays as it is written.
pub(super) fn visit(xhtml: &mut String, visit: &mut dyn FnMut(Link, &mut String)) {
    let mut written = String::with_capacity(xhtml.len());
    let mut rest = xhtml.as_str();
    while let Some((before, tag)) = rest.split_once('<') {
        written.push_str(before);
        written.push('<');
        let name = tag.split(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).next();
        rest = match name {
            Some("a") => attributes(tag, "href", &mut written, visit),
            Some("img") => attributes(tag, "src", &mut written, visit),
            Some(_) | None => tag,
        };
    }
    written.push_str(rest);
    *xhtml = written;
}

/// Writes a tag up to its end, with what `visit` makes of the value of the attribute `wanted`. Gives what comes after.
fn attributes<'a>(
    tag: &'a str,
    wanted: &str,
    written: &mut String,
    visit: &mut dyn FnMut(Link, &mut String),
) -> &'a str {
    let mut rest = tag;
    while let Some((before, from)) = rest.find(['"', '\'', '>']).map(|at| rest.split_at(at)) {
        let quote = if from.starts_with('"') { '"' } else { '\'' };
        let Some((value, after)) = from.strip_prefix(quote).and_then(|inside| inside.split_once(quote))
        else {
            // The end of the tag, or a value that never ends.
            return rest;
        };
        let name = before.trim_end().strip_suffix('=').unwrap_or_default().trim_end();
        let is_wanted = name.strip_suffix(wanted).is_some_and(|before| before.ends_with(char::is_whitespace));
        let mut value = value.to_owned();
        if is_wanted {
            visit(Link::Address, &mut value);
        }
        written.push_str(before);
        written.push(quote);
        written.push_str(&value);
        written.push(quote);
        rest = after;
    }
    rest
}

#[cfg(test)]
mod tests {
    fn visited(xhtml: &str) -> String {
        let mut text = xhtml.to_owned();
        super::visit(&mut text, &mut |_, link| {
            if link == "urn:x" {
                "P/1".clone_into(link);
            }
        });
        text
    }

    #[test]
    fn what_is_no_link_stays_as_it_is_written() {
        for xhtml in [
            "<div>urn:x</div>",
            "<a title=\"urn:x\">urn:x</a>",
            "<abbr href=\"urn:x\"/>",
            "<a data-href=\"urn:x\"/>",
            "<a href=\"urn:xy\"/>",
            "<a href=\"urn:x",
            "<a href",
            "<",
            "<a",
            "<a >href=\"urn:x\"",
            "<img href='urn:x'/>",
            "ä<a title='ä>' src=\"urn:x\">ö",
        ] {
            assert_eq!(visited(xhtml), xhtml);
        }
    }

    #[test]
    fn links_are_rewritten_in_either_quotes() {
        assert_eq!(
            visited(
                "<p><a class='>' href = 'urn:x'>1</a><img alt=\"ä\"\n src=\"urn:x\"/><a href=\"urn:x\" id=\"1\">2</a></p>"
            ),
            "<p><a class='>' href = 'P/1'>1</a><img alt=\"ä\"\n src=\"P/1\"/><a href=\"P/1\" id=\"1\">2</a></p>"
        );
    }
}
