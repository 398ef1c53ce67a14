//! `GET [base]/$viewdefinition-export-file/[job]/[file]`: a file of an export of tables, piece by piece.

use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::{HttpResponse, get, web};

use crate::http::fhir::caller::Client;
use crate::http::fhir::errors::Refusal;
use crate::http::fhir::view::{format, run};
use crate::records::Records;

/// Fetches a file of an export of tables.
#[utoipa::path(tag = "fhir", operation_id = "read_view_export_file",
    params(("job" = String, Path, description = "The export's id"), ("file" = String, Path, description = "The file's name, from the result")),
    responses((status = 200, description = "A table", content((String = "application/x-ndjson"), (String = "text/csv"), (Object = "application/json"), (Vec<u8> = "application/vnd.apache.parquet"))),
        (status = 401, description = "No access token that holds"), (status = 403, description = "The token has no `system/` scope for the type in it"),
        (status = 404, description = "This client has no such file"), (status = 422, description = "An expression fails on a resource")),
    security(("access_token" = [])))]
#[get("/$viewdefinition-export-file/{job}/{file}")]
pub async fn read_view_export_file(
    path: web::Path<(String, String)>,
    client: Client,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let (job, name) = path.into_inner();
    let (table, format) = records.exported_view(&client.0, &job, &name).await?;
    let mut response = HttpResponse::Ok();
    // Of what is not there, nothing came this far: the name has letters, digits and signs that need no quoting.
    response.insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")));
    response.content_type(format::media(format));
    Ok(run::streamed(response, table))
}
