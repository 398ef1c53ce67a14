//! `grant_type=client_credentials`: a token for the client itself.
//! <https://hl7.org/fhir/smart-app-launch/STU2.2/backend-services.html>

use super::{Client, GrantType, LaunchContext, Refusal, Tokens};
use crate::fhir::definitions;
use crate::identity::scopes::{Context, Scope};
use crate::identity::{Identity, access_tokens};

/// How long such a token is good for; SMART advises five minutes at most.
pub const LIFETIME_S: i64 = 300;

impl Identity {
    /// Gives a client a token for its own `system/` scopes, for a purpose as [`Client::purpose`] tells it.
    ///
    /// # Errors
    /// When the client may not ask so, or may have none of the scopes.
    pub async fn grant_to_client(
        &self,
        client: &Client,
        scope: Option<&str>,
        purpose: Option<&str>,
    ) -> Result<Tokens, Refusal> {
        let wanted = scope.ok_or(Refusal::InvalidScope("scope is required"))?;
        let mut transaction = self.store.begin(client.tenant).await?;
        let given = async {
            let now = client.held(&mut transaction).await?;
            let now = now.ok_or(Refusal::InvalidClient("the client was changed or removed meanwhile"))?;
            let scope = own_scope(&now, wanted)?;
            let given = access_tokens::Given {
                tenant: client.tenant,
                scope: &scope,
                lifetime_s: LIFETIME_S,
                client: Some(client.id),
                grant: None,
                purpose,
            };
            let token = self.give_access_token(&mut transaction, given).await?;
            Ok::<_, Refusal>((token, scope))
        }
        .await;
        let (token, scope) = transaction.finish(given).await?;
        Ok(Tokens {
            access: token,
            scope,
            purpose: purpose.map(str::to_owned),
            expires_in_s: LIFETIME_S,
            refresh: None,
            id_token: None,
            context: LaunchContext::default(),
        })
    }
}

/// Those of the scopes that a client may have for itself.
fn own_scope(client: &Client, wanted: &str) -> Result<String, Refusal> {
    if !client.grants.contains(&GrantType::ClientCredentials) {
        return Err(Refusal::UnauthorizedClient);
    }
    let is_own = |scope: &Scope| matches!(scope, Scope::Data(data) if data.context == Context::System);
    let granted = client.scopes.clone().filtered(is_own).grant(wanted, definitions::is_resource_type)?;
    if granted.is_empty() {
        return Err(Refusal::InvalidScope("the client may have none of these scopes"));
    }
    Ok(granted.join(" "))
}
