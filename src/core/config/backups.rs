//! Where backups are kept, and for how long.

use std::num::NonZero;
use std::path::PathBuf;

use super::source::Source;

/// Where backups are kept, and for how long.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BackupSettings {
    /// `HYGEIA_BACKUP_DIR`: the folder that backups are in.
    pub folder: Option<PathBuf>,
    /// `HYGEIA_BACKUP_HOURS`: a backup is taken when the newest was begun so many hours ago; without it, only when it is asked for.
    pub every_h: Option<NonZero<u16>>,
    /// `HYGEIA_BACKUP_DAYS`: backups that were begun more days ago are removed, but for the newest; without it, all are kept.
    pub days: Option<NonZero<u16>>,
    /// `HYGEIA_BACKUP_KEY_FILE`: the file with the key that backups are sealed with, 64 hexadecimal digits; without it, they are not.
    pub key_file: Option<PathBuf>,
}

impl BackupSettings {
    /// Reads the settings.
    pub(super) fn read(source: &mut Source) -> Self {
        let settings = Self {
            folder: source.text("HYGEIA_BACKUP_DIR").map(PathBuf::from),
            every_h: source.optional("HYGEIA_BACKUP_HOURS", "a number of hours from 1 to 65535"),
            days: source.optional("HYGEIA_BACKUP_DAYS", "a number of days from 1 to 65535"),
            key_file: source.text("HYGEIA_BACKUP_KEY_FILE").map(PathBuf::from),
        };
        if settings.folder.is_none() && settings.every_h.is_some() {
            source.fault("HYGEIA_BACKUP_DIR", "is needed beside HYGEIA_BACKUP_HOURS");
        }
        settings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(environment: &[(&str, &str)]) -> Result<BackupSettings, Vec<String>> {
        let environment = environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let mut source = Source::open(environment).unwrap();
        let found = BackupSettings::read(&mut source);
        source.finish().map(|_| found).map_err(|faults| faults.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_schedule_needs_a_folder_and_numbers_are_above_0() {
        let faults = read(&[("HYGEIA_BACKUP_HOURS", "0"), ("HYGEIA_BACKUP_DAYS", "ever")]).unwrap_err();
        assert_eq!(
            faults,
            [
                "HYGEIA_BACKUP_HOURS must be a number of hours from 1 to 65535",
                "HYGEIA_BACKUP_DAYS must be a number of days from 1 to 65535",
            ]
        );
        let faults = read(&[("HYGEIA_BACKUP_HOURS", "6")]).unwrap_err();
        assert_eq!(faults, ["HYGEIA_BACKUP_DIR is needed beside HYGEIA_BACKUP_HOURS"]);
        let found = read(&[("HYGEIA_BACKUP_DIR", "/srv/b"), ("HYGEIA_BACKUP_DAYS", "30")]).unwrap();
        assert_eq!((found.folder, found.days.map(NonZero::get)), (Some("/srv/b".into()), Some(30)));
    }
}
