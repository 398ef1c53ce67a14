//! When what is read gets into the trail.

use hygeia::core::config::Settings;
use hygeia::core::config::audit::{AuditReads, AuditSettings};

use crate::fhir::{patient, stored};
use crate::harness::Server;

#[tokio::test(flavor = "multi_thread")]
async fn reads_that_are_audited_after_their_answer_are_told_alike() {
    let audit = AuditSettings { reads: AuditReads::After, ..AuditSettings::default() };
    let settings = Settings { audit, ..Settings::default() };
    let (after, before) = (Server::start_by(&settings, None).await, Server::start().await);
    let mut told = Vec::new();
    for server in [&after, &before] {
        let fhir = server.fhir().await;
        let path = format!("/Patient/{}", stored(&fhir, &patient()).await);
        for path in [path.as_str(), &format!("{path}/_history/1"), &format!("{path}/_history"), "/Patient"] {
            assert_eq!(fhir.get(path).await.status, 200);
        }
        fhir.get("/Patient/nobody").await.refused(404);
        let rows = "SELECT interaction || ' ' || outcome || ' ' || coalesce(version, 0) || ' ' || (patient IS NOT NULL)
                    FROM audit_event ORDER BY 1";
        for _ in 0..200 {
            if server.number("SELECT count(*) FROM audit_event").await == 6 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        told.push(server.texts(rows).await);
    }
    assert_eq!(
        told[0],
        [
            "create success 1 true",
            "history-instance success 1 true",
            "read refused 0 true",
            "read success 1 true",
            "search-type success 0 false",
            "vread success 1 true",
        ]
    );
    assert_eq!(told[0], told[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_name_that_a_client_gives_a_request_is_told_unless_it_could_be_health_data() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let good = ["0199aaaa-0000-7000-8000-000000000000", "4bf92f3577b34da6a3ce929d0e0e4736"];
    let bad =
        ["Alice-Liddell-of-Wonderland", "1852-05-04", "<script>0123456789</script>", "0123456789012345 6789"];
    for name in good.iter().chain(&bad) {
        let request = fhir.request(reqwest::Method::GET, "/Patient").header("X-Request-Id", *name);
        assert_eq!(request.send().await.unwrap().status(), 200);
    }
    let told = server.texts("SELECT coalesce(request, '-') FROM audit_event ORDER BY id").await;
    assert_eq!(told, [good[0], good[1], "-", "-", "-", "-"]);
    let events = fhir.get("/AuditEvent?_count=1").await.json();
    let entity = &events["entry"][0]["resource"]["entity"][1];
    assert_eq!(
        (&entity["what"]["identifier"]["value"], &entity["type"]["code"]),
        (&good[0].into(), &"XrequestId".into())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_breaks_the_glass_is_told_with_the_reason() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let path = format!("/Patient/{}", stored(&fhir, &patient()).await);
    let request =
        fhir.request(reqwest::Method::GET, &path).header("X-Break-The-Glass", "nobody else can be asked");
    assert_eq!(request.send().await.unwrap().status(), 200);
    let event = fhir.get("/AuditEvent?subtype=read").await.json()["entry"][0]["resource"].clone();
    let purpose = &event["purposeOfEvent"][0];
    assert_eq!(
        (&purpose["coding"][0]["code"], &purpose["text"]),
        (&"BTG".into(), &"nobody else can be asked".into())
    );
}
