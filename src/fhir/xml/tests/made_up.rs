//! Resources of every type, with elements that chance picks from the definitions.

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use serde_json::{Map, Value};

use super::super::{parse_resource, write};
use super::json as parsed;
use crate::fhir::definitions::{Element, TypeDefinition, TypeRef, definition, resource_types, type_named};
use crate::fhir::primitive::Primitive;

const DIV: &str = r#"<div xmlns="http://www.w3.org/1999/xhtml"><p class='a"'>&lt;&#10;é</p><br/></div>"#;

fn text(rng: &mut StdRng) -> String {
    let characters = [
        'a',
        'Z',
        ' ',
        '\n',
        '\t',
        '\r',
        '<',
        '>',
        '&',
        '"',
        '\'',
        ']',
        'é',
        '\u{85}',
        '\u{2028}',
        '\u{10FFFF}',
    ];
    (0..rng.random_range(1..12)).map(|_| *characters.choose(rng).unwrap()).collect()
}

fn value(primitive: Primitive, rng: &mut StdRng) -> Value {
    let number = |digits: String| serde_json::from_str(&digits).unwrap();
    let whole = [Primitive::Integer, Primitive::PositiveInt, Primitive::UnsignedInt];
    if primitive == Primitive::Boolean {
        rng.random::<bool>().into()
    } else if primitive == Primitive::Decimal {
        number(format!("{}.{:03}", rng.random_range(-99_i64..999_999_999), rng.random_range(0..999)))
    } else if whole.contains(&primitive) {
        number(rng.random_range(1..99).to_string())
    } else if primitive == Primitive::Xhtml {
        DIV.into()
    } else {
        text(rng).into()
    }
}

/// The id and extensions of a primitive.
fn companion(rng: &mut StdRng, depth: usize) -> Value {
    object(type_named("Element").unwrap(), rng, depth.saturating_add(2))
}

fn object(type_: &'static TypeDefinition, rng: &mut StdRng, depth: usize) -> Value {
    let mut object = Map::new();
    for element in &type_.elements {
        if rng.random_ratio(1, u32::try_from(depth + 1).unwrap()) {
            put(type_, element, &mut object, rng, depth);
        }
    }
    if object.is_empty() {
        object.insert("id".to_owned(), text(rng).into());
    }
    Value::Object(object)
}

fn put(
    type_: &TypeDefinition,
    element: &'static Element,
    object: &mut Map<String, Value>,
    rng: &mut StdRng,
    depth: usize,
) {
    let element_type = element.types.choose(rng).unwrap();
    let key = element_type.key.to_owned();
    let count = if element.many { rng.random_range(1..4) } else { 1 };
    let list = |items: Vec<Value>| {
        if element.many { Value::Array(items) } else { items.into_iter().next().unwrap() }
    };
    match element_type.type_ref {
        TypeRef::Primitive(primitive) => {
            let plain = type_.is_attribute(element.name) || primitive == Primitive::Xhtml || depth > 6;
            let kinds: Vec<u8> = (0..count).map(|_| if plain { 0 } else { rng.random_range(0..3) }).collect();
            let values: Vec<_> = kinds
                .iter()
                .map(|kind| if *kind == 1 { Value::Null } else { value(primitive, rng) })
                .collect();
            let companions: Vec<_> = kinds
                .iter()
                .map(|kind| if *kind == 0 { Value::Null } else { companion(rng, depth) })
                .collect();
            if values.iter().any(|value| !value.is_null()) {
                object.insert(key.clone(), list(values));
            }
            if companions.iter().any(|value| !value.is_null()) {
                object.insert(format!("_{key}"), list(companions));
            }
        }
        TypeRef::Complex(_) | TypeRef::Resource if depth > 6 => {}
        TypeRef::Complex(id) => {
            let items = (0..count).map(|_| self::object(id.definition(), rng, depth + 2)).collect();
            object.insert(key, list(items));
        }
        TypeRef::Resource => {
            let items = (0..count).map(|_| resource("Basic", rng, depth + 3)).collect();
            object.insert(key, list(items));
        }
    }
}

fn resource(name: &str, rng: &mut StdRng, depth: usize) -> Value {
    let Value::Object(elements) = object(type_named(name).unwrap(), rng, depth) else { panic!("an object") };
    let mut resource = Map::new();
    resource.insert("resourceType".to_owned(), name.into());
    resource.extend(elements);
    Value::Object(resource)
}

#[test]
fn every_type_comes_back_as_it_was() {
    let mut rng = StdRng::seed_from_u64(4);
    for resource_type in resource_types() {
        assert!(definition(resource_type).is_some());
        for _ in 0..3 {
            let made = resource(resource_type.as_str(), &mut rng, 0);
            let pretty = rng.random();
            let xml = write(&made, pretty).unwrap();
            let read = parse_resource(xml.as_bytes()).unwrap_or_else(|issue| panic!("{issue}: {xml}"));
            assert_eq!(read, made, "{xml}");
            assert_eq!(parsed(&made.to_string()), made);
        }
    }
}

#[test]
fn nothing_that_is_altered_does_harm() {
    let mut rng = StdRng::seed_from_u64(8);
    let pieces: [&[u8]; 14] = [
        b"<",
        b">",
        b"&",
        b"\"",
        b"/",
        b"<!--",
        b"-->",
        b"<![CDATA[",
        b"]]>",
        b"&#0;",
        b"&x;",
        b" xmlns='u'",
        b"<div>",
        b"\xff",
    ];
    let types: Vec<_> = resource_types().collect();
    let mut read = 0;
    for _ in 0..1_500 {
        let made = resource(types.choose(&mut rng).unwrap().as_str(), &mut rng, 3);
        let mut xml = write(&made, false).unwrap().into_bytes();
        for _ in 0..rng.random_range(1..4) {
            let at = rng.random_range(0..xml.len());
            let end = (at + rng.random_range(0..9)).min(xml.len());
            let piece: &[u8] = if rng.random() { pieces.choose(&mut rng).unwrap() } else { b"" };
            xml.splice(at..end, piece.iter().copied());
        }
        // What can still be read can be written, and means the same again.
        if let Ok(resource) = parse_resource(&xml) {
            read += 1;
            let again = write(&resource, true).unwrap();
            assert_eq!(parse_resource(again.as_bytes()).unwrap(), resource, "{again}");
        }
    }
    assert!(read > 20, "{read}");
}

#[test]
fn arbitrary_bytes_are_refused() {
    let mut rng = StdRng::seed_from_u64(15);
    for _ in 0..2_000 {
        let bytes: Vec<u8> = (0..rng.random_range(0..60))
            .map(|_| *b"<>&/!?-[]= \"'xPatient:\xff".choose(&mut rng).unwrap())
            .collect();
        assert!(parse_resource(&bytes).is_err());
    }
}
