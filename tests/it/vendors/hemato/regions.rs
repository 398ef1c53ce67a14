//! What is in one region does not exist in another.

use hygeia::identity::{Caller, Surface, TenantId};
use reqwest::Method;
use serde_json::json;

use super::{Lab, done, operator, refused};
use crate::harness::{Answer, Server};

#[tokio::test(flavor = "multi_thread")]
async fn a_study_of_one_region_does_not_exist_in_another() {
    let server = Server::start().await;
    let dev = Lab::open(&server).await;
    let study = dev.study().await;
    let us = Lab { region: "us", ..dev };
    for path in ["", "/status", "/report"] {
        assert_eq!(refused(&us.get(&format!("/pbs/{study}{path}")).await, 404), "not_found");
    }
    assert_eq!(us.read("/pbs").await["studies"], json!([]));
    let there = us.study().await;
    assert_eq!(us.read("/pbs").await["studies"].as_array().unwrap().len(), 1);
    let dev = Lab { region: "dev", ..us };
    assert_eq!(refused(&dev.get(&format!("/pbs/{there}/status")).await, 404), "not_found");
    let tenants = server.texts("SELECT DISTINCT name FROM tenant JOIN resource r USING (tenant) WHERE r.type = 'ServiceRequest' ORDER BY 1").await;
    assert_eq!(tenants.len(), 2, "each region has a tenant of its own");
    assert_eq!(tenants[1], format!("{}-us-{}", tenants[0], dev.user.tenant));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_region_is_found_by_path_and_by_host() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    let study = lab.study().await;
    for (path, host) in [
        ("/hemato", None),
        ("/hemato/dev", None),
        ("", Some("dev.api.hemato.ai")),
        ("", Some("api.hemato.ai")),
    ] {
        let mut request = server.request(Method::GET, &format!("{path}/pbs/{study}/status"));
        if let Some(host) = host {
            request = request.header("Host", host);
        }
        let answer = Answer::of(request.header("Authorization", lab.token())).await;
        assert_eq!(done(&answer, 200)["report_status"], "created", "{path} {host:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_first_requests_to_several_regions_each_finds_its_own() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    let us = Lab { region: "us", ..lab.with_role("admin").await };
    // That user is of one region only.
    assert_eq!(refused(&us.get("/pbs").await, 403), "region_not_permitted");
    let us = Lab { region: "us", user: lab.user.clone(), ..us };
    let dev = futures_util::future::join_all((0..4).map(|_| lab.study()));
    let other = futures_util::future::join_all((0..4).map(|_| us.study()));
    tokio::join!(dev, other);
    for lab in [&lab, &us] {
        assert_eq!(lab.read("/pbs").await["studies"].as_array().unwrap().len(), 4);
    }
    assert_eq!(server.number("SELECT count(*) FROM region_part").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_further_region_is_as_private_as_the_first_whatever_other_tenants_are_called() {
    let server = Server::start().await;
    let dev = Lab::open(&server).await;
    dev.study().await;
    let (records, tenant) = (&server.app.records, dev.user.tenant);
    let organization = Caller::system(TenantId::from_row(tenant), Surface::Operator);
    records.change_consent_default(&organization, true).await.unwrap();
    let name = server.text(&format!("SELECT name FROM tenant WHERE tenant = {tenant}")).await;
    records.found_tenant(&operator(), &format!("{name}-us")).await.unwrap();
    Lab { region: "us", ..dev }.study().await;
    let others = format!(
        "SELECT name FROM tenant JOIN search_parameter_set USING (tenant)
         WHERE consent_default = 'deny' AND tenant <> {tenant}"
    );
    assert_eq!(server.texts(&others).await, [format!("{name}-us-{tenant}")]);
    // What is said later holds for both.
    records.change_consent_default(&organization, false).await.unwrap();
    assert_eq!(server.texts(&others).await, [""; 0]);
    records.change_consent_default(&organization, true).await.unwrap();
    assert_eq!(server.texts(&others).await, [format!("{name}-us-{tenant}")]);
}
