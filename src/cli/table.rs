//! How is an expression evaluated at every row of a CSV file?
//! Deliberately holds one row at a time. Output goes to a file beside its place that is renamed when all is well.
//! Read next: `session.rs` (`prepare` and `row`).

use crate::arguments::Settings;
use crate::{command, interrupt, report};
use csv::{ByteRecord, ReaderBuilder, WriterBuilder};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use symdiff::session::{Prepared, Request, Session, number_text};
use symdiff::{Budget, Error, Kind};

/// An error and the source that its span points into.
type Failure = (Error, Option<String>);

fn data(message: impl Into<String>) -> Error {
    Error::new(Kind::Data, message)
}

/// Evaluates; the exit code.
pub(crate) fn run(mut request: Request<'static>, path: &str, out: Option<&str>, settings: &Settings) -> Result<u8, Failure> {
    let alone = |error| (error, None);
    command::from_stdin(&mut request).map_err(alone)?;
    let stop = interrupt::flag();
    let budget = Budget { interrupt: Some(stop.clone()), ..settings.budget.clone() };
    let mut session = Session::new(budget);
    let mut prepared = session.prepare(&request).map_err(|error| {
        let source = request.source(&error).map(str::to_owned);
        (error, source)
    })?;
    let input = open(path).map_err(alone)?;
    let mut job = Job { session: &mut session, prepared: &mut prepared, request: &request, path, stop: &stop };
    let done = match out {
        None => job.rows(input, &mut BufWriter::new(io::stdout().lock())),
        Some(out) => beside(Path::new(out), |file| job.rows(input, file)),
    };
    match done {
        Ok(()) => Ok(0),
        Err(Stop::Interrupted) => Ok(interrupt::INTERRUPTED),
        Err(Stop::Failed(error)) => Err((error, None)),
        Err(Stop::Write(error)) => report::write_failed(&error).map_or(Ok(0), |error| Err((error, None))),
    }
}

/// Why rows end early.
enum Stop {
    Interrupted,
    Failed(Error),
    Write(io::Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Stop {
        Stop::Failed(error)
    }
}

fn open(path: &str) -> Result<Box<dyn Read>, Error> {
    if path == "-" {
        return Ok(Box::new(io::stdin().lock()));
    }
    let ending = Path::new(path).extension().and_then(|ending| ending.to_str()).unwrap_or("").to_ascii_lowercase();
    if matches!(&*ending, "npy" | "npz" | "parquet" | "arrow" | "feather" | "xlsx" | "xls" | "json" | "jsonl" | "gz" | "zip") {
        return Err(data(format!("`{path}`: .{ending} is not read by this version; CSV is")));
    }
    let file = File::open(path).map_err(|error| Error::new(Kind::Io, format!("`{path}` cannot be opened: {error}")))?;
    Ok(Box::new(file))
}

/// Writes to a new file beside `out` and renames it at the end; if anything fails, `out` stays as it was.
fn beside(out: &Path, write: impl FnOnce(&mut BufWriter<File>) -> Result<(), Stop>) -> Result<(), Stop> {
    let failed = |error: io::Error| Stop::Failed(Error::new(Kind::Io, format!("`{}` cannot be written: {error}", out.display())));
    let name = out.file_name().ok_or_else(|| failed(io::ErrorKind::InvalidInput.into()))?.to_string_lossy().into_owned();
    if out.is_dir() {
        return Err(failed(io::ErrorKind::IsADirectory.into()));
    }
    let mut temporary: PathBuf = out.to_owned();
    temporary.set_file_name(format!(".{name}.{}.tmp", std::process::id()));
    let file = OpenOptions::new().write(true).create_new(true).open(&temporary).map_err(failed)?;
    let mut file = BufWriter::new(file);
    let done = write(&mut file).and_then(|()| {
        let file = file.into_inner().map_err(|error| failed(error.into_error()))?;
        file.sync_all().map_err(failed)?;
        fs::rename(&temporary, out).map_err(failed)
    });
    if done.is_err() {
        // what is left of it helps nobody
        let _ = fs::remove_file(&temporary);
    }
    done
}

struct Job<'j> {
    session: &'j mut Session,
    prepared: &'j mut Prepared,
    request: &'j Request<'static>,
    path: &'j str,
    stop: &'j AtomicBool,
}

/// A text of the file, as it can stand in a message.
fn quoted(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let short: String = text.chars().take(40).collect();
    if short.len() < text.len() { format!("`{short}…`") } else { format!("`{short}`") }
}

/// What separates the cells: the one of `,` `;` tab that the first line has most of.
fn separator(first: &[u8]) -> u8 {
    let line = first.split(|byte| *byte == b'\n').next().unwrap_or(first);
    let count = |wanted: u8| line.iter().filter(|byte| **byte == wanted).count();
    if count(b';') > count(b',') {
        b';'
    } else if count(b'\t') > count(b',') {
        b'\t'
    } else {
        b','
    }
}

impl Job<'_> {
    fn rows(&mut self, input: Box<dyn Read>, out: &mut dyn Write) -> Result<(), Stop> {
        let path = self.path;
        let unreadable = |error: io::Error| Error::new(Kind::Io, format!("`{path}` cannot be read: {error}"));
        let mut input = BufReader::with_capacity(1 << 16, input);
        let first = input.fill_buf().map_err(unreadable)?;
        if first.iter().all(u8::is_ascii_whitespace) {
            return Err(data(format!("`{path}` is empty; its first line must name the columns")).into());
        }
        let bom = first.starts_with(b"\xef\xbb\xbf");
        let separator = separator(first);
        if bom {
            input.consume(3);
        }
        let mut reader = ReaderBuilder::new().delimiter(separator).from_reader(input);
        let mut writer = WriterBuilder::new().delimiter(separator).from_writer(out);
        let header = reader.byte_headers().map_err(|error| self.bad(&error))?.clone();
        let columns = self.columns(&header)?;

        let mut head = header.clone();
        let partials = self.request.grad.iter().map(|name| format!("d/d{name}"));
        for name in std::iter::once("value".to_owned()).chain(partials) {
            if header.iter().any(|column| column.trim_ascii() == name.as_bytes()) {
                return Err(data(format!("`{path}` has a column `{name}` already, which the answer would be called")).into());
            }
            head.push_field(name.as_bytes());
        }
        let wrong = |error: csv::Error| match error.into_kind() {
            csv::ErrorKind::Io(error) => Stop::Write(error),
            other => Stop::Failed(data(format!("{other:?}"))),
        };
        writer.write_byte_record(&head).map_err(wrong)?;
        let mut record = ByteRecord::new();
        let (mut values, mut results) = (Vec::with_capacity(columns.len()), Vec::new());
        let mut row = 0u64;
        while reader.read_byte_record(&mut record).map_err(|error| self.bad(&error))? {
            row += 1;
            if self.stop.load(Ordering::Relaxed) {
                return Err(Stop::Interrupted);
            }
            values.clear();
            for &column in &columns {
                let cell = record.get(column).unwrap_or_default();
                let value = number(cell, separator == b';');
                values.push(
                    value.map_err(|what| data(format!("row {row}, column {}: {what}", quoted(header.get(column).unwrap_or_default()))))?,
                );
            }
            results.clear();
            self.session.row(self.prepared, &values, &mut results)?;
            for &result in &results {
                record.push_field(number_text(result).as_bytes());
            }
            writer.write_byte_record(&record).map_err(wrong)?;
        }
        writer.flush().map_err(Stop::Write)
    }

    fn bad(&self, error: &csv::Error) -> Error {
        let path = self.path;
        match error.kind() {
            csv::ErrorKind::Io(error) => Error::new(Kind::Io, format!("`{path}` cannot be read: {error}")),
            csv::ErrorKind::UnequalLengths { pos, expected_len, len } => {
                let (row, line) = pos.as_ref().map_or((0, 0), |pos| (pos.record(), pos.line()));
                data(format!("row {row} (line {line}) of `{path}` has {len} cells, the first line {expected_len}"))
            }
            _ => data(format!("`{path}` is not CSV: {error}")),
        }
    }

    /// Where in a row the values of the expression's symbols stand.
    fn columns(&self, header: &ByteRecord) -> Result<Vec<usize>, Error> {
        let path = self.path;
        let place = |name: &str| header.iter().position(|column| column.trim_ascii() == name.as_bytes());
        for (name, _) in self.request.at.iter().flatten() {
            if place(name).is_some() {
                return Err(data(format!("`{name}` is given with --at and is a column of `{path}` too")));
            }
        }
        let find = |name: &str| {
            let mut known: Vec<String> = header.iter().take(20).map(quoted).collect();
            if header.len() > known.len() {
                known.push(format!("{} more", header.len() - known.len()));
            }
            place(name).ok_or_else(|| data(format!("`{path}` has no column `{name}`; its columns are {}", known.join(", "))))
        };
        self.prepared.names().map(find).collect()
    }
}

/// The number in a cell. `nan` and `inf` are values; a comma may stand for the point where cells end with `;`.
fn number(cell: &[u8], comma: bool) -> Result<f64, String> {
    let text = std::str::from_utf8(cell).map_err(|_| format!("{} is not UTF-8", quoted(cell)))?.trim();
    if text.is_empty() {
        return Err("the cell is empty (write nan where there is no value)".into());
    }
    let text = if comma { text.replacen(',', ".", 1) } else { text.to_owned() };
    let value: f64 = text.parse().map_err(|_| format!("{} is not a number", quoted(cell)))?;
    if value.is_infinite() && text.contains(|c: char| c.is_ascii_digit()) {
        return Err(format!("{} is too large for a float", quoted(cell)));
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells() {
        assert_eq!(number(b" 1.5 ", false), Ok(1.5));
        assert_eq!(number(b"1,5", true), Ok(1.5));
        assert_eq!(number(b"-inf", false), Ok(f64::NEG_INFINITY));
        assert!(number(b"NaN", false).is_ok_and(f64::is_nan));
        for bad in [&b""[..], b"1,5", b"abc", b"1e400", b"\xff", b"0x10", b"1 2"] {
            assert!(number(bad, false).is_err(), "{bad:?}");
        }
        assert_eq!((separator(b"x,y\n;;;"), separator(b"x;y"), separator(b"x\ty"), separator(b"x")), (b',', b';', b'\t', b','));
    }
}
