//! Which slice an item is in. <https://hl7.org/fhir/R4/profiling.html#discriminator>

use super::check::Walk;
use super::node::{Discriminator, DiscriminatorKind, Node};
use super::pattern::{is_same, matches};
use crate::fhir::fhirpath::Item;

impl<'a> Walk<'_, 'a> {
    /// Whether an item is in a slice: all that tells slices apart says so.
    pub(super) fn is_in(&self, slice: &Node, by: &[Discriminator], item: &Item<'a>) -> bool {
        !by.is_empty() && by.iter().all(|discriminator| self.is_told(slice, discriminator, item))
    }

    fn is_told(&self, slice: &Node, discriminator: &Discriminator, item: &Item<'a>) -> bool {
        let Some(expression) = &discriminator.expression else { return false };
        self.context.again();
        let Ok(found) = expression.evaluate(&self.context, item.clone()) else { return false };
        // Extensions are told apart by the URL of their definition, which the slice names as its profile.
        if discriminator.path == "url" {
            let profiles = slice.types.iter().flat_map(|of| &of.profiles);
            let mut urls =
                profiles.map(|url| url.split_once('|').map_or(url.as_str(), |(url, _)| url)).peekable();
            if urls.peek().is_some() {
                let own = found.first().and_then(Item::text);
                return own.is_some_and(|own| urls.any(|url| url == own));
            }
        }
        let steps: Vec<&str> = discriminator.path.split('.').filter(|step| *step != "$this").collect();
        match discriminator.kind {
            DiscriminatorKind::Exists => {
                let wanted = node_at(slice, &steps).is_none_or(|node| node.max != Some(0));
                wanted != found.is_empty()
            }
            DiscriminatorKind::Type | DiscriminatorKind::Profile
                if discriminator.path.ends_with("resolve()") =>
            {
                let targets =
                    || slice.types.iter().flat_map(|of| &of.targets).filter_map(|url| self.target_type(url));
                found.iter().any(|item| targets().any(|name| item.is_a(name)))
            }
            DiscriminatorKind::Type | DiscriminatorKind::Profile => {
                let types = node_at(slice, &steps).map_or(&slice.types, |node| &node.types);
                found.iter().any(|item| types.iter().any(|of| self.is_of(item, of)))
            }
            DiscriminatorKind::Value => match wanted(slice, &steps) {
                Some(demand) => found.iter().any(|item| self.meets(&demand, item)),
                None => false,
            },
        }
    }

    fn meets(&self, demand: &Demand<'_>, item: &Item<'a>) -> bool {
        let Item::Node(node) = item else { return false };
        match demand {
            Demand::Fixed(value) => is_same(node.value, value),
            Demand::Pattern(value) => matches(node.value, value),
            Demand::Below(children) => children.iter().all(|(path, demand)| {
                let inner = path.iter().fold(vec![item.clone()], |items, name| {
                    let mut found = Vec::new();
                    for item in items {
                        if let Item::Node(node) = item {
                            node.members(name, &mut found);
                        }
                    }
                    found
                });
                inner.iter().any(|item| self.meets(demand, item))
            }),
            Demand::Codes(value_set) => self.codes_of(item).iter().any(|(system, code)| {
                // What cannot be told counts as being in it: a slice is not missed for want of a value set.
                self.has(value_set, system.as_deref(), code) != super::Verdict::Out
            }),
        }
    }
}

/// What tells a slice by value.
enum Demand<'n> {
    Fixed(&'n serde_json::Value),
    Pattern(&'n serde_json::Value),
    /// Values of elements below it.
    Below(Vec<(Vec<&'n str>, Demand<'n>)>),
    Codes(&'n str),
}

fn node_at<'n>(slice: &'n Node, steps: &[&str]) -> Option<&'n Node> {
    steps.iter().try_fold(slice, |node, step| node.child(step))
}

/// What a slice demands at a path: there, on the way to it as part of a larger pattern, or below it.
fn wanted<'n>(slice: &'n Node, steps: &[&str]) -> Option<Demand<'n>> {
    let mut node = slice;
    let mut rest = steps;
    loop {
        // A pattern further up tells what is below it too.
        for pattern in [&node.pattern, &node.fixed].into_iter().flatten() {
            let found = rest.iter().try_fold(pattern, |value, step| {
                let value = value.get(step)?;
                value.as_array().map_or(Some(value), |items| items.first())
            });
            if let Some(found) = found {
                return Some(if rest.is_empty() && node.fixed.is_some() {
                    Demand::Fixed(found)
                } else {
                    Demand::Pattern(found)
                });
            }
        }
        let Some((step, further)) = rest.split_first() else { break };
        node = node.child(step)?;
        rest = further;
    }
    let mut below = Vec::new();
    collect(node, &mut Vec::new(), &mut below);
    if !below.is_empty() {
        return Some(Demand::Below(below));
    }
    node.binding.as_ref().map(|binding| Demand::Codes(&binding.value_set))
}

/// All values that are demanded below a node.
fn collect<'n>(node: &'n Node, path: &mut Vec<&'n str>, found: &mut Vec<(Vec<&'n str>, Demand<'n>)>) {
    for child in &node.children {
        path.push(&child.name);
        match (&child.fixed, &child.pattern) {
            (Some(value), _) => found.push((path.clone(), Demand::Fixed(value))),
            (None, Some(value)) => found.push((path.clone(), Demand::Pattern(value))),
            (None, None) => collect(child, path, found),
        }
        path.pop();
    }
}
