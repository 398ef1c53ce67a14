//! Settings, and what is shown of them.

use super::DataFolder;

#[tokio::test(flavor = "multi_thread")]
async fn all_wrong_settings_are_told_at_once_without_their_values() {
    let folder = DataFolder::new();
    let mut command = folder.command(&["serve"]);
    command.env("HYGEIA_BIND", "s3cret").env("DATABASE_URL", "s3cret").env("ADMIN_PASSWORD", "s3cret");
    let done = command.output().await.unwrap();
    assert_eq!(done.status.code(), Some(2));
    assert_eq!(
        String::from_utf8(done.stderr).unwrap(),
        "hygeia cannot start: these settings are wrong
  HYGEIA_BIND must be an address such as 127.0.0.1:8080
  DATABASE_URL must begin with postgres:// or postgresql://
  ADMIN_EMAIL is needed beside ADMIN_PASSWORD
"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_does_not_answer_is_told_without_its_password() {
    let folder = DataFolder::new();
    let mut command = folder.command(&["serve"]);
    command.env("DATABASE_URL", "postgres://user:s3cret@127.0.0.1:1/db");
    let done = command.output().await.unwrap();
    let told = String::from_utf8(done.stderr).unwrap();
    assert_eq!(done.status.code(), Some(1), "{told}");
    assert!(told.contains("no database connection") && !told.contains("s3cret"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_made_password_is_shown_once() {
    let folder = DataFolder::new();
    let shown = |text: &str| text.matches("password, shown only now: ").count();
    let mut outputs = Vec::new();
    for _ in 0..2 {
        let mut command = folder.command(&["serve"]);
        command.env("HYGEIA_BIND", "127.0.0.1:0").env("ORT_DYLIB_PATH", "/nowhere");
        command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
        let mut process = command.spawn().unwrap();
        let mut lines = tokio::io::BufReader::new(process.stderr.take().unwrap());
        let mut line = String::new();
        while !line.contains("hygeia is serving") {
            line.clear();
            let read = tokio::io::AsyncBufReadExt::read_line(&mut lines, &mut line).await.unwrap();
            assert_ne!(read, 0, "the server ended");
        }
        let id = nix::unistd::Pid::from_raw(i32::try_from(process.id().unwrap()).unwrap());
        nix::sys::signal::kill(id, nix::sys::signal::Signal::SIGTERM).unwrap();
        outputs.push(String::from_utf8(process.wait_with_output().await.unwrap().stdout).unwrap());
    }
    assert_eq!((shown(&outputs[0]), shown(&outputs[1])), (1, 0), "{outputs:?}");
    assert!(outputs[0].starts_with("first administrator: admin@localhost\n"), "{outputs:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_printed_beside_a_server_and_without_one() {
    let folder = DataFolder::new();
    let (good, _, told) = folder.run(&["admin", "token", "--scope", "patient/*.read"]).await;
    assert!(!good && told.contains("is not a scope"), "{told}");
    let (good, _, told) = folder.run(&["admin", "token", "--tenant", "nobody"]).await;
    assert!(!good && told.contains("there is no tenant named \"nobody\""), "{told}");
    let (good, before, told) = folder.run(&["admin", "token"]).await;
    assert!(good, "{told}");
    let running = folder.serve().await;
    let (good, beside, told) = folder.run(&["admin", "token", "--scope", "system/Patient.rs"]).await;
    assert!(good, "{told}");
    for token in [before, beside] {
        let token = token.strip_suffix('\n').unwrap();
        assert!(token.starts_with("hyg_") && !token.contains('\n'));
        let answer = reqwest::Client::new().get(format!("{}/fhir/Patient", running.url)).bearer_auth(token);
        assert_eq!(answer.send().await.unwrap().status(), 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn migrations_are_told_and_run_once() {
    let folder = DataFolder::new();
    let (good, first, told) = folder.run(&["migrate"]).await;
    assert!(good && first.starts_with("migrations run: "), "{first}{told}");
    assert_eq!(folder.run(&["migrate"]).await.1, "the schema is up to date\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_cannot_be_written_stops_nothing() {
    for format in ["text", "json"] {
        let folder = DataFolder::new();
        let mut command = folder.command(&["serve"]);
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        command
            .env("HYGEIA_BIND", format!("127.0.0.1:{port}"))
            .env("ORT_DYLIB_PATH", "/nowhere")
            .env("RUST_LOG", "debug");
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        command.env("HYGEIA_LOG_FORMAT", format).stdout(std::process::Stdio::null()).stderr(full);
        let mut process = command.spawn().unwrap();
        let url = format!("http://127.0.0.1:{port}/readyz");
        let mut answered = 0;
        while answered < 20 {
            assert_eq!(process.try_wait().unwrap(), None, "the server ended");
            match reqwest::get(&url).await {
                Ok(answer) => answered += usize::from(answer.status().is_success()),
                Err(_) => tokio::time::sleep(std::time::Duration::from_millis(50)).await,
            }
        }
    }
}
