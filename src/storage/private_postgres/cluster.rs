//! Makes the cluster.

use std::{
    fs::{self, File},
    process::Stdio,
};

use nix::sys::signal::Signal;

use super::{
    account::{Account, private_folder},
    child::{self, Reachable},
    errors::PrivatePostgresError as Error,
    folders::{Folders, USER, last_lines},
    installation::Installation,
    leftovers,
};

/// Makes the cluster if there is none. It is made under another name and renamed when it is
/// whole: a kill -9 in between leaves a folder that the next start removes.
pub(super) fn make(
    folders: &Folders,
    installation: &Installation,
    account: Option<Account>,
    is_durable: bool,
) -> Result<(), Error> {
    if folders.cluster.join("PG_VERSION").exists() {
        return Ok(());
    }
    let unfinished = &folders.unfinished;
    leftovers::throw_away(unfinished)?;
    tracing::info!(cluster = %folders.cluster.display(), postgres = installation.major, "making a Postgres cluster");
    private_folder(unfinished, account)?;
    initdb(folders, installation, account, is_durable)?;
    fs::rename(unfinished, &folders.cluster).map_err(Error::system("rename", unfinished))?;
    // The new name itself must survive a power failure.
    File::open(&folders.data).and_then(|data| data.sync_all()).map_err(Error::system("sync", &folders.data))
}

fn initdb(
    folders: &Folders,
    installation: &Installation,
    account: Option<Account>,
    is_durable: bool,
) -> Result<(), Error> {
    let program = installation.bin_dir.join("initdb");
    let target =
        Reachable::new(&folders.unfinished, account).map_err(Error::system("open", &folders.unfinished))?;
    let path = target.path().to_owned();
    // Killed outright when we die: on a gentler signal it would tidy up, and that could meet the
    // folder that the next start has made under the same name.
    let mut command = child::command(&program, account, vec![target], Signal::SIGKILL);
    command.arg("-D").arg(path).args(["-U", USER]);
    // Whoever can enter the socket folder is the cluster's owner or root: no password is needed.
    command.args(["--auth-local=trust", "--auth-host=reject"]);
    // The same order of text on every machine. Checksums: a damaged page of a health record must
    // be an error, not a wrong value.
    command.args(["--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums", "--no-instructions"]);
    if !is_durable {
        command.arg("--no-sync");
    }
    let result = command.stdin(Stdio::null()).output().map_err(Error::system("run", &program))?;
    if result.status.success() {
        return Ok(());
    }
    Err(Error::Initdb { output: last_lines(&[result.stdout, result.stderr].concat()) })
}
