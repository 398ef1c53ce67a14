//! `/oauth/logout`: somebody else wants to sign in. What was granted for as long as the session lasts ends with it.

use actix_web::HttpMessage;

use super::opening::{Answer, Asked};
use super::{go_on, visitor};
use crate::http::oauth::audit;
use crate::records::Error;

/// Signs a person out, and goes on to the page where another signs in.
pub async fn sign_out(Asked { visit, flow }: Asked) -> Answer {
    let Some((browser, proof)) = visitor::signed_in(&visit.request, &visit.identity).await? else {
        return Ok(go_on(&flow.next(None)));
    };
    let caller = audit::of_person(&visit.request, &browser);
    visit.request.extensions_mut().insert(caller.clone());
    if let Err(foreign) = visit.check_form(&proof) {
        audit::refused(&visit.request, audit::LOGOUT, false).await;
        return Err(foreign);
    }
    visit.identity.sign_out_browser(&browser).await.map_err(Error::from)?;
    visit.records.audit_success(&caller, audit::LOGOUT).await?;
    Ok(go_on(&flow.next(None)))
}
