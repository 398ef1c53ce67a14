//! Expressions over a few resources, refusals first.

use chrono::{TimeZone, Utc};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Context, Expression, Fault, Item};

fn patient() -> Value {
    json!({
        "resourceType": "Patient",
        "id": "p",
        "contained": [{ "resourceType": "Organization", "id": "o", "name": "Ward" }],
        "active": true,
        "name": [
            { "use": "official", "family": "Doe", "given": ["Ann", "Bea"] },
            { "use": "usual", "given": ["Annie"], "_given": [{ "extension": [{ "url": "http://x/e", "valueCode": "nick" }] }] },
        ],
        "telecom": [{ "system": "phone", "value": "1" }],
        "birthDate": "1980-05",
        "deceasedDateTime": "2020-01-02T03:04:05Z",
        "multipleBirthInteger": 2,
        "managingOrganization": { "reference": "#o" },
        "generalPractitioner": [{ "reference": "Practitioner/7" }, { "reference": "http://x/fhir/Organization/8" }],
    })
}

fn observation() -> Value {
    let text = r#"{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"29463-7"}]},
        "valueQuantity":{"value":70.50,"unit":"kg","system":"http://unitsofmeasure.org","code":"kg"},
        "component":[{"code":{"text":"a"},"valueInteger":3},{"code":{"text":"b"},"valueInteger":4}]}"#;
    serde_json::from_str(text).unwrap()
}

fn evaluate(resource: &Value, text: &str) -> Result<Vec<String>, Fault> {
    let item = Item::resource(resource).unwrap();
    let now = Utc.with_ymd_and_hms(2026, 1, 2, 3, 4, 5).unwrap();
    let context = Context::of(item.clone(), item.clone(), now);
    let items =
        Expression::parse(text).unwrap_or_else(|fault| panic!("{text}: {fault}")).evaluate(&context, item)?;
    Ok(items.iter().map(|item| super::functions::written(item).unwrap_or_else(|| "{}".to_owned())).collect())
}

#[test]
fn what_is_no_expression_is_refused_with_its_place() {
    for (text, at) in [
        ("", 0),
        ("a.", 2),
        ("a b", 2),
        ("a =", 3),
        ("(a", 2),
        ("'a", 2),
        ("nofunction()", 0),
        ("a.first(1)", 9),
        ("a.where()", 8),
        ("$other", 0),
        ("#", 0),
        ("/* a", 0),
        ("99999999999999999999", 0),
    ] {
        assert_eq!(Expression::parse(text).map(|_| ()).map_err(|fault| fault.at), Err(at), "{text}");
    }
    assert!(Expression::parse(&"(".repeat(5_000)).is_err());
    assert!(Expression::parse(&"a".repeat(30_000)).is_err());
    for (first, more) in [("a", ".a"), ("1", "+1"), ("x", "[0]"), ("a", " is b"), ("a", " or a")] {
        assert!(Expression::parse(&format!("{first}{}", more.repeat(3_000))).is_err(), "{more}");
    }
}

#[test]
fn what_would_take_too_much_is_given_up() {
    let resource = patient();
    let wide =
        "(descendants() | descendants()).select(%resource.descendants()).select(%resource.descendants())";
    assert_eq!(
        evaluate(&resource, &format!("{wide}.select(%resource.descendants()).count()")),
        Err(Fault::TooCostly)
    );
    assert_eq!(evaluate(&resource, "repeat($this & 'a').count()"), Err(Fault::TooCostly));
    assert_eq!(
        evaluate(&resource, "descendants().aggregate($total & $total, 'text')"),
        Err(Fault::TooCostly)
    );
    assert_eq!(evaluate(&resource, &format!("a{}", ".a".repeat(500))), Err(Fault::TooCostly));
    assert_eq!(evaluate(&resource, "'a'.matches('(a{1000}){1000}{1000}')"), Err(Fault::WrongType));
}

#[test]
fn several_things_where_one_is_needed_are_a_fault() {
    let resource = patient();
    for text in [
        "name.given + 'a'",
        "name.select(given & '-' & family)",
        "name.given.single()",
        "name and true",
        "name.given < 'b'",
        "name.given.toInteger()",
    ] {
        assert_eq!(evaluate(&resource, text), Err(Fault::Several), "{text}");
    }
    assert_eq!(evaluate(&resource, "%nothing"), Err(Fault::UnknownVariable));
    assert_eq!(evaluate(&resource, "birthDate * 2"), Err(Fault::WrongType));
}

#[test]
fn expressions_come_to_what_the_specification_says() {
    let resource = patient();
    for (text, wanted) in [
        ("Patient.name.given", vec!["Ann", "Bea", "Annie"]),
        ("Observation.status", vec![]),
        ("Resource.id", vec!["p"]),
        ("name.where(use = 'usual').given", vec!["Annie"]),
        ("name[1].given[0].extension('http://x/e').value", vec!["nick"]),
        ("name.given.first().extension.exists()", vec!["false"]),
        ("name.first().given.select($this & '-' & %resource.name.family)", vec!["Ann-Doe", "Bea-Doe"]),
        ("deceased is dateTime", vec!["true"]),
        ("deceased.ofType(boolean).exists() or deceased as dateTime > @2019", vec!["true"]),
        ("multipleBirth + 1 * 2", vec!["4"]),
        ("(multipleBirth + 1) * 2 - -1", vec!["7"]),
        ("5 div 2 + 5 mod 2", vec!["3"]),
        ("1 / 4", vec!["0.25"]),
        ("1 / 0", vec![]),
        ("birthDate < @1981", vec!["true"]),
        ("birthDate = @1980", vec![]),
        ("birthDate = @1980-05-01", vec![]),
        ("@2020-01-02T03:04:05Z = @2020-01-02T04:04:05.000+01:00", vec!["true"]),
        ("today() + 1 month", vec!["2026-02-02"]),
        ("@2024-02-29 + 1 year", vec!["2025-02-28"]),
        ("true or {}", vec!["true"]),
        ("false or {}", vec![]),
        ("{} and false", vec!["false"]),
        ("{} implies true", vec!["true"]),
        ("true xor active", vec!["false"]),
        ("name.family = 'Doe' and name.count() = 2", vec!["true"]),
        ("'b' in ('a' | 'b')", vec!["true"]),
        ("name.given contains 'Bea'", vec!["true"]),
        ("'A  b' ~ 'a B'", vec!["true"]),
        ("(1 | 2 | 2.0).count()", vec!["2"]),
        ("name.given.isDistinct()", vec!["true"]),
        ("name.all(given.exists())", vec!["true"]),
        ("name.use.combine(name.use).distinct()", vec!["official", "usual"]),
        ("name.given.skip(1).take(1)", vec!["Bea"]),
        ("name.given.tail().last()", vec!["Annie"]),
        ("name.given.exclude('Bea').intersect('Ann' | 'x')", vec!["Ann"]),
        ("name.given.aggregate($total & $this, '')", vec!["AnnBeaAnnie"]),
        ("iif(active, 'on', 1 / 'a')", vec!["on"]),
        ("managingOrganization.resolve().name", vec!["Ward"]),
        ("generalPractitioner.resolve().select($this is Practitioner)", vec!["true", "false"]),
        (
            "generalPractitioner.where(resolve() is Organization).reference",
            vec!["http://x/fhir/Organization/8"],
        ),
        ("'urn:oid:1.2'.substring(8)", vec!["1.2"]),
        ("'abc'.matches('^[a-c]+$') and 'a/b'.matches('a\\\\/b')", vec!["true"]),
        ("'abc'.replaceMatches('b', 'x').upper()", vec!["AXC"]),
        ("'a,b'.split(',').join('|')", vec!["a|b"]),
        ("'abc'.indexOf('c') + 'abc'.length()", vec!["5"]),
        ("'12'.toInteger() + '1.5'.toDecimal()", vec!["13.5"]),
        ("'x'.convertsToInteger()", vec!["false"]),
        ("1.26.round(1)", vec!["1.3"]),
        ("2.power(10).sqrt()", vec!["32"]),
        ("contained.where('#' + id in %resource.descendants().reference).id", vec!["o"]),
        ("Patient.children().count() > 5", vec!["true"]),
        ("`birthDate`", vec!["1980-05"]),
        ("name /* both */ .family // the first", vec!["Doe"]),
        (
            "%`ext-a` & ' ' & %`vs-b`",
            vec!["http://hl7.org/fhir/StructureDefinition/a http://hl7.org/fhir/ValueSet/b"],
        ),
        ("getResourceKey()", vec!["p"]),
        ("name.first().getResourceKey()", vec![]),
        ("generalPractitioner.getReferenceKey()", vec!["7"]),
        ("generalPractitioner.getReferenceKey(Practitioner)", vec!["7"]),
        ("generalPractitioner.getReferenceKey(FHIR.Practitioner)", vec!["7"]),
        ("generalPractitioner.getReferenceKey(Patient)", vec![]),
        ("managingOrganization.getReferenceKey()", vec![]),
        ("{}.join(',')", vec![""]),
        ("birthDate.lowBoundary()", vec!["1980-05-01"]),
        ("birthDate.highBoundary()", vec!["1980-05-31"]),
        ("birthDate.highBoundary(4)", vec!["1980"]),
        ("@2024-02.highBoundary()", vec!["2024-02-29"]),
        ("@2024.lowBoundary(6)", vec!["2024-01"]),
        ("deceased.lowBoundary()", vec!["2020-01-02T03:04:05.000Z"]),
        ("deceased.highBoundary()", vec!["2020-01-02T03:04:05.999Z"]),
        ("@2020-01-02T10:20.highBoundary()", vec!["2020-01-02T10:20:59.999-12:00"]),
        ("@T12:34.lowBoundary()", vec!["12:34:00.000"]),
        ("@T12:34:56.7.highBoundary()", vec!["12:34:56.799"]),
        ("1.587.lowBoundary()", vec!["1.5865"]),
        ("1.587.highBoundary(2)", vec!["1.59"]),
        ("(-1.587).lowBoundary(2)", vec!["-1.59"]),
        ("1.lowBoundary()", vec!["0.5"]),
        ("1.0.highBoundary(29)", vec![]),
        ("active.lowBoundary()", vec![]),
    ] {
        assert_eq!(evaluate(&resource, text), Ok(wanted.into_iter().map(str::to_owned).collect()), "{text}");
    }
}

#[test]
fn quantities_are_compared_in_their_units() {
    let resource = observation();
    for (text, wanted) in [
        ("value = 70.5 'kg'", "true"),
        ("value > 70000 'g'", "true"),
        ("value < 71 'kg'", "true"),
        ("value.value.toString()", "70.50"),
        ("component.value.aggregate($this + iif($total.empty(), 0, $total))", "7"),
        ("code.coding.where(system = %loinc).code = '29463-7'", "true"),
        ("4 days > 3 days", "true"),
    ] {
        assert_eq!(evaluate(&resource, text), Ok(vec![wanted.to_owned()]), "{text}");
    }
    assert_eq!(evaluate(&resource, "value > 1 'm'"), Ok(vec![]));
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "[a-z0-9.()|&'%$@\\[\\]{}= <>!~+*/,\\\\-]{0,40}") {
        if let Ok(expression) = Expression::parse(&text) {
            let resource = patient();
            let item = Item::resource(&resource).unwrap();
            let context = Context::of(item.clone(), item.clone(), Utc.with_ymd_and_hms(2026, 1, 2, 3, 4, 5).unwrap());
            let _: Result<_, Fault> = expression.evaluate(&context, item);
        }
    }
}

#[test]
fn what_takes_longer_than_there_is_time_for_is_broken_off() {
    let resource = patient();
    let item = Item::resource(&resource).unwrap();
    let context = |end| {
        Context::of(item.clone(), item.clone(), Utc.with_ymd_and_hms(2026, 1, 2, 3, 4, 5).unwrap()).until(end)
    };
    let letters = "x".repeat(400);
    let long = format!("'{letters}'.toChars().where($this in '{letters}'.toChars()).count()");
    let long = Expression::parse(&long).unwrap();
    let now = std::time::Instant::now();
    assert_eq!(long.evaluate(&context(now), item.clone()).unwrap_err(), Fault::TooLate);
    let later = now + std::time::Duration::from_secs(600);
    assert!(matches!(long.evaluate(&context(later), item.clone()), Ok(_) | Err(Fault::TooCostly)));
    let short = Expression::parse("name.given.count()").unwrap();
    assert!(short.evaluate(&context(now), item.clone()).is_ok(), "it is over before it is looked");
}
