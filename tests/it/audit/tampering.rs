//! What somebody does to the trail who can write to the database.

use hygeia::core::Secret;
use hygeia::core::config::Settings;
use hygeia::core::config::audit::AuditSettings;

use super::{ids, sealed, verified, verified_with};

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_row_is_named() {
    for change in [
        "outcome = 'refused'",
        "agent = NULL",
        "recorded = recorded - interval '1 microsecond'",
        "entities = '{}'",
        "patient = 'somebody-else'",
        "ordinal = 0",
    ] {
        let server = sealed().await;
        let id = &ids(&server).await[2];
        server.execute(&format!("UPDATE audit_event SET {change} WHERE id = '{id}'")).await;
        // An empty list of entities says what no list says.
        let expected = match change {
            "entities = '{}'" => Vec::new(),
            _ => vec![format!("AuditEvent/{id} was changed since seal 2")],
        };
        assert_eq!(verified(&server).await.0, expected, "{change}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_changed_places_are_named() {
    let server = sealed().await;
    let ids = ids(&server).await;
    let swap = format!(
        "UPDATE audit_event SET id = '00000000-0000-0000-0000-000000000000' WHERE id = '{0}';
         UPDATE audit_event SET id = '{0}' WHERE id = '{1}';
         UPDATE audit_event SET id = '{1}' WHERE id = '00000000-0000-0000-0000-000000000000'",
        ids[0], ids[3]
    );
    server.execute(&swap).await;
    let expected = [(&ids[0], 1), (&ids[3], 2)];
    let expected = expected.map(|(id, seal)| format!("AuditEvent/{id} was changed since seal {seal}"));
    assert_eq!(verified(&server).await.0, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_row_is_named() {
    let server = sealed().await;
    let id = &ids(&server).await[5];
    server.execute(&format!("DELETE FROM audit_event WHERE id = '{id}'")).await;
    let (findings, held) = verified(&server).await;
    assert_eq!(findings, [format!("AuditEvent/{id} of seal 3 is missing")]);
    assert_eq!(held.rows, 5);
}

/// The first row once more, under another id and with another ordinal.
fn copy(ordinal: &str) -> String {
    format!(
        "INSERT INTO audit_event (tenant, id, ordinal, recorded, surface, interaction, outcome, agent_kind)
         SELECT tenant, '01000000-0000-7000-8000-000000000000', {ordinal}, recorded, surface, interaction, outcome, agent_kind
         FROM audit_event WHERE tenant = 1 ORDER BY ordinal LIMIT 1"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn an_added_row_is_named() {
    let server = sealed().await;
    server.execute(&copy("0")).await;
    let added = "AuditEvent/01000000-0000-7000-8000-000000000000 was added: it is in no seal".to_owned();
    server.app.records.seal_audit().await.unwrap();
    assert_eq!(verified(&server).await.0, std::slice::from_ref(&added));
    // Together with one that is gone, the number of rows is right.
    let id = &ids(&server).await[1];
    server.execute(&format!("DELETE FROM audit_event WHERE id = '{id}'")).await;
    assert_eq!(verified(&server).await.0, [format!("AuditEvent/{id} of seal 1 is missing"), added]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_is_sealed_again_is_told() {
    let server = sealed().await;
    server.execute("UPDATE audit_progress SET ordinal = ordinal - 1").await;
    assert_eq!(server.app.records.seal_audit().await.unwrap(), 1);
    assert_eq!(verified(&server).await.0, ["1 rows are in more than one seal"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_no_seal_was_put_on_are_named() {
    let server = sealed().await;
    super::patients(&server.fhir().await, 2).await;
    server.execute("UPDATE audit_progress SET ordinal = 1000000").await;
    server.app.records.seal_audit().await.unwrap();
    let expected = ids(&server).await.split_off(6);
    let expected: Vec<_> =
        expected.iter().map(|id| format!("AuditEvent/{id} was added: it is in no seal")).collect();
    assert_eq!(verified(&server).await.0, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seal_that_was_touched_is_named() {
    let cases: [(&str, &[&str]); 6] = [
        ("DELETE FROM audit_seal WHERE number = 2", &["seal 2 is missing"]),
        ("DELETE FROM audit_seal WHERE number < 3", &["seals 1 to 2 are missing"]),
        (
            "UPDATE audit_seal SET sealed_at = sealed_at + interval '1 s' WHERE number = 1",
            &["seal 1 was changed"],
        ),
        (
            "UPDATE audit_seal SET rows = 1 WHERE number = 1",
            &["seal 1 was changed", "seal 1 has another list of rows than was sealed"],
        ),
        (
            "UPDATE audit_seal SET hash = content WHERE number = 2",
            &[
                "seal 2 was changed",
                "seal 2 was not made with the server's key",
                "seal 3 does not follow the one before",
            ],
        ),
        (
            "UPDATE audit_seal SET key = '\\x00' WHERE number = 2",
            &["seal 2 was made with a key that is not here"],
        ),
    ];
    for (change, findings) in cases {
        let server = sealed().await;
        server.execute(change).await;
        let found = verified(&server).await.0;
        // What the seals that are gone held is in no seal now.
        let of_seals: Vec<_> = found.iter().filter(|finding| finding.starts_with("seal")).collect();
        assert_eq!(of_seals, findings, "{change}");
        let gone =
            server.number("SELECT 6 - coalesce(sum(octet_length(digests) / 32), 0) FROM audit_seal").await;
        assert_eq!(i64::try_from(found.len() - of_seals.len()).unwrap(), gone, "{change}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tail_that_was_taken_away_shows_by_a_head_that_was_kept() {
    let server = sealed().await;
    let (_, before) = verified(&server).await;
    server
        .execute(
            "DELETE FROM audit_event WHERE ordinal > (SELECT max(ordinal) - 2 FROM audit_event);
             DELETE FROM audit_seal WHERE number = 3",
        )
        .await;
    let (findings, held) = verified_with(&server, &[before.head.unwrap()]).await;
    assert_eq!((findings.len(), held.seals, held.known.len()), (0, 2, 0), "the chain alone cannot show it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_that_was_made_anew_is_not_made_with_the_key() {
    let server = sealed().await;
    let id = ids(&server).await[0].clone();
    server
        .execute(&format!(
            "DELETE FROM audit_event WHERE id = '{id}'; DELETE FROM audit_seal; UPDATE audit_progress SET ordinal = 0"
        ))
        .await;
    // Whoever has all but the key can do all that the server does.
    let key = Some(Secret::new("b2".repeat(32)));
    let audit = AuditSettings { key, ..AuditSettings::default() };
    let forger = server.replica_by(&Settings { audit, ..Settings::default() }).await;
    assert_eq!(forger.app.records.seal_audit().await.unwrap(), 5);
    assert_eq!(verified(&server).await.0, ["seal 1 was made with a key that is not here"]);
    assert_eq!(verified(&forger).await.0, [""; 0]);
    // With the name of the right key on it, the code is wrong.
    let rename = "UPDATE audit_seal SET key = (SELECT substring(sha256(decode(repeat('a1', 32), 'hex')) FROM 1 FOR 8))";
    server.execute(rename).await;
    assert_eq!(verified(&server).await.0, ["seal 1 was not made with the server's key"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_cannot_pass_as_removed_by_retention() {
    let server = sealed().await;
    server
        .execute(
            "DELETE FROM audit_event WHERE ordinal <= 2;
             UPDATE audit_seal SET digests = NULL, removed_at = now(), removed_key = key, removed_code = code WHERE number = 1",
        )
        .await;
    let (findings, _) = verified(&server).await;
    assert_eq!(findings, ["seal 1 has lost its rows, which retention did not remove"]);
}
