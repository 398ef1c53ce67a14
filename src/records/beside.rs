//! What a transaction does beside writing resources: asking for a job, telling others what happened, keeping who is told.

use chrono::{DateTime, Utc};
use xxhash_rust::xxh3::xxh3_64;

use super::subscriptions::SUBSCRIPTION;
use super::{Error, Records};
use crate::fhir::outcome::IssueType;
use crate::identity::Caller;
use crate::identity::gateway::nodes::NewNode;
use crate::platform::delivery::{JOBS, MOST_WAITING, NewReceiver, Notice, line};
use crate::platform::queue::{Job, MOST};
use crate::storage::deliveries::{self, New};
use crate::storage::gateway::nodes;
use crate::storage::heads::{self, Wanted};
use crate::storage::locks::{self, Lock};
use crate::storage::receivers::{self, Receiver};
use crate::storage::{Connection, TenantId, jobs};

/// After so many seconds, some of the jobs that wait are done.
const PATIENCE_S: u32 = 60;

/// What a transaction does beside writing resources.
#[derive(Debug, Default)]
pub struct Beside {
    /// A job that is asked for; where there is one about the same subject, that is done anew.
    pub job: Option<Job>,
    /// What others are told, once it is so.
    pub notices: Vec<Notice>,
    /// Who is told from now on.
    pub receiver: Option<NewReceiver>,
    /// A machine that may send from now on.
    pub node: Option<NewNode>,
}

impl Beside {
    /// Asking for a job.
    #[must_use]
    pub fn asking(job: Job) -> Self {
        Self { job: Some(job), ..Self::default() }
    }

    /// Telling others.
    #[must_use]
    pub fn telling(notices: impl IntoIterator<Item = Notice>) -> Self {
        Self { notices: notices.into_iter().collect(), ..Self::default() }
    }

    /// The same, telling others too.
    #[must_use]
    pub fn and_telling(mut self, notice: Notice) -> Self {
        self.notices.push(notice);
        self
    }
}

impl Records {
    /// Asks for a job and tells others, within an open transaction as a part of it.
    ///
    /// # Errors
    /// [`Error::Busy`] where too many of the tenant's jobs wait.
    pub async fn do_beside(&self, caller: &Caller, beside: &Beside) -> Result<(), Error> {
        let mut transaction = self.store.begin(caller.tenant).await?;
        let done = self.after_writes(caller, beside, &mut transaction).await;
        transaction.finish(done).await
    }

    pub(super) async fn after_writes(
        &self,
        caller: &Caller,
        beside: &Beside,
        connection: &mut Connection,
    ) -> Result<(), Error> {
        let now = self.clock.now();
        if let Some(NewNode { node, hash }) = &beside.node {
            nodes::set(connection, node, hash, now).await?;
        }
        if let Some(job) = &beside.job {
            let about = (job.kind, job.subject.as_str());
            if !jobs::add(connection, caller.tenant, about, now, MOST).await? {
                return Err(Error::Busy(PATIENCE_S));
            }
        }
        for notice in &beside.notices {
            tell(connection, caller.tenant, notice, now).await?;
        }
        Ok(())
    }

    /// Keeps a receiver before what stands for it is written: a write that says another address would close it.
    pub(super) async fn before_writes(
        &self,
        caller: &Caller,
        beside: &Beside,
        connection: &mut Connection,
    ) -> Result<(), Error> {
        let Some(new) = &beside.receiver else { return Ok(()) };
        let tenant = caller.tenant;
        // In the order of whoever writes what stands for it: first that, then the receiver.
        let head = Wanted { resource_type: SUBSCRIPTION, id: &new.id, body: false };
        heads::lock_all(connection, tenant, &[head]).await?;
        // Those who add one at the same time count one after another.
        let number = xxh3_64(format!("receivers/{}/{}", tenant.number(), new.kind).as_bytes());
        let lock = Lock { number: i64::from_ne_bytes(number.to_ne_bytes()), shared: false };
        locks::hold(connection, &[lock]).await?;
        let row = Receiver {
            tenant: tenant.number(),
            kind: new.kind.to_owned(),
            id: new.id.clone(),
            url: new.url.expose().clone(),
            secret: new.secret.as_ref().map(|secret| secret.expose().clone()),
            events: new.events.clone(),
            active: new.active,
            until: None,
            follows: new.follows,
            made_at: self.clock.now(),
        };
        if receivers::put(connection, &row, new.most).await? {
            return Ok(());
        }
        let text = format!("there may be at most {}: remove one first", new.most);
        Err(Error::BadRequest(IssueType::TooCostly, text))
    }
}

/// Adds what is to be posted, and sees to it that somebody posts it.
async fn tell(
    connection: &mut Connection,
    tenant: TenantId,
    notice: &Notice,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let new = New {
        kind: notice.kind,
        receiver: notice.to.one(),
        id: &notice.id,
        event: notice.event,
        subject: &notice.subject,
        body: notice.body.expose(),
        made_at: now,
    };
    let told = deliveries::add(connection, tenant, new, MOST_WAITING).await?;
    if told.is_empty() {
        return Ok(());
    }
    let lines: Vec<_> = told.iter().map(|receiver| line(notice.kind, receiver)).collect();
    Ok(jobs::nudge(connection, tenant, (JOBS, &lines), now).await?)
}
