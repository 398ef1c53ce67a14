//! Faces and things that are none, made up: colour traces with a known pulse, for tests and for the table in the model card.
//!
//! C(t) = light(t) * (base * (1 + motion(t)) + base * signature * strength * pulse(t) + shine(t)) * exposure + noise, by frame and region.
//! The scenes vary what a real camera varies: skin, lamp, signature, rate and its changes, breathing, movement, noise, rounding,
//! uneven and lost frames. They share the model of reflection with the methods that they test, and so say nothing about people.

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

/// What is before the camera.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A still face in good light.
    Clean,
    /// Light that drifts slowly and flickers.
    Drifting,
    /// Somebody who moves as people do.
    Moving,
    /// Somebody who moves much, or in time.
    MovingMuch,
    /// A poor camera or poor light.
    Noisy,
    /// Dark skin: less light comes back, and less of it pulses.
    Dark,
    /// Noise that hides the pulse.
    Hidden,
    /// A wall or a photo, still.
    Still,
    /// A photo under drifting or flickering light.
    Flickering,
    /// A photo under light that flickers as little as a pulse.
    Shimmering,
    /// A photo that is held in a moving hand.
    Waved,
}

impl Kind {
    /// Whether there is a pulse to be found.
    pub fn lives(self) -> bool {
        !matches!(self, Self::Still | Self::Flickering | Self::Shimmering | Self::Waved)
    }

    /// Something of its own, so that two kinds do not see the same chances.
    fn number(self) -> u64 {
        match self {
            Self::Clean => 0,
            Self::Drifting => 1,
            Self::Moving => 2,
            Self::MovingMuch => 3,
            Self::Noisy => 4,
            Self::Dark => 5,
            Self::Hidden => 6,
            Self::Still => 7,
            Self::Flickering => 8,
            Self::Shimmering => 9,
            Self::Waved => 10,
        }
    }
}

/// A recording and what is true of it.
#[derive(Debug, Clone)]
pub struct Simulated {
    /// Milliseconds of each frame.
    pub times_ms: Vec<f64>,
    /// The mean colours of each region: red, green and blue of each frame.
    pub regions: Vec<[Vec<f64>; 3]>,
    /// Beats a minute.
    pub rate: f64,
    /// Breaths a minute.
    pub breathing: f64,
    /// Standard deviation of the beat intervals, in ms.
    pub sdnn_ms: f64,
    /// Root mean square of their successive differences, in ms.
    pub rmssd_ms: f64,
}

fn real(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}

/// Normal noise.
fn normal(chance: &mut StdRng) -> f64 {
    let (u, v): (f64, f64) = (chance.random(), chance.random());
    (-2.0 * (1.0 - u).ln()).sqrt() * (std::f64::consts::TAU * v).cos()
}

/// A sum of sines of random phases between two frequencies, of standard deviation about 1.
struct Wander(Vec<(f64, f64)>);

impl Wander {
    fn new(chance: &mut StdRng, low_hz: f64, high_hz: f64, parts: usize) -> Self {
        Self(
            (0..parts)
                .map(|_| {
                    (chance.random_range(low_hz..high_hz), chance.random_range(0.0..std::f64::consts::TAU))
                })
                .collect(),
        )
    }

    fn at(&self, t: f64) -> f64 {
        let sum: f64 = self.0.iter().map(|(hz, phase)| (std::f64::consts::TAU * hz * t + phase).sin()).sum();
        sum * (2.0 / real(self.0.len())).sqrt()
    }
}

/// The beats of a heart, and its breath.
struct Heart {
    beats: Vec<f64>,
    breath_hz: f64,
    breath_phase: f64,
    notch: f64,
    interval: f64,
}

impl Heart {
    fn new(chance: &mut StdRng, seconds: f64, steady: bool) -> Self {
        let rate = chance.random_range(42.0..180.0f64);
        let trend = if steady { 0.0 } else { chance.random_range(-6.0..6.0) }; // /min over the recording
        let breath_hz = chance.random_range(8.0..24.0) / 60.0;
        let breath_phase = chance.random_range(0.0..std::f64::consts::TAU);
        let interval = 60.0 / rate;
        let sinus = interval * chance.random_range(0.0..0.06) * (80.0 / rate).min(1.2);
        let jitter = interval * chance.random_range(0.0..0.025);
        let mut at = -2.0 - chance.random::<f64>();
        let mut beats = vec![];
        while at < seconds + 2.0 {
            beats.push(at);
            let mean = 60.0 / (rate + trend * (at / seconds - 0.5));
            let breath = (std::f64::consts::TAU * breath_hz * at + breath_phase).sin();
            at += mean + sinus * breath + jitter * normal(chance);
        }
        Self { beats, breath_hz, breath_phase, notch: chance.random_range(0.0..0.45), interval }
    }

    fn breath(&self, t: f64) -> f64 {
        (std::f64::consts::TAU * self.breath_hz * t + self.breath_phase + 0.7).sin()
    }

    /// From about -1 to 1, with the notch that vessels add. What a beat looks like depends on the mean rate, not on when the next comes.
    fn pulse(&self, t: f64) -> f64 {
        let next = self.beats.partition_point(|beat| *beat <= t);
        let near = self.beats.iter().take(next + 2).skip(next.saturating_sub(3));
        let hill = |phase: f64, at: f64, width: f64| (-(phase - at).powi(2) / (2.0 * width * width)).exp();
        let wave = |beat: &f64| {
            let phase = (t - beat) / self.interval;
            hill(phase, 0.28, 0.11) + self.notch * hill(phase, 0.62, 0.12)
        };
        2.0 * near.map(wave).sum::<f64>() - 0.9
    }

    fn truth(&self, seconds: f64) -> (f64, f64, f64) {
        let inside: Vec<f64> = self.beats.iter().copied().filter(|t| (0.0..=seconds).contains(t)).collect();
        let rr: Vec<f64> = inside.windows(2).map(|pair| (pair[1] - pair[0]) * 1000.0).collect();
        let mean = rr.iter().sum::<f64>() / real(rr.len());
        let sdnn = (rr.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (real(rr.len()) - 1.0)).sqrt();
        let steps: Vec<f64> = rr.windows(2).map(|pair| (pair[1] - pair[0]).powi(2)).collect();
        (60_000.0 / mean, sdnn, (steps.iter().sum::<f64>() / real(steps.len())).sqrt())
    }
}

/// How a kind of scene is set.
struct Set {
    seconds: f64,
    strength: f64,
    noise: f64,
    wander: f64,
    motion: f64,
    rhythm: f64,
    shine: f64,
    bursts: bool,
    flicker: f64,
    dark: f64,
}

impl Set {
    fn new(kind: Kind, chance: &mut StdRng, seconds: Option<f64>) -> Self {
        let seconds =
            seconds.unwrap_or_else(|| [15.0, 20.0, 30.0, 30.0, 30.0, 45.0, 60.0][chance.random_range(0..7)]);
        let base = Self {
            seconds,
            strength: chance.random_range(0.004..0.010),
            noise: chance.random_range(0.05..0.20),
            wander: 0.005,
            motion: 0.0,
            rhythm: 0.0,
            shine: 0.0,
            bursts: false,
            flicker: 0.0,
            dark: chance.random_range(0.0..0.4),
        };
        match kind {
            Kind::Clean => base,
            Kind::Drifting => Self {
                wander: chance.random_range(0.05..0.25),
                flicker: chance.random_range(0.0..0.01),
                ..base
            },
            Kind::Moving => Self {
                motion: chance.random_range(0.01..0.05),
                shine: chance.random_range(0.0..0.006),
                bursts: chance.random_bool(0.3),
                wander: 0.03,
                ..base
            },
            Kind::MovingMuch => Self {
                motion: chance.random_range(0.05..0.12),
                rhythm: chance.random_range(0.0..0.10),
                shine: chance.random_range(0.004..0.02),
                bursts: true,
                wander: 0.05,
                ..base
            },
            Kind::Noisy => Self { noise: chance.random_range(0.35..0.65), wander: 0.02, ..base },
            Kind::Dark => Self {
                dark: chance.random_range(0.75..1.0),
                strength: chance.random_range(0.003..0.006),
                noise: chance.random_range(0.1..0.25),
                ..base
            },
            Kind::Hidden => Self { noise: chance.random_range(1.2..3.0), ..base },
            Kind::Still => Self { noise: chance.random_range(0.02..0.8), ..base },
            Kind::Flickering => Self {
                wander: chance.random_range(0.02..0.3),
                flicker: chance.random_range(0.002..0.05),
                ..base
            },
            Kind::Shimmering => Self {
                noise: chance.random_range(0.05..0.5),
                flicker: chance.random_range(0.0005..0.005),
                ..base
            },
            Kind::Waved => Self {
                motion: chance.random_range(0.01..0.1),
                rhythm: if chance.random_bool(0.6) { chance.random_range(0.005..0.1) } else { 0.0 },
                shine: chance.random_range(0.0..0.02),
                bursts: chance.random_bool(0.4),
                ..base
            },
        }
    }
}

/// One recording. The same kind, seed and length give the same recording.
pub fn simulate(kind: Kind, seed: u64, seconds: Option<f64>) -> Simulated {
    let chance = &mut StdRng::seed_from_u64(seed.wrapping_mul(0x9E37_79B9).wrapping_add(kind.number()));
    let set = Set::new(kind, chance, seconds);
    let heart = Heart::new(chance, set.seconds, seed.is_multiple_of(3));
    let times = frames(chance, set.seconds);
    let regions = [1, 1, 2, 3, 3, 4][chance.random_range(0..6)];
    let light = Light::new(chance, &set);
    let signature =
        [0.33 + 0.05 * normal(chance), 0.77 + 0.05 * normal(chance), 0.53 + 0.06 * normal(chance)];
    let rounding = [0.0, 0.0, 0.001, 0.01, 0.1][chance.random_range(0..5)];
    let exposure = chance.random_range(110.0..190.0);
    let alive = if kind.lives() { set.strength * (1.0 - 0.4 * set.dark) } else { 0.0 };
    let (low_amplitude, low_level) = (chance.random_range(0.05..0.2), chance.random_range(0.1..0.4));
    let motion = Motion::new(chance, &set);
    let made = (0..regions).map(|_| {
        let tone = tone(chance, set.dark);
        let share = chance.random_range(0.6..1.0);
        let noise = set.noise * chance.random_range(0.8..1.25);
        let mut channels: [Vec<f64>; 3] = Default::default();
        for t in &times {
            let (moved, shine) = motion.at(*t);
            let breath = heart.breath(*t);
            let pulse =
                alive * share * (heart.pulse(*t) * (1.0 + low_amplitude * breath) + low_level * breath);
            for (at, channel) in channels.iter_mut().enumerate() {
                let value = tone[at] * (1.0 + moved + signature[at] * pulse) + shine * 0.5;
                let value = exposure * light.at(*t, at) * value + noise * normal(chance);
                let value = if rounding > 0.0 { (value / rounding).round() * rounding } else { value };
                channel.push(value.clamp(0.0, 255.0));
            }
        }
        channels
    });
    let regions = made.collect();
    let (rate, sdnn_ms, rmssd_ms) = heart.truth(set.seconds);
    let times_ms = times.iter().map(|t| (t * 1000.0 * 100.0).round() / 100.0).collect();
    Simulated { times_ms, regions, rate, breathing: heart.breath_hz * 60.0, sdnn_ms, rmssd_ms }
}

/// When frames come: some cameras keep time, others do not, and some lose frames.
fn frames(chance: &mut StdRng, seconds: f64) -> Vec<f64> {
    let rate = [15.5, 20.0, 24.0, 25.0, 29.97, 30.0, 30.0, 30.0, 50.0, 60.0][chance.random_range(0..10)];
    let jitter = [0.0, 0.0, 0.05, 0.15][chance.random_range(0..4)] / rate;
    let lost = [0.0, 0.0, 0.01, 0.03][chance.random_range(0..4)] * f64::from(u8::from(rate > 16.0));
    let mut times = vec![];
    let mut at = 0.0;
    while at <= seconds + 1e-9 {
        if at == 0.0 || !chance.random_bool(lost) {
            times.push(at + jitter * normal(chance).clamp(-2.0, 2.0));
        }
        at += 1.0 / rate;
    }
    times
}

/// The colour that a skin reflects, from light (0) to dark (1), under a lamp of some colour.
fn tone(chance: &mut StdRng, dark: f64) -> [f64; 3] {
    let mut near = |share: f64| share * (1.0 + 0.06 * normal(chance));
    let (light, deep) = ([0.77, 0.51, 0.38], [0.36, 0.22, 0.17]);
    [0, 1, 2].map(|at| near(light[at] * (1.0 - dark) + deep[at] * dark))
}

/// Light that wanders, and beats with the shutter.
struct Light {
    wander: Wander,
    strength: f64,
    colours: [f64; 3],
    flicker_hz: f64,
    flicker: f64,
}

impl Light {
    fn new(chance: &mut StdRng, set: &Set) -> Self {
        Self {
            wander: Wander::new(chance, 0.01, 0.15, 4),
            strength: set.wander,
            colours: [0; 3].map(|_| 1.0 + 0.1 * normal(chance)),
            flicker_hz: chance.random_range(0.1..7.0),
            flicker: set.flicker,
        }
    }

    fn at(&self, t: f64, channel: usize) -> f64 {
        let slow = 1.0 + self.strength * self.colours[channel] * self.wander.at(t) * 0.7;
        slow.max(0.2) * (1.0 + self.flicker * (std::f64::consts::TAU * self.flicker_hz * t).sin())
    }
}

/// Movement: aimless, in time, and in bursts; some of it changes what shines.
struct Motion {
    aimless: Wander,
    shining: Wander,
    strength: f64,
    rhythm: (f64, f64),
    shine: f64,
    bursts: Vec<(f64, f64, f64)>,
}

impl Motion {
    fn new(chance: &mut StdRng, set: &Set) -> Self {
        let bursts = if set.bursts { chance.random_range(1..4) } else { 0 };
        Self {
            aimless: Wander::new(chance, 0.05, 2.5, 12),
            shining: Wander::new(chance, 0.05, 2.5, 12),
            strength: set.motion,
            rhythm: (chance.random_range(0.5..3.0), set.rhythm),
            shine: set.shine,
            bursts: (0..bursts)
                .map(|_| {
                    (chance.random_range(0.0..set.seconds), chance.random_range(0.3..1.2), 4.0 * set.motion)
                })
                .collect(),
        }
    }

    fn at(&self, t: f64) -> (f64, f64) {
        let beat = self.rhythm.1 * (std::f64::consts::TAU * self.rhythm.0 * t).sin();
        let burst: f64 = self
            .bursts
            .iter()
            .map(|(at, width, size)| size * (-((t - at) / width).powi(2)).exp() * (9.0 * (t - at)).sin())
            .sum();
        let moved = self.strength * self.aimless.at(t) + beat + burst;
        // What shines moves with the head, and a little by itself.
        let shine =
            self.shine * (0.6 * self.shining.at(t) + 0.4 * moved / (self.strength + self.rhythm.1).max(1e-9));
        (moved, shine)
    }
}
