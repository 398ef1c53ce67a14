//! Listeners and TLS by settings, and their end.

use std::process::Stdio;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use rcgen::{CertifiedKey, generate_simple_self_signed};

use super::DataFolder;

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[tokio::test(flavor = "multi_thread")]
async fn all_listeners_serve_survive_a_new_certificate_and_end_together() {
    let folder = DataFolder::new();
    let renew = || {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        std::fs::write(folder.0.join("cert.pem"), cert.pem()).unwrap();
        std::fs::write(folder.0.join("key.pem"), signing_key.serialize_pem()).unwrap();
        let authority = reqwest::Certificate::from_pem(cert.pem().as_bytes()).unwrap();
        reqwest::Client::builder().tls_built_in_root_certs(false).add_root_certificate(authority)
    };
    let before = renew().build().unwrap();
    let (main, own, plain) = (free_port(), free_port(), free_port());
    let mut command = folder.command(&["serve"]);
    command
        .env("HYGEIA_BIND", format!("127.0.0.1:{main}"))
        .env("HYGEIA_LISTENERS", format!("127.0.0.1:{own}=smartscan, http://127.0.0.1:{plain}=hemato/us"))
        .env("HYGEIA_TLS_CERT", folder.0.join("cert.pem"))
        .env("HYGEIA_TLS_KEY", folder.0.join("key.pem"))
        .env("ORT_DYLIB_PATH", "/nowhere");
    let mut process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let health = format!("https://localhost:{main}/healthz");
    let reached = async |client: &reqwest::Client, url: &str| {
        client.get(url).send().await.ok().map(|answer| answer.status().as_u16())
    };
    let started = Instant::now();
    while reached(&before, &health).await.is_none() {
        assert!(started.elapsed() < Duration::from_secs(60), "the server does not answer");
        assert_eq!(process.try_wait().unwrap(), None, "the server ended");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let own = format!("https://localhost:{own}/api/health");
    assert_eq!(reached(&before, &own).await, Some(200));
    let plain = format!("http://127.0.0.1:{plain}/nothing");
    assert_eq!(reached(&before, &plain).await, Some(404));

    let after = renew();
    let after = after.pool_max_idle_per_host(0).build().unwrap();
    let id = Pid::from_raw(i32::try_from(process.id().unwrap()).unwrap());
    kill(id, Signal::SIGHUP).unwrap();
    let told = Instant::now();
    while reached(&after, &health).await.is_none() {
        assert!(told.elapsed() < Duration::from_secs(10), "the certificate is not renewed");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    kill(id, Signal::SIGTERM).unwrap();
    assert!(process.wait().await.unwrap().success());
    for url in [&health, &own, &plain] {
        assert_eq!(reached(&after, url).await, None, "{url}");
    }
}
