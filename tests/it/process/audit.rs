//! `hygeia admin verify-audit` beside a running server.

use std::time::{Duration, Instant};

use hygeia::storage::private_postgres;

use super::recovery::token;
use super::{DataFolder, Running};

async fn read(running: &Running, token: &str) {
    let url = format!("{}/fhir/Patient", running.url);
    assert_eq!(reqwest::Client::new().get(url).bearer_auth(token).send().await.unwrap().status(), 200);
}

/// What is said of the tenant, once all of its rows are sealed.
async fn verified(folder: &DataFolder) -> (bool, String) {
    let began = Instant::now();
    loop {
        let (good, told, _) = folder.run(&["admin", "verify-audit", "--tenant", "default"]).await;
        if !told.contains("not sealed yet") {
            return (good, told);
        }
        assert!(began.elapsed() < Duration::from_secs(30), "{told}");
    }
}

fn head(told: &str) -> String {
    told.trim().rsplit_once("head ").expect("a head").1.to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_servers_trail_is_sealed_and_can_be_held_against_a_kept_head() {
    let folder = DataFolder::new();
    let running = folder.serve().await;
    let token = token(&folder).await;
    read(&running, &token).await;
    let (good, told) = verified(&folder).await;
    assert!(good && told.contains(" rows hold; head "), "{told}");
    let kept = head(&told);
    read(&running, &token).await;
    let (_, told) = verified(&folder).await;
    assert_ne!(head(&told), kept);
    let (good, told, _) = folder.run(&["admin", "verify-audit", "--head", &kept]).await;
    assert!(good && told.starts_with("platform: ") && told.contains("\ndefault: "), "{told}");

    let (client, connection) =
        tokio_postgres::connect(&private_postgres::running_url(&folder.0).unwrap(), tokio_postgres::NoTls)
            .await
            .unwrap();
    tokio::spawn(connection);
    let tail = "DELETE FROM audit_event WHERE tenant = 1; DELETE FROM audit_seal WHERE tenant = 1";
    client.batch_execute(tail).await.unwrap();
    let (good, told, complaint) = folder.run(&["admin", "verify-audit", "--head", &kept]).await;
    let lost = format!("no chain has the seal {kept}: rows were taken away, or others put in their place\n");
    assert!(!good && told.ends_with(&lost), "{told}");
    assert!(complaint.contains("hygeia: the audit trail does not hold"), "{complaint}");

    let (good, told, _) = folder.run(&["admin", "retain-audit", "--older-than", "1d"]).await;
    assert!(good && told == "default: 0 rows removed\n", "{told}");
    for wrong in [
        "retain-audit --older-than 0d",
        "retain-audit",
        "verify-audit --head 00",
        "verify-audit --tenant nobody",
    ] {
        let arguments: Vec<_> = ["admin"].into_iter().chain(wrong.split(' ')).collect();
        assert!(!folder.run(&arguments).await.0, "{wrong}");
    }
}
