//! The one notion of a caller, whatever the credential.

use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;

use serde_json::Value;
use uuid::Uuid;

use super::Scopes;
use super::purposes::TREATMENT;
use crate::storage::TenantId;

/// One of the server's APIs. A credential of one is unknown at every other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Surface {
    /// `/fhir`.
    Fhir,
    /// The operator API.
    Operator,
    /// SmartScanPro.
    SmartScan,
    /// ImageMedix.
    ImageMedix,
    /// Smartz Connect.
    Smartz,
    /// Hemato.AI.
    Hemato,
}

impl Surface {
    /// Those of the vendors.
    pub const VENDORS: [Self; 4] = [Self::SmartScan, Self::ImageMedix, Self::Smartz, Self::Hemato];

    /// The surface with that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        let all = Self::VENDORS.into_iter().chain([Self::Fhir, Self::Operator]);
        all.into_iter().find(|surface| surface.as_str() == word)
    }

    /// The word for it in paths, rows and tokens.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fhir => "fhir",
            Self::Operator => "operator",
            Self::SmartScan => "smartscan",
            Self::ImageMedix => "imagemedix",
            Self::Smartz => "smartz",
            Self::Hemato => "hemato",
        }
    }
}

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Agent {
    /// A program with an access token; the client's id, or that of a token that the operator gave out.
    Client(Uuid),
    /// A person with an account; its id.
    Account(Uuid),
    /// A project with an API key; the key's id.
    ApiKey(Uuid),
    /// Nobody that we know.
    Anonymous,
    /// The server itself.
    System,
}

impl Agent {
    /// The word for the kind of agent in the audit trail.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Client(_) => "client",
            Self::Account(_) => "account",
            Self::ApiKey(_) => "api-key",
            Self::Anonymous => "anonymous",
            Self::System => "system",
        }
    }

    /// The row that stands for the agent.
    #[must_use]
    pub fn id(&self) -> Option<Uuid> {
        match self {
            Self::Client(id) | Self::Account(id) | Self::ApiKey(id) => Some(*id),
            Self::Anonymous | Self::System => None,
        }
    }
}

/// Where a request came from, and what the client calls it.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The client's address.
    pub address: Option<IpAddr>,
    /// Its `X-Request-Id`, where that can be no health data.
    pub request: Option<Arc<str>>,
}

impl From<Option<IpAddr>> for Origin {
    fn from(address: Option<IpAddr>) -> Self {
        Self { address, request: None }
    }
}

/// Who calls, for which tenant, through which API, with which rights.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Whose data this is about.
    pub tenant: TenantId,
    /// The API that was called.
    pub surface: Surface,
    /// Who acts.
    pub agent: Agent,
    /// The account of the person that the agent says it acts for.
    pub on_behalf_of: Option<Uuid>,
    /// What the agent may do to resources.
    pub scopes: Scopes,
    /// Id of the Patient that the client was launched about: what its `patient/` scopes are limited to.
    pub patient: Option<String>,
    /// What Consents may name the caller by: `Practitioner/1`, `Organization/2`, `Device/3` ...
    pub actors: Vec<String>,
    /// What the data are for: a code of HL7's ActReason.
    pub purpose: Cow<'static, str>,
    /// Why the caller sets aside what Consents forbid, where that is so.
    pub breaks_glass: Option<String>,
    /// What was asked for, as the audit names it, where that is more than the FHIR interaction.
    pub operation: Option<&'static str>,
    /// Where the request came from.
    pub address: Option<IpAddr>,
    /// What the client calls the request, where that can be no health data.
    pub request: Option<Arc<str>>,
    /// A Provenance without its targets, for what this request writes.
    pub provenance: Option<Arc<Value>>,
    /// Whether reads leave no audit row, because what they are part of leaves one.
    pub quiet: bool,
}

impl Caller {
    /// Somebody without a credential that holds: no tenant, no right.
    #[must_use]
    pub fn anonymous(surface: Surface) -> Self {
        Self {
            tenant: TenantId::PLATFORM,
            surface,
            agent: Agent::Anonymous,
            on_behalf_of: None,
            scopes: Scopes::none(),
            patient: None,
            actors: Vec::new(),
            purpose: Cow::Borrowed(TREATMENT),
            breaks_glass: None,
            operation: None,
            address: None,
            request: None,
            provenance: None,
            quiet: false,
        }
    }

    /// The server itself, with every right in one tenant.
    #[must_use]
    pub fn system(tenant: TenantId, surface: Surface) -> Self {
        Self { tenant, agent: Agent::System, scopes: Scopes::all(), ..Self::anonymous(surface) }
    }

    /// The same caller, doing a named operation.
    #[must_use]
    pub fn doing(mut self, operation: &'static str) -> Self {
        self.operation = Some(operation);
        self
    }

    /// The same caller, calling from there.
    #[must_use]
    pub fn calling_from(self, origin: impl Into<Origin>) -> Self {
        let Origin { address, request } = origin.into();
        Self { address, request, ..self }
    }

    /// The same caller for reads that are part of an operation whose own row tells of them. Writes are audited all the same.
    #[must_use]
    pub fn quietly(&self) -> Self {
        Self { quiet: true, ..self.clone() }
    }
}
