//! How are the arrays of a `.npz` read and written, one for each column?
//! Deliberately streams: the arrays that are read are open side by side, those that are written wait in files of their own.
//! Read next: `npy.rs`, what an array is.

use super::chunk::{AsColumns, Chunk, Reading, Sink, Table, Writing};
use super::columns::data;
use super::npy::{Bytes, Place, Streams, Type, head, header, named, not_numbers};
use super::output::{Output, copy_all};
use flate2::read::DeflateDecoder;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::sync::Arc;
use symdiff::phrase;
use symdiff::{Error, Kind};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// Where an array is in the file.
struct Member {
    start: u64,
    packed: u64,
    method: CompressionMethod,
}

/// A `.npz` whose list of arrays has been read.
pub(crate) struct Npz {
    path: String,
    names: Vec<String>,
    members: Vec<Member>,
}

impl Npz {
    pub(crate) fn open(path: &str, file: File, columns: &[String]) -> Result<Npz, Error> {
        if !columns.is_empty() {
            return Err(named(path));
        }
        let bad = |error: zip::result::ZipError| data(phrase!("`{path}` is no .npz: {error}", path, error));
        let mut archive = ZipArchive::new(BufReader::new(file)).map_err(bad)?;
        let (mut names, mut members) = (Vec::new(), Vec::new());
        for at in 0..archive.len() {
            // the raw reader finds where the bytes begin without unpacking any
            let member = archive.by_index_raw(at).map_err(bad)?;
            let name = member.name().map_err(bad)?.into_owned();
            let Some(start) = member.data_start() else { continue };
            names.push(name.strip_suffix(".npy").unwrap_or(&name).to_owned());
            members.push(Member { start, packed: member.compressed_size(), method: member.compression() });
        }
        Ok(Npz { path: path.to_owned(), names, members })
    }

    fn stream(&self, member: &Member) -> Result<Bytes, Error> {
        let path = &self.path;
        let opened = File::open(path).and_then(|mut file| file.seek(SeekFrom::Start(member.start)).map(|_| file));
        let file = opened.map_err(|error| {
            Error::new(Kind::Io, phrase!("`{path}` cannot be read: {error}", path, error = symdiff::Phrase::of_system(&error)))
        })?;
        let packed = BufReader::with_capacity(1 << 17, file).take(member.packed);
        match member.method {
            CompressionMethod::Stored => Ok(Box::new(packed)),
            CompressionMethod::Deflated => Ok(Box::new(DeflateDecoder::new(packed))),
            other => Err(data(phrase!("`{path}` is packed by {other}, which is not read", path, other))),
        }
    }
}

impl Table for Npz {
    fn names(&self) -> &[String] {
        &self.names
    }

    fn start(self: Box<Self>, places: &[usize]) -> Result<Reading, Error> {
        let path = &self.path;
        let mut streams = Vec::with_capacity(places.len());
        let mut columns = Vec::with_capacity(places.len());
        let mut first: Option<(&str, u64)> = None;
        for &place in places {
            let name = &*self.names[place];
            let mut stream = self.stream(&self.members[place])?;
            let header = header(path, &mut stream)?;
            let dtype = header.dtype();
            let of = Type::of(&dtype).ok_or_else(|| not_numbers(path, name, &dtype))?;
            let rows = match header.shape() {
                [rows] | [rows, 1] => *rows,
                shape => {
                    return Err(data(phrase!(
                        "the array `{name}` of `{path}` has {shape} dimensions; a column has one",
                        name,
                        path,
                        shape = shape.len()
                    )));
                }
            };
            let (other, length) = *first.get_or_insert((name, rows));
            if length != rows {
                return Err(data(phrase!("`{path}`: `{other}` has {length} rows, `{name}` has {rows}", path, other, length, name, rows)));
            }
            columns.push(Place { stream: streams.len(), offset: 0, of });
            streams.push((stream, of.width()));
        }
        let rows = match (first, self.members.first()) {
            (Some((_, rows)), _) => rows,
            // a constant has as many rows as the table
            (None, Some(member)) => header(path, &mut self.stream(member)?)?.shape().first().copied().unwrap_or(1),
            (None, None) => 0,
        };
        Ok(Streams { path: self.path, streams, places: columns, rows, done: 0 }.reading())
    }
}

/// Arrays that grow side by side, until they are put into one file.
struct NpzSink {
    output: Output,
    names: Vec<String>,
    columns: Vec<BufWriter<File>>,
    bytes: Vec<u8>,
}

impl Sink for NpzSink {
    fn write(&mut self, chunk: &Chunk) -> io::Result<()> {
        for (file, column) in self.columns.iter_mut().zip(chunk.inputs.iter().chain(&chunk.outputs)) {
            self.bytes.clear();
            column.iter().for_each(|value| self.bytes.extend_from_slice(&value.to_le_bytes()));
            file.write_all(&self.bytes)?;
            self.output.also_written(self.bytes.len());
        }
        Ok(())
    }

    fn finish(self: Box<Self>, rows: u64) -> io::Result<Output> {
        let mut archive = ZipWriter::new(self.output);
        let large = rows.saturating_mul(8) > u64::from(u32::MAX / 2);
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored).large_file(large);
        for (name, column) in self.names.iter().zip(self.columns) {
            archive.start_file(format!("{name}.npy"), options)?;
            archive.write_all(&head(rows, None))?;
            copy_all(column.into_inner().map_err(io::IntoInnerError::into_error)?, &mut archive)?;
        }
        Ok(archive.finish()?)
    }
}

/// An array for each symbol and each answer.
pub(crate) fn write(output: Output, inputs: &[String], answers: &[String]) -> io::Result<Writing> {
    let names: Vec<String> = inputs.iter().chain(answers).cloned().collect();
    let columns = names.iter().map(|_| Ok(BufWriter::new(output.aside()?))).collect::<io::Result<Vec<_>>>()?;
    Ok(Writing { encode: Arc::new(AsColumns), sink: Box::new(NpzSink { output, names, columns, bytes: Vec::new() }) })
}
