//! The OpenAPI documents, one a surface, and Swagger UI on them at `/docs/`. Nothing is loaded from outside.

use std::path::Path;

use actix_web::http::header;
use actix_web::middleware::DefaultHeaders;
use actix_web::web::{self, Bytes, ServiceConfig};
use actix_web::{App, HttpResponse};
use utoipa::openapi::path::{Operation, PathItem, Paths};
use utoipa::openapi::security::SecurityScheme;
use utoipa::openapi::server::Server;
use utoipa::openapi::{ComponentsBuilder, InfoBuilder, OpenApi, OpenApiBuilder, RefOr};
use utoipa_actix_web::AppExt;
use utoipa_actix_web::service_config::ServiceConfig as Routes;
use utoipa_swagger_ui::{Config, SwaggerUi, Url};

pub mod answers;

/// Swagger UI needs no more than its own files, styles in elements, and icons in style sheets. A key that is typed into the
/// page can thus be sent nowhere else.
const CONTENT_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'";

/// What one surface has to say of itself.
#[derive(Clone)]
pub struct Document {
    /// The file's name without its ending.
    pub name: &'static str,
    /// The document's title.
    pub title: &'static str,
    /// What the surface is for.
    pub description: &'static str,
    /// The routes, from which paths and schemas are taken.
    pub routes: fn(&mut Routes<'_>),
    /// The ways to authenticate, by the names that the routes use.
    pub schemes: Vec<(&'static str, SecurityScheme)>,
    /// Adds what holds for every operation, such as answers that any may give.
    pub for_all: fn(&mut OpenApi),
}

impl Document {
    /// The OpenAPI document.
    #[must_use]
    pub fn build(&self) -> OpenApi {
        let (_, collected) = App::new().into_utoipa_app().configure(self.routes).split_for_parts();
        let mut components = collected.components.unwrap_or_else(|| ComponentsBuilder::new().build());
        for (name, scheme) in &self.schemes {
            components.security_schemes.insert((*name).to_owned(), RefOr::T(scheme.clone()));
        }
        let info = InfoBuilder::new()
            .title(self.title)
            .description(Some(self.description))
            .version(env!("CARGO_PKG_VERSION"));
        let mut document = OpenApiBuilder::new()
            .info(info.build())
            .servers(Some([Server::new("/")]))
            .paths(collected.paths)
            .components(Some(components))
            .build();
        (self.for_all)(&mut document);
        document
    }

    /// Where the server has it.
    #[must_use]
    pub fn address(&self) -> String {
        format!("/openapi/{}.json", self.name)
    }

    /// The document as it is served.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn page(&self) -> std::io::Result<Page> {
        Ok(Page { title: self.title, address: self.address(), json: Bytes::from(self.build().to_json()?) })
    }

    /// The document as the file that is committed.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn text(&self) -> std::io::Result<String> {
        let mut text = self.build().to_pretty_json()?;
        text.push('\n');
        Ok(text)
    }
}

/// Adds nothing.
pub fn nothing(_: &mut OpenApi) {}

/// The operations of a document.
pub fn operations(paths: &mut Paths) -> impl Iterator<Item = &mut Operation> {
    paths.paths.values_mut().flat_map(|item| {
        let PathItem { get, put, post, delete, patch, .. } = item;
        [get, put, post, delete, patch].into_iter().flatten()
    })
}

/// A document as it is served.
#[derive(Debug)]
pub struct Page {
    title: &'static str,
    address: String,
    json: Bytes,
}

/// Adds the documents, and Swagger UI on them; it opens the first.
pub fn routes(pages: &'static [Page]) -> impl FnOnce(&mut ServiceConfig) {
    move |config| {
        let swagger_ui = web::scope("/docs")
            .wrap(DefaultHeaders::new().add((header::CONTENT_SECURITY_POLICY, CONTENT_POLICY)))
            .wrap(DefaultHeaders::new().add((header::X_CONTENT_TYPE_OPTIONS, "nosniff")))
            .wrap(DefaultHeaders::new().add((header::REFERRER_POLICY, "no-referrer")))
            .service(SwaggerUi::new("/{_:.*}").config(settings(pages)));
        config.service(web::redirect("/docs", "/docs/")).service(swagger_ui);
        for page in pages {
            let answer =
                || async { HttpResponse::Ok().content_type("application/json").body(page.json.clone()) };
            config.route(&page.address, web::get().to(answer));
        }
    }
}

fn settings(pages: &'static [Page]) -> Config<'static> {
    Config::new(pages.iter().map(|page| Url::new(page.title, &page.address)))
        .try_it_out_enabled(true)
        .display_request_duration(true)
        // Credentials leave with the tab; no document is sent to a validator elsewhere.
        .persist_authorization(false)
        .validator_url("none")
}

/// Writes each document as `NAME.json` into the folder.
///
/// # Errors
/// When a file cannot be written.
pub fn write_all(documents: &[Document], folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    for document in documents {
        std::fs::write(folder.join(format!("{}.json", document.name)), document.text()?)?;
    }
    Ok(())
}
