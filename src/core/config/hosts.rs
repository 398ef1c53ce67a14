//! The table of hosts: which vendor's API is at the root of a host (contract ).

use super::mounts::{Mount, Region, Regions, listed};

/// Patterns of host names, each with what is at the root of such a host. The first that matches counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hosts(Vec<(Pattern, Option<Mount>)>);

/// A host name in which a label can be `*`: any one label, or, at the end, one or more.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Pattern(Vec<String>);

impl Default for Hosts {
    /// The vendors' own hosts, and hosts whose first label is a vendor's name.
    fn default() -> Self {
        Self::new("", &Regions::default()).unwrap_or(Self(Vec::new()))
    }
}

impl Hosts {
    /// The patterns of a setting, `PATTERN=MOUNT` parted by commas, before those that are always there; none when one is wrong. The
    /// mount `none` takes a host out.
    pub(super) fn new(own: &str, regions: &Regions) -> Option<Self> {
        let own = listed(own).map(|entry| {
            let (pattern, word) = entry.split_once('=')?;
            let mount = if word == "none" { None } else { Some(regions.mount(word)?) };
            Some((Pattern::parse(pattern)?, mount))
        });
        let region = |region: &Region| {
            let host = format!("{}.api.hemato.ai", region.as_str());
            Some((Pattern::parse(&host)?, Some(Mount::Hemato(*region))))
        };
        let always = [
            ("api.smartscanpro.ai", Mount::SmartScan),
            ("smartscan.*", Mount::SmartScan),
            ("api.imagemedix.com", Mount::ImageMedix),
            ("imagemedix.*", Mount::ImageMedix),
            ("smartz-api.azure-api.net", Mount::Smartz),
            ("smartz-api.developer.azure-api.net", Mount::Smartz),
            ("smartz.*", Mount::Smartz),
            ("portal.smartz.*", Mount::Smartz),
            ("dashboard.smartz.*", Mount::Smartz),
            ("api.hemato.ai", Mount::Hemato(regions.default)),
            ("hemato.*", Mount::Hemato(regions.default)),
        ];
        let always = always.into_iter().map(|(pattern, mount)| Some((Pattern::parse(pattern)?, Some(mount))));
        own.chain(regions.served.iter().map(region)).chain(always).collect::<Option<_>>().map(Self)
    }

    /// What is at the root of a host, given in lower case and without port.
    #[must_use]
    pub fn find(&self, host: &str) -> Option<Mount> {
        let host = host.strip_suffix('.').unwrap_or(host);
        self.0.iter().find(|(pattern, _)| pattern.matches(host)).and_then(|(_, mount)| *mount)
    }
}

impl Pattern {
    fn parse(text: &str) -> Option<Self> {
        let labels: Vec<_> = text.to_ascii_lowercase().split('.').map(str::to_owned).collect();
        let is_name = |label: &str| {
            !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
        };
        labels.iter().all(|label| label == "*" || is_name(label)).then_some(Self(labels))
    }

    fn matches(&self, host: &str) -> bool {
        let mut labels = host.split('.');
        let known =
            |(wanted, label): (&String, &str)| !label.is_empty() && (wanted == "*" || wanted == label);
        self.0.iter().all(|wanted| labels.next().is_some_and(|label| known((wanted, label))))
            && (labels.clone().next().is_none()
                || self.0.last().is_some_and(|last| last == "*") && labels.all(|label| !label.is_empty()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_that_only_looks_like_a_vendors_is_none() {
        let hosts = Hosts::default();
        for host in [
            "",
            ".",
            "localhost",
            "smartscan",
            "smartscan.",
            "smartscan..org",
            "xsmartscan.example.org",
            "api.smartscanpro.ai.example.org",
            "www.api.smartscanpro.ai",
            "mars.api.hemato.ai",
            "127.0.0.1",
            "[::1]",
        ] {
            assert_eq!(hosts.find(host), None, "{host}");
        }
    }

    #[test]
    fn the_vendors_hosts_are_known() {
        let hosts = Hosts::default();
        for (host, mount) in [
            ("api.smartscanpro.ai", Mount::SmartScan),
            ("api.smartscanpro.ai.", Mount::SmartScan),
            ("smartscan.localhost", Mount::SmartScan),
            ("smartscan.clinic.example.org", Mount::SmartScan),
            ("api.imagemedix.com", Mount::ImageMedix),
            ("imagemedix.example.org", Mount::ImageMedix),
            ("smartz-api.azure-api.net", Mount::Smartz),
            ("smartz-api.developer.azure-api.net", Mount::Smartz),
            ("portal.smartz.example.org", Mount::Smartz),
            ("dashboard.smartz.example.org", Mount::Smartz),
            ("api.hemato.ai", Mount::Hemato(Region::Dev)),
            ("us.api.hemato.ai", Mount::Hemato(Region::Us)),
            ("hemato.example.org", Mount::Hemato(Region::Dev)),
        ] {
            assert_eq!(hosts.find(host), Some(mount), "{host}");
        }
    }

    #[test]
    fn own_patterns_come_first_and_can_take_a_host_out() {
        let regions = Regions { served: vec![Region::Eu], default: Region::Eu };
        let own = "Scan.Example.org=smartscan, *.labs.example=hemato/eu,hemato.internal=none";
        let hosts = Hosts::new(own, &regions).unwrap();
        assert_eq!(hosts.find("scan.example.org"), Some(Mount::SmartScan));
        assert_eq!(hosts.find("a.labs.example"), Some(Mount::Hemato(Region::Eu)));
        assert_eq!(hosts.find("a.b.labs.example"), None, "one label");
        assert_eq!(hosts.find("hemato.internal"), None);
        assert_eq!(hosts.find("hemato.other"), Some(Mount::Hemato(Region::Eu)));
        assert_eq!(hosts.find("us.api.hemato.ai"), None, "a region that is not served");
    }
}
