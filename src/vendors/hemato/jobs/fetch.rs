//! Fetching the files of a study from the addresses that the client gave.

use serde_json::Value;
use url::Url;

use super::callback::Missing;
use super::{BEGUN, FETCHED, Outcome, Reviewer, TRIES};
use crate::core::Secret;
use crate::identity::Caller;
use crate::platform::egress::NotFetched;
use crate::platform::queue::Claim;
use crate::records::along::{Addresses, Along};
use crate::records::bundle::Entry;
use crate::records::errands::Purpose;
use crate::records::{Error, Records, Written};
use crate::vendors::hemato::errors::Refusal;
use crate::vendors::hemato::store::{ATTEMPTS, all, current, unless_late};
use crate::vendors::hemato::studies::Study;
use crate::vendors::hemato::studies::document::{Sample, some};
use crate::vendors::hemato::studies::make::{by_proxy, changed, whom};
use crate::vendors::hemato::to_fhir::study::{about, sampled};
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
    /// With its length, where it came as a whole.
    Refused(Refusal, Option<u64>),
}

impl From<NotFetched> for Fault {
    fn from(fault: NotFetched) -> Self {
        Self::NotFetched(fault)
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal, None)
    }
}

impl Fault {
    /// Whether it is to be tried again by this job: the other server may answer then.
    fn may_pass(&self, claim: &Claim) -> bool {
        matches!(self, Self::NotFetched(fault) if fault.may_pass() && claim.tries() < TRIES)
    }

    fn size_bytes(&self) -> Option<u64> {
        match self {
            Self::NotFetched(_) => None,
            Self::Refused(_, length) => *length,
        }
    }

    /// What is to be said of it; a fault of ours is none of the file's.
    fn told(self) -> Result<String, Refusal> {
        match self {
            Self::NotFetched(fault) => Ok(fault.to_string()),
            Self::Refused(refusal @ (Refusal::Unavailable | Refusal::Internal(_)), _) => Err(refusal),
            Self::Refused(refusal, _) => Ok(refusal.to_string()),
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
        self.files(caller, claim, study).await
    }

    /// Fetches the files: each of them, so that whoever is told of one that did not come knows of the others too.
    async fn files(&self, caller: &Caller, claim: &Claim, study: &Study) -> Result<Option<Outcome>, Refusal> {
        let files = self.records.addresses(caller, &study.id, Purpose::File).await?;
        let (count, mut reason, mut missing, mut again) = (files.len(), None, Vec::new(), Vec::new());
        for (at, address) in files.iter().enumerate() {
            let number = at.saturating_add(1);
            if let Err(fault) = self.file(caller, &study.id, address).await {
                let (may_pass, size_bytes, fault) =
                    (fault.may_pass(claim), fault.size_bytes(), fault.told()?);
                if may_pass {
                    return Err(Refusal::Invalid(fault));
                }
                reason.get_or_insert_with(|| format!("file {number} of {count}: {fault}"));
                missing.push(Missing { fault, size_bytes });
                again.push(address.expose().clone());
            }
            if number == count {
                break;
            }
            // Whoever goes on after this process begins with the next, and tells of those again that did not come.
            let rest = files.iter().skip(number).map(|one| one.expose().clone());
            let rest: Vec<_> = again.iter().cloned().chain(rest).collect();
            self.records.keep_addresses(caller, &study.id, Purpose::File, &rest).await?;
            let share = at.saturating_mul(FETCHED - BEGUN).checked_div(count).unwrap_or_default();
            let percent = u8::try_from(share.saturating_add(BEGUN)).unwrap_or(u8::MAX);
            self.surroundings.queue.advance(claim, percent).await?;
        }
        if let Some(reason) = reason {
            return Ok(Some(Outcome::NotFetched(reason, missing)));
        }
        if count > 0 {
            self.received(caller, &study.id).await?;
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
        let all = addresses::all_checked(&self.surroundings.egress, "files", &files).await?;
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
            let (mut entries, patient) = match &sample.proxy {
                Some(proxy) => self.patient(caller, proxy).await?,
                None => (Vec::new(), None),
            };
            if let Some(specimen) = current(&self.records, caller, "Specimen", id).await? {
                let mut resource = specimen.json()?;
                sampled(&mut resource, sample.id.as_deref(), sample.taken);
                entries.push(changed("Specimen", &specimen, of(resource, patient.as_deref()))?);
            }
            let request = of(study.request.clone(), patient.as_deref());
            entries.push(changed("ServiceRequest", &study.stored, request)?);
            entries.push(changed("Task", &study.task, of(study.asked.clone(), patient.as_deref()))?);
            let addresses = |purpose, all: &[String], unless_known| Addresses {
                subject: id.to_owned(),
                purpose,
                all: all.to_vec(),
                unless_known,
            };
            let along = || Along {
                addresses: vec![
                    addresses(Purpose::Callback, callback, true),
                    addresses(Purpose::File, files, false),
                    addresses(Purpose::List, &[], false),
                ],
                ..Along::default()
            };
            let whole = ("", entries.len());
            let nothing = async |_: &Records, _: &[Written]| Ok(());
            let written = self.records.transaction_along(caller, entries, whole, along, nothing).await;
            let written = written.map_err(Error::of_entry);
            if !matches!(written, Err(Error::MultipleMatches)) && unless_late(written)?.is_some() {
                return Ok(());
            }
        }
        Err(Refusal::Unavailable)
    }

    /// A reference to the Patient whom a proxy stands for, with what makes one where there is none.
    async fn patient(&self, caller: &Caller, proxy: &str) -> Result<(Vec<Entry>, Option<String>), Error> {
        let known = all(&self.records, caller, "Patient", &by_proxy(proxy)).await?;
        let known = known.first().map(|known| format!("Patient/{}", known.id));
        let (reference, entry) = whom(&self.records, proxy, known)?;
        Ok((entry.into_iter().collect(), Some(reference)))
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
        let length = spool.length();
        let refused = |refusal| Fault::Refused(refusal, Some(length));
        let kind = Kind::of_content(&head).ok_or_else(|| refused(none()))?;
        if matches!(kind, Kind::Image(_)) && length > IMAGE_LIMIT_BYTES {
            let told = format!("The image is larger than {IMAGE_LIMIT_BYTES} bytes.");
            return Err(refused(Refusal::Invalid(told)));
        }
        let received = Received::of(spool, kind, title).await.map_err(refused)?;
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
