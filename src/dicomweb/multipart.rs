//! Answers of several parts ([RFC 2387](https://www.rfc-editor.org/rfc/rfc2387)), sent one after another as they are read.

use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_TYPE;
use bytes::{Bytes, BytesMut};
use futures_util::stream::{self, StreamExt};

use crate::records::Error;

/// One part.
pub struct Part {
    /// Its media type, with parameters.
    pub media_type: String,
    /// Where it is by itself.
    pub location: String,
    /// Its bytes.
    pub bytes: Bytes,
}

/// An answer of parts of one type. Each of `items` is made a part when it is its turn, so that one is in memory at a time. The first
/// is made before, so that what cannot be read at all is a refusal and no broken answer.
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
    let parts = first.chain(rest).flat_map(move |part| {
        let chunks: Vec<Result<Bytes, Error>> = match part {
            Ok(part) => vec![Ok(opening(&head, &part)), Ok(part.bytes)],
            Err(error) => {
                error.log();
                vec![Err(error)]
            }
        };
        stream::iter(chunks)
    });
    let end = Bytes::from(format!("\r\n--{boundary}--\r\n"));
    let body = parts.chain(stream::once(async move { Ok::<_, Error>(end) }));
    HttpResponse::Ok()
        .insert_header((
            CONTENT_TYPE,
            format!("multipart/related; type=\"{part_type}\"; boundary={boundary}"),
        ))
        .streaming(body.map(|chunk| chunk.map_err(|_| std::io::Error::other("an answer ended early"))))
}

fn opening(boundary: &str, part: &Part) -> Bytes {
    let mut head = BytesMut::new();
    let text = format!(
        "\r\n--{boundary}\r\nContent-Type: {}\r\nContent-Length: {}\r\nContent-Location: {}\r\n\r\n",
        part.media_type,
        part.bytes.len(),
        part.location
    );
    head.extend_from_slice(text.as_bytes());
    head.freeze()
}
