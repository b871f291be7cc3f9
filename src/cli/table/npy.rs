//! How are arrays of NumPy read and written: what stands where in a `.npy`, and which number do its bytes mean?
//! Deliberately holds one chunk of rows: rows lie one behind the other, or each column in a stream of its own.
//! Read next: `npz.rs`, several arrays in one file.

use super::chunk::{Bad, Chunk, Decode, Encode, Reading, Sink, Source, Table, Writing};
use super::columns::data;
use super::output::Output;
use npyz::{DType, Endianness, NpyHeader, Order, TypeChar};
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::sync::Arc;
use symdiff::phrase;
use symdiff::{Error, Kind};

/// Rows of a chunk, and what its bytes should not exceed by much.
const ROWS: usize = 1 << 14;
const BYTES: usize = 1 << 20;

/// Bytes one after the other.
pub(crate) type Bytes = Box<dyn Read + Send>;

/// A type of numbers, and whether its bytes are turned round.
#[derive(Clone, Copy)]
pub(crate) struct Type {
    kind: TypeChar,
    width: usize,
    swapped: bool,
}

impl Type {
    /// The type of this name, if it is one of real numbers.
    pub(crate) fn of(dtype: &DType) -> Option<Type> {
        let DType::Plain(plain) = dtype else { return None };
        let (kind, width) = (plain.type_char(), plain.num_bytes()?);
        let known =
            matches!((kind, width), (TypeChar::Float, 4 | 8) | (TypeChar::Int | TypeChar::Uint, 1 | 2 | 4 | 8) | (TypeChar::Bool, 1));
        let other = if cfg!(target_endian = "little") { Endianness::Big } else { Endianness::Little };
        known.then_some(Type { kind, width, swapped: plain.endianness() == other })
    }

    /// Bytes of a number.
    pub(crate) fn width(self) -> usize {
        self.width
    }

    /// Appends every number that stands `stride` bytes behind the last.
    fn numbers(self, bytes: &[u8], stride: usize, out: &mut Vec<f64>) {
        macro_rules! each {
            ($number:ty) => {{
                let items = bytes.chunks(stride.max(1)).filter_map(|item| item.first_chunk());
                if self.swapped {
                    out.extend(items.map(|item| <$number>::from_be_bytes(*item) as f64));
                } else {
                    out.extend(items.map(|item| <$number>::from_le_bytes(*item) as f64));
                }
            }};
        }
        match (self.kind, self.width) {
            (TypeChar::Float, 4) => each!(f32),
            (TypeChar::Float, _) => each!(f64),
            (TypeChar::Int, 1) => each!(i8),
            (TypeChar::Int, 2) => each!(i16),
            (TypeChar::Int, 4) => each!(i32),
            (TypeChar::Int, _) => each!(i64),
            (_, 1) => each!(u8),
            (_, 2) => each!(u16),
            (_, 4) => each!(u32),
            _ => each!(u64),
        }
    }
}

/// Reads the header of an array.
pub(crate) fn header(path: &str, input: &mut dyn Read) -> Result<NpyHeader, Error> {
    NpyHeader::from_reader(input).map_err(|error| data(phrase!("`{path}` is no array of NumPy: {error}", path, error)))
}

/// A column: in which stream it is, where in a row of that stream, and its type.
pub(crate) struct Place {
    pub(crate) stream: usize,
    pub(crate) offset: usize,
    pub(crate) of: Type,
}

/// Columns as they lie in streams.
pub(crate) struct Streams {
    pub(crate) path: String,
    /// Each with the bytes of a row.
    pub(crate) streams: Vec<(Bytes, usize)>,
    pub(crate) places: Vec<Place>,
    pub(crate) rows: u64,
    pub(crate) done: u64,
}

impl Streams {
    pub(crate) fn reading(self) -> Reading {
        let widths: Vec<usize> = self.streams.iter().map(|(_, width)| *width).collect();
        let total = self.rows;
        let Streams { path, streams, places, rows, done } = self;
        let decode = Arc::new(Columns { widths, places });
        Reading { source: Box::new(Streams { path, streams, places: Vec::new(), rows, done }), decode, total: Some(total), head: None }
    }
}

impl Source for Streams {
    fn fill(&mut self, chunk: &mut Chunk) -> Result<bool, Error> {
        let width: usize = self.streams.iter().map(|(_, width)| *width).sum();
        let most = (BYTES / width.max(1)).clamp(1, ROWS) as u64;
        let rows = most.min(self.rows - self.done);
        if rows == 0 {
            return Ok(false);
        }
        for (stream, width) in &mut self.streams {
            let wanted = rows as usize * *width;
            let read = stream.take(wanted as u64).read_to_end(&mut chunk.bytes);
            let read = read.map_err(|error| {
                Error::new(
                    Kind::Io,
                    phrase!("`{path}` cannot be read: {error}", path = self.path, error = symdiff::Phrase::of_system(&error)),
                )
            })?;
            if read < wanted {
                let there = self.done + (read / *width) as u64;
                return Err(data(phrase!("`{path}` ends after {there} of {rows} rows", path = self.path, there, rows = self.rows)));
            }
        }
        self.done += rows;
        (chunk.rows, chunk.size) = (rows as usize, rows);
        Ok(true)
    }
}

struct Columns {
    widths: Vec<usize>,
    places: Vec<Place>,
}

impl Decode for Columns {
    fn decode(&self, chunk: &mut Chunk) -> Result<(), Bad> {
        for (place, column) in self.places.iter().zip(&mut chunk.inputs) {
            let before: usize = self.widths[..place.stream].iter().sum();
            let width = self.widths[place.stream];
            let bytes = &chunk.bytes[before * chunk.rows..(before + width) * chunk.rows];
            place.of.numbers(&bytes[place.offset..], width, column);
        }
        Ok(())
    }
}

/// A `.npy` whose header has been read.
pub(crate) struct Npy {
    path: String,
    header: NpyHeader,
    names: Vec<String>,
    /// What the header says of each column: where it begins in a row, and its type as it is named there.
    fields: Vec<(usize, DType)>,
    width: usize,
    /// Where the numbers begin.
    start: u64,
}

impl Npy {
    /// Reads the header; `names` are those of the columns where the file has none.
    pub(crate) fn open(path: &str, mut file: File, names: &[String]) -> Result<Npy, Error> {
        let header = header(path, &mut file)?;
        let start = file.stream_position().map_err(|error| {
            Error::new(Kind::Io, phrase!("`{path}` cannot be read: {error}", path, error = symdiff::Phrase::of_system(&error)))
        })?;
        let dtype = header.dtype();
        if let DType::Record(record) = &dtype {
            if header.shape().len() != 1 {
                return Err(data(phrase!(
                    "`{path}` has the shape {shape}; a table has one dimension, or two",
                    path,
                    shape = shape(&header)
                )));
            }
            if !names.is_empty() {
                return Err(named(path));
            }
            let (mut width, mut fields, mut known) = (0, Vec::new(), Vec::new());
            for field in record {
                fields.push((width, field.dtype.clone()));
                known.push(field.name.clone());
                width +=
                    field.dtype.num_bytes().ok_or_else(|| data(phrase!("`{path}` holds objects of Python, which are not read", path)))?;
            }
            return Ok(Npy { path: path.to_owned(), header, names: known, fields, width, start });
        }
        let columns = match header.shape() {
            [_] => 1,
            [_, columns] => usize::try_from(*columns).unwrap_or(usize::MAX),
            _ => {
                return Err(data(phrase!(
                    "`{path}` has the shape {shape}; a table has one dimension, or two",
                    path,
                    shape = shape(&header)
                )));
            }
        };
        if names.is_empty() {
            let error = phrase!("`{path}` has {columns} columns without names; name them in their order: --columns x,y", path, columns);
            return Err(Error::new(Kind::Request, error));
        }
        if names.len() != columns {
            return Err(Error::new(
                Kind::Request,
                phrase!("--columns names {names} columns, `{path}` has {columns}", names = names.len(), path, columns),
            ));
        }
        let size = dtype.num_bytes().unwrap_or(0);
        let fields = (0..columns).map(|column| (column * size, dtype.clone())).collect();
        Ok(Npy { path: path.to_owned(), header, names: names.to_vec(), fields, width: size * columns, start })
    }
}

/// What to say when columns that have names are named.
pub(crate) fn named(path: &str) -> Error {
    Error::new(Kind::Request, phrase!("--columns names those of a .npy of two dimensions; `{path}` has names of its own", path))
}

fn shape(header: &NpyHeader) -> String {
    let lengths: Vec<String> = header.shape().iter().map(u64::to_string).collect();
    format!("({})", lengths.join(", "))
}

impl Table for Npy {
    fn names(&self) -> &[String] {
        &self.names
    }

    fn start(self: Box<Self>, places: &[usize]) -> Result<Reading, Error> {
        let rows = self.header.shape().first().copied().unwrap_or(0);
        let path = &self.path;
        let stream = |at: u64| {
            let opened = File::open(path).and_then(|mut file| file.seek(SeekFrom::Start(at)).map(|_| file));
            opened.map_err(|error| {
                Error::new(Kind::Io, phrase!("`{path}` cannot be read: {error}", path, error = symdiff::Phrase::of_system(&error)))
            })
        };
        let mut found = Vec::with_capacity(places.len());
        for &place in places {
            let (offset, dtype) = &self.fields[place];
            let of = Type::of(dtype).ok_or_else(|| not_numbers(path, &self.names[place], dtype))?;
            found.push((*offset, of));
        }
        let column_by_column = self.header.order() == Order::Fortran && self.fields.len() > 1 && self.header.shape().len() > 1;
        let mut streams: Vec<(Bytes, usize)> = Vec::new();
        let mut at = Vec::with_capacity(places.len());
        if column_by_column {
            for (stream_at, (offset, of)) in found.into_iter().enumerate() {
                let begins = (offset as u64).checked_mul(rows).and_then(|offset| offset.checked_add(self.start));
                let begins =
                    begins.ok_or_else(|| data(phrase!("`{path}` is shorter than its shape {shape}", path, shape = shape(&self.header))))?;
                streams.push((Box::new(BufReader::with_capacity(1 << 17, stream(begins)?)), of.width));
                at.push(Place { stream: stream_at, offset: 0, of });
            }
        } else {
            streams.push((Box::new(stream(self.start)?), self.width));
            at.extend(found.into_iter().map(|(offset, of)| Place { stream: 0, offset, of }));
        }
        Ok(Streams { path: self.path, streams, places: at, rows, done: 0 }.reading())
    }
}

/// What to say of a column that holds something else.
pub(crate) fn not_numbers(path: &str, name: &str, dtype: &DType) -> Error {
    data(phrase!(
        "the column `{name}` of `{path}` is of the type {descr}, which is not one of real numbers",
        name,
        path,
        descr = dtype.descr()
    ))
}

/// The header of an array of doubles, always of one length, so that it can be written again when the number of rows is known.
pub(crate) fn head(rows: u64, columns: Option<usize>) -> Vec<u8> {
    let shape = columns.map_or_else(|| format!("({rows},)"), |columns| format!("({rows}, {columns})"));
    let text = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}");
    // magic, version 1.0, the length of the rest: 128 bytes in all, as NumPy pads to multiples of 64
    let mut head = b"\x93NUMPY\x01\x00\x76\x00".to_vec();
    head.extend_from_slice(format!("{text:<117}\n").as_bytes());
    head
}

struct Rows;

impl Encode for Rows {
    fn encode(&self, chunk: &mut Chunk) {
        let Chunk { rows, outputs, encoded, .. } = chunk;
        encoded.reserve(*rows * outputs.len() * 8);
        for row in 0..*rows {
            outputs.iter().for_each(|column| encoded.extend_from_slice(&column[row].to_le_bytes()));
        }
    }
}

struct NpySink {
    output: Output,
    columns: usize,
}

impl Sink for NpySink {
    fn write(&mut self, chunk: &Chunk) -> io::Result<()> {
        self.output.write_all(&chunk.encoded)
    }

    fn finish(mut self: Box<Self>, rows: u64) -> io::Result<Output> {
        self.output.seek(SeekFrom::Start(0))?;
        self.output.write_all(&head(rows, Some(self.columns)))?;
        Ok(self.output)
    }
}

/// An array with a row for each row, and a column for each answer.
pub(crate) fn write(mut output: Output, columns: usize) -> io::Result<Writing> {
    output.write_all(&head(0, Some(columns)))?;
    Ok(Writing { encode: Arc::new(Rows), sink: Box::new(NpySink { output, columns }) })
}
