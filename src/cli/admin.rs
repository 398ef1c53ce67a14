//! `hygeia admin`: operating a server, running or not.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Subcommand;
use uuid::Uuid;

use super::{audit, backup, corrections, display, say};
use crate::app::{App, Database};
use crate::core::config::Settings;
use crate::core::{Clock, Ids, Secret};
use crate::identity::oauth::Client;
use crate::identity::oauth::registration::{NewClient, NewProof};
use crate::identity::{Caller, Surface, TenantId};
use crate::records::accounts::Person;
use crate::records::audit::Note;

/// What an operator can do.
#[derive(Subcommand)]
pub(super) enum Admin {
    #[command(flatten)]
    Stored(Stored),
    /// Print the numbers that a display in a picture shows, the largest first, each with the probability that it is right.
    ReadDisplay(display::DisplayArguments),
    /// Take a backup of the database beside a running server or without, into a folder of its own with the time in its name.
    Backup(backup::BackupArguments),
    /// Restore a backup into the data folder, which must be empty.
    Restore(backup::RestoreArguments),
}

/// What is done on the database.
#[derive(Subcommand)]
pub(super) enum Stored {
    /// Print an access token for /fhir, good for 12 hours.
    Token {
        /// SMART scopes, separated by spaces.
        #[arg(long, default_value = "system/*.cruds")]
        scope: String,
        /// What it is for, by HL7's ActReason, such as HRESCH; without it, treatment. Consents may forbid one and not the other.
        #[arg(long)]
        purpose: Option<String>,
        /// The tenant's name.
        #[arg(long, default_value = "default")]
        tenant: String,
    },
    /// Register, list and remove the programs that may ask for tokens.
    #[command(subcommand)]
    Client(Clients),
    /// Open an account for somebody who signs in to grant apps access, and print its password, once.
    AddPerson {
        /// The e-mail address to sign in with.
        #[arg(long)]
        email: String,
        /// The person's name.
        #[arg(long)]
        name: String,
        /// Id of the Patient that the person is; without it, the person is a practitioner who may see all records.
        #[arg(long)]
        patient: Option<String>,
        /// The tenant's name.
        #[arg(long, default_value = "default")]
        tenant: String,
    },
    /// Put a new key in the place of the one that signs id tokens. The old one stays published for two hours.
    RotateKeys,
    /// Hold the audit trail against its seals, say which rows were changed, removed or added, and print the heads to keep elsewhere.
    VerifyAudit(audit::VerifyArguments),
    /// Print what people corrected of what models said, a line of JSON each, without what names anybody: of patients whose Consent for
    /// research permits it.
    ExportCorrections(corrections::CorrectionArguments),
    /// Remove old rows of the audit trail; their seals stay, so that the rest can be verified.
    RetainAudit(audit::RetainArguments),
}

#[derive(Subcommand)]
pub(super) enum Clients {
    /// Register a client and print its id.
    Add(NewArguments),
    /// Print each client's id, kind, scopes and name.
    List {
        /// The tenant's name.
        #[arg(long, default_value = "default")]
        tenant: String,
    },
    /// Remove a client and take back its tokens. A running server works on with them for 5 seconds at most.
    Remove {
        /// The client's id.
        id: Uuid,
        /// The tenant's name.
        #[arg(long, default_value = "default")]
        tenant: String,
    },
}

#[derive(clap::Args)]
pub(super) struct NewArguments {
    #[command(flatten)]
    proof: ProofArguments,
    /// The scopes that it may ask for, separated by spaces.
    #[arg(long)]
    scope: String,
    /// What it may want data for, by HL7's PurposeOfUse, such as HRESCH; may be given several times, the usual first. Without any it is
    /// treatment.
    #[arg(long = "purpose")]
    purposes: Vec<String>,
    /// What people are shown.
    #[arg(long, default_value = "client")]
    name: String,
    /// Where answers to it may be sent; may be given several times.
    #[arg(long = "redirect-uri")]
    redirect_uris: Vec<String>,
    /// The tenant's name.
    #[arg(long, default_value = "default")]
    tenant: String,
}

/// How the client shows who it is.
#[derive(clap::Args)]
#[group(required = true, multiple = false)]
struct ProofArguments {
    /// A file with the client's public keys, as a JSON Web Key Set.
    #[arg(long)]
    jwks: Option<PathBuf>,
    /// The https address where the client publishes its keys.
    #[arg(long)]
    jwks_uri: Option<String>,
    /// Make a secret, and print it before the id, only now.
    #[arg(long)]
    secret: bool,
    /// Not at all: it cannot keep a secret.
    #[arg(long)]
    public: bool,
}

/// Does what the command says.
pub(super) async fn run(settings: &Settings, command: Admin) -> anyhow::Result<()> {
    match command {
        Admin::Stored(command) => stored(settings, command).await,
        Admin::ReadDisplay(arguments) => display::read(settings, arguments).await,
        Admin::Backup(arguments) => backup::take(settings, arguments).await,
        Admin::Restore(arguments) => backup::restore(settings, arguments).await,
    }
}

/// Does what the command says, on the database of the server that runs beside us, or of none.
async fn stored(settings: &Settings, command: Stored) -> anyhow::Result<()> {
    let database = Database::beside(settings).await?;
    let done = async {
        let app = App::open_without_models(settings, &database.url, Clock::system()).await?;
        match command {
            Stored::Token { scope, purpose, tenant } => {
                let issued = app.identity.issue_access_token_for(&tenant, &scope, purpose.as_deref());
                let token = issued.await?;
                Ok(format!("{}\n", token.expose()))
            }
            Stored::Client(command) => client(&app, command).await,
            Stored::AddPerson { email, name, patient, tenant } => {
                let password = Secret::new(Ids.random(15));
                let person = Person { email, password: password.clone(), name: Secret::new(name) };
                let opened = app.records.add_person(&tenant, &person, patient).await?;
                Ok(format!("password, shown only now: {}\n{}\n", password.expose(), opened.id))
            }
            Stored::RotateKeys => {
                app.identity.rotate_id_token_keys().await?;
                Ok(String::new())
            }
            Stored::VerifyAudit(arguments) => audit::verify(&app, arguments).await.map(|()| String::new()),
            Stored::ExportCorrections(arguments) => {
                corrections::export(&app, &arguments).await.map(|()| String::new())
            }
            Stored::RetainAudit(arguments) => {
                audit::retain(&app, arguments, &database.url).await.map(|()| String::new())
            }
        }
    }
    .await;
    database.close().await;
    say(&done?);
    Ok(())
}

async fn client(app: &App, command: Clients) -> anyhow::Result<String> {
    match command {
        Clients::Add(arguments) => add(app, arguments).await,
        Clients::List { tenant } => {
            let line = |client: &Client| {
                let kind = client.proof.kind();
                format!("{}\t{kind}\t{}\t{}\n", client.id, client.scopes, client.name)
            };
            let (mut lines, mut after) = (String::new(), None);
            loop {
                let (clients, is_cut) = app.identity.clients(&tenant, after, 100).await?;
                lines.extend(clients.iter().map(line));
                after = clients.last().map(|last| last.id);
                if !is_cut {
                    return Ok(lines);
                }
            }
        }
        Clients::Remove { id, tenant } => {
            let removed = app.identity.remove_client(&tenant, id, note(app, "remove-client")).await?;
            anyhow::ensure!(removed, "the tenant {tenant:?} has no client {id}");
            Ok(format!("{id}\n"))
        }
    }
}

async fn add(app: &App, arguments: NewArguments) -> anyhow::Result<String> {
    let ProofArguments { jwks, jwks_uri, secret, public: _ } = arguments.proof;
    let proof = match (jwks, jwks_uri) {
        (Some(file), _) => {
            let read = std::fs::read_to_string(&file);
            NewProof::Keys(read.with_context(|| format!("{} cannot be read", file.display()))?)
        }
        (None, Some(address)) => NewProof::KeysAt(address),
        (None, None) if secret => NewProof::Secret,
        (None, None) => NewProof::Public,
    };
    let new = NewClient {
        name: arguments.name,
        proof,
        redirect_uris: arguments.redirect_uris,
        scope: arguments.scope,
        purposes: arguments.purposes,
    };
    let registered =
        app.identity.register_client(&arguments.tenant, &new, note(app, "create-client")).await?;
    let secret = registered.secret.map(|secret| format!("secret, shown only now: {}\n", secret.expose()));
    Ok(format!("{}{}\n", secret.unwrap_or_default(), registered.client.id))
}

/// What the audit trail is told of a command; the tenant is that of the client.
fn note(app: &App, doing: &'static str) -> Note {
    app.records.note(&Caller::system(TenantId::PLATFORM, Surface::Operator), doing)
}
