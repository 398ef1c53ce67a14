//! Opening a connection: with TLS wherever the traffic could leave the machine.
//!
//! `sslmode=disable` in the URL asks for none; on a unix socket or a loopback address none is used unless the URL names a mode. Every
//! other mode, and none on any other host, means TLS with a checked certificate and host name: there is no falling back to plain text.
//! `sslrootcert=FILE` names the PEM file of the authorities to trust, instead of the system's.

use std::sync::Arc;

use diesel::{ConnectionError, ConnectionResult};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

/// Where systems keep the authorities that all trust.
const SYSTEM_ROOTS: [&str; 3] =
    ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"];

/// Connects to the server at `url`.
///
/// # Errors
/// When the URL is malformed, the server does not answer, or its certificate is not to be trusted.
pub async fn open(url: &str) -> ConnectionResult<AsyncPgConnection> {
    let (url, wishes) = parted(url);
    let mut config: Config = url.parse().map_err(bad)?;
    if !wishes.wants_tls(&config) {
        return AsyncPgConnection::establish(&url).await;
    }
    config.ssl_mode(SslMode::Require);
    let tls = MakeRustlsConnect::new(client_config(wishes.root_certificates.as_deref())?);
    let (client, connection) = config.connect(tls).await.map_err(bad)?;
    AsyncPgConnection::try_from_client_and_connection(client, connection).await
}

/// What Postgres' own programs are told of the server at `url`: by their environment, for a command line can be read by everybody. TLS is
/// used as we use it.
///
/// # Errors
/// When the URL is malformed.
pub(super) fn libpq_environment(url: &str) -> ConnectionResult<Vec<(&'static str, String)>> {
    let (url, wishes) = parted(url);
    let config: Config = url.parse().map_err(bad)?;
    let hosts: Vec<_> = config.get_hosts().iter().map(host_text).collect();
    let ports: Vec<_> = config.get_ports().iter().map(ToString::to_string).collect();
    let password = config.get_password().map(|password| String::from_utf8_lossy(password).into_owned());
    let mut environment = vec![("PGHOST", hosts.join(",")), ("PGPORT", ports.join(","))];
    environment.extend(config.get_user().map(|user| ("PGUSER", user.to_owned())));
    environment.extend(password.map(|password| ("PGPASSWORD", password)));
    if wishes.wants_tls(&config) {
        let roots = wishes.root_certificates.or_else(|| {
            SYSTEM_ROOTS
                .iter()
                .find(|path| std::path::Path::new(path).is_file())
                .map(|path| (*path).to_owned())
        });
        environment.push(("PGSSLMODE", "verify-full".to_owned()));
        environment.extend(roots.map(|roots| ("PGSSLROOTCERT", roots)));
    } else {
        environment.push(("PGSSLMODE", "disable".to_owned()));
    }
    environment.retain(|(_, value)| !value.is_empty());
    Ok(environment)
}

fn host_text(host: &Host) -> String {
    match host {
        Host::Unix(path) => path.to_string_lossy().into_owned(),
        Host::Tcp(name) => name.clone(),
    }
}

/// What the URL says of TLS, which the driver does not understand in libpq's words.
#[derive(Debug, Default, PartialEq, Eq)]
struct Wishes {
    mode: Option<String>,
    root_certificates: Option<String>,
}

impl Wishes {
    fn wants_tls(&self, config: &Config) -> bool {
        match self.mode.as_deref() {
            Some("disable") => false,
            Some(_) => true,
            None => !config.get_hosts().iter().all(is_local),
        }
    }
}

fn is_local(host: &Host) -> bool {
    match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => {
            name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
        }
    }
}

/// The URL without what it says of TLS, and that.
fn parted(url: &str) -> (String, Wishes) {
    let mut wishes = Wishes::default();
    let Some((address, query)) = url.split_once('?') else { return (url.to_owned(), wishes) };
    let mut rest = form_urlencoded::Serializer::new(String::new());
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match name.as_ref() {
            "sslmode" => wishes.mode = Some(value.into_owned()),
            "sslrootcert" => wishes.root_certificates = Some(value.into_owned()),
            _ => {
                rest.append_pair(&name, &value);
            }
        }
    }
    // The driver takes %20 for a blank, but not the plus of a form.
    (format!("{address}?{}", rest.finish().replace('+', "%20")), wishes)
}

fn client_config(file: Option<&str>) -> ConnectionResult<ClientConfig> {
    let mut roots = RootCertStore::empty();
    match file {
        Some(file) => {
            for certificate in CertificateDer::pem_file_iter(file).map_err(bad)? {
                roots.add(certificate.map_err(bad)?).map_err(bad)?;
            }
        }
        None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().map_err(bad)?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

/// The driver's own texts name host and reason, never the password.
fn bad(error: impl std::error::Error) -> ConnectionError {
    let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
    ConnectionError::BadConnection(format!("{error}{cause}"))
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    fn wants_tls(url: &str) -> bool {
        let (url, wishes) = parted(url);
        wishes.wants_tls(&url.parse().unwrap())
    }

    #[test]
    fn only_what_stays_on_the_machine_goes_without_tls() {
        for plain in [
            "postgres://u@%2Frun%2Fpg/db",
            "postgres://u@localhost/db",
            "postgres://u@127.0.0.1:5432/db",
            "postgres://u@db.example.org/db?sslmode=disable",
        ] {
            assert!(!wants_tls(plain), "{plain}");
        }
        for secured in [
            "postgres://u@db.example.org/db",
            "postgres://u@10.0.0.7/db",
            "postgres://u@127.0.0.1,10.0.0.7/db",
            "postgres://u@127.0.0.1/db?sslmode=require",
            "postgres://u@db.example.org/db?sslmode=prefer",
            "postgres://u@db.example.org/db?sslmode=verify-full&sslrootcert=%2Fetc%2Fca.pem",
        ] {
            assert!(wants_tls(secured), "{secured}");
        }
    }

    #[test]
    fn other_parameters_stay() {
        let (url, wishes) =
            parted("postgres://u@h/db?sslmode=verify-full&options=-csearch_path%3Da%20b&sslrootcert=x");
        assert_eq!(url, "postgres://u@h/db?options=-csearch_path%3Da%20b");
        let wanted = Wishes { mode: Some("verify-full".to_owned()), root_certificates: Some("x".to_owned()) };
        assert_eq!(wishes, wanted);
    }

    #[test]
    fn postgres_own_programs_are_told_by_their_environment_and_fall_back_to_nothing() {
        let told = |url: &str| libpq_environment(url).unwrap();
        let plain = told("postgres://u@%2Frun%2Fpg:5433/db?options=-csearch_path%3Da");
        let wanted = [("PGHOST", "/run/pg"), ("PGPORT", "5433"), ("PGUSER", "u"), ("PGSSLMODE", "disable")];
        assert_eq!(plain, wanted.map(|(name, value)| (name, value.to_owned())));
        let secured = told("postgres://u:s3%20cret@db.example.org/db?sslmode=prefer&sslrootcert=%2Fca.pem");
        let wanted =
            [("PGHOST", "db.example.org"), ("PGPORT", "5432"), ("PGUSER", "u"), ("PGPASSWORD", "s3 cret")];
        let wanted = wanted.into_iter().chain([("PGSSLMODE", "verify-full"), ("PGSSLROOTCERT", "/ca.pem")]);
        assert_eq!(secured, wanted.map(|(name, value)| (name, value.to_owned())).collect::<Vec<_>>());
        assert!(libpq_environment("postgres://[").is_err());
    }

    #[tokio::test]
    async fn a_server_without_tls_is_told_nothing() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = [0; 8];
            stream.read_exact(&mut request).await.unwrap();
            stream.write_all(b"N").await.unwrap();
            let mut more = Vec::new();
            stream.read_to_end(&mut more).await.unwrap();
            (request, more)
        });
        let refused = open(&format!("postgres://user:s3cret@127.0.0.1:{port}/db?sslmode=require")).await;
        assert!(!format!("{:?}", refused.err().unwrap()).contains("s3cret"));
        // The request for TLS, and after the refusal nothing: no user, no password.
        assert_eq!(server.await.unwrap(), ([0, 0, 0, 8, 4, 210, 22, 47], Vec::new()));
    }
}
