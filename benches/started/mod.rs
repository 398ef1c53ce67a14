//! The release build, started on a folder of its own. The client that measures it need not be optimised.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// What `make bench` has built.
pub const BINARY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/release/hygeia");

/// A server that runs.
pub struct Server {
    /// Its process.
    pub process: Child,
    /// Where it listens, such as `http://127.0.0.1:4711`.
    pub url: String,
}

impl Server {
    /// Starts one; how long it took until it listened.
    pub fn start(binary: &str, data: &Path, settings: &[(&str, &str)]) -> (Self, Duration) {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let began = Instant::now();
        let process = Command::new(binary)
            .arg("serve")
            .env("HYGEIA_DATA_DIR", data)
            .env("HYGEIA_BIND", format!("127.0.0.1:{port}"))
            .env("ADMIN_EMAIL", "admin@example.org")
            .env("ADMIN_PASSWORD", "an administrator's pass phrase")
            .env("RUST_LOG", "warn")
            .envs(settings.iter().copied())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            std::thread::sleep(Duration::from_millis(2));
        }
        (Self { process, url: format!("http://127.0.0.1:{port}") }, began.elapsed())
    }

    /// Its memory.
    pub fn resident_mb(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
    }

    /// Stops it as an operator does.
    pub fn stop(mut self) {
        let id = nix::unistd::Pid::from_raw(i32::try_from(self.process.id()).unwrap());
        nix::sys::signal::kill(id, nix::sys::signal::Signal::SIGTERM).unwrap();
        self.process.wait().unwrap();
    }
}
