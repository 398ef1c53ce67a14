//! Opening an account of one's own, to sign in and grant apps access to `/fhir`.

use super::{NotOpened, Person, Standing};
use crate::identity::account::MailKind;
use crate::identity::account::mails::to_address;
use crate::identity::{Caller, Surface};
use crate::records::Records;
use crate::storage::{TenantId, mail_jobs};

impl Records {
    /// Opens an account in a tenant of its own, with a mail by which the person can show that the address is theirs. Where the address
    /// has an account, its owner is mailed that instead: who asks is not told.
    ///
    /// # Errors
    /// Why it was not opened, which is never [`NotOpened::Taken`].
    pub async fn sign_up(&self, caller: &Caller, person: &Person) -> Result<(), NotOpened> {
        let standing = Standing::of_who_signs_up();
        let mail = Some(MailKind::Verify);
        match self.open_alone(caller, Surface::Fhir, person, &standing, mail).await {
            Ok(_) => Ok(()),
            Err(NotOpened::Taken) => {
                let email = person.email.trim().to_ascii_lowercase();
                let job = to_address(MailKind::Taken, &email, self.ids.uuid(), self.clock.now());
                let mut transaction = self.store.begin(TenantId::PLATFORM).await?;
                let added = mail_jobs::add(&mut transaction, &job).await;
                Ok(transaction.finish(added).await?)
            }
            Err(other) => Err(other),
        }
    }
}
