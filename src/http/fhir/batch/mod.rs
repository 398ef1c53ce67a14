//! `POST [base]`: several requests in one, each by itself (batch) or all or none (transaction).
//! <https://hl7.org/fhir/R4/http.html#transaction>

mod address;
mod answers;
mod entries;
mod reads;

use actix_web::{HttpRequest, HttpResponse, routes, web};
use serde_json::Value;
use tokio::task::spawn_blocking;

use super::body::Resource;
use super::bundle::Bundle;
use super::caller::Client;
use super::errors::Refusal;
use super::interaction::Named;
use super::prefer::{self, Return};
use super::{BaseUrl, answer};
use crate::fhir::ResourceType;
use crate::records::audit::Refusal as Refused;
use crate::records::bundle::{Entry, MOST_ANSWERED_BYTES, too_long};
use crate::records::{Error, Records, Written};
use answers::IsOwn;
use entries::{Asked, Kind, Read, Request, Requests};
use reads::Found;

/// Does the requests of a Bundle: of a batch each by itself, of a transaction all or none.
#[utoipa::path(post, path = "", tag = "fhir", operation_id = "run_bundle", request_body(content = Object, content_type = "application/fhir+json"),
    params(("Prefer" = Option<String>, Header, description = "`return=minimal` (the default here), `return=representation` or `return=OperationOutcome`"),
        ("X-Provenance" = Option<String>, Header, description = "A Provenance in JSON without `target`: it is stored with what is written")),
    responses((status = 200, description = "A Bundle of type `batch-response` or `transaction-response`: an entry for each, in their order", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "Not a batch or transaction; or an entry of the transaction is wrong: an OperationOutcome says which"),
        (status = 401, description = "No access token that holds"), (status = 403, description = "The token's scopes do not allow an entry of the transaction"),
        (status = 404, description = "What an entry of the transaction is about is not there"),
        (status = 409, description = "Other requests changed the same resources at the same time"),
        (status = 412, description = "A condition of the transaction does not hold, or a conditional reference does not match one resource"),
        (status = 422, description = "A patch of the transaction cannot be applied")),
    security(("access_token" = [])))]
#[routes]
#[post("")]
#[post("/")]
pub async fn run_bundle(
    request: HttpRequest,
    client: Client,
    body: Resource,
    records: web::Data<Records>,
    base: web::Data<BaseUrl>,
) -> Result<HttpResponse, Refusal> {
    let wanted = prefer::asked(&request).unwrap_or(Return::Minimal);
    let doing = Doing { client: &client, base: &base, wanted, strict: prefer::is_strict(&request) };
    let text = doing.all(&records, body.0).await?;
    Ok(HttpResponse::Ok().content_type(answer::CONTENT_TYPE).body(text))
}

/// Does the requests of a Bundle that came in another way than by a request; gives the Bundle of their answers, as text.
///
/// # Errors
/// When it is no batch or transaction, or an entry of a transaction is refused.
pub async fn run(records: &Records, client: &Client, base: &BaseUrl, bundle: Value) -> Result<String, Error> {
    let doing = Doing { client, base, wanted: Return::Minimal, strict: false };
    doing.all(records, bundle).await
}

/// What all entries share.
struct Doing<'a> {
    client: &'a Client,
    base: &'a BaseUrl,
    wanted: Return,
    strict: bool,
}

impl Doing<'_> {
    async fn all(&self, records: &Records, bundle: Value) -> Result<String, Error> {
        let length = bundle.get("entry").and_then(Value::as_array).map_or(0, Vec::len);
        let url = self.base.0.clone();
        let read = move || entries::read(bundle, &url);
        // Many entries would hold up every other request of this thread.
        let Requests { kind, entries } = match length {
            0..64 => read()?,
            _ => spawn_blocking(read).await.map_err(Error::internal)??,
        };
        match kind {
            Kind::Batch => self.batch(records, entries).await,
            Kind::Transaction => self.transaction(records, entries).await,
        }
    }

    async fn batch(&self, records: &Records, requests: Vec<Request>) -> Result<String, Error> {
        let mut bundle = Bundle::new("batch-response", None, &[]);
        let records = &records.batch();
        for Request { named, asked, at } in requests {
            // A change that is done cannot be taken back because its answer is long: what comes next is not begun.
            let is_full = bundle.size_bytes() > MOST_ANSWERED_BYTES;
            let done = if is_full { Err(too_long()) } else { self.one(records, asked, &mut bundle).await };
            if let Err(error) = done {
                let refused = if error.status().0 >= 500 { Refused::Failed } else { Refused::Refused };
                let Named { interaction, resource_type, id } = &named;
                let caller = &self.client.0;
                records.audit_refusal(caller, interaction, refused, *resource_type, id.as_deref()).await?;
                answers::refusal(&mut bundle, &error.in_entry(at));
            }
        }
        records.end_batch(&self.client.0).await?;
        Ok(bundle.finish())
    }

    /// One entry of a batch: a transaction of its own.
    async fn one(
        &self,
        records: &Records,
        asked: Result<Asked, Error>,
        bundle: &mut Bundle,
    ) -> Result<(), Error> {
        match asked? {
            Asked::Read(read) => {
                answers::read(bundle, &self.found(records, &read).await?);
            }
            Asked::Change(entry) => {
                let about = (entry.resource_type, IsOwn::of(&entry.wanted));
                let size = (self.base.0.as_str(), 1);
                let done = records.transaction(&self.client.0, vec![*entry], size, async |_, _| Ok(()));
                for written in done.await?.0 {
                    self.change(records, bundle, about, &written)?;
                }
            }
        }
        Ok(())
    }

    async fn transaction(&self, records: &Records, requests: Vec<Request>) -> Result<String, Error> {
        let size = requests.len();
        let mut order = Vec::with_capacity(size);
        let mut changes: Vec<Entry> = Vec::with_capacity(size);
        for Request { at, asked, .. } in requests {
            order.push(match asked.map_err(|error| error.in_entry(at))? {
                Asked::Change(entry) => {
                    let about = (entry.resource_type, IsOwn::of(&entry.wanted));
                    changes.push(*entry);
                    (at, Told::Change(about))
                }
                Asked::Read(read) => (at, Told::Read(read)),
            });
        }
        let answer = async |within: &Records, written: &[Written]| self.answer(&order, within, written).await;
        let done = records.transaction(&self.client.0, changes, (&self.base.0, size), answer).await?;
        Ok(done.1)
    }

    /// The answers in the order of the requests. The reads are done as their turn comes, all changes are by then.
    async fn answer(
        &self,
        order: &[(usize, Told)],
        within: &Records,
        written: &[Written],
    ) -> Result<String, Error> {
        let mut bundle = Bundle::new("transaction-response", None, &[]);
        let mut written = written.iter();
        for (at, told) in order {
            match told {
                Told::Change(about) => {
                    for written in written.by_ref().take(1) {
                        self.change(within, &mut bundle, *about, written)?;
                    }
                }
                Told::Read(read) => {
                    let found = self.found(within, read).await.map_err(|error| error.in_entry(*at))?;
                    answers::read(&mut bundle, &found);
                }
            }
            if bundle.size_bytes() > MOST_ANSWERED_BYTES {
                return Err(too_long().in_entry(*at));
            }
        }
        Ok(bundle.finish())
    }

    /// Adds the answer to a change.
    fn change(
        &self,
        records: &Records,
        bundle: &mut Bundle,
        (resource_type, is_own): (ResourceType, IsOwn),
        written: &Written,
    ) -> Result<(), Error> {
        let may_see = match &written.stored {
            Some(stored) => is_own.0 || records.shows(&self.client.0, stored)?,
            None => false,
        };
        answers::change(bundle, resource_type, written, (self.wanted, may_see), self.base);
        Ok(())
    }

    async fn found(&self, records: &Records, read: &Read) -> Result<Found, Error> {
        reads::found(read, records, self.client, self.base, self.strict).await
    }
}

/// An entry of a transaction, by what its answer tells.
enum Told {
    /// What a change did.
    Change((ResourceType, IsOwn)),
    /// What a read finds.
    Read(Read),
}
