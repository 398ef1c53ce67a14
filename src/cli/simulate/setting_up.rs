//! An organisation with nodes, pods and patients, made as somebody would with the dashboard and the portal.

use std::time::Duration;

use anyhow::{Context as _, bail};
use reqwest::header::RETRY_AFTER;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use url::Url;

use super::node::Node;
use crate::core::Secret;

/// Who makes it.
pub(super) struct Account {
    pub email: String,
    pub password: Secret<String>,
}

/// Where it is made.
pub(super) struct Stage<'a> {
    pub client: &'a reqwest::Client,
    pub url: &'a Url,
}

/// What the Organisation API is called with.
struct Application {
    subscription_key: String,
    token: String,
}

impl Stage<'_> {
    /// Makes all of it. The pods of resident 0, 1 ... are those of the nodes in their order.
    pub(super) async fn set_up(
        &self,
        account: &Account,
        residents: usize,
        residents_a_node: usize,
    ) -> anyhow::Result<Vec<Node>> {
        let dashboard = self.sign_in("dashboard/api/signin", account).await?;
        let portal = self.sign_in("portal/api/signin", account).await?;
        let name = json!({ "name": "A simulated ward" });
        let organisation = self.made("dashboard/api/organisations", &name, &[&dashboard]).await?;
        let organisation = member(&organisation, "id")?;
        let application = self.application(&portal, &dashboard, &organisation).await?;
        let mut nodes = Vec::new();
        for first in (0..residents).step_by(residents_a_node) {
            let pods = first..residents.min(first + residents_a_node);
            nodes.push(self.node(&dashboard, &organisation, &application, pods).await?);
        }
        Ok(nodes)
    }

    async fn sign_in(&self, path: &str, account: &Account) -> anyhow::Result<Header> {
        let body = json!({ "email": account.email, "password": account.password.expose() });
        Ok(Header(
            "authorization",
            format!("Bearer {}", member(&self.made(path, &body, &[]).await?, "token")?),
        ))
    }

    /// An application that is linked to the organisation, signed in.
    async fn application(
        &self,
        portal: &Header,
        dashboard: &Header,
        organisation: &str,
    ) -> anyhow::Result<Application> {
        let path = format!("dashboard/api/organisations/{organisation}/link-code");
        let link_code = member(&self.made(&path, &json!({}), &[dashboard]).await?, "linkCode")?;
        let body = json!({ "productId": "smartz-api-product", "name": "simulation" });
        let subscription = self.made("portal/api/subscriptions", &body, &[portal]).await?;
        let subscription_key = member(&subscription, "primaryKey")?;
        let body = json!({ "name": "simulation", "type": "web", "linkCode": link_code });
        let application = self.made("portal/api/applications", &body, &[portal]).await?;
        let body = json!({
            "grant_type": "client_credentials",
            "client_id": member(&application, "appId")?,
            "client_secret": member(&application, "appKey")?,
        });
        let key = Header("x-sub-key", subscription_key.clone());
        let token = member(&self.made("v1/token", &body, &[&key]).await?, "access_token")?;
        Ok(Application { subscription_key, token })
    }

    /// A node with the pods of these residents, each on a patient.
    async fn node(
        &self,
        dashboard: &Header,
        organisation: &str,
        application: &Application,
        residents: std::ops::Range<usize>,
    ) -> anyhow::Result<Node> {
        let devices = format!("dashboard/api/organisations/{organisation}/devices");
        let body = json!({ "type": "node", "serialNumber": format!("SIM-NODE-{:05}", residents.start) });
        let node = self.made(&devices, &body, &[dashboard]).await?;
        let (id, key) = (member(&node, "id")?, member(&node, "nodeKey")?);
        let credentials = [
            &Header("x-sub-key", application.subscription_key.clone()),
            &Header("authorization", format!("Bearer {}", application.token)),
        ];
        let mut pods = Vec::new();
        for resident in residents.clone() {
            let serial = format!("SIM-POD-{resident:05}");
            let body = json!({ "type": "pod", "serialNumber": serial, "nodeId": id });
            let pod = member(&self.made(&devices, &body, &[dashboard]).await?, "id")?;
            let body = json!({
                "externalId": format!("SIM-{resident:05}"),
                "firstName": "Simulated",
                "lastName": format!("Resident {resident:05}"),
                "dateOfBirth": "1940-01-01",
                "gender": "unknown",
                "room": format!("{}", resident / 2 + 1),
            });
            let path = format!("v1/organisations/{organisation}/patients");
            let patient = member(&self.made(&path, &body, &credentials).await?, "id")?;
            let path = format!("dashboard/api/devices/{pod}/patient");
            self.call(Method::PUT, &path, &json!({ "patientId": patient }), &[dashboard]).await?;
            pods.push(serial);
        }
        let url = self.url_of("gateway/v1/telemetry")?;
        Ok(Node { client: self.client.clone(), url, id, key: Secret::new(key), residents, pods })
    }

    async fn made(&self, path: &str, body: &Value, headers: &[&Header]) -> anyhow::Result<Value> {
        self.call(Method::POST, path, body, headers).await
    }

    /// Calls, waits where the server says so, and answers with what it said.
    async fn call(
        &self,
        method: Method,
        path: &str,
        body: &Value,
        headers: &[&Header],
    ) -> anyhow::Result<Value> {
        for _ in 0..100 {
            let mut request = self.client.request(method.clone(), self.url_of(path)?).json(body);
            for Header(name, value) in headers {
                request = request.header(*name, value);
            }
            let answer = request.send().await.with_context(|| format!("{method} {path}"))?;
            let status = answer.status();
            if status == StatusCode::TOO_MANY_REQUESTS {
                let wait =
                    answer.headers().get(RETRY_AFTER).and_then(|wait| wait.to_str().ok()?.parse().ok());
                tokio::time::sleep(Duration::from_secs(wait.unwrap_or(1))).await;
                continue;
            }
            let text = answer.text().await.with_context(|| format!("{method} {path}"))?;
            if !status.is_success() {
                bail!("{method} {path} was answered with {status}: {text}");
            }
            return serde_json::from_str(&text)
                .with_context(|| format!("{method} {path} was answered with no JSON"));
        }
        bail!("{method} {path} is refused again and again as one request too many")
    }

    fn url_of(&self, path: &str) -> anyhow::Result<Url> {
        let text = format!("{}/{path}", self.url.as_str().trim_end_matches('/'));
        Url::parse(&text).with_context(|| format!("{text} is no address"))
    }
}

/// A header with its value.
struct Header(&'static str, String);

fn member(answer: &Value, name: &str) -> anyhow::Result<String> {
    let value = answer.get(name).and_then(Value::as_str);
    value.map(str::to_owned).with_context(|| format!("an answer has no \"{name}\""))
}
