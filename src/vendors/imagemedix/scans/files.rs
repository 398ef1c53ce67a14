//! Where the files of scans are: addresses below the mount that are signed for who asked (contract IM-21, G-IM-7).

use actix_web::web;

use crate::http::arrival::Arrival;
use crate::identity::{Account, Identity, Surface};
use crate::vendors::imagemedix::to_fhir::report::file_name;

/// Below it are the pictures of scans.
pub const UPLOADS: &str = "/uploads";
/// Below it are reports.
pub const REPORTS: &str = "/reports";

/// Gives addresses to one caller.
pub struct Addresses<'a> {
    identity: &'a web::Data<Identity>,
    account: &'a Account,
    base: String,
}

impl<'a> Addresses<'a> {
    /// Addresses below the mount that the request came through.
    #[must_use]
    pub fn new(identity: &'a web::Data<Identity>, account: &'a Account, arrival: &Arrival) -> Self {
        Self { identity, account, base: arrival.base() }
    }

    /// The address of a scan's picture, whole.
    #[must_use]
    pub fn picture(&self, scan: &str, name: &str) -> String {
        format!("{}{}", self.base, self.signed(scan, &format!("{UPLOADS}/{name}")))
    }

    /// The address of the report on a scan, below the mount.
    #[must_use]
    pub fn report(&self, scan: &str) -> String {
        self.signed(scan, &format!("{REPORTS}/{}", file_name(scan)))
    }

    fn signed(&self, scan: &str, path: &str) -> String {
        let link = self.identity.sign_file(Surface::ImageMedix, self.account, &file(scan, path));
        format!("{path}?id={scan}&exp={}&sig={}", link.until, link.signature)
    }
}

/// What is signed: the file at this path, of this scan.
#[must_use]
pub fn file(scan: &str, path: &str) -> String {
    format!("{scan}\n{path}")
}
