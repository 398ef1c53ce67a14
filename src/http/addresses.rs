//! The addresses of an API by method and path: the audit calls requests by them, and a wrong method is told from a wrong path.

use actix_web::http::Method;

/// What the audit calls a request to no address.
pub const UNKNOWN: &str = "unknown";

/// An operation: method, path below the mount (a `:` segment stands for any), and its name in the audit trail.
pub type Address = (Method, &'static str, &'static str);

/// All addresses of one API.
#[derive(Debug)]
pub struct Addresses {
    mount: &'static str,
    all: &'static [&'static [Address]],
}

impl Addresses {
    /// Those of these lists, below a mount.
    #[must_use]
    pub const fn new(mount: &'static str, all: &'static [&'static [Address]]) -> Self {
        Self { mount, all }
    }

    /// The name of the operation that a request asks for. The path may be with or without the mount.
    #[must_use]
    pub fn operation(&self, method: &Method, path: &str) -> &'static str {
        self.at(path).find(|(m, ..)| m == method).map_or(UNKNOWN, |(.., name)| name)
    }

    /// The methods that a path takes, as the header `Allow` lists them; none where there is no such path.
    #[must_use]
    pub fn allowed(&self, path: &str) -> Option<String> {
        let methods: Vec<_> = self.at(path).map(|(method, ..)| method.as_str()).collect();
        (!methods.is_empty()).then(|| methods.join(", "))
    }

    fn at(&self, path: &str) -> impl Iterator<Item = &'static Address> {
        let path = path.strip_prefix(self.mount).unwrap_or(path).to_owned();
        // A word of its own in that place, such as `generate`, is nobody's id.
        let all = self.all.iter().copied().flatten();
        let exact = all.clone().any(|(_, pattern, _)| *pattern == path);
        all.filter(move |(_, pattern, _)| if exact { *pattern == path } else { matches(pattern, &path) })
    }
}

fn matches(pattern: &str, path: &str) -> bool {
    let mut segments = path.split('/');
    pattern
        .split('/')
        .all(|wanted| segments.next().is_some_and(|s| s == wanted || wanted == ":" && !s.is_empty()))
        && segments.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: &[Address] = &[
        (Method::GET, "/keys", "list"),
        (Method::POST, "/keys/generate", "generate"),
        (Method::DELETE, "/keys/:", "revoke"),
        (Method::GET, "/keys/:", "read"),
        (Method::POST, "/keys/:/rotate", "rotate"),
    ];
    const OURS: Addresses = Addresses::new("/ours", &[ALL]);

    #[test]
    fn a_wrong_path_and_a_wrong_method_are_unknown() {
        for path in ["", "/", "/ours", "/keys/", "/keys/1/2", "/keys/1/rotate/", "/ours/nothing", "keys"] {
            assert_eq!(OURS.operation(&Method::GET, path), UNKNOWN, "{path}");
            assert_eq!(OURS.allowed(path), None, "{path}");
        }
        assert_eq!(OURS.operation(&Method::DELETE, "/keys"), UNKNOWN);
        assert_eq!(OURS.operation(&Method::DELETE, "/keys/generate"), UNKNOWN);
    }

    #[test]
    fn an_operation_is_known_with_and_without_the_mount() {
        assert_eq!(OURS.operation(&Method::GET, "/ours/keys/1"), "read");
        assert_eq!(OURS.operation(&Method::POST, "/keys/generate"), "generate");
        assert_eq!(OURS.operation(&Method::POST, "/keys/1/rotate"), "rotate");
    }

    #[test]
    fn a_path_tells_the_methods_that_it_takes() {
        assert_eq!(OURS.allowed("/ours/keys/1").as_deref(), Some("DELETE, GET"));
        assert_eq!(OURS.allowed("/keys/generate").as_deref(), Some("POST"));
    }
}
