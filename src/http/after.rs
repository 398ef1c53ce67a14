//! A body that is read only once its caller is known.

use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

/// A caller and a body. The body is not read before the caller is known, so that a stranger cannot make the server read.
#[derive(Clone, Debug)]
pub struct After<C, B>(pub C, pub B);

impl<C, B> FromRequest for After<C, B>
where
    C: FromRequest + 'static,
    B: FromRequest<Error = C::Error> + 'static,
{
    type Error = C::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, C::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let mut payload = payload.take();
        Box::pin(async move {
            let caller = C::from_request(&request, &mut Payload::None).await?;
            let body = B::from_request(&request, &mut payload).await?;
            Ok(Self(caller, body))
        })
    }
}
