//! What the kernel says of this process, by the names that all Prometheus clients use.

use std::fs;

use nix::sys::resource::{Resource, UsageWho, getrlimit, getrusage};
use nix::sys::time::TimeVal;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;

/// Asked anew each time; what the kernel does not tell is left out.
#[derive(Debug)]
pub(super) struct Process;

impl Collector for Process {
    fn encode(&self, mut encoder: DescriptorEncoder) -> Result<(), std::fmt::Error> {
        if let Ok(usage) = getrusage(UsageWho::RUSAGE_SELF) {
            let taken = seconds(usage.user_time()) + seconds(usage.system_time());
            let counter = ConstCounter::new(taken);
            let help = "Time on processors, of all threads";
            counter.encode(encoder.encode_descriptor(
                "process_cpu_seconds",
                help,
                None,
                counter.metric_type(),
            )?)?;
        }
        let numbers = [
            ("process_resident_memory_bytes", "Memory in use", resident_bytes()),
            ("process_open_fds", "Open files and connections", open_files()),
            ("process_max_fds", "As many as there may be", most_files()),
        ];
        for (name, help, number) in numbers {
            if let Some(number) = number {
                let gauge = ConstGauge::new(number);
                gauge.encode(encoder.encode_descriptor(name, help, None, gauge.metric_type())?)?;
            }
        }
        Ok(())
    }
}

fn seconds(time: TimeVal) -> f64 {
    let part = |part: i64| i32::try_from(part).map_or(0.0, f64::from);
    part(time.tv_sec()) + part(time.tv_usec()) / 1e6
}

fn resident_bytes() -> Option<i64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: i64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    kibibytes.checked_mul(1024)
}

fn open_files() -> Option<i64> {
    // The folder itself is open while it is read.
    let count = fs::read_dir("/proc/self/fd").ok()?.count().saturating_sub(1);
    i64::try_from(count).ok()
}

fn most_files() -> Option<i64> {
    let (soft, _) = getrlimit(Resource::RLIMIT_NOFILE).ok()?;
    i64::try_from(soft).ok()
}
