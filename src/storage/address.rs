//! The numbers that stand for names in search rows: they are short, and every comparison of them may use an index behind a policy.
//!
//! All are hashes, made alike from a stored resource and from a query. `docs/decisions/0008-search-rows.md` tells how likely two
//! names share a number, and what comes of it.

use sha2::{Digest, Sha256};
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

/// The number by which a resource is looked up and by which references point at it. The migration that added it makes the same
/// in SQL.
#[must_use]
pub fn address(resource_type: &str, id: &str) -> i64 {
    let mut hash = Sha256::new();
    hash.update(resource_type);
    hash.update("/");
    hash.update(id);
    let digest = hash.finalize();
    let first = digest.first_chunk().copied().unwrap_or_default();
    i64::from_be_bytes(first)
}

/// A search parameter of a resource type. A test compares those of the specification: no two are the same.
#[must_use]
pub fn slot(resource_type: &str, parameter: &str) -> i32 {
    let mut hash = Xxh3::new();
    hash.update(resource_type.as_bytes());
    hash.update(b".");
    hash.update(parameter.as_bytes());
    short(hash.digest())
}

/// A name beside which there can be none, such as a code's system. Never 0, which stands for none.
#[must_use]
pub fn qualifier(name: &str) -> i32 {
    match short(xxh3_64(name.as_bytes())) {
        0 => 1,
        number => number,
    }
}

/// What is compared as a whole: a code, a URL. Never 0, which stands for none.
#[must_use]
pub fn value(parts: &[&str]) -> i64 {
    let mut hash = Xxh3::new();
    for part in parts {
        hash.update(part.as_bytes());
        // NUL cannot be part of a FHIR string, so no two lists of parts run together to the same bytes.
        hash.update(&[0]);
    }
    match i64::from_ne_bytes(hash.digest().to_ne_bytes()) {
        0 => 1,
        number => number,
    }
}

/// Two values that are found together.
#[must_use]
pub fn pair(first: i64, second: i64) -> i64 {
    let mut bytes = [0; 16];
    let (front, back) = bytes.split_at_mut(8);
    front.copy_from_slice(&first.to_ne_bytes());
    back.copy_from_slice(&second.to_ne_bytes());
    i64::from_ne_bytes(xxh3_64(&bytes).to_ne_bytes())
}

/// A token's value that is found together with an address. A statement can make it, too: `value # address`.
#[must_use]
pub fn beside(value: i64, address: i64) -> i64 {
    value ^ address
}

fn short(hash: u64) -> i32 {
    let [a, b, c, d, ..] = hash.to_ne_bytes();
    i32::from_ne_bytes([a, b, c, d])
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::fhir::chain::points_at;
    use crate::fhir::definitions::{resource_types, search_parameters};
    use crate::fhir::search_parameter::SearchKind;

    #[test]
    fn an_address_is_the_beginning_of_a_sha_256() {
        // SELECT ('x' || substr(encode(sha256('Patient/1'), 'hex'), 1, 16))::bit(64)::bigint
        assert_eq!(address("Patient", "1"), 3141987442251605659);
        assert_ne!(address("Patient", "1"), address("Person", "1"));
    }

    #[test]
    fn no_two_parameters_share_a_slot() {
        let mut seen = HashMap::new();
        for resource_type in resource_types() {
            for parameter in search_parameters(resource_type) {
                let plain = ["", ":text", ":identifier", ":of-type", "@patient", ":latitude", ":longitude"];
                let targets = resource_types().filter(|to| {
                    parameter.kind == SearchKind::Reference && points_at(resource_type, parameter, *to)
                });
                let of_type = targets.map(|target| format!(":identifier:{target}"));
                for suffix in plain.into_iter().map(str::to_owned).chain(of_type) {
                    let name = format!("{resource_type}.{}{suffix}", parameter.code);
                    let slot = slot(resource_type.as_str(), &format!("{}{suffix}", parameter.code));
                    assert_eq!(seen.insert(slot, name.clone()), None, "{name}");
                }
            }
        }
        assert!(seen.len() > 10_000);
    }
}
