//! `$get-ws-binding-token`: what a socket is bound by.
//! <https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/OperationDefinition-backport-subscription-get-ws-binding-token.html>

use chrono::{DateTime, TimeDelta, Utc};

use super::asked::of_type;
use super::channel::Kind;
use super::owner::Owner;
use crate::core::Secret;
use crate::fhir::outcome::{Issue, IssueType};
use crate::identity::{Caller, fingerprint};
use crate::records::search::{Query, Total};
use crate::records::{Error, Records, Stored};
use crate::storage::audit as audit_rows;
use crate::storage::subscriptions::{self as rows, bindings};

/// Every token opens so, which lets a secret scanner know it.
const PREFIX: &str = "hygws_";
/// So many bytes of chance it has.
const BYTES: usize = 32;
/// How long it is good, and what is bound by it.
const LIFETIME: TimeDelta = TimeDelta::hours(1);
/// So many Subscriptions one token binds to.
pub(super) const MOST: usize = 100;
/// Where sockets are opened, below the base.
const PATH: &str = "/websocket";
/// What the audit trail calls it.
const GIVEN: &str = "get-ws-binding-token";

/// What is given out.
#[derive(Debug)]
pub struct BindingToken {
    /// The token.
    pub token: Secret<String>,
    /// Until when it is good, and what is bound by it.
    pub until: DateTime<Utc>,
    /// The Subscriptions that it binds to.
    pub subscriptions: Vec<String>,
    /// Where the socket is opened.
    pub url: String,
}

impl Records {
    /// Makes a token by which a socket is bound to these Subscriptions; without any, to all by websocket that the caller sees.
    ///
    /// # Errors
    /// As [`Records::read`], or when one of them is not told by websocket, or there are none, or too many.
    pub async fn binding_token(&self, caller: &Caller, ids: &[String]) -> Result<BindingToken, Error> {
        let found = if ids.is_empty() {
            self.by_websocket(caller).await?
        } else {
            self.read_several(caller, ids).await?
        };
        let subscriptions: Vec<_> = found.iter().map(|stored| stored.id.clone()).collect();
        let (tenant, now) = (caller.tenant, self.clock.now());
        let token = format!("{PREFIX}{}", self.ids.random(BYTES));
        let until = now.checked_add_signed(LIFETIME).unwrap_or(now);
        let mut transaction = self.store.begin(tenant).await?;
        let given = async {
            for id in &subscriptions {
                let row = rows::find(&mut transaction, tenant, id).await?;
                if !row.is_some_and(|row| is_told(&row)) {
                    let text = "this Subscription is not told by websocket";
                    let issue = Issue::error(IssueType::BusinessRule, text).at("Subscription.channel.type");
                    return Err(Error::Unprocessable(vec![issue]));
                }
            }
            let owner = Owner::of(caller, &mut transaction, now).await?.written()?;
            let hash = fingerprint(&token);
            bindings::add(&mut transaction, tenant, &hash, (&owner, &subscriptions), until).await?;
            audit_rows::insert(&mut transaction, &self.audit_row(caller, GIVEN, None)).await?;
            Ok(())
        }
        .await;
        transaction.finish(given).await?;
        let url = websocket_url(self.known.last(tenant).base_url());
        Ok(BindingToken { token: Secret::new(token), until, subscriptions, url })
    }

    async fn read_several(&self, caller: &Caller, ids: &[String]) -> Result<Vec<Stored>, Error> {
        if ids.len() > MOST {
            return Err(too_many());
        }
        let mut found: Vec<Stored> = Vec::with_capacity(ids.len());
        for id in ids {
            let stored = self.read(&caller.quietly(), of_type()?, id).await?;
            if found.iter().all(|one| one.id != stored.id) {
                found.push(stored);
            }
        }
        Ok(found)
    }

    async fn by_websocket(&self, caller: &Caller) -> Result<Vec<Stored>, Error> {
        let of = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let parameters = vec![of("type", Kind::Websocket.as_str()), of("status", "requested,active")];
        let count = u16::try_from(MOST.saturating_add(1)).unwrap_or(u16::MAX);
        let query = Query { parameters, count, total: Total::Unwanted, strict: true, ..Query::default() };
        let found = self.search(&caller.quietly(), of_type()?, &query).await?.resources;
        match found.len() {
            0 => {
                let text = "there is no Subscription by websocket that is requested or active";
                Err(Error::BadRequest(IssueType::NotFound, text.to_owned()))
            }
            count if count > MOST => Err(too_many()),
            _ => Ok(found),
        }
    }
}

fn too_many() -> Error {
    Error::BadRequest(IssueType::TooCostly, format!("one token is for {MOST} Subscriptions at most"))
}

/// Whether somebody may listen to it by websocket.
pub(super) fn is_told(subscription: &rows::Subscription) -> bool {
    subscription.channel == Kind::Websocket.as_str() && subscription.status != "off"
}

/// Where sockets are opened, of the server with this base.
#[must_use]
pub fn websocket_url(base_url: &str) -> String {
    let url = base_url.strip_prefix("http").map_or_else(|| base_url.to_owned(), |rest| format!("ws{rest}"));
    format!("{url}{PATH}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sockets_are_opened_beside_the_base() {
        for (base, url) in [
            ("http://127.0.0.1:8080/fhir", "ws://127.0.0.1:8080/fhir/websocket"),
            ("https://a.example/fhir", "wss://a.example/fhir/websocket"),
        ] {
            assert_eq!(websocket_url(base), url);
        }
    }
}
