//! Parameters of a query string, and pages of lists.

use actix_web::HttpRequest;

use super::errors::Refusal;

/// Objects on a page, unless the client says how many.
const SIZE: u32 = 50;
/// Objects on a page at most.
const MOST: u32 = 200;
/// Most characters of a value.
const LONGEST: usize = 200;

/// The page of a list that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Its number, from 1 on.
    pub number: u32,
    /// Objects on it at most.
    pub size: u32,
}

impl Page {
    /// The page that the query asks for. A size above the highest is that.
    ///
    /// # Errors
    /// When a number is none, or below 1.
    pub fn of(request: &HttpRequest) -> Result<Self, Refusal> {
        let number = number("page", one(request, "page")?)?.unwrap_or(1);
        let size = self::number("pageSize", one(request, "pageSize")?)?.unwrap_or(SIZE).min(MOST);
        Ok(Self { number, size })
    }

    /// Objects before it.
    #[must_use]
    pub fn skipped(self) -> u32 {
        self.number.saturating_sub(1).saturating_mul(self.size)
    }

    /// The objects on it of all that there are, and how many those are.
    #[must_use]
    pub fn cut<T>(self, all: Vec<T>) -> (Vec<T>, i64) {
        let total = i64::try_from(all.len()).unwrap_or(i64::MAX);
        let (skipped, size) = (usize::try_from(self.skipped()), usize::try_from(self.size));
        let cut = all.into_iter().skip(skipped.unwrap_or(usize::MAX)).take(size.unwrap_or(usize::MAX));
        (cut.collect(), total)
    }
}

/// A whole number from 1 on; what is larger than any list is the largest.
fn number(field: &'static str, text: Option<String>) -> Result<Option<u32>, Refusal> {
    let Some(text) = text else { return Ok(None) };
    let is_whole = text.bytes().all(|byte| byte.is_ascii_digit());
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
        return Err(Refusal::field(name, &format!("must have at most {LONGEST} characters on one line")));
    }
    Ok(first.filter(|value| !value.is_empty()))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn page(query: &str) -> Result<Page, String> {
        let request = TestRequest::default().uri(&format!("/x?{query}")).to_http_request();
        Page::of(&request).map_err(|refusal| refusal.to_string())
    }

    #[test]
    fn what_is_no_number_of_a_page_is_refused() {
        for query in ["page=0", "page=-1", "page=1.5", "page=x", "page=1e3", "page=%2B1", "page=%D9%A1"] {
            assert_eq!(page(query).unwrap_err(), "page must be a whole number from 1 on.", "{query}");
        }
        assert_eq!(page("pageSize=0").unwrap_err(), "pageSize must be a whole number from 1 on.");
        assert_eq!(page("page=1&page=2").unwrap_err(), "page is given more than once.");
    }

    #[test]
    fn pages_have_fifty_objects_and_at_most_two_hundred() {
        assert_eq!(page(""), Ok(Page { number: 1, size: 50 }));
        let far = page("page=99999999999999999999&pageSize=1000000000").unwrap();
        assert_eq!((far, far.skipped()), (Page { number: u32::MAX, size: 200 }, u32::MAX));
    }
}
