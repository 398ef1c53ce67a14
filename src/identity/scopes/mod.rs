//! SMART scopes, version 2 (`system/Patient.cruds`) and version 1 (`system/Patient.read`), and those about the launch itself.
//! <https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html>

mod lent;
mod narrow;
mod read;

use std::fmt;

/// What may be done to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// Create.
    Create,
    /// Read one, with its history.
    Read,
    /// Update.
    Update,
    /// Delete.
    Delete,
    /// Search a type, with its history.
    Search,
}

const RIGHTS: [(char, Right); 5] = [
    ('c', Right::Create),
    ('r', Right::Read),
    ('u', Right::Update),
    ('d', Right::Delete),
    ('s', Right::Search),
];

/// Whose data a scope is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Context {
    /// What the client itself may see.
    System,
    /// What the person who signed in may see.
    User,
    /// What is in the compartment of the one patient that the launch is about.
    Patient,
}

/// A scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Rights to resources.
    Data(DataScope),
    /// `launch`: the context of an EHR's launch.
    Launch,
    /// `launch/patient`: a patient, picked where the launch has none.
    LaunchPatient,
    /// `openid`: an id token.
    OpenId,
    /// `fhirUser`: the resource that stands for the person, in the id token.
    FhirUser,
    /// `offline_access`: a refresh token that outlives the person's session.
    OfflineAccess,
    /// `online_access`: a refresh token that ends with the person's session.
    OnlineAccess,
}

/// Rights to resources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataScope {
    /// Whose.
    pub context: Context,
    /// Of which type; `None` stands for every type.
    pub resource_type: Option<String>,
    /// In the order of `cruds`.
    pub rights: Vec<Right>,
    /// What narrows them to the resources that a search with these parameters finds, as it was written: `category=...`.
    pub query: Option<String>,
}

/// A set of granted scopes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scopes(Vec<Scope>);

/// A scope that is not one, by its text.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a scope such as system/*.cruds or system/Patient.rs")]
pub struct NotAScope(pub(super) String);

/// Most words of a request, of a client and of a grant: each of a request is held against each of the client.
pub const MOST_WORDS: usize = 100;

/// More scopes than [`MOST_WORDS`].
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("there may be 100 scopes")]
pub struct TooMany;

/// That there are no more than [`MOST_WORDS`].
///
/// # Errors
/// When there are.
pub fn counted(text: &str) -> Result<(), TooMany> {
    if text.split_whitespace().nth(MOST_WORDS).is_some() { Err(TooMany) } else { Ok(()) }
}

impl Scopes {
    /// No right at all.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Every right to every type.
    #[must_use]
    pub fn all() -> Self {
        Self(vec![Scope::Data(DataScope {
            context: Context::System,
            resource_type: None,
            rights: RIGHTS.map(|(_, right)| right).to_vec(),
            query: None,
        })])
    }

    /// Whether a scope grants `right` to all resources of this type that the caller's tenant has.
    #[must_use]
    pub fn permit(&self, right: Right, resource_type: &str) -> bool {
        self.grants(right, resource_type, false).any(|scope| scope.query.is_none())
    }

    /// The scopes that grant `right` to resources of this type, all or some of them. Those of one patient are among them where
    /// the caller has one.
    pub fn grants<'s>(
        &'s self,
        right: Right,
        resource_type: &'s str,
        has_patient: bool,
    ) -> impl Iterator<Item = &'s DataScope> {
        self.data().filter(move |scope| {
            let is_of_caller = match scope.context {
                Context::System | Context::User => true,
                Context::Patient => has_patient,
            };
            is_of_caller
                && scope.rights.contains(&right)
                && scope.resource_type.as_deref().is_none_or(|granted| granted == resource_type)
        })
    }

    /// The rights to resources, each with what limits it.
    pub fn data(&self) -> impl Iterator<Item = &DataScope> {
        self.0.iter().filter_map(|scope| match scope {
            Scope::Data(data) => Some(data),
            Scope::Launch
            | Scope::LaunchPatient
            | Scope::OpenId
            | Scope::FhirUser
            | Scope::OfflineAccess
            | Scope::OnlineAccess => None,
        })
    }

    /// Whether there is a right in this context.
    #[must_use]
    pub fn has_context(&self, context: Context) -> bool {
        self.data().any(|scope| scope.context == context)
    }

    /// Whether this very scope is among them.
    #[must_use]
    pub fn has(&self, scope: &Scope) -> bool {
        self.0.contains(scope)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Scope> {
        self.0.iter()
    }

    /// Those that are kept.
    #[must_use]
    pub fn filtered(mut self, keep: impl Fn(&Scope) -> bool) -> Self {
        self.0.retain(keep);
        self
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, scope) in self.0.iter().enumerate() {
            let blank = if n == 0 { "" } else { " " };
            write!(f, "{blank}{scope}")?;
        }
        Ok(())
    }
}
