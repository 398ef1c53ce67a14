//! What the server fetches from others: whom it believes there.

use std::path::PathBuf;

use hygeia::core::config::egress::{EgressSettings, Place};
use hygeia::core::config::{Settings, TlsSettings};
use hygeia::http::tls::Certificate;
use hygeia::platform::egress::Egress;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use uuid::Uuid;

use crate::harness::Server;

#[tokio::test(flavor = "multi_thread")]
async fn an_authority_of_our_own_is_believed_where_it_is_named_alone() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let name = Uuid::new_v4().simple().to_string();
    let file = |ending: &str| folder.join(format!("egress-{name}.{ending}"));
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let tls = TlsSettings { certificate: file("pem"), key: file("key") };
    std::fs::write(&tls.certificate, cert.pem()).unwrap();
    std::fs::write(&tls.key, signing_key.serialize_pem()).unwrap();
    let certificate = Certificate::open(tls.clone()).unwrap();
    let server = Server::start_by(&Settings::default(), Some(&certificate)).await;
    let url: url::Url = format!("https://localhost:{}/healthz", server.address.port()).parse().unwrap();

    let listed = EgressSettings { allow: vec![Place::of(&url).unwrap()], ..EgressSettings::default() };
    let without = Egress::new(&listed, None).unwrap();
    let told = without.document(url.clone(), 64).await.unwrap_err().to_string();
    assert!(told.starts_with("no answer: invalid peer certificate"), "{told}");
    let extra_ca = Some(tls.certificate.as_path());
    let unlisted = Egress::new(&EgressSettings::default(), extra_ca).unwrap();
    let told = unlisted.document(url.clone(), 64).await.unwrap_err().to_string();
    assert_eq!(told, "the address is not public and not excepted by the settings");
    let with = Egress::new(&listed, extra_ca).unwrap();
    assert_eq!(with.document(url, 64).await.unwrap(), "ok\n");

    for file in [tls.certificate, tls.key] {
        std::fs::remove_file(file).unwrap();
    }
}
