//! What became of the inputs before a network saw them?
//! Deliberately a record, so that new inputs get what the old ones got.
//! Read next: `data.rs` (`Dataset::standardise`), `net/model.rs`.

/// What became of the inputs before a network saw them: first bytes were divided by 255, then each input got its mean taken away and was
/// divided by its deviation.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Scaling {
    /// Whether the inputs were bytes, which reading divides by 255.
    pub bytes: bool,
    /// The mean and the deviation of each input, where these were made 0 and 1. An input with the deviation 0 becomes 0.
    pub standard: Option<(Vec<f64>, Vec<f64>)>,
}

impl Scaling {
    /// Standardises rows of inputs, bytes divided already.
    ///
    /// ```
    /// use symdiff::net::data::Scaling;
    /// let scaling = Scaling { bytes: false, standard: Some((vec![1.0, 5.0], vec![2.0, 0.0])) };
    /// let mut rows = [3.0, 5.0, 1.0, 6.0];
    /// scaling.standardise(&mut rows);
    /// assert_eq!(rows, [1.0, 0.0, 0.0, 0.0]);
    /// ```
    pub fn standardise(&self, rows: &mut [f32]) {
        let Some((means, deviations)) = &self.standard else { return };
        for row in rows.chunks_exact_mut(means.len().max(1)) {
            for ((x, mean), &deviation) in row.iter_mut().zip(means).zip(deviations) {
                *x = if deviation > 0.0 { ((f64::from(*x) - mean) / deviation) as f32 } else { 0.0 };
            }
        }
    }
}
