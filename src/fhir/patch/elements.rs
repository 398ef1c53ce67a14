//! An element of an object as a list, whatever its JSON: one value or an array, and beside a primitive's value the id and
//! extensions under the name with `_`. <https://hl7.org/fhir/R4/json.html#primitive>

use serde_json::{Map, Value};

/// One repetition of an element. Null stands for what is not there.
#[derive(Clone)]
pub(super) struct Item {
    pub value: Value,
    /// Id and extensions of a primitive.
    pub companion: Value,
}

/// How an element is written in JSON.
#[derive(Clone, Copy, Debug)]
pub(super) struct Form {
    /// Its JSON name.
    pub key: &'static str,
    /// Whether it is an array.
    pub many: bool,
    /// Whether it may have a companion.
    pub primitive: bool,
}

impl Form {
    fn companion(self) -> String {
        format!("_{}", self.key)
    }

    /// How often the element occurs.
    pub fn count(self, object: &Map<String, Value>) -> usize {
        let of = |name: &str| match object.get(name) {
            None => 0,
            Some(Value::Array(items)) if self.many => items.len(),
            Some(_) => 1,
        };
        let values = of(self.key);
        if self.primitive { values.max(of(&self.companion())) } else { values }
    }

    /// The value of one repetition.
    pub fn value(self, object: &Map<String, Value>, at: usize) -> Option<&Value> {
        self.nth(object.get(self.key), at)
    }

    /// What elements of one repetition stand in: the value itself, or a primitive's companion.
    pub fn inner(self, object: &Map<String, Value>, at: usize) -> Option<&Map<String, Value>> {
        let value = if self.primitive { object.get(&self.companion()) } else { object.get(self.key) };
        self.nth(value, at)?.as_object()
    }

    /// The same, to be changed.
    pub fn inner_mut(self, object: &mut Map<String, Value>, at: usize) -> Option<&mut Map<String, Value>> {
        let value = if self.primitive { object.get_mut(&self.companion()) } else { object.get_mut(self.key) };
        let value = value?;
        if self.many && value.is_array() {
            return value.get_mut(at)?.as_object_mut();
        }
        value.as_object_mut()
    }

    fn nth(self, value: Option<&Value>, at: usize) -> Option<&Value> {
        let value = value?;
        if self.many && value.is_array() { value.get(at) } else { Some(value) }
    }

    /// Takes all repetitions out of the object; what [`Form::put`] puts back keeps their place.
    pub fn take(self, object: &mut Map<String, Value>) -> Vec<Item> {
        let mut all = |name: &str| match object.get_mut(name).map(Value::take) {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(items)) if self.many => items,
            Some(other) => vec![other],
        };
        let values = all(self.key);
        let companions = if self.primitive { all(&self.companion()) } else { Vec::new() };
        let count = values.len().max(companions.len());
        let fill = |list: Vec<Value>| list.into_iter().chain(std::iter::repeat(Value::Null)).take(count);
        fill(values).zip(fill(companions)).map(|(value, companion)| Item { value, companion }).collect()
    }

    /// Writes all repetitions into the object.
    pub fn put(self, object: &mut Map<String, Value>, items: Vec<Item>) {
        let (values, companions): (Vec<_>, Vec<_>) =
            items.into_iter().map(|item| (item.value, item.companion)).unzip();
        self.put_as(object, self.key.to_owned(), values);
        if self.primitive {
            self.put_as(object, self.companion(), companions);
        }
    }

    fn put_as(self, object: &mut Map<String, Value>, name: String, mut list: Vec<Value>) {
        if list.iter().all(Value::is_null) {
            object.shift_remove(&name);
        } else if self.many {
            object.insert(name, Value::Array(list));
        } else {
            object.insert(name, list.swap_remove(0));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_and_companions_stay_side_by_side() {
        let given = Form { key: "given", many: true, primitive: true };
        let mut name = json!({ "given": ["a", null, "c"], "_given": [null, { "id": "b" }], "use": "usual" });
        let name = name.as_object_mut().unwrap();
        assert_eq!(given.count(name), 3);
        let mut items = given.take(name);
        items.remove(0);
        given.put(name, items.clone());
        assert_eq!(
            Value::Object(name.clone()),
            json!({ "given": [null, "c"], "_given": [{ "id": "b" }, null], "use": "usual" })
        );
        given.take(name);
        items.remove(0);
        given.put(name, items);
        assert_eq!(Value::Object(name.clone()), json!({ "given": ["c"], "use": "usual" }));
    }
}
