//! Fetching the files of a study from the addresses that the client gave.

use serde_json::Value;
use url::Url;

use super::{BEGUN, FETCHED, Outcome, Reviewer, TRIES};
use crate::core::Secret;
use crate::identity::Caller;
use crate::platform::egress::NotFetched;
use crate::platform::queue::Claim;
use crate::records::along::{Addresses, Along};
use crate::records::errands::Purpose;
use crate::records::{Beside, Error, Write};
use crate::vendors::hemato::errors::Refusal;
use crate::vendors::hemato::store::{ATTEMPTS, all, current, unless_late, update};
use crate::vendors::hemato::studies::Study;
use crate::vendors::hemato::studies::document::{Sample, some};
use crate::vendors::hemato::studies::make::by_proxy;
use crate::vendors::hemato::to_fhir::study::{about, patient, sampled};
use crate::vendors::hemato::uploads::keep::keep;
use crate::vendors::hemato::uploads::kind::{Kind, harmless};
use crate::vendors::hemato::uploads::spool::Filling;
use crate::vendors::hemato::uploads::{ARCHIVE_LIMIT_BYTES, IMAGE_LIMIT_BYTES, Received};
use crate::vendors::hemato::{addresses, body, wire};

/// So many redirects are followed.
const REDIRECTS: u8 = 3;
/// The longest list.
const LIST_BYTES: u64 = 1024 * 1024;

/// Why a file did not come: the other server, or what came.
enum Fault {
    NotFetched(NotFetched),
    Refused(Refusal),
}

impl From<NotFetched> for Fault {
    fn from(fault: NotFetched) -> Self {
        Self::NotFetched(fault)
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl Fault {
    /// Whether it is to be tried again by this job: the other server may answer then.
    fn may_pass(&self, claim: &Claim) -> bool {
        matches!(self, Self::NotFetched(fault) if fault.may_pass() && claim.tries() < TRIES)
    }

    /// What is to be said of it; a fault of ours is none of the file's.
    fn told(self) -> Result<String, Refusal> {
        match self {
            Self::NotFetched(fault) => Ok(fault.to_string()),
            Self::Refused(refusal @ (Refusal::Unavailable | Refusal::Internal(_))) => Err(refusal),
            Self::Refused(refusal) => Ok(refusal.to_string()),
        }
    }
}

impl Reviewer {
    /// Whether there is anything to be fetched.
    pub(super) async fn is_to_fetch(&self, caller: &Caller, study: &Study) -> Result<bool, Refusal> {
        for purpose in [Purpose::List, Purpose::File] {
            if !self.records.addresses(caller, &study.id, purpose).await?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Fetches what is to be fetched, and keeps it. Says that there can be no review, and why, where something did not come.
    pub(super) async fn fetch(
        &self,
        caller: &Caller,
        claim: &Claim,
        study: &Study,
    ) -> Result<Option<Outcome>, Refusal> {
        let list = self.records.addresses(caller, &study.id, Purpose::List).await?;
        if let Some(list) = list.first()
            && let Err(fault) = self.list(caller, study, list).await
        {
            let (may_pass, fault) = (fault.may_pass(claim), fault.told()?);
            if may_pass {
                return Err(Refusal::Invalid(fault));
            }
            let reason = format!("the list of files: {fault}");
            return Ok(Some(Outcome::NotFetched(reason, Vec::new())));
        }
        let files = self.records.addresses(caller, &study.id, Purpose::File).await?;
        let count = files.len();
        for (at, address) in files.iter().enumerate() {
            if let Err(fault) = self.file(caller, &study.id, address).await {
                let number = at.saturating_add(1);
                let (may_pass, fault) = (fault.may_pass(claim), fault.told()?);
                if may_pass {
                    return Err(Refusal::Invalid(fault));
                }
                let reason = format!("file {number} of {count}: {fault}");
                return Ok(Some(Outcome::NotFetched(reason, vec![fault])));
            }
            if at.saturating_add(1) == count {
                self.received(caller, &study.id).await?;
                break;
            }
            // Whoever goes on after this process begins with the next.
            let rest: Vec<_> =
                files.iter().skip(at.saturating_add(1)).map(|one| one.expose().clone()).collect();
            self.records.keep_addresses(caller, &study.id, Purpose::File, &rest).await?;
            let share = at.saturating_mul(FETCHED - BEGUN).checked_div(count).unwrap_or_default();
            let percent = u8::try_from(share.saturating_add(BEGUN)).unwrap_or(u8::MAX);
            self.surroundings.queue.advance(claim, percent).await?;
        }
        Ok(None)
    }

    /// Reads the list of files, and notes what it says of the sample.
    async fn list(&self, caller: &Caller, study: &Study, address: &Secret<String>) -> Result<(), Fault> {
        let url = addresses::parsed("list_url", address.expose())?;
        let mut text = Vec::new();
        let mut download = self.surroundings.egress.open(url, REDIRECTS).await?;
        while let Some(part) = download.next(LIST_BYTES).await? {
            text.extend_from_slice(&part);
        }
        let document: wire::FilesDocument = body::read(&text)?;
        let sample = Sample::checked(&document)?;
        let files = document.files.unwrap_or_default();
        some(&files)?;
        let mut all = Vec::new();
        for file in &files {
            all.push(String::from(addresses::checked(&self.surroundings.egress, "files", file).await?));
        }
        let callback = match &document.callback_url {
            Some(text) => {
                vec![String::from(addresses::checked(&self.surroundings.egress, "callback_url", text).await?)]
            }
            None => Vec::new(),
        };
        Ok(self.listed(caller, &study.id, &sample, (&all, &callback)).await?)
    }

    /// Notes what a list said; from then on the list is not needed.
    async fn listed(
        &self,
        caller: &Caller,
        id: &str,
        sample: &Sample,
        (files, callback): (&[String], &[String]),
    ) -> Result<(), Refusal> {
        for _ in 0..ATTEMPTS {
            let Some(study) = self.wanted(caller, id).await? else { return Ok(()) };
            let (mut writes, patient) = match &sample.proxy {
                Some(proxy) => self.patient(caller, proxy).await?,
                None => (Vec::new(), None),
            };
            if let Some(specimen) = current(&self.records, caller, "Specimen", id).await? {
                let mut resource = specimen.json()?;
                sampled(&mut resource, sample.id.as_deref(), sample.taken);
                writes.push(update(&specimen, of(resource, patient.as_deref())));
            }
            writes.push(update(&study.stored, of(study.request.clone(), patient.as_deref())));
            writes.push(update(&study.task, of(study.asked.clone(), patient.as_deref())));
            let addresses = |purpose, all: &[String], unless_known| Addresses {
                subject: id.to_owned(),
                purpose,
                all: all.to_vec(),
                unless_known,
            };
            let addresses = vec![
                addresses(Purpose::Callback, callback, true),
                addresses(Purpose::File, files, false),
                addresses(Purpose::List, &[], false),
            ];
            let along = Along { addresses, ..Along::default() };
            if unless_late(self.records.transact_along(caller, writes, &Beside::default(), along).await)?
                .is_some()
            {
                return Ok(());
            }
        }
        Err(Refusal::Unavailable)
    }

    /// A reference to the Patient whom a proxy stands for, with what makes one where there is none.
    async fn patient(&self, caller: &Caller, proxy: &str) -> Result<(Vec<Write>, Option<String>), Error> {
        let known = all(&self.records, caller, "Patient", &by_proxy(proxy)).await?;
        if let Some(known) = known.first() {
            return Ok((Vec::new(), Some(format!("Patient/{}", known.id))));
        }
        let id = self.records.new_id();
        let reference = format!("Patient/{id}");
        Ok((vec![Write::Create { resource: patient(proxy), id: Some(id) }], Some(reference)))
    }

    /// Fetches a file and keeps what it is or holds.
    async fn file(&self, caller: &Caller, id: &str, address: &Secret<String>) -> Result<(), Fault> {
        let url = addresses::parsed("files", address.expose())?;
        let title = name(&url);
        let mut filling = Filling::begin(ARCHIVE_LIMIT_BYTES).await?;
        let mut head = Vec::new();
        let mut download = self.surroundings.egress.open(url, REDIRECTS).await?;
        while let Some(part) = download.next(ARCHIVE_LIMIT_BYTES).await? {
            if head.len() < 16 {
                head.extend(part.iter().take(16));
            }
            filling.add(&part).await?;
        }
        let spool = filling.finish().await?;
        let none =
            || Refusal::Invalid("it is neither a JPEG nor a PNG picture, nor an archive of these".to_owned());
        let kind = Kind::of_content(&head).ok_or_else(none)?;
        if matches!(kind, Kind::Image(_)) && spool.length() > IMAGE_LIMIT_BYTES {
            return Err(
                Refusal::Invalid(format!("The image is larger than {IMAGE_LIMIT_BYTES} bytes.")).into()
            );
        }
        let received = Received::of(spool, kind, title).await?;
        for _ in 0..ATTEMPTS {
            let Some(study) = self.wanted(caller, id).await? else { return Ok(()) };
            let kept = keep(&self.records, caller, &study, &received, &self.context()).await;
            if unless_late(kept)?.is_some() {
                return Ok(());
            }
        }
        Err(Refusal::Unavailable.into())
    }
}

/// The same, about that Patient where there is one.
fn of(resource: Value, patient: Option<&str>) -> Value {
    match patient {
        Some(patient) => about(resource, patient),
        None => resource,
    }
}

/// What is harmless of the last part of an address's path.
fn name(url: &Url) -> Option<String> {
    url.path_segments()?.next_back().and_then(harmless)
}
