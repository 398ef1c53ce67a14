//! Long work without waiting: beside the threads that answer requests.

use serde_json::Value;

use super::Error;
use super::together::LARGE_BYTES;

/// More resources than this would hold up every other request of a thread.
const FEW: usize = 16;

/// How much there is to do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Load {
    count: usize,
    bytes: usize,
}

impl Load {
    /// That of resources of these sizes.
    pub(super) fn of(sizes: impl Iterator<Item = usize>) -> Self {
        let add = |load: Self, size| Self { count: load.count + 1, bytes: load.bytes.saturating_add(size) };
        sizes.fold(Self::default(), add)
    }

    /// With so many bytes more, of what is worked on as well.
    pub(super) fn and_bytes(self, bytes: usize) -> Self {
        Self { bytes: self.bytes.saturating_add(bytes), ..self }
    }

    fn is_long(self) -> bool {
        self.count > FEW || self.bytes > LARGE_BYTES
    }
}

/// About how long a resource is as text: what its names and strings come to. One string may be a whole picture.
pub(super) fn size(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 8,
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(size).sum(),
        Value::Object(members) => members.iter().map(|(name, value)| name.len() + size(value)).sum(),
    }
}

/// Runs what may take long beside the threads that answer requests.
pub(super) async fn aside<T: Send + 'static>(
    load: Load,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    if !load.is_long() {
        return Ok(work());
    }
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use std::thread;

    use serde_json::json;

    use super::*;

    async fn is_aside(resources: &[Value]) -> bool {
        let here = thread::current().id();
        aside(Load::of(resources.iter().map(size)), move || thread::current().id() != here).await.unwrap()
    }

    #[tokio::test]
    async fn many_and_large_resources_are_worked_on_aside() {
        let small = json!({ "resourceType": "Basic", "active": true });
        let picture = json!({ "resourceType": "Binary", "data": "A".repeat(LARGE_BYTES) });
        assert!(!is_aside(&[]).await);
        assert!(!is_aside(&vec![small.clone(); FEW]).await);
        assert!(is_aside(&vec![small.clone(); FEW + 1]).await);
        assert!(is_aside(&[small, picture]).await);
    }

    #[test]
    fn a_resource_is_as_large_as_its_texts() {
        assert_eq!(size(&json!({ "ab": ["cde", { "f": null }] })), 2 + 3 + 1 + 8);
    }
}
