//! A person's values of one kind over time, as a curve with its least and greatest value and its first and last day.

use super::Trend;
use crate::platform::pdf::{Layout, Mark};

const HEIGHT: f32 = 92.0;
/// Where the curve is within its room: from the left, from above, how wide, how high.
const BOX: (f32, f32, f32, f32) = (45.0, 22.0, 430.0, 44.0);

/// Draws one; a single value is no trend.
pub(super) fn trend(layout: &mut Layout<'_>, trend: &Trend) {
    let values = trend.points.iter().map(|(_, value)| *value);
    let (Some(least), Some(most)) = (values.clone().reduce(f64::min), values.reduce(f64::max)) else {
        return;
    };
    let (Some(first), Some(last)) = (trend.points.first(), trend.points.last()) else { return };
    let told = format!(
        "{}: {} values from {} to {}, least {least}, greatest {most}, latest {}",
        trend.name,
        trend.points.len(),
        trend.days.0,
        trend.days.1,
        last.1,
    );
    let spread = if most > least { most - least } else { 1.0 };
    let seconds = |at_us: i64| share(at_us.saturating_sub(first.0), last.0.saturating_sub(first.0));
    let curve: Vec<_> =
        trend.points.iter().map(|(at, value)| (seconds(*at), narrow((value - least) / spread))).collect();
    layout.figure(told, HEIGHT, |x, y| marks(trend, &curve, (least, most), (x, y)));
}

fn marks(trend: &Trend, curve: &[(f32, f32)], (least, most): (f64, f64), (x, y): (f32, f32)) -> Vec<Mark> {
    let (left, above, width, height) = BOX;
    let (left, bottom) = (x + left, y + above + height);
    let place = |(across, up): &(f32, f32)| (left + across * width, bottom - up * height);
    let text = |x: f32, y: f32, text: String| Mark::Text { x, y, size: 7.0, text, is_bold: false };
    let axes = vec![(left, bottom - height - 4.0), (left, bottom + 4.0), (left + width, bottom + 4.0)];
    let title = Mark::Text { x, y: y + 12.0, size: 9.0, text: trend.name.clone(), is_bold: true };
    let mut marks = vec![
        title,
        text(x, bottom - height + 3.0, most.to_string()),
        text(x, bottom + 3.0, least.to_string()),
        text(left, bottom + 14.0, trend.days.0.clone()),
        text(left + width - 45.0, bottom + 14.0, trend.days.1.clone()),
        Mark::Line { points: axes, width: 0.5, shade: 120 },
        Mark::Line { points: curve.iter().map(place).collect(), width: 1.0, shade: 40 },
    ];
    marks.extend(curve.iter().map(|point| {
        let (x, y) = place(point);
        Mark::Dot { x, y }
    }));
    marks
}

/// A part of a whole from 0 to 1, in microseconds.
fn share(part: i64, whole: i64) -> f32 {
    let number = |us: i64| i32::try_from(us / 1_000_000).map_or(f64::MAX, f64::from);
    let whole = number(whole);
    if whole > 0.0 { narrow(number(part) / whole) } else { 0.5 }
}

/// A share as the page measures it.
fn narrow(share: f64) -> f32 {
    // There is no other conversion that cannot fail.
    share.clamp(0.0, 1.0).to_string().parse().unwrap_or_default()
}
