//! A person's grant: given by consent, fetched with a code. <https://www.rfc-editor.org/rfc/rfc6749#section-4.1>

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::authorization::Authorization;
use super::web_session::{SignedInBrowser, may_go_on};
use super::{Client, GrantType, LaunchContext, Refusal, Tokens};
use crate::fhir::definitions;
use crate::identity::scopes::{Context, Scope};
use crate::identity::{Account, Identity, Scopes, access_tokens, fingerprint};
use crate::storage::oauth::grants::{self, GrantRow};
use crate::storage::oauth::{clients, launches, web_sessions};
use crate::storage::{Connection, StorageError, TenantId, access_tokens as access_token_rows, accounts};

/// How long a code is good for: a browser's way back, and one request.
const CODE_LIFETIME_S: i64 = 60;
/// How long an access token of a person is good for.
pub const LIFETIME_S: i64 = 3600;

/// One text for whatever a stranger might try.
const NO_CODE: &str = "there is no such code for this client, or it has expired";
/// What the person was not told.
pub(super) const NOT_ALLOWED: &str = "purpose_of_use is none that the person allowed";

/// What became of a code.
enum Fetched {
    Given(Box<(GrantRow, Account, Tokens)>),
    Refused(&'static str),
    /// It was used before; the access tokens that are taken back.
    Replayed(Vec<String>),
}

impl Identity {
    /// Keeps what a person granted; where to send them with the code. `words` are scopes among those that were asked for.
    ///
    /// # Errors
    /// [`Refusal::SignedOut`] when the session ended meanwhile, or the account got another password; when the client was changed or the
    /// launch was used meanwhile; or when the database fails.
    pub async fn grant_by_person(
        &self,
        asked: &Authorization,
        browser: &SignedInBrowser,
        patient: Option<String>,
        words: &[String],
    ) -> Result<String, Refusal> {
        let (code, now, tenant) = (self.ids.random(32), self.clock.now(), asked.client.tenant);
        let launch = asked.launch.as_ref();
        let grant = GrantRow {
            tenant: tenant.number(),
            id: self.ids.uuid(),
            client: asked.client.id,
            account: browser.account.id,
            session: browser.id,
            signed_in_at: browser.signed_in_at,
            scope: words.join(" "),
            patient,
            encounter: launch.and_then(|launch| launch.encounter.clone()),
            fhir_context: launch.and_then(|launch| launch.fhir_context.clone()),
            intent: launch.and_then(|launch| launch.intent.clone()),
            need_patient_banner: launch.and_then(|launch| launch.need_patient_banner),
            nonce: asked.nonce.clone(),
            redirect_uri: asked.redirect_uri.clone(),
            challenge: asked.challenge.clone(),
            code: fingerprint(&code),
            code_expires_at: now + TimeDelta::seconds(CODE_LIFETIME_S),
            code_used_at: None,
            expires_at: now + TimeDelta::seconds(CODE_LIFETIME_S),
            purposes: asked.client.purposes.codes().to_vec(),
        };
        let mut transaction = self.store.begin(tenant).await?;
        let kept = async {
            let now = clients::hold(&mut transaction, tenant, asked.client.id).await?;
            let now = now.map(Client::try_from).transpose()?;
            if !now.is_some_and(|now| may_still_have(&now, &grant)) {
                return Err(Refusal::InvalidRequest("the client was changed or removed meanwhile"));
            }
            if !is_signed_in(&mut transaction, tenant, browser).await? {
                return Err(Refusal::SignedOut);
            }
            if let Some(launch) = launch
                && !launches::remove(&mut transaction, tenant, &launch.hash).await?
            {
                return Err(Refusal::InvalidRequest("the launch was used"));
            }
            Ok(grants::insert(&mut transaction, &grant).await?)
        }
        .await;
        transaction.finish(kept).await?;
        Ok(self.answer_address(&asked.redirect_uri, Some(&asked.state), &[("code", &code)]))
    }

    /// Gives a client what its code stands for, for one of the purposes that the person was told. A code that comes a second time is in two
    /// hands: what it gave is taken back.
    ///
    /// # Errors
    /// When the code does not hold.
    pub async fn fetch_by_code(
        &self,
        client: &Client,
        code: &str,
        redirect_uri: &str,
        verifier: &str,
        purpose: Option<&str>,
    ) -> Result<Tokens, Refusal> {
        if !client.grants.contains(&GrantType::AuthorizationCode) {
            return Err(Refusal::UnauthorizedClient);
        }
        let mut transaction = self.store.begin(client.tenant).await?;
        let fetched = self.fetched(&mut transaction, client, code, redirect_uri, verifier, purpose).await;
        match transaction.finish(fetched).await? {
            Fetched::Given(given) => {
                let (grant, account, tokens) = *given;
                Ok(Tokens { id_token: self.id_token(&grant, &account).await?, ..tokens })
            }
            Fetched::Refused(told) => Err(Refusal::InvalidGrant(told)),
            Fetched::Replayed(tokens) => {
                self.forget(&tokens);
                Err(Refusal::InvalidGrant("the code was used before: what it gave is taken back"))
            }
        }
    }

    async fn fetched(
        &self,
        connection: &mut Connection,
        client: &Client,
        code: &str,
        redirect_uri: &str,
        verifier: &str,
        purpose: Option<&str>,
    ) -> Result<Fetched, StorageError> {
        let Some(client) = &client.held(connection).await? else { return Ok(Fetched::Refused(NO_CODE)) };
        let found = grants::find_by_code(connection, client.tenant, &fingerprint(code)).await?;
        let Some(grant) = found.filter(|grant| grant.client == client.id) else {
            return Ok(Fetched::Refused(NO_CODE));
        };
        let Ok(purpose) = client.purpose_of(&grant, purpose) else {
            return Ok(Fetched::Refused(NOT_ALLOWED));
        };
        let now = self.clock.now();
        if !grants::use_code(connection, client.tenant, grant.id, now).await? {
            return Ok(Fetched::Replayed(take_back(connection, client.tenant, grant.id).await?));
        }
        // From here on the code is used up, whatever else is wrong: there is one guess.
        if grant.code_expires_at <= now {
            return Ok(Fetched::Refused(NO_CODE));
        }
        if grant.redirect_uri != redirect_uri {
            return Ok(Fetched::Refused("redirect_uri is not the one that the code was sent to"));
        }
        if !is_verifier(verifier, &grant.challenge) {
            return Ok(Fetched::Refused("code_verifier does not fit the code_challenge"));
        }
        // Held, so that a new password comes either before this, or after what is given here.
        let account = accounts::find_held(connection, client.tenant, grant.account).await?;
        let Some(account) = account.filter(|account| may_go_on(account, grant.signed_in_at)) else {
            return Ok(Fetched::Refused("the person has signed out"));
        };
        let tokens = self.give_for(connection, client, &grant, &grant.scope, purpose.as_deref()).await?;
        Ok(Fetched::Given(Box::new((grant, account, tokens))))
    }

    /// Gives access and refresh tokens for a grant, with these of its scopes.
    pub(super) async fn give_for(
        &self,
        connection: &mut Connection,
        client: &Client,
        grant: &GrantRow,
        scope: &str,
        purpose: Option<&str>,
    ) -> Result<Tokens, StorageError> {
        let context = LaunchContext::of(grant)?;
        let given = access_tokens::Given {
            tenant: client.tenant,
            scope,
            lifetime_s: LIFETIME_S,
            client: Some(client.id),
            grant: Some((grant.id, grant.account, context.patient.as_deref())),
            purpose,
        };
        let access = self.give_access_token(connection, given).await?;
        let refresh = self.give_refresh_token(connection, client, grant).await?;
        let scopes = Scopes::known_in(&grant.scope, definitions::is_resource_type);
        let is_launched = scopes.has(&Scope::Launch)
            || scopes.has(&Scope::LaunchPatient)
            || scopes.has_context(Context::Patient);
        Ok(Tokens {
            access,
            scope: scope.to_owned(),
            purpose: purpose.map(str::to_owned),
            expires_in_s: LIFETIME_S,
            refresh,
            id_token: None,
            context: if is_launched { context } else { LaunchContext::default() },
        })
    }
}

/// Whether the session goes on, with the account as it was when it began. Both are held: they end either before this, or after what is
/// granted here, which ends with them.
async fn is_signed_in(
    connection: &mut Connection,
    tenant: TenantId,
    browser: &SignedInBrowser,
) -> Result<bool, StorageError> {
    let session = web_sessions::find_held(connection, tenant, browser.id).await?;
    let account = accounts::find_held(connection, tenant, browser.account.id).await?;
    Ok(session.is_some() && account.is_some_and(|account| may_go_on(&account, browser.signed_in_at)))
}

/// Whether a client may have what a person was asked for on its behalf a moment ago.
fn may_still_have(client: &Client, grant: &GrantRow) -> bool {
    client.grants.contains(&GrantType::AuthorizationCode)
        && client.redirect_uris.contains(&grant.redirect_uri)
        && client.scopes.allow(&grant.scope, definitions::is_resource_type)
        && client.purposes.codes() == grant.purposes
}

/// Takes a grant back with all that was given for it; the hashes of its access tokens.
pub(in crate::identity) async fn take_back(
    connection: &mut Connection,
    tenant: TenantId,
    grant: Uuid,
) -> Result<Vec<String>, StorageError> {
    let tokens = access_token_rows::remove_of_grant(connection, tenant, grant).await?;
    grants::remove(connection, tenant, grant).await?;
    Ok(tokens)
}

/// RFC 7636, 4.6, of which `plain` is not taken.
fn is_verifier(verifier: &str, challenge: &str) -> bool {
    let is_well_formed = (43..=128).contains(&verifier.len())
        && verifier.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b));
    let hashed = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
    is_well_formed && bool::from(hashed.as_bytes().ct_eq(challenge.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::is_verifier;

    #[test]
    fn the_verifier_of_the_rfc_fits_its_challenge_alone() {
        let (verifier, challenge) =
            ("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        assert!(is_verifier(verifier, challenge));
        assert!(!is_verifier(challenge, challenge), "plain");
        assert!(!is_verifier(&verifier.replace('d', "e"), challenge));
        assert!(!is_verifier("", challenge) && !is_verifier("short", challenge));
    }
}
