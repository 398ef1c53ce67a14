//! What a request is called, in the answer and in the log. <https://hl7.org/fhir/R4/http.html#custom>
//!
//! A client may call its request what it likes; what it does not call, we do. Only what looks like the name of a program's making gets
//! into the log and the audit trail: a person's name or a date must not.

use std::sync::Arc;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest};
use tracing::Instrument;
use uuid::Uuid;

use crate::core::Ids;

/// The header.
const NAME: HeaderName = HeaderName::from_static("x-request-id");
/// The longest that is taken.
const LONGEST: usize = 64;

/// The client's name for its request, where it looks like one that a program made.
#[derive(Clone, Debug)]
struct Made(Arc<str>);

/// Names the request and its answer.
///
/// # Errors
/// Those of the handler.
pub async fn named<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let sent = sent(request.headers()).map(str::to_owned);
    let made = sent.clone().filter(|id| is_made(id));
    let is_told = sent.is_none() || made.is_some();
    let id = sent.unwrap_or_else(|| Ids.uuid().to_string());
    let told = if is_told { id.as_str() } else { "of the client's own words" };
    let span = tracing::info_span!("request", id = told);
    if let Some(made) = made {
        request.extensions_mut().insert(Made(made.into()));
    }
    let value = HeaderValue::try_from(id).map_err(actix_web::error::ErrorInternalServerError)?;
    match next.call(request).instrument(span).await {
        Ok(mut response) => {
            response.headers_mut().insert(NAME, value);
            Ok(response)
        }
        Err(error) => {
            let mut response = error.error_response();
            response.headers_mut().insert(NAME, value);
            Err(InternalError::from_response(error, response).into())
        }
    }
}

/// What the client calls the request, where that can be no health data.
#[must_use]
pub fn by_client(request: &HttpRequest) -> Option<Arc<str>> {
    request.extensions().get::<Made>().map(|made| Arc::clone(&made.0))
}

/// The well-formed name that came with the request.
fn sent(headers: &HeaderMap) -> Option<&str> {
    let id = headers.get(&NAME)?.to_str().ok()?;
    let is_well_formed = (1..=LONGEST).contains(&id.len())
        && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
    is_well_formed.then_some(id)
}

/// Whether a name that came from outside is one that only a program makes, and so can be no health data: a UUID with or without hyphens,
/// which a trace id is too, or a ULID. In 32 hexadecimal digits there is no word, and in 26 characters that begin with the time of these
/// decades hardly one.
#[must_use]
pub fn is_made(id: &str) -> bool {
    let is_ulid = || {
        id.len() == 26
            && id.starts_with("01")
            && id.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
    };
    matches!(id.len(), 32 | 36) && Uuid::try_parse(id).is_ok() || is_ulid()
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::Mutex;

    use actix_web::middleware::from_fn;
    use actix_web::test::{TestRequest, call_service, init_service};
    use actix_web::{App, HttpResponse, web};

    use super::*;

    /// Lines that are logged.
    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[actix_web::test]
    async fn the_log_has_the_name_that_the_answer_has_unless_it_could_be_a_persons() {
        let lines = Lines::default();
        let writer = lines.clone();
        let log = tracing_subscriber::fmt().with_writer(move || writer.clone()).with_ansi(false).finish();
        let _guard = tracing::subscriber::set_default(log);
        let handler = async || {
            tracing::info!("something was done");
            HttpResponse::Ok().finish()
        };
        let app = App::new().wrap(from_fn(named)).route("/", web::get().to(handler));
        let app = init_service(app).await;
        for (sent, is_logged) in [
            (None, true),
            (Some("a b"), true),
            (Some("0199aaaa-0000-7000-8000-000000000000"), true),
            (Some("Alice.Liddell"), false),
        ] {
            let request = TestRequest::get().uri("/");
            let request = sent.into_iter().fold(request, |request, id| request.insert_header((NAME, id)));
            let answer = call_service(&app, request.to_request()).await;
            let id = answer.headers().get(&NAME).unwrap().to_str().unwrap().to_owned();
            let logged = String::from_utf8(std::mem::take(&mut *lines.0.lock().unwrap())).unwrap();
            assert!(logged.contains("something was done"), "{logged}");
            assert_eq!(logged.contains(&id), is_logged, "{id} in {logged}");
        }
    }

    #[test]
    fn a_name_is_short_and_plain() {
        let of = |id: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(NAME, HeaderValue::from_static(id));
            sent(&headers).map(str::to_owned)
        };
        let too_long = "a".repeat(65).leak();
        for wrong in ["", " ", "a b", "a/b", "<script>", "a,b", "a:b", too_long] {
            assert_eq!(of(wrong), None, "{wrong}");
        }
        let longest: &str = "a".repeat(64).leak();
        for right in ["1", "a.b_c-D", longest] {
            assert_eq!(of(right).as_deref(), Some(right));
        }
    }

    #[test]
    fn what_could_be_a_person_is_not_taken_for_a_programs() {
        for id in [
            "1",
            "Alice.Liddell",
            "alice-liddell-of-oxford",
            "1852-05-04",
            "alice.liddell.1852.05.04",
            "Alice-Liddell-1852-05-04",
            "patient-9434765919",
        ] {
            assert!(!is_made(id), "{id}");
        }
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        for id in ["01a1fe04-40cb-75ba-943e-353bfb90f57e", trace, "01ARZ3NDEKTSV4RRFFQ69G5FAV"] {
            assert!(is_made(id), "{id}");
        }
    }
}
