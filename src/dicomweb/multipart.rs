//! Answers of several parts ([RFC 2387](https://www.rfc-editor.org/rfc/rfc2387)), sent one after another as they are read.

use std::io;

use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_TYPE;
use bytes::Bytes;
use futures_util::stream::{self, StreamExt, TryStreamExt};

use crate::core::Content;
use crate::records::Error;

/// One part.
pub struct Part {
    /// Its media type, with parameters.
    pub media_type: String,
    /// Where it is by itself.
    pub location: String,
    /// Its bytes.
    pub content: Content,
}

/// An answer of parts of one type. Each of `items` is made a part when it is its turn, and its bytes are read as they are sent, so that
/// little of it is in memory at a time however many there are. The first is made before, so that what cannot be read at all is a
/// refusal and no broken answer.
pub fn answer<I, F>(
    boundary: String,
    part_type: &str,
    first: Part,
    items: Vec<I>,
    make: impl Fn(I) -> F + 'static,
) -> HttpResponse
where
    I: 'static,
    F: Future<Output = Result<Part, Error>> + 'static,
{
    let head = boundary.clone();
    let first = stream::once(async move { Ok::<_, Error>(first) });
    let rest = stream::iter(items).then(make);
    let parts = first.chain(rest).map(move |part| match part {
        Ok(part) => {
            let opening = stream::once(std::future::ready(Ok(opening(&head, &part))));
            opening.chain(part.content.parts()).boxed_local()
        }
        Err(error) => {
            error.log();
            stream::once(std::future::ready(Err(io::Error::other("a part cannot be read")))).boxed_local()
        }
    });
    let end = Bytes::from(format!("\r\n--{boundary}--\r\n"));
    let body = parts.flatten().chain(stream::once(async move { Ok(end) }));
    let body = body.inspect_err(|error| tracing::error!(%error, "an answer of several parts ended early"));
    HttpResponse::Ok()
        .insert_header((
            CONTENT_TYPE,
            format!("multipart/related; type=\"{part_type}\"; boundary={boundary}"),
        ))
        .streaming(body)
}

fn opening(boundary: &str, part: &Part) -> Bytes {
    let text = format!(
        "\r\n--{boundary}\r\nContent-Type: {}\r\nContent-Length: {}\r\nContent-Location: {}\r\n\r\n",
        part.media_type,
        part.content.length(),
        part.location
    );
    Bytes::from(text)
}
