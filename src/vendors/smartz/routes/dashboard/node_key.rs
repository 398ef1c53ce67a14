//! `POST /dashboard/api/organisations/{org}/devices/{id}/regenerateKey`.

use actix_web::{HttpResponse, post, web};

use crate::identity::Identity;
use crate::records::{Beside, Records, Write};
use crate::vendors::smartz::caller::Admin;
use crate::vendors::smartz::errors::Refusal;
use crate::vendors::smartz::to_fhir::device::Kind;
use crate::vendors::smartz::{devices, store, wire};

/// Replaces the key of a node; the old one is dead at once. The answer alone shows the new one.
#[utoipa::path(tag = "dashboard", operation_id = "regenerate_node_key",
    params(("org" = String, Path, description = "The organisation's id"), ("id" = String, Path, description = "The node's id")),
    responses((status = 200, description = "The new key", body = wire::NodeKey),
        (status = 404, description = "There is no such node", body = wire::Failure)),
    security(("dashboard_token" = [])))]
#[post("/dashboard/api/organisations/{org}/devices/{id}/regenerateKey")]
pub async fn regenerate_node_key(
    path: web::Path<(String, String)>,
    Admin(signed_in): Admin,
    identity: web::Data<Identity>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let ((organisation, id), caller) = (path.into_inner(), &signed_in.caller);
    super::organisation(&records, caller, &organisation).await?;
    let node_key = store::repeated(async || {
        let (stored, _, kind) = devices::find(&records, caller, &organisation, &id).await?;
        if kind != Kind::Node {
            return Err(Refusal::NotFound);
        }
        let (node, key) = identity.new_node(caller, &id, &organisation);
        // A node that is deleted at the same time has no key afterwards.
        let (resource_type, precondition) = (store::resource_type("Device")?, stored.version.into());
        let held = Write::Hold { resource_type, id: stored.id, precondition };
        let beside = Beside { node: Some(node), ..Beside::default() };
        let done = records.transact_beside(caller, vec![held], &beside).await;
        Ok(store::unless_late(done)?.map(|_| key.into_inner()))
    })
    .await?;
    Ok(HttpResponse::Ok().json(wire::NodeKey { id, node_key }))
}
