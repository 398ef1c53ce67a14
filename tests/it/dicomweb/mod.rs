//! DICOMweb: refusals first, then what each operation does.

mod clients;
mod consents;
mod retrieve;
mod search;
mod shared_uid;
mod store;

use reqwest::{Method, RequestBuilder};

use crate::harness::{Answer, Server};

/// Files as a body of several parts; its media type is [`RELATED`].
pub fn parts(files: &[Vec<u8>]) -> Vec<u8> {
    let mut body = Vec::new();
    for file in files {
        body.extend_from_slice(b"--b\r\nContent-Type: application/dicom\r\n\r\n");
        body.extend_from_slice(file);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--b--\r\n");
    body
}

/// What [`parts`] are.
pub const RELATED: &str = "multipart/related; type=\"application/dicom\"; boundary=b";

/// A client with a token.
struct Viewer<'a> {
    server: &'a Server,
    token: String,
}

impl<'a> Viewer<'a> {
    /// One with every right to studies.
    async fn of(server: &'a Server) -> Self {
        Self::with(server, "system/ImagingStudy.crus").await
    }

    async fn with(server: &'a Server, scope: &str) -> Self {
        Self { server, token: server.token(scope).await }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.server.request(method, &format!("/dicomweb{path}")).bearer_auth(&self.token)
    }

    async fn store(&self, files: &[Vec<u8>]) -> Answer {
        self.store_at("/studies", files).await
    }

    async fn store_at(&self, path: &str, files: &[Vec<u8>]) -> Answer {
        let request = self.request(Method::POST, path).header("Content-Type", RELATED);
        Answer::of(request.header("Accept", "application/dicom+json").body(parts(files))).await
    }

    async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path)).await
    }

    /// The bytes at a path that accepts this, with their media type.
    async fn bytes(&self, path: &str, accept: &str) -> (String, Vec<u8>) {
        let answer = self.request(Method::GET, path).header("Accept", accept).send().await.unwrap();
        let media_type = answer.headers()["content-type"].to_str().unwrap().to_owned();
        assert_eq!(answer.status(), 200, "{path}");
        (media_type, answer.bytes().await.unwrap().to_vec())
    }
}

/// The bytes of the parts of an answer.
fn bodies(media_type: &str, answer: &[u8]) -> Vec<Vec<u8>> {
    let boundary = media_type.split("boundary=").nth(1).unwrap();
    let (opening, end) = (format!("\r\n--{boundary}\r\n"), format!("\r\n--{boundary}--\r\n"));
    let position =
        |bytes: &[u8], wanted: &[u8]| bytes.windows(wanted.len()).position(|found| found == wanted);
    let mut rest = &answer[..answer.len() - end.len()];
    assert!(answer.ends_with(end.as_bytes()));
    let mut found = Vec::new();
    while let Some(at) = position(rest, opening.as_bytes()) {
        let part = &rest[at + opening.len()..];
        let until = position(part, opening.as_bytes()).unwrap_or(part.len());
        let body = position(part, b"\r\n\r\n").unwrap() + 4;
        found.push(part[body..until].to_vec());
        rest = &part[until..];
    }
    found
}
