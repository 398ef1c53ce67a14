//! The OpenAPI documents, one a surface, and Swagger UI on them at `/docs/`. Nothing is loaded from outside.

use std::path::Path;

use actix_web::App;
use actix_web::web::{self, ServiceConfig};
use utoipa::openapi::security::SecurityScheme;
use utoipa::openapi::server::Server;
use utoipa::openapi::{ComponentsBuilder, InfoBuilder, OpenApi, OpenApiBuilder, RefOr};
use utoipa_actix_web::AppExt;
use utoipa_actix_web::service_config::ServiceConfig as Routes;
use utoipa_swagger_ui::{Config, SwaggerUi, Url};

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
        OpenApiBuilder::new()
            .info(info.build())
            .servers(Some([Server::new("/")]))
            .paths(collected.paths)
            .components(Some(components))
            .build()
    }

    /// Where the server has it.
    #[must_use]
    pub fn address(&self) -> String {
        format!("/openapi/{}.json", self.name)
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

/// Adds Swagger UI with these documents.
pub fn routes(documents: Vec<(String, OpenApi)>) -> impl FnOnce(&mut ServiceConfig) {
    move |config| {
        let urls: Vec<_> =
            documents.into_iter().map(|(address, document)| (Url::from(address), document)).collect();
        let settings = Config::default().try_it_out_enabled(true).use_base_layout();
        config
            .service(web::redirect("/docs", "/docs/"))
            .service(SwaggerUi::new("/docs/{_:.*}").config(settings).urls(urls));
    }
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
