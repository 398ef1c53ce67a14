//! What was last heard of pods and nodes, and how the judging of a pod's readings stands.

use std::fmt;

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Double, Nullable, Text, Timestamptz};
use diesel_async::RunQueryDsl;

use super::statement::{Parameter, Statement};
use super::{Connection, StorageError, Store, TenantId};

/// A pod's or node's row.
#[derive(Clone, QueryableByName)]
pub struct Pod {
    /// Id of the Device.
    #[diesel(sql_type = Text)]
    pub device: String,
    /// The organisation that it belongs to: id of the Organization.
    #[diesel(sql_type = Text)]
    pub organization: String,
    /// Who wears it: id of the Patient.
    #[diesel(sql_type = Nullable<Text>)]
    pub patient: Option<String>,
    /// Since when; or since when nobody does.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub paired_at: Option<DateTime<Utc>>,
    /// When it was last heard of.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub seen_at: Option<DateTime<Utc>>,
    /// By which node: id of the Device.
    #[diesel(sql_type = Nullable<Text>)]
    pub node: Option<String>,
    /// How full its battery is, in percent.
    #[diesel(sql_type = Nullable<Double>)]
    pub battery: Option<f64>,
    /// What the judging of its readings goes on from: JSON.
    #[diesel(sql_type = Nullable<Text>)]
    pub state: Option<String>,
    /// From then on time alone may change something.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub due: Option<DateTime<Utc>>,
}

impl fmt::Debug for Pod {
    /// The row's key, never what it holds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pod({})", self.device)
    }
}

macro_rules! columns {
    () => {
        "device, organization, patient, paired_at, seen_at, node, battery, state, due"
    };
}

/// The rows of these devices; those that nothing is known of have none.
///
/// # Errors
/// When the database fails.
pub async fn find(
    connection: &mut Connection,
    tenant: TenantId,
    devices: &[&str],
) -> Result<Vec<Pod>, StorageError> {
    const SQL: &str = concat!("SELECT ", columns!(), " FROM pod WHERE tenant = $1 AND device = ANY ($2)");
    let parameters = vec![Parameter::Number(tenant.number()), Parameter::Texts(devices.to_vec())];
    Ok(Statement::fixed(SQL, parameters).load(connection).await?)
}

/// The rows of the pods that these patients wear.
///
/// # Errors
/// When the database fails.
pub async fn of_patients(
    connection: &mut Connection,
    tenant: TenantId,
    patients: &[&str],
) -> Result<Vec<Pod>, StorageError> {
    const SQL: &str = concat!("SELECT ", columns!(), " FROM pod WHERE tenant = $1 AND patient = ANY ($2)");
    let parameters = vec![Parameter::Number(tenant.number()), Parameter::Texts(patients.to_vec())];
    Ok(Statement::fixed(SQL, parameters).load(connection).await?)
}

/// Holds the rows of these devices of an organisation, in the order of their ids; those that nothing is known of get one.
///
/// # Errors
/// When the database fails.
pub async fn hold(
    connection: &mut Connection,
    tenant: TenantId,
    organization: &str,
    devices: &[&str],
) -> Result<Vec<Pod>, StorageError> {
    const ADD: &str = "
        INSERT INTO pod (tenant, device, organization) SELECT $1, d, $2 FROM unnest($3::text[]) AS d ORDER BY d
        ON CONFLICT DO NOTHING";
    const HOLD: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM pod WHERE tenant = $1 AND device = ANY ($2) ORDER BY device FOR UPDATE"
    );
    let parameters = || vec![Parameter::Number(tenant.number()), Parameter::Texts(devices.to_vec())];
    let held: Vec<Pod> = Statement::fixed(HOLD, parameters()).load(connection).await?;
    if held.len() == devices.len() {
        return Ok(held);
    }
    let new = vec![
        Parameter::Number(tenant.number()),
        Parameter::Text(organization),
        Parameter::Texts(devices.to_vec()),
    ];
    Statement::fixed(ADD, new).execute(connection).await?;
    Ok(Statement::fixed(HOLD, parameters()).load(connection).await?)
}

/// Holds those of these rows whose time has come and that nobody else holds.
///
/// # Errors
/// When the database fails.
pub async fn hold_due(
    connection: &mut Connection,
    tenant: TenantId,
    devices: &[&str],
    now: DateTime<Utc>,
) -> Result<Vec<Pod>, StorageError> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM pod WHERE tenant = $1 AND device = ANY ($2) AND due <= $3 ORDER BY device FOR UPDATE SKIP LOCKED"
    );
    let parameters =
        vec![Parameter::Number(tenant.number()), Parameter::Texts(devices.to_vec()), Parameter::Time(now)];
    Ok(Statement::fixed(SQL, parameters).load(connection).await?)
}

/// Rows of the tenant whose time has come, so many at most.
///
/// # Errors
/// When the database fails.
pub async fn due(
    connection: &mut Connection,
    tenant: TenantId,
    now: DateTime<Utc>,
    most: i64,
) -> Result<Vec<Pod>, StorageError> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM pod WHERE tenant = $1 AND due <= $2 ORDER BY due, device LIMIT $3"
    );
    let parameters = vec![Parameter::Number(tenant.number()), Parameter::Time(now), Parameter::Number(most)];
    Ok(Statement::fixed(SQL, parameters).load(connection).await?)
}

/// The tenants that have pods whose time has come.
///
/// # Errors
/// When the database fails.
pub async fn tenants_due(store: &Store, now: DateTime<Utc>) -> Result<Vec<TenantId>, StorageError> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        tenant: i64,
    }
    const SQL: &str = "SELECT DISTINCT tenant FROM pod WHERE due <= $1 ORDER BY tenant";
    let mut connection = store.alone(TenantId::PLATFORM).await?;
    let found = Statement::fixed(SQL, vec![Parameter::Time(now)]).load::<Row>(&mut *connection).await;
    let found = connection.finish(found.map_err(StorageError::from)).await?;
    Ok(found.into_iter().map(|row| TenantId::from_row(row.tenant)).collect())
}

/// Keeps rows that are held as they are now.
///
/// # Errors
/// When the database fails.
pub async fn keep(connection: &mut Connection, tenant: TenantId, pods: &[Pod]) -> Result<(), StorageError> {
    // Times as microseconds and the battery as text: arrays of them take nulls so.
    const SQL: &str = "
        UPDATE pod AS p SET patient = n.patient, paired_at = to_timestamp(n.paired_at / 1e6), seen_at = to_timestamp(n.seen_at / 1e6),
            node = n.node, battery = n.battery::double precision, state = n.state, due = to_timestamp(n.due / 1e6)
        FROM unnest($2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::bigint[])
            AS n (device, patient, paired_at, seen_at, node, battery, state, due)
        WHERE p.tenant = $1 AND p.device = n.device";
    let micros = |of: fn(&Pod) -> Option<DateTime<Utc>>| {
        Parameter::OptionalNumbers(pods.iter().map(|pod| of(pod).map(|at| at.timestamp_micros())).collect())
    };
    let batteries: Vec<_> = pods.iter().map(|pod| pod.battery.map(|battery| battery.to_string())).collect();
    let parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::Texts(pods.iter().map(|pod| pod.device.as_str()).collect()),
        Parameter::OptionalTexts(pods.iter().map(|pod| pod.patient.as_deref()).collect()),
        micros(|pod| pod.paired_at),
        micros(|pod| pod.seen_at),
        Parameter::OptionalTexts(pods.iter().map(|pod| pod.node.as_deref()).collect()),
        Parameter::OptionalTexts(batteries.iter().map(Option::as_deref).collect()),
        Parameter::OptionalTexts(pods.iter().map(|pod| pod.state.as_deref()).collect()),
        micros(|pod| pod.due),
    ];
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}
