//! Hemato.AI: refusals first, then what each endpoint does.

mod address;
pub mod archives;
mod auth;
mod callbacks;
mod console;
mod corrections;
mod fetched;
mod files;
mod keys;
mod pages;
mod regions;
mod reports;
mod signatures;
mod studies;
mod tokens;
mod waiting;

use std::io::Cursor;
use std::sync::LazyLock;

use hygeia::core::Secret;
use hygeia::identity::organization_keys::{KeyAlgorithm, NewKey, RsaKey};
use hygeia::identity::{Account, Caller, Surface, TenantId};
use hygeia::records::accounts::Person;
use hygeia::records::users::{Home, NewUser};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use reqwest::Method;
use rsa::RsaPrivateKey;
use rsa::pkcs1::{EncodeRsaPrivateKey, LineEnding};
use rsa::pkcs8::EncodePublicKey;
use serde_json::{Value, json};
use sha2::{Digest, Sha224, Sha256};

use crate::harness::{Answer, Server};

const PASSWORD: &str = "correct horse battery";
/// An id that nothing has.
const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

/// Two keys, which all tests share: to make one takes long.
static KEYS: LazyLock<[RsaPrivateKey; 2]> =
    LazyLock::new(|| [(); 2].map(|()| RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 2048).unwrap()));

/// An organisation with a user and a registered key.
pub struct Lab<'a> {
    server: &'a Server,
    name: &'static str,
    kid: String,
    key: &'static RsaPrivateKey,
    user: Account,
    region: &'static str,
}

fn operator() -> Caller {
    Caller::system(TenantId::PLATFORM, Surface::Operator)
}

impl<'a> Lab<'a> {
    pub async fn open(server: &'a Server) -> Self {
        Self::named(server, "lab.example.org", 0, KeyAlgorithm::Rs256).await
    }

    /// Another organisation, with a key of its own.
    async fn other(server: &'a Server) -> Self {
        Self::named(server, "other.example.org", 1, KeyAlgorithm::Rs256).await
    }

    async fn named(server: &'a Server, name: &'static str, key: usize, algorithm: KeyAlgorithm) -> Self {
        let records = &server.app.records;
        let organization = records.open_organization(&operator(), Surface::Hemato, name).await.unwrap();
        let home = Home::Organization(TenantId::from_row(organization.tenant), organization.id.clone());
        let user = account(server, home, &format!("ali@{name}"), "user", &["dev", "us"]).await;
        let key = KEYS.get(key).unwrap();
        let pem = key.to_public_key().to_public_key_pem(LineEnding::LF).unwrap();
        let new = NewKey {
            kid: Some(format!("kid-{name}")),
            algorithm,
            issuer: name.to_owned(),
            key: RsaKey::parse(&pem).unwrap(),
        };
        let kept =
            server.app.identity.register_organization_key(&organization, new, server.note()).await.unwrap();
        Self { server, name, kid: kept.kid, key, user, region: "dev" }
    }

    /// The same organisation, with another user of this role.
    async fn with_role(&self, role: &'static str) -> Lab<'a> {
        self.with_role_in(role, &["dev"]).await
    }

    /// The same, with one who may call these regions.
    async fn with_role_in(&self, role: &'static str, regions: &[&str]) -> Lab<'a> {
        let home =
            Home::Organization(TenantId::from_row(self.user.tenant), self.user.organization.clone().unwrap());
        let email = format!("{role}-{}@{}", regions.len(), self.name);
        let user = account(self.server, home, &email, role, regions).await;
        Lab {
            server: self.server,
            name: self.name,
            kid: self.kid.clone(),
            key: self.key,
            user,
            region: "dev",
        }
    }

    fn now(&self) -> i64 {
        self.server.app.clock.now().timestamp()
    }

    fn claims(&self) -> Value {
        json!({
            "jti": "2d33d1d518", "iss": self.name, "iat": self.now(), "exp": self.now() + 600,
            "aud": [format!("{}.api.hemato.ai", self.region)], "sub": self.user.id.to_string(), "role": self.user.role,
            "kid": self.kid,
        })
    }

    fn signed(&self, claims: &Value) -> String {
        sign(self.key, Algorithm::RS256, claims)
    }

    pub fn token(&self) -> String {
        self.signed(&self.claims())
    }

    /// The token with another claim.
    fn token_with(&self, name: &str, value: Value) -> String {
        let mut claims = self.claims();
        claims[name] = value;
        self.signed(&claims)
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let path = format!("/hemato/{}{path}", self.region);
        self.server.request(method, &path).header("Authorization", self.token())
    }

    /// The token of a session of the user.
    async fn session(&self) -> String {
        let login = json!({ "user": self.user.email, "pass_hash": sha256(PASSWORD) });
        let path = format!("/hemato/{}/auth/login", self.region);
        let answer = Answer::of(self.server.request(Method::POST, &path).json(&login)).await;
        done(&answer, 202)["token"]["HY_APP_AUTH_v1"].as_str().unwrap().to_owned()
    }

    async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path)).await
    }

    async fn post(&self, path: &str, body: &Value) -> Answer {
        Answer::of(self.request(Method::POST, path).json(body)).await
    }

    /// What is there.
    async fn read(&self, path: &str) -> Value {
        done(&self.get(path).await, 200)
    }

    /// A new study; its id.
    pub async fn study(&self) -> String {
        let made = done(&self.post("/pbs", &json!({})).await, 201);
        made["pbs_study_id"].as_str().unwrap().to_owned()
    }

    async fn upload(&self, study: &str, bytes: Vec<u8>, media: Option<&str>, query: &str) -> Answer {
        let request = self.request(Method::POST, &format!("/pbs/{study}/files{query}"));
        let request = match media {
            Some(media) => request.header("Content-Type", media),
            None => request,
        };
        Answer::of(request.body(bytes)).await
    }

    /// Adds a picture; its id.
    async fn add(&self, study: &str, shade: u8) -> String {
        let answer = self.upload(study, picture(shade, ImageFormat::Jpeg), Some("image/jpeg"), "").await;
        done(&answer, 201)["file_id"].as_str().unwrap().to_owned()
    }

    async fn ask(&self, study: &str) -> Answer {
        self.post(&format!("/pbs/{study}/tasks"), &json!({ "diagnostic_tasks": ["pbs_v1"] })).await
    }
}

async fn account(server: &Server, home: Home, email: &str, role: &'static str, regions: &[&str]) -> Account {
    let new = NewUser {
        surface: Surface::Hemato,
        person: Person {
            email: email.to_owned(),
            password: Secret::new(PASSWORD.to_owned()),
            name: Secret::new("Ali".to_owned()),
        },
        role,
        specialty: None,
        regions: regions.iter().map(|region| (*region).to_owned()).collect(),
        home,
        passwordless: false,
    };
    server.app.records.open_user(&operator(), &new).await.unwrap()
}

fn sign(key: &RsaPrivateKey, algorithm: Algorithm, claims: &Value) -> String {
    let pem = key.to_pkcs1_pem(LineEnding::LF).unwrap();
    encode(&Header::new(algorithm), claims, &EncodingKey::from_rsa_pem(pem.as_bytes()).unwrap()).unwrap()
}

fn sha256(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}

fn image_id(bytes: &[u8]) -> String {
    format!("sha224-i-{}", hex::encode(Sha224::digest(bytes)))
}

/// A picture of 64 by 48 pixels.
fn picture(shade: u8, format: ImageFormat) -> Vec<u8> {
    let pixels =
        RgbImage::from_fn(64, 48, |x, y| Rgb([u8::try_from(x).unwrap(), u8::try_from(y).unwrap(), shade]));
    let mut file = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(pixels).write_to(&mut file, format).unwrap();
    file.into_inner()
}

/// Asserts that this is an answer in the vendor's envelope; its results.
#[track_caller]
fn done(answer: &Answer, status: u16) -> Value {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert_eq!(
        (answer.header("content-type"), answer.header("cache-control")),
        ("application/json", "no-store")
    );
    let mut body = answer.json();
    assert_eq!((body["status"].as_u64(), body["error"].as_str()), (Some(status.into()), Some("")));
    body["results"].take()
}

/// Asserts that this is a refusal in the vendor's envelope; its word.
#[track_caller]
fn refused(answer: &Answer, status: u16) -> String {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert_eq!(
        (answer.header("content-type"), answer.header("cache-control")),
        ("application/json", "no-store")
    );
    let body = answer.json();
    let members: Vec<_> = body.as_object().unwrap().keys().collect();
    assert_eq!(members, ["status", "results", "error", "user_message", "debug_info"]);
    assert_eq!(body["status"], status);
    assert!(body["user_message"].as_str().is_some_and(|text| text.ends_with('.')), "{body}");
    body["error"].as_str().unwrap().to_owned()
}

/// The sentence that may be shown to a person.
fn told(answer: &Answer) -> String {
    answer.json()["user_message"].as_str().unwrap().to_owned()
}
