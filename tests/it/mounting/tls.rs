//! TLS with a certificate that the test makes.

use std::path::PathBuf;

use hygeia::core::config::mounts::{Listener, Mount, Mounting};
use hygeia::core::config::{Settings, TlsSettings};
use hygeia::http::tls::Certificate;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use reqwest::Version;
use uuid::Uuid;

use super::listening;
use crate::harness::Server;

/// Certificate and key in files that are removed at the end.
struct Files(TlsSettings);

impl Files {
    fn new() -> (Self, reqwest::Certificate) {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
        let name = format!("tls-{}", Uuid::new_v4().simple());
        let file = |ending: &str| folder.join(format!("{name}.{ending}"));
        let files = Self(TlsSettings { certificate: file("pem"), key: file("key") });
        let authority = files.fill();
        (files, authority)
    }

    /// Writes another certificate; the answer is what a client has to trust.
    fn fill(&self) -> reqwest::Certificate {
        let names = ["localhost", "us.api.hemato.ai"].map(str::to_owned);
        let CertifiedKey { cert, signing_key } = generate_simple_self_signed(names).unwrap();
        std::fs::write(&self.0.certificate, cert.pem()).unwrap();
        std::fs::write(&self.0.key, signing_key.serialize_pem()).unwrap();
        reqwest::Certificate::from_pem(cert.pem().as_bytes()).unwrap()
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        for file in [&self.0.certificate, &self.0.key] {
            drop(std::fs::remove_file(file));
        }
    }
}

fn client(authority: &reqwest::Certificate, server: &Server) -> reqwest::ClientBuilder {
    let builder = reqwest::Client::builder().tls_built_in_root_certs(false);
    builder.add_root_certificate(authority.clone()).resolve("us.api.hemato.ai", server.address)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_certificate_is_told_by_file() {
    let (files, _) = Files::new();
    let TlsSettings { certificate, key } = files.0.clone();
    let told = |certificate: &PathBuf, key: &PathBuf| {
        let settings = TlsSettings { certificate: certificate.clone(), key: key.clone() };
        Certificate::open(settings).unwrap_err().to_string()
    };
    let absent = PathBuf::from("/nowhere/cert.pem");
    assert!(told(&absent, &key).starts_with("/nowhere/cert.pem cannot be read"), "{}", told(&absent, &key));
    assert!(told(&certificate, &certificate).contains(certificate.to_str().unwrap()));
    let (others, _) = Files::new();
    assert!(told(&certificate, &others.0.key).starts_with("certificate and key cannot be used"));
}

#[tokio::test(flavor = "multi_thread")]
async fn both_versions_of_http_are_served_by_tls_and_the_host_counts() {
    let (files, authority) = Files::new();
    let certificate = Certificate::open(files.0.clone()).unwrap();
    let plain = Listener { plain: true, ..listening(Mount::SmartScan) };
    let mounting = Mounting { listeners: vec![listening(Mount::SmartScan), plain], ..Mounting::default() };
    let settings = Settings { mounting, ..Settings::default() };
    let server = Server::start_by(&settings, Some(&certificate)).await;

    let url = format!("https://localhost:{}", server.address.port());
    let plain = reqwest::Client::new().get(format!("http://{}/healthz", server.address)).send().await;
    assert!(plain.is_err(), "a listener with a certificate speaks nothing else");
    let strangers = reqwest::Client::new().get(format!("{url}/healthz")).send().await;
    assert!(strangers.is_err(), "nobody but us signed the certificate");

    let newer = client(&authority, &server).build().unwrap();
    let health = newer.get(format!("{url}/healthz")).send().await.unwrap();
    assert_eq!((health.version(), health.status().as_u16()), (Version::HTTP_2, 200));
    let older = client(&authority, &server).http1_only().build().unwrap();
    let health = older.get(format!("{url}/healthz")).send().await.unwrap();
    assert_eq!((health.version(), health.status().as_u16()), (Version::HTTP_11, 200));

    for client in [newer, older] {
        let url = format!("https://us.api.hemato.ai:{}/nothing", server.address.port());
        let answer: serde_json::Value = client.get(url).send().await.unwrap().json().await.unwrap();
        assert_eq!(answer["debug_info"]["region"], "us");
        for (at, scheme) in [(0, "https"), (1, "http")] {
            let url = format!("{scheme}://localhost:{}/api/health", server.listeners[at].port());
            assert_eq!(client.get(url).send().await.unwrap().status(), 200, "{scheme}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_renewed_for_new_connections() {
    let (files, before) = Files::new();
    let certificate = Certificate::open(files.0.clone()).unwrap();
    let server = Server::start_by(&Settings::default(), Some(&certificate)).await;
    let reached = async |authority: &reqwest::Certificate| {
        let url = format!("https://localhost:{}/healthz", server.address.port());
        client(authority, &server).build().unwrap().get(url).send().await.is_ok()
    };
    assert!(reached(&before).await);
    let after = files.fill();
    assert!(reached(&before).await, "not before it is told");
    certificate.renew().unwrap();
    assert!(reached(&after).await && !reached(&before).await);
    std::fs::write(&files.0.certificate, "nothing").unwrap();
    certificate.renew().unwrap_err();
    assert!(reached(&after).await, "what cannot be used changes nothing");
}
