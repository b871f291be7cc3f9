//! What passes from the reader of a table to its writer: some thousands of rows at once.
//! Deliberately knows no format: readers, workers and writers meet here.
//! Read next: `pipeline.rs`, who calls what; `csv.rs` and `npy.rs`, who does it.

use super::output::Output;
use std::io;
use std::sync::Arc;
use symdiff::Error;
use symdiff::Phrase;

/// Rows under way. Its memory is used again for later rows.
#[derive(Default)]
pub(crate) struct Chunk {
    /// As they stand in the file; the reader fills it.
    pub(crate) bytes: Vec<u8>,
    /// How many rows there are, once that is known.
    pub(crate) rows: usize,
    /// How far the reader has come with it, in the unit of `Reading::total`.
    pub(crate) size: u64,
    /// The places in `bytes` of the lines of CSV.
    pub(crate) lines: Vec<(usize, usize)>,
    /// The columns that are read, in the order of the file.
    pub(crate) inputs: Vec<Vec<f64>>,
    /// The value, then the partial derivatives.
    pub(crate) outputs: Vec<Vec<f64>>,
    /// As they will stand in the file that is written.
    pub(crate) encoded: Vec<u8>,
    /// Rows of finite numbers for which there is no finite real value.
    pub(crate) undefined: u64,
}

impl Chunk {
    /// Forgets the rows and keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.lines.clear();
        self.encoded.clear();
        self.inputs.iter_mut().for_each(Vec::clear);
        (self.rows, self.size, self.undefined) = (0, 0, 0);
    }
}

/// What is wrong with a row of a chunk; who counts chunks knows the number of the row.
pub(crate) struct Bad {
    pub(crate) row: usize,
    pub(crate) what: Phrase,
}

/// Reads one chunk after the other, on one thread.
pub(crate) trait Source: Send {
    /// The next rows; false at the end.
    fn fill(&mut self, chunk: &mut Chunk) -> Result<bool, Error>;
}

/// Makes columns of numbers of what was read, on any thread.
pub(crate) trait Decode: Send + Sync {
    fn decode(&self, chunk: &mut Chunk) -> Result<(), Bad>;
}

/// A file that is open; its columns are known.
pub(crate) trait Table {
    fn names(&self) -> &[String];
    /// Reads the columns at these places, which rise.
    fn start(self: Box<Self>, places: &[usize]) -> Result<Reading, Error>;
}

/// A file that is being read.
pub(crate) struct Reading {
    pub(crate) source: Box<dyn Source>,
    pub(crate) decode: Arc<dyn Decode>,
    /// Bytes, or rows, that there are in all.
    pub(crate) total: Option<u64>,
    /// Of CSV.
    pub(crate) head: Option<Head>,
}

/// How a CSV file begins.
#[derive(Clone)]
pub(crate) struct Head {
    /// Its first line, as it stands there.
    pub(crate) line: Vec<u8>,
    pub(crate) separator: u8,
}

/// Makes bytes of columns, on any thread.
pub(crate) trait Encode: Send + Sync {
    fn encode(&self, chunk: &mut Chunk);
}

/// Writes chunks in their order, on one thread.
pub(crate) trait Sink {
    fn write(&mut self, chunk: &Chunk) -> io::Result<()>;
    /// What stands at the end or, once the number of rows is known, at the beginning.
    fn finish(self: Box<Self>, rows: u64) -> io::Result<Output>;
}

/// A file that is being written.
pub(crate) struct Writing {
    pub(crate) encode: Arc<dyn Encode>,
    pub(crate) sink: Box<dyn Sink>,
}

/// For formats whose sink takes the columns as they are.
pub(crate) struct AsColumns;

impl Encode for AsColumns {
    fn encode(&self, _: &mut Chunk) {}
}
