//! A provider that says whatever a test has it say.

use std::sync::{Arc, Mutex};

use actix_web::{App, HttpResponse, HttpServer, web};
use hygeia::core::Secret;
use hygeia::core::config::Settings;
use hygeia::core::config::egress::{EgressSettings, Place};
use hygeia::core::config::providers::{Newcomers, ProviderSettings, SecondFactor};
use jsonwebtoken::Algorithm;
use serde_json::{Value, json};

use crate::oauth::keys::Key;
use crate::oauth::start_s;

/// Whom the provider knows us as.
pub const US: &str = "hygeia";

/// What the provider does.
#[derive(Default)]
pub struct Plan {
    /// The answer of the token endpoint.
    pub token: Value,
    /// That of userinfo.
    pub userinfo: Value,
    /// What the token endpoint was asked last.
    pub asked: String,
    /// Whether it answers at all.
    pub is_down: bool,
    /// Whether it takes connections and says nothing.
    pub is_silent: bool,
    /// More members of the discovery document.
    pub published: Value,
    /// The keys that it publishes.
    pub keys: Vec<Value>,
    /// How often it was asked for its discovery document.
    pub discovered: usize,
    /// And for its keys.
    pub fetched: usize,
}

/// The provider.
pub struct Hostile {
    pub issuer: String,
    pub key: Key,
    pub plan: Arc<Mutex<Plan>>,
}

impl Hostile {
    pub async fn start() -> Self {
        let key = Key::made(Algorithm::RS256);
        let plan = Arc::new(Mutex::new(Plan { keys: vec![key.public.clone()], ..Plan::default() }));
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let data = web::Data::new((issuer.clone(), Arc::clone(&plan)));
        let server = HttpServer::new(move || {
            App::new()
                .app_data(data.clone())
                .route("/.well-known/openid-configuration", web::get().to(discovery))
                .route("/jwks", web::get().to(keys))
                .route("/token", web::post().to(token))
                .route("/userinfo", web::get().to(userinfo))
        });
        tokio::spawn(server.workers(1).disable_signals().listen(listener).unwrap().run());
        Self { issuer, key, plan }
    }

    /// The setting for it.
    pub fn settings(&self, name: &str) -> ProviderSettings {
        ProviderSettings {
            name: name.to_owned(),
            label: format!("The {name}"),
            issuer: self.issuer.clone(),
            client_id: US.to_owned(),
            client_secret: Secret::new("s3cret of ours".to_owned()),
            scopes: ["openid", "email"].map(str::to_owned).to_vec(),
            domains: Vec::new(),
            tenants: Vec::new(),
            second_factor: SecondFactor::Ask,
            newcomers: Newcomers::Refused,
        }
    }

    /// The claims of a good id token.
    pub fn claims(&self, nonce: &str) -> Value {
        json!({
            "iss": self.issuer,
            "aud": US,
            "sub": "subject of alice",
            "sid": "session at the provider",
            "iat": start_s(),
            "exp": start_s() + 600,
            "nonce": nonce,
            "email": "Alice@example.org",
            "email_verified": true,
            "name": "Alice Liddell",
        })
    }

    /// Has the token endpoint give this id token.
    pub fn gives(&self, id_token: &str) {
        self.plan.lock().unwrap().token = json!({
            "access_token": "of the provider", "token_type": "Bearer", "expires_in": 60, "id_token": id_token,
        });
    }
}

/// Settings with these providers, which are all on this machine.
pub fn settings(providers: &[(&Hostile, ProviderSettings)]) -> Settings {
    let place = |one: &Hostile| Place::of(&one.issuer.parse().unwrap()).unwrap();
    Settings {
        egress: EgressSettings {
            allow: providers.iter().map(|(one, _)| place(one)).collect(),
            ..EgressSettings::default()
        },
        providers: providers.iter().map(|(_, settings)| settings.clone()).collect(),
        ..Settings::default()
    }
}

type Shared = web::Data<(String, Arc<Mutex<Plan>>)>;

async fn discovery(shared: Shared) -> HttpResponse {
    let (issuer, plan) = &**shared;
    let is_silent = {
        let mut plan = plan.lock().unwrap();
        plan.discovered += 1;
        plan.is_silent
    };
    if is_silent {
        std::future::pending::<()>().await;
    }
    let plan = plan.lock().unwrap();
    if plan.is_down {
        return HttpResponse::InternalServerError().finish();
    }
    let mut document = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "userinfo_endpoint": format!("{issuer}/userinfo"),
        "jwks_uri": format!("{issuer}/jwks"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
    });
    if let Some(more) = plan.published.as_object() {
        document.as_object_mut().unwrap().extend(more.clone());
    }
    HttpResponse::Ok().json(document)
}

async fn keys(shared: Shared) -> HttpResponse {
    let mut plan = shared.1.lock().unwrap();
    plan.fetched += 1;
    HttpResponse::Ok().json(json!({ "keys": plan.keys }))
}

async fn token(shared: Shared, body: String) -> HttpResponse {
    let mut plan = shared.1.lock().unwrap();
    plan.asked = body;
    if plan.is_down {
        return HttpResponse::InternalServerError().finish();
    }
    if plan.token.get("error").is_some() {
        return HttpResponse::BadRequest().json(&plan.token);
    }
    HttpResponse::Ok().json(&plan.token)
}

async fn userinfo(shared: Shared) -> HttpResponse {
    HttpResponse::Ok().json(&shared.1.lock().unwrap().userinfo)
}
