//! TLS by rustls: versions 1.2 and 1.3, and a certificate that can be renewed while the server runs.

use std::path::Path;
use std::sync::{Arc, RwLock};

use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use crate::core::config::TlsSettings;

/// A certificate that is shown to every client.
#[derive(Clone, Debug)]
pub struct Certificate {
    settings: TlsSettings,
    provider: Arc<CryptoProvider>,
    shown: Arc<Shown>,
}

#[derive(Debug)]
struct Shown(RwLock<Arc<CertifiedKey>>);

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum NotUsable {
    /// A file cannot be read, or holds nothing of the kind.
    #[error("{0} cannot be read: {1}")]
    File(String, rustls::pki_types::pem::Error),
    /// The two do not belong together, or are of a kind that is not known.
    #[error("certificate and key cannot be used: {0}")]
    Pair(rustls::Error),
}

impl Certificate {
    /// Reads certificate and key.
    ///
    /// # Errors
    /// When they cannot be used.
    pub fn open(settings: TlsSettings) -> Result<Self, NotUsable> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let shown = Shown(RwLock::new(Arc::new(read(&settings, &provider)?)));
        Ok(Self { settings, provider, shown: Arc::new(shown) })
    }

    /// Reads certificate and key again, for connections that are yet to come. Those that cannot be used change nothing.
    ///
    /// # Errors
    /// When they cannot be used.
    pub fn renew(&self) -> Result<(), NotUsable> {
        let renewed = Arc::new(read(&self.settings, &self.provider)?);
        *self.shown.0.write().unwrap_or_else(std::sync::PoisonError::into_inner) = renewed;
        Ok(())
    }

    /// How connections are made.
    ///
    /// # Errors
    /// When the versions of TLS are not to be had.
    pub fn config(&self) -> Result<ServerConfig, NotUsable> {
        Ok(ServerConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_safe_default_protocol_versions()
            .map_err(NotUsable::Pair)?
            .with_no_client_auth()
            .with_cert_resolver(self.shown.clone()))
    }
}

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0.read().unwrap_or_else(std::sync::PoisonError::into_inner)))
    }
}

fn read(settings: &TlsSettings, provider: &CryptoProvider) -> Result<CertifiedKey, NotUsable> {
    let told = |path: &Path| {
        let name = path.display().to_string();
        move |error| NotUsable::File(name, error)
    };
    let (certificate, key) = (&settings.certificate, &settings.key);
    let chain = CertificateDer::pem_file_iter(certificate).map_err(told(certificate))?;
    let chain: Vec<_> = chain.collect::<Result<_, _>>().map_err(told(certificate))?;
    let key = PrivateKeyDer::from_pem_file(key).map_err(told(key))?;
    CertifiedKey::from_der(chain, key, provider).map_err(NotUsable::Pair)
}
