//! How somebody is told: the channel of a Subscription. <https://hl7.org/fhir/R4/subscription.html#channels>

use lettre::Address;
use reqwest::header::{HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use super::wanted::{LONGEST, refused, text};
use crate::fhir::chain::shown;
use crate::fhir::outcome::{Issue, IssueType};

/// Most header fields.
const MOST_HEADERS: usize = 50;
/// Fields that say how a message is sent, and not what it is: they are the connection's.
const NOT_THEIRS: [&str; 9] = [
    "connection",
    "content-length",
    "content-type",
    "expect",
    "host",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// How somebody is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Channel {
    /// Which way.
    pub kind: Kind,
    /// Where to.
    pub endpoint: String,
    /// As what the resource is sent; none where it is not.
    pub payload: Option<Payload>,
    /// Header fields that are sent with it.
    pub headers: Vec<(String, String)>,
}

/// The ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A request to an address.
    RestHook,
    /// A mail that says no more than that something happened.
    Email,
    /// A socket that the receiver opens.
    Websocket,
}

impl Kind {
    /// The code for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RestHook => "rest-hook",
            Self::Email => "email",
            Self::Websocket => "websocket",
        }
    }
}

/// As what a resource is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Payload {
    /// `application/fhir+json`.
    Json,
    /// `application/fhir+xml`.
    Xml,
}

/// What a Subscription says of it.
///
/// # Errors
/// What of it cannot be served, and where that stands.
pub fn read(subscription: &Value) -> Result<Channel, Issue> {
    match text(subscription, "/channel/type") {
        Some("rest-hook") => rest_hook(subscription),
        Some("email") => email(subscription),
        Some("websocket") => websocket(subscription),
        other => {
            let text = format!("the channel {} is not served", shown(other.unwrap_or_default()));
            Err(refused(IssueType::NotSupported, "channel.type", text))
        }
    }
}

fn rest_hook(subscription: &Value) -> Result<Channel, Issue> {
    let endpoint = text(subscription, "/channel/endpoint").unwrap_or_default().to_owned();
    let address = Url::parse(&endpoint).ok().filter(|_| endpoint.len() <= LONGEST);
    let is_plain = |url: &Url| {
        matches!(url.scheme(), "http" | "https")
            && url.username().is_empty()
            && url.password().is_none()
            && url.fragment().is_none()
    };
    if !address.is_some_and(|url| is_plain(&url)) {
        let text = "a rest-hook needs an http address without user and fragment";
        return Err(refused(IssueType::Value, "channel.endpoint", text));
    }
    let payload = payload(subscription)?;
    Ok(Channel { kind: Kind::RestHook, endpoint, payload, headers: headers(subscription)? })
}

fn payload(subscription: &Value) -> Result<Option<Payload>, Issue> {
    match text(subscription, "/channel/payload").map(media) {
        None => Ok(None),
        Some(Some(payload)) => Ok(Some(payload)),
        Some(None) => {
            let text = "the payload is application/fhir+json, application/fhir+xml, or none";
            Err(refused(IssueType::NotSupported, "channel.payload", text))
        }
    }
}

/// Whoever is told opens the socket: where, the CapabilityStatement says, and not the Subscription.
fn websocket(subscription: &Value) -> Result<Channel, Issue> {
    if !headers(subscription)?.is_empty() {
        let text = "what a socket tells has no header fields";
        return Err(refused(IssueType::NotSupported, "channel.header", text));
    }
    let (endpoint, headers) = (String::new(), Vec::new());
    Ok(Channel { kind: Kind::Websocket, endpoint, payload: payload(subscription)?, headers })
}

/// Mails lie open on the way: none has what happened in it.
fn email(subscription: &Value) -> Result<Channel, Issue> {
    let endpoint = text(subscription, "/channel/endpoint").unwrap_or_default();
    let address = endpoint.strip_prefix("mailto:").unwrap_or_default();
    if address.len() > LONGEST || address.contains(['?', '%', ',']) || address.parse::<Address>().is_err() {
        let text = "a mail goes to an address such as mailto:somebody@a.example";
        return Err(refused(IssueType::Value, "channel.endpoint", text));
    }
    if text(subscription, "/channel/payload").is_some() {
        let text = "a mail has no payload: it says only that something happened";
        return Err(refused(IssueType::NotSupported, "channel.payload", text));
    }
    if !headers(subscription)?.is_empty() {
        return Err(refused(
            IssueType::NotSupported,
            "channel.header",
            "a mail has the server's header fields alone",
        ));
    }
    Ok(Channel { kind: Kind::Email, endpoint: endpoint.to_owned(), payload: None, headers: Vec::new() })
}

/// What a media type asks for, whatever its parameters are.
fn media(text: &str) -> Option<Payload> {
    match text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
        "application/fhir+json" | "application/json" => Some(Payload::Json),
        "application/fhir+xml" | "application/xml" => Some(Payload::Xml),
        _ => None,
    }
}

/// `Name: value`, each.
fn headers(subscription: &Value) -> Result<Vec<(String, String)>, Issue> {
    let all = subscription.pointer("/channel/header").and_then(Value::as_array).into_iter().flatten();
    let mut headers = Vec::new();
    for (at, line) in all.enumerate() {
        // What is in them may be a secret, and is not told.
        let wrong = |text: &str| refused(IssueType::Value, &format!("channel.header[{at}]"), text);
        if at >= MOST_HEADERS {
            return Err(wrong("there are too many header fields"));
        }
        let (name, value) = line.as_str().and_then(|line| line.split_once(':')).unwrap_or_default();
        let (name, value) = (name.trim().to_ascii_lowercase(), value.trim());
        if HeaderName::from_bytes(name.as_bytes()).is_err() || HeaderValue::from_str(value).is_err() {
            return Err(wrong("a header field is written as `Name: value`"));
        }
        if NOT_THEIRS.contains(&name.as_str()) {
            return Err(wrong("this header field is the server's to send"));
        }
        headers.push((name, value.to_owned()));
    }
    Ok(headers)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_socket_is_opened_by_who_is_told() {
        let mut wanted = json!({ "channel": { "type": "websocket" } });
        let channel = read(&wanted).unwrap();
        assert_eq!((channel.kind, channel.endpoint.as_str(), channel.payload), (Kind::Websocket, "", None));
        wanted["channel"]["payload"] = "application/fhir+xml".into();
        assert_eq!(read(&wanted).unwrap().payload, Some(Payload::Xml));
        wanted["channel"]["header"] = json!(["Authorization: Bearer x"]);
        assert!(read(&wanted).is_err());
        wanted["channel"] = json!({ "type": "websocket", "payload": "text/plain" });
        assert!(read(&wanted).is_err());
    }

    #[test]
    fn a_mail_goes_to_one_address_and_tells_nothing() {
        let to = |endpoint: &str| json!({ "channel": { "type": "email", "endpoint": endpoint } });
        assert_eq!(read(&to("mailto:a@b.example")).unwrap().kind, Kind::Email);
        for wrong in [
            "a@b.example",
            "mailto:",
            "mailto:a",
            "mailto:a@b.example?subject=x",
            "mailto:a@b.example,c@d.example",
        ] {
            assert!(read(&to(wrong)).is_err(), "{wrong}");
        }
        let mut with_payload = to("mailto:a@b.example");
        with_payload["channel"]["payload"] = "application/fhir+json".into();
        assert!(read(&with_payload).is_err());
    }

    #[test]
    fn a_payload_is_known_by_its_media_type() {
        for (text, payload) in [
            ("application/fhir+json; fhirVersion=4.0", Some(Payload::Json)),
            ("application/json", Some(Payload::Json)),
            ("Application/FHIR+XML", Some(Payload::Xml)),
            ("application/pdf", None),
        ] {
            assert_eq!(media(text), payload, "{text}");
        }
    }
}
