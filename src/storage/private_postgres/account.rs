//! The system user whom Postgres' processes run as.

use std::{
    fs::{self, DirBuilder},
    io,
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _, lchown},
    path::Path,
};

use nix::unistd::{Uid, User};

use super::errors::PrivatePostgresError as Error;

/// The users tried when hygeia runs as root, in this order.
const CANDIDATES: [&str; 2] = ["postgres", "nobody"];

/// A user and its main group.
#[derive(Clone, Copy, Debug)]
pub(super) struct Account {
    pub(super) uid: u32,
    pub(super) gid: u32,
}

/// Whom to run Postgres as: `None` is ourselves. Postgres refuses to run as root, so root runs it
/// as the cluster's owner or, for a new cluster, as a system user.
pub(super) fn choose(cluster: &Path) -> Result<Option<Account>, Error> {
    let us = Uid::effective();
    let owner = match fs::metadata(cluster) {
        Ok(found) => Some(Account { uid: found.uid(), gid: found.gid() }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(Error::system("read", cluster)(error)),
    };
    match owner {
        Some(owner) if !us.is_root() && owner.uid != us.as_raw() => {
            Err(Error::NotOurs { path: cluster.to_owned(), owner: owner.uid, us: us.as_raw() })
        }
        _ if !us.is_root() => Ok(None),
        Some(owner) if owner.uid != 0 => Ok(Some(owner)),
        // None, or a copy that root brought back from a backup: it is handed over.
        Some(_) | None => {
            let account = system_user()?;
            if owner.is_some() {
                hand_over(cluster, account).map_err(Error::system("change the owner of", cluster))?;
            }
            Ok(Some(account))
        }
    }
}

/// Makes a folder, if it is missing, that only the account may enter.
pub(super) fn private_folder(path: &Path, account: Option<Account>) -> Result<(), Error> {
    match DirBuilder::new().mode(0o700).create(path) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(Error::system("make", path)(error)),
    }
    // Not following a link, and not somebody else's folder: under /tmp anybody can put one there.
    let found = fs::symlink_metadata(path).map_err(Error::system("read", path))?;
    let us = Uid::effective().as_raw();
    let is_ours = found.uid() == us || account.is_some_and(|account| account.uid == found.uid());
    if !found.is_dir() || !is_ours {
        return Err(Error::NotOurs { path: path.to_owned(), owner: found.uid(), us });
    }
    fs::set_permissions(path, fs::Permissions::from_mode(0o700))
        .and_then(|()| account.map_or(Ok(()), |account| lchown(path, Some(account.uid), Some(account.gid))))
        .map_err(Error::system("take over", path))
}

fn system_user() -> Result<Account, Error> {
    CANDIDATES
        .iter()
        .filter_map(|name| User::from_name(name).ok().flatten())
        .map(|user| Account { uid: user.uid.as_raw(), gid: user.gid.as_raw() })
        .find(|account| account.uid != 0)
        .ok_or(Error::NoAccount)
}

fn hand_over(path: &Path, account: Account) -> io::Result<()> {
    lchown(path, Some(account.uid), Some(account.gid))?;
    if fs::symlink_metadata(path)?.is_dir() {
        for entry in fs::read_dir(path)? {
            hand_over(&entry?.path(), account)?;
        }
    }
    Ok(())
}
