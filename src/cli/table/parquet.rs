//! How are columns of Parquet read and written? Row group by row group, through the low interface of the `parquet` crate.
//! Deliberately flat: numbers at the top level of the schema; a null is no number. Nested columns are known by name only.
//! Read next: `table.rs`.

use super::chunk::{AsColumns, Bad, Chunk, Decode, Reading, Sink, Source, Table, Writing};
use super::columns::data;
use super::output::Output;
use parquet::basic::{Compression, ConvertedType, LogicalType, Repetition, Type as Physical};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{DataType, DoubleType};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type as Schema;
use std::fs::File;
use std::io;
use std::sync::Arc;
use symdiff::Error;
use symdiff::phrase;

/// Rows that are read at once.
const ROWS: usize = 1 << 14;
/// Rows of a group that is written.
const GROUP: usize = 1 << 17;

/// A file whose schema has been read.
pub(crate) struct Parquet {
    path: String,
    file: SerializedFileReader<File>,
    names: Vec<String>,
}

impl Parquet {
    pub(crate) fn open(path: &str, file: File) -> Result<Parquet, Error> {
        let file = SerializedFileReader::new(file)
            .map_err(|error| data(phrase!("`{path}` is no Parquet: {plain}", path, plain = plain(&error))))?;
        let schema = file.metadata().file_metadata().schema_descr();
        let names = schema.columns().iter().map(|column| column.path().string()).collect();
        Ok(Parquet { path: path.to_owned(), file, names })
    }
}

/// The sentence of an error, without the name of its kind.
fn plain(error: &ParquetError) -> String {
    match error {
        ParquetError::General(text) | ParquetError::NYI(text) | ParquetError::EOF(text) => text.clone(),
        other => other.to_string(),
    }
}

impl Table for Parquet {
    fn names(&self) -> &[String] {
        &self.names
    }

    fn start(self: Box<Self>, places: &[usize]) -> Result<Reading, Error> {
        let metadata = self.file.metadata().file_metadata();
        let schema = metadata.schema_descr();
        for &place in places {
            let column = schema.column(place);
            let kind = column.physical_type();
            // dates, times and decimals are stored as whole numbers too, but they mean something else
            let whole = matches!(column.logical_type_ref(), None | Some(LogicalType::Integer(_)));
            use ConvertedType::{INT_8, INT_16, INT_32, INT_64, NONE, UINT_8, UINT_16};
            let whole = whole && matches!(column.converted_type(), NONE | INT_8 | INT_16 | INT_32 | INT_64 | UINT_8 | UINT_16);
            let known = match kind {
                Physical::DOUBLE | Physical::FLOAT | Physical::BOOLEAN => true,
                Physical::INT32 | Physical::INT64 => whole,
                _ => false,
            };
            if !known || column.max_rep_level() > 0 {
                let (name, path) = (&self.names[place], &self.path);
                let meant = column.converted_type();
                let kind = if meant == NONE { kind.to_string() } else { meant.to_string() };
                return Err(data(phrase!(
                    "the column `{name}` of `{path}` is of the type {kind}, which is not one of real numbers",
                    name,
                    path,
                    kind
                )));
            }
        }
        let total = u64::try_from(metadata.num_rows()).unwrap_or(0);
        let highest = places.iter().map(|&place| schema.column(place).max_def_level()).collect();
        let source = Groups { path: self.path, file: self.file, places: places.to_vec(), group: 0, left: 0, readers: Vec::new(), highest };
        Ok(Reading { source: Box::new(source), decode: Arc::new(Decoded), total: Some(total), head: None })
    }
}

/// Reads row groups one after the other.
struct Groups {
    path: String,
    file: SerializedFileReader<File>,
    places: Vec<usize>,
    /// The next group, and how many rows of the last are still to come.
    group: usize,
    left: usize,
    readers: Vec<ColumnReader>,
    /// What the level of a value is that is not null.
    highest: Vec<i16>,
}

impl Source for Groups {
    fn fill(&mut self, chunk: &mut Chunk) -> Result<bool, Error> {
        let path = &self.path;
        let unreadable = |error: ParquetError| data(phrase!("`{path}` cannot be read: {plain}", path, plain = plain(&error)));
        while self.left == 0 {
            if self.group == self.file.num_row_groups() {
                return Ok(false);
            }
            let group = self.file.get_row_group(self.group).map_err(unreadable)?;
            self.left = usize::try_from(group.metadata().num_rows()).unwrap_or(0);
            let readers = self.places.iter().map(|&place| group.get_column_reader(place));
            self.readers = readers.collect::<Result<_, _>>().map_err(unreadable)?;
            self.group += 1;
        }
        let rows = ROWS.min(self.left);
        for ((reader, highest), column) in self.readers.iter_mut().zip(&self.highest).zip(&mut chunk.inputs) {
            numbers(reader, rows, *highest, column).map_err(unreadable)?;
            if column.len() != rows {
                return Err(data(phrase!("`{path}` is damaged: a column has fewer values than rows", path)));
            }
        }
        self.left -= rows;
        (chunk.rows, chunk.size) = (rows, rows as u64);
        Ok(true)
    }
}

/// Reads so many rows of a column, whatever its type.
fn numbers(reader: &mut ColumnReader, rows: usize, highest: i16, out: &mut Vec<f64>) -> Result<(), ParquetError> {
    match reader {
        ColumnReader::DoubleColumnReader(reader) => typed(reader, rows, highest, out, |value| *value),
        ColumnReader::FloatColumnReader(reader) => typed(reader, rows, highest, out, |value| f64::from(*value)),
        ColumnReader::Int32ColumnReader(reader) => typed(reader, rows, highest, out, |value| f64::from(*value)),
        ColumnReader::Int64ColumnReader(reader) => typed(reader, rows, highest, out, |value| *value as f64),
        ColumnReader::BoolColumnReader(reader) => typed(reader, rows, highest, out, |value| f64::from(u8::from(*value))),
        _ => Err(ParquetError::General("a column is not one of numbers".to_owned())),
    }
}

/// `highest` is the level of a value that is there; a lower one is a null.
fn typed<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    rows: usize,
    highest: i16,
    out: &mut Vec<f64>,
    convert: impl Fn(&T::T) -> f64,
) -> Result<(), ParquetError> {
    let (mut values, mut levels) = (Vec::with_capacity(rows), Vec::new());
    while out.len() < rows {
        values.clear();
        levels.clear();
        let (records, _, _) = reader.read_records(rows - out.len(), Some(&mut levels), None, &mut values)?;
        if records == 0 {
            break;
        }
        if values.len() == records {
            out.extend(values.iter().map(&convert));
        } else {
            let mut present = values.iter();
            let value = |&level: &i16| if level == highest { present.next().map_or(f64::NAN, &convert) } else { f64::NAN };
            out.extend(levels.iter().map(value));
        }
    }
    Ok(())
}

/// The reader has decoded the columns already.
struct Decoded;

impl Decode for Decoded {
    fn decode(&self, _: &mut Chunk) -> Result<(), Bad> {
        Ok(())
    }
}

/// Gathers rows into groups.
struct ParquetSink {
    writer: SerializedFileWriter<Output>,
    columns: Vec<Vec<f64>>,
}

impl ParquetSink {
    fn group(&mut self) -> Result<(), ParquetError> {
        let mut group = self.writer.next_row_group()?;
        for column in &mut self.columns {
            if let Some(mut writer) = group.next_column()? {
                writer.typed::<DoubleType>().write_batch(column, None, None)?;
                writer.close()?;
            }
            column.clear();
        }
        group.close()?;
        Ok(())
    }
}

/// The error below, where there is one.
fn io_error(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(cause) => cause.downcast::<io::Error>().map_or_else(io::Error::other, |error| *error),
        other => io::Error::other(plain(&other)),
    }
}

impl Sink for ParquetSink {
    fn write(&mut self, chunk: &Chunk) -> io::Result<()> {
        for (all, column) in self.columns.iter_mut().zip(chunk.inputs.iter().chain(&chunk.outputs)) {
            all.extend_from_slice(column);
        }
        if self.columns.first().is_some_and(|column| column.len() >= GROUP) { self.group().map_err(io_error) } else { Ok(()) }
    }

    fn finish(mut self: Box<Self>, _: u64) -> io::Result<Output> {
        if self.columns.first().is_some_and(|column| !column.is_empty()) {
            self.group().map_err(io_error)?;
        }
        self.writer.into_inner().map_err(io_error)
    }
}

/// A column for each symbol and each answer.
pub(crate) fn write(output: Output, inputs: &[String], answers: &[String]) -> io::Result<Writing> {
    let column = |name: &String| {
        let kind = Schema::primitive_type_builder(name, Physical::DOUBLE).with_repetition(Repetition::REQUIRED);
        kind.build().map(Arc::new)
    };
    let names = inputs.iter().chain(answers);
    let fields: Vec<Arc<Schema>> = names.map(column).collect::<Result<_, _>>().map_err(io_error)?;
    let columns = vec![Vec::new(); fields.len()];
    let schema = Schema::group_type_builder("schema").with_fields(fields).build().map_err(io_error)?;
    // floats that are computed seldom repeat: a dictionary would only be built and thrown away
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).set_dictionary_enabled(false).build();
    let writer = SerializedFileWriter::new(output, Arc::new(schema), Arc::new(properties)).map_err(io_error)?;
    Ok(Writing { encode: Arc::new(AsColumns), sink: Box::new(ParquetSink { writer, columns }) })
}
