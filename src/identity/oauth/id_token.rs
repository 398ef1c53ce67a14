//! Id tokens, which say who signed in, and the keys that sign them.
//! <https://openid.net/specs/openid-connect-core-1_0.html#IDToken>
//!
//! RS256, which every client of OpenID Connect knows. A key is made when it is first needed, and kept in the database for all
//! replicas. One that was replaced stays published as long as a token that it signed can be good.

use chrono::TimeDelta;
use jsonwebtoken::jwk::{Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use rsa::RsaPrivateKey;
use rsa::pkcs1::EncodeRsaPrivateKey;
use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use super::Refusal;
use super::code::LIFETIME_S;
use super::web_session::fhir_user;
use crate::core::Secret;
use crate::fhir::definitions;
use crate::identity::scopes::Scope;
use crate::identity::session_tokens::SigningFailed;
use crate::identity::{Account, Identity, Scopes};
use crate::storage::oauth::grants::GrantRow;
use crate::storage::oauth::id_token_keys::{self, KeyRow};
use crate::storage::{StorageError, TenantId};

/// The algorithm's name.
pub const ALGORITHM: &str = "RS256";
/// Bits of a new key.
const BITS: usize = 2048;
/// So long a replaced key stays published: longer than its last token is good.
const PUBLISHED_S: i64 = 2 * LIFETIME_S;

/// One key at a time is made: it takes a core for a while.
static ONE: Semaphore = Semaphore::const_new(1);

#[derive(Serialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: String,
    iat: i64,
    exp: i64,
    auth_time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<String>,
    #[serde(rename = "fhirUser", skip_serializing_if = "Option::is_none")]
    fhir_user: Option<String>,
}

impl Identity {
    /// The id token of a grant that has the scope for one.
    pub(super) async fn id_token(
        &self,
        grant: &GrantRow,
        account: &Account,
    ) -> Result<Option<Secret<String>>, Refusal> {
        let scopes = Scopes::known_in(&grant.scope, definitions::is_resource_type);
        if !scopes.has(&Scope::OpenId) {
            return Ok(None);
        }
        let now = self.clock.now().timestamp();
        let claims = Claims {
            iss: self.issuer().to_owned(),
            sub: grant.account.to_string(),
            aud: grant.client.to_string(),
            iat: now,
            exp: now.saturating_add(LIFETIME_S),
            auth_time: grant.signed_in_at.timestamp(),
            nonce: grant.nonce.clone(),
            fhir_user: scopes
                .has(&Scope::FhirUser)
                .then(|| self.address_of(&format!("/fhir/{}", fhir_user(account)))),
        };
        let keys = self.published_keys().await?;
        let current = keys.iter().find(|key| key.replaced_at.is_none()).ok_or(SigningFailed)?;
        let header = Header { kid: Some(current.id.to_string()), ..Header::new(Algorithm::RS256) };
        let token = encode(&header, &claims, &EncodingKey::from_rsa_der(&current.secret));
        Ok(Some(Secret::new(token.map_err(|_| SigningFailed)?)))
    }

    /// The public halves of the keys, as a JSON Web Key Set.
    ///
    /// # Errors
    /// When a key cannot be made or read.
    pub async fn id_token_keys(&self) -> Result<Value, Refusal> {
        let keys = self.published_keys().await?;
        let public = keys.iter().map(public).collect::<Result<Vec<_>, _>>()?;
        Ok(json!({ "keys": public }))
    }

    /// Puts a new key in the place of the current one, and removes those whose tokens have all ended.
    ///
    /// # Errors
    /// When a key cannot be made.
    pub async fn rotate_id_token_keys(&self) -> Result<(), Refusal> {
        let (key, platform) = (self.new_key().await?, TenantId::PLATFORM);
        let mut transaction = self.store.begin(platform).await?;
        let rotated = async {
            id_token_keys::replace(&mut transaction, &key).await?;
            let ended = key.created_at - TimeDelta::seconds(PUBLISHED_S);
            id_token_keys::remove_replaced(&mut transaction, ended).await
        }
        .await;
        transaction.finish(rotated).await?;
        Ok(())
    }

    async fn published_keys(&self) -> Result<Vec<KeyRow>, Refusal> {
        let found = self.known_keys().await?;
        if found.iter().any(|key| key.replaced_at.is_none()) {
            return Ok(found);
        }
        let _turn = ONE.acquire().await.map_err(|_| SigningFailed)?;
        let found = self.known_keys().await?;
        if found.iter().any(|key| key.replaced_at.is_none()) {
            return Ok(found);
        }
        // Of several replicas that make one at once, one wins.
        let key = self.new_key().await?;
        let mut transaction = self.store.begin(TenantId::PLATFORM).await?;
        let kept = id_token_keys::insert_first(&mut transaction, &key).await;
        transaction.finish(kept).await?;
        Ok(self.known_keys().await?)
    }

    async fn known_keys(&self) -> Result<Vec<KeyRow>, StorageError> {
        let since = self.clock.now() - TimeDelta::seconds(PUBLISHED_S);
        let mut transaction = self.store.begin(TenantId::PLATFORM).await?;
        let found = id_token_keys::since(&mut transaction, since).await;
        transaction.finish(found).await
    }

    async fn new_key(&self) -> Result<KeyRow, SigningFailed> {
        let made = tokio::task::spawn_blocking(|| {
            let key = RsaPrivateKey::new(&mut rsa::rand_core::OsRng, BITS).ok()?;
            Some(key.to_pkcs1_der().ok()?.as_bytes().to_vec())
        });
        let secret = made.await.ok().flatten().ok_or(SigningFailed)?;
        Ok(KeyRow {
            tenant: TenantId::PLATFORM.number(),
            id: self.ids.uuid(),
            secret,
            created_at: self.clock.now(),
            replaced_at: None,
        })
    }
}

fn public(key: &KeyRow) -> Result<Value, SigningFailed> {
    let private = EncodingKey::from_rsa_der(&key.secret);
    let mut jwk = Jwk::from_encoding_key(&private, Algorithm::RS256).map_err(|_| SigningFailed)?;
    jwk.common.key_id = Some(key.id.to_string());
    jwk.common.public_key_use = Some(PublicKeyUse::Signature);
    serde_json::to_value(jwk).map_err(|_| SigningFailed)
}
