//! Who asked for subscriptions, and what they may do now.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Bool, Nullable, Text};
use diesel_async::RunQueryDsl;

use crate::storage::statement::{Parameter, Statement};
use crate::storage::{Connection, StorageError, TenantId};

/// Who asked: a client, a person, and the patient whom it was about.
#[derive(Clone, Copy, Debug)]
pub struct Asker<'a> {
    /// The client, where it is one that is registered.
    pub client: Option<&'a str>,
    /// The person's account.
    pub account: Option<&'a str>,
    /// The patient of the launch.
    pub patient: Option<&'a str>,
}

/// What somebody who asked has now.
#[derive(Clone, Debug, QueryableByName)]
pub struct Standing {
    /// Whether client and person, as far as they are named, are there, and the person may sign in.
    #[diesel(sql_type = Bool)]
    pub is_there: bool,
    /// The scopes that the client may ask for.
    #[diesel(sql_type = Nullable<Text>)]
    pub of_client: Option<String>,
    /// The scopes that the person has granted the client, and that are good still.
    #[diesel(sql_type = Nullable<Text>)]
    pub granted: Option<String>,
}

/// What these have now, in their order.
///
/// # Errors
/// When the database fails.
pub async fn standings(
    connection: &mut Connection,
    tenant: TenantId,
    askers: &[Asker<'_>],
    now: DateTime<Utc>,
) -> Result<Vec<Standing>, StorageError> {
    const SQL: &str = "
        SELECT (w.client IS NULL OR c.id IS NOT NULL) AND (w.account IS NULL OR a.id IS NOT NULL) AS is_there,
            c.scope AS of_client, (
                SELECT string_agg(g.scope, ' ') FROM oauth_grant g
                WHERE g.tenant = $1 AND g.client = c.id AND g.account = a.id AND g.patient IS NOT DISTINCT FROM w.patient
                  AND g.code_used_at IS NOT NULL AND g.expires_at > $5) AS granted
        FROM unnest($2::text[], $3::text[], $4::text[]) WITH ORDINALITY AS w (client, account, patient, place)
            LEFT JOIN oauth_client c ON c.tenant = $1 AND c.id = w.client::uuid
            LEFT JOIN account a ON a.tenant = $1 AND a.id = w.account::uuid AND a.active
        ORDER BY w.place";
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::OptionalTexts(askers.iter().map(|asker| asker.client).collect()),
        Parameter::OptionalTexts(askers.iter().map(|asker| asker.account).collect()),
        Parameter::OptionalTexts(askers.iter().map(|asker| asker.patient).collect()),
        Parameter::Time(now),
    ];
    Ok(Statement::fixed(SQL, parameters).load(connection).await?)
}
