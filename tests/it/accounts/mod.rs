//! Accounts of people: signing in, what keeps others from doing that, and the pages on which people look after themselves.

mod account;
mod headers;
mod mail_server;
mod mails;
mod reset;
pub mod second_factor;
mod sign_up;
mod throttling;

use crate::harness::{Answer, Server};
use crate::oauth::person::{EMAIL, PASSWORD, Person, open_account};

/// A server with an account of the surface `fhir`.
pub async fn with_account() -> Server {
    let server = Server::start().await;
    open_account(&server).await;
    server
}

/// A browser in which that account's owner has signed in.
pub async fn signed_in(server: &Server) -> Person<'_> {
    let alice = Person::at(server);
    let answer = alice.enter(EMAIL, PASSWORD).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/account"), "{}", answer.text);
    alice
}

/// What a page says went wrong.
#[track_caller]
fn fault(answer: &Answer, status: u16) -> String {
    assert_eq!(answer.status, status, "{}", answer.text);
    let (_, rest) = answer.text.split_once("role=\"alert\">").expect("an alert");
    rest.split("</p>").next().unwrap().to_owned()
}

/// Where an answer sends the browser.
#[track_caller]
fn onward(answer: &Answer) -> &str {
    assert_eq!(answer.status, 303, "{}", answer.text);
    answer.header("location")
}
