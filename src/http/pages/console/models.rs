//! `/console/models`: the models, what is told of each, and how they do here.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

use super::figures::{self, Figures};
use super::frame::Frame;
use super::operations::{LIST_MODELS, READ_MODEL};
use super::staff::Staff;
use crate::http::pages::opening::Answer;
use crate::http::pages::{fault, page};

/// The page's address.
const AT: &str = "/console/models";

/// What is told of the models that this server has, by name.
pub struct Cards(pub Vec<Card>);

/// What is told of a model.
#[derive(Clone, Debug)]
pub struct Card {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// What it does.
    pub task: String,
    /// SPDX expression of the licence of its weights.
    pub licence: String,
    /// SHA-256 of its weights.
    pub sha256: String,
    /// Where its weights come from.
    pub origin: String,
    /// Id of the Device that stands for it in records.
    pub device: String,
    /// What it is for, what it learnt from, how good it is and where it fails: Markdown.
    pub text: String,
}

#[derive(Template)]
#[template(path = "console/models.html")]
struct ModelsPage<'a> {
    frame: Frame<'a>,
    models: Vec<&'a Card>,
}

#[derive(Template)]
#[template(path = "console/model.html")]
struct ModelPage<'a> {
    frame: Frame<'a>,
    card: &'a Card,
    figures: Figures,
    /// The card as HTML of ours.
    text: String,
}

/// Shows the models.
pub async fn show(staff: Staff, cards: web::Data<Cards>) -> Answer {
    staff.note(LIST_MODELS).await?;
    let template = ModelsPage { frame: staff.frame(AT), models: cards.0.iter().collect() };
    Ok(page(StatusCode::OK, &template, None))
}

/// Shows a model.
pub async fn read(staff: Staff, name: web::Path<String>, cards: web::Data<Cards>) -> Answer {
    let Some(card) = cards.0.iter().find(|card| card.name == *name) else {
        return Ok(fault(StatusCode::NOT_FOUND, "There is no such model."));
    };
    let figures = figures::of(&staff, card).await?;
    staff.note(READ_MODEL).await?;
    let template = ModelPage { frame: staff.frame(AT), card, figures, text: rendered(&card.text) };
    Ok(page(StatusCode::OK, &template, None))
}

/// Markdown as HTML. Marks of HTML within it are shown as they are written, and pictures and links as what they are called: a card brings
/// nothing that a browser would run or fetch.
fn rendered(text: &str) -> String {
    let events = Parser::new_ext(text, Options::ENABLE_TABLES).filter_map(|event| match event {
        Event::Html(raw) | Event::InlineHtml(raw) => Some(Event::Text(raw)),
        Event::Start(Tag::Image { .. } | Tag::Link { .. } | Tag::HtmlBlock) => None,
        Event::End(TagEnd::Image | TagEnd::Link | TagEnd::HtmlBlock) => None,
        // The page has a heading of its own.
        Event::Start(Tag::Heading { .. }) => Some(Event::Start(heading())),
        Event::End(TagEnd::Heading(_)) => Some(Event::End(TagEnd::Heading(HeadingLevel::H3))),
        Event::Start(tag) => Some(Event::Start(tag)),
        Event::End(end) => Some(Event::End(end)),
        other @ (Event::Text(_)
        | Event::Code(_)
        | Event::InlineMath(_)
        | Event::DisplayMath(_)
        | Event::FootnoteReference(_)
        | Event::SoftBreak
        | Event::HardBreak
        | Event::Rule
        | Event::TaskListMarker(_)) => Some(other),
    });
    let mut rendered = String::new();
    html::push_html(&mut rendered, events);
    rendered
}

fn heading<'a>() -> Tag<'a> {
    Tag::Heading { level: HeadingLevel::H3, id: None, classes: Vec::new(), attrs: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::rendered;

    #[test]
    fn a_card_brings_nothing_that_runs_or_is_fetched() {
        let hostile = "# Model <script>alert(1)</script>\n\n<img src=x onerror=alert(1)>\n\n![a picture](https://x.example/p.png)\n\n\
            [a link](javascript:alert(1)) [page](https://x.example/)\n\n| a |\n|---|\n| 1 |\n";
        let page = rendered(hostile);
        for mark in ["<script", "<img", "javascript:", "p.png"] {
            assert!(!page.contains(mark), "{mark} in {page}");
        }
        for mark in ["&lt;script&gt;", "a picture", "a link page", "<td>1</td>"] {
            assert!(page.contains(mark), "no {mark} in {page}");
        }
    }
}
