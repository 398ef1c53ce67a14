//! Where a request belongs, by listener, host and path, in this order (contract X-01).
//!
//! Nothing of the path is made up for: `..`, empty segments and encoded slashes stay what they are, segments that no route knows.

use std::borrow::Cow;

use crate::core::config::mounts::{Mount, Mounting};

/// The paths that are the server's own on every host.
const OWN: [&str; 12] = [
    "fhir",
    "_admin",
    "oauth",
    "login",
    "logout",
    "docs",
    "openapi",
    "console",
    ".well-known",
    "metrics",
    "healthz",
    "readyz",
];

/// Where a request belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// To the server's own paths, or to nothing.
    Server,
    /// To a vendor's API, whose address takes so many segments of the path.
    Mounted(Mount, usize),
}

/// Finds the place. `path` is decoded as the router decodes it, `host` in lower case without port.
#[must_use]
pub fn place(mounting: &Mounting, listener: Option<Mount>, host: &str, path: &str) -> Place {
    if let Some(mount) = listener {
        return Place::Mounted(mount, 0);
    }
    let mut segments = path.strip_prefix('/').unwrap_or(path).split('/');
    let first = segments.next().unwrap_or_default();
    if OWN.contains(&first) {
        return Place::Server;
    }
    if let Some(mount) = mounting.hosts.find(host) {
        return Place::Mounted(mount, 0);
    }
    if first == "hemato"
        && let Some(region) = segments.next().and_then(|word| mounting.regions.find(word))
    {
        return Place::Mounted(Mount::Hemato(region), 2);
    }
    let mount = match first {
        "smartscan" => Some(Mount::SmartScan),
        "imagemedix" => Some(Mount::ImageMedix),
        "smartz" => Some(Mount::Smartz),
        "hemato" => Some(Mount::Hemato(mounting.regions.default)),
        _ => None,
    };
    // Clients resolve the address of a report against the host alone; it is signed, and so names its tenant (contract 1.2).
    let files = is_file(path).then_some(Mount::ImageMedix);
    let root = mounting.root.or(files).map_or(Place::Server, |mount| Place::Mounted(mount, 0));
    mount.map_or(root, |mount| Place::Mounted(mount, 1))
}

/// Whether the path is one of ImageMedix's files.
fn is_file(path: &str) -> bool {
    let report = path.strip_prefix("/reports/report-").and_then(|name| name.strip_suffix(".pdf"));
    let name = report.or_else(|| path.strip_prefix("/uploads/"));
    name.is_some_and(|name| !name.is_empty() && !name.contains('/'))
}

/// The path by which the router knows the mount's API.
#[must_use]
pub fn scope(mount: Mount) -> &'static str {
    match mount {
        Mount::SmartScan => "/smartscan",
        Mount::ImageMedix => "/imagemedix",
        Mount::Smartz => "/smartz",
        Mount::Hemato(_) => "/hemato",
    }
}

/// The path as the router is to see it: the mount's scope in place of its address. `raw` is the path as it was sent.
#[must_use]
pub fn routed(mount: Mount, segments: usize, raw: &str) -> Cow<'_, str> {
    let tail = after(raw, segments);
    let slash = if tail.is_empty() || tail.starts_with('/') { "" } else { "/" };
    let routed = format!("{}{slash}{tail}", scope(mount));
    if routed == raw { Cow::Borrowed(raw) } else { Cow::Owned(routed) }
}

/// What follows the first segments of a path, with the slash before it.
fn after(path: &str, segments: usize) -> &str {
    (0..segments).fold(path, |rest, _| {
        let rest = rest.strip_prefix('/').unwrap_or(rest);
        rest.find('/').and_then(|at| rest.get(at..)).unwrap_or_default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::config::mounts::Region;

    fn placed(host: &str, path: &str) -> Place {
        place(&Mounting::default(), None, host, path)
    }

    #[test]
    fn what_only_looks_like_a_mount_is_none() {
        for path in [
            "",
            "/",
            "//",
            "/smartscanx",
            "//smartscan/api",
            "/./smartscan",
            "/x/smartscan",
            "/smartscan%2Fapi",
            "/SmartScan",
            "/api/auth/login",
            "/uploads/",
            "/uploads/a/b",
            "/reports/a.pdf",
            "/reports/report-.pdf",
        ] {
            assert_eq!(placed("example.org", path), Place::Server, "{path}");
        }
    }

    #[test]
    fn a_prefix_leads_to_its_vendor_and_its_region() {
        for (path, mount, segments, routed_to) in [
            ("/smartscan", Mount::SmartScan, 1, "/smartscan"),
            ("/smartscan/../fhir", Mount::SmartScan, 1, "/smartscan/../fhir"),
            ("/smartscan//api", Mount::SmartScan, 1, "/smartscan//api"),
            ("/imagemedix/api", Mount::ImageMedix, 1, "/imagemedix/api"),
            ("/smartz/v1/token", Mount::Smartz, 1, "/smartz/v1/token"),
            ("/hemato/pbs", Mount::Hemato(Region::Dev), 1, "/hemato/pbs"),
            ("/hemato/us/pbs", Mount::Hemato(Region::Us), 2, "/hemato/pbs"),
            ("/hemato/us/us/pbs", Mount::Hemato(Region::Us), 2, "/hemato/us/pbs"),
            ("/hemato/mars/pbs", Mount::Hemato(Region::Dev), 1, "/hemato/mars/pbs"),
            ("/hemato/eu", Mount::Hemato(Region::Eu), 2, "/hemato"),
        ] {
            assert_eq!(placed("example.org", path), Place::Mounted(mount, segments), "{path}");
            assert_eq!(routed(mount, segments, path), routed_to);
        }
        assert_eq!(routed(Mount::Hemato(Region::Us), 2, "/hem%61to/%75s/%2e"), "/hemato/%2e");
    }

    #[test]
    fn the_files_of_scans_are_found_on_any_host() {
        for path in ["/uploads/1744068779585-a.png", "/reports/report-67f460abdf638f437b934239.pdf"] {
            assert_eq!(placed("example.org", path), Place::Mounted(Mount::ImageMedix, 0), "{path}");
            assert_eq!(routed(Mount::ImageMedix, 0, path), format!("/imagemedix{path}"));
        }
    }

    #[test]
    fn on_a_vendors_host_all_but_the_servers_own_paths_are_the_vendors() {
        let mounted = Place::Mounted(Mount::ImageMedix, 0);
        for path in ["/", "//fhir", "/smartscan/api", "/imagemedix/api", "/fhirx", "/api/auth/login", "*"] {
            assert_eq!(placed("imagemedix.example.org", path), mounted, "{path}");
        }
        for own in OWN {
            assert_eq!(placed("imagemedix.example.org", &format!("/{own}/x")), Place::Server, "{own}");
        }
        assert_eq!(routed(Mount::ImageMedix, 0, "//fhir"), "/imagemedix//fhir");
        assert_eq!(routed(Mount::ImageMedix, 0, "*"), "/imagemedix/*");
    }

    #[test]
    fn on_a_vendors_listener_all_is_the_vendors() {
        let mounting = Mounting { root: Some(Mount::SmartScan), ..Mounting::default() };
        let mount = Mount::Hemato(Region::Us);
        for path in ["/", "/fhir/Patient", "/smartscan/api", "/hemato/eu/pbs"] {
            assert_eq!(
                place(&mounting, Some(mount), "imagemedix.example.org", path),
                Place::Mounted(mount, 0),
                "{path}"
            );
        }
    }

    #[test]
    fn the_root_of_an_unknown_host_is_the_chosen_vendors() {
        let mounting = Mounting { root: Some(Mount::SmartScan), ..Mounting::default() };
        let at = |path: &str| place(&mounting, None, "example.org", path);
        assert_eq!(at("/api/auth/login"), Place::Mounted(Mount::SmartScan, 0));
        assert_eq!(at("/imagemedix/api"), Place::Mounted(Mount::ImageMedix, 1));
        assert_eq!(at("/fhir/Patient"), Place::Server);
    }
}
