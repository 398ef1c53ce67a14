//! `hygeia admin verify-audit` and `retain-audit`: the audit trail, held against its seals, and made shorter.

use chrono::TimeDelta;

use super::say;
use crate::app::App;
use crate::core::Secret;
use crate::identity::TenantId;
use crate::records::audit::verify::Held;

/// A row that waits longer than this for its seal shows that nobody seals.
const SOON_S: i64 = 60;

/// Which trail is looked at, and what it must have.
#[derive(clap::Args)]
pub(super) struct VerifyArguments {
    /// The tenant's name; without it, all of them and the platform.
    #[arg(long)]
    tenant: Option<String>,
    /// A head that was printed before, which must still be a seal of the chain. It shows that none after it were taken away; may be
    /// given several times.
    #[arg(long = "head", value_parser = head)]
    heads: Vec<Head>,
}

/// Which rows are removed.
#[derive(clap::Args)]
pub(super) struct RetainArguments {
    /// The tenant's name; without it, all of them and the platform.
    #[arg(long)]
    tenant: Option<String>,
    /// How old a row must be, in days, such as 365d.
    #[arg(long, value_parser = days)]
    older_than: TimeDelta,
}

type Head = [u8; 32];

fn head(text: &str) -> Result<Head, String> {
    let bytes = hex::decode(text).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or_else(|| "a head is 64 hexadecimal digits".to_owned())
}

fn days(text: &str) -> Result<TimeDelta, String> {
    let days = text.strip_suffix('d').and_then(|days| days.parse::<u16>().ok()).filter(|days| *days > 0);
    let days = days.and_then(|days| TimeDelta::try_days(i64::from(days)));
    days.ok_or_else(|| "an age is a number of days such as 365d".to_owned())
}

/// Says of each trail whether it holds, and what does not.
pub(super) async fn verify(app: &App, arguments: VerifyArguments) -> anyhow::Result<()> {
    let mut wanted: Vec<Vec<u8>> = arguments.heads.iter().map(|head| head.to_vec()).collect();
    let mut holds = true;
    for (tenant, name) in app.records.trails(arguments.tenant.as_deref()).await? {
        let mut tell = |finding| say(&format!("{name}: {finding}\n"));
        let held = app.records.verify_audit(tenant, &wanted, &mut tell).await?;
        wanted.retain(|wanted| !held.known.contains(wanted));
        holds &= held.findings == 0;
        say(&summary(&name, &held, app.clock.now().timestamp()));
    }
    for head in &wanted {
        say(&format!(
            "no chain has the seal {}: rows were taken away, or others put in their place\n",
            hex::encode(head)
        ));
    }
    anyhow::ensure!(holds && wanted.is_empty(), "the audit trail does not hold");
    Ok(())
}

fn summary(name: &str, held: &Held, now_s: i64) -> String {
    let Held { seals, rows, removed, unsealed, .. } = held;
    let mut parts = vec![format!("{seals} seals, {rows} rows hold")];
    if *removed > 0 {
        parts.push(format!("{removed} removed by retention"));
    }
    let waits = held.oldest_unsealed.map_or(0, |oldest| now_s.saturating_sub(oldest.timestamp()));
    match (*unsealed > 0, waits > SOON_S) {
        (false, _) => {}
        (true, false) => parts.push(format!("{unsealed} not sealed yet")),
        (true, true) => parts.push(format!("{unsealed} not sealed for {waits} seconds: no server seals")),
    }
    let head = held.head.as_ref().map(|head| format!("; head {}", hex::encode(head))).unwrap_or_default();
    format!("{name}: {}{head}\n", parts.join(", "))
}

/// Removes old rows, and says how many.
pub(super) async fn retain(
    app: &App,
    arguments: RetainArguments,
    owner: &Secret<String>,
) -> anyhow::Result<()> {
    let before = app.clock.now() - arguments.older_than;
    let mut holds = true;
    for (tenant, name) in app.records.trails(arguments.tenant.as_deref()).await? {
        let removed = app.records.retain_audit(tenant, before, owner).await?;
        for number in &removed.kept {
            say(&format!("{name}: seal {number} does not hold, its rows are kept: verify-audit says why\n"));
        }
        holds &= removed.kept.is_empty();
        if removed.rows > 0 || tenant != TenantId::PLATFORM {
            say(&format!("{name}: {} rows removed\n", removed.rows));
        }
    }
    anyhow::ensure!(holds, "the audit trail does not hold");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_some_days() {
        assert_eq!(days("365d"), Ok(TimeDelta::days(365)));
        for wrong in ["", "d", "0d", "-1d", "365", "1y", "99999999999d", " 1d"] {
            assert!(days(wrong).is_err(), "{wrong:?}");
        }
        assert!(days("65535d").is_ok() && days("65536d").is_err());
    }

    #[test]
    fn a_head_is_a_hash() {
        assert_eq!(head(&"0f".repeat(32)), Ok([15; 32]));
        for wrong in ["", "0f", &"0g".repeat(32), &"0f".repeat(33)] {
            assert!(head(wrong).is_err(), "{wrong:?}");
        }
    }
}
