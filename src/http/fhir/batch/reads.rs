//! GET and HEAD within a Bundle.

use serde_json::{Value, json};

use super::address::{Address, Path};
use super::entries::Read;
use crate::fhir::ResourceType;
use crate::http::fhir::caller::Client;
use crate::http::fhir::shown::Shown;
use crate::http::fhir::{BaseUrl, answer, format, history, metadata, search};
use crate::records::history::Of;
use crate::records::search::Within;
use crate::records::{Error, Records, Stored};

/// The answer to a read, as an entry of the Bundle that answers.
pub struct Found {
    /// The address of the resource that was read.
    pub full_url: Option<String>,
    /// Its JSON text.
    pub resource: Option<String>,
    /// `Bundle.entry.response`.
    pub response: Value,
}

/// Reads what is asked for. The rows of reads that are done are audited as ever.
///
/// # Errors
/// Those of the interaction.
pub async fn found(
    read: &Read,
    records: &Records,
    client: &Client,
    base: &BaseUrl,
    strict: bool,
) -> Result<Found, Error> {
    let Address { path, query } = &read.address;
    let query = query.as_deref().unwrap_or_default();
    let caller = &client.0;
    let searched = async |within: Within| {
        // The Bundle as a whole has one format.
        let parameters = form_urlencoded::parse(query.as_bytes())
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .filter(|(name, _)| !format::PARAMETERS.contains(&name.as_str()))
            .collect();
        search::searched(&within, parameters, Vec::new(), strict, client, records, base).await
    };
    let text = match path {
        Path::Instance(resource_type, id) => {
            let stored = records.read(caller, *resource_type, id).await?;
            let stored = whole(read, stored, client, records).await?;
            return one(read, &stored, *resource_type, query, base);
        }
        Path::Version(resource_type, id, version) => {
            let version = version.parse().map_err(|_| Error::NotFound)?;
            let stored = records.vread(caller, *resource_type, id, version).await?;
            let stored = whole(read, stored, client, records).await?;
            return one(read, &stored, *resource_type, query, base);
        }
        Path::System => searched(Within { resource_type: None, compartment: None }).await,
        Path::Type(resource_type) => {
            searched(Within { resource_type: Some(*resource_type), compartment: None }).await
        }
        Path::Compartment(of, id, resource_type) => {
            let compartment = Some((*of, id.clone()));
            searched(Within { resource_type: *resource_type, compartment }).await
        }
        Path::History(resource_type, id) => {
            history::told(&Of::Instance(*resource_type, id.clone()), query, client, records, base).await
        }
        Path::TypeHistory(resource_type) => {
            history::told(&Of::Type(*resource_type), query, client, records, base).await
        }
        Path::SystemHistory => history::told(&Of::System, query, client, records, base).await,
        Path::Metadata => {
            let parameters = records.parameters(caller.tenant).await?;
            let topics = records.topics(caller.tenant).await?;
            Ok(metadata::capabilities(&base.0, &parameters, &topics).to_string())
        }
    };
    let text = text.map_err(|refusal| refusal.0)?;
    Ok(Found {
        full_url: None,
        resource: (!read.head).then_some(text),
        response: json!({ "status": "200 OK" }),
    })
}

/// A Binary with its bytes, where these are to be shown and are kept beside it.
async fn whole(read: &Read, stored: Stored, client: &Client, records: &Records) -> Result<Stored, Error> {
    let is_shown = stored.resource_type == "Binary" && !read.head && !read.known.is(&stored);
    if is_shown { records.with_data(&client.0, stored).await } else { Ok(stored) }
}

fn one(
    read: &Read,
    stored: &Stored,
    resource_type: ResourceType,
    query: &str,
    base: &BaseUrl,
) -> Result<Found, Error> {
    let is_known = read.known.is(stored);
    let shown = Shown::of_query(query).map_err(|refusal| refusal.0)?;
    let body = if is_known || read.head { None } else { Some(shown.body(stored)?.into_owned()) };
    Ok(Found {
        full_url: Some(format!("{}/{resource_type}/{}", base.0, stored.id)),
        resource: body,
        response: json!({
            "status": if is_known { "304 Not Modified" } else { "200 OK" },
            "etag": answer::etag(stored.version),
            "lastModified": answer::instant(stored.updated),
        }),
    })
}
