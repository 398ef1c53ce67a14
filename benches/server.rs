//! What the server costs: start-up, idle memory, a single create and a single read, each beside its floor.
//!
//! The floor is the same row written, or read by its key, by plain SQL on the same Postgres in the same run, so that the
//! ratios can be compared between machines. CPU is that of the server process and of its Postgres, from `/proc`.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a measurement that meets what it does not expect ends, and prints what it measured"
)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use hygeia::storage::private_postgres;
use started::{BINARY, Server};

mod started;

const REQUESTS: u32 = 2000;
const BODY: &str = r#"{"resourceType":"Observation","status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs"}]}],"code":{"coding":[{"system":"http://loinc.org","code":"8867-4","display":"Heart rate"}]},"subject":{"reference":"Patient/p"},"effectiveDateTime":"2026-11-21T12:00:00Z","valueQuantity":{"value":72,"unit":"beats/minute","system":"http://unitsofmeasure.org","code":"/min"}}"#;

/// CPU milliseconds used so far by the server and every process of its Postgres, children that ended included.
fn cpu_ms(server: u32, postmaster: u32) -> f64 {
    let of = |pid: u32| -> Option<(u32, f64)> {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        let number = |at: usize| fields.get(at).and_then(|text| text.parse::<f64>().ok()).unwrap_or_default();
        // After the name: state, parent, ...; user, system, and those of waited-for children are 12th to 15th.
        Some((fields.get(1)?.parse().ok()?, (number(11) + number(12) + number(13) + number(14)) * 10.0))
    };
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let ids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    ids.filter_map(|pid| {
        of(pid).filter(|(parent, _)| pid == server || pid == postmaster || *parent == postmaster)
    })
    .map(|(_, ms)| ms)
    .sum()
}

struct Figures {
    name: &'static str,
    wall_ms: f64,
    cpu_ms: f64,
}

fn main() {
    let data = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("bench-data");
    drop(std::fs::remove_dir_all(&data));
    let (first, made) = Server::start(BINARY, &data, &[]);
    first.stop();
    let (server, warm) = Server::start(BINARY, &data, &[]);
    std::thread::sleep(Duration::from_secs(2));
    println!("start-up on an empty folder     {:7.2} s", made.as_secs_f64());
    println!("start-up, private Postgres warm {:7.2} s", warm.as_secs_f64());
    println!("idle memory of the server       {:7} MB", server.resident_mb());
    tokio::runtime::Runtime::new().unwrap().block_on(requests(&server, &data));
    println!("memory after the requests       {:7} MB", server.resident_mb());
    let url = private_postgres::running_url(&data).unwrap();
    // The same database as an external one: what a restart costs when Postgres stays up.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let began = Instant::now();
    let external = Command::new(BINARY)
        .arg("serve")
        .env("DATABASE_URL", url)
        .env("HYGEIA_BIND", format!("127.0.0.1:{port}"))
        .env("RUST_LOG", "warn")
        .spawn()
        .unwrap();
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        std::thread::sleep(Duration::from_millis(2));
    }
    println!("start-up, external Postgres     {:7.2} s", began.elapsed().as_secs_f64());
    Server { process: external, url: String::new() }.stop();
    server.stop();
    drop(std::fs::remove_dir_all(&data));
}

async fn requests(server: &Server, data: &Path) {
    let token = Command::new(BINARY).args(["admin", "token"]).env("HYGEIA_DATA_DIR", data).output().unwrap();
    let token = String::from_utf8(token.stdout).unwrap().trim().to_owned();
    let postmaster = std::fs::read_to_string(data.join("postgres/postmaster.pid")).unwrap();
    let postmaster: u32 = postmaster.lines().next().unwrap().parse().unwrap();
    let server_id = server.process.id();
    let client = reqwest::Client::new();
    let url = format!("{}/fhir/Observation", server.url);

    let (sql, connection) =
        tokio_postgres::connect(&private_postgres::running_url(data).unwrap(), tokio_postgres::NoTls)
            .await
            .unwrap();
    tokio::spawn(connection);
    sql.batch_execute(
        "CREATE TABLE floor (tenant bigint, type text, id text, body text, PRIMARY KEY (tenant, type, id))",
    )
    .await
    .unwrap();
    let insert = sql.prepare("INSERT INTO floor VALUES (1, 'Observation', $1, $2)").await.unwrap();
    let select = sql
        .prepare("SELECT body FROM floor WHERE tenant = 1 AND type = 'Observation' AND id = $1")
        .await
        .unwrap();

    let mut ids = Vec::new();
    let mut all = Vec::new();
    let mut measure = |name, before: (Instant, f64)| {
        let each = f64::from(REQUESTS);
        let wall_ms = before.0.elapsed().as_secs_f64() * 1000.0 / each;
        all.push(Figures { name, wall_ms, cpu_ms: (cpu_ms(server_id, postmaster) - before.1) / each });
    };
    let now = || (Instant::now(), cpu_ms(server_id, postmaster));

    let before = now();
    for n in 0..REQUESTS {
        sql.execute(&insert, &[&n.to_string(), &BODY]).await.unwrap();
    }
    measure("insert", before);
    let before = now();
    for n in 0..REQUESTS {
        sql.query_one(&select, &[&n.to_string()]).await.unwrap();
    }
    measure("select", before);
    let before = now();
    for _ in 0..REQUESTS {
        let request = client.post(&url).bearer_auth(&token).header("Content-Type", "application/fhir+json");
        let created: serde_json::Value = request.body(BODY).send().await.unwrap().json().await.unwrap();
        ids.push(created["id"].as_str().unwrap().to_owned());
    }
    measure("create", before);
    let before = now();
    for id in &ids {
        let read = client.get(format!("{url}/{id}")).bearer_auth(&token).send().await.unwrap();
        assert_eq!(read.status(), 200);
        read.bytes().await.unwrap();
    }
    measure("read", before);
    for figures in &all {
        println!(
            "{:8} {:7.3} ms wall  {:7.3} ms CPU of server and Postgres",
            figures.name, figures.wall_ms, figures.cpu_ms
        );
    }
    if let [insert, select, create, read] = all.as_slice() {
        println!(
            "create / plain insert: {:.1} x CPU, {:.1} x wall",
            create.cpu_ms / insert.cpu_ms,
            create.wall_ms / insert.wall_ms
        );
        println!(
            "read / plain select:   {:.1} x CPU, {:.1} x wall",
            read.cpu_ms / select.cpu_ms,
            read.wall_ms / select.wall_ms
        );
    }
}
