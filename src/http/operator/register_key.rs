//! `POST /_admin/v1/hemato/keys`.

use actix_web::{HttpResponse, post, web};

use super::body::Asked;
use super::errors::{CONTENT_TYPE, Refusal};
use super::{keys, text, wire};
use crate::identity::organization_keys::{NewKey, RsaKey};
use crate::identity::{Identity, TenantId};
use crate::records::Records;

/// Registers a public key by which an organisation of Hemato signs its tokens.
#[utoipa::path(tag = "keys", operation_id = "register_key", request_body = keys::NewKey,
    responses((status = 201, description = "The key", body = keys::KeyView),
        (status = 400, description = "A field is wrong, such as a private key, or an organisation of another vendor", body = wire::Problem, content_type = CONTENT_TYPE),
        (status = 401, description = "No operator's token that holds", body = wire::Problem, content_type = CONTENT_TYPE),
        (status = 404, description = "There is no such organisation", body = wire::Problem, content_type = CONTENT_TYPE),
        (status = 409, description = "A key has or had the kid", body = wire::Problem, content_type = CONTENT_TYPE)),
    security(("operator_token" = [])))]
#[post("/hemato/keys")]
pub async fn register_key(
    Asked(operator, new): Asked<keys::NewKey>,
    identity: web::Data<Identity>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let of = super::organization_of_hemato(&records, &new.organization_id).await?;
    let key = RsaKey::parse(&new.public_key_pem);
    let key = key.map_err(|unfit| Refusal::Field("public_key_pem", unfit.to_string()))?;
    let new = NewKey {
        kid: new.kid.map(text::kid).transpose()?,
        algorithm: text::key_algorithm(&new.alg)?,
        issuer: text::issuer(new.issuer)?,
        key,
    };
    let tenant = TenantId::from_row(of.tenant);
    let note = records.note(&operator.within(tenant), "register-key");
    let kept = identity.register_organization_key(&of, new, note).await?;
    Ok(HttpResponse::Created().json(keys::KeyView::from(kept)))
}
