//! How is CSV read: what separates its cells, where its lines end, which number is in a cell?
//! Deliberately writes nothing; lines are kept as they stand, so that they can be copied.
//! Read next: `text.rs`, how CSV is written.

use super::chunk::{Bad, Chunk, Decode, Head, Reading, Source, Table};
use super::columns::{data, quoted};
use memchr::{memchr, memrchr};
use std::borrow::Cow;
use std::io::{ErrorKind, Read};
use std::sync::Arc;
use symdiff::Phrase;
use symdiff::phrase;
use symdiff::{Error, Kind};

/// How much is read at once.
const BLOCK: usize = 1 << 18;
/// A longer line is taken for a file that is no CSV.
const LONGEST: usize = 1 << 26;

/// A file whose first line has been read.
pub(crate) struct Csv {
    lines: Lines,
    head: Head,
    names: Vec<String>,
    total: Option<u64>,
}

impl Csv {
    /// Reads the first line. `total` is the size of the file where that is known.
    pub(crate) fn open(path: &str, input: Box<dyn Read + Send>, total: Option<u64>) -> Result<Csv, Error> {
        let mut lines = Lines { input, path: path.to_owned(), rest: Vec::new(), ended: false, separator: None };
        lines.more()?;
        if lines.rest.starts_with(b"\xef\xbb\xbf") {
            lines.rest.drain(..3);
        }
        let line = loop {
            let start = lines.rest.iter().position(|byte| !matches!(byte, b'\r' | b'\n')).unwrap_or(lines.rest.len());
            lines.rest.drain(..start);
            let separator = separator(&lines.rest);
            let end = if lines.ended { Some(lines.rest.len()) } else { None };
            if let Some(end) = line_end(&lines.rest, 0, separator).or(end) {
                lines.separator = Some(separator);
                break lines.rest.drain(..end).collect::<Vec<u8>>();
            }
            lines.more()?;
        };
        if line.trim_ascii().is_empty() {
            return Err(data(phrase!("`{path}` is empty; its first line must name the columns", path)));
        }
        let line = without_end(&line).to_vec();
        let separator = separator(&line);
        let names = cells(&line, separator).map(|cell| String::from_utf8_lossy(&unquoted(cell)).trim().to_owned()).collect();
        Ok(Csv { lines, head: Head { line, separator }, names, total })
    }
}

impl Table for Csv {
    fn names(&self) -> &[String] {
        &self.names
    }

    fn start(self: Box<Self>, places: &[usize]) -> Result<Reading, Error> {
        let decode = Cells { separator: self.head.separator, names: self.names, places: places.to_vec() };
        Ok(Reading { source: Box::new(self.lines), decode: Arc::new(decode), total: self.total, head: Some(self.head) })
    }
}

/// Cuts a stream into chunks of whole lines.
struct Lines {
    input: Box<dyn Read + Send>,
    path: String,
    /// What is read and not yet handed out.
    rest: Vec<u8>,
    ended: bool,
    separator: Option<u8>,
}

impl Lines {
    /// Reads what comes next.
    fn more(&mut self) -> Result<(), Error> {
        let known = self.rest.len();
        if known > LONGEST {
            return Err(data(phrase!("`{path}` is not CSV: a line is longer than {LONGEST} bytes", path = self.path, LONGEST)));
        }
        // a long line is looked through again after each block, so blocks grow with it
        self.rest.resize(known + BLOCK.max(known), 0);
        loop {
            match self.input.read(&mut self.rest[known..]) {
                Ok(count) => {
                    self.rest.truncate(known + count);
                    self.ended = count == 0;
                    return Ok(());
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    return Err(Error::new(
                        Kind::Io,
                        phrase!("`{path}` cannot be read: {error}", path = self.path, error = symdiff::Phrase::of_system(&error)),
                    ));
                }
            }
        }
    }
}

impl Source for Lines {
    fn fill(&mut self, chunk: &mut Chunk) -> Result<bool, Error> {
        let separator = self.separator.unwrap_or(b',');
        loop {
            let end = if self.ended { self.rest.len() } else { last_end(&self.rest, separator) };
            if end > 0 {
                std::mem::swap(&mut chunk.bytes, &mut self.rest);
                self.rest.clear();
                self.rest.extend_from_slice(&chunk.bytes[end..]);
                chunk.bytes.truncate(end);
                chunk.size = end as u64;
                return Ok(true);
            }
            if self.ended {
                return Ok(false);
            }
            self.more()?;
        }
    }
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

/// Where the last whole line ends; 0 if there is none.
fn last_end(bytes: &[u8], separator: u8) -> usize {
    if memchr(b'"', bytes).is_none() {
        return memrchr(b'\n', bytes).map_or(0, |at| at + 1);
    }
    let mut end = 0;
    while let Some(next) = line_end(bytes, end, separator) {
        end = next;
    }
    end
}

/// Behind the end of the line that begins at `start`; an end of line between quotes is none.
fn line_end(bytes: &[u8], start: usize, separator: u8) -> Option<usize> {
    let end = start + memchr(b'\n', &bytes[start..])? + 1;
    if memchr(b'"', &bytes[start..end]).is_none() {
        return Some(end);
    }
    let mut at = start;
    loop {
        at = cell_end(bytes, at, separator);
        match bytes.get(at)? {
            b'\n' => return Some(at + 1),
            _ => at += 1,
        }
    }
}

/// Where the cell that begins at `at` ends: at a separator, the end of the line or of the bytes. Quotes count at its start only.
fn cell_end(bytes: &[u8], mut at: usize, separator: u8) -> usize {
    if bytes.get(at) == Some(&b'"') {
        at += 1;
        // a quote that is doubled is one of the text
        loop {
            let Some(found) = memchr(b'"', &bytes[at..]) else { return bytes.len() };
            at += found + 1;
            if bytes.get(at) != Some(&b'"') {
                break;
            }
            at += 1;
        }
    }
    bytes[at..].iter().position(|byte| *byte == separator || *byte == b'\n').map_or(bytes.len(), |found| at + found)
}

fn without_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// The cells of a line without its end, quotes and all.
fn cells(line: &[u8], separator: u8) -> impl Iterator<Item = &[u8]> {
    let mut at = Some(0);
    std::iter::from_fn(move || {
        let start = at?;
        let end = cell_end(line, start, separator);
        at = (end < line.len()).then_some(end + 1);
        Some(&line[start..end])
    })
}

fn unquoted(cell: &[u8]) -> Cow<'_, [u8]> {
    let Some(rest) = cell.strip_prefix(b"\"") else { return Cow::Borrowed(cell) };
    let mut text = Vec::with_capacity(rest.len());
    let mut bytes = rest.iter().peekable();
    while let Some(&byte) = bytes.next() {
        if byte != b'"' || bytes.next_if(|next| **next == b'"').is_some() {
            text.push(byte);
        }
    }
    Cow::Owned(text)
}

/// Finds the numbers in lines.
struct Cells {
    separator: u8,
    names: Vec<String>,
    /// Where the columns that are read stand, in order.
    places: Vec<usize>,
}

impl Decode for Cells {
    fn decode(&self, chunk: &mut Chunk) -> Result<(), Bad> {
        let bytes = std::mem::take(&mut chunk.bytes);
        let done = self.lines(&bytes, chunk);
        chunk.bytes = bytes;
        chunk.rows = chunk.lines.len();
        done
    }
}

impl Cells {
    fn lines(&self, bytes: &[u8], chunk: &mut Chunk) -> Result<(), Bad> {
        let plain = memchr(b'"', bytes).is_none();
        let mut start = 0;
        while start < bytes.len() {
            let end = if plain { memchr(b'\n', &bytes[start..]).map(|at| start + at + 1) } else { line_end(bytes, start, self.separator) };
            let end = end.unwrap_or(bytes.len());
            let line = without_end(&bytes[start..end]);
            if !line.is_empty() {
                let done = if plain {
                    self.line(line.split(|byte| *byte == self.separator).map(Cow::Borrowed), &mut chunk.inputs)
                } else {
                    self.line(cells(line, self.separator).map(unquoted), &mut chunk.inputs)
                };
                done.map_err(|what| Bad { row: chunk.lines.len(), what })?;
                chunk.lines.push((start, start + line.len()));
            }
            start = end;
        }
        Ok(())
    }

    fn line<'l>(&self, cells: impl Iterator<Item = Cow<'l, [u8]>>, inputs: &mut [Vec<f64>]) -> Result<(), Phrase> {
        let mut wanted = self.places.iter().zip(inputs);
        let mut next = wanted.next();
        let mut count = 0;
        let mut wrong = None;
        for cell in cells {
            if let Some((&place, column)) = next.take_if(|(place, _)| **place == count) {
                match number(&cell, self.separator == b';') {
                    Ok(value) => column.push(value),
                    // a line of the wrong length is wrong in its cells too
                    Err(what) => wrong = wrong.or(Some(phrase!(", column {name}: {what}", name = quoted(&self.names[place]), what))),
                }
                next = wanted.next();
            }
            count += 1;
        }
        match wrong {
            _ if count != self.names.len() => Err(phrase!(" has {count} cells, the first line {first}", count, first = self.names.len())),
            Some(what) => Err(what),
            None => Ok(()),
        }
    }
}

/// The number in a cell. No text and `nan` are no number, `inf` is one; a comma may stand for the point where cells end with `;`.
fn number(cell: &[u8], comma: bool) -> Result<f64, Phrase> {
    let cell = cell.trim_ascii();
    if cell.is_empty() {
        return Ok(f64::NAN);
    }
    let shown = || quoted(&String::from_utf8_lossy(cell));
    let text = std::str::from_utf8(cell).map_err(|_| phrase!("{cell} is not UTF-8", cell = shown()))?;
    let parsed = if comma { text.replacen(',', ".", 1).parse() } else { text.parse() };
    let value: f64 = parsed.map_err(|_| phrase!("{cell} is not a number", cell = shown()))?;
    if value.is_infinite() && text.contains(|c: char| c.is_ascii_digit()) {
        return Err(phrase!("{cell} is too large for a float", cell = shown()));
    }
    Ok(value)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers() {
        assert_eq!(number(b" 1.5 ", false), Ok(1.5));
        assert_eq!(number(b"1,5", true), Ok(1.5));
        assert_eq!(number(b"-inf", false), Ok(f64::NEG_INFINITY));
        for none in [&b""[..], b" ", b"NaN", b"nan"] {
            assert!(number(none, false).is_ok_and(f64::is_nan));
        }
        for bad in [&b"1,5"[..], b"abc", b"1e400", b"\xff", b"0x10", b"1 2"] {
            assert!(number(bad, false).is_err(), "{bad:?}");
        }
        assert_eq!((separator(b"x,y\n;;;"), separator(b"x;y"), separator(b"x\ty"), separator(b"x")), (b',', b';', b'\t', b','));
    }

    /// Lines and cells as this file finds them.
    fn found(text: &[u8]) -> Vec<Vec<Vec<u8>>> {
        let (mut start, mut rows) = (0, Vec::new());
        while start < text.len() {
            let end = line_end(text, start, b',').unwrap_or(text.len());
            let line = without_end(&text[start..end]);
            if !line.is_empty() {
                rows.push(cells(line, b',').map(|cell| unquoted(cell).into_owned()).collect());
            }
            start = end;
        }
        rows
    }

    proptest! {
        /// As a reader that many use finds them, in tables that such programs write.
        #[test]
        fn lines_and_cells_are_those_of_another_reader(rows in prop::collection::vec(prop::collection::vec("[a1 ,\"\n]{0,4}", 1..4), 1..5)) {
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            rows.iter().for_each(|row| writer.write_record(row).unwrap());
            let text = writer.into_inner().unwrap();
            let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(&text[..]);
            let expected: Vec<Vec<Vec<u8>>> = reader.byte_records().map(|row| row.unwrap().iter().map(<[u8]>::to_vec).collect()).collect();
            prop_assert_eq!(found(&text), expected);
        }
    }
}
