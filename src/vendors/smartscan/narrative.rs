//! Text as the narrative of a FHIR resource, and back. <https://hl7.org/fhir/R4/narrative.html>

const OPENING: &str = r#"<div xmlns="http://www.w3.org/1999/xhtml">"#;
const ENTITIES: [(&str, char); 4] = [("&lt;", '<'), ("&gt;", '>'), ("&quot;", '"'), ("&amp;", '&')];

/// The narrative of a plain text; a new line is a break.
#[must_use]
pub fn div(text: &str) -> String {
    let mut div = OPENING.to_owned();
    for character in text.trim().chars() {
        match ENTITIES.iter().find(|(_, plain)| *plain == character) {
            Some((entity, _)) => div.push_str(entity),
            None if character == '\n' => div.push_str("<br/>"),
            None => div.push(character),
        }
    }
    div.push_str("</div>");
    div
}

/// The plain text of a narrative: without its tags, a break as a new line.
#[must_use]
pub fn text(div: &str) -> String {
    let mut text = String::new();
    let mut rest = div;
    while let Some((before, tagged)) = rest.split_once('<') {
        text.push_str(before);
        let (tag, after) = tagged.split_once('>').unwrap_or((tagged, ""));
        if tag.trim_end_matches('/').trim() == "br" {
            text.push('\n');
        }
        rest = after;
    }
    text.push_str(rest);
    // The ampersand last, so that what it makes is not read again.
    ENTITIES.iter().fold(text, |text, (entity, plain)| text.replace(entity, plain.encode_utf8(&mut [0; 4])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fhir::validate::validate;
    use serde_json::json;

    #[test]
    fn a_text_with_markup_in_it_stays_text() {
        for plain in ["<script>alert(1)</script>", "a < b & c > \"d\"", "&lt;br/&gt;", "&amp;amp;", "x\ny"] {
            let div = div(plain);
            let text_of = json!({ "status": "generated", "div": div });
            let resource = json!({ "resourceType": "Basic", "code": { "text": "x" }, "text": text_of });
            assert!(validate(&resource).is_ok(), "{div}");
            assert_eq!(text(&div), plain);
        }
        assert_eq!(div("<i>"), r#"<div xmlns="http://www.w3.org/1999/xhtml">&lt;i&gt;</div>"#);
    }

    #[test]
    fn what_somebody_else_wrote_loses_its_tags() {
        assert_eq!(text("<div><p>No <b>lifting</b></p><br /></div>"), "No lifting\n");
        assert_eq!(text("no end <b"), "no end ");
    }
}
