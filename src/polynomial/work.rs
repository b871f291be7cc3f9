//! How much may be done before an answer is given up: a count of operations on coefficients, without a clock, so that
//! the same question always gets the same answer.
//! Deliberately knows nothing of polynomials.
//! Read next: `arithmetic.rs`, which spends it.

/// A budget of operations on coefficients. Once it has ended it stays ended.
#[derive(Clone, Debug)]
pub(crate) struct Work {
    left: u64,
    ended: bool,
}

impl Work {
    /// A budget of `limit` operations.
    pub(crate) fn new(limit: u64) -> Work {
        Work { left: limit, ended: false }
    }

    /// Takes `n` operations; false when the budget does not hold them any more.
    pub(crate) fn spend(&mut self, n: u64) -> bool {
        match self.left.checked_sub(n) {
            Some(left) if !self.ended => self.left = left,
            _ => {
                self.left = 0;
                self.ended = true;
            }
        }
        !self.ended
    }

    /// Whether more was asked for than there was.
    pub(crate) fn ended(&self) -> bool {
        self.ended
    }
}
