//! What does a line of batch say, and how is its reply written?
//! Deliberately survives any bytes: whatever is wrong becomes an error of kind `request`, and the id is kept if it can be.
//! Read next: `session.rs` (what is done with a request), `cli/batch.rs` (where lines come from).

use super::{Answer, Format, Given, Numbers, Op, Request};
use crate::domain::Domain;
use crate::equal::Proof;
use crate::error::{Error, Kind, Result};
use crate::form::Form;
use crate::key;
use crate::message::Language;
use crate::message::Phrase;
use crate::net::graph::Drawing;
use crate::phrase;
use crate::shape::{Shape, Size, read_shapes};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::json;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// Deeper ids are not given back: what reads the replies may not survive them.
const ID_DEPTH: usize = 100;

#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

/// The fields of a line, not yet looked into.
#[derive(Default)]
struct Fields<'a> {
    id: Option<&'a RawValue>,
    op: Option<&'a RawValue>,
    expr: Option<&'a RawValue>,
    a: Option<&'a RawValue>,
    b: Option<&'a RawValue>,
    wrt: Option<&'a RawValue>,
    at: Option<&'a RawValue>,
    grad: Option<&'a RawValue>,
    lets: Option<&'a RawValue>,
    assume: Option<&'a RawValue>,
    format: Option<&'a RawValue>,
    form: Option<&'a RawValue>,
    shared: Option<&'a RawValue>,
    to: Option<&'a RawValue>,
    name: Option<&'a RawValue>,
    backward: Option<&'a RawValue>,
    answer: Option<&'a RawValue>,
    part: Option<&'a RawValue>,
    lang: Option<&'a RawValue>,
    level: Option<&'a RawValue>,
    topic: Option<&'a RawValue>,
    seed: Option<&'a RawValue>,
    count: Option<&'a RawValue>,
    test: Option<&'a RawValue>,
    shapes: Option<&'a RawValue>,
    domain: Option<&'a RawValue>,
    explain: Option<&'a RawValue>,
    conditions: Option<&'a RawValue>,
    complex: Option<&'a RawValue>,
}

/// Fills `Fields` key by key, so that those before a mistake are kept. The last of two equal keys counts.
struct Fill<'f, 'a>(&'f mut Fields<'a>);

impl<'a> DeserializeSeed<'a> for Fill<'_, 'a> {
    type Value = ();
    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> std::result::Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'a> Visitor<'a> for Fill<'_, 'a> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }
    fn visit_map<M: MapAccess<'a>>(self, mut map: M) -> std::result::Result<(), M::Error> {
        let fields = self.0;
        while let Some(Text(key)) = map.next_key()? {
            let slot = match &*key {
                "id" => &mut fields.id,
                "op" => &mut fields.op,
                "expr" => &mut fields.expr,
                "a" => &mut fields.a,
                "b" => &mut fields.b,
                "wrt" => &mut fields.wrt,
                "at" => &mut fields.at,
                "grad" => &mut fields.grad,
                "let" => &mut fields.lets,
                "assume" => &mut fields.assume,
                "format" => &mut fields.format,
                "form" => &mut fields.form,
                "where" => &mut fields.shared,
                "to" => &mut fields.to,
                "name" => &mut fields.name,
                "backward" => &mut fields.backward,
                "answer" => &mut fields.answer,
                "part" => &mut fields.part,
                "lang" => &mut fields.lang,
                "level" => &mut fields.level,
                "topic" => &mut fields.topic,
                "seed" => &mut fields.seed,
                "count" => &mut fields.count,
                "test" => &mut fields.test,
                "shapes" => &mut fields.shapes,
                "domain" => &mut fields.domain,
                "explain" => &mut fields.explain,
                "conditions" => &mut fields.conditions,
                "complex" => &mut fields.complex,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            *slot = Some(map.next_value()?);
        }
        Ok(())
    }
}

/// An object as a list of pairs, in order.
struct Pairs<'a, T>(Vec<(Cow<'a, str>, T)>);

impl<'a, T: Deserialize<'a>> Deserialize<'a> for Pairs<'a, T> {
    fn deserialize<D: Deserializer<'a>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Collect<T>(PhantomData<T>);
        impl<'a, T: Deserialize<'a>> Visitor<'a> for Collect<T> {
            type Value = Pairs<'a, T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<M: MapAccess<'a>>(self, mut map: M) -> std::result::Result<Self::Value, M::Error> {
                let mut pairs = Vec::new();
                while let Some(Text(key)) = map.next_key()? {
                    pairs.push((key, map.next_value()?));
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(Collect(PhantomData))
    }
}

/// Reads one line: the id to be given back (JSON text; `null` if there is none), and the request.
pub fn read_request(line: &[u8]) -> (Cow<'_, str>, Result<Request<'_>>) {
    let text = match std::str::from_utf8(line) {
        Ok(text) => text,
        Err(error) => {
            let mut fields = Fields::default();
            let lossy = String::from_utf8_lossy(line);
            // whatever can be read before the mistake
            let _ = fill(&lossy, &mut fields);
            let message = phrase!("the line is not UTF-8: byte {at} does not belong there", at = error.valid_up_to());
            return (Cow::Owned(id_of(&fields).unwrap_or("null").to_owned()), Err(Error::new(Kind::Request, message)));
        }
    };
    let mut fields = Fields::default();
    let filled = fill(text, &mut fields);
    let id = match id_of(&fields) {
        Ok(id) => id,
        Err(error) => return ("null".into(), Err(error)),
    };
    (Cow::Borrowed(id), filled.and_then(|()| request(&fields)))
}

/// The language in which a line wants its reply; English where it does not say so.
#[must_use]
pub fn read_language(line: &[u8]) -> Language {
    let mut fields = Fields::default();
    // whatever can be read before a mistake
    let _ = fill(std::str::from_utf8(line).unwrap_or_default(), &mut fields);
    let word: Option<Text<'_>> = get(fields.lang, "lang", key!("a text")).ok().flatten();
    word.and_then(|Text(word)| Language::of(&word).ok()).unwrap_or_default()
}

fn fill<'a>(text: &'a str, fields: &mut Fields<'a>) -> Result<()> {
    if !text.trim_start().starts_with('{') {
        return Err(Error::new(Kind::Request, phrase!("a line must be one JSON object, {\"id\": ..., \"op\": ..., ...}")));
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    let done = Fill(fields).deserialize(&mut reader).and_then(|()| reader.end());
    done.map_err(|error| {
        let what = error.to_string();
        let what = what.rsplit_once(" at line").map_or(&*what, |(what, _)| what);
        Error::new(Kind::Request, phrase!("bad JSON at byte {column}: {what}", column = error.column(), what))
    })
}

fn id_of<'a>(fields: &Fields<'a>) -> Result<&'a str> {
    let id = fields.id.map_or("null", RawValue::get);
    let (mut depth, mut deepest, mut quoted, mut escaped) = (0usize, 0, false, false);
    if matches!(id.as_bytes().first(), Some(b'[' | b'{')) {
        for byte in id.bytes() {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => quoted = !quoted,
                b'[' | b'{' if !quoted => depth += 1,
                b']' | b'}' if !quoted => depth -= 1,
                _ => {}
            }
            deepest = deepest.max(depth);
        }
    }
    if deepest > ID_DEPTH {
        return Err(Error::new(Kind::Request, phrase!("`id` is nested more than {ID_DEPTH} deep, so it is not given back", ID_DEPTH)));
    }
    Ok(id)
}

fn get<'a, T: Deserialize<'a>>(field: Option<&'a RawValue>, name: &str, what: &'static str) -> Result<Option<T>> {
    let Some(raw) = field else { return Ok(None) };
    let read = serde_json::from_str(raw.get());
    read.map(Some).map_err(|_| Error::new(Kind::Request, phrase!("the field `{name}` must be {what}", name, what = Phrase::key(what))))
}

fn list<'a>(field: Option<&'a RawValue>, name: &str, what: &'static str) -> Result<Vec<Cow<'a, str>>> {
    let list: Option<Vec<Text<'a>>> = get(field, name, what)?;
    Ok(list.unwrap_or_default().into_iter().map(|Text(text)| text).collect())
}

fn request<'a>(fields: &Fields<'a>) -> Result<Request<'a>> {
    let text = |field, name| get(field, name, key!("a text")).map(|text: Option<Text<'a>>| text.map(|Text(text)| text));
    let Some(op) = text(fields.op, "op")? else {
        return Err(Error::new(Kind::Request, phrase!("the field `op` is missing")));
    };
    let op = Op::of(&op)?;
    let at: Option<Pairs<'a, Nested>> = get(fields.at, "at", key!("an object of numbers, or of lists of numbers for arrays"))?;
    let lets: Option<Pairs<'a, Text<'a>>> = get(fields.lets, "let", key!("an object of texts"))?;
    Ok(Request {
        op: Some(op),
        expr: text(fields.expr, "expr")?,
        a: text(fields.a, "a")?,
        b: text(fields.b, "b")?,
        wrt: list(fields.wrt, "wrt", key!("a list of names"))?.into_iter().map(|name| (name, 1)).collect(),
        at: at
            .map(|Pairs(pairs)| pairs.into_iter().map(|(name, value)| value.given(&name).map(|given| (name, given))).collect())
            .transpose()?,
        shapes: shapes(fields.shapes)?,
        grad: list(fields.grad, "grad", key!("a list of names"))?,
        lets: lets.map_or(Vec::new(), |Pairs(pairs)| pairs.into_iter().map(|(name, Text(body))| (name, body)).collect()),
        assume: list(fields.assume, "assume", key!("a list of texts"))?,
        format: text(fields.format, "format")?.map_or(Ok(Format::Text), |word| Format::of(&word))?,
        form: text(fields.form, "form")?.map_or(Ok(Form::Auto), |word| Form::of(&word))?,
        shared: get(fields.shared, "where", key!("true or false"))?.unwrap_or(false),
        to: text(fields.to, "to")?,
        name: text(fields.name, "name")?,
        backward: text(fields.backward, "backward")?,
        domain: get(fields.domain, "domain", key!("true or false"))?.unwrap_or(false),
        explain: get(fields.explain, "explain", key!("true or false"))?.unwrap_or(false),
        conditions: get(fields.conditions, "conditions", key!("true or false"))?.unwrap_or(false),
        complex: get(fields.complex, "complex", key!("true or false"))?.unwrap_or(false),
        answer: text(fields.answer, "answer")?,
        part: text(fields.part, "part")?,
        lang: text(fields.lang, "lang")?,
        level: match fields.level.map(RawValue::get) {
            // that of a quiz is a number
            Some(number) if number.starts_with(|c: char| c.is_ascii_digit()) => Some(number.into()),
            _ => text(fields.level, "level")?,
        },
        topic: text(fields.topic, "topic")?,
        seed: get(fields.seed, "seed", key!("a whole number"))?,
        count: get(fields.count, "count", key!("a whole number"))?,
        test: get(fields.test, "test", key!("true or false"))?.unwrap_or(false),
        ..Request::default()
    })
}

/// A number, or lists of lists of numbers.
enum Nested {
    Number(f64),
    List(Vec<Nested>),
}

impl<'a> Deserialize<'a> for Nested {
    fn deserialize<D: Deserializer<'a>>(deserializer: D) -> std::result::Result<Nested, D::Error> {
        struct Read;
        impl<'a> Visitor<'a> for Read {
            type Value = Nested;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number or a list")
            }
            fn visit_f64<E>(self, value: f64) -> std::result::Result<Nested, E> {
                Ok(Nested::Number(value))
            }
            fn visit_i64<E>(self, value: i64) -> std::result::Result<Nested, E> {
                Ok(Nested::Number(value as f64))
            }
            fn visit_u64<E>(self, value: u64) -> std::result::Result<Nested, E> {
                Ok(Nested::Number(value as f64))
            }
            fn visit_seq<A: serde::de::SeqAccess<'a>>(self, mut list: A) -> std::result::Result<Nested, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = list.next_element()? {
                    entries.push(entry);
                }
                Ok(Nested::List(entries))
            }
        }
        deserializer.deserialize_any(Read)
    }
}

impl Nested {
    /// The value of a name: a number, or an array whose lists of one level are equally long.
    fn given<'a>(self, name: &str) -> Result<Given<'a>> {
        let first = match self {
            Nested::Number(value) => return Ok(Given::Number(value)),
            Nested::List(list) => list,
        };
        let ragged = || Error::new(Kind::Shape, phrase!("the lists of `{name}` are not equally long, or not equally deep", name));
        let (mut axes, mut level) = (vec![first.len()], first);
        loop {
            let mut numbers = Vec::new();
            let mut lists = Vec::new();
            for entry in level {
                match entry {
                    Nested::Number(value) => numbers.push(value),
                    Nested::List(list) => lists.push(list),
                }
            }
            if lists.is_empty() {
                return Ok(Given::Array(axes, numbers));
            }
            let length = lists[0].len();
            if !numbers.is_empty() || lists.iter().any(|list| list.len() != length) {
                return Err(ragged());
            }
            axes.push(length);
            level = lists.into_iter().flatten().collect();
        }
    }
}

/// `{"X": [3, "m"]}`, or a text as on the command line.
fn shapes<'a>(field: Option<&'a RawValue>) -> Result<Vec<(Cow<'a, str>, Shape)>> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Axis {
        Number(usize),
        Name(String),
    }
    let Some(raw) = field else { return Ok(Vec::new()) };
    if raw.get().starts_with('"') {
        let text: Option<String> = get(field, "shapes", "an object of lists")?;
        return Ok(read_shapes(&text.unwrap_or_default())?.into_iter().map(|(name, shape)| (name.into(), shape)).collect());
    }
    let pairs: Option<Pairs<'a, Vec<Axis>>> = get(field, "shapes", "an object such as {\"X\": [3, 2], \"w\": [\"m\"]}")?;
    let size = |axis| match axis {
        Axis::Number(n) if n > 0 => Ok(Size::Number(n)),
        Axis::Number(_) => Err(Error::new(Kind::Shape, phrase!("a size is at least 1"))),
        Axis::Name(name) => Ok(Size::Name(name.into())),
    };
    let shaped = |(name, axes): (Cow<'a, str>, Vec<Axis>)| Ok((name, Shape::of(axes.into_iter().map(size).collect::<Result<_>>()?)));
    pairs.map_or(Ok(Vec::new()), |Pairs(pairs)| pairs.into_iter().map(shaped).collect())
}

fn put(out: &mut Vec<u8>, value: &(impl Serialize + ?Sized)) {
    // a Vec takes everything, and texts and floats have no way to fail
    let _ = serde_json::to_writer(out, value);
}

fn object<'v, T: 'v>(out: &mut Vec<u8>, pairs: impl Iterator<Item = (&'v str, T)>, mut write: impl FnMut(&mut Vec<u8>, T)) {
    out.push(b'{');
    for (i, (name, value)) in pairs.enumerate() {
        if i > 0 {
            out.extend_from_slice(b", ");
        }
        put(out, name);
        out.extend_from_slice(b": ");
        write(out, value);
    }
    out.push(b'}');
}

fn open(out: &mut Vec<u8>, id: Option<&str>) {
    out.push(b'{');
    if let Some(id) = id {
        out.extend_from_slice(b"\"id\": ");
        // a value may be spread over white space, but a reply is one line
        out.extend(id.bytes().map(|byte| if matches!(byte, b'\n' | b'\r') { b' ' } else { byte }));
        out.extend_from_slice(b", ");
    }
}

fn numbers(out: &mut Vec<u8>, value: &Numbers) {
    match value {
        Numbers::One(value) => put(out, value),
        Numbers::List(values) => put(out, values),
        Numbers::Rows(rows) => put(out, rows),
        Numbers::Nested(..) => out.extend_from_slice(value.to_text().replace("undefined", "null").as_bytes()),
    }
}

/// Infinite slopes are the texts `infinity` and `-infinity`, which are no numbers of JSON.
fn domain_json(domain: &Domain, language: Language) -> serde_json::Value {
    let side = |side: Option<f64>| match side {
        Some(value) if value == f64::INFINITY => json!("infinity"),
        Some(value) if value == f64::NEG_INFINITY => json!("-infinity"),
        Some(value) => json!(value),
        None => json!(null),
    };
    let spots: Vec<serde_json::Value> = domain
        .spots
        .iter()
        .map(|spot| {
            let [left, right] = spot.sides.map(side);
            json!({"at": spot.at, "x": spot.x, "exact": spot.exact, "kind": spot.kind.word(), "left": left, "right": right, "text": spot.text.to_text(language)})
        })
        .collect();
    let searched = domain.searched.map(|(low, high)| [low, high]);
    json!({"points": spots, "outside": texts(&domain.outside, language), "where": texts(&domain.conditions, language), "searched": searched})
}

fn texts(phrases: &[Phrase], language: Language) -> Vec<String> {
    phrases.iter().map(|phrase| phrase.to_text(language)).collect()
}

fn note(out: &mut Vec<u8>, note: Option<&Phrase>, language: Language) {
    if let Some(note) = note {
        out.extend_from_slice(b", \"note\": ");
        put(out, &note.to_text(language));
    }
}

/// The fields of an object, without its braces.
fn fields(out: &mut Vec<u8>, object: &serde_json::Value) {
    let text = object.to_string();
    out.extend_from_slice(text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or_default().as_bytes());
}

/// Appends the reply to a request, without the end of the line.
pub fn write_reply(out: &mut Vec<u8>, id: Option<&str>, answer: &Answer, language: Language) {
    open(out, id);
    match answer {
        Answer::Text { result, value, note: why, domain, remarks } => {
            out.extend_from_slice(b"\"result\": ");
            put(out, result);
            if let Some(value) = value {
                out.extend_from_slice(b", \"value\": ");
                numbers(out, value);
                note(out, why.as_ref(), language);
            }
            if !remarks.is_empty() {
                out.extend_from_slice(b", \"remarks\": ");
                put(out, &texts(remarks, language));
            }
            if let Some(domain) = domain {
                out.extend_from_slice(b", \"domain\": ");
                put(out, &domain_json(domain, language));
            }
        }
        Answer::Entries { entries, values, note: why } => {
            out.extend_from_slice(b"\"result\": ");
            object(out, entries.iter().map(|(name, text)| (&**name, text)), put);
            if let Some(values) = values {
                out.extend_from_slice(b", \"value\": ");
                object(out, entries.iter().map(|(name, _)| &**name).zip(values), numbers);
                note(out, why.as_ref(), language);
            }
        }
        Answer::Value { value, note: why, grad } => {
            out.extend_from_slice(b"\"value\": ");
            numbers(out, value);
            note(out, why.as_ref(), language);
            if !grad.is_empty() {
                out.extend_from_slice(b", \"grad\": ");
                object(out, grad.iter().map(|(name, value)| (&**name, value)), put);
            }
        }
        Answer::Graph(graph) => {
            let text = graph.to_json(&Drawing::default());
            out.extend_from_slice(text.trim_start_matches('{').strip_suffix('}').unwrap_or_default().as_bytes());
        }
        Answer::Layer(layer) => fields(out, &layer.to_json(language)),
        Answer::Quiz(exercises) => fields(out, &super::teach::quiz_json(exercises)),
        Answer::Worked(worked) => fields(out, &super::teach::worked_json(worked)),
        Answer::Checked(checked) => fields(out, &super::teach::checked_json(checked)),
        Answer::Verdict { verdict, proof, witness, values } => {
            out.extend_from_slice(b"\"verdict\": ");
            put(out, verdict);
            match proof {
                Some(Proof::Exact) => out.extend_from_slice(b", \"proof\": \"exact\""),
                Some(Proof::Numeric { points, digits }) => {
                    out.extend_from_slice(format!(", \"proof\": \"numeric\", \"points\": {points}, \"digits\": {digits}").as_bytes());
                }
                None => {}
            }
            if !witness.is_empty() {
                out.extend_from_slice(b", \"witness\": ");
                object(out, witness.iter().map(|(name, value)| (&**name, value)), put);
            }
            if let Some((a, b)) = values {
                out.extend_from_slice(b", \"values\": ");
                put(out, &[a, b]);
            }
        }
    }
    out.push(b'}');
}

/// Appends the reply that says what is wrong, without the end of the line.
pub fn write_error(out: &mut Vec<u8>, id: Option<&str>, error: &Error, language: Language) {
    open(out, id);
    out.extend_from_slice(b"\"error\": {\"kind\": ");
    put(out, error.kind().word());
    out.extend_from_slice(b", \"message\": ");
    put(out, &error.message_in(language));
    if let Some(span) = error.span() {
        out.extend_from_slice(b", \"span\": ");
        put(out, &[span.start, span.end]);
    }
    for (name, value) in [("suggestion", error.suggestion()), ("in", error.input())] {
        if let Some(value) = value {
            out.extend_from_slice(format!(", \"{name}\": ").as_bytes());
            put(out, value);
        }
    }
    out.extend_from_slice(b"}}");
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;

    fn kind(line: &str) -> (String, Option<Kind>) {
        let (id, request) = read_request(line.as_bytes());
        (id.into_owned(), request.err().map(|error| error.kind()))
    }

    #[test]
    fn a_line_is_read_in_full() {
        let line = br#"{"id": 1, "op": "eval", "expr": "x\u005e2", "at": {"x": 3, "y": -1.5}, "let": {"z(x)": "1"}, "assume": ["x>0"], "grad": ["x"]}"#;
        let (id, request) = read_request(line);
        assert_eq!(id, "1");
        let request = request.unwrap();
        assert_eq!(request.op, Some(Op::Eval));
        assert_eq!(request.expr.as_deref(), Some("x^2"));
        assert_eq!(request.at, Some(vec![("x".into(), Given::Number(3.0)), ("y".into(), Given::Number(-1.5))]));
        assert_eq!(request.lets, vec![("z(x)".into(), "1".into())]);
        assert_eq!((request.assume.len(), request.grad.len()), (1, 1));
    }

    #[test]
    fn ids_come_back_as_they_came() {
        for id in
            ["9007199254740993", "123456789012345678901234567890", "1e5", "[1, 2]", "{\"a\":[]}", "\"x\\u00e9\"", "null", "true", "-0.10"]
        {
            assert_eq!(kind(&format!(r#"{{"id": {id}, "op": "eval", "expr": "1"}}"#)), (id.to_owned(), None));
        }
        assert_eq!(kind(r#"{"op": "eval"}"#), ("null".into(), None));
    }

    #[test]
    fn mistakes_are_requests_and_keep_the_id() {
        for rest in [
            r#""op": 3}"#,
            r#""op": "integrate"}"#,
            r#""op": "steps", "lang": 3}"#,
            r#""expr": "x"}"#,
            r#""op": "diff", "expr": 3}"#,
            r#""op": "diff", "expr": "\ud83d"}"#,
            r#""op": "diff", "wrt": [3]}"#,
            r#""op": "diff", "wrt": "x"}"#,
            r#""op": "eval", "at": {"x": "1"}}"#,
            r#""op": "eval", "at": {"x": null}}"#,
            r#""op": "eval", "at": {"x": 1e999}}"#,
            r#""op": "eval", "at": []}"#,
            r#""op": "diff", "shapes": [3]}"#,
            r#""op": "diff", "shapes": {"X": "3"}}"#,
            r#""op": "diff", "expr": "x""#,
            r#""op": "diff" "expr": "x"}"#,
            r#""op": "diff"} x"#,
        ] {
            assert_eq!(kind(&format!(r#"{{"id": 7, {rest}"#)), ("7".into(), Some(Kind::Request)), "{rest}");
        }
        for line in ["true", "[1]", "// comment", "{", "", "nul", "\"x\"", r#"["id", 1]"#] {
            assert_eq!(kind(line), ("null".into(), Some(Kind::Request)), "{line}");
        }
        let (id, request) = read_request(b"{\"id\": 7, \"op\": \"diff\", \"expr\": \"\xff\"}");
        assert_eq!((&*id, request.map_err(|e| e.kind()).err()), ("7", Some(Kind::Request)));
    }

    #[test]
    fn depth_is_survived() {
        let deep = "[".repeat(1_000_000) + &"]".repeat(1_000_000);
        assert_eq!(kind(&deep).1, Some(Kind::Request));
        assert_eq!(kind(&format!(r#"{{"id": 1, "op": "eval", "expr": "1", "at": {deep}}}"#)), ("1".into(), Some(Kind::Request)));
        assert_eq!(kind(&format!(r#"{{"id": {deep}, "op": "eval", "expr": "1"}}"#)), ("null".into(), Some(Kind::Request)));
        assert_eq!(kind(&format!(r#"{{"id": 1, "op": "eval", "expr": "1", "more": {deep}}}"#)), ("1".into(), None));
    }

    #[test]
    fn the_last_of_two_equal_keys_counts() {
        let (_, request) = read_request(br#"{"op": "eval", "op": "diff", "expr": "x"}"#);
        assert_eq!(request.map(|r| r.op).ok(), Some(Some(Op::Diff)));
    }

    #[test]
    fn replies_are_json() {
        let mut out = Vec::new();
        write_reply(
            &mut out,
            Some("1"),
            &Answer::Value { value: Numbers::One(Some(18.0)), note: None, grad: vec![("x".into(), None)] },
            Language::English,
        );
        assert_eq!(String::from_utf8_lossy(&out), r#"{"id": 1, "value": 18.0, "grad": {"x": null}}"#);
        out.clear();
        write_error(
            &mut out,
            Some("\"a\""),
            &Error::new(Kind::Parse, Phrase::of("no")).at(crate::Span::new(2, 2)).within("a"),
            Language::English,
        );
        assert_eq!(String::from_utf8_lossy(&out), r#"{"id": "a", "error": {"kind": "parse", "message": "no", "span": [2,2], "in": "a"}}"#);
    }
}
