//! What telling who calls and keeping the trail costs a read: CPU of this process and of its Postgres.
//!
//! The same reads are done by the door itself, 16 at a time, with and without a row of the trail. What HTTP costs is in neither.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement that meets what it does not expect ends, and prints what it measured"
)]

use std::path::PathBuf;
use std::sync::Arc;

use hygeia::app::{App, device_reader};
use hygeia::core::config::Settings;
use hygeia::core::{Clock, Secret};
use hygeia::fhir::ResourceType;
use hygeia::identity::{Caller, Surface, TenantId};
use hygeia::storage::migrate;
use hygeia::storage::private_postgres::{PrivatePostgres, Settings as PostgresSettings};
use serde_json::json;

const CLIENTS: u32 = 16;
const READS: u32 = 2_000;

/// CPU milliseconds used so far by this process, and by those of its Postgres.
#[derive(Clone, Copy)]
struct Cpu {
    own_ms: f64,
    postgres_ms: f64,
}

impl Cpu {
    fn now(postmaster: u32) -> Self {
        let own = std::process::id();
        let of = |pid: u32| -> Option<(u32, f64)> {
            let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
            let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
            let number =
                |at: usize| fields.get(at).and_then(|text| text.parse::<f64>().ok()).unwrap_or_default();
            Some((fields.get(1)?.parse().ok()?, (number(11) + number(12)) * 10.0))
        };
        let processes = std::fs::read_dir("/proc").unwrap().flatten();
        let processes = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
        let postgres = processes
            .filter_map(|pid| of(pid).filter(|(parent, _)| pid == postmaster || *parent == postmaster));
        Self { own_ms: of(own).map_or(0.0, |(_, ms)| ms), postgres_ms: postgres.map(|(_, ms)| ms).sum() }
    }

    /// What one of so many took since.
    fn since(self, before: Self, count: f64) -> Self {
        Self {
            own_ms: (self.own_ms - before.own_ms) / count,
            postgres_ms: (self.postgres_ms - before.postgres_ms) / count,
        }
    }

    fn print(self, name: &str) {
        println!("{name:30}{:.4} ms here  {:.4} ms in Postgres", self.own_ms, self.postgres_ms);
    }
}

#[tokio::main]
async fn main() {
    let data = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("bench-audit");
    drop(std::fs::remove_dir_all(&data));
    let postgres = PrivatePostgres::start(&PostgresSettings::new(&data)).await.unwrap();
    let url = Secret::new(postgres.url().to_owned());
    let pid = std::fs::read_to_string(data.join("postgres/postmaster.pid")).unwrap();
    let postmaster = pid.lines().next().unwrap().parse().unwrap();
    let settings = Settings { data_dir: data.clone(), ..Settings::default() };
    migrate::run(&url).await.unwrap();
    let reader = Arc::new(device_reader(&settings));
    let app = App::on_current_schema(&settings, &url, Clock::system(), reader).await.unwrap();
    let system = Caller::system(TenantId::DEFAULT, Surface::Fhir);
    let body = json!({ "resourceType": "Observation", "status": "final", "code": { "text": "x" }, "subject": { "reference": "Patient/p" } });
    let mut ids = Vec::new();
    for _ in 0..500 {
        ids.push(app.records.create(&system, body.clone()).await.unwrap().id);
    }
    let ids = Arc::new(ids);
    let token = app.identity.issue_access_token("default", "system/*.rs").await.unwrap();
    let caller = app.identity.authenticate_client(token.expose()).await.unwrap().unwrap();

    let all = f64::from(READS * CLIENTS);
    let before = Cpu::now(postmaster);
    for _ in 0..READS * CLIENTS {
        app.identity.authenticate_client(token.expose()).await.unwrap().unwrap();
    }
    Cpu::now(postmaster).since(before, all).print("telling who calls");
    let mut measured = Vec::new();
    for round in 0..3 {
        for (name, by) in [("read without a row", caller.quietly()), ("read with its row", caller.clone())] {
            let before = Cpu::now(postmaster);
            reads(&app, &by, &ids).await;
            let each = Cpu::now(postmaster).since(before, all);
            each.print(name);
            // The first round fills caches.
            if round > 0 {
                measured.push(each);
            }
        }
    }
    let sum = |first: usize, part: fn(&Cpu) -> f64| -> f64 {
        measured.iter().skip(first).step_by(2).map(part).sum::<f64>() / 2.0
    };
    let difference = |part| sum(1, part) - sum(0, part);
    let row = Cpu { own_ms: difference(|cpu| cpu.own_ms), postgres_ms: difference(|cpu| cpu.postgres_ms) };
    row.print("the row");
    let before = Cpu::now(postmaster);
    let rows = app.records.seal_audit().await.unwrap();
    let rows = f64::from(u32::try_from(rows).unwrap());
    Cpu::now(postmaster).since(before, rows).print("sealing, a row");
    let before = Cpu::now(postmaster);
    let held =
        app.records.verify_audit(TenantId::DEFAULT, &[], &mut |found| println!("{found}")).await.unwrap();
    let rows = f64::from(u32::try_from(held.rows).unwrap());
    Cpu::now(postmaster).since(before, rows).print("verifying, a row");
    drop(app);
    postgres.stop().await.unwrap();
    drop(std::fs::remove_dir_all(&data));
}

async fn reads(app: &App, caller: &Caller, ids: &Arc<Vec<String>>) {
    let observation = ResourceType::parse("Observation").unwrap();
    let clients = (0..CLIENTS).map(|client| {
        let (app, caller, ids) = (app.clone(), caller.clone(), Arc::clone(ids));
        tokio::spawn(async move {
            let mut of_client = ids.iter().cycle().skip(usize::try_from(client).unwrap() * 31);
            for _ in 0..READS {
                let id = of_client.next().unwrap();
                app.records.read(&caller, observation, id).await.unwrap();
            }
        })
    });
    for client in clients.collect::<Vec<_>>() {
        client.await.unwrap();
    }
}
