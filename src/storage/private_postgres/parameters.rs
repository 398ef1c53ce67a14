//! The settings that Postgres is started with.
//!
//! They are given on the command line, which takes precedence over the cluster's own
//! `postgresql.conf`: <https://www.postgresql.org/docs/current/runtime-config.html>

use std::{ffi::OsString, os::unix::ffi::OsStrExt as _, os::unix::ffi::OsStringExt as _, path::Path};

use super::folders::PORT;

const PARAMETERS: &[(&str, &str)] = &[
    // Nobody but us: no network, and a socket folder that only its owner can enter.
    ("listen_addresses", ""),
    ("unix_socket_permissions", "0700"),
    ("cluster_name", "hygeia"),
    // An answered write is on disk.
    ("fsync", "on"),
    ("full_page_writes", "on"),
    ("synchronous_commit", "on"),
    // For a small machine; a larger deployment has a Postgres of its own.
    ("max_connections", "100"),
    ("shared_buffers", "128MB"),
    ("wal_compression", "on"),
    // Fewer checkpoints: each is followed by a burst of full pages in the write-ahead log. The size
    // between two stays small, as it is what a start after a crash has to replay.
    ("checkpoint_timeout", "15min"),
    ("max_wal_size", "1GB"),
    // Flash storage, and short queries that compiling would only delay.
    ("random_page_cost", "1.1"),
    ("jit", "off"),
    // No health data in the log. Messages of failed statements repeat values (`Key (..)=(..)
    // already exists`, `invalid input syntax ..: "Jane"`), so only the server's own messages
    // pass: `log` ranks above `error` here. The caller still gets the error and reports it.
    ("log_min_messages", "log"),
    ("log_min_error_statement", "panic"),
    ("log_error_verbosity", "terse"),
    ("log_statement", "none"),
    ("log_min_duration_statement", "-1"),
    ("log_min_duration_sample", "-1"),
    ("log_transaction_sample_rate", "0"),
    ("log_parameter_max_length", "0"),
    ("log_parameter_max_length_on_error", "0"),
    ("log_autovacuum_min_duration", "-1"),
    ("log_checkpoints", "off"),
    ("log_connections", "off"),
    ("log_disconnections", "off"),
    // To standard error, which is our file, and in one time zone whatever the machine's.
    ("log_destination", "stderr"),
    ("logging_collector", "off"),
    ("log_line_prefix", "%m [%p] "),
    ("log_timezone", "UTC"),
    ("timezone", "UTC"),
];

/// The arguments after `-D`; a later setting takes precedence, so `extra` comes last.
pub(super) fn arguments(socket: &Path, extra: &[(String, String)]) -> Vec<OsString> {
    let ours = PARAMETERS.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let mut arguments: Vec<OsString> =
        vec!["-p".into(), PORT.to_string().into(), "-k".into(), quoted(socket)];
    for (name, value) in ours.chain(extra.iter().cloned()) {
        arguments.push("-c".into());
        arguments.push(format!("{name}={value}").into());
    }
    arguments
}

/// The setting is a list: quotes keep a comma or a space in the path from dividing it.
fn quoted(path: &Path) -> OsString {
    let mut quoted = vec![b'"'];
    for &byte in path.as_os_str().as_bytes() {
        quoted.push(byte);
        if byte == b'"' {
            quoted.push(byte);
        }
    }
    quoted.push(b'"');
    OsString::from_vec(quoted)
}
