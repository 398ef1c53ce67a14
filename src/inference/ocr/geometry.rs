//! Points, convex hulls and the smallest rectangle round a set of points.

use crate::inference::number;

/// A point in pixels; y grows downwards.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f32,
    /// Downwards.
    pub y: f32,
}

impl Point {
    /// A point.
    pub fn new(x: f32, y: f32) -> Self {
        Self { x, y }
    }

    /// The point a share of the way to another: 0 is here, 1 is there.
    pub fn towards(self, other: Self, share: f32) -> Self {
        Self::new(self.x + (other.x - self.x) * share, self.y + (other.y - self.y) * share)
    }

    /// Distance to another point.
    pub fn distance(self, other: Self) -> f32 {
        (self.x - other.x).hypot(self.y - other.y)
    }
}

/// A four-cornered box in reading order: top left, top right, bottom right, bottom left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quad(pub [Point; 4]);

impl Quad {
    /// The upright box with these bounds.
    pub fn upright(left: f32, top: f32, right: f32, bottom: f32) -> Self {
        Self([
            Point::new(left, top),
            Point::new(right, top),
            Point::new(right, bottom),
            Point::new(left, bottom),
        ])
    }

    /// Length of the longer of the upper and lower edges.
    pub fn width(&self) -> f32 {
        let [a, b, c, d] = self.0;
        a.distance(b).max(d.distance(c))
    }

    /// Length of the longer of the left and right edges.
    pub fn height(&self) -> f32 {
        let [a, b, c, d] = self.0;
        a.distance(d).max(b.distance(c))
    }

    /// The middle.
    pub fn centre(&self) -> Point {
        let [a, b, c, d] = self.0;
        Point::new((a.x + b.x + c.x + d.x) / 4.0, (a.y + b.y + c.y + d.y) / 4.0)
    }

    /// How far the upper and lower edges fall to the right, in radians.
    pub fn slope(&self) -> f32 {
        let [a, b, c, d] = self.0;
        (b.y - a.y + c.y - d.y).atan2(b.x - a.x + c.x - d.x)
    }

    /// The part between two shares of the width.
    pub fn part(&self, from: f32, to: f32) -> Self {
        let [a, b, c, d] = self.0;
        Self([a.towards(b, from), a.towards(b, to), d.towards(c, to), d.towards(c, from)])
    }

    /// The upright box round this one: left, top, right, bottom.
    pub fn bounds(&self) -> [f32; 4] {
        let [a, b, c, d] = self.0;
        let low = |one: f32, two: f32, three: f32, four: f32| one.min(two).min(three).min(four);
        let high = |one: f32, two: f32, three: f32, four: f32| one.max(two).max(three).max(four);
        [low(a.x, b.x, c.x, d.x), low(a.y, b.y, c.y, d.y), high(a.x, b.x, c.x, d.x), high(a.y, b.y, c.y, d.y)]
    }

    /// Area of the upright box round this one.
    pub fn area(&self) -> f32 {
        let [left, top, right, bottom] = self.bounds();
        (right - left).max(0.0) * (bottom - top).max(0.0)
    }

    /// Area that the upright boxes round this one and another share.
    pub fn shared(&self, other: &Self) -> f32 {
        let ([a, b, c, d], [e, f, g, h]) = (self.bounds(), other.bounds());
        (c.min(g) - a.max(e)).max(0.0) * (d.min(h) - b.max(f)).max(0.0)
    }

    /// Longer at both ends by a share of the height.
    pub fn widened(&self, share: f32) -> Self {
        let more = share * self.height() / self.width().max(1.0);
        self.part(-more, 1.0 + more)
    }

    /// Larger on all sides by a share of the height.
    pub fn grown(&self, share: f32) -> Self {
        let wide = self.widened(share);
        let [a, b, c, d] = wide.0;
        let (up, down) = (-share, 1.0 + share);
        Self([a.towards(d, up), b.towards(c, up), b.towards(c, down), a.towards(d, down)])
    }

    /// Each corner moved by a function.
    pub fn map(&self, moved: impl Fn(Point) -> Point) -> Self {
        Self(self.0.map(moved))
    }

    /// The same box in a picture of that size turned upside down.
    pub fn turned(&self, width: f32, height: f32) -> Self {
        let [a, b, c, d] = self.0.map(|corner| Point::new(width - corner.x, height - corner.y));
        Self([c, d, a, b])
    }
}

/// A rectangle at any angle.
#[derive(Debug, Clone, Copy)]
pub struct Rectangle {
    centre: Point,
    /// Unit vector along the width.
    along: Point,
    /// Half the size along `along`.
    half_width: f32,
    /// Half the size across it.
    half_height: f32,
}

impl Rectangle {
    /// The smallest rectangle that holds the points; `None` for no points.
    pub fn around(points: &[Point]) -> Option<Self> {
        let hull = convex_hull(points);
        let first = *hull.first()?;
        let next = hull.iter().cycle().skip(1);
        hull.iter()
            .zip(next)
            .map(|(from, to)| Self::resting_on(&hull, direction(*from, *to)))
            .min_by(|a, b| a.area().total_cmp(&b.area()))
            .or(Some(Self { centre: first, along: Point::new(1.0, 0.0), half_width: 0.0, half_height: 0.0 }))
    }

    fn resting_on(hull: &[Point], along: Point) -> Self {
        let span = |axis: Point| {
            let reach = hull.iter().map(|point| point.x * axis.x + point.y * axis.y);
            reach.fold((f32::MAX, f32::MIN), |(low, high), at| (low.min(at), high.max(at)))
        };
        let across = Point::new(-along.y, along.x);
        let ((left, right), (top, bottom)) = (span(along), span(across));
        let (u, v) = (f32::midpoint(left, right), f32::midpoint(top, bottom));
        Self {
            centre: Point::new(along.x * u + across.x * v, along.y * u + across.y * v),
            along,
            half_width: (right - left) / 2.0,
            half_height: (bottom - top) / 2.0,
        }
    }

    fn area(&self) -> f32 {
        4.0 * self.half_width * self.half_height
    }

    /// The shorter side.
    pub fn short_side(&self) -> f32 {
        2.0 * self.half_width.min(self.half_height)
    }

    /// Grown on all sides by area * ratio / perimeter, the way a DB detector's boxes were shrunk.
    pub fn unclip(mut self, ratio: f32) -> Self {
        let perimeter = 4.0 * (self.half_width + self.half_height);
        let distance = if perimeter > 0.0 { self.area() * ratio / perimeter } else { 0.0 };
        self.half_width += distance;
        self.half_height += distance;
        self
    }

    /// Whether a point lies inside or on the edge.
    pub fn holds(&self, point: Point) -> bool {
        let (dx, dy) = (point.x - self.centre.x, point.y - self.centre.y);
        let u = dx * self.along.x + dy * self.along.y;
        let v = dy * self.along.x - dx * self.along.y;
        u.abs() <= self.half_width + 0.5 && v.abs() <= self.half_height + 0.5
    }

    /// The corners, the first at the top left.
    pub fn quad(&self) -> Quad {
        let (u, v) = (self.along, Point::new(-self.along.y, self.along.x));
        let corner = |a: f32, b: f32| {
            let (du, dv) = (a * self.half_width, b * self.half_height);
            Point::new(self.centre.x + u.x * du + v.x * dv, self.centre.y + u.y * du + v.y * dv)
        };
        let mut corners = [corner(-1.0, -1.0), corner(1.0, -1.0), corner(1.0, 1.0), corner(-1.0, 1.0)];
        corners.sort_by(|a, b| a.x.total_cmp(&b.x));
        let [mut top_left, mut bottom_left, mut top_right, mut bottom_right] = corners;
        if top_left.y > bottom_left.y {
            std::mem::swap(&mut top_left, &mut bottom_left);
        }
        if top_right.y > bottom_right.y {
            std::mem::swap(&mut top_right, &mut bottom_right);
        }
        Quad([top_left, top_right, bottom_right, bottom_left])
    }
}

/// Unit vector from one point to another; to the right where they are the same.
fn direction(from: Point, to: Point) -> Point {
    let length = from.distance(to);
    if length > 0.0 {
        Point::new((to.x - from.x) / length, (to.y - from.y) / length)
    } else {
        Point::new(1.0, 0.0)
    }
}

/// Andrew's monotone chain: lower hull left to right, upper hull back.
fn convex_hull(points: &[Point]) -> Vec<Point> {
    let mut sorted = points.to_vec();
    sorted.sort_by(|a, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
    let mut hull = chain(sorted.iter());
    let upper = chain(sorted.iter().rev());
    hull.pop();
    hull.extend(upper);
    if hull.len() > 1 {
        hull.pop();
    }
    hull
}

fn chain<'a>(points: impl Iterator<Item = &'a Point>) -> Vec<Point> {
    let mut chain: Vec<Point> = Vec::new();
    for &point in points {
        while let [.., before, last] = chain.as_slice() {
            let turn =
                (last.x - before.x) * (point.y - before.y) - (last.y - before.y) * (point.x - before.x);
            if turn > 0.0 {
                break;
            }
            chain.pop();
        }
        chain.push(point);
    }
    chain
}

/// The point at a column and row.
pub fn at(column: usize, row: usize) -> Point {
    Point::new(number::real(column), number::real(row))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn smallest_rectangle_of_a_turned_square() {
        let points = [at(2, 0), at(4, 2), at(2, 4), at(0, 2), at(2, 2)];
        let rectangle = Rectangle::around(&points).unwrap();
        assert!((rectangle.short_side() - 8.0_f32.sqrt()).abs() < 1e-4);
        assert!(rectangle.holds(at(2, 2)) && !rectangle.holds(at(0, 0)));
    }

    #[test]
    fn corners_come_in_reading_order_and_grow_evenly() {
        let points = [at(10, 10), at(50, 10), at(50, 20), at(10, 20)];
        let quad = Rectangle::around(&points).unwrap().unclip(1.6).quad();
        // area 400, perimeter 100: 6.4 on each side
        let [a, _, c, _] = quad.0;
        assert!((a.x - 3.6).abs() < 1e-3 && (a.y - 3.6).abs() < 1e-3, "{a:?}");
        assert!((c.x - 56.4).abs() < 1e-3 && (c.y - 26.4).abs() < 1e-3, "{c:?}");
        assert!(quad.slope().abs() < 1e-4);
    }

    #[test]
    fn few_points_make_thin_rectangles() {
        assert!(Rectangle::around(&[]).is_none());
        assert_eq!(Rectangle::around(&[at(3, 3)]).unwrap().short_side(), 0.0);
        assert!(Rectangle::around(&[at(0, 0), at(4, 0)]).unwrap().short_side() < 1e-6);
    }

    #[test]
    fn a_box_grows_by_its_height() {
        let quad = Quad::upright(10.0, 20.0, 50.0, 30.0).grown(0.5);
        assert_eq!(quad.bounds(), [5.0, 15.0, 55.0, 35.0]);
    }

    #[test]
    fn an_upside_down_box_keeps_its_reading_order() {
        let quad = Quad::upright(10.0, 20.0, 30.0, 25.0).turned(100.0, 50.0);
        assert_eq!(quad, Quad::upright(70.0, 25.0, 90.0, 30.0));
    }
}
