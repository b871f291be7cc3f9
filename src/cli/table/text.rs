//! How are rows written as text: CSV, and JSON lines as batch replies have them?
//! Deliberately reads nothing. A line of CSV that was read is copied as it stands, and the answers stand behind it.
//! Read next: `csv.rs`.

use super::chunk::{Chunk, Encode, Head, Sink, Writing};
use super::output::Output;
use std::io::{self, Write};
use std::sync::Arc;
use symdiff::session::write_number;

/// What is encoded goes out as it is.
struct Bytes(Output);

impl Sink for Bytes {
    fn write(&mut self, chunk: &Chunk) -> io::Result<()> {
        self.0.write_all(&chunk.encoded)
    }

    fn finish(self: Box<Self>, _: u64) -> io::Result<Output> {
        Ok(self.0)
    }
}

/// Columns behind the lines that were read, where they were CSV, or behind the inputs.
struct Csv {
    copied: bool,
    separator: u8,
}

impl Encode for Csv {
    fn encode(&self, chunk: &mut Chunk) {
        let Chunk { bytes, rows, lines, inputs, outputs, encoded, .. } = chunk;
        for row in 0..*rows {
            let start = encoded.len();
            if self.copied {
                let (from, to) = lines[row];
                encoded.extend_from_slice(&bytes[from..to]);
            } else {
                for column in &*inputs {
                    if encoded.len() > start {
                        encoded.push(self.separator);
                    }
                    write_number(encoded, column[row]);
                }
            }
            for column in &*outputs {
                if encoded.len() > start {
                    encoded.push(self.separator);
                }
                write_number(encoded, column[row]);
            }
            encoded.push(b'\n');
        }
    }
}

/// A CSV table. `head` is that of the table that was read, if its lines are to be copied.
pub(crate) fn csv(mut output: Output, head: Option<Head>, inputs: &[String], answers: &[String], tabs: bool) -> io::Result<Writing> {
    let copied = head.is_some();
    let separator = head.as_ref().map_or(if tabs { b'\t' } else { b',' }, |head| head.separator);
    let mut line = head.map_or_else(|| inputs.join(&*char::from(separator).to_string()).into_bytes(), |head| head.line);
    for name in answers {
        if !line.is_empty() {
            line.push(separator);
        }
        line.extend_from_slice(name.as_bytes());
    }
    line.push(b'\n');
    output.write_all(&line)?;
    Ok(Writing { encode: Arc::new(Csv { copied, separator }), sink: Box::new(Bytes(output)) })
}

/// Replies without an id.
struct Json {
    /// `, "grad": {"x": `, then `, "y": `.
    before: Vec<Vec<u8>>,
}

impl Encode for Json {
    fn encode(&self, chunk: &mut Chunk) {
        let Chunk { rows, outputs, encoded, .. } = chunk;
        for row in 0..*rows {
            for (before, column) in self.before.iter().zip(&*outputs) {
                encoded.extend_from_slice(before);
                match column[row] + 0.0 {
                    value if value.is_finite() => encoded.extend_from_slice(zmij::Buffer::new().format_finite(value).as_bytes()),
                    _ => encoded.extend_from_slice(b"null"),
                }
            }
            encoded.extend_from_slice(if self.before.len() > 1 { b"}}\n" } else { b"}\n" });
        }
    }
}

/// A JSON object a line.
pub(crate) fn json(output: Output, grad: &[String]) -> Writing {
    let mut before = vec![b"{\"value\": ".to_vec()];
    for (at, name) in grad.iter().enumerate() {
        let name = serde_json::Value::from(name.as_str());
        before.push(if at == 0 { format!(", \"grad\": {{{name}: ") } else { format!(", {name}: ") }.into_bytes());
    }
    Writing { encode: Arc::new(Json { before }), sink: Box::new(Bytes(output)) }
}
