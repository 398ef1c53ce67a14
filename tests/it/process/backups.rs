//! Backups: what was answered before one began is in it, whatever else was going on; a broken one is refused.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use hygeia::storage::private_postgres::{PrivatePostgres, Settings};
use nix::sys::signal::Signal;
use reqwest::{Client, Method};
use serde_json::{Value, json};

use super::recovery::token;
use super::{DataFolder, Running};

/// What was answered, by the address of the version that it was about; nothing where that is of a deletion.
type Answered = BTreeMap<String, Option<Value>>;

async fn ask(
    running: &Running,
    token: &str,
    method: Method,
    path: &str,
    body: Option<&Value>,
) -> (u16, Option<Value>) {
    let request = Client::new().request(method, format!("{}/fhir/{path}", running.url)).bearer_auth(token);
    let request = match body {
        Some(body) => request.header("Content-Type", "application/fhir+json").body(body.to_string()),
        None => request,
    };
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.ok())
}

fn version(resource: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let (id, version) = (text(&resource["id"]), text(&resource["meta"]["versionId"]));
    format!("{}/{id}/_history/{version}", text(&resource["resourceType"]))
}

/// Creates, changes and deletes, one after another, until it is told to stop.
async fn write(running: &Running, token: &str, writer: usize, answered: &Mutex<Answered>, stop: &AtomicBool) {
    let note = |address: String, answer| answered.lock().unwrap().insert(address, answer);
    for round in 0.. {
        if stop.load(Ordering::SeqCst) {
            return;
        }
        let content = format!("{writer} {round} {}", "x".repeat(if round % 5 == 0 { 200_000 } else { 200 }));
        let mut basic = json!({ "resourceType": "Basic", "code": { "text": content } });
        let (status, made) = ask(running, token, Method::POST, "Basic", Some(&basic)).await;
        let made = made.unwrap();
        assert_eq!(status, 201, "{made}");
        let path = format!("Basic/{}", made["id"].as_str().unwrap());
        basic["id"] = made["id"].clone();
        note(version(&made), Some(made));
        if round % 3 == 0 {
            basic["code"]["text"] = json!("changed");
            let (status, changed) = ask(running, token, Method::PUT, &path, Some(&basic)).await;
            assert_eq!(status, 200);
            note(version(changed.as_ref().unwrap()), changed);
        }
        if round % 6 == 0 {
            assert_eq!(ask(running, token, Method::DELETE, &path, None).await.0, 204);
            note(path, None);
        }
    }
}

/// A file with a key.
fn key_file(folder: &DataFolder, name: &str, digit: &str) -> String {
    let path = folder.0.with_extension(name);
    fs::write(&path, digit.repeat(64)).unwrap();
    path.to_str().unwrap().to_owned()
}

/// A folder beside a data folder, which is removed with it.
fn beside(name: &str) -> DataFolder {
    let folder = DataFolder::new();
    let inner = folder.0.join(name);
    fs::create_dir(&inner).unwrap();
    folder
}

fn last_line(shown: &str) -> PathBuf {
    PathBuf::from(shown.lines().last().expect("a line"))
}

async fn taken(folder: &DataFolder, arguments: &[&str]) -> PathBuf {
    let (good, shown, told) = folder.run(&[&["admin", "backup"], arguments].concat()).await;
    assert!(good, "{told}");
    last_line(&shown)
}

async fn restored(into: &DataFolder, arguments: &[&str]) -> Result<String, String> {
    let (good, shown, told) = into.run(&[&["admin", "restore"], arguments].concat()).await;
    if good { Ok(shown) } else { Err(told) }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_before_a_backup_under_load_is_in_it() {
    let (folder, store, new) = (DataFolder::new(), beside("x"), DataFolder::new());
    let key = key_file(&folder, "key", "a");
    let mut running = folder.serve().await;
    let token = token(&folder).await;
    let (answered, stop) = (Arc::new(Mutex::new(Answered::new())), Arc::new(AtomicBool::new(false)));
    let url = Arc::new(Running {
        process: tokio::process::Command::new("true").spawn().unwrap(),
        url: running.url.clone(),
    });
    let writers = (0..8).map(|writer| {
        let (url, token, answered, stop) =
            (Arc::clone(&url), token.clone(), Arc::clone(&answered), Arc::clone(&stop));
        tokio::spawn(async move { write(&url, &token, writer, &answered, &stop).await })
    });
    let writers: Vec<_> = writers.collect();
    let started = Instant::now();
    while answered.lock().unwrap().len() < 400 {
        assert!(started.elapsed() < Duration::from_secs(120), "the load does not come up");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let before = answered.lock().unwrap().clone();
    let out = store.0.join("backups");
    let backup = taken(&folder, &["--out", out.to_str().unwrap(), "--key-file", &key]).await;
    let meanwhile = answered.lock().unwrap().len() - before.len();
    stop.store(true, Ordering::SeqCst);
    for writer in writers {
        writer.await.unwrap();
    }
    assert!(meanwhile > 0, "nothing was written while the backup was taken");
    running.signal(Signal::SIGKILL).await;
    let sealed = fs::read(backup.join("postgres.tar.gz.sealed")).unwrap();
    assert!(sealed.starts_with(b"hygeia sealed 1\n"));

    let told = restored(&new, &["--from", backup.to_str().unwrap()]).await.unwrap_err();
    assert!(told.contains("is sealed with the key ") && told.contains("--key-file"), "{told}");
    let other = key_file(&folder, "other", "b");
    let told = restored(&new, &["--from", backup.to_str().unwrap(), "--key-file", &other]).await.unwrap_err();
    assert!(told.contains("is sealed with the key "), "{told}");
    restored(&new, &["--from", backup.to_str().unwrap(), "--key-file", &key]).await.unwrap();
    let running = new.serve().await;
    for (address, wanted) in &before {
        let (status, found) = ask(&running, &token, Method::GET, address, None).await;
        match wanted {
            Some(wanted) => assert_eq!((status, found.as_ref()), (200, Some(wanted)), "{address}"),
            None => assert_eq!(status, 410, "{address}"),
        }
    }
    let made = json!({ "resourceType": "Basic", "code": { "text": "after" } });
    assert_eq!(ask(&running, &token, Method::POST, "Basic", Some(&made)).await.0, 201);
    // The key of the audit trail came along, sealed.
    assert_eq!(fs::read(new.0.join("audit.key")).unwrap(), fs::read(folder.0.join("audit.key")).unwrap());
    let (good, told, _) = new.run(&["admin", "verify-audit"]).await;
    assert!(good, "{told}");
    for name in ["key", "other"] {
        fs::remove_file(folder.0.with_extension(name)).unwrap();
    }
}

/// Runs what changes one file of a backup, and puts it back.
async fn with_changed(
    backup: &Path,
    name: &str,
    change: impl Fn(&mut Vec<u8>),
    into: &DataFolder,
    arguments: &[&str],
) -> String {
    let path = backup.join(name);
    let good = fs::read(&path).unwrap();
    let mut changed = good.clone();
    change(&mut changed);
    fs::write(&path, changed).unwrap();
    let told = restored(into, arguments).await.unwrap_err();
    fs::write(&path, good).unwrap();
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_backup_is_refused_and_so_is_a_folder_that_is_not_empty() {
    let (folder, store, new) = (DataFolder::new(), beside("x"), DataFolder::new());
    let mut running = folder.serve().await;
    let token = token(&folder).await;
    let basic = json!({ "resourceType": "Basic", "code": { "text": "kept" } });
    let (_, made) = ask(&running, &token, Method::POST, "Basic", Some(&basic)).await;
    let made = made.unwrap();
    let (good, _, told) = folder.run(&["admin", "backup"]).await;
    assert!(!good && told.contains("name the folder with --out"), "{told}");
    running.signal(Signal::SIGTERM).await;
    // Without a server, too.
    let out = store.0.join("backups");
    let (good, shown, told) = folder.run(&["admin", "backup", "--out", out.to_str().unwrap()]).await;
    assert!(
        good && shown.contains("keep a copy elsewhere: ") && shown.contains("audit.key\n"),
        "{shown}{told}"
    );
    let backup = last_line(&shown);
    let mut names: Vec<_> = fs::read_dir(&backup).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["SHA256SUMS", "manifest.json", "postgres.tar.gz"]);

    let from = ["--from", backup.to_str().unwrap(), "--without-audit-key"];
    for (name, told) in [
        ("postgres.tar.gz", "postgres.tar.gz"),
        ("manifest.json", "manifest.json"),
        ("SHA256SUMS", "manifest.json"),
    ] {
        let flip = |bytes: &mut Vec<u8>| {
            let at =
                if name == "SHA256SUMS" { bytes.len() - 20 - "manifest.json".len() } else { bytes.len() / 2 };
            bytes[at] = if bytes[at] == b'0' { b'1' } else { b'0' };
        };
        let refused = with_changed(&backup, name, flip, &new, &from).await;
        assert!(
            refused.contains(&format!("the backup is broken: {told} is not what was written")),
            "{refused}"
        );
    }
    let refused =
        with_changed(&backup, "postgres.tar.gz", |bytes| bytes.truncate(bytes.len() - 1), &new, &from).await;
    assert!(refused.contains("broken: postgres.tar.gz"), "{refused}");
    fs::write(new.0.join("notes"), "x").unwrap();
    let refused = restored(&new, &from).await.unwrap_err();
    assert!(refused.contains("is not empty, it holds notes"), "{refused}");
    fs::remove_file(new.0.join("notes")).unwrap();
    let running = folder.serve().await;
    let refused = restored(&folder, &from).await.unwrap_err();
    assert!(refused.contains("another hygeia"), "{refused}");
    drop(running);

    let refused = restored(&new, &from[..2]).await.unwrap_err();
    assert!(refused.contains("does not hold audit.key") && refused.contains("--audit-key"), "{refused}");
    let wrong = key_file(&folder, "audit", "c");
    let refused = restored(&new, &["--from", from[1], "--audit-key", &wrong]).await.unwrap_err();
    fs::remove_file(wrong).unwrap();
    assert!(refused.contains("is not the audit.key that the server had"), "{refused}");
    // A restore that was ended midway leaves a folder that the next one removes.
    fs::create_dir(new.0.join("postgres.restore")).unwrap();
    fs::write(new.0.join("postgres.restore/PG_VERSION"), "15\n").unwrap();
    let kept = folder.0.join("audit.key");
    restored(&new, &["--from", from[1], "--audit-key", kept.to_str().unwrap()]).await.unwrap();
    let refused = restored(&new, &from).await.unwrap_err();
    assert!(refused.contains("is not empty, it holds "), "{refused}");
    let running = new.serve().await;
    let address = version(&made);
    assert_eq!(ask(&running, &token, Method::GET, &address, None).await, (200, Some(made)));
    let (good, told, _) = new.run(&["admin", "verify-audit"]).await;
    assert!(good, "{told}");
}

fn backups(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.filter(|name| name.starts_with("hygeia-")).collect();
    names.sort();
    names
}

/// Makes a backup seem older than it is.
fn aged(backup: &Path) -> PathBuf {
    let old = backup.with_file_name("hygeia-20250101T000000.000Z");
    fs::rename(backup, &old).unwrap();
    old
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_takes_backups_when_they_are_due_and_old_ones_age_out() {
    let (folder, store) = (DataFolder::new(), beside("x"));
    let out = store.0.join("backups");
    let place = out.to_str().unwrap();
    let (good, _, told) = folder.run(&["admin", "backup", "--out", place]).await;
    assert!(!good && told.contains("has no schema of hygeia yet"), "{told}");
    assert!(folder.run(&["migrate"]).await.0 && backups(&out).is_empty());
    let old = aged(&taken(&folder, &["--out", place]).await);
    // The only one stays, however old it is.
    let new = taken(&folder, &["--out", place, "--keep", "1"]).await;
    assert_eq!(backups(&out), [new.file_name().unwrap().to_str().unwrap()]);
    assert!(!old.exists());
    let old = aged(&new);
    let settings = [("HYGEIA_BACKUP_DIR", place), ("HYGEIA_BACKUP_HOURS", "1"), ("HYGEIA_BACKUP_DAYS", "1")];
    let _running = folder.serve_with(&settings).await;
    let started = Instant::now();
    while old.exists() {
        assert!(
            started.elapsed() < Duration::from_secs(60),
            "the old backup does not age out: {:?}",
            backups(&out)
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let found = backups(&out);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].as_str() > "hygeia-2026", "{found:?}");
    let (good, _, told) = folder.run(&["admin", "backup", "--out", place, "--keep", "0"]).await;
    assert!(!good && told.contains("0 is not in 1..=65535"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_runs_elsewhere_is_backed_up_too() {
    let (elsewhere, folder, store, new) =
        (DataFolder::new(), DataFolder::new(), beside("x"), DataFolder::new());
    let postgres = PrivatePostgres::start(&Settings::new(&elsewhere.0)).await.unwrap();
    let running = folder.serve_with(&[("DATABASE_URL", postgres.url())]).await;
    let named = async |arguments: &[&str]| {
        let mut command = folder.command(arguments);
        let done = command.env("DATABASE_URL", postgres.url()).output().await.unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap()
    };
    let token = named(&["admin", "token"]).await.trim_end().to_owned();
    let basic = json!({ "resourceType": "Basic", "code": { "text": "elsewhere" } });
    let (_, made) = ask(&running, &token, Method::POST, "Basic", Some(&basic)).await;
    let made = made.unwrap();
    let shown = named(&["admin", "backup", "--out", store.0.join("backups").to_str().unwrap()]).await;
    let backup = last_line(&shown);
    let shown = restored(&new, &["--from", backup.to_str().unwrap(), "--without-audit-key"]).await.unwrap();
    assert!(shown.contains("start one on it, and name that in DATABASE_URL"), "{shown}");
    drop(running);
    let again = PrivatePostgres::start(&Settings::new(&new.0)).await.unwrap();
    let running = folder.serve_with(&[("DATABASE_URL", again.url())]).await;
    assert_eq!(ask(&running, &token, Method::GET, &version(&made), None).await, (200, Some(made)));
    again.stop().await.unwrap();
    postgres.stop().await.unwrap();
}
