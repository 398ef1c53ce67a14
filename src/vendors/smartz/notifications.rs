//! Whom an organisation's applications have told by posting: receivers, each of which stands for a Subscription.
//!
//! The id of one opens with that of its organisation, so that what happens in one is posted to its own receivers alone.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::value::RawValue;

use super::{derived, time};
use crate::core::Secret;
use crate::fhir::codes::{Code, webhook_event};
use crate::identity::TenantId;
use crate::platform::delivery::signature::signature;
use crate::platform::delivery::{Deliveries, Notice, Outgoing, Receiver, Style, To};
use crate::records::Error;

/// The kind of the receivers.
pub const KIND: &str = "smartz-notification";
/// By which rules they are posted to.
pub const STYLE: Style = Style::of_bodies(KIND, headers);

/// What is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// How a patient is now.
    Status,
    /// Something happened.
    Event,
    /// Carers are told of something, or how that stands.
    Alert,
}

impl Subject {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Status, Self::Event, Self::Alert];

    /// Its code.
    #[must_use]
    pub fn code(self) -> Code {
        match self {
            Self::Status => webhook_event::PATIENT_STATUS,
            Self::Event => webhook_event::PATIENT_EVENT,
            Self::Alert => webhook_event::PATIENT_ALERT,
        }
    }

    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.code().code
    }

    /// The subject with that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|subject| subject.as_str() == word)
    }
}

/// The receivers of a tenant.
#[derive(Debug, Default)]
pub struct Notifications(Vec<Receiver>);

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    id: &'a str,
    event: &'a str,
    created_at: String,
    organisation_id: &'a str,
    data: &'a RawValue,
}

impl Notifications {
    /// Those that there are now.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn read(deliveries: &Deliveries, tenant: TenantId) -> Result<Self, Error> {
        Ok(Self(deliveries.receivers(tenant, KIND).await?))
    }

    /// What those of an organisation are told that listen to it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn of(
        &self,
        organisation: &str,
        patient: &str,
        subject: Subject,
        body: &str,
        now: DateTime<Utc>,
    ) -> Result<Vec<Notice>, Error> {
        let listens = |receiver: &&Receiver| {
            receiver.active
                && is_of(&receiver.id, organisation)
                && receiver.events.iter().any(|word| word == subject.as_str())
        };
        let notice = |receiver: &Receiver| {
            let data: &RawValue = serde_json::from_str(body).map_err(Error::internal)?;
            // The same is told once, also where it is told again by a replica that does the same work again.
            let id = derived::id(&["notice", &receiver.id, subject.as_str(), &time::instant(now), body]);
            let told = Body {
                id: &id,
                event: subject.as_str(),
                created_at: time::moment(now),
                organisation_id: organisation,
                data,
            };
            let body = Secret::new(serde_json::to_string(&told).map_err(Error::internal)?);
            let to = To::One(receiver.id.clone());
            Ok(Notice { kind: KIND, to, event: subject.as_str(), subject: patient.to_owned(), body, id })
        };
        self.0.iter().filter(listens).map(notice).collect()
    }
}

/// Whether a receiver is an organisation's.
#[must_use]
pub fn is_of(receiver: &str, organisation: &str) -> bool {
    receiver.strip_prefix(organisation).is_some_and(|rest| rest.starts_with('.'))
}

fn headers(outgoing: &Outgoing<'_>) -> Vec<(&'static str, String)> {
    let signed = outgoing.secret.map(|secret| signature(secret, outgoing.at, outgoing.body));
    let mut headers =
        vec![("x-smartz-event", outgoing.event.to_owned()), ("x-smartz-delivery", outgoing.id.to_owned())];
    headers.extend(signed.map(|signature| ("x-smartz-signature", signature)));
    headers
}
