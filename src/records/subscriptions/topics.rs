//! Topics: what Subscriptions by topic may ask for.
//! <https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/components.html#subscription-topics>
//!
//! The server has one of its own for each type. A tenant stores others as Basic with the code `SubscriptionTopic` and R5's elements as
//! extensions, as the guide has it for R4. A Subscription keeps the topic as it was when it was asked for.

use serde_json::Value;

use super::wanted::{Before, Change, Watch};
use crate::fhir::ResourceType;
use crate::fhir::chain::shown;
use crate::fhir::definitions::resource_types;
use crate::fhir::fhirpath::Expression;
use crate::fhir::outcome::{Issue, IssueType};
use crate::identity::Caller;
use crate::records::parameters::Parameters;
use crate::records::{Error, Records, Version};
use crate::storage::subscriptions::topics as topic_rows;
use crate::storage::{Connection, TenantId};

/// The canonical URLs of the server's own topics begin like this, and end with a type.
const OWN: &str = "https://hygeia.health/fhir/SubscriptionTopic/";
/// The code system of the code that says that a Basic is a topic.
const TYPES: &str = "http://hl7.org/fhir/fhir-types";
/// So many triggers a topic has at most.
const MOST_TRIGGERS: usize = 20;
/// Most characters of a query and of an expression.
const LONGEST: usize = 4_000;

/// The type whose resources may stand for topics.
pub(in crate::records) const BASIC: &str = "Basic";

/// A topic that a tenant stores.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Topic {
    /// Its canonical URL.
    pub url: String,
    /// Its version, by which a Subscription may name it.
    pub version: Option<String>,
    /// Which changes it is about.
    pub watches: Vec<Watch>,
}

/// The canonical URLs of the server's own topics.
pub fn own() -> impl Iterator<Item = String> {
    resource_types().filter(|of_type| is_told(of_type.as_str())).map(|of_type| format!("{OWN}{of_type}"))
}

/// Whether anybody is told of resources of the type.
fn is_told(name: &str) -> bool {
    !matches!(name, "AuditEvent" | "Parameters")
}

/// What one of the server's own topics is about: whatever happens to resources of its type.
pub(super) fn watches_of_own(url: &str) -> Option<Vec<Watch>> {
    let of_type = ResourceType::parse(url.strip_prefix(OWN)?).filter(|of_type| is_told(of_type.as_str()))?;
    let changes = vec![Change::Create, Change::Update, Change::Delete];
    Some(vec![Watch { deleted: true, ..Watch::of(of_type.as_str(), changes, "") }])
}

/// Whether a Basic stands for a topic.
pub(in crate::records) fn is_topic(resource: &Value) -> bool {
    let codings = resource.pointer("/code/coding").and_then(Value::as_array).into_iter().flatten();
    let text = |coding: &Value, name: &str| coding.get(name).and_then(Value::as_str).map(str::to_owned);
    codings.into_iter().any(|coding| {
        text(coding, "system").as_deref() == Some(TYPES)
            && text(coding, "code").as_deref() == Some("SubscriptionTopic")
    })
}

impl Topic {
    /// What a Basic says; none where it is retired, or has no URL.
    ///
    /// # Errors
    /// What of it cannot be served.
    pub(super) fn read(basic: &Value) -> Result<Option<Self>, Vec<Issue>> {
        let status = extension(basic, "modifierExtension", "status")
            .or_else(|| extension(basic, "extension", "status"));
        let url = extension(basic, "extension", "url").and_then(|one| text(one, "valueUri"));
        let Some(url) = url else { return Ok(None) };
        if status.and_then(|status| text(status, "valueCode")) == Some("retired") {
            return Ok(None);
        }
        let refused = |text: &str| vec![Issue::error(IssueType::Value, text).at("Basic.extension")];
        if url.starts_with(OWN) {
            return Err(refused("this canonical URL is one of the server's own topics"));
        }
        let triggers: Vec<_> = all(basic, "extension", "resourceTrigger").collect();
        if triggers.is_empty() || triggers.len() > MOST_TRIGGERS {
            return Err(refused("a topic has 1 to 20 resourceTriggers"));
        }
        let watches: Result<Vec<_>, Issue> = triggers.into_iter().map(watch).collect();
        let version = extension(basic, "extension", "version").and_then(|one| text(one, "valueString"));
        let version = version.map(str::to_owned);
        Ok(Some(Self { url: url.to_owned(), version, watches: watches.map_err(|issue| vec![issue])? }))
    }
}

/// Which changes a topic is about: one of the server's own, or of the tenant.
pub(super) async fn watches_of_topic(
    connection: &mut Connection,
    tenant: TenantId,
    url: &str,
) -> Result<Option<Vec<Watch>>, Error> {
    if let Some(own) = watches_of_own(url) {
        return Ok(Some(own));
    }
    let (url, version) = url.split_once('|').map_or((url, None), |(url, version)| (url, Some(version)));
    let stored = topic_rows::watches(connection, tenant, (url, version)).await?;
    stored.map(|text| serde_json::from_str(&text)).transpose().map_err(Error::internal)
}

impl Records {
    /// Has what is kept of a topic follow this version of the Basic that stands for it.
    ///
    /// # Errors
    /// When it is about what cannot be served.
    pub(in crate::records) async fn follow_topic(
        &self,
        connection: &mut Connection,
        caller: &Caller,
        parameters: &Parameters,
        version: &Version,
    ) -> Result<(), Error> {
        let tenant = caller.tenant;
        let topic = match &version.body {
            None => None,
            Some(body) => {
                let basic: Value = serde_json::from_str(body).map_err(Error::internal)?;
                let read = is_topic(&basic).then(|| Topic::read(&basic)).transpose();
                read.map_err(Error::Unprocessable)?.flatten()
            }
        };
        let Some(topic) = topic else {
            // What is new was none before.
            if version.number > 1 {
                topic_rows::remove(connection, tenant, &version.id).await?;
            }
            return Ok(());
        };
        for watch in &topic.watches {
            // Whoever asks by it is held to their own rights.
            let system = Caller::system(tenant, caller.surface);
            if let Err(Error::BadRequest(code, text)) = self.watched(parameters, &system, watch) {
                return Err(Error::Unprocessable(vec![Issue::error(code, text).at("Basic.extension")]));
            }
        }
        let watches = serde_json::to_string(&topic.watches).map_err(Error::internal)?;
        let topic = (topic.url.as_str(), topic.version.as_deref(), watches.as_str());
        Ok(topic_rows::put(connection, tenant, &version.id, topic).await?)
    }

    /// The canonical URLs of all topics that the tenant's Subscriptions may name, for who describes the server.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn topics(&self, tenant: TenantId) -> Result<Vec<String>, Error> {
        let mut connection = self.store.alone(tenant).await?;
        let stored = topic_rows::urls(&mut connection, tenant, MOST_TOPICS).await;
        let stored = connection.finish(stored).await?;
        Ok(stored.into_iter().chain(own()).collect())
    }
}

/// The canonical URLs of the topics of every server like this.
pub fn own_topics() -> Vec<String> {
    own().collect()
}

/// So many topics of a tenant's own are listed.
const MOST_TOPICS: i64 = 1_000;

/// One trigger.
fn watch(trigger: &Value) -> Result<Watch, Issue> {
    let refused = |text: String| Issue::error(IssueType::Value, text).at("Basic.extension");
    let resource = inner(trigger, "resource").and_then(|one| text(one, "valueUri")).unwrap_or_default();
    let name = resource.rsplit('/').next().unwrap_or_default();
    let of_type = ResourceType::parse(name)
        .filter(|of_type| is_told(of_type.as_str()))
        .ok_or_else(|| refused(format!("resourceTrigger: nobody is told of {}", shown(name))))?;
    let said = parts(trigger, "supportedInteraction").filter_map(|one| text(one, "valueCode"));
    let changes: Option<Vec<_>> = said.map(Change::parse).collect();
    let mut changes =
        changes.ok_or_else(|| refused("supportedInteraction is create, update or delete".to_owned()))?;
    if changes.is_empty() {
        changes = vec![Change::Create, Change::Update, Change::Delete];
    }
    let mut watch = Watch::of(of_type.as_str(), changes, "");
    // Where nothing is asked of the resource as it is, one that is gone meets it.
    watch.deleted = true;
    if let Some(criteria) = inner(trigger, "queryCriteria") {
        let query = |name: &str| {
            let query = inner(criteria, name).and_then(|one| text(one, "valueString"));
            query.map(|query| query.split_once('?').map_or(query, |(_, query)| query).to_owned())
        };
        let passes = |name: &str| {
            let said = inner(criteria, name).and_then(|one| text(one, "valueCode"));
            said == Some("test-passes")
        };
        let both = inner(criteria, "requireBoth").and_then(|one| one.get("valueBoolean")?.as_bool());
        let current = query("current");
        watch.deleted = if current.is_some() { passes("resultForDelete") } else { true };
        let is_only_before = current.is_none();
        watch.query = current.unwrap_or_default();
        watch.before = query("previous").map(|query| Before {
            query,
            created: passes("resultForCreate"),
            // Where nothing is asked of what is, what was decides.
            both: both.unwrap_or(false) || is_only_before,
        });
    }
    if let Some(written) = inner(trigger, "fhirPathCriteria").and_then(|one| text(one, "valueString")) {
        Expression::parse(written).map_err(|_| refused("fhirPathCriteria is no FHIRPath".to_owned()))?;
        watch.fhirpath = Some(written.to_owned());
    }
    let before = watch.before.as_ref().map_or(0, |before| before.query.len());
    let longest = watch.query.len().max(before).max(watch.fhirpath.as_ref().map_or(0, String::len));
    if longest > LONGEST {
        return Err(refused(format!("criteria have at most {LONGEST} characters")));
    }
    Ok(watch)
}

fn text<'a>(extension: &'a Value, name: &str) -> Option<&'a str> {
    extension.get(name).and_then(Value::as_str)
}

/// The extensions that stand for an element of R5's SubscriptionTopic, by whichever release they are named.
fn all<'a>(basic: &'a Value, list: &str, element: &str) -> impl Iterator<Item = &'a Value> {
    let end = format!("/StructureDefinition/extension-SubscriptionTopic.{element}");
    let list = basic.get(list).and_then(Value::as_array).into_iter().flatten();
    list.filter(move |one| {
        text(one, "url").is_some_and(|url| url.starts_with("http://hl7.org/fhir/") && url.ends_with(&end))
    })
}

fn extension<'a>(basic: &'a Value, list: &str, element: &str) -> Option<&'a Value> {
    all(basic, list, element).next()
}

/// The extensions of this name within one.
fn parts<'a>(extension: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    let inner = extension.get("extension").and_then(Value::as_array).into_iter().flatten();
    inner.filter(move |one| text(one, "url") == Some(name))
}

fn inner<'a>(extension: &'a Value, name: &str) -> Option<&'a Value> {
    parts(extension, name).next()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn basic() -> Value {
        let of = |element: &str| {
            format!("http://hl7.org/fhir/5.0/StructureDefinition/extension-SubscriptionTopic.{element}")
        };
        json!({
            "resourceType": "Basic",
            "code": { "coding": [{ "system": TYPES, "code": "SubscriptionTopic" }] },
            "modifierExtension": [{ "url": of("status"), "valueCode": "active" }],
            "extension": [
                { "url": of("url"), "valueUri": "urn:topic:done" },
                { "url": "http://hl7.org/fhir/4.3/StructureDefinition/extension-SubscriptionTopic.resourceTrigger", "extension": [
                    { "url": "resource", "valueUri": "http://hl7.org/fhir/StructureDefinition/Encounter" },
                    { "url": "supportedInteraction", "valueCode": "create" },
                    { "url": "supportedInteraction", "valueCode": "update" },
                    { "url": "queryCriteria", "extension": [
                        { "url": "previous", "valueString": "status:not=finished" },
                        { "url": "resultForCreate", "valueCode": "test-passes" },
                        { "url": "current", "valueString": "Encounter?status=finished" },
                        { "url": "requireBoth", "valueBoolean": true },
                    ] },
                    { "url": "fhirPathCriteria", "valueString": "%current.status = 'finished'" },
                ] },
            ],
        })
    }

    #[test]
    fn a_topic_is_read_from_its_extensions() {
        assert!(is_topic(&basic()) && !is_topic(&json!({ "code": { "text": "SubscriptionTopic" } })));
        let topic = Topic::read(&basic()).unwrap().unwrap();
        let expected = Watch {
            query: "status=finished".to_owned(),
            before: Some(Before { query: "status:not=finished".to_owned(), created: true, both: true }),
            fhirpath: Some("%current.status = 'finished'".to_owned()),
            ..Watch::of("Encounter", vec![Change::Create, Change::Update], "")
        };
        assert_eq!((topic.url.as_str(), topic.watches), ("urn:topic:done", vec![expected]));
        let mut retired = basic();
        retired["modifierExtension"][0]["valueCode"] = "retired".into();
        assert_eq!(Topic::read(&retired).unwrap(), None);
    }

    #[test]
    fn what_cannot_be_served_is_refused() {
        for (pointer, value) in [
            ("/extension/0/valueUri", json!("https://hygeia.health/fhir/SubscriptionTopic/Patient")),
            ("/extension/1/url", json!("urn:other")),
            ("/extension/1/extension/0/valueUri", json!("http://hl7.org/fhir/StructureDefinition/Dog")),
            ("/extension/1/extension/0/valueUri", json!("AuditEvent")),
            ("/extension/1/extension/1/valueCode", json!("look")),
            ("/extension/1/extension/4/valueString", json!("status = ")),
            ("/extension/1/extension/3/extension/0/valueString", json!("a".repeat(LONGEST + 1))),
        ] {
            let mut wrong = basic();
            *wrong.pointer_mut(pointer).unwrap() = value;
            assert!(Topic::read(&wrong).is_err(), "{pointer}");
        }
    }

    #[test]
    fn each_type_but_the_trail_has_a_topic_of_the_servers_own() {
        assert!(own().count() > 140 && own().any(|url| url.ends_with("/Patient")));
        assert!(own().all(|url| watches_of_own(&url).is_some()));
        for url in ["https://hygeia.health/fhir/SubscriptionTopic/AuditEvent", "urn:topic", OWN] {
            assert_eq!(watches_of_own(url), None, "{url}");
        }
    }
}
