//! Which vendor's API a listener, a host or a path leads to.
//!
//! The words of the settings are `smartscan`, `imagemedix`, `smartz`, `hemato` (its default region) and `hemato/REGION`.

use std::net::SocketAddr;

use super::hosts::Hosts;
use super::networks::Networks;
use super::source::Source;

/// A vendor's API; Hemato has one a region, with data of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mount {
    /// SmartScanPro.
    SmartScan,
    /// ImageMedix.
    ImageMedix,
    /// Smartz Connect: gateway, developer portal and dashboard.
    Smartz,
    /// Hemato.AI.
    Hemato(Region),
}

/// A region of Hemato: what is stored in one does not exist in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Region {
    /// For development.
    Dev,
    /// For tests.
    Qa,
    /// The United States.
    Us,
    /// Canada.
    Ca,
    /// The European Union.
    Eu,
}

impl Region {
    /// All regions.
    pub const ALL: [Self; 5] = [Self::Dev, Self::Qa, Self::Us, Self::Ca, Self::Eu];

    /// The word for it in paths, hosts and settings.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Qa => "qa",
            Self::Us => "us",
            Self::Ca => "ca",
            Self::Eu => "eu",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|region| region.as_str() == word)
    }
}

/// The regions that are served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Regions {
    /// Those that have an address.
    pub served: Vec<Region>,
    /// The one that is meant where none is named.
    pub default: Region,
}

impl Default for Regions {
    fn default() -> Self {
        Self { served: Region::ALL.to_vec(), default: Region::Dev }
    }
}

impl Regions {
    /// The region of that name, when it is served.
    #[must_use]
    pub fn find(&self, word: &str) -> Option<Region> {
        Region::parse(word).filter(|region| self.served.contains(region))
    }

    /// The mount that a word of the settings names.
    #[must_use]
    pub fn mount(&self, word: &str) -> Option<Mount> {
        match word {
            "smartscan" => Some(Mount::SmartScan),
            "imagemedix" => Some(Mount::ImageMedix),
            "smartz" => Some(Mount::Smartz),
            "hemato" => Some(Mount::Hemato(self.default)),
            word => self.find(word.strip_prefix("hemato/")?).map(Mount::Hemato),
        }
    }
}

/// A listener on which everything is one vendor's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listener {
    /// Where it listens.
    pub address: SocketAddr,
    /// What is there.
    pub mount: Mount,
    /// Whether it speaks plain HTTP although the server has a certificate.
    pub plain: bool,
}

/// How requests find their API.
#[derive(Clone, Debug, Default)]
pub struct Mounting {
    /// `HYGEIA_HEMATO_REGIONS`, default all, and `HYGEIA_HEMATO_DEFAULT_REGION`, default the first of them.
    pub regions: Regions,
    /// `HYGEIA_ROOT_VENDOR`: whose API is at the root of a host that no pattern names; default `none`.
    pub root: Option<Mount>,
    /// `HYGEIA_HOSTS`, and after them the patterns that are always there.
    pub hosts: Hosts,
    /// `HYGEIA_LISTENERS`, such as `0.0.0.0:8443=imagemedix`: listeners of one vendor's own.
    pub listeners: Vec<Listener>,
    /// `HYGEIA_TRUSTED_PROXIES`: the networks whose word on client, scheme and host is taken.
    pub proxies: Networks,
}

impl Mounting {
    pub(super) fn read(source: &mut Source) -> Self {
        let regions = regions(source);
        let words = "smartscan, imagemedix, smartz, hemato or hemato/REGION of a region that is served";
        let root = source.text("HYGEIA_ROOT_VENDOR").filter(|word| word != "none");
        let root = root.and_then(|word| {
            let mount = regions.mount(&word);
            if mount.is_none() {
                source.fault("HYGEIA_ROOT_VENDOR", &format!("must be none, {words}"));
            }
            mount
        });
        let own = source.text("HYGEIA_HOSTS").unwrap_or_default();
        let hosts = Hosts::new(&own, &regions).unwrap_or_else(|| {
            let wanted = format!("must be a list such as scan.example.org=smartscan, with none, {words}");
            source.fault("HYGEIA_HOSTS", &wanted);
            Hosts::default()
        });
        let text = source.text("HYGEIA_LISTENERS").unwrap_or_default();
        let listeners: Option<Vec<_>> = listed(&text).map(|entry| listener(entry, &regions)).collect();
        let listeners = listeners.unwrap_or_else(|| {
            let wanted = format!("must be a list such as 0.0.0.0:8443=imagemedix, with {words}");
            source.fault("HYGEIA_LISTENERS", &wanted);
            Vec::new()
        });
        let wanted = "a list of networks such as 10.0.0.0/8,::1";
        let proxies = source.parsed("HYGEIA_TRUSTED_PROXIES", Networks::default(), wanted);
        Self { regions, root, hosts, listeners, proxies }
    }
}

fn regions(source: &mut Source) -> Regions {
    let all = Regions::default();
    let wanted = "must be a list of dev, qa, us, ca and eu";
    let served = source.text("HYGEIA_HEMATO_REGIONS").map_or(Some(all.served), |text| {
        listed(&text).map(Region::parse).collect::<Option<Vec<_>>>().filter(|served| !served.is_empty())
    });
    let served = served.unwrap_or_else(|| {
        source.fault("HYGEIA_HEMATO_REGIONS", wanted);
        Region::ALL.to_vec()
    });
    let first = served.first().copied().unwrap_or(all.default);
    let regions = Regions { served, default: first };
    let Some(word) = source.text("HYGEIA_HEMATO_DEFAULT_REGION") else { return regions };
    let Some(default) = regions.find(&word) else {
        source.fault("HYGEIA_HEMATO_DEFAULT_REGION", "must be one of the regions that are served");
        return regions;
    };
    Regions { default, ..regions }
}

fn listener(entry: &str, regions: &Regions) -> Option<Listener> {
    let (address, word) = entry.split_once('=')?;
    let (plain, address) = match address.strip_prefix("http://") {
        Some(address) => (true, address),
        None => (false, address),
    };
    Some(Listener { address: address.parse().ok()?, mount: regions.mount(word)?, plain })
}

/// The entries of a list, which commas part.
pub(super) fn listed(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|entry| !entry.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(environment: &[(&str, &str)]) -> Result<Mounting, Vec<String>> {
        let environment = environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let mut source = Source::open(environment).unwrap();
        let mounting = Mounting::read(&mut source);
        match source.finish() {
            Ok(_) => Ok(mounting),
            Err(faults) => Err(faults.iter().map(ToString::to_string).collect()),
        }
    }

    #[test]
    fn what_names_no_mount_is_refused() {
        for (name, value) in [
            ("HYGEIA_ROOT_VENDOR", "acme"),
            ("HYGEIA_ROOT_VENDOR", "hemato/mars"),
            ("HYGEIA_HOSTS", "scan.example.org"),
            ("HYGEIA_HOSTS", "scan.example.org=acme"),
            ("HYGEIA_HOSTS", "a b=smartscan"),
            ("HYGEIA_HOSTS", "a*.example=smartscan"),
            ("HYGEIA_LISTENERS", "8443=imagemedix"),
            ("HYGEIA_LISTENERS", "127.0.0.1:8443"),
            ("HYGEIA_LISTENERS", "127.0.0.1:8443=none"),
            ("HYGEIA_TRUSTED_PROXIES", "10.0.0.0/33"),
            ("HYGEIA_TRUSTED_PROXIES", "proxy.example"),
            ("HYGEIA_HEMATO_REGIONS", "us,mars"),
            ("HYGEIA_HEMATO_DEFAULT_REGION", "mars"),
        ] {
            let faults = read(&[(name, value)]).unwrap_err();
            assert!(
                matches!(faults.as_slice(), [fault] if fault.starts_with(name)),
                "{name}={value}: {faults:?}"
            );
        }
        let faults = read(&[("HYGEIA_HEMATO_REGIONS", "us"), ("HYGEIA_LISTENERS", "127.0.0.1:1=hemato/eu")]);
        assert_eq!(faults.unwrap_err().len(), 1, "a region that is not served");
    }

    #[test]
    fn listeners_roots_and_regions_are_read() {
        let mounting = read(&[
            ("HYGEIA_LISTENERS", "0.0.0.0:8443=imagemedix, http://[::1]:9001=hemato/us,127.0.0.1:1=hemato"),
            ("HYGEIA_ROOT_VENDOR", "smartscan"),
            ("HYGEIA_HEMATO_REGIONS", "eu,us"),
        ])
        .unwrap();
        let listener =
            |address: &str, mount, plain| Listener { address: address.parse().unwrap(), mount, plain };
        assert_eq!(
            mounting.listeners,
            [
                listener("0.0.0.0:8443", Mount::ImageMedix, false),
                listener("[::1]:9001", Mount::Hemato(Region::Us), true),
                listener("127.0.0.1:1", Mount::Hemato(Region::Eu), false),
            ]
        );
        assert_eq!(mounting.root, Some(Mount::SmartScan));
        assert_eq!(read(&[("HYGEIA_ROOT_VENDOR", "none")]).unwrap().root, None);
    }
}
