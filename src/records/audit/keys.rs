//! The keys that seals are coded with. They are outside of the database, so that who can write there alone cannot make a seal.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ring::hmac;
use sha2::{Digest as _, Sha256};

use crate::core::{Ids, Secret};

/// The file in the data folder where no setting names a key.
const FILE: &str = "audit.key";
/// So many bytes a key has.
const LENGTH: usize = 32;

/// The key that codes, and those from before, which still check.
#[derive(Clone)]
pub struct Keys(Arc<Vec<Key>>);

struct Key {
    name: Vec<u8>,
    key: hmac::Key,
}

/// Why there are no keys.
#[derive(Debug, thiserror::Error)]
pub enum NoKeys {
    /// The text is not one of keys.
    #[error(
        "each key of the audit trail is 64 hexadecimal digits; several are parted by commas, the current one first"
    )]
    Malformed,
    /// The file cannot be read or made.
    #[error("{} cannot be read or made: {error}; HYGEIA_AUDIT_KEY can hold the key instead", .path.display())]
    File {
        /// Where it should be.
        path: PathBuf,
        /// What went wrong.
        error: io::Error,
    },
}

/// What a code says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Checked {
    /// Somebody with the key made it.
    Holds,
    /// It is not what the key makes.
    Wrong,
    /// It was made with a key that we do not have.
    UnknownKey,
}

impl Keys {
    /// Those of the setting, or those in the data folder, where one is made if there is none.
    ///
    /// # Errors
    /// When the setting or the file makes no sense, or the file cannot be made.
    pub fn open(setting: Option<&Secret<String>>, data_dir: &Path, ids: Ids) -> Result<Self, NoKeys> {
        if let Some(setting) = setting {
            return Self::read(setting.expose());
        }
        let path = data_dir.join(FILE);
        let text = match fs::read_to_string(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => make(data_dir, &path, ids),
            read => read,
        };
        Self::read(&text.map_err(|error| NoKeys::File { path, error })?)
    }

    fn read(text: &str) -> Result<Self, NoKeys> {
        let parts = text.split(|c: char| c == ',' || c.is_ascii_whitespace()).filter(|part| !part.is_empty());
        let key = |part: &str| {
            let bytes = hex::decode(part).ok().filter(|bytes| bytes.len() == LENGTH)?;
            let name = Sha256::digest(&bytes).iter().copied().take(8).collect();
            Some(Key { name, key: hmac::Key::new(hmac::HMAC_SHA256, &bytes) })
        };
        let keys: Vec<_> = parts.map(key).collect::<Option<_>>().ok_or(NoKeys::Malformed)?;
        if keys.is_empty() { Err(NoKeys::Malformed) } else { Ok(Self(Arc::new(keys))) }
    }

    /// The name of the key that codes, and the code.
    pub(super) fn code(&self, message: &[u8]) -> (Vec<u8>, Vec<u8>) {
        // There is one at least.
        let coded = self.0.first().map(|key| (key.name.clone(), hmac::sign(&key.key, message)));
        coded.map(|(name, code)| (name, code.as_ref().to_vec())).unwrap_or_default()
    }

    pub(super) fn check(&self, name: &[u8], message: &[u8], code: &[u8]) -> Checked {
        match self.0.iter().find(|key| key.name == name) {
            None => Checked::UnknownKey,
            Some(key) if hmac::verify(&key.key, message, code).is_ok() => Checked::Holds,
            Some(_) => Checked::Wrong,
        }
    }
}

/// Makes the file. Of several processes that start at the same time one wins, and none reads half a key.
fn make(data_dir: &Path, path: &Path, ids: Ids) -> io::Result<String> {
    fs::create_dir_all(data_dir)?;
    let made = data_dir.join(format!("{FILE}.{}", ids.uuid()));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&made)?;
    file.write_all(format!("{}\n", hex::encode(ids.random_bytes(LENGTH))).as_bytes())?;
    file.sync_all()?;
    let linked = fs::hard_link(&made, path);
    fs::remove_file(&made)?;
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => fs::read_to_string(path),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn what_is_no_key_is_refused_and_not_shown() {
        for text in ["", " , ", "00", &"0g".repeat(32), &format!("{},xy", "00".repeat(32))] {
            let refused = Keys::read(text).err().unwrap().to_string();
            assert!(refused.starts_with("each key") && (text.trim().is_empty() || !refused.contains(text)));
        }
    }

    #[test]
    fn codes_are_checked_by_the_key_that_made_them() {
        let (old, new) = ("11".repeat(32), "22".repeat(32));
        let before = Keys::read(&old).unwrap();
        let (name, code) = before.code(b"head");
        let both = Keys::read(&format!("{new}, {old}\n")).unwrap();
        assert_eq!(both.check(&name, b"head", &code), Checked::Holds);
        assert_eq!(both.check(&name, b"heae", &code), Checked::Wrong);
        assert_eq!(Keys::read(&new).unwrap().check(&name, b"head", &code), Checked::UnknownKey);
        assert_ne!(both.code(b"head").0, name, "the first one codes");
    }

    #[test]
    fn the_file_is_made_once_and_for_its_owner_alone() {
        let folder = std::env::temp_dir().join(format!("hygeia-keys-{}", Ids.uuid()));
        let first = Keys::open(None, &folder, Ids).unwrap();
        let second = Keys::open(None, &folder, Ids).unwrap();
        assert_eq!(first.code(b"x"), second.code(b"x"));
        let names: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, [FILE]);
        assert_eq!(fs::metadata(folder.join(FILE)).unwrap().permissions().mode() & 0o777, 0o600);
        fs::write(folder.join(FILE), "half").unwrap();
        assert!(matches!(Keys::open(None, &folder, Ids), Err(NoKeys::Malformed)));
        fs::remove_dir_all(&folder).unwrap();
    }
}
