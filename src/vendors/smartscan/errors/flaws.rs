//! What whoever took a picture can do better, in words and for programs.

use crate::inference::device::Flaw;

/// The reason for programs, and the advice for people.
pub fn advice(flaw: Flaw) -> (&'static str, &'static str) {
    match flaw {
        Flaw::TooSmall => ("too_small", "Take the picture from nearer, or send it in its full size"),
        Flaw::TooDark => ("too_dark", "Turn the display on, and take the picture with more light"),
        Flaw::TooBright => ("too_bright", "Take the picture with less light"),
        Flaw::Glare => ("glare", "Tilt the device so that no light is mirrored by its display"),
        Flaw::Blurred => ("blurred", "Hold the camera still, and wait until the display is in focus"),
        Flaw::Mirrored => ("mirrored", "Take the picture with the camera at the back, or flip it"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_flaw_has_a_reason_of_its_own() {
        let all =
            [Flaw::TooSmall, Flaw::TooDark, Flaw::TooBright, Flaw::Glare, Flaw::Blurred, Flaw::Mirrored];
        let mut reasons: Vec<_> = all.map(|flaw| advice(flaw).0).into();
        reasons.dedup();
        assert_eq!(reasons.len(), all.len());
        assert!(all.into_iter().all(|flaw| !advice(flaw).1.ends_with('.')));
    }
}
