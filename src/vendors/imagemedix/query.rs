//! Parameters of a query string.

use actix_web::HttpRequest;

use super::errors::Refusal;

/// Objects on a page, unless the client says how many.
const LIMIT: u32 = 10;
/// Objects on a page at most.
const MOST: u32 = 100;
/// Most characters of what is looked for.
const LONGEST: usize = 200;
/// Most bytes of what another server chose.
const LONGEST_RAW: usize = 4096;

/// The page of a list that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Its number, from 1 on.
    pub number: u32,
    /// Objects on it at most.
    pub limit: u32,
}

impl Page {
    /// The page that the query asks for. A limit above the highest is that.
    ///
    /// # Errors
    /// When a number is none, or below 1.
    pub fn of(request: &HttpRequest) -> Result<Self, Refusal> {
        let number = number("page", one(request, "page")?)?.unwrap_or(1);
        let limit = self::number("limit", one(request, "limit")?)?.unwrap_or(LIMIT).min(MOST);
        Ok(Self { number, limit })
    }

    /// Objects before it.
    #[must_use]
    pub fn skipped(self) -> u32 {
        self.number.saturating_sub(1).saturating_mul(self.limit)
    }

    /// How many pages so many objects are.
    #[must_use]
    pub fn count(self, total: i64) -> i64 {
        let whole = total.saturating_add(i64::from(self.limit).saturating_sub(1));
        whole.checked_div(i64::from(self.limit)).unwrap_or_default()
    }
}

/// A whole number from 1 on; what is larger than any list is the largest.
fn number(field: &'static str, text: Option<String>) -> Result<Option<u32>, Refusal> {
    let Some(text) = text else { return Ok(None) };
    let is_whole = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = is_whole.then(|| text.parse().unwrap_or(u32::MAX)).filter(|number| *number > 0);
    number.map(Some).ok_or_else(|| Refusal::field(field, "must be a whole number from 1 on"))
}

/// The one value of a parameter, decoded; none where it is empty.
///
/// # Errors
/// When it is given more than once, so that which one is meant cannot be told; or cannot be anything that is kept.
pub fn one(request: &HttpRequest, name: &'static str) -> Result<Option<String>, Refusal> {
    let mut values = form_urlencoded::parse(request.query_string().as_bytes())
        .filter(|(given, _)| given == name)
        .map(|(_, value)| value.trim().to_owned());
    let first = values.next();
    if values.next().is_some() {
        return Err(Refusal::field(name, "is given more than once"));
    }
    if first.as_ref().is_some_and(|value| value.chars().count() > LONGEST || value.contains(char::is_control))
    {
        return Err(Refusal::Invalid(format!("{name} must have at most {LONGEST} characters on one line")));
    }
    Ok(first.filter(|value| !value.is_empty()))
}

/// The first value of a parameter that another server chose, as it came; none where it is longer than any of them.
#[must_use]
pub fn raw(request: &HttpRequest, name: &'static str) -> Option<String> {
    let mut values =
        form_urlencoded::parse(request.query_string().as_bytes()).filter(|(given, _)| given == name);
    values.next().map(|(_, value)| value.into_owned()).filter(|value| value.len() <= LONGEST_RAW)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn page(query: &str) -> Result<Page, Refusal> {
        Page::of(&TestRequest::default().uri(&format!("/x?{query}")).to_http_request())
    }

    #[test]
    fn what_is_no_number_of_a_page_is_refused() {
        for query in ["page=0", "page=-1", "page=1.5", "page=x", "page=1e3", "page=%2B1", "page=%D9%A1"] {
            assert_eq!(
                page(query).unwrap_err().to_string(),
                "page must be a whole number from 1 on",
                "{query}"
            );
        }
        assert_eq!(page("limit=0").unwrap_err().to_string(), "limit must be a whole number from 1 on");
        assert_eq!(page("page=1&page=2").unwrap_err().to_string(), "page is given more than once");
        assert_eq!(
            page("page=%00").unwrap_err().to_string(),
            "page must have at most 200 characters on one line"
        );
    }

    #[test]
    fn pages_have_ten_objects_and_at_most_a_hundred() {
        assert_eq!(page("").unwrap(), Page { number: 1, limit: 10 });
        let far = page("page=99999999999999999999&limit=1000000000").unwrap();
        assert_eq!((far, far.skipped()), (Page { number: u32::MAX, limit: 100 }, u32::MAX));
        let third = page("page=3&limit=7").unwrap();
        assert_eq!((third.skipped(), third.count(0), third.count(7), third.count(8)), (14, 0, 1, 2));
    }
}
