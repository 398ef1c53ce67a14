//! `near`: what is close to a place on the earth. <https://hl7.org/fhir/R4/location.html#near>
//!
//! The index compares numbers, so the circle around the place is cut into strips along the latitudes, each as wide as the
//! circle is in the strip's middle. At its edge the result is off by less than a fiftieth of the distance.

use super::decimal::{Ratio, sortable};
use super::search_fault::SearchFault;
use super::units;

/// The mean radius of the earth.
const EARTH_KM: f64 = 6371.0088;
/// Where no distance is given, this counts as near.
const DEFAULT_KM: f64 = 50.0;
/// So many strips make up a circle.
const STRIPS: u32 = 32;

/// A piece of the earth's surface; the ends are texts as `decimal::sortable` makes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Area {
    /// From south to north.
    pub latitude: (String, String),
    /// From west to east.
    pub longitude: (String, String),
}

/// The areas that make up the surroundings of a place, given as `[latitude]|[longitude]|[distance]|[units]`.
///
/// # Errors
/// When it is not written so, or its units are no length.
pub fn areas(value: &str) -> Result<Vec<Area>, SearchFault> {
    let form = || SearchFault::malformed("near must be [latitude]|[longitude]|[distance]|[units]");
    let parts: Vec<_> = value.split('|').collect();
    let (latitude, longitude, distance, unit) = match parts.as_slice() {
        [latitude, longitude] => (latitude, longitude, "", ""),
        [latitude, longitude, distance] => (latitude, longitude, *distance, ""),
        [latitude, longitude, distance, unit] => (latitude, longitude, *distance, *unit),
        _ => return Err(form()),
    };
    let latitude = degrees(latitude, 90.0).ok_or_else(form)?;
    let longitude = degrees(longitude, 180.0).ok_or_else(form)?;
    let distance = match distance {
        "" => DEFAULT_KM,
        distance => number(distance).filter(|km| *km >= 0.0).ok_or_else(form)? * km(unit)?,
    };
    Ok(circle(latitude, longitude, distance / EARTH_KM))
}

fn number(text: &str) -> Option<f64> {
    let plain =
        text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+' | b'e' | b'E'));
    text.parse().ok().filter(|number: &f64| plain && number.is_finite())
}

fn degrees(text: &str, most: f64) -> Option<f64> {
    number(text).filter(|degrees| degrees.abs() <= most)
}

/// How many kilometres one of the unit is.
fn km(unit: &str) -> Result<f64, SearchFault> {
    let code = match unit {
        "" => "km",
        "mi" => "[mi_i]",
        "ft" => "[ft_i]",
        "yd" => "[yd_i]",
        "nmi" => "[nmi_i]",
        code => code,
    };
    let ratio = units::unit(code).and_then(|unit| {
        let km = units::unit("km")?;
        (unit.dimension == km.dimension).then(|| unit.factor.over(km.factor))?
    });
    let Some(Ratio { numerator, denominator, power }) = ratio else {
        let text = format!("near: {} is no unit of length", super::chain::shown(unit));
        return Err(SearchFault::malformed(text));
    };
    let float = |whole: u64| whole.to_string().parse::<f64>().unwrap_or(f64::INFINITY);
    Ok(float(numerator) / float(denominator) * 10_f64.powi(power))
}

/// The strips of a circle with this radius, seen from the earth's centre.
fn circle(latitude: f64, longitude: f64, radius: f64) -> Vec<Area> {
    let (middle, radius) = (latitude.to_radians(), radius.min(std::f64::consts::PI));
    let south = (middle - radius).max(-std::f64::consts::FRAC_PI_2);
    let north = (middle + radius).min(std::f64::consts::FRAC_PI_2);
    let height = (north - south) / f64::from(STRIPS);
    let mut areas = Vec::new();
    for strip in 0..STRIPS {
        let from = south + height * f64::from(strip);
        let width = half_width(middle, from + height / 2.0, radius).to_degrees();
        let latitudes = (text(from.to_degrees()), text((from + height).to_degrees()));
        for (west, east) in around(longitude, width) {
            areas.push(Area { latitude: latitudes.clone(), longitude: (text(west), text(east)) });
        }
    }
    areas
}

/// How far the circle reaches to either side at a latitude.
fn half_width(middle: f64, latitude: f64, radius: f64) -> f64 {
    let cosine = (radius.cos() - latitude.sin() * middle.sin()) / (latitude.cos() * middle.cos());
    // At a pole every longitude is as near as any other.
    if cosine.is_finite() { cosine.clamp(-1.0, 1.0).acos() } else { std::f64::consts::PI }
}

/// The longitudes to either side; two pieces where they go on beyond the date line.
fn around(longitude: f64, width: f64) -> Vec<(f64, f64)> {
    let (west, east) = (longitude - width, longitude + width);
    if width >= 180.0 {
        vec![(-180.0, 180.0)]
    } else if west < -180.0 {
        vec![(west + 360.0, 180.0), (-180.0, east)]
    } else if east > 180.0 {
        vec![(west, 180.0), (-180.0, east - 360.0)]
    } else {
        vec![(west, east)]
    }
}

/// A billionth of a degree is less than a millimetre.
fn text(degrees: f64) -> String {
    sortable(&format!("{degrees:.9}")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{areas, sortable};

    fn is_near(value: &str, latitude: &str, longitude: &str) -> bool {
        let (latitude, longitude) = (sortable(latitude).unwrap(), sortable(longitude).unwrap());
        areas(value).unwrap().iter().any(|area| {
            (area.latitude.0 <= latitude && latitude <= area.latitude.1)
                && (area.longitude.0 <= longitude && longitude <= area.longitude.1)
        })
    }

    #[test]
    fn what_is_no_place_or_no_length_is_refused() {
        let form = "near must be [latitude]|[longitude]|[distance]|[units]";
        for value in [
            "",
            "1",
            "1|2|3|km|5",
            "x|2",
            "91|0",
            "0|181",
            "0|0|-1",
            "0|0|x|km",
            "nan|0",
            "inf|0",
            "0|0|1e999|km",
        ] {
            assert_eq!(areas(value).unwrap_err().text, form, "{value}");
        }
        assert_eq!(areas("0|0|1|kg").unwrap_err().text, "near: \"kg\" is no unit of length");
        assert_eq!(areas("0|0|1|parsec").unwrap_err().text, "near: \"parsec\" is no unit of length");
    }

    #[test]
    fn the_distance_counts_and_not_the_corner_of_a_box() {
        // Utrecht is 35 km from Amsterdam, Rotterdam 58.
        let (utrecht, rotterdam) = (("52.0907", "5.1214"), ("51.9244", "4.4777"));
        for (value, near) in [
            ("52.3676|4.9041|40|km", [true, false]),
            ("52.3676|4.9041|30|km", [false, false]),
            ("52.3676|4.9041|60000|m", [true, true]),
            ("52.3676|4.9041|25|mi", [true, false]),
            ("52.3676|4.9041|40|[mi_us]", [true, true]),
            ("52.3676|4.9041|131000|ft", [true, false]),
            ("52.3676|4.9041", [true, false]),
            ("52.3676|4.9041||", [true, false]),
        ] {
            let found = [utrecht, rotterdam].map(|(latitude, longitude)| is_near(value, latitude, longitude));
            assert_eq!(found, near, "{value}");
        }
        // 40 km north and 40 km east: in the box of 50 km, not in the circle.
        assert!(!is_near("0|0|50|km", "0.36", "0.36") && is_near("0|0|50|km", "0.31", "0.31"));
    }

    #[test]
    fn poles_and_the_date_line_are_no_end() {
        assert!(is_near("0|179.9|50|km", "0", "-179.9") && is_near("0|-179.9|50|km", "0", "179.9"));
        assert!(is_near("89.9|0|50|km", "89.9", "180") && is_near("90|0|50|km", "89.9", "-77"));
        assert!(is_near("0|0|30000|km", "0", "180"), "the whole earth");
        assert!(is_near("10|10|0|km", "10", "10"));
    }
}
