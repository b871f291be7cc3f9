//! What a vector function is written in: the few operations that every instruction set has for each lane.
//! Deliberately does not know who runs them: a loop over floats (`plain.rs`) or the recorder of native code (`kernel/native`).
//! Read next: `exp.rs`, one function in these words; `block.rs`, how functions run over blocks.

/// The comparisons of floats, all false for a NaN except `NotEqual`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Compare {
    /// a < b
    Less,
    /// a <= b
    LessEqual,
    /// a = b
    Equal,
    /// a != b, true where one is NaN
    NotEqual,
}

/// A machine of lanes. `Value` is one lane's float (when a loop runs the function), or the name of a vector (when
/// the function is recorded). Nothing branches: both sides of a `select` are worked out.
///
/// A lane has 64 bits where floats are doubles, 32 where they are singles; `integer_*`, `and`, `or`, `xor`,
/// `shift_*` work on these bits.
pub(crate) trait Machine {
    /// A float in each lane.
    type Value: Copy;
    /// Whether `mul_add` rounds once. Where it does not, reductions of arguments need more pieces.
    fn fused(&self) -> bool;
    /// The same float in each lane.
    fn constant(&mut self, x: f64) -> Self::Value;
    /// The same bits in each lane (the low 32 of them where lanes have 32).
    fn bits(&mut self, bits: u64) -> Self::Value;
    /// a + b
    fn add(&mut self, a: Self::Value, b: Self::Value) -> Self::Value;
    /// a - b
    fn sub(&mut self, a: Self::Value, b: Self::Value) -> Self::Value;
    /// a * b
    fn mul(&mut self, a: Self::Value, b: Self::Value) -> Self::Value;
    /// a / b
    fn div(&mut self, a: Self::Value, b: Self::Value) -> Self::Value;
    /// a*b + c
    fn mul_add(&mut self, a: Self::Value, b: Self::Value, c: Self::Value) -> Self::Value;
    /// a*b - c
    fn mul_sub(&mut self, a: Self::Value, b: Self::Value, c: Self::Value) -> Self::Value;
    /// c - a*b
    fn neg_mul_add(&mut self, a: Self::Value, b: Self::Value, c: Self::Value) -> Self::Value;
    /// The square root, rounded once.
    fn sqrt(&mut self, a: Self::Value) -> Self::Value;
    /// The nearest whole number, ties to even.
    fn round(&mut self, a: Self::Value) -> Self::Value;
    /// The largest whole number not above a.
    fn floor(&mut self, a: Self::Value) -> Self::Value;
    /// The smallest whole number not below a.
    fn ceil(&mut self, a: Self::Value) -> Self::Value;
    /// a if a < b, otherwise b: b where one of them is NaN, as x86 does.
    fn min(&mut self, a: Self::Value, b: Self::Value) -> Self::Value;
    /// a if a > b, otherwise b: b where one of them is NaN, as x86 does.
    fn max(&mut self, a: Self::Value, b: Self::Value) -> Self::Value;
    /// Bitwise and.
    fn and(&mut self, a: Self::Value, b: Self::Value) -> Self::Value;
    /// Bitwise or.
    fn or(&mut self, a: Self::Value, b: Self::Value) -> Self::Value;
    /// Bitwise exclusive or.
    fn xor(&mut self, a: Self::Value, b: Self::Value) -> Self::Value;
    /// a + b of the lanes as whole numbers, wrapping.
    fn integer_add(&mut self, a: Self::Value, b: Self::Value) -> Self::Value;
    /// a - b of the lanes as whole numbers, wrapping.
    fn integer_sub(&mut self, a: Self::Value, b: Self::Value) -> Self::Value;
    /// The bits moved towards the high end.
    fn shift_left(&mut self, a: Self::Value, by: u8) -> Self::Value;
    /// The bits moved towards the low end, zeros entering.
    fn shift_right(&mut self, a: Self::Value, by: u8) -> Self::Value;
    /// `then` where the comparison of a and b holds, `otherwise` elsewhere.
    fn select(&mut self, compare: Compare, a: Self::Value, b: Self::Value, then: Self::Value, otherwise: Self::Value) -> Self::Value;
    /// Marks the lanes where the comparison holds: the function is not right there, and who runs it must work these
    /// lanes out again by the function's slow path.
    fn rare(&mut self, compare: Compare, a: Self::Value, b: Self::Value);
}
