//! `hygeia simulate`: what is made up, played to a server as it would come.

mod node;
mod play;
mod setting_up;
#[cfg(test)]
mod tests;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use url::Url;

use super::{complain, say};
use crate::core::{Clock, Secret};
use play::Counts;
use setting_up::{Account, Stage};

/// What can be played.
#[derive(Subcommand)]
pub(super) enum Simulate {
    /// A ward of Smartz Connect: residents with pods, whose nodes send to POST /gateway/v1/telemetry. Makes the organisation, its nodes, pods
    /// and patients through the dashboard first. Ends with the counts, and fails when a reading was lost or counted twice.
    Smartz(Smartz),
}

/// Which ward, how fast, and where.
#[derive(Args)]
pub(super) struct Smartz {
    /// Where the server has Smartz Connect.
    #[arg(long, default_value = "http://127.0.0.1:8080/smartz")]
    url: Url,
    /// The dashboard account that makes the organisation.
    #[arg(long, env = "ADMIN_EMAIL")]
    email: String,
    /// Its password.
    #[arg(long, env = "ADMIN_PASSWORD", hide_env_values = true)]
    password: String,
    /// How many residents.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=5000))]
    residents: u16,
    /// How many residents' pods a node hears.
    #[arg(long, default_value_t = 25, value_parser = clap::value_parser!(u16).range(1..=200))]
    residents_a_node: u16,
    /// How many hours of the ward are played.
    #[arg(long, default_value_t = 1.0)]
    hours: f64,
    /// How many times faster than time; 0 is as fast as the server takes it. What is not played at 1 is of the hours before now, and a server
    /// counts what was measured before a pod was put on a patient as nobody's.
    #[arg(long, default_value_t = 1.0)]
    speed: f64,
    /// How often a pod measures, in seconds.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=3600))]
    every: u32,
    /// How often a day a pod loses its radio; it sends later what it measured then.
    #[arg(long, default_value_t = 4.0)]
    losses: f64,
    /// The same seed makes the same ward.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Plays, and tells how it went.
pub(super) async fn run(command: Simulate) -> ExitCode {
    let Simulate::Smartz(arguments) = command;
    match smartz(arguments).await {
        Ok(counts) if counts.is_whole() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            complain(&format!("hygeia: {error:#}\n"));
            ExitCode::FAILURE
        }
    }
}

async fn smartz(arguments: Smartz) -> anyhow::Result<Counts> {
    anyhow::ensure!(
        arguments.hours > 0.0 && arguments.hours <= 24.0 * 28.0,
        "--hours goes from above 0 to 672"
    );
    anyhow::ensure!((0.0..=1e6).contains(&arguments.speed), "--speed goes from 0 to 1000000");
    let client = reqwest::Client::builder()
        .timeout(Duration::from_secs(60))
        .build()
        .context("there is no way to call a server")?;
    let account =
        Account { email: arguments.email.clone(), password: Secret::new(arguments.password.clone()) };
    let clock = Clock::system();
    let stage = Stage { client: &client, url: &arguments.url };
    let nodes = stage.set_up(&account, arguments.residents.into(), arguments.residents_a_node.into()).await?;
    say(&format!("{} residents with {} nodes are there\n", arguments.residents, nodes.len()));
    let counts = play::play(&arguments, &nodes, &clock).await?;
    say(&counts.told());
    Ok(counts)
}
