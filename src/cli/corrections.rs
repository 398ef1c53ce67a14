//! `hygeia admin export-corrections`: what people corrected of what models said, to learn from.

use super::say;
use crate::app::App;
use crate::identity::{Caller, Surface};

/// Whose corrections.
#[derive(clap::Args)]
pub(super) struct CorrectionArguments {
    /// The tenant's name.
    #[arg(long, default_value = "default")]
    tenant: String,
}

/// Prints a line of JSON for each pair; that it was asked for is in the tenant's audit trail.
pub(super) async fn export(app: &App, arguments: &CorrectionArguments) -> anyhow::Result<()> {
    for (tenant, _) in app.records.trails(Some(&arguments.tenant)).await? {
        let caller = Caller::system(tenant, Surface::Operator).doing("export-corrections");
        for pair in app.records.corrections(&caller).await? {
            say(&format!("{pair}\n"));
        }
    }
    Ok(())
}
