//! Who else may say who somebody is: providers of OpenID Connect.

use url::Url;

use super::mounts::listed;
use super::source::Source;
use crate::core::Secret;

const PREFIX: &str = "HYGEIA_OIDC_";

/// A provider, by `HYGEIA_OIDC_<NAME>_ISSUER` and its neighbours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderSettings {
    /// `<NAME>` in lower case: the word for it in addresses.
    pub name: String,
    /// `_LABEL`, default the name with a capital: what people read.
    pub label: String,
    /// `_ISSUER`: by its discovery document, all else is found.
    pub issuer: String,
    /// `_CLIENT_ID`: whom the provider knows us as.
    pub client_id: String,
    /// `_CLIENT_SECRET`: how we show that.
    pub client_secret: Secret<String>,
    /// `_SCOPES`, default `openid email profile`.
    pub scopes: Vec<String>,
    /// `_DOMAINS`: the domains of e-mail addresses about which it is believed, in lower case; without any, it is believed about all that no
    /// other provider names.
    pub domains: Vec<String>,
    /// `_TENANTS`: the tenants in which an e-mail address leads to an account; without any, all.
    pub tenants: Vec<String>,
    /// `_MFA`: what its word about a second factor is worth.
    pub second_factor: SecondFactor,
    /// `_JIT`: what becomes of people without an account here.
    pub newcomers: Newcomers,
}

/// Whether who has a second factor here is asked for it after signing in by a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondFactor {
    /// `ask` (default): always.
    Ask,
    /// `trust`: not where the provider says that the person has shown one there.
    Trust,
}

/// What becomes of people without an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Newcomers {
    /// They are refused.
    Refused,
    /// Who has a verified e-mail address of one of these domains gets an account with this role, in the tenant of this name.
    Welcome {
        /// In lower case.
        domains: Vec<String>,
        /// The role.
        role: Role,
        /// The tenant.
        tenant: String,
    },
}

/// What a newcomer may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// `user`.
    User,
    /// `admin`.
    Admin,
}

impl Role {
    /// The word for it in rows.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Admin => "admin",
        }
    }
}

/// Reads all providers, in the order of their names.
pub(super) fn read(source: &mut Source) -> Vec<ProviderSettings> {
    let names = source.between(PREFIX, "_ISSUER");
    names.iter().filter_map(|name| provider(source, name)).collect()
}

fn provider(source: &mut Source, name: &str) -> Option<ProviderSettings> {
    let setting = |ending: &str| format!("{PREFIX}{name}_{ending}");
    let issuer = source.text(&setting("ISSUER"));
    let fault = |source: &mut Source, ending: &str, problem: &str| source.fault(&setting(ending), problem);
    let is_name = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_';
    if name.is_empty() || name.len() > 40 || !name.bytes().all(is_name) {
        fault(source, "ISSUER", "needs a name of capital letters, digits and _");
        return None;
    }
    let is_issuer = |text: &String| {
        Url::parse(text).is_ok_and(|url| {
            let is_web = matches!(url.scheme(), "https" | "http") && url.host().is_some();
            is_web && url.query().is_none() && url.fragment().is_none() && url.username().is_empty()
        })
    };
    if !issuer.as_ref().is_some_and(is_issuer) {
        fault(source, "ISSUER", "must be an address such as https://accounts.google.com");
    }
    let mut needed = |ending: &str| {
        let text = source.text(&setting(ending));
        if text.is_none() {
            source.fault(&setting(ending), "is needed beside the issuer");
        }
        text
    };
    let (client_id, client_secret) = (needed("CLIENT_ID"), needed("CLIENT_SECRET"));
    let newcomers = source.text(&setting("JIT")).map_or(Some(Newcomers::Refused), |text| newcomers(&text));
    if newcomers.is_none() {
        fault(
            source,
            "JIT",
            "must be off, or such as domains=example.org,example.net;role=user;tenant=default",
        );
    }
    let (domains, tenants) = believed(source, &setting, newcomers.as_ref());
    let second_factor = source.chosen(
        &setting("MFA"),
        SecondFactor::Ask,
        &[("ask", SecondFactor::Ask), ("trust", SecondFactor::Trust)],
    );
    let scopes = source.text(&setting("SCOPES")).unwrap_or_else(|| "openid email profile".to_owned());
    let name = name.to_lowercase();
    Some(ProviderSettings {
        label: source.text(&setting("LABEL")).unwrap_or_else(|| capital(&name)),
        name,
        issuer: issuer?,
        client_id: client_id?,
        client_secret: Secret::new(client_secret?),
        scopes: scopes.split_whitespace().map(str::to_owned).collect(),
        domains,
        tenants,
        second_factor,
        newcomers: newcomers?,
    })
}

/// The domains about which the provider is believed, and the tenants in which; a newcomer is of both.
fn believed(
    source: &mut Source,
    setting: &impl Fn(&str) -> String,
    newcomers: Option<&Newcomers>,
) -> (Vec<String>, Vec<String>) {
    let form = "must be a list such as example.org,example.net";
    let domains = words(source, &setting("DOMAINS"), is_domain, form);
    let domains: Vec<_> = domains.iter().map(|domain| domain.to_lowercase()).collect();
    let tenants = words(source, &setting("TENANTS"), |_| true, "must be a list of the names of tenants");
    if let Some(Newcomers::Welcome { domains: welcome, tenant, .. }) = newcomers {
        if !domains.is_empty() && welcome.iter().any(|domain| !domains.contains(domain)) {
            source.fault(&setting("JIT"), "names a domain that is none of _DOMAINS");
        }
        if !tenants.is_empty() && !tenants.contains(tenant) {
            source.fault(&setting("JIT"), "names a tenant that is none of _TENANTS");
        }
    }
    (domains, tenants)
}

/// The words of a list; empty where the setting is absent.
fn words(source: &mut Source, setting: &str, is_one: impl Fn(&str) -> bool, problem: &str) -> Vec<String> {
    let Some(text) = source.text(setting) else { return Vec::new() };
    let words: Vec<_> = listed(&text).map(str::to_owned).collect();
    if words.is_empty() || !words.iter().all(|word| is_one(word)) {
        source.fault(setting, problem);
    }
    words
}

fn is_domain(text: &str) -> bool {
    text.contains('.') && !text.contains(['@', '*', '/', ' '])
}

fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// `off`, or `key=value` parted by semicolons; without domains everybody would be welcome.
fn newcomers(text: &str) -> Option<Newcomers> {
    if text == "off" {
        return Some(Newcomers::Refused);
    }
    let (mut domains, mut role, mut tenant) = (Vec::new(), Role::User, "default".to_owned());
    for part in text.split(';') {
        let (key, value) = part.split_once('=')?;
        match (key.trim(), value.trim()) {
            ("domains", value) => domains = listed(value).map(str::to_lowercase).collect(),
            ("role", "user") => role = Role::User,
            ("role", "admin") => role = Role::Admin,
            ("tenant", value) if !value.is_empty() => tenant = value.to_owned(),
            _ => return None,
        }
    }
    let is_rule = !domains.is_empty() && domains.iter().all(|domain| is_domain(domain));
    is_rule.then_some(Newcomers::Welcome { domains, role, tenant })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(environment: &[(&str, &str)]) -> Result<Vec<ProviderSettings>, Vec<String>> {
        let environment = environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let mut source = Source::open(environment).unwrap();
        let found = super::read(&mut source);
        source.finish().map(|_| found).map_err(|faults| faults.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn faults_name_the_setting_and_never_its_value() {
        let faults = read(&[
            ("HYGEIA_OIDC_A_ISSUER", "accounts.example.org"),
            ("HYGEIA_OIDC_A_CLIENT_ID", "a"),
            ("HYGEIA_OIDC_A_JIT", "on"),
            ("HYGEIA_OIDC_b_ISSUER", "https://b.example"),
            ("HYGEIA_OIDC_C_ISSUER", "https://c.example/?tenant=s3cret"),
            ("HYGEIA_OIDC_C_CLIENT_SECRET", "s3cret"),
        ]);
        assert_eq!(
            faults.unwrap_err(),
            [
                "HYGEIA_OIDC_A_ISSUER must be an address such as https://accounts.google.com",
                "HYGEIA_OIDC_A_CLIENT_SECRET is needed beside the issuer",
                "HYGEIA_OIDC_A_JIT must be off, or such as domains=example.org,example.net;role=user;tenant=default",
                "HYGEIA_OIDC_C_ISSUER must be an address such as https://accounts.google.com",
                "HYGEIA_OIDC_C_CLIENT_ID is needed beside the issuer",
                "HYGEIA_OIDC_b_ISSUER needs a name of capital letters, digits and _",
            ]
        );
    }

    #[test]
    fn providers_are_read_by_name() {
        let found = read(&[
            ("HYGEIA_OIDC_GOOGLE_ISSUER", "https://accounts.google.com"),
            ("HYGEIA_OIDC_GOOGLE_CLIENT_ID", "us"),
            ("HYGEIA_OIDC_GOOGLE_CLIENT_SECRET", "s3cret"),
        ]);
        let google = ProviderSettings {
            name: "google".to_owned(),
            label: "Google".to_owned(),
            issuer: "https://accounts.google.com".to_owned(),
            client_id: "us".to_owned(),
            client_secret: Secret::new("s3cret".to_owned()),
            scopes: ["openid", "email", "profile"].map(str::to_owned).to_vec(),
            domains: Vec::new(),
            tenants: Vec::new(),
            second_factor: SecondFactor::Ask,
            newcomers: Newcomers::Refused,
        };
        assert_eq!(found.unwrap(), [google]);
    }

    #[test]
    fn what_a_provider_is_believed_about_is_read_and_newcomers_are_within_it() {
        let with = |more: &[(&str, &str)]| {
            let one = [
                ("HYGEIA_OIDC_A_ISSUER", "https://a.example"),
                ("HYGEIA_OIDC_A_CLIENT_ID", "us"),
                ("HYGEIA_OIDC_A_CLIENT_SECRET", "s3cret"),
            ];
            read(&one.iter().chain(more).copied().collect::<Vec<_>>())
        };
        for wrong in ["org", "*.example.org", "a@example.org", ",", "example.org example.net"] {
            let told = "HYGEIA_OIDC_A_DOMAINS must be a list such as example.org,example.net";
            assert_eq!(with(&[("HYGEIA_OIDC_A_DOMAINS", wrong)]).unwrap_err(), [told], "{wrong}");
        }
        let limits = [("HYGEIA_OIDC_A_DOMAINS", "Example.org, a.net"), ("HYGEIA_OIDC_A_TENANTS", "clinic")];
        let elsewhere = ("HYGEIA_OIDC_A_JIT", "domains=example.org,b.net;tenant=default");
        assert_eq!(
            with(&[&limits[..], &[elsewhere]].concat()).unwrap_err(),
            [
                "HYGEIA_OIDC_A_JIT names a domain that is none of _DOMAINS",
                "HYGEIA_OIDC_A_JIT names a tenant that is none of _TENANTS",
            ]
        );
        assert_eq!(
            with(&[("HYGEIA_OIDC_A_MFA", "yes")]).unwrap_err(),
            ["HYGEIA_OIDC_A_MFA must be one of: ask, trust"]
        );
        let mut found = with(&[&limits[..], &[("HYGEIA_OIDC_A_MFA", "trust")]].concat()).unwrap();
        let found = found.pop().unwrap();
        assert_eq!(found.domains, ["example.org", "a.net"]);
        assert_eq!((found.tenants, found.second_factor), (vec!["clinic".to_owned()], SecondFactor::Trust));
    }

    #[test]
    fn a_rule_for_newcomers_names_domains() {
        for wrong in [
            "",
            "on",
            "domains=",
            "role=user",
            "domains=*.org",
            "domains=org",
            "domains=a.org;role=root",
            "x=y",
        ] {
            assert_eq!(newcomers(wrong), None, "{wrong}");
        }
        let domains = ["a.org", "b.org"].map(str::to_owned).to_vec();
        let rule = Newcomers::Welcome { domains, role: Role::Admin, tenant: "clinic".to_owned() };
        assert_eq!(newcomers("domains=A.org, b.org; role=admin; tenant=clinic"), Some(rule));
        assert_eq!(newcomers("off"), Some(Newcomers::Refused));
    }
}
