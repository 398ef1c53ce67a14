//! Face scans: refusals first, then what each endpoint does.

mod analyse;
mod bad_input;
mod consents;
mod erasure;
mod exports;
mod history;
mod isolation;
mod profile;
mod results;
mod risk;
mod sessions;
mod withdrawal;

use reqwest::Method;
use serde_json::{Value, json};

use super::{Customer, Fhir, invalid, refused, send};
use crate::harness::{Answer, Server};

const CONSENT: &str = "I consent to the collection of my biometric data for health analysis.";

/// The values of the vendor's example.
fn vitals() -> Value {
    json!({
        "heart_rate": 74, "hrv_sdnn": 48.3, "hrv_rmssd": 40.1, "breathing_rate": 15, "spo2": 98, "systolic_bp": 120,
        "diastolic_bp": 78, "stress_index": 35.7, "wellness_score": 82,
    })
}

/// The answer's JSON, when it is a success.
#[track_caller]
fn succeeded(answer: &Answer) -> Value {
    assert!((200..300).contains(&answer.status), "{} {}", answer.status, answer.text);
    assert_eq!(answer.json()["success"], true);
    answer.json()
}

impl Customer<'_> {
    /// A new session, without a consent.
    async fn begin(&self) -> String {
        let begun = self.send(Method::POST, "/api/face-scan/session", &json!({})).await;
        assert_eq!(begun.status, 201, "{}", begun.text);
        begun.json()["session"]["id"].as_str().unwrap().to_owned()
    }

    /// A new session with a consent.
    async fn session(&self) -> String {
        let session = self.begin().await;
        succeeded(&self.agree(&session).await);
        session
    }

    async fn agree(&self, session: &str) -> Answer {
        let consent = json!({ "session_id": session, "jurisdiction": "us", "consent_text": CONSENT });
        self.send(Method::POST, "/api/face-scan/consent", &consent).await
    }

    async fn submit(&self, session: &str, vitals: &Value, save: bool) -> Answer {
        let result = json!({ "session_id": session, "vitals": vitals, "quality": 0.88, "save": save });
        self.send(Method::POST, "/api/face-scan/results", &result).await
    }

    /// A session with a result that is kept; the ids of both.
    async fn scan(&self, vitals: &Value) -> (String, String) {
        let session = self.session().await;
        let saved = succeeded(&self.submit(&session, vitals, true).await);
        (session, saved["result_id"].as_str().unwrap().to_owned())
    }

    /// A scan a day with these heart rates, the clock going on by a day after each but the last; signed in again.
    pub(super) async fn scan_once_a_day(&mut self, heart_rates: &[u32]) {
        for (day, heart_rate) in heart_rates.iter().enumerate() {
            if day > 0 {
                self.server.app.clock.advance_s(86_400);
                self.again().await;
            }
            self.scan(&json!({ "heart_rate": heart_rate, "breathing_rate": 14 })).await;
        }
    }

    async fn tell(&self, profile: &Value) -> Value {
        let told = self.send(Method::PUT, "/api/face-scan/profile", profile).await;
        succeeded(&told)["profile"].clone()
    }

    /// Signs in again, for sign-ins do not last as long as histories.
    async fn again(&mut self) {
        let person = json!({ "email": "alice@example.org", "password": super::PASSWORD });
        let answer = send(self.server, Method::POST, "/api/auth/login", None, &person).await;
        self.token = answer.json()["token"].as_str().unwrap().to_owned();
    }

    async fn ok(&self, path: &str) -> Value {
        succeeded(&self.get(path).await)
    }

    /// Id of the Patient that the customer is.
    async fn patient(&self, fhir: &Fhir<'_>) -> String {
        let me = self.ok("/api/auth/me").await["user"]["id"].as_str().unwrap().to_owned();
        let found = fhir.get(&format!("/Patient?identifier=urn:vendor:smartscan:user|{me}")).await;
        found["entry"][0]["resource"]["id"].as_str().unwrap().to_owned()
    }
}
