//! What a client recorded, and what is wrong with it before anything is looked for in it.

use super::number::{median, real};
use super::{Colour, Refusal, regions, resample};

/// The shortest recording in which a pulse is looked for, in seconds.
pub const SHORTEST_S: f64 = 10.0;
/// The longest recording, in seconds.
pub const LONGEST_S: f64 = 120.0;
/// The slowest camera, in frames a second.
pub const SLOWEST_FPS: f64 = 15.0;
/// The fastest camera, in frames a second.
pub const FASTEST_FPS: f64 = 120.0;
/// The longest time without a frame, in seconds.
pub const LONGEST_GAP_S: f64 = 0.5;
/// The most regions.
pub const MOST_REGIONS: usize = 16;
/// A recording ends with a frame, not with a second: 9.97 seconds are 10.
const TOLERANCE: f64 = 0.01;
/// Clocks of cameras are a little off: 14.99 frames a second are 15, and 14.9 are not.
const CLOCK: f64 = 0.001;

/// What is wrong with a recording.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum Fault {
    /// No region.
    #[error("at least one region is needed")]
    NoRegions,
    /// More than [`MOST_REGIONS`].
    #[error("at most {MOST_REGIONS} regions are taken")]
    TooManyRegions,
    /// A channel has not as many values as there are frames.
    #[error("every channel of every region needs as many values as there are timestamps")]
    Lengths,
    /// A value that is no light: negative, infinite or not a number.
    #[error("colours are numbers from 0 to 65535")]
    Value,
    /// Times that do not rise.
    #[error("timestamps are milliseconds that rise from frame to frame")]
    Times,
    /// Shorter than [`SHORTEST_S`].
    #[error("a recording lasts {SHORTEST_S} seconds at least")]
    TooShort,
    /// Longer than [`LONGEST_S`].
    #[error("a recording lasts {LONGEST_S} seconds at most")]
    TooLong,
    /// Slower than [`SLOWEST_FPS`].
    #[error("at least {SLOWEST_FPS} frames a second are needed")]
    TooSlow,
    /// Faster than [`FASTEST_FPS`].
    #[error("at most {FASTEST_FPS} frames a second are taken")]
    TooFast,
    /// No frame for longer than [`LONGEST_GAP_S`].
    #[error("frames are missing for longer than {LONGEST_GAP_S} seconds")]
    Gap,
}

/// The mean colours of one region of skin, a frame each.
#[derive(Debug, Clone, PartialEq)]
pub struct Region {
    /// Mean of red of each frame.
    pub red: Vec<f64>,
    /// Mean of green of each frame.
    pub green: Vec<f64>,
    /// Mean of blue of each frame.
    pub blue: Vec<f64>,
}

/// A recording that can be analysed.
#[derive(Debug, Clone, PartialEq)]
pub struct Recording {
    times_s: Vec<f64>,
    regions: Vec<Vec<Colour>>,
}

impl Recording {
    /// The recording, if it is one.
    pub fn new(times_ms: &[f64], regions: &[Region]) -> Result<Self, Fault> {
        let times_s = times(times_ms)?;
        if regions.is_empty() {
            return Err(Fault::NoRegions);
        }
        if regions.len() > MOST_REGIONS {
            return Err(Fault::TooManyRegions);
        }
        let regions =
            regions.iter().map(|region| colours(region, times_s.len())).collect::<Result<_, _>>()?;
        Ok(Self { times_s, regions })
    }

    /// How long it lasts, in seconds.
    pub fn duration_s(&self) -> f64 {
        self.times_s.last().copied().unwrap_or_default()
    }

    /// Frames a second, on average.
    pub fn fps(&self) -> f64 {
        real(self.times_s.len().saturating_sub(1)) / self.duration_s()
    }

    /// Each usable region at the rate that everything is computed at.
    pub(super) fn steady(&self) -> Result<Vec<Vec<Colour>>, Refusal> {
        let usable = regions::usable(&self.regions)?;
        Ok(usable.iter().map(|region| resample::steady(&self.times_s, region)).collect())
    }
}

/// Seconds since the first frame.
fn times(times_ms: &[f64]) -> Result<Vec<f64>, Fault> {
    let first = times_ms.first().copied().ok_or(Fault::TooShort)?;
    let times_s: Vec<f64> = times_ms.iter().map(|time| (time - first) / 1000.0).collect();
    let steps: Vec<f64> = times_s.iter().zip(times_s.iter().skip(1)).map(|(a, b)| b - a).collect();
    // Written so that what is not a number is refused, too.
    if !(first.is_finite() && steps.iter().all(|step| *step > 0.0 && step.is_finite())) {
        return Err(Fault::Times);
    }
    let duration = times_s.last().copied().unwrap_or_default();
    if duration < SHORTEST_S * (1.0 - TOLERANCE) {
        return Err(Fault::TooShort);
    }
    if duration > LONGEST_S * (1.0 + TOLERANCE) {
        return Err(Fault::TooLong);
    }
    let fps = real(steps.len()) / duration;
    // What the camera does while it keeps time counts as well: lost frames do not make it slow, nor do few bursts make it fast.
    let usual = 1.0 / median(&steps);
    if fps.max(usual) < SLOWEST_FPS * (1.0 - CLOCK) {
        return Err(Fault::TooSlow);
    }
    if fps > FASTEST_FPS * (1.0 + CLOCK) {
        return Err(Fault::TooFast);
    }
    if steps.iter().any(|step| *step > LONGEST_GAP_S) {
        return Err(Fault::Gap);
    }
    Ok(times_s)
}

fn colours(region: &Region, frames: usize) -> Result<Vec<Colour>, Fault> {
    let channels = [&region.red, &region.green, &region.blue];
    if channels.iter().any(|channel| channel.len() != frames) {
        return Err(Fault::Lengths);
    }
    if channels.iter().any(|channel| channel.iter().any(|value| !(0.0..=65_535.0).contains(value))) {
        return Err(Fault::Value);
    }
    let [red, green, blue] = channels;
    Ok(red.iter().zip(green).zip(blue).map(|((red, green), blue)| [*red, *green, *blue]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(frames: usize) -> Region {
        Region { red: vec![150.0; frames], green: vec![100.0; frames], blue: vec![80.0; frames] }
    }

    fn times(frames: usize, fps: f64) -> Vec<f64> {
        (0..frames).map(|at| 1.7e12 + 1000.0 * real(at) / fps).collect()
    }

    fn fault(times_ms: &[f64]) -> Fault {
        Recording::new(times_ms, &[region(times_ms.len())]).unwrap_err()
    }

    #[test]
    fn times_that_do_not_rise_or_are_no_numbers_are_refused() {
        assert_eq!(fault(&[]), Fault::TooShort);
        for broken in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1.7e12, -1.0] {
            for at in [0, 150, 299] {
                let mut times = times(300, 30.0);
                times[at] = broken;
                if !(broken < times[1] && at == 0) {
                    assert_eq!(fault(&times), Fault::Times, "{broken} at {at}");
                }
            }
        }
    }

    #[test]
    fn a_recording_has_a_length_and_a_speed() {
        assert_eq!(fault(&times(1, 30.0)), Fault::TooShort);
        assert_eq!(fault(&times(295, 30.0)), Fault::TooShort);
        assert_eq!(fault(&times(4000, 30.0)), Fault::TooLong);
        for fps in [14.5, 14.9, 14.95] {
            assert_eq!(fault(&times(290, fps)), Fault::TooSlow, "{fps}");
        }
        assert_eq!(fault(&times(2600, 130.0)), Fault::TooFast);
        for (frames, fps) in [(300, 30.0), (3601, 30.0), (300, 14.99), (1201, 120.0)] {
            let recording = Recording::new(&times(frames, fps), &[region(frames)]).unwrap();
            assert!((recording.fps() - fps).abs() < 0.01, "{}", recording.fps());
        }
    }

    #[test]
    fn a_gap_is_refused_and_single_lost_frames_are_not() {
        let kept = times(600, 20.0).into_iter().enumerate().filter(|(at, _)| at % 20 != 7);
        let lost: Vec<f64> = kept.map(|(_, time)| time).collect();
        assert!(Recording::new(&lost, &[region(lost.len())]).is_ok());
        let mut gap = times(900, 30.0);
        gap.drain(400..416);
        assert_eq!(fault(&gap), Fault::Gap);
    }

    #[test]
    fn every_channel_has_a_light_for_each_frame() {
        let times = times(300, 30.0);
        assert_eq!(Recording::new(&times, &[]).unwrap_err(), Fault::NoRegions);
        let many = vec![region(300); MOST_REGIONS + 1];
        assert_eq!(Recording::new(&times, &many).unwrap_err(), Fault::TooManyRegions);
        let short = Region { blue: vec![80.0; 299], ..region(300) };
        assert_eq!(Recording::new(&times, &[region(300), short]).unwrap_err(), Fault::Lengths);
        for value in [f64::NAN, f64::INFINITY, -0.1, 1e300] {
            let mut broken = region(300);
            broken.green[17] = value;
            assert_eq!(Recording::new(&times, &[broken]).unwrap_err(), Fault::Value, "{value}");
        }
    }
}
