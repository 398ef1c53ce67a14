//! How settings are read.

use super::*;

fn read(environment: &[(&str, &str)]) -> Result<Settings, Vec<String>> {
    let environment = environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    Source::open(environment)
        .and_then(Settings::read)
        .map_err(|faults| faults.iter().map(ToString::to_string).collect())
}

#[test]
fn every_fault_is_reported_at_once_and_no_value_is_shown() {
    let faults = read(&[
        ("HYGEIA_BIND", "nowhere"),
        ("HYGEIA_PUBLIC_URL", "ftp://x"),
        ("DATABASE_URL", "mysql://root:s3cret@db"),
        ("ADMIN_PASSWORD", "s3cret"),
        ("HYGEIA_LOG_FORMAT", "s3cret"),
        ("HYGEIA_TLS_CERT", "s3cret.pem"),
        ("HYGEIA_MAX_CONNECTIONS", "0"),
        ("HYGEIA_HEMATO_ORIGINS", "https://app.example,app.example"),
        ("HYGEIA_LIMITS", "none"),
        ("HYGEIA_SMARTSCAN_ENTERPRISE", "1000"),
        ("HYGEIA_USAGE_DAYS", "0"),
        ("HYGEIA_DELIVERY_DAYS", "never"),
        ("HYGEIA_SMTP_URL", "smtp://user:s3cret@mail.example.org?tls=none"),
        ("HYGEIA_SIGN_UP", "maybe"),
        ("HYGEIA_IMAGEMEDIX_ORIGINS", "*"),
        ("HYGEIA_IMAGEMEDIX_CLIENT_URL", "https://app.example.org/#s3cret"),
        ("HYGEIA_EGRESS_ALLOW", "10.0.0.7"),
    ])
    .unwrap_err();
    assert_eq!(
        faults,
        [
            "HYGEIA_BIND must be an address such as 127.0.0.1:8080",
            "HYGEIA_TLS_KEY is needed beside HYGEIA_TLS_CERT",
            "HYGEIA_PUBLIC_URL must begin with http:// or https://",
            "DATABASE_URL must begin with postgres:// or postgresql://",
            "ADMIN_EMAIL is needed beside ADMIN_PASSWORD",
            "HYGEIA_LOG_FORMAT must be one of: text, json",
            "HYGEIA_LIMITS must be one of: documented, off",
            "HYGEIA_MAX_CONNECTIONS must be a number above 0",
            "HYGEIA_IMAGEMEDIX_ORIGINS must be a list such as https://app.example.org",
            "HYGEIA_HEMATO_ORIGINS must be a list such as https://app.example.org",
            "HYGEIA_IMAGEMEDIX_CLIENT_URL must be an address without # such as https://app.example.org/signed-in",
            "HYGEIA_SMARTSCAN_ENTERPRISE must be three numbers above 0, such as 50000,500000,5000000",
            "HYGEIA_USAGE_DAYS must be a number of days above 0",
            "HYGEIA_DELIVERY_DAYS must be a number of days from 1 to 65535",
            "HYGEIA_SMTP_URL must not send a password in plain text",
            "HYGEIA_MAIL_FROM is needed beside HYGEIA_SMTP_URL",
            "HYGEIA_SIGN_UP must be one of: closed, open",
            "HYGEIA_EGRESS_ALLOW must be a list such as fhir.example.internal:8443,10.0.0.7:80,[fd00::7]:80",
        ]
    );
}

#[test]
fn an_unknown_variable_with_our_prefix_is_told() {
    assert_eq!(read(&[("HYGEIA_BNID", "x")]).unwrap().unknown, ["HYGEIA_BNID"]);
}

#[test]
fn defaults_are_those_of_the_readme() {
    let settings = read(&[]).unwrap();
    assert_eq!(settings.public_url, "http://127.0.0.1:8080");
    assert_eq!(settings.data_dir, PathBuf::from("./data"));
    assert_eq!(settings.usage_days.get(), 400);
}

#[test]
fn with_a_certificate_our_urls_are_of_https() {
    let tls = [("HYGEIA_TLS_CERT", "cert.pem"), ("HYGEIA_TLS_KEY", "key.pem")];
    assert_eq!(read(&tls).unwrap().public_url, "https://127.0.0.1:8080");
}

#[test]
fn the_environment_wins_over_the_file() {
    let file = std::env::temp_dir().join(format!("hygeia-config-{}.toml", std::process::id()));
    std::fs::write(
        &file,
        "HYGEIA_BIND = \"127.0.0.1:1\"\nHYGEIA_DATA_DIR = \"/srv/a\"\nHYGEIA_TYPO = \"x\"\n",
    )
    .unwrap();
    let faults = read(&[("HYGEIA_CONFIG", file.to_str().unwrap())]).unwrap_err();
    assert_eq!(faults, ["HYGEIA_TYPO is in the file, but is not a setting"]);
    std::fs::write(&file, "HYGEIA_BIND = \"127.0.0.1:1\"\nHYGEIA_DATA_DIR = \"/srv/a\"\n").unwrap();
    let settings =
        read(&[("HYGEIA_CONFIG", file.to_str().unwrap()), ("HYGEIA_BIND", "127.0.0.1:2")]).unwrap();
    std::fs::remove_file(&file).unwrap();
    assert_eq!((settings.bind.port(), settings.data_dir), (2, PathBuf::from("/srv/a")));
}
