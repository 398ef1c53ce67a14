//! Signing in to a region of Hemato, and telling who calls there: by a session's token, or by one that an organisation signed itself.
//!
//! A token is of one region: sessions' and those that organisations sign name it as their audience. One key signs those of all regions.

use std::net::IpAddr;

use serde_json::{Map, Value};
use uuid::Uuid;

use super::organization_keys::token::{Opened, ROLES, Reason};
use super::session_tokens::{LIFETIME_S, Session, SessionTokens};
use super::sign_in::{SignInError, SignedIn, good_from};
use super::{Account, Identity, Surface};
use crate::core::Secret;
use crate::core::config::mounts::Region;
use crate::storage::{StorageError, TenantId, accounts};

/// The tokens of sessions, by region.
#[derive(Clone)]
pub(super) struct RegionTokens([(Region, SessionTokens); 5]);

/// Somebody whose token holds in a region.
#[derive(Clone, Debug)]
pub struct Bearer {
    /// Whose token it is.
    pub account: Account,
    /// The role in which they call: one of theirs, or below it.
    pub role: String,
    /// What the token claims.
    pub claims: Map<String, Value>,
    /// From when on it is good for nothing, in seconds since 1970.
    pub until: i64,
    /// Whether it is a session's: the person themselves signed in, and nobody signed it in their name.
    pub is_of_session: bool,
}

/// The domain of a region, which tokens name as their audience.
#[must_use]
pub fn domain(region: Region) -> String {
    format!("{}.api.hemato.ai", region.as_str())
}

/// How much a role may, among the others.
fn rank(role: &str) -> usize {
    match role {
        "admin" => 3,
        "user" | "service" => 2,
        "device" => 1,
        _ => 0,
    }
}

impl RegionTokens {
    pub(super) fn new(public_url: &str, key: &Secret<Vec<u8>>) -> Self {
        Self(Region::ALL.map(|region| {
            let issuer = format!("{public_url}/hemato/{}", region.as_str());
            (region, SessionTokens::for_audience(issuer, domain(region), key))
        }))
    }

    fn of(&self, region: Region) -> Option<&SessionTokens> {
        self.0.iter().find(|(of, _)| *of == region).map(|(_, tokens)| tokens)
    }
}

impl Identity {
    /// Signs somebody in to a region by e-mail address and the SHA-256 of the password; none where they have no permission for it.
    ///
    /// # Errors
    /// As [`Identity::sign_in`].
    pub async fn sign_in_to_region(
        &self,
        region: Region,
        email: &str,
        hash: Secret<String>,
        from: Option<IpAddr>,
    ) -> Result<Option<SignedIn>, SignInError> {
        let begun = self.clock.now();
        let account = self.verified_account(Surface::Hemato, email, hash, from).await?;
        if !is_permitted(&account, region) {
            return Ok(None);
        }
        let issued_at = begun.timestamp().max(good_from(&account));
        let session = Session { tenant: TenantId::from_row(account.tenant), account: account.id, issued_at };
        let Some(tokens) = self.regions.of(region) else { return Ok(None) };
        let token = tokens.issue(session, Some(&account.role), self.ids.uuid())?;
        Ok(Some(SignedIn { account, token, expires_in_s: LIFETIME_S }))
    }

    /// Who calls a region with this token; or why the token does not hold there. `audiences` are the region's names.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn authenticate_in_region(
        &self,
        region: Region,
        audiences: &[String],
        token: &str,
    ) -> Result<Result<Bearer, Vec<Reason>>, StorageError> {
        let Some(opened) = Opened::read(token) else { return Ok(Err(vec![Reason::Malformed])) };
        if opened.is_of_session() {
            return self.of_session(region, opened).await;
        }
        let claimed = match opened.claimed(audiences, self.clock.now()) {
            Ok(claimed) => claimed,
            Err(reasons) => return Ok(Err(reasons)),
        };
        let key = self.organization_key(&claimed.kid).await?;
        let Some(key) = key.filter(|key| opened.is_signed_by(key)) else {
            return Ok(Err(vec![Reason::Signature]));
        };
        if key.issuer != claimed.iss {
            return Ok(Err(vec![Reason::Issuer]));
        }
        let account = match Uuid::try_parse(&claimed.sub) {
            Ok(id) => self.account(TenantId::from_row(key.tenant), id).await?,
            Err(_) => None,
        };
        let of_organization = |account: &Account| account.organization.as_ref() == Some(&key.organization);
        let Some(account) = account.filter(of_organization) else {
            return Ok(Err(vec![Reason::Subject]));
        };
        if !is_permitted(&account, region) {
            return Ok(Err(vec![Reason::Region]));
        }
        if rank(&claimed.role) > rank(&account.role) {
            return Ok(Err(vec![Reason::RoleAbove]));
        }
        let (claims, until) = (opened.claims, claimed.until);
        Ok(Ok(Bearer { account, role: claimed.role, claims, until, is_of_session: false }))
    }

    async fn of_session(
        &self,
        region: Region,
        opened: Opened,
    ) -> Result<Result<Bearer, Vec<Reason>>, StorageError> {
        let tokens = self.regions.of(region);
        let Some(session) = tokens.and_then(|tokens| tokens.check(&opened.text, self.clock.now())) else {
            return Ok(Err(vec![self.fault_of_session(region, &opened)]));
        };
        let account = self.account(session.tenant, session.account).await?;
        let Some(account) = account.filter(|account| session.issued_at >= good_from(account)) else {
            return Ok(Err(vec![Reason::Session]));
        };
        if !is_permitted(&account, region) {
            return Ok(Err(vec![Reason::Region]));
        }
        let role = account.role.clone();
        if !ROLES.contains(&role.as_str()) {
            return Ok(Err(vec![Reason::Role]));
        }
        let until = session.issued_at.saturating_add(LIFETIME_S);
        Ok(Ok(Bearer { account, role, claims: opened.claims, until, is_of_session: true }))
    }

    /// What is wrong with a session's token that does not hold, by what it says itself.
    fn fault_of_session(&self, region: Region, opened: &Opened) -> Reason {
        let number = |name: &str| opened.claims.get(name).and_then(Value::as_i64);
        let now = self.clock.now().timestamp();
        let audience = opened.claims.get("aud").and_then(Value::as_str);
        if audience.is_some_and(|audience| audience != domain(region)) {
            Reason::Audience
        } else if number("exp").is_some_and(|exp| exp <= now) {
            Reason::Expired
        } else {
            Reason::Signature
        }
    }

    /// An account of Hemato that can be used.
    async fn account(&self, tenant: TenantId, id: Uuid) -> Result<Option<Account>, StorageError> {
        let mut connection = self.store.alone(tenant).await?;
        let found = accounts::find(&mut connection, tenant, id).await;
        let found = connection.finish(found).await?;
        Ok(found.filter(|account| account.surface == Surface::Hemato.as_str() && account.active))
    }
}

fn is_permitted(account: &Account, region: Region) -> bool {
    account.regions.iter().any(|permitted| permitted == region.as_str())
}
