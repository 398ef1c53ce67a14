//! Is there a pulse, and how fast is it?
//!
//! The thresholds are set on simulated recordings so that noise, light and movement pass less than once in fifty; what they then let
//! through is in the model card. Short recordings need more of everything: chance has more say in them.

use super::filter::Band;
use super::likeness::{Likeness, likeness};
use super::number::{mean, real};
use super::projection::{chrom, pbv, pos, relative};
use super::spectrum::{Spectra, bin, hz, over_usual};
use super::track::{Track, follow};
use super::{Colour, RATE_HZ, Refusal};

/// What a wave keeps: from the slowest pulse to the second harmonic of the fastest.
const BAND_HZ: (f64, f64) = (0.5, 8.0);
const EDGE_HZ: f64 = 0.2;
/// Windows hold a slow pulse some eight times, and are so short that the rate hardly changes within one.
const WINDOW_S: f64 = 12.0;
const STEP_S: f64 = 3.0;
/// Seconds over which light and drift are levelled.
const AROUND_S: f64 = 2.0;

/// What each method's evidence counts in the common track. PBV has the least noise, POS and CHROM bear more movement.
const WEIGHTS: [f64; 3] = [0.5, 0.2, 2.0];
/// Evidence beyond which more says no more.
const ENOUGH: f64 = 1e4;
/// Bins in which a method's peak may lie beside the common rate: 3 /min.
const BESIDE: usize = 8;
/// How far the rate of POS alone may lie from the common one.
const AGREED_HZ: f64 = 5.0 / 60.0;
/// How far, where it is so near that its own evidence may be a little weaker.
const CLOSE_HZ: f64 = 2.0 / 60.0;
/// The share of its evidence that is then enough.
const WEAKER: f64 = 0.8;
/// How much of what tests for blood find other colours may find more: skin, lamp and camera bend the signature a little, and the
/// clearer the recording, the more units of noise that little is.
const BENT: f64 = 0.02;

/// A pulse that was found.
#[derive(Debug)]
pub struct Pulse {
    /// Its rate, on average of the recording.
    pub rate_hz: f64,
    /// How far it stands out of the noise, in the better wave.
    pub signal_db: f64,
    /// The wave with the least noise, by PBV, and the one that light and movement change least, by POS.
    pub waves: [Vec<f64>; 2],
}

/// What tells for and against a pulse.
#[derive(Debug)]
pub struct Evidence {
    /// How long the recording is.
    pub duration_s: f64,
    /// How much more there is at the track than elsewhere.
    pub score: f64,
    /// How much POS and PBV have at the track.
    pub methods: [f64; 2],
    /// How far the rate of POS alone lies from the common one.
    pub apart_hz: f64,
    /// The share of windows whose own best rate is the track's.
    pub stable: f64,
    /// How far the slowest and the fastest rate of the track lie apart.
    pub span_hz: f64,
    /// How large the change of all channels together is beside that of their differences.
    pub brightness: f64,
    /// Whether the colour is that of blood.
    pub likeness: Likeness,
}

impl Evidence {
    /// What is to be refused.
    pub fn judge(&self) -> Result<(), Refusal> {
        let short = 1.0 / self.duration_s;
        if self.score < 1.65 + 34.0 * short {
            return Err(Refusal::NoPulse);
        }
        if self.stable < 0.45 || self.span_hz > 14.0 / 60.0 {
            return Err(Refusal::Unstable);
        }
        let [pos, pbv] = self.methods;
        // POS sees nothing of light and movement that change all channels alike: a pulse in it needs no other witness.
        let least = 1.25 + 10.0 * short;
        let by_pbv = pbv >= 1.2 + 14.0 * short;
        let in_plane = self.apart_hz <= AGREED_HZ && pos >= least
            || self.apart_hz <= CLOSE_HZ && pos >= WEAKER * least && by_pbv;
        // PBV sees more, and must be shown that it is blood.
        let Likeness { over_light, over_shine, blood } = self.likeness;
        let bent = BENT * blood;
        let is_blood = over_light >= -2.0 - bent && over_shine >= -4.0 - bent && self.brightness <= 1.2;
        match (in_plane, by_pbv, is_blood) {
            (true, _, _) | (false, true, true) => Ok(()),
            (false, true, false) => Err(Refusal::NotBlood),
            (false, false, _) => Err(Refusal::Disagreement),
        }
    }
}

/// The pulse in these colours. `tone` is the mean colour of the skin.
pub fn find(colours: &[Colour], tone: Colour) -> Result<Pulse, Refusal> {
    let (pulse, evidence) = looked(colours, tone);
    evidence.judge().map(|()| pulse)
}

/// The likeliest pulse, and what tells for it.
pub fn looked(colours: &[Colour], tone: Colour) -> (Pulse, Evidence) {
    let band = Band::new(colours.len(), BAND_HZ.0, BAND_HZ.1, EDGE_HZ);
    let by_pos = band.pass(&pos(colours));
    let by_chrom = chrom(colours, &band);
    let by_pbv = pbv(colours, &by_pos, &band);
    let powers = [&by_pos, &by_chrom, &by_pbv].map(|wave| Spectra::new(wave, WINDOW_S, STEP_S).powers());
    let told = powers.each_ref().map(|powers| told(powers));
    let joint = joint(&told);
    let track = follow(&joint);
    let [pos_powers, _, pbv_powers] = &powers;
    let [pos_told, _, pbv_told] = &told;
    let rate_hz = rate(&track, [pos_powers, pbv_powers]);
    let bins = track.bins.iter().copied();
    let (slowest, fastest) = (bins.clone().min().unwrap_or_default(), bins.max().unwrap_or_default());
    let (brightness, likeness) = colour(colours, tone, &track, &band);
    let signal_db =
        [pos_powers, pbv_powers].map(|powers| signal_db(powers, &track)).into_iter().fold(-30.0, f64::max);
    let evidence = Evidence {
        duration_s: real(colours.len()) / RATE_HZ,
        score: track.score,
        methods: [pos_told, pbv_told].map(|told| along(told, &track)),
        apart_hz: (mean_hz(&follow(pos_told)) - rate_hz).abs(),
        stable: stable(&joint, &track),
        span_hz: hz(real(fastest - slowest)),
        brightness,
        likeness,
    };
    (Pulse { rate_hz, signal_db, waves: [by_pbv, by_pos] }, evidence)
}

/// What the powers of each window tell for each frequency: about 0.6 where there is only noise.
fn told(powers: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let told = |over: f64| over.min(ENOUGH).ln_1p();
    powers.iter().map(|window| over_usual(window).into_iter().map(told).collect()).collect()
}

/// What the three methods tell together.
fn joint(told: &[Vec<Vec<f64>>; 3]) -> Vec<Vec<f64>> {
    let [pos, chrom, pbv] = told;
    let [of_pos, of_chrom, of_pbv] = WEIGHTS;
    let window = |((pos, chrom), pbv): ((&Vec<f64>, &Vec<f64>), &Vec<f64>)| {
        let bins = pos.iter().zip(chrom).zip(pbv);
        bins.map(|((pos, chrom), pbv)| of_pos * pos + of_chrom * chrom + of_pbv * pbv).collect()
    };
    pos.iter().zip(chrom).zip(pbv).map(window).collect()
}

/// The bins beside one.
fn beside<T>(bins: &[T], bin: usize) -> impl Iterator<Item = (usize, &T)> {
    bins.iter().enumerate().take(bin + BESIDE + 1).skip(bin.saturating_sub(BESIDE))
}

/// What one method has at the track, on average of the windows.
fn along(told: &[Vec<f64>], track: &Track) -> f64 {
    let most =
        |(window, bin): (&Vec<f64>, &usize)| beside(window, *bin).map(|(_, told)| *told).fold(0.0, f64::max);
    mean(&told.iter().zip(&track.bins).map(most).collect::<Vec<_>>())
}

/// The mean rate: in each window, the middle of the power beside the track, by both methods alike.
fn rate(track: &Track, powers: [&Vec<Vec<f64>>; 2]) -> f64 {
    let [pos, pbv] = powers;
    let middle = |((pos, pbv), bin): ((&Vec<f64>, &Vec<f64>), &usize)| {
        let (mut sum, mut weights) = (0.0, 0.0);
        for window in [pos, pbv] {
            let total: f64 = beside(window, *bin).map(|(_, power)| power).sum();
            for (at, power) in beside(window, *bin) {
                let weight = power / total.max(f64::MIN_POSITIVE);
                sum += weight * real(at);
                weights += weight;
            }
        }
        if weights > 0.0 { hz(sum / weights) } else { hz(real(*bin)) }
    };
    mean(&pos.iter().zip(pbv).zip(&track.bins).map(middle).collect::<Vec<_>>())
}

fn mean_hz(track: &Track) -> f64 {
    hz(mean(&track.bins.iter().map(|bin| real(*bin)).collect::<Vec<_>>()))
}

/// The share of windows that, asked alone, name the track's rate.
fn stable(joint: &[Vec<f64>], track: &Track) -> f64 {
    let same = joint.iter().zip(&track.bins).filter(|(window, bin)| {
        let alone = follow(std::slice::from_ref(window));
        alone.bins.iter().all(|own| own.abs_diff(**bin) <= BESIDE + BESIDE / 2)
    });
    real(same.count()) / real(track.bins.len().max(1))
}

/// Power beside the rate and beside twice the rate over that of the rest of the band, on average of the windows (de Haan, Jeanne 2013).
fn signal_db(powers: &[Vec<f64>], track: &Track) -> f64 {
    let beside = bin(0.15);
    let (mut signal, mut noise) = (0.0, 0.0);
    for (window, rate) in powers.iter().zip(&track.bins) {
        let band = || window.iter().enumerate().take(bin(4.0)).skip(bin(0.7));
        let total: f64 = band().map(|(_, power)| power).sum();
        for (at, power) in band() {
            let share = power / total.max(f64::MIN_POSITIVE);
            let is_signal = at.abs_diff(*rate) <= beside || at.abs_diff(2 * rate) <= beside;
            *(if is_signal { &mut signal } else { &mut noise }) += share;
        }
    }
    10.0 * (f64::max(signal, 1e-3) / f64::max(noise, 1e-3)).log10()
}

/// The brightness and the likeness of what is at the track.
fn colour(colours: &[Colour], tone: Colour, track: &Track, band: &Band) -> (f64, Likeness) {
    let shares = relative(colours, AROUND_S);
    let spectra = |which: fn(&Colour) -> f64| {
        let wave: Vec<f64> = shares.iter().map(which).collect();
        Spectra::new(&band.pass(&wave), WINDOW_S, STEP_S)
    };
    let channels = [spectra(|[r, _, _]| *r), spectra(|[_, g, _]| *g), spectra(|[_, _, b]| *b)];
    let at_rate = |spectra: &Spectra| -> f64 {
        let near =
            |(window, bin): (Vec<f64>, &usize)| beside(&window, *bin).map(|(_, power)| power).sum::<f64>();
        spectra.powers().into_iter().zip(&track.bins).map(near).sum()
    };
    let all = at_rate(&spectra(|[r, g, b]| (r + g + b) / 3.0));
    let differences = at_rate(&spectra(|[_, g, b]| g - b)) + at_rate(&spectra(|[r, g, b]| g + b - 2.0 * r));
    let [red, green, blue] = channels.each_ref().map(|spectra| spectra.windows.iter().map(Vec::as_slice));
    let windows = red.zip(green).zip(blue).map(|((red, green), blue)| [red, green, blue]);
    let likeness = likeness(windows.zip(track.bins.iter().copied()), tone);
    ((all / differences.max(f64::MIN_POSITIVE)).sqrt(), likeness)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evidence(methods: [f64; 2], apart_per_min: f64, likeness: Likeness) -> Evidence {
        Evidence {
            duration_s: 30.0,
            score: 10.0,
            methods,
            apart_hz: apart_per_min / 60.0,
            stable: 1.0,
            span_hz: 0.0,
            brightness: 1.0,
            likeness,
        }
    }

    #[test]
    fn a_signature_bent_a_little_is_blood_also_in_a_clear_recording() {
        let judged = |over_light, over_shine, blood| {
            evidence([0.0, 3.0], 60.0, Likeness { over_light, over_shine, blood }).judge()
        };
        assert_eq!(judged(-2.0, -4.0, 0.0), Ok(()));
        assert_eq!(judged(-2.1, 0.0, 0.0), Err(Refusal::NotBlood));
        assert_eq!(judged(0.0, -4.1, 0.0), Err(Refusal::NotBlood));
        assert_eq!(judged(-11.9, -13.9, 500.0), Ok(()));
        assert_eq!(judged(-12.1, 0.0, 500.0), Err(Refusal::NotBlood));
        assert_eq!(judged(0.0, -14.1, 500.0), Err(Refusal::NotBlood));
    }

    #[test]
    fn pos_needs_no_other_witness_or_a_near_one() {
        let light = Likeness { over_light: -100.0, ..Likeness::default() };
        let judged = |pos, pbv, apart| evidence([pos, pbv], apart, light).judge();
        // Of half a minute, POS needs 1.58 and PBV 1.67.
        assert_eq!(judged(1.6, 0.0, 5.0), Ok(()));
        assert_eq!(judged(1.6, 0.0, 5.1), Err(Refusal::Disagreement));
        assert_eq!(judged(1.5, 0.0, 1.0), Err(Refusal::Disagreement));
        assert_eq!(judged(1.5, 1.7, 1.0), Ok(()));
        assert_eq!(judged(1.5, 1.7, 2.1), Err(Refusal::NotBlood));
        assert_eq!(judged(1.2, 1.7, 1.0), Err(Refusal::NotBlood));
    }
}
