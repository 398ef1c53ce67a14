//! `POST /dashboard/api/organisations/{id}/devices`.

use actix_web::{HttpResponse, post, web};

use crate::identity::{Caller, Identity};
use crate::records::{Beside, Records};
use crate::vendors::smartz::body::{After, Json};
use crate::vendors::smartz::caller::Admin;
use crate::vendors::smartz::errors::Refusal;
use crate::vendors::smartz::to_fhir::device::{Kind, New, location};
use crate::vendors::smartz::{devices, store, wire};

/// Adds a pod or a node. The answer alone shows the key by which a node sends.
#[utoipa::path(tag = "dashboard", operation_id = "create_device", request_body = wire::NewDevice,
    params(("id" = String, Path, description = "The organisation's id")),
    responses((status = 201, description = "The device", body = wire::MadeDevice),
        (status = 404, description = "There is no such organisation", body = wire::Failure),
        (status = 409, description = "The organisation has a device with this serial number", body = wire::Failure)),
    security(("dashboard_token" = [])))]
#[post("/dashboard/api/organisations/{id}/devices")]
pub async fn create_device(
    path: web::Path<String>,
    After(Admin(signed_in), Json(sent)): After<Admin, Json<wire::NewDevice>>,
    identity: web::Data<Identity>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let caller = &signed_in.caller;
    let organisation = super::organisation(&records, caller, &path).await?.id;
    let new = New::checked(&sent)?;
    if let Some(node) = &new.node {
        is_node(&records, &signed_in.caller, &organisation, node).await?;
    }
    let id = new.id(&organisation);
    let (node, node_key) = match new.kind {
        Kind::Pod => (None, None),
        Kind::Node => {
            let (node, key) = identity.new_node(caller, &id, &organisation);
            (Some(node), Some(key.into_inner()))
        }
    };
    let beside = Beside { node, ..Beside::default() };
    let written = store::repeated(async || {
        if store::current(&records, caller, "Device", &id).await?.is_some() {
            return Err(Refusal::Conflict("The organisation has a device with this serialNumber."));
        }
        let place = new.location.as_deref().map(|name| location(&organisation, name));
        let device = new.device(&organisation, place.as_ref().map(|(id, _)| id.as_str()));
        let mut writes = vec![store::create(device, &id)];
        if let Some((id, place)) = place
            && store::current(&records, caller, "Location", &id).await?.is_none()
        {
            writes.push(store::create(place, &id));
        }
        store::unless_late(records.transact_beside(caller, writes, &beside).await)
    })
    .await?;
    let device = devices::one_shown(&records, caller, store::first(written)?).await?;
    Ok(HttpResponse::Created().json(wire::MadeDevice { device, node_key }))
}

async fn is_node(records: &Records, caller: &Caller, organisation: &str, node: &str) -> Result<(), Refusal> {
    match devices::find(records, caller, organisation, node).await {
        Ok((_, _, Kind::Node)) => Ok(()),
        Ok((_, _, Kind::Pod)) | Err(Refusal::NotFound) => {
            Err(Refusal::field("nodeId", "must name a node of the organisation"))
        }
        Err(other) => Err(other),
    }
}
