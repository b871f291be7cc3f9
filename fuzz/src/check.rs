//! What must hold for any input to a session: no panic, a JSON reply, results that read back, and simplify done once is done.
//! Deliberately knows nothing of where inputs come from: `main.rs` invents them, `tests/fuzz_corpus.rs` replays stored ones.

use serde_json::{Value, json};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};
use symdiff::Budget;
use symdiff::session::{Session, prompt, read_request, write_error, write_reply};

/// A request that takes longer than this is a finding, although its budget is one second; code that is not optimised takes many times as long.
pub(crate) const SLOW: Duration = Duration::from_secs(if cfg!(debug_assertions) { 100 } else { 10 });

/// A session with the small budget that every input gets.
pub(crate) fn session() -> Session {
    Session::new(Budget { nodes: 200_000, time: Some(Duration::from_secs(1)), ..Budget::default() })
}

/// The batch lines of an input: JSON stays as it is, any other text is an expression or a prompt.
pub(crate) fn lines(input: &[u8]) -> Vec<Vec<u8>> {
    let input = input.trim_ascii();
    if input.first() == Some(&b'{') {
        return input.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    }
    let text = String::from_utf8_lossy(input);
    let asked = catch_unwind(|| prompt(&text).and_then(Result::ok).map(|(text, by)| (text.to_owned(), by)));
    let (expr, by) = match asked {
        Ok(Some((expr, by))) if !by.is_empty() => (expr, by),
        Ok(_) => (text.into_owned(), vec!["x".to_owned()]),
        // no line at all: `check` reports it
        Err(_) => return Vec::new(),
    };
    let simplify = json!({"op": "simplify", "expr": expr});
    let diff = json!({"op": "diff", "expr": expr, "wrt": by});
    vec![simplify.to_string().into_bytes(), diff.to_string().into_bytes()]
}

/// Checks everything about one input; the error says what does not hold.
pub(crate) fn check(session: &mut Session, input: &[u8]) -> Result<(), String> {
    let lines = lines(input);
    if lines.is_empty() && !input.trim_ascii().is_empty() {
        return Err("panic while reading a prompt".into());
    }
    lines.iter().try_for_each(|line| check_line(session, line))
}

fn check_line(session: &mut Session, line: &[u8]) -> Result<(), String> {
    let reply = answer(session, line)?;
    let Ok(Value::Object(mut request)) = serde_json::from_slice(line) else { return Ok(()) };
    let op = request.get("op").and_then(Value::as_str).unwrap_or("diff").to_owned();
    let readable = matches!(request.get("format").and_then(Value::as_str), None | Some("text" | "json"));
    let Some(result) = reply.get("result").and_then(Value::as_str) else { return Ok(()) };
    // named parts are for people
    if request.get("where").is_some_and(|w| w == &Value::Bool(true)) {
        return Ok(());
    }
    if !readable || !matches!(&*op, "diff" | "simplify") {
        return Ok(());
    }
    // definitions are inside the result by now, and where it is evaluated does not matter
    for field in ["at", "let", "where"] {
        request.remove(field);
    }
    let mut again = |text: &str| -> Result<Option<String>, String> {
        let mut next = request.clone();
        next.insert("op".into(), "simplify".into());
        next.insert("expr".into(), text.into());
        let reply = answer(session, Value::Object(next).to_string().as_bytes())?;
        match (reply.get("result").and_then(Value::as_str), reply["error"]["kind"].as_str()) {
            (Some(result), _) => Ok(Some(result.to_owned())),
            (None, Some("limit")) => Ok(None),
            _ => Err(format!("does not read back: the {op} result `{text}`: {}", reply["error"])),
        }
    };
    let Some(once) = again(result)? else { return Ok(()) };
    if op == "simplify" && once != result {
        return Err(format!("simplify of simplify differs: `{result}` becomes `{once}`"));
    }
    match again(&once)? {
        Some(twice) if twice != once => Err(format!("simplify of simplify differs: `{once}` becomes `{twice}`")),
        _ => Ok(()),
    }
}

/// The reply to one line, as batch would write it.
fn answer(session: &mut Session, line: &[u8]) -> Result<Value, String> {
    let start = Instant::now();
    let mut out = Vec::new();
    let done = catch_unwind(AssertUnwindSafe(|| {
        let (id, request) = read_request(line);
        match request.and_then(|request| session.answer(&request)) {
            Ok(response) => write_reply(&mut out, Some(&id), &response.answer, symdiff::teach::Language::English),
            Err(error) => write_error(&mut out, Some(&id), &error, symdiff::teach::Language::English),
        }
    }));
    if done.is_err() {
        *session = self::session();
        return Err("panic".into());
    }
    if start.elapsed() > SLOW {
        return Err(format!("slow: {:.1} s", start.elapsed().as_secs_f64()));
    }
    serde_json::from_slice(&out)
        .or_else(|error| match error.to_string() {
            // an id such as 1e400 is JSON and given back as it came, but this reader wants a float
            text if text.starts_with("number out of range") => Ok(Value::Null),
            _ => Err(error),
        })
        .map_err(|error| format!("the reply is not JSON ({error}): {}", String::from_utf8_lossy(&out)))
}
