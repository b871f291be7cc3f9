//! Which rows train and which test, and in which order do they come in batches?
//! Deliberately draws from one generator whose numbers never change: the same seed gives the same rows everywhere.
//! Read next: `data.rs`, the rows.

use super::{Options, Part, Targets, data};
use crate::error::{Error, Kind, Result};
use crate::net::random::Stream;
use crate::phrase;
use std::path::Path;

/// Parts the rows by lot.
pub(super) fn split(path: &Path, rows: Part, features: usize, options: &Options) -> Result<(Part, Part)> {
    let count = rows.targets.len();
    if !(0.0..1.0).contains(&options.test_share) {
        return Err(Error::new(
            Kind::Request,
            phrase!("the share of rows to test on is {test_share}, which is not from 0 to 1", test_share = options.test_share),
        ));
    }
    let tests = (count as f64 * options.test_share).round() as usize;
    if tests >= count {
        return Err(data(path, phrase!("has {count} rows: too few to leave some to train on", count)));
    }
    let mut order = numbers(count)?;
    Stream::new(options.seed, 0).shuffle(&mut order);
    let (test, train) = order.split_at_mut(tests);
    // each part keeps the order of the file
    test.sort_unstable();
    train.sort_unstable();
    Ok((taken(&rows, train, features), taken(&rows, test, features)))
}

fn numbers(count: usize) -> Result<Vec<u32>> {
    let end =
        u32::try_from(count).map_err(|_| Error::new(Kind::Limit, phrase!("{count} rows are too many: 2^32 - 1 is the most", count)))?;
    Ok((0..end).collect())
}

fn taken(rows: &Part, order: &[u32], features: usize) -> Part {
    let inputs = order.iter().flat_map(|&row| &rows.inputs[row as usize * features..][..features]).copied().collect();
    let targets = match &rows.targets {
        Targets::Labels(labels) => Targets::Labels(order.iter().map(|&row| labels[row as usize]).collect()),
        Targets::Values(values) => Targets::Values(order.iter().map(|&row| values[row as usize]).collect()),
    };
    Part { inputs, targets }
}

/// Rows in mini-batches, in a new order in each epoch. Nothing is allocated after it is made.
///
/// ```
/// use symdiff::net::data::Batches;
/// let mut batches = Batches::new(5, 2, 1)?;
/// batches.shuffle();
/// let mut rows: Vec<u32> = (0..batches.len()).flat_map(|at| batches.rows(at).to_vec()).collect();
/// rows.sort();
/// assert_eq!(rows, [0, 1, 2, 3, 4]); // each once; the last batch has what is left
/// # Ok::<(), symdiff::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Batches {
    order: Vec<u32>,
    size: usize,
    random: Stream,
}

impl Batches {
    /// Batches of that size, in the order of the rows until they are shuffled.
    ///
    /// # Errors
    /// A batch has at least one row, and there are less than 2^32 rows.
    pub fn new(rows: usize, size: usize, seed: u64) -> Result<Batches> {
        if size == 0 {
            return Err(Error::new(Kind::Request, phrase!("a batch of 0 rows trains nothing; give 1 or more")));
        }
        Ok(Batches { order: numbers(rows)?, size, random: Stream::new(seed, 0) })
    }

    /// Puts the rows in a new order: call it before each epoch.
    pub fn shuffle(&mut self) {
        self.random.shuffle(&mut self.order);
    }

    /// How many batches, the last one perhaps smaller.
    #[must_use]
    pub fn len(&self) -> usize {
        self.order.len().div_ceil(self.size)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// The rows of a batch; none beyond the last one.
    #[must_use]
    pub fn rows(&self, batch: usize) -> &[u32] {
        self.order.chunks(self.size).nth(batch).unwrap_or_default()
    }
}

impl Part {
    /// Copies rows to the beginning of the buffer and returns that beginning; as many as fit.
    ///
    /// ```
    /// use symdiff::net::data::{Part, Targets};
    /// let part = Part { inputs: vec![1.0, 2.0, 3.0, 4.0], targets: Targets::Labels(vec![0, 1]) };
    /// let mut buffer = [0.0; 4];
    /// assert_eq!(part.gather(&[1], 2, &mut buffer), [3.0, 4.0]);
    /// ```
    pub fn gather<'a>(&self, rows: &[u32], features: usize, buffer: &'a mut [f32]) -> &'a [f32] {
        let mut done = 0;
        for (to, &row) in buffer.chunks_exact_mut(features.max(1)).zip(rows) {
            if let Some(from) = self.inputs.get(row as usize * features..(row as usize + 1) * features) {
                to.copy_from_slice(from);
                done += features;
            }
        }
        &buffer[..done]
    }
}
