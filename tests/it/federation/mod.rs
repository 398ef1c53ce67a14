//! Signing in by other providers.

mod accounts;
mod backchannel;
mod flow;
mod id_tokens;
mod limits;
mod links;
mod logout;
pub mod provider;
mod providers;
mod second_factor;
mod state;

use std::collections::BTreeMap;

use crate::harness::{Answer, Server};
use crate::oauth::person::Person;
use provider::Hostile;

/// A browser on its way to a provider.
struct Away {
    /// Where it is sent.
    address: String,
    /// What it is sent with.
    query: BTreeMap<String, String>,
}

impl Away {
    /// Begins at the provider of that name.
    async fn to(person: &Person<'_>, name: &str) -> Self {
        Self::with(person, &format!("/login/oidc/{name}")).await
    }

    /// Begins at this address.
    async fn with(person: &Person<'_>, begin: &str) -> Self {
        let answer = person.get(begin).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        let (address, query) = answer.header("location").split_once('?').unwrap();
        let query = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        Self { address: address.to_owned(), query }
    }

    /// Comes back with a code.
    async fn back(&self, person: &Person<'_>, name: &str) -> Answer {
        self.back_with(person, name, "&code=c").await
    }

    async fn back_with(&self, person: &Person<'_>, name: &str, more: &str) -> Answer {
        person.get(&format!("/login/oidc/{name}/callback?state={}{more}", self.query["state"])).await
    }
}

/// Begins and comes back, while the provider says this of the person.
async fn visit(
    person: &Person<'_>,
    provider: &Hostile,
    name: &str,
    change: impl FnOnce(&mut serde_json::Value),
) -> Answer {
    let away = Away::to(person, name).await;
    let mut claims = provider.claims(&away.query["nonce"]);
    change(&mut claims);
    provider.gives(&provider.key.sign(&claims));
    away.back(person, name).await
}

/// Asserts that this is a page with this status, and returns what it tells.
#[track_caller]
fn told(answer: &Answer, status: u16) -> String {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert!(answer.header("content-security-policy").starts_with("default-src 'none'"));
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("set-cookie"), "");
    let told = answer.text.split("role=\"alert\">").nth(1).and_then(|rest| rest.split('<').next());
    told.expect("a page that tells something").replace("&#39;", "'")
}

/// What the audit trail has of sign-ins: `interaction outcome`, and how often.
async fn audited(server: &Server) -> Vec<String> {
    let sql = "SELECT interaction || ' ' || outcome || ' ' || count(*) FROM audit_event \
        WHERE interaction IN ('login', 'logout', 'link-identity') GROUP BY interaction, outcome ORDER BY 1";
    server.texts(sql).await
}
