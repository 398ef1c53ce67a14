//! `GET` and `POST /keys`, and `DELETE /keys/:kid`: the public keys by which the caller's organisation signs its tokens. Operators have the same
//! for all organisations.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, delete, get, post, web};

use crate::identity::organization_keys::{KeyAlgorithm, NewKey, NotKept, RsaKey, is_issuer, is_kid};
use crate::identity::{Caller, Identity, TenantId};
use crate::records::Records;
use crate::records::tenancy::Organization;
use crate::vendors::hemato::body::{After, Json};
use crate::vendors::hemato::caller::{Member, Role};
use crate::vendors::hemato::errors::Refusal;
use crate::vendors::hemato::query::one;
use crate::vendors::hemato::{envelope, operations, wire};

/// So many are given at most.
const MOST: usize = 100;

/// Lists the public keys of the caller's organisation, with those that were revoked.
#[utoipa::path(tag = "keys", operation_id = "list_keys",
    params(("after" = Option<String>, Query, description = "`next` of the page before")),
    responses((status = 200, description = "The keys", body = wire::Envelope<wire::Keys>),
        (status = 400, description = "A parameter is wrong, or the caller is of no organisation", body = wire::Failure)),
    security(("hemato_token" = [])))]
#[get("/keys")]
pub async fn list_keys(
    member: Member,
    request: HttpRequest,
    identity: web::Data<Identity>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let (of, caller) = organization(&identity, &records, &member).await?;
    let after = one(&request, "after")?;
    if after.as_deref().is_some_and(|after| !is_kid(after)) {
        return Err(Refusal::field("after", "must be the next of a page"));
    }
    let (found, is_cut) = identity.organization_keys(&of, after.as_deref().unwrap_or_default(), MOST).await?;
    records.audit_success(&caller, operations::LIST_KEYS).await?;
    let next = found.last().filter(|_| is_cut).map(|last| last.kid.clone());
    let keys = found.into_iter().map(wire::KeyView::from).collect();
    Ok(envelope::success(StatusCode::OK, wire::Keys { keys, next }))
}

/// Registers a public key by which the caller's organisation signs its tokens.
#[utoipa::path(tag = "keys", operation_id = "register_key",
    request_body(content = wire::NewKey, content_type = "application/json"),
    responses((status = 201, description = "The key", body = wire::Envelope<wire::KeyView>),
        (status = 400, description = "A field is wrong, such as a private key, or the caller is of no organisation", body = wire::Failure),
        (status = 409, description = "`kid_taken`: a key has or had the kid", body = wire::Failure)),
    security(("hemato_token" = [])))]
#[post("/keys")]
pub async fn register_key(
    After(member, Json(sent)): After<Member, Json<wire::NewKey>>,
    identity: web::Data<Identity>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let (of, caller) = organization(&identity, &records, &member).await?;
    let new = checked(sent)?;
    let note = records.note(&caller, operations::REGISTER_KEY);
    let kept = identity.register_organization_key(&of, new, note).await.map_err(|error| match error {
        NotKept::Taken => Refusal::KidTaken,
        NotKept::Storage(error) => error.into(),
    })?;
    Ok(envelope::success(StatusCode::CREATED, wire::KeyView::from(kept)))
}

/// Revokes a public key at once. Its kid stays taken; revoking it again changes nothing.
#[utoipa::path(tag = "keys", operation_id = "revoke_key",
    params(("kid" = String, Path, description = "By what tokens name the key")),
    responses((status = 200, description = "The key is revoked", body = wire::Envelope<wire::KeyView>),
        (status = 400, description = "The caller is of no organisation", body = wire::Failure),
        (status = 404, description = "The caller's organisation has no such key", body = wire::Failure)),
    security(("hemato_token" = [])))]
#[delete("/keys/{kid}")]
pub async fn revoke_key(
    path: web::Path<String>,
    member: Member,
    identity: web::Data<Identity>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let (of, caller) = organization(&identity, &records, &member).await?;
    let own = async || {
        let key = identity.organization_key(&path).await?;
        let own = key.filter(|key| key.tenant == of.tenant && key.organization == of.id);
        own.ok_or(Refusal::NotFound("key"))
    };
    let key = own().await?;
    let note = records.note(&caller, operations::REVOKE_KEY);
    identity.revoke_organization_key(&key, note).await?;
    Ok(envelope::success(StatusCode::OK, wire::KeyView::from(own().await?)))
}

/// The organisation whose keys the caller may see and change, and the caller in its tenant.
///
/// Who has a key of an organisation can call as anybody of it, wherever they may. So a token that was signed by such a key makes no further
/// ones, which would outlast its own revocation, and an administrator must be permitted in all regions of the organisation's people.
async fn organization(
    identity: &Identity,
    records: &Records,
    member: &Member,
) -> Result<(Organization, Caller), Refusal> {
    if member.role != Role::Admin || !member.is_of_session {
        return Err(Refusal::Forbidden);
    }
    let none =
        || Refusal::Invalid("Your account belongs to no organisation, and keys are of one.".to_owned());
    let id = member.account.organization.as_deref().ok_or_else(none)?;
    let of =
        records.organization(id).await?.filter(|of| of.tenant == member.account.tenant).ok_or_else(none)?;
    if !identity.reaches_all_of(&of, &member.account).await? {
        return Err(Refusal::Forbidden);
    }
    let caller = Caller { tenant: TenantId::from_row(of.tenant), ..member.caller.clone() };
    Ok((of, caller))
}

fn checked(sent: wire::NewKey) -> Result<NewKey, Refusal> {
    let kid = sent.kid.map(|kid| kid.trim().to_owned()).filter(|kid| !kid.is_empty());
    if kid.as_deref().is_some_and(|kid| !is_kid(kid)) {
        let form = "must have 1 to 200 letters, digits and -._~+=:@, and a letter or digit at least";
        return Err(Refusal::field("kid", form));
    }
    let algorithm =
        KeyAlgorithm::parse(&sent.alg).ok_or_else(|| Refusal::field("alg", "must be RS256 or RS384"))?;
    if !is_issuer(&sent.issuer) {
        let form = "must have 1 to 200 characters on one line, without blanks around them";
        return Err(Refusal::field("issuer", form));
    }
    let key = RsaKey::parse(&sent.public_key);
    let key = key.map_err(|unfit| Refusal::field("public_key", &unfit.to_string()))?;
    Ok(NewKey { kid, algorithm, issuer: sent.issuer, key })
}
