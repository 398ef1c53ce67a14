//! `/dashboard/api/organisations/{org}/settings`, `.../patients/{id}/settings`: by which numbers readings are judged.

use actix_web::{HttpResponse, get, put, web};
use serde_json::{Map, Value};

use crate::clinical::continence::{Fault, Settings};
use crate::identity::Caller;
use crate::records::{Error, Records, Stored};
use crate::vendors::smartz::body::{After, Json};
use crate::vendors::smartz::caller::{Admin, SignedIn};
use crate::vendors::smartz::errors::Refusal;
use crate::vendors::smartz::settings::{laid, patch};
use crate::vendors::smartz::{operations, patients, store, wire};

/// What differs, as it is sent.
type Differs = Json<Map<String, Value>>;
/// Most characters that are kept.
const LONGEST: usize = 10_000;

/// Tells by which numbers the organisation's readings are judged.
#[utoipa::path(tag = "dashboard", operation_id = "read_settings", params(("org" = String, Path, description = "The organisation's id")),
    responses((status = 200, description = "The settings", body = wire::Settings),
        (status = 404, description = "There is no such organisation", body = wire::Failure)),
    security(("dashboard_token" = [])))]
#[get("/dashboard/api/organisations/{org}/settings")]
pub async fn read_settings(
    path: web::Path<String>,
    signed_in: SignedIn,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let found = super::organisation(&records, &signed_in.caller, &path).await?;
    let differs = patch(&found.json()?);
    records.audit_success(&signed_in.caller, operations::READ_SETTINGS).await?;
    shown(differs.as_ref(), None)
}

/// Says by which numbers the organisation's readings are judged from the next one on: what differs from the defaults, in the place of what was
/// said before.
#[utoipa::path(tag = "dashboard", operation_id = "set_settings", request_body = Object,
    params(("org" = String, Path, description = "The organisation's id")),
    responses((status = 200, description = "The settings", body = wire::Settings),
        (status = 400, description = "There are no such settings", body = wire::Failure),
        (status = 404, description = "There is no such organisation", body = wire::Failure)),
    security(("dashboard_token" = [])))]
#[put("/dashboard/api/organisations/{org}/settings")]
pub async fn set_settings(
    path: web::Path<String>,
    After(Admin(signed_in), Json(sent)): After<Admin, Differs>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let differs = Value::Object(sent);
    checked(&[&differs])?;
    store::repeated(async || {
        let found = super::organisation(&records, &signed_in.caller, &path).await?;
        keep(&records, &signed_in.caller, &found, &differs).await
    })
    .await?;
    shown(Some(&differs), None)
}

/// Tells by which numbers a patient's readings are judged.
#[utoipa::path(tag = "dashboard", operation_id = "read_patient_settings",
    params(("org" = String, Path, description = "The organisation's id"), ("id" = String, Path, description = "The patient's id")),
    responses((status = 200, description = "The settings", body = wire::Settings),
        (status = 404, description = "There is no such patient", body = wire::Failure)),
    security(("dashboard_token" = [])))]
#[get("/dashboard/api/organisations/{org}/patients/{id}/settings")]
pub async fn read_patient_settings(
    path: web::Path<(String, String)>,
    signed_in: SignedIn,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let ((organisation, id), caller) = (path.into_inner(), &signed_in.caller);
    let organisation = super::organisation(&records, caller, &organisation).await?;
    let (found, patient) = patients::find(&records, caller, &organisation.id, &id).await?;
    records.audit_answer(caller, operations::READ_SETTINGS, &found).await?;
    shown(patch(&patient).as_ref(), patch(&organisation.json()?).as_ref())
}

/// Says by which numbers a patient's readings are judged from now on: what differs from the organisation's, in the place of what was said before.
#[utoipa::path(tag = "dashboard", operation_id = "set_patient_settings", request_body = Object,
    params(("org" = String, Path, description = "The organisation's id"), ("id" = String, Path, description = "The patient's id")),
    responses((status = 200, description = "The settings", body = wire::Settings),
        (status = 400, description = "There are no such settings", body = wire::Failure),
        (status = 404, description = "There is no such patient", body = wire::Failure)),
    security(("dashboard_token" = [])))]
#[put("/dashboard/api/organisations/{org}/patients/{id}/settings")]
pub async fn set_patient_settings(
    path: web::Path<(String, String)>,
    After(Admin(signed_in), Json(sent)): After<Admin, Differs>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let ((organisation, id), caller) = (path.into_inner(), &signed_in.caller);
    let differs = Value::Object(sent);
    let organisation = super::organisation(&records, caller, &organisation).await?;
    let of_all = patch(&organisation.json()?);
    checked(&of_all.iter().chain([&differs]).collect::<Vec<_>>())?;
    store::repeated(async || {
        let (found, _) = patients::find(&records, caller, &organisation.id, &id).await?;
        keep(&records, caller, &found, &differs).await
    })
    .await?;
    shown(Some(&differs), of_all.as_ref())
}

/// Holds that settings with these patches make sense.
fn checked(patches: &[&Value]) -> Result<Settings, Refusal> {
    let size: usize = patches.iter().map(|one| one.to_string().len()).sum();
    if size > LONGEST {
        return Err(Refusal::Invalid(format!("Settings have at most {LONGEST} characters.")));
    }
    Settings::of(patches.iter().copied()).map_err(|faults| {
        let faults: Vec<_> = faults.iter().map(Fault::to_string).collect();
        Refusal::Invalid(format!("The settings are wrong: {}.", faults.join("; ")))
    })
}

async fn keep(
    records: &Records,
    caller: &Caller,
    found: &Stored,
    differs: &Value,
) -> Result<Option<()>, Refusal> {
    let write = store::update(found, laid(found.json()?, differs));
    Ok(store::unless_late(records.transact(caller, vec![write]).await)?.map(drop))
}

fn shown(differs: Option<&Value>, below: Option<&Value>) -> Result<HttpResponse, Refusal> {
    let settings = checked(&below.into_iter().chain(differs).collect::<Vec<_>>())?;
    let settings = serde_json::to_value(settings).map_err(Error::internal)?;
    let differs = differs.cloned().unwrap_or_else(|| Value::Object(Map::new()));
    Ok(HttpResponse::Ok().json(wire::Settings { differs, settings }))
}
