//! Continence care by wearable sensors: our own code system, published under `fhir-profiles/`. LOINC and SNOMED CT have no codes for what a
//! pad's sensor says.

use super::Code;

/// The code system.
pub const SYSTEM: &str = "https://hygeia.health/fhir/CodeSystem/continence";

const fn code(code: &'static str, display: &'static str) -> Code {
    Code { system: SYSTEM, code, display }
}

/// A sensor that is worn at a pad.
pub const POD: Code = code("pod", "Continence pod");
/// A gateway that sends what pods measure.
pub const NODE: Code = code("node", "Continence node");
/// How much a product takes up.
pub const ABSORBENCY: Code = code("absorbency", "Absorbency");
/// For whom a product is made.
pub const SIZE: Code = code("size", "Size");

/// What a pod measured within a while.
pub const READINGS: Code = code("readings", "Readings of a continence pod");
/// How full the pad is.
pub const WETNESS: Code = code("wetness", "Saturation of the pad");
/// How warm it is at the pad.
pub const TEMPERATURE: Code = code("temperature", "Temperature at the pad");
/// How humid it is at the pad.
pub const HUMIDITY: Code = code("humidity", "Humidity at the pad");
/// How much the wearer moves.
pub const MOTION: Code = code("motion", "Motion");
/// How full the pod's battery is.
pub const BATTERY: Code = code("battery", "Battery level");
/// How strongly the pod is heard.
pub const RSSI: Code = code("rssi", "Strength of the signal");
/// Whether the pod is at a pad.
pub const ATTACHED: Code = code("attached", "Attached to a pad");

/// The pad grew wet.
pub const VOID: Code = code("void", "Void");
/// The pad was changed.
pub const CHANGE: Code = code("change", "Change of the pad");
/// The pad seems to have been changed.
pub const POSSIBLE_CHANGE: Code = code("possible_change", "Possible change of the pad");
/// The pad is too full to hold.
pub const LEAK: Code = code("leak", "Leak");
/// Stool was seen.
pub const SOILED: Code = code("soiled", "Soiled pad");
/// The wearer moved after a while of lying still.
pub const TURNED: Code = code("turned", "Moved again");
/// What happened, of these.
pub const EVENTS: [Code; 6] = [VOID, CHANGE, POSSIBLE_CHANGE, LEAK, SOILED, TURNED];
/// How much urine that was.
pub const VOLUME: Code = code("volume", "Volume");

/// The pad is to be changed.
pub const CHANGE_DUE: Code = code("change_due", "Change due");
/// The pad is to be changed at once.
pub const URGENT: Code = code("urgent", "Urgent change");
/// The pad has been wet for long.
pub const TIME_WET: Code = code("time_wet", "Wet for long");
/// Nothing is heard of the pod.
pub const POD_OFFLINE: Code = code("pod_offline", "Pod offline");
/// The pod's battery is nearly empty.
pub const BATTERY_LOW: Code = code("battery_low", "Battery low");
/// There was no void for long.
pub const NO_VOID: Code = code("no_void", "No void for long");
/// The wearer has not moved for long.
pub const POSITION_UNCHANGED: Code = code("position_unchanged", "Position unchanged for long");
/// The wearer may have fallen.
pub const FALL_SUSPECTED: Code = code("fall_suspected", "Fall suspected");
/// What carers are told of, of these.
pub const ALERTS: [Code; 8] =
    [CHANGE_DUE, URGENT, TIME_WET, POD_OFFLINE, BATTERY_LOW, NO_VOID, POSITION_UNCHANGED, FALL_SUSPECTED];

/// Nobody has seen to it.
pub const OPEN: Code = code("alert-open", "Open");
/// Somebody sees to it.
pub const ACKNOWLEDGED: Code = code("alert-acknowledged", "Acknowledged");
/// It is over.
pub const RESOLVED: Code = code("alert-resolved", "Resolved");

/// Every code.
pub const ALL: [&[Code]; 4] = [
    &[
        POD,
        NODE,
        ABSORBENCY,
        SIZE,
        READINGS,
        WETNESS,
        TEMPERATURE,
        HUMIDITY,
        MOTION,
        BATTERY,
        RSSI,
        ATTACHED,
        VOLUME,
    ],
    &EVENTS,
    &ALERTS,
    &[OPEN, ACKNOWLEDGED, RESOLVED],
];
