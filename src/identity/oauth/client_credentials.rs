//! `grant_type=client_credentials`: a token for the client itself.
//! <https://hl7.org/fhir/smart-app-launch/STU2.2/backend-services.html>

use super::{Client, GrantType, LaunchContext, Refusal, Tokens};
use crate::fhir::definitions;
use crate::identity::scopes::{Context, Scope};
use crate::identity::{Identity, access_tokens};
use crate::storage::oauth::clients;

/// How long such a token is good for; SMART advises five minutes at most.
pub const LIFETIME_S: i64 = 300;

impl Identity {
    /// Gives a client a token for its own `system/` scopes.
    ///
    /// # Errors
    /// When the client may not ask so, or may have none of the scopes.
    pub async fn grant_to_client(&self, client: &Client, scope: Option<&str>) -> Result<Tokens, Refusal> {
        if !client.grants.contains(&GrantType::ClientCredentials) {
            return Err(Refusal::UnauthorizedClient);
        }
        let wanted = scope.ok_or(Refusal::InvalidScope("scope is required"))?;
        let own = client
            .scopes
            .clone()
            .filtered(|scope| matches!(scope, Scope::Data(data) if data.context == Context::System));
        let granted = own.grant(wanted, definitions::is_resource_type)?;
        if granted.is_empty() {
            return Err(Refusal::InvalidScope("the client may have none of these scopes"));
        }
        let scope = granted.join(" ");
        let mut transaction = self.store.begin(client.tenant).await?;
        let given = access_tokens::Given {
            tenant: client.tenant,
            scope: &scope,
            lifetime_s: LIFETIME_S,
            client: Some(client.id),
            grant: None,
            purpose: None,
        };
        let token = async {
            if !clients::hold(&mut transaction, client.tenant, client.id).await? {
                return Err(Refusal::InvalidClient("the client was removed"));
            }
            Ok(self.give_access_token(&mut transaction, given).await?)
        }
        .await;
        let token = transaction.finish(token).await?;
        Ok(Tokens {
            access: token,
            scope,
            expires_in_s: LIFETIME_S,
            refresh: None,
            id_token: None,
            context: LaunchContext::default(),
        })
    }
}
