//! Clients that fall silent in the middle of a body: whoever holds a turn or room for what comes in does not hold it for them.

use std::io;
use std::pin::Pin;
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::error::PayloadError;
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use actix_web::{Error, HttpMessage};
use futures_util::{Stream, StreamExt, stream};
use tokio::time::timeout;

/// So long nothing of a body has to come before it is given up.
const SILENCE: Duration = Duration::from_secs(60);

/// Ends the body of a request with an error once nothing of it came for a minute. How long all of it may take is for each route to
/// say.
///
/// # Errors
/// That of the service.
pub async fn heard<B: MessageBody>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let payload = request.take_payload();
    if !matches!(payload, Payload::None) {
        request.set_payload(Payload::from(until_silent(payload, SILENCE)));
    }
    next.call(request).await
}

/// A body that is in pieces.
type Pieces = Pin<Box<dyn Stream<Item = Result<Bytes, PayloadError>>>>;

fn until_silent<S>(body: S, silence: Duration) -> Pieces
where
    S: Stream<Item = Result<Bytes, PayloadError>> + Unpin + 'static,
{
    let pieces = stream::unfold(Some(body), move |body| async move {
        let mut body = body?;
        match timeout(silence, body.next()).await {
            Ok(piece) => piece.map(|piece| (piece, Some(body))),
            Err(_) => Some((Err(PayloadError::Io(io::ErrorKind::TimedOut.into())), None)),
        }
    });
    // Some ask again after the end.
    Box::pin(pieces.fuse())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: Duration = Duration::from_millis(20);

    fn piece(text: &'static str) -> Result<Bytes, PayloadError> {
        Ok(Bytes::from_static(text.as_bytes()))
    }

    #[tokio::test]
    async fn what_comes_is_given_on_and_silence_ends_it() {
        let endless = stream::iter([piece("a"), piece("b")]).chain(stream::pending());
        let mut heard = until_silent(endless, SHORT);
        assert_eq!(heard.next().await.unwrap().unwrap(), "a");
        assert_eq!(heard.next().await.unwrap().unwrap(), "b");
        let fault = heard.next().await.unwrap().unwrap_err();
        assert!(matches!(fault, PayloadError::Io(fault) if fault.kind() == io::ErrorKind::TimedOut));
        assert!(heard.next().await.is_none());
        assert!(heard.next().await.is_none());
    }

    #[tokio::test]
    async fn whoever_sends_all_of_it_is_heard_to_the_end() {
        let mut heard = until_silent(stream::iter([piece("a")]), SHORT);
        assert_eq!(heard.next().await.unwrap().unwrap(), "a");
        assert!(heard.next().await.is_none());
        assert!(heard.next().await.is_none());
    }
}
