//! Starts Postgres' programs so that they are never root and never outlive us unnoticed.

use std::{
    fs::File,
    io,
    os::{fd::AsRawFd as _, unix::process::CommandExt as _},
    path::{Path, PathBuf},
    process::Command,
};

use nix::{
    fcntl::{FcntlArg, FdFlag, fcntl},
    sys::{prctl, signal::Signal},
    unistd::{getpid, getppid},
};

use super::account::Account;

/// A folder under the name by which a child reaches it.
///
/// A child of another user may not be able to walk the path: a root's home folder is closed to
/// everyone else. Such a child gets the open folder as a file descriptor, and its path in
/// `/proc/self/fd`, which leads to the folder directly.
#[derive(Debug)]
pub(super) struct Reachable {
    path: PathBuf,
    held_open: Option<File>,
}

impl Reachable {
    pub(super) fn new(folder: &Path, account: Option<Account>) -> io::Result<Self> {
        if account.is_none() {
            return Ok(Self { path: folder.to_owned(), held_open: None });
        }
        let file = File::open(folder)?;
        let path = format!("/proc/self/fd/{}", file.as_raw_fd()).into();
        Ok(Self { path, held_open: Some(file) })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

/// A command that runs as the account and gets `at_our_death` when the thread that spawned it
/// ends, however it ends.
pub(super) fn command(
    program: &Path,
    account: Option<Account>,
    folders: Vec<Reachable>,
    at_our_death: Signal,
) -> Command {
    let mut command = Command::new(program);
    // Only what it needs: our own environment holds secrets.
    command.env_clear().env("LC_ALL", "C.UTF-8").env("PATH", "/usr/bin:/bin");
    // Not a folder that the account may not enter. And a group of its own: Ctrl-C in a terminal
    // goes to us alone, so that requests can still finish.
    command.current_dir("/").process_group(0);
    if let Some(account) = account {
        // As we are root, this also clears the supplementary groups.
        command.uid(account.uid).gid(account.gid);
    }
    let us = getpid();
    let prepare = move || {
        // Here and not earlier: a change of user clears it.
        prctl::set_pdeathsig(at_our_death)?;
        // We may have died before that line.
        if getppid() != us {
            return Err(io::Error::from(io::ErrorKind::BrokenPipe));
        }
        for folder in folders.iter().filter_map(|folder| folder.held_open.as_ref()) {
            fcntl(folder, FcntlArg::F_SETFD(FdFlag::empty()))?;
        }
        Ok(())
    };
    // SAFETY: runs in the child between fork and exec, where only async-signal-safe calls are
    // allowed; `prepare` makes system calls and allocates nothing.
    unsafe { command.pre_exec(prepare) };
    command
}
