//! `/account/second-factor`: codes of an app beside the password.

use askama::Template;
use qrcode::QrCode;
use qrcode::render::svg;

use super::password::WRONG as WRONG_PASSWORD;
use super::{Part, account_page, done};
use crate::http::pages::opening::{Answer, Member};
use crate::http::pages::trouble::Trouble;
use crate::http::pages::{go_on, operations, page_with};
use crate::identity::account::second_factor::{NewFactor, State};
use crate::records::Error;

/// What a wrong code is answered with.
const WRONG: &str = "The code is wrong. Is the clock of your telephone right?";
/// Pixels of a square of the picture.
const SQUARE: u32 = 5;

#[derive(Template)]
#[template(path = "second_factor.html")]
struct FactorPage<'a> {
    form: &'a str,
    /// The secret in groups of four, for who types it.
    secret: &'a str,
    /// The picture: SVG that we made, not to be escaped.
    picture: &'a str,
    fault: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "recovery_codes.html")]
struct CodesPage {
    codes: Vec<String>,
}

/// Shows a new secret. Where there is a second factor already, there is nothing to show.
pub async fn show(member: Member) -> Answer {
    let identity = &member.visit.identity;
    if identity.second_factor(&member.browser.account).await.map_err(Error::from)? != State::Off {
        return Ok(go_on("/account"));
    }
    let factor = identity.new_second_factor(&member.browser).await.map_err(Error::from)?;
    member.visit.records.audit_success(&member.caller, operations::NEW_FACTOR).await?;
    factor_page(&member, &factor, None)
}

/// Takes the first code, and shows the recovery codes.
pub async fn confirm(member: Member) -> Answer {
    let Member { visit, browser, caller, .. } = &member;
    let code = visit.one("code");
    match visit.identity.confirm_second_factor(browser, code, visit.from()).await {
        Ok(codes) => {
            visit.records.audit_success(caller, operations::ADD_FACTOR).await?;
            Ok(page_with(None, &CodesPage { codes }))
        }
        Err(error) => {
            let trouble = Trouble::of(error, WRONG)?;
            match visit.identity.waiting_second_factor(browser).await.map_err(Error::from)? {
                Some(factor) => factor_page(&member, &factor, Some(&trouble)),
                None => Ok(go_on("/account")),
            }
        }
    }
}

/// Has no code asked for any more.
pub async fn turn_off(member: Member) -> Answer {
    let Member { visit, browser, caller, .. } = &member;
    let password = visit.secret("password");
    match visit.identity.remove_second_factor(browser, password, visit.from()).await {
        Ok(()) => {
            visit.records.audit_success(caller, operations::REMOVE_FACTOR).await?;
            done("second-factor-off")
        }
        Err(error) => {
            let trouble = Trouble::of(error, WRONG_PASSWORD)?;
            account_page(&member, Some((Part::SecondFactor, &trouble))).await
        }
    }
}

fn factor_page(member: &Member, factor: &NewFactor, trouble: Option<&Trouble>) -> Answer {
    let secret: Vec<char> = factor.secret.expose().chars().collect();
    let groups: Vec<String> = secret.chunks(4).map(|group| group.iter().collect()).collect();
    let template = FactorPage {
        form: &member.proof,
        secret: &groups.join(" "),
        picture: &picture(factor.address.expose())?,
        fault: trouble.map(|trouble| trouble.told.as_str()),
    };
    Ok(page_with(trouble, &template))
}

/// A QR code as SVG to stand in a page.
fn picture(text: &str) -> Result<String, Error> {
    let code = QrCode::new(text).map_err(Error::internal)?;
    let svg = code.render::<svg::Color<'_>>().module_dimensions(SQUARE, SQUARE).build();
    // A page has no declaration of XML in it.
    Ok(svg.split_once("?>").map_or(svg.clone(), |(_, svg)| svg.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::picture;

    #[test]
    fn a_picture_has_no_script_and_no_style() {
        let svg = picture("otpauth://totp/a:b?secret=c&issuer=<script>").unwrap();
        assert!(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""), "{svg}");
        assert!(!svg.contains("script") && !svg.contains("style"), "{svg}");
    }
}
