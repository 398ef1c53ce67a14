//! Deals with what a killed server or a killed Postgres left behind.
//!
//! Postgres protects its cluster by `postmaster.pid`, but can only ask whether that process id
//! exists: after a crash the id may belong to a program that has nothing to do with it, and
//! Postgres would refuse to start. We hold the lock of the data folder, so nobody else starts a
//! Postgres here, and `/proc` shows which processes really work in the cluster.

use std::{
    fs, io,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use super::{errors::PrivatePostgresError as Error, folders::Folders};

const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// A signal, and how long the processes may take to end after it.
type Step = (Signal, Duration);

/// A shutdown with a checkpoint, one without, an end by force. The cluster survives each of them.
const SHUTDOWN: &[Step] = &[(Signal::SIGINT, Duration::from_secs(60)), DROP_WORK, FORCE];
/// For processes whose main process is dead: it would have been the one to shut down, and a busy
/// one may not notice for long. What it was doing is lost already.
const ORPHANS: &[Step] = &[DROP_WORK, FORCE];
/// For the processes of an `initdb`, whose cluster is thrown away.
const THROWN_AWAY: &[Step] = &[FORCE];
const DROP_WORK: Step = (Signal::SIGQUIT, Duration::from_secs(5));
const FORCE: Step = (Signal::SIGKILL, Duration::from_secs(5));

/// Ends every Postgres process that still works in the cluster, waits until they are gone, and
/// removes the lock files of the dead.
pub(super) fn settle(folders: &Folders) -> Result<(), Error> {
    let is_orphaned = main_process(&folders.cluster).is_none();
    end_processes(&folders.cluster, if is_orphaned { ORPHANS } else { SHUTDOWN })?;
    let lock_of_socket = folders.socket_file().with_added_extension("lock");
    for stale in [lock_file(&folders.cluster), lock_of_socket, folders.socket_file()] {
        match fs::remove_file(&stale) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(Error::system("remove", &stale)(error));
            }
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

/// Removes the half-made cluster of an `initdb` that was killed. Its helper processes outlive it
/// for a moment, and would go on filling the folder.
pub(super) fn throw_away(unfinished: &Path) -> Result<(), Error> {
    end_processes(unfinished, THROWN_AWAY)?;
    match fs::remove_dir_all(unfinished) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(Error::system("remove", unfinished)(error))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Whether a Postgres runs in the cluster and takes connections.
pub(super) fn is_ready(cluster: &Path) -> bool {
    says_ready(cluster) && main_process(cluster).is_some()
}

/// Whether `postmaster.pid` says so; true also of a lock that a killed Postgres left behind. Its
/// eighth line is the state: `starting`, `stopping`, `ready`, `standby`.
pub(super) fn says_ready(cluster: &Path) -> bool {
    fs::read_to_string(lock_file(cluster))
        .is_ok_and(|lock| lock.lines().nth(7).is_some_and(|state| state.trim() == "ready"))
}

fn lock_file(cluster: &Path) -> PathBuf {
    cluster.join("postmaster.pid")
}

fn end_processes(folder: &Path, steps: &[Step]) -> Result<(), Error> {
    for &(signal, patience) in steps {
        let begun = Instant::now();
        let mut signalled = false;
        loop {
            let running = processes_in(folder);
            let Some(&any) = running.first() else { return Ok(()) };
            if !signalled {
                tracing::warn!(process = any.as_raw(), %signal, "ending a Postgres that an earlier run left behind");
                send(signal, folder, &running);
                signalled = true;
            }
            if begun.elapsed() > patience {
                break;
            }
            thread::sleep(LOOK_AGAIN);
        }
    }
    match processes_in(folder).first() {
        Some(process) => Err(Error::StillRunning { process: process.as_raw() }),
        None => Ok(()),
    }
}

/// A shutdown is asked of the main process alone, which sees to the others. A process that has
/// ended meanwhile needs no signal, so failures are not looked at.
fn send(signal: Signal, folder: &Path, running: &[Pid]) {
    let main = main_process(folder);
    for &process in running.iter().filter(|&&process| signal != Signal::SIGINT || Some(process) == main) {
        let _ = kill(process, signal);
    }
}

/// The process that the lock names, where it really is a Postgres of this cluster.
fn main_process(cluster: &Path) -> Option<Pid> {
    let lock = fs::read_to_string(lock_file(cluster)).ok()?;
    let named = Pid::from_raw(lock.lines().next()?.trim().parse().ok()?);
    processes_in(cluster).contains(&named).then_some(named)
}

/// The Postgres processes whose working folder is the cluster: all of one cluster's are. A dead
/// process that nobody has collected yet has no working folder and does not count.
fn processes_in(cluster: &Path) -> Vec<Pid> {
    let Ok(cluster) = fs::metadata(cluster) else { return Vec::new() };
    let works_here = |process: &Path| {
        // The name keeps out a shell that somebody has left in the folder.
        fs::read_to_string(process.join("comm")).is_ok_and(|name| name.trim() == "postgres")
            && fs::metadata(process.join("cwd"))
                .is_ok_and(|folder| (folder.dev(), folder.ino()) == (cluster.dev(), cluster.ino()))
    };
    fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path())))
        .filter(|(_, process)| works_here(process))
        .map(|(id, _)| Pid::from_raw(id))
        .collect()
}
