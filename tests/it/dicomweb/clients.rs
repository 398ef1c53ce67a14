//! A viewer of others: dicomweb-client and pydicom, which `tools/set-up test` installs beside `tests/python`.

use std::process::Stdio;

use tokio::process::Command;

use crate::harness::Server;

#[tokio::test(flavor = "multi_thread")]
async fn a_client_in_python_stores_searches_and_retrieves() {
    let server = Server::start().await;
    let token = server.token("system/ImagingStudy.crus").await;
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python");
    let mut viewer = Command::new("python3");
    viewer.arg("dicomweb.py").arg(&server.url).arg(&token).current_dir(folder);
    viewer.env("PYTHONPATH", "site").env("PYTHONDONTWRITEBYTECODE", "1");
    let done = viewer.stdin(Stdio::null()).kill_on_drop(true).output().await.unwrap();
    let told = String::from_utf8_lossy(&done.stdout);
    assert!(
        done.status.success() && told.trim() == "well",
        "{told}\n{}",
        String::from_utf8_lossy(&done.stderr)
    );
}
