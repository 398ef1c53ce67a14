//! Signing out, from here at the provider and from the provider here.
//! <https://openid.net/specs/openid-connect-rpinitiated-1_0.html>, <https://openid.net/specs/openid-connect-backchannel-1_0.html>

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{DateTime, Utc};
use url::Url;
use uuid::Uuid;

use super::finish::{identity, session};
use super::logout_token::{self, Fault, LoggedOut};
use super::{NotRecognised, provider};
use crate::fhir::definitions;
use crate::identity::oauth::code::take_back;
use crate::identity::oauth::web_session::SignedInBrowser;
use crate::identity::scopes::Scope;
use crate::identity::{Identity, Scopes, Surface, fingerprint};
use crate::storage::federation::used_logout_tokens;
use crate::storage::federation::{sessions, steps};
use crate::storage::oauth::{clients, grants, web_sessions};
use crate::storage::{Connection, StorageError, TenantId};

/// Who signs out waits so long for what a provider publishes, where that is not known any more.
const PATIENCE: Duration = Duration::from_secs(2);

/// Somebody whose session a provider ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// The tenant.
    pub tenant: TenantId,
    /// The account.
    pub account: Uuid,
}

/// What came of a provider's logout token.
#[derive(Debug)]
pub struct SignedOut {
    /// Whose sessions ended.
    pub ended: Vec<Ended>,
    /// Why not all of them did.
    pub failure: Option<StorageError>,
    /// The token, until it ends.
    token: (String, DateTime<Utc>),
}

impl Identity {
    /// Where to send a browser so that the person is signed out at the provider too, by which they signed in; from there it comes
    /// to `after`. It is to be asked before the session ends here.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn provider_logout(
        &self,
        browser: &SignedInBrowser,
        after: &str,
    ) -> Result<Option<Url>, StorageError> {
        let tenant = TenantId::from_row(browser.account.tenant);
        let mut transaction = self.store.begin(tenant).await?;
        let found = sessions::find(&mut transaction, tenant, browser.id).await;
        let Some(found) = transaction.finish(found).await? else { return Ok(None) };
        let Ok(provider) = self.federation.find(&found.provider) else { return Ok(None) };
        // A provider that is down, or slow, keeps nobody signed in here.
        let metadata = provider.metadata(&self.federation.egress, &self.clock);
        let metadata = tokio::time::timeout(PATIENCE, metadata).await.ok().and_then(Result::ok);
        let endpoint = metadata.and_then(|all| all.additional_metadata().end_session_endpoint.clone());
        Ok(endpoint.map(|mut endpoint| {
            endpoint
                .query_pairs_mut()
                .append_pair("id_token_hint", &found.id_token)
                .append_pair("client_id", &provider.settings.client_id)
                .append_pair("post_logout_redirect_uri", after);
            endpoint
        }))
    }

    /// Ends the sessions that a provider's logout token names, with what was granted for as long as they last. Until the token is
    /// noted by [`Identity::note_logout`], the provider may send it again.
    ///
    /// # Errors
    /// When the token does not hold: [`NotRecognised::Wrong`] says why.
    pub async fn logout_by_provider(&self, name: &str, token: &str) -> Result<SignedOut, NotRecognised> {
        let (provider, now) = (self.federation.find(name)?, self.clock.now());
        let egress = &self.federation.egress;
        let metadata = provider.metadata(egress, &self.clock).await?;
        let held = match judged(provider, &metadata, token, now) {
            Err(Fault::UnknownKey) => {
                let metadata = provider.refreshed(egress, &self.clock).await?;
                judged(provider, &metadata, token, now)
            }
            held => held,
        };
        let out = held.map_err(|fault| NotRecognised::Wrong(fault.to_string()))?;
        let issuer = &provider.settings.issuer;
        let mut transaction = self.store.begin(TenantId::PLATFORM).await?;
        let hash = fingerprint(&format!("{issuer}\n{}", out.id));
        let has_come = used_logout_tokens::has_come(&mut transaction, &hash).await;
        if transaction.finish(has_come).await? {
            return Err(NotRecognised::Wrong("the logout token has come before".to_owned()));
        }
        let mut ended = Vec::new();
        let failure = self.end_named(issuer, &out, &mut ended).await.err();
        Ok(SignedOut { ended, failure, token: (hash, out.expires_at) })
    }

    /// Notes that a logout token is done with, so that nobody ends later sessions with it. That comes last: ending what has ended
    /// harms nobody, and a provider that was told of a failure can repeat.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_logout(&self, out: &SignedOut) -> Result<(), StorageError> {
        let (hash, expires_at) = &out.token;
        let mut transaction = self.store.begin(TenantId::PLATFORM).await?;
        let noted = used_logout_tokens::note(&mut transaction, hash, *expires_at).await;
        transaction.finish(noted).await
    }

    async fn end_named(
        &self,
        issuer: &str,
        out: &LoggedOut,
        ended: &mut Vec<Ended>,
    ) -> Result<(), StorageError> {
        if let Some(sid) = &out.sid {
            self.end_all(&session(issuer, sid), |_| true, ended).await?;
        }
        let Some(subject) = &out.subject else { return Ok(()) };
        // A session of the provider is narrower than the person, who may be signed in elsewhere too: beside it end those of which
        // nobody said which session they are.
        let is_meant = |sid: Option<&str>| out.sid.is_none() || sid.is_none();
        for surface in BROWSERS {
            self.end_all(&identity(surface, issuer, subject), is_meant, ended).await?;
        }
        Ok(())
    }

    /// Ends those of the sessions that are known by this, and the sign-ins that wait for the second factor to become one.
    async fn end_all(
        &self,
        presented: &str,
        is_meant: impl Fn(Option<&str>) -> bool,
        ended: &mut Vec<Ended>,
    ) -> Result<(), StorageError> {
        let mut transaction = self.store.begin_presented(presented).await?;
        let found = async {
            let waiting = steps::of(&mut transaction, presented).await?;
            Ok::<_, StorageError>((waiting, sessions::of(&mut transaction, presented).await?))
        }
        .await;
        let (waiting, sessions) = transaction.finish(found).await?;
        for step in waiting.into_iter().filter(|step| is_meant(step.sid.as_deref())) {
            let mut transaction = self.store.begin(TenantId::from_row(step.tenant)).await?;
            let ended = steps::end(&mut transaction, &step).await;
            transaction.finish(ended).await?;
        }
        for found in sessions.into_iter().filter(|found| is_meant(found.sid.as_deref())) {
            ended.extend(self.end_session(TenantId::from_row(found.tenant), found.session).await?);
        }
        Ok(())
    }

    /// Ends a browser session, and what was granted in it for as long as it lasts.
    async fn end_session(&self, tenant: TenantId, id: Uuid) -> Result<Option<Ended>, StorageError> {
        let mut transaction = self.store.begin(tenant).await?;
        let ended = async {
            let Some(found) = web_sessions::find_by_id(&mut transaction, tenant, id).await? else {
                return Ok(None);
            };
            hold_clients(&mut transaction, tenant, id).await?;
            web_sessions::remove(&mut transaction, tenant, id).await?;
            let tokens = take_back_online(&mut transaction, tenant, id).await?;
            Ok::<_, StorageError>(Some((Ended { tenant, account: found.account }, tokens)))
        }
        .await;
        let Some((ended, tokens)) = transaction.finish(ended).await? else { return Ok(None) };
        self.forget(&tokens);
        Ok(Some(ended))
    }
}

/// The surfaces whose people have browser sessions.
const BROWSERS: [Surface; 1] = [Surface::Fhir];

fn judged(
    provider: &provider::Provider,
    metadata: &provider::Metadata,
    token: &str,
    now: DateTime<Utc>,
) -> Result<LoggedOut, Fault> {
    let keys = serde_json::to_value(metadata.jwks()).map_err(|_| Fault::UnknownKey)?;
    let (issuer, client) = (&provider.settings.issuer, &provider.settings.client_id);
    logout_token::check(token, keys, issuer, client, now)
}

/// Holds the clients that were granted something in a session: they come before it in the order in which all take what they need.
async fn hold_clients(
    connection: &mut Connection,
    tenant: TenantId,
    session: Uuid,
) -> Result<(), StorageError> {
    let granted = grants::of_session(connection, tenant, session).await?;
    let of: BTreeSet<_> = granted.iter().map(|grant| grant.client).collect();
    for client in of {
        clients::hold(connection, tenant, client).await?;
    }
    Ok(())
}

/// Takes back the grants of a session, which has ended, that were not given for longer; the hashes of their access tokens.
async fn take_back_online(
    connection: &mut Connection,
    tenant: TenantId,
    session: Uuid,
) -> Result<Vec<String>, StorageError> {
    let mut online = grants::of_session(connection, tenant, session).await?;
    online.retain(|grant| {
        !Scopes::known_in(&grant.scope, definitions::is_resource_type).has(&Scope::OfflineAccess)
    });
    let grants: BTreeSet<_> = online.iter().map(|grant| grant.id).collect();
    for grant in &grants {
        grants::find_locked(connection, tenant, *grant).await?;
    }
    let mut tokens = Vec::new();
    for grant in grants {
        tokens.extend(take_back(connection, tenant, grant).await?);
    }
    Ok(tokens)
}
