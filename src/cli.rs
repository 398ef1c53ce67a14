//! The command line.

mod admin;
mod audit;
mod backup;
mod corrections;
mod decode_dicom;
mod display;
mod import;
mod simulate;
mod traces;

use std::io::Write as _;
use std::num::NonZero;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use chrono::TimeDelta;
use clap::{Parser, Subcommand};
use tokio::runtime::Builder;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, fmt, registry};

use crate::app::{App, Database};
use crate::core::config::backups::BackupSettings;
use crate::core::config::{LogFormat, Settings};
use crate::core::trace::TARGET;
use crate::core::{Clock, Ids, Secret};
use crate::http::docs;
use crate::http::tls::Certificate;
use crate::records::accounts::Person;
use crate::server::Bound;
use crate::storage::migrate;
use crate::worker::{AuditRetention, BackupPlan, Keeping};
use crate::{server, worker};
use traces::Traces;

/// The stack of a thread: without optimisation the steps of a review or an analysis, which wait for each other a dozen calls deep, take
/// more than the two MiB that a thread has else. What is not used takes no memory.
const STACK_BYTES: usize = 16 * 1024 * 1024;

/// Stores and serves health data as FHIR R4.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    #[command(flatten)]
    Operate(Operate),
    /// Play what is made up to a server.
    #[command(subcommand)]
    Simulate(simulate::Simulate),
    /// Read one DICOM file from stdin; what a server starts for each.
    #[command(hide = true)]
    DecodeDicom {
        /// About how many bytes it has: a long one is given more time and memory.
        #[arg(default_value_t = 0)]
        length: u64,
    },
}

/// What needs the settings.
#[derive(Subcommand)]
enum Operate {
    /// Serve all APIs until SIGTERM.
    Serve,
    /// Do background work only, until SIGTERM.
    Worker,
    /// Bring the database schema up to date and exit.
    Migrate,
    /// Write the OpenAPI documents of all surfaces.
    Openapi {
        /// The folder to write to.
        #[arg(long, default_value = "openapi")]
        out: PathBuf,
    },
    /// Operate a server, running or not.
    #[command(subcommand)]
    Admin(admin::Admin),
    /// Bring in what others publish, beside a running server or without.
    #[command(subcommand)]
    Import(import::Import),
}

impl Operate {
    /// Whether it goes on until it is told to stop.
    fn is_lasting(&self) -> bool {
        matches!(self, Self::Serve | Self::Worker)
    }
}

/// Reads the command line and does what it says.
pub fn run() -> ExitCode {
    match Arguments::parse().command {
        // Without settings, for they hold secrets, and without the threads of a runtime, for they take up its few bytes: a hostile
        // file may take this process over.
        Command::DecodeDicom { length } => decode_dicom::run(length),
        // It needs a server, and none of a server's settings.
        Command::Simulate(command) => on_threads(simulate::run(command)),
        Command::Operate(command) => on_threads(operate(command)),
    }
}

fn on_threads(work: impl Future<Output = ExitCode>) -> ExitCode {
    match Builder::new_multi_thread().enable_all().thread_stack_size(STACK_BYTES).build() {
        Ok(runtime) => runtime.block_on(work),
        Err(error) => {
            complain(&format!("hygeia cannot start: {error}\n"));
            ExitCode::FAILURE
        }
    }
}

async fn operate(command: Operate) -> ExitCode {
    let settings = match Settings::from_process() {
        Ok(settings) => settings,
        Err(faults) => {
            let lines: Vec<_> = faults.iter().map(|fault| format!("  {fault}\n")).collect();
            complain(&format!("hygeia cannot start: these settings are wrong\n{}", lines.concat()));
            return ExitCode::from(2);
        }
    };
    let traces =
        match settings.traces.as_ref().filter(|_| command.is_lasting()).map(Traces::begin).transpose() {
            Ok(traces) => traces,
            Err(error) => {
                complain(&format!("hygeia cannot start: {error:#}\n"));
                return ExitCode::from(2);
            }
        };
    log_to_stderr(settings.log_format, traces.as_ref());
    for name in &settings.unknown {
        tracing::warn!(name, "this environment variable is not a setting and has no effect");
    }
    let done = match command {
        Operate::Serve => serve(&settings).await,
        Operate::Worker => work(&settings).await,
        Operate::Migrate => bring_up_to_date(&settings).await,
        Operate::Openapi { out } => {
            docs::write_all(&server::documents(), &out).context("the documents cannot be written")
        }
        Operate::Admin(command) => admin::run(&settings, command).await,
        Operate::Import(command) => import::run(&settings, command).await,
    };
    if let Some(traces) = traces {
        traces.end().await;
    }
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&format!("hygeia: {error:#}\n"));
            ExitCode::FAILURE
        }
    }
}

async fn serve(settings: &Settings) -> anyhow::Result<()> {
    let database = Database::open(settings).await?;
    let served = serve_on(settings, &database).await;
    database.close().await;
    served
}

async fn serve_on(settings: &Settings, database: &Database) -> anyhow::Result<()> {
    let app = App::open(settings, &database.url, Clock::system()).await?;
    welcome(settings, &app).await?;
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    let certificate = settings.tls.clone().map(Certificate::open).transpose()?;
    let Bound { server, address, listeners } = server::bind(&app, settings, certificate.as_ref(), workers)?;
    for (address, listener) in listeners.iter().zip(&settings.mounting.listeners) {
        tracing::info!(%address, mount = ?listener.mount, "a vendor's own listener is open");
    }
    if let Some(folder) = app.mailer.folder() {
        tracing::info!(folder = %folder.display(), "there is no HYGEIA_SMTP_URL: mails are written to files");
    }
    tracing::info!(%address, docs = format!("{}/docs/", settings.public_url), "hygeia is serving");
    let background = worker::run(app.clone(), keeping(settings, database)?);
    let handle = server.handle();
    let stopper = tokio::spawn(async move {
        told_to_stop().await?;
        handle.stop(true).await;
        std::io::Result::Ok(())
    });
    let renewer = certificate.map(|certificate| tokio::spawn(renew_when_told(certificate)));
    let told = settings.metrics_bind.map(|address| server::bind_metrics(&app, address)).transpose()?;
    let told = told.map(tokio::spawn);
    let served = tokio::select! {
        served = server => served.context("the server failed"),
        // Whoever starts it again has it do all of its work.
        ended = background => Err(ended.into()),
    };
    if let Some(told) = told {
        told.abort();
    }
    if let Some(renewer) = renewer {
        renewer.abort();
    }
    stopper.abort();
    served
}

/// Opens the first administrator's accounts on an empty store. A password that we made is shown here, once.
async fn welcome(settings: &Settings, app: &App) -> anyhow::Result<()> {
    if app.records.has_accounts().await? {
        return Ok(());
    }
    let made = Secret::new(Ids.random(15));
    let (email, password) = match &settings.admin {
        Some(admin) => (admin.email.clone(), admin.password.clone()),
        None => ("admin@localhost".to_owned(), made.clone()),
    };
    let person = Person { email: email.clone(), password, name: Secret::new("Administrator".to_owned()) };
    let opened = app.records.open_first_accounts(&person).await.context("the first administrator")?;
    if opened && settings.admin.is_none() {
        say(&format!("first administrator: {email}\npassword, shown only now: {}\n", made.expose()));
    }
    Ok(())
}

async fn work(settings: &Settings) -> anyhow::Result<()> {
    let database = Database::beside(settings).await?;
    let keeping = keeping(settings, &database)?;
    let app = App::open(settings, &database.url, Clock::system()).await?;
    let told = settings.metrics_bind.map(|address| server::bind_metrics(&app, address)).transpose()?;
    let told = told.map(tokio::spawn);
    tracing::info!("hygeia is working");
    let worked = tokio::select! {
        ended = worker::run(app, keeping) => Err(ended.into()),
        stopped = told_to_stop() => stopped.map_err(anyhow::Error::from),
    };
    if let Some(told) = told {
        told.abort();
    }
    database.close().await;
    worked
}

/// What is kept for how long: the audit trail, where that is not for ever, and backups, where there are any.
fn keeping(settings: &Settings, database: &Database) -> anyhow::Result<Keeping> {
    let age = |days: NonZero<u16>| TimeDelta::days(days.get().into());
    let audit = settings.audit.days.map(age).map(|age| AuditRetention { age, owner: database.url.clone() });
    let BackupSettings { folder, every_h, days, key_file } = &settings.backups;
    let key = backup::key(key_file.as_ref())?;
    let backups = folder.as_ref().map(|folder| BackupPlan {
        order: backup::order(settings, database, folder, key),
        every: every_h.map(|hours| TimeDelta::hours(hours.get().into())),
        age: days.map(age),
    });
    Ok(Keeping { audit, backups })
}

/// Returns at SIGTERM or SIGINT.
async fn told_to_stop() -> std::io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

/// Reads the certificate again at SIGHUP.
async fn renew_when_told(certificate: Certificate) -> std::io::Result<()> {
    let mut hangup = signal(SignalKind::hangup())?;
    while hangup.recv().await.is_some() {
        match certificate.renew() {
            Ok(()) => tracing::info!("the certificate was read again"),
            Err(error) => tracing::error!(%error, "the certificate stays as it was"),
        }
    }
    Ok(())
}

async fn bring_up_to_date(settings: &Settings) -> anyhow::Result<()> {
    let database = Database::beside(settings).await?;
    let run = migrate::run(&database.url).await;
    database.close().await;
    let run = run?;
    say(&match run.as_slice() {
        [] => "the schema is up to date\n".to_owned(),
        run => format!("migrations run: {}\n", run.join(", ")),
    });
    Ok(())
}

/// Logs go to stderr, so that stdout is what a command was asked for. Spans of traces go to their collector alone.
fn log_to_stderr(format: LogFormat, traces: Option<&Traces>) {
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("info,ort=warn,actix_server=warn"));
    // The driver logs a statement's parameters, and with them health data, when it is asked for details.
    let filter = filter.add_directive("tokio_postgres=info".parse().unwrap_or_default());
    let filter = filter.add_directive(format!("{TARGET}=off").parse().unwrap_or_default());
    // Where the log cannot be written, the work goes on: a complaint about that would go the same way.
    let lines = fmt::layer().with_writer(std::io::stderr).log_internal_errors(false);
    let lines = match format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines.json().boxed(),
    };
    registry().with(traces.map(Traces::layer)).with(lines.with_filter(filter)).init();
}

fn say(text: &str) {
    // A closed pipe is the reader's choice.
    drop(std::io::stdout().write_all(text.as_bytes()));
}

fn complain(text: &str) {
    drop(std::io::stderr().write_all(text.as_bytes()));
}
