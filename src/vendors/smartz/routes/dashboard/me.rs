//! `GET /dashboard/api/me`.

use actix_web::{HttpResponse, get, web};

use crate::records::Records;
use crate::vendors::smartz::caller::SignedIn;
use crate::vendors::smartz::errors::Refusal;
use crate::vendors::smartz::text::{list, of};
use crate::vendors::smartz::{operations, store, wire};

/// Tells who is signed in.
#[utoipa::path(tag = "dashboard", operation_id = "read_me",
    responses((status = 200, description = "Who is signed in", body = wire::Me)),
    security(("dashboard_token" = [])))]
#[get("/dashboard/api/me")]
pub async fn read_me(signed_in: SignedIn, records: web::Data<Records>) -> Result<HttpResponse, Refusal> {
    let SignedIn { caller, account, .. } = signed_in;
    let practitioner = store::current(&records, &caller, "Practitioner", &account.practitioner).await?;
    let practitioner = practitioner.map(|one| one.json()).transpose()?;
    let name = practitioner.as_ref().and_then(|one| of(list(one, "name").next()?, "text").map(str::to_owned));
    records.audit_success(&caller, operations::READ_ME).await?;
    Ok(HttpResponse::Ok().json(wire::Me { email: account.email, name, role: account.role }))
}
