//! What all pages of the console have around them: where one is, where else one can go, and who one is.

/// A page of the console, in the navigation.
pub struct Place {
    /// Its address.
    pub address: &'static str,
    /// What it is called.
    pub name: &'static str,
    /// Whether one is there.
    pub is_here: bool,
}

/// Address, name, and whether it is for administrators alone.
const PLACES: [(&str, &str, bool); 10] = [
    ("/console", "Overview", false),
    ("/console/review", "To confirm", false),
    ("/console/patients", "Patients", false),
    ("/console/records", "Records", false),
    ("/console/models", "Models", false),
    ("/console/audit", "Audit", true),
    ("/console/jobs", "Jobs", true),
    ("/console/deliveries", "Deliveries", true),
    ("/console/users", "Users", true),
    ("/console/clients", "Apps", true),
];

/// What all pages have around them.
pub struct Frame<'a> {
    /// Where one can go.
    pub places: Vec<Place>,
    /// The e-mail address of the person.
    pub email: &'a str,
    /// What forms carry.
    pub form: &'a str,
    /// Whether the person is an administrator.
    pub is_administrator: bool,
}

impl<'a> Frame<'a> {
    /// The frame of the page at this address.
    pub fn new(at: &'static str, email: &'a str, form: &'a str, is_administrator: bool) -> Self {
        let places = PLACES.iter().filter(|(.., guarded)| is_administrator || !guarded);
        let places = places.map(|(address, name, _)| Place { address, name, is_here: *address == at });
        Self { places: places.collect(), email, form, is_administrator }
    }
}
