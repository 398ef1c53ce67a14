//! What a Subscription asks for. <https://hl7.org/fhir/R4/subscription.html>

use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use super::channel::{self, Channel};
use crate::fhir::ResourceType;
use crate::fhir::chain::shown;
use crate::fhir::outcome::{Issue, IssueType};

/// Most characters of criteria and of an address.
pub(super) const LONGEST: usize = 4_000;
/// The extensions of the guide that brings topics to R4 begin like this.
const GUIDE: &str = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/";
/// A silence, and the patience for an answer, are no longer than this.
const LONGEST_S: u32 = 31_536_000;

/// What a Subscription asks for, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// What it is told of; any of them is enough.
    pub watches: Vec<Watch>,
    /// How it is told.
    pub channel: Channel,
    /// By which topic; none where it is by criteria.
    #[serde(default)]
    pub topic: Option<Topical>,
}

/// What a Subscription by topic says beside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Topical {
    /// The topic's canonical URL.
    pub url: String,
    /// How much is sent of what happened.
    pub content: Content,
    /// How long it may be silent.
    pub heartbeat_s: Option<u32>,
    /// How long an answer may take.
    pub timeout_s: Option<u32>,
    /// How many events may be told together; one, where it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_count: Option<u32>,
}

/// How much is sent of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    /// Nothing but that something happened.
    Empty,
    /// Where it is.
    IdOnly,
    /// All of it.
    FullResource,
}

impl Content {
    /// The content with that code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        match code {
            "empty" => Some(Self::Empty),
            "id-only" => Some(Self::IdOnly),
            "full-resource" => Some(Self::FullResource),
            _ => None,
        }
    }
}

/// Some changes to resources of a type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watch {
    /// The type.
    pub of_type: String,
    /// Which changes.
    pub changes: Vec<Change>,
    /// A search that the resource must match as it then is.
    pub query: String,
    /// Whether a resource that is gone meets that.
    #[serde(default)]
    pub deleted: bool,
    /// What it must have been like before.
    #[serde(default)]
    pub before: Option<Before>,
    /// An expression that must hold of `%current` and `%previous`.
    #[serde(default)]
    pub fhirpath: Option<String>,
    /// Searches that the resource must match besides, as it is or, when it is gone, was.
    #[serde(default)]
    pub filters: Vec<String>,
}

/// What a resource must have been like before a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Before {
    /// A search that it matched.
    pub query: String,
    /// Whether one that was not there meets that.
    pub created: bool,
    /// Whether what it is like now must hold too; else one of the two is enough.
    pub both: bool,
}

impl Watch {
    /// These changes to resources of a type that match a query.
    pub fn of(of_type: &str, changes: Vec<Change>, query: &str) -> Self {
        Self {
            of_type: of_type.to_owned(),
            changes,
            query: query.to_owned(),
            deleted: false,
            before: None,
            fhirpath: None,
            filters: Vec::new(),
        }
    }
}

/// What happened to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// It was made, or is there again.
    Create,
    /// It was changed.
    Update,
    /// It was deleted.
    Delete,
}

impl Change {
    /// The change with that word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Create, Self::Update, Self::Delete].into_iter().find(|change| change.as_str() == word)
    }

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }

    /// Whether it is the one with that word.
    pub fn is(self, word: &str) -> bool {
        self.as_str() == word
    }
}

impl Wanted {
    /// What the Subscription says. Of one by topic, the topic is given: which changes it is about, where it is known.
    ///
    /// # Errors
    /// What of it cannot be served, and where that stands.
    pub fn read(subscription: &Value, base_url: &str, known: Option<Vec<Watch>>) -> Result<Self, Vec<Issue>> {
        let topic = topic(subscription, base_url);
        let topical = topic.map(|url| topical(subscription, url)).transpose();
        let watches = match topic {
            None => watch(subscription, base_url).map(|watch| vec![watch]),
            Some(_) => filtered(subscription, known),
        };
        match (watches, channel::read(subscription), topical) {
            (Ok(_), Ok(channel), Ok(Some(topic)))
                if topic.heartbeat_s.is_some() && channel.kind == channel::Kind::Email =>
            {
                let text = "a mail says that something happened: there is none to say that nothing did";
                Err(vec![refused(IssueType::NotSupported, "channel.extension", text)])
            }
            (Ok(watches), Ok(channel), Ok(topic)) => Ok(Self { watches, channel, topic }),
            (watches, channel, topical) => {
                Err([watches.err(), channel.err(), topical.err()].into_iter().flatten().collect())
            }
        }
    }

    /// Whether the other is told of the same, wherever and however that is sent.
    pub fn asks_for_the_same(&self, other: &Self) -> bool {
        let topic = |wanted: &Self| wanted.topic.as_ref().map(|topic| topic.url.clone());
        self.watches == other.watches && topic(self) == topic(other)
    }

    /// The types that it watches, each once.
    pub fn types(&self) -> Vec<&str> {
        let mut types: Vec<_> = self.watches.iter().map(|watch| watch.of_type.as_str()).collect();
        types.sort_unstable();
        types.dedup();
        types
    }

    /// As it is kept.
    ///
    /// # Errors
    /// Never, for it is plain text.
    pub fn written(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }
}

/// The canonical URL of the topic that a Subscription names: its criteria are no search, but a URL.
pub fn topic<'a>(subscription: &'a Value, base_url: &str) -> Option<&'a str> {
    let criteria = text(subscription, "/criteria")?.trim();
    let is_search = !base_url.is_empty() && criteria.starts_with(base_url);
    let is_url = Url::parse(criteria).is_ok() && !criteria.contains('?');
    Some(criteria).filter(|_| is_url && !is_search)
}

/// The value of the extension of the guide with this name, among those of an element.
fn extension<'a>(
    subscription: &'a Value,
    pointer: &str,
    name: &'a str,
) -> impl Iterator<Item = &'a Value> + use<'a> {
    let list = subscription.pointer(pointer).and_then(Value::as_array).into_iter().flatten();
    list.filter(move |one| {
        let url = one.get("url").and_then(Value::as_str);
        url.and_then(|url| url.strip_prefix(GUIDE)) == Some(name)
    })
}

/// What one by topic says beside.
fn topical(subscription: &Value, url: &str) -> Result<Topical, Issue> {
    let number = |name: &'static str, value: &str| -> Result<Option<u32>, Issue> {
        let said = extension(subscription, "/channel/extension", name).next();
        let Some(said) = said.and_then(|one| one.get(value)) else { return Ok(None) };
        let number = said.to_string().parse().ok().filter(|number| (1..=LONGEST_S).contains(number));
        let wrong = || refused(IssueType::Value, "channel.extension", format!("{name} is 1 to {LONGEST_S}"));
        number.map(Some).ok_or_else(wrong)
    };
    let seconds = |name: &'static str| number(name, "valueUnsignedInt");
    let content = extension(subscription, "/channel/_payload/extension", "backport-payload-content").next();
    let content = content.and_then(|one| one.get("valueCode")?.as_str());
    let Some(content) = content.and_then(Content::parse) else {
        let text = "a Subscription by topic says by backport-payload-content how much it is sent: empty, id-only or full-resource";
        return Err(refused(IssueType::Required, "channel.payload", text));
    };
    Ok(Topical {
        url: url.to_owned(),
        content,
        heartbeat_s: seconds("backport-heartbeat-period")?,
        timeout_s: seconds("backport-timeout")?,
        max_count: number("backport-max-count", "valuePositiveInt")?,
    })
}

/// What the topic is about, narrowed by the filters.
fn filtered(subscription: &Value, known: Option<Vec<Watch>>) -> Result<Vec<Watch>, Issue> {
    let Some(mut watches) = known else {
        return Err(refused(IssueType::NotFound, "criteria", "there is no topic with this canonical URL"));
    };
    let said = extension(subscription, "/_criteria/extension", "backport-filter-criteria");
    for filter in said.filter_map(|one| one.get("valueString")?.as_str()) {
        if filter.len() > LONGEST || filter.contains('\0') {
            return Err(refused(IssueType::TooLong, "criteria", "a filter is too long"));
        }
        let (of_type, query) = filter.split_once('?').unwrap_or(("", filter));
        let mut is_of_topic = false;
        for watch in watches.iter_mut().filter(|watch| of_type.is_empty() || watch.of_type == of_type) {
            watch.filters.push(query.to_owned());
            is_of_topic = true;
        }
        if !is_of_topic {
            let text = format!("a filter is about {}, and the topic is not", shown(of_type));
            return Err(refused(IssueType::Value, "criteria", text));
        }
    }
    Ok(watches)
}

pub(super) fn text<'a>(subscription: &'a Value, pointer: &str) -> Option<&'a str> {
    subscription.pointer(pointer).and_then(Value::as_str)
}

pub(super) fn refused(code: IssueType, place: &str, text: impl Into<String>) -> Issue {
    Issue::error(code, text).at(format!("Subscription.{place}"))
}

/// `Observation?code=...`: R4 tells of what is made and changed, not of what is deleted.
fn watch(subscription: &Value, base_url: &str) -> Result<Watch, Issue> {
    let criteria = text(subscription, "/criteria").unwrap_or_default().trim();
    if criteria.len() > LONGEST || criteria.contains('\0') {
        return Err(refused(
            IssueType::TooLong,
            "criteria",
            format!("criteria have at most {LONGEST} characters"),
        ));
    }
    let local = criteria.strip_prefix(base_url).filter(|_| !base_url.is_empty());
    let local = local.map_or(criteria, |rest| rest.trim_start_matches('/'));
    let (name, query) = local.split_once('?').unwrap_or((local, ""));
    let Some(of_type) = ResourceType::parse(name) else {
        let text =
            format!("criteria are a search such as Observation?code=1, and {} is no type of R4", shown(name));
        return Err(refused(IssueType::Value, "criteria", text));
    };
    if of_type.as_str() == "AuditEvent" {
        let text = "nobody is told of the audit trail: a search for AuditEvent finds it";
        return Err(refused(IssueType::NotSupported, "criteria", text));
    }
    let changes = vec![Change::Create, Change::Update];
    Ok(Watch::of(of_type.as_str(), changes, query))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const BASE: &str = "https://here.example/fhir";

    fn subscription() -> Value {
        json!({
            "resourceType": "Subscription", "status": "requested", "reason": "a test",
            "criteria": "Observation?code=http://loinc.org|8867-4",
            "channel": { "type": "rest-hook", "endpoint": "https://a.example/hook", "payload": "application/fhir+json",
                "header": ["Authorization: Bearer a:b", "X-One:1"] },
        })
    }

    #[test]
    fn what_cannot_be_served_is_told_by_its_place() {
        for (pointer, value, place) in [
            ("/criteria", json!("Nonsense?code=1"), "criteria"),
            ("/criteria", json!("code=1"), "criteria"),
            ("/criteria", json!("https://elsewhere.example/fhir/Observation?code=1"), "criteria"),
            ("/criteria", json!("AuditEvent?action=R"), "criteria"),
            ("/criteria", json!("Observation?code=".to_owned() + &"1".repeat(LONGEST)), "criteria"),
            ("/channel/type", json!("sms"), "channel.type"),
            ("/channel/type", json!("message"), "channel.type"),
            ("/channel/endpoint", json!(null), "channel.endpoint"),
            ("/channel/endpoint", json!("a.example"), "channel.endpoint"),
            ("/channel/endpoint", json!("ftp://a.example/"), "channel.endpoint"),
            ("/channel/endpoint", json!("https://a:b@a.example/"), "channel.endpoint"),
            ("/channel/payload", json!("text/plain"), "channel.payload"),
            ("/channel/header/0", json!("Authorization"), "channel.header[0]"),
            ("/channel/header/1", json!("a b: c"), "channel.header[1]"),
            ("/channel/header/1", json!("X: a\r\nY: b"), "channel.header[1]"),
            ("/channel/header/1", json!("Host: other.example"), "channel.header[1]"),
        ] {
            let mut wrong = subscription();
            *wrong.pointer_mut(pointer).unwrap() = value;
            let issues = Wanted::read(&wrong, BASE, None).unwrap_err();
            let places: Vec<_> = issues.iter().filter_map(|issue| issue.expression.clone()).collect();
            assert_eq!(places, [format!("Subscription.{place}")], "{pointer}");
        }
        let nothing = Wanted::read(&json!({}), BASE, None).unwrap_err();
        assert_eq!(nothing.len(), 2, "all that is wrong is told");
    }

    #[test]
    fn what_it_asks_for_is_kept_as_it_is() {
        let wanted = Wanted::read(&subscription(), BASE, None).unwrap();
        let kept: Wanted = serde_json::from_str(&wanted.written().unwrap()).unwrap();
        assert_eq!(kept, wanted);
        let [watch] = kept.watches.as_slice() else { panic!("one search") };
        assert_eq!(
            (watch.of_type.as_str(), watch.query.as_str()),
            ("Observation", "code=http://loinc.org|8867-4")
        );
        assert_eq!(kept.channel.headers[0], ("authorization".to_owned(), "Bearer a:b".to_owned()));
        for (criteria, query) in [("Patient", ""), ("https://here.example/fhir/Patient?name=a", "name=a")] {
            let mut other = subscription();
            other["criteria"] = criteria.into();
            assert_eq!(Wanted::read(&other, BASE, None).unwrap().watches[0].query, query, "{criteria}");
        }
    }

    #[test]
    fn one_by_topic_has_the_topics_changes_and_its_own_filters() {
        let mut by_topic = subscription();
        by_topic["criteria"] = "https://a.example/topic".into();
        let topic = || Some(vec![Watch::of("Observation", vec![Change::Delete], "status=final")]);
        assert!(Wanted::read(&by_topic, BASE, topic()).is_err(), "how much it is sent is not said");
        let of = |name: &str| format!("{GUIDE}{name}");
        by_topic["channel"]["_payload"] =
            json!({ "extension": [{ "url": of("backport-payload-content"), "valueCode": "id-only" }] });
        by_topic["channel"]["extension"] =
            json!([{ "url": of("backport-heartbeat-period"), "valueUnsignedInt": 60 }]);
        by_topic["_criteria"] = json!({ "extension": [{ "url": of("backport-filter-criteria"), "valueString": "Observation?code=1" }] });
        assert!(Wanted::read(&by_topic, BASE, None).is_err(), "no such topic");
        let wanted = Wanted::read(&by_topic, BASE, topic()).unwrap();
        assert_eq!(wanted.watches[0].filters, ["code=1"]);
        let said = wanted.topic.unwrap();
        assert_eq!((said.content, said.heartbeat_s, said.timeout_s), (Content::IdOnly, Some(60), None));
        by_topic["_criteria"]["extension"][0]["valueString"] = "Patient?name=a".into();
        assert!(Wanted::read(&by_topic, BASE, topic()).is_err(), "the topic is not about patients");
        by_topic["channel"]["extension"][0]["valueUnsignedInt"] = 0.into();
        assert_eq!(Wanted::read(&by_topic, BASE, topic()).unwrap_err().len(), 2);
    }
}
