//! What a client asks a person for, held against the rules.
//! <https://hl7.org/fhir/smart-app-launch/STU2.2/app-launch.html#obtain-authorization-code>

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use url::Url;

use super::authorization_fault::Fault;
use super::{Client, GrantType};
use crate::fhir::definitions;
use crate::identity::scopes::{Context, Scope, TooMany};
use crate::identity::{Identity, Scopes, fingerprint};
use crate::storage::StorageError;
use crate::storage::oauth::launches::{self, LaunchRow};

/// So long somebody may take from signing in to deciding, where a client asks for a new sign-in.
const READING_S: i64 = 5 * 60;
/// Longest `state` and `nonce` that are carried.
const LONGEST: usize = 2000;

/// The parameters as they were sent.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Asked {
    client_id: Option<String>,
    redirect_uri: Option<String>,
    response_type: Option<String>,
    response_mode: Option<String>,
    state: Option<String>,
    scope: Option<String>,
    aud: Option<String>,
    launch: Option<String>,
    code_challenge: Option<String>,
    code_challenge_method: Option<String>,
    nonce: Option<String>,
    prompt: Option<String>,
    max_age: Option<String>,
    request: Option<String>,
    request_uri: Option<String>,
}

/// Whether the person may be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prompt {
    /// As is needed.
    AsNeeded,
    /// To sign in, although they have.
    Login,
    /// No.
    None,
}

/// A request that a person can be asked about.
#[derive(Clone, Debug)]
pub struct Authorization {
    /// Who asks.
    pub client: Client,
    /// Where the answer goes.
    pub redirect_uri: String,
    /// What the client knows its request by.
    pub state: String,
    /// The scopes that may be granted, as the client wrote them.
    pub words: Vec<String>,
    /// The same, read.
    pub scopes: Scopes,
    /// Where an EHR launched the client from.
    pub launch: Option<LaunchRow>,
    /// Whether the person may be asked.
    pub prompt: Prompt,
    /// When the person must have signed in, at the earliest.
    pub signed_in_from: Option<DateTime<Utc>>,
    pub(super) challenge: String,
    pub(super) nonce: Option<String>,
}

impl Authorization {
    /// Whether the person must say which patient it is about.
    #[must_use]
    pub fn needs_patient(&self) -> bool {
        let is_known = self.launch.as_ref().is_some_and(|launch| launch.patient.is_some());
        !is_known && (self.scopes.has(&Scope::LaunchPatient) || self.scopes.has_context(Context::Patient))
    }

    /// Whether somebody who signed in then may still decide: a little later than the client asks for, for people read.
    #[must_use]
    pub fn is_fresh(&self, signed_in_at: DateTime<Utc>) -> bool {
        self.signed_in_from.is_none_or(|from| signed_in_at >= from - TimeDelta::seconds(READING_S))
    }

    /// Leaves out what only somebody who may see more than one record can give.
    pub fn leave_out_user_scopes(&mut self) {
        let is_kept = |scope: &Scope| !matches!(scope, Scope::Data(data) if data.context == Context::User);
        let kept = self.words.drain(..).zip(self.scopes.iter()).filter(|(_, scope)| is_kept(scope));
        self.words = kept.map(|(word, _)| word).collect();
        self.scopes = std::mem::take(&mut self.scopes).filtered(is_kept);
    }
}

/// What the client is told, by way of the person's browser: `error` and `error_description`.
struct Rejected(&'static str, &'static str);

impl Asked {
    /// A parameter; an empty one counts as not sent (RFC 6749, 3.1).
    fn given(text: &Option<String>) -> Option<&str> {
        text.as_deref().filter(|text| !text.is_empty())
    }

    /// Holds the parameters against the rules that need no look-up; `state` and `code_challenge`.
    fn check(&self, base: &str) -> Result<(&str, &str), Rejected> {
        let invalid = |told: &'static str| Rejected("invalid_request", told);
        if self.request.is_some() {
            return Err(Rejected("request_not_supported", "request is not supported"));
        }
        if self.request_uri.is_some() {
            return Err(Rejected("request_uri_not_supported", "request_uri is not supported"));
        }
        match Self::given(&self.response_type) {
            Some("code") => {}
            None => return Err(invalid("response_type is required")),
            Some(_) => return Err(Rejected("unsupported_response_type", "response_type must be code")),
        }
        if Self::given(&self.response_mode).is_some_and(|mode| mode != "query") {
            return Err(invalid("response_mode must be query"));
        }
        if [&self.state, &self.nonce].iter().any(|text| Self::given(text).is_some_and(|t| t.len() > LONGEST))
        {
            return Err(invalid("state and nonce may have 2000 characters"));
        }
        let state = Self::given(&self.state).ok_or_else(|| invalid("state is required"))?;
        let challenge =
            Self::given(&self.code_challenge).ok_or_else(|| invalid("code_challenge is required"))?;
        if Self::given(&self.code_challenge_method) != Some("S256") {
            return Err(invalid("code_challenge_method must be S256"));
        }
        let is_base64url = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        if challenge.len() != 43 || !challenge.bytes().all(is_base64url) {
            return Err(invalid("code_challenge must be a SHA-256 in base64url, without padding"));
        }
        let aud = Self::given(&self.aud).ok_or_else(|| invalid("aud is required"))?;
        if aud.trim_end_matches('/') != base {
            return Err(invalid("aud must be the address of this FHIR server"));
        }
        Ok((state, challenge))
    }

    /// How long ago the person may have signed in at most (OpenID Connect Core, 3.1.2.1).
    fn max_age(&self) -> Result<Option<TimeDelta>, Rejected> {
        if self.prompt() == Prompt::Login {
            return Ok(Some(TimeDelta::zero()));
        }
        let wrong = Rejected("invalid_request", "max_age must be a number of seconds");
        let seconds = Self::given(&self.max_age).map(str::parse::<u32>).transpose().map_err(|_| wrong)?;
        Ok(seconds.map(|seconds| TimeDelta::seconds(seconds.into())))
    }

    fn prompt(&self) -> Prompt {
        match Self::given(&self.prompt) {
            Some("none") => Prompt::None,
            Some(prompt) if prompt.split(' ').any(|word| word == "login") => Prompt::Login,
            None | Some(_) => Prompt::AsNeeded,
        }
    }
}

impl Identity {
    /// Reads a request.
    ///
    /// # Errors
    /// What is wrong with it, and whom that may be told.
    pub async fn authorization(&self, asked: &Asked) -> Result<Authorization, Fault> {
        let id =
            Asked::given(&asked.client_id).ok_or(Fault::Shown("The app does not say which one it is."))?;
        let client = self.client(id).await?.ok_or(Fault::Shown("No app is registered by this name."))?;
        let uri =
            Asked::given(&asked.redirect_uri).ok_or(Fault::Shown("The app does not say where to go on."))?;
        // Letter by letter: whatever else is accepted here, somebody finds a way to have codes sent elsewhere.
        if !client.redirect_uris.iter().any(|registered| registered == uri) {
            return Err(Fault::Shown("The app asks to go on at an address that it has not registered."));
        }
        let told = |Rejected(error, description)| Fault::Sent {
            redirect_uri: uri.to_owned(),
            state: Asked::given(&asked.state).map(str::to_owned),
            error,
            description,
        };
        if !client.grants.contains(&GrantType::AuthorizationCode) {
            let description = "the client is not registered for authorization_code";
            return Err(told(Rejected("unauthorized_client", description)));
        }
        let (state, challenge) = asked.check(&self.address_of("/fhir")).map_err(told)?;
        let max_age = asked.max_age().map_err(told)?;
        let launch = match Asked::given(&asked.launch) {
            None => None,
            Some(value) => {
                let found = self.launch(&client, value).await?;
                Some(found.ok_or_else(|| told(Rejected("invalid_request", "launch does not hold")))?)
            }
        };
        let requested = asked.scope.as_deref().unwrap_or_default();
        let (words, scopes) = offered(&client, requested, launch.is_some())
            .map_err(|TooMany| told(Rejected("invalid_scope", "there may be 100 scopes")))?;
        if words.is_empty() {
            return Err(told(Rejected("invalid_scope", "the client may have none of these scopes")));
        }
        Ok(Authorization {
            redirect_uri: uri.to_owned(),
            state: state.to_owned(),
            challenge: challenge.to_owned(),
            nonce: Asked::given(&asked.nonce).map(str::to_owned),
            launch: launch.filter(|_| scopes.has(&Scope::Launch)),
            client,
            words,
            scopes,
            prompt: asked.prompt(),
            signed_in_from: max_age.map(|age| self.clock.now() - age),
        })
    }

    /// A launch that is for this client and has not ended.
    async fn launch(&self, client: &Client, value: &str) -> Result<Option<LaunchRow>, StorageError> {
        let mut transaction = self.store.begin(client.tenant).await?;
        let found = launches::find(&mut transaction, client.tenant, &fingerprint(value)).await;
        let found = transaction.finish(found).await?;
        Ok(found.filter(|launch| {
            launch.expires_at > self.clock.now() && launch.client.is_none_or(|only| only == client.id)
        }))
    }

    /// Where to send a person with a refusal.
    #[must_use]
    pub fn refusal_address(&self, uri: &str, state: Option<&str>, error: &str, description: &str) -> String {
        self.answer_address(uri, state, &[("error", error), ("error_description", description)])
    }

    /// The client's address with an answer. It says who answers, so that a client of several servers is not confused (RFC 9207).
    pub(super) fn answer_address(&self, uri: &str, state: Option<&str>, answer: &[(&str, &str)]) -> String {
        let Ok(mut url) = Url::parse(uri) else { return uri.to_owned() };
        {
            let mut pairs = url.query_pairs_mut();
            pairs.extend_pairs(answer);
            pairs.extend_pairs(state.map(|state| ("state", state)));
            pairs.append_pair("iss", self.issuer());
        }
        url.into()
    }
}

/// What of the requested scopes a person can be asked for: `system/` scopes are nobody's to give, and `launch` says something
/// only where there was one.
fn offered(client: &Client, requested: &str, is_launched: bool) -> Result<(Vec<String>, Scopes), TooMany> {
    let allowed = client.scopes.clone().filtered(|scope| match scope {
        Scope::Data(data) => data.context != Context::System,
        Scope::Launch => is_launched,
        Scope::LaunchPatient
        | Scope::OpenId
        | Scope::FhirUser
        | Scope::OfflineAccess
        | Scope::OnlineAccess => true,
    });
    let words = allowed.grant(requested, definitions::is_resource_type)?;
    let scopes = Scopes::known_in(&words.join(" "), definitions::is_resource_type);
    Ok((words, scopes))
}
