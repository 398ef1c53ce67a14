//! Projects (contract SS-44).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The project that is wanted.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewProject {
    /// Its name.
    #[schema(min_length = 1, max_length = 200, example = "Ward 7")]
    pub name: String,
    /// What it is for.
    #[serde(default)]
    #[schema(max_length = 2000, example = "Readings of the blood pressure round")]
    pub description: Option<String>,
    /// Whether the pictures are kept that are sent with its keys. Otherwise only their SHA-256, size and format are. Not in the
    /// vendor's API.
    #[serde(default)]
    #[schema(example = false)]
    pub keep_images: Option<bool>,
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
    /// Whether the pictures are kept that are sent with its keys. Not in the vendor's API.
    pub keep_images: bool,
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
