//! Values of machines in the nomenclature of medical device communication, IEEE 11073-10101.

use super::Code;

/// The code system.
pub const SYSTEM: &str = "urn:iso:std:iso:11073:10101";

const fn code(code: &'static str, display: &'static str) -> Code {
    Code { system: SYSTEM, code, display }
}

/// Flow of blood through a dialysis machine, in mL/min.
pub const DIALYSIS_BLOOD_FLOW_RATE: Code = code("152348", "MDC_HDIALY_BLD_PUMP_BLOOD_FLOW_RATE");
/// Flow of dialysate that is set, in mL/min.
pub const DIALYSATE_FLOW_RATE_SETTING: Code = code("16936008", "MDC_HDIALY_DIALYSATE_FLOW_RATE_SETTING");
/// Rate of ultrafiltration that is set, in mL/h.
pub const ULTRAFILTRATION_RATE_SETTING: Code = code("16936252", "MDC_HDIALY_UF_RATE_SETTING");
/// Pressure in the venous line, in `mm[Hg]`.
pub const DIALYSIS_VENOUS_PRESSURE: Code = code("158776", "MDC_HDIALY_BLD_PUMP_PRESS_VEN");
/// Fluid that is to be removed.
pub const ULTRAFILTRATION_TARGET: Code = code("159028", "MDC_HDIALY_UF_TARGET_VOL_TO_REMOVE");
