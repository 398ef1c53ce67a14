//! The thread that starts Postgres, waits for it, and starts it again when it dies.

use std::{
    io,
    process::{Child, Stdio},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use nix::{
    sys::{
        signal::{Signal, kill},
        wait::{Id, WaitPidFlag, waitid},
    },
    unistd::Pid,
};
use tokio::{sync::oneshot, time::timeout};

use super::{
    Settings,
    account::{self, Account},
    child::{self, Reachable},
    cluster,
    errors::PrivatePostgresError as Error,
    folders::{Folders, Lock},
    installation::{self, Installation},
    leftovers, parameters,
};

/// How long a shutdown with a checkpoint may take, and after it one without.
const GENTLE: Duration = Duration::from_secs(60);
const FIRM: Duration = Duration::from_secs(10);
/// The pause before the second restart in a row; it doubles up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// A server that ran this long did not die of its start.
const STEADY: Duration = Duration::from_secs(60);

/// Our end of the thread.
#[derive(Debug)]
pub(super) struct Supervisor {
    shared: Arc<Shared>,
    finished: oneshot::Receiver<()>,
}

impl Supervisor {
    /// Returns when Postgres' process is started; it takes connections some time later. The lock
    /// is held until the last process is gone.
    pub(super) async fn start(settings: &Settings, folders: Folders, lock: Lock) -> Result<Self, Error> {
        let shared = Arc::new(Shared::default());
        let (started_sender, started) = oneshot::channel();
        let (finished_sender, finished) = oneshot::channel();
        let mut supervisor = Self { shared: Arc::clone(&shared), finished };
        let settings = settings.clone();
        let data = folders.data.clone();
        // Not a task and not a pooled thread: the kernel ties a child's death signal to the thread
        // that made it, so that thread must live as long as Postgres.
        thread::Builder::new()
            .name("postgres".to_owned())
            .spawn(move || {
                run(&settings, folders, &shared, started_sender);
                drop(lock);
                // Nobody waits where the handle was dropped.
                let _ = finished_sender.send(());
            })
            .map_err(Error::system("start a thread for", &data))?;
        let refused = match started.await {
            Ok(Ok(())) => return Ok(supervisor),
            Ok(Err(refused)) => refused,
            Err(_) => Error::SupervisorLost,
        };
        // Whoever is told finds the folder free. The sender goes with the thread, if nothing else comes.
        let _ = (&mut supervisor.finished).await;
        Err(refused)
    }

    /// Whether Postgres has died since the start.
    pub(super) fn has_ended(&self) -> bool {
        self.shared.lock().has_ended
    }

    /// Shuts Postgres down, without a checkpoint if it takes too long, and waits for it.
    pub(super) async fn stop(&mut self) -> Result<(), Error> {
        self.shared.stop(Signal::SIGINT);
        if timeout(GENTLE, &mut self.finished).await.is_ok() {
            return Ok(());
        }
        tracing::warn!("Postgres does not shut down; stopping it at once, it will recover at the next start");
        self.shared.stop(Signal::SIGQUIT);
        if timeout(FIRM, &mut self.finished).await.is_ok() {
            return Ok(());
        }
        Err(Error::StillRunning { process: self.shared.lock().process.map_or(0, Pid::as_raw) })
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        self.shared.stop(Signal::SIGINT);
    }
}

/// What the thread and the handle both see.
#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    stop_asked: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// The running process. Cleared before it is collected, so that a signal never goes to
    /// another process which got the same id.
    process: Option<Pid>,
    is_stopping: bool,
    has_ended: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stop(&self, signal: Signal) {
        let mut state = self.lock();
        state.is_stopping = true;
        if let Some(process) = state.process {
            // It fails only if the process is gone, which is what we want.
            let _ = kill(process, signal);
        }
        self.stop_asked.notify_all();
    }

    /// Waits, and says whether a stop was asked for.
    fn pause(&self, pause: Duration) -> bool {
        self.stop_asked
            .wait_timeout_while(self.lock(), pause, |state| !state.is_stopping)
            .unwrap_or_else(PoisonError::into_inner)
            .0
            .is_stopping
    }
}

fn run(settings: &Settings, folders: Folders, shared: &Shared, started: oneshot::Sender<Result<(), Error>>) {
    let first = Server::prepare(settings, folders).and_then(|server| Ok((server.spawn(shared)?, server)));
    let (mut child, server) = match first {
        Ok(first) => first,
        Err(error) => {
            let _ = started.send(Err(error));
            return;
        }
    };
    let _ = started.send(Ok(()));
    let mut pause = Duration::ZERO;
    loop {
        let begun = Instant::now();
        if let Some(running) = child.take() {
            wait(running, shared);
        }
        if begun.elapsed() > STEADY {
            pause = Duration::ZERO;
        }
        if shared.pause(pause) {
            return;
        }
        tracing::error!(pause_ms = %pause.as_millis(), "Postgres ended by itself; starting it again");
        pause = (pause * 2).clamp(FIRST_PAUSE, LONGEST_PAUSE);
        child = server.spawn(shared).unwrap_or_else(|error| {
            tracing::error!(error = %error, "Postgres could not be started again; trying on");
            None
        });
    }
}

/// Waits for the process to end.
fn wait(mut child: Child, shared: &Shared) {
    let Some(process) = shared.lock().process else { return };
    // First without collecting it: its id stays taken until `process` is cleared.
    while let Err(nix::errno::Errno::EINTR) =
        waitid(Id::Pid(process), WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT)
    {}
    let mut state = shared.lock();
    state.process = None;
    state.has_ended = true;
    // Cannot fail for a child that has ended and that only we collect.
    let _ = child.wait();
}

/// All that it takes to start Postgres once more.
struct Server {
    folders: Folders,
    installation: Installation,
    account: Option<Account>,
    extra: Vec<(String, String)>,
}

impl Server {
    fn prepare(settings: &Settings, folders: Folders) -> Result<Self, Error> {
        let installation = installation::find(settings.bin_dir.as_deref(), &folders.cluster)?;
        let account = account::choose(&folders.cluster)?;
        let is_durable = !settings.extra.iter().any(|(name, value)| name == "fsync" && value == "off");
        cluster::make(&folders, &installation, account, is_durable)?;
        Ok(Self { folders, installation, account, extra: settings.extra.clone() })
    }

    /// Starts Postgres, unless a stop was asked for.
    fn spawn(&self, shared: &Shared) -> Result<Option<Child>, Error> {
        let folders = &self.folders;
        leftovers::settle(folders)?;
        account::private_folder(&folders.socket, self.account)?;
        let log = folders.open_log()?;
        let for_errors = log.try_clone().map_err(Error::system("open", &folders.log))?;
        let program = self.installation.bin_dir.join("postgres");
        let reach = |folder| Reachable::new(folder, self.account).map_err(Error::system("open", folder));
        let (cluster, socket) = (reach(&folders.cluster)?, reach(&folders.socket)?);
        let (data_folder, arguments) =
            (cluster.path().to_owned(), parameters::arguments(socket.path(), &self.extra));
        // The death signal is the one for a shutdown with a checkpoint.
        let mut command = child::command(&program, self.account, vec![cluster, socket], Signal::SIGINT);
        command.arg("-D").arg(data_folder).args(arguments);
        command.stdin(Stdio::null()).stdout(log).stderr(for_errors);
        let mut state = shared.lock();
        if state.is_stopping {
            return Ok(None);
        }
        let child = command.spawn().map_err(Error::system("run", &program))?;
        let id = i32::try_from(child.id())
            .map_err(|error| Error::system("name the process of", &program)(io::Error::other(error)))?;
        state.process = Some(Pid::from_raw(id));
        Ok(Some(child))
    }
}
