//! What do formulas need to know of doubles and of singles: sizes of fields, ranges, constants in pieces.
//! Deliberately has no formula; both precisions run the same ones.
//! Read next: `exp.rs`.

use super::coefficients as c;

/// A precision. Pieces of a constant are such that the product of each but the last with the whole numbers that
/// occur is exact (Cody and Waite, Software Manual for the Elementary Functions, 1980).
pub(super) struct Precision {
    /// How many bits of the fraction are stored.
    pub(super) mantissa: u8,
    /// The number of the sign bit.
    pub(super) top: u8,
    /// The sign bit.
    pub(super) sign: u64,
    /// The exponent field of 1.
    pub(super) bias: u64,
    /// 1.5*2^mantissa: a sum with it rounds to whole numbers, which then stand in the low bits.
    pub(super) magic: f64,
    /// The bits of the square root of 1/2.
    pub(super) root_half: u64,
    /// The bits of 2^mantissa, and its value.
    pub(super) unit: (u64, f64),
    /// 2^ceil(bits/2) + 1, which splits a float into halves.
    pub(super) splitter: f64,
    /// The smallest normal float; this power of two makes all subnormal ones normal, and its exponent.
    pub(super) normal: (f64, f64, f64),
    /// log(2) in two pieces, for multiples by exponents.
    pub(super) log_2: (f64, f64),
    /// Below this magnitude x + x^2 rounds to x.
    pub(super) tiny: f64,
    /// exp is 0 below the first and infinite above the second.
    pub(super) exp_range: (f64, f64),
    /// expm1 rounds to -1 below; tanh rounds to 1 above.
    pub(super) far: (f64, f64),
    /// The largest exponent that `power` works with; what is larger overflows. And how far the low part of its logarithm goes.
    pub(super) power_range: (f64, f64),
    /// Above the first sinh and cosh overflow; below the second sinh(x) rounds to x.
    pub(super) sinh_range: (f64, f64),
    /// Below the first 2/x may overflow; above the second asinh(x) and acosh(x) are log(2x) to the last bit.
    pub(super) inverse_range: (f64, f64),
    /// Sums of squares between these are right.
    pub(super) square_range: (f64, f64),
    /// Up to here the sum of two floats does not overflow.
    pub(super) sum_limit: f64,
    /// What pi loses to rounding.
    pub(super) pi_low: f64,
    /// From the first on erf rounds to 1, from the second on erfc to 0.
    pub(super) erf_end: (f64, f64),
    /// Up to here the reduction of angles is right.
    pub(super) angle: f64,
    /// pi/2 in pieces, for multiples by the whole numbers up to the limit.
    pub(super) half_pi: &'static [f64],
    /// 2/3 in two pieces.
    pub(super) two_thirds: (f64, f64),
    /// From here on gamma overflows.
    pub(super) gamma_limit: f64,
    /// log(2*pi)/2 in two pieces.
    pub(super) log_root: (f64, f64),
    /// The zero of digamma in two pieces.
    pub(super) digamma_root: (f64, f64),
    /// Coefficients, see `coefficients.rs`.
    pub(super) exp: &'static [f64],
    pub(super) log: &'static [f64],
    pub(super) log_tail: &'static [f64],
    pub(super) sin: &'static [f64],
    pub(super) cos: &'static [f64],
    pub(super) asin: &'static [f64],
    pub(super) atan: &'static [f64],
    pub(super) cbrt: &'static [f64],
    pub(super) erf: &'static [f64],
    pub(super) stirling: &'static [f64],
    pub(super) stirling_far: &'static [f64],
    pub(super) lgamma: &'static [f64],
    pub(super) digamma: &'static [f64],
    pub(super) digamma_far: &'static [f64],
    pub(super) erf_far: &'static [f64],
    pub(super) erfc: &'static [f64],
    /// What its first coefficient lost to rounding.
    pub(super) erfc_low: f64,
}

/// 64 bits.
pub(super) const DOUBLE: Precision = Precision {
    mantissa: 52,
    top: 63,
    sign: 1 << 63,
    bias: 1023,
    magic: 6_755_399_441_055_744.0,
    root_half: 0x3FE6_A09E_667F_3BCD,
    unit: (0x4330_0000_0000_0000, 4_503_599_627_370_496.0),
    splitter: 134_217_729.0,
    normal: (f64::MIN_POSITIVE, 18_014_398_509_481_984.0, 54.0),
    log_2: (0.6931471805598903, 5.497923018708371e-14),
    tiny: 5.0e-17,
    exp_range: (-746.0, 710.0),
    far: (-40.0, 20.0),
    power_range: (3.7e19, 1e-9),
    sinh_range: (710.5, 1e-9),
    inverse_range: (1e-300, 268_435_456.0),
    square_range: (1e-290, f64::MAX),
    sum_limit: 8e307,
    pi_low: 1.2246467991473532e-16,
    erf_end: (6.0, 28.0),
    angle: 1e5,
    half_pi: &[1.5707963267341256, 6.077100506303966e-11, 2.0222662487959506e-21],
    two_thirds: (0.6666666666666666, 3.700743415417188e-17),
    gamma_limit: 180.0,
    log_root: (0.9189385332046728, -3.8782941580672414e-17),
    digamma_root: (1.4616321449683622, 9.549995429965697e-17),
    exp: c::EXP,
    log: c::LOG,
    log_tail: c::LOG_TAIL,
    sin: c::SIN,
    cos: c::COS,
    asin: c::ASIN,
    atan: c::ATAN,
    cbrt: c::CBRT,
    erf: c::ERF,
    stirling: c::STIRLING,
    stirling_far: c::STIRLING_FAR,
    lgamma: c::LGAMMA,
    digamma: c::DIGAMMA,
    digamma_far: c::DIGAMMA_FAR,
    erf_far: c::ERF_FAR,
    erfc: c::ERFC,
    erfc_low: c::ERFC_LOW,
};

/// 32 bits.
pub(super) const SINGLE: Precision = Precision {
    mantissa: 23,
    top: 31,
    sign: 1 << 31,
    bias: 127,
    magic: 12_582_912.0,
    root_half: 0x3F35_04F3,
    unit: (0x4B00_0000, 8_388_608.0),
    splitter: 4097.0,
    normal: (1.175_494_350_822_287_5e-38, 16_777_216.0, 24.0),
    log_2: (0.693145751953125, 1.428606765330187e-06),
    tiny: 2.0e-8,
    exp_range: (-104.0, 89.0),
    far: (-20.0, 10.0),
    power_range: (3.4e10, 2e-5),
    sinh_range: (89.5, 1e-4),
    inverse_range: (1e-37, 4096.0),
    square_range: (1e-30, f32::MAX as f64),
    sum_limit: 8e37,
    pi_low: -8.742278e-8,
    erf_end: (4.0, 11.0),
    angle: 1e4,
    half_pi: &[1.5703125, 0.0004837512969970703, 7.549533620476723e-08, 2.5633440682570896e-12],
    two_thirds: (0.6666666865348816, -1.9868215517249155e-08),
    gamma_limit: 40.0,
    log_root: (0.9189385175704956, 1.563417713631158e-08),
    digamma_root: (1.4616321325302124, 1.2438149938918909e-08),
    exp: c::EXP_SINGLE,
    log: c::LOG_SINGLE,
    log_tail: c::LOG_TAIL_SINGLE,
    sin: c::SIN_SINGLE,
    cos: c::COS_SINGLE,
    asin: c::ASIN_SINGLE,
    atan: c::ATAN_SINGLE,
    cbrt: c::CBRT_SINGLE,
    erf: c::ERF_SINGLE,
    stirling: c::STIRLING_SINGLE,
    stirling_far: c::STIRLING_FAR_SINGLE,
    lgamma: c::LGAMMA_SINGLE,
    digamma: c::DIGAMMA_SINGLE,
    digamma_far: c::DIGAMMA_FAR_SINGLE,
    erf_far: c::ERF_FAR_SINGLE,
    erfc: c::ERFC_SINGLE,
    erfc_low: c::ERFC_SINGLE_LOW,
};
