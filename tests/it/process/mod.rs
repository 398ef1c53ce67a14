//! The binary as an operator runs it: a process with a private Postgres of its own.

mod analyses;
mod audit;
mod backups;
mod clients;
mod corrections;
mod deliveries;
mod dicom;
mod dicomweb;
mod displays;
mod exports;
mod imports;
mod jobs;
mod listeners;
mod mails;
mod metrics;
mod recovery;
mod settings;
mod subscriptions;
mod traces;

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::process::{Child, Command};
use uuid::Uuid;

/// A data folder that is removed at the end.
struct DataFolder(PathBuf);

impl DataFolder {
    fn new() -> Self {
        let folder =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("process-{}", Uuid::new_v4().simple()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    /// The command with this data folder and nothing else of our environment but the path to programs.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hygeia"));
        command.args(arguments).env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HYGEIA_DATA_DIR", &self.0).stdin(Stdio::null()).kill_on_drop(true);
        command
    }

    /// What a command prints on stdout and stderr, and whether it succeeded.
    async fn run(&self, arguments: &[&str]) -> (bool, String, String) {
        let done = self.command(arguments).output().await.unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (done.status.success(), text(done.stdout), text(done.stderr))
    }

    /// Serves on a free port, and returns once `/readyz` answers.
    async fn serve(&self) -> Running {
        self.serve_with(&[]).await
    }

    /// The same, with these settings too.
    async fn serve_with(&self, settings: &[(&str, &str)]) -> Running {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut command = self.command(&["serve"]);
        command.env("HYGEIA_BIND", format!("127.0.0.1:{port}")).env("ORT_DYLIB_PATH", "/nowhere");
        command
            .env("ADMIN_EMAIL", "admin@example.org")
            .env("ADMIN_PASSWORD", "an administrator's pass phrase");
        command.envs(settings.iter().copied());
        let process = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut running = Running { process, url: format!("http://127.0.0.1:{port}") };
        let started = Instant::now();
        while reqwest::get(format!("{}/readyz", running.url)).await.is_err() {
            assert!(started.elapsed() < Duration::from_secs(60), "the server does not answer");
            assert_eq!(running.process.try_wait().unwrap(), None, "the server ended");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        running
    }
}

impl Drop for DataFolder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// A serving process.
struct Running {
    process: Child,
    url: String,
}

impl Running {
    async fn signal(&mut self, signal: Signal) -> std::process::ExitStatus {
        let id = Pid::from_raw(i32::try_from(self.process.id().unwrap()).unwrap());
        kill(id, signal).unwrap();
        self.process.wait().await.unwrap()
    }
}
