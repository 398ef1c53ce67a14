//! Projects (contract SS-44).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The project that is wanted.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewProject {
    /// Its name.
    #[schema(example = "Ward 7")]
    pub name: String,
    /// What it is for.
    #[serde(default)]
    #[schema(example = "Readings of the blood pressure round")]
    pub description: Option<String>,
}

/// A project: what API keys belong to.
#[derive(Serialize, ToSchema)]
pub struct Project {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// When it was made.
    pub created_at: Option<DateTime<Utc>>,
}

/// One project, in its envelope.
#[derive(Serialize, ToSchema)]
pub struct ProjectAnswer {
    /// Always true.
    pub success: bool,
    /// The project.
    pub project: Project,
}

/// The tenant's projects, oldest first.
#[derive(Serialize, ToSchema)]
pub struct Projects {
    /// Always true.
    pub success: bool,
    /// The projects.
    pub projects: Vec<Project>,
}
