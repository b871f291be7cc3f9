//! How is one request of the command line answered?
//! Deliberately knows no mathematics: the session answers, `report.rs` writes.
//! Read next: `session.rs`.

use crate::arguments::Settings;
use crate::report;
use std::borrow::Cow;
use std::io::{IsTerminal, Read};
use symdiff::phrase;
use symdiff::session::{self, Answer, Format, Numbers, Request, Session};
use symdiff::{Error, Kind};

/// Answers on stdout; the exit code.
pub(crate) fn answer(mut request: Request<'static>, settings: Settings) -> u8 {
    if let Err(error) = from_stdin(&mut request) {
        return report::error(&error, None, settings.color);
    }
    request.echo = std::io::stdout().is_terminal();
    let color = settings.color;
    let mut session = Session::new(settings.budget);
    let response = match session.answer(&request) {
        Ok(response) => response,
        Err(error) => return report::error(&error, request.source(&error), color),
    };
    // the process ends here: freeing the pool node by node would only take time
    std::mem::forget(session);
    if let Some(read_as) = &response.read_as {
        report::say(&phrase!("read as {read_as}", read_as));
    }
    let failed = failure(&response.answer);
    if request.format == Format::Json || failed.is_none() {
        let code = report::answer(&shown(&response.answer, &request), color);
        if code != 0 {
            return code;
        }
        if let Some(remark) = response.answer.remark().filter(|_| request.format != Format::Json) {
            report::say(&phrase!("note: {remark}", remark));
        }
    }
    failed.map_or(0, |error| report::error(&error, None, color))
}

/// Answers into a file that takes its place when it is whole; the exit code.
pub(crate) fn to_file(mut request: Request<'static>, file: &str, settings: Settings) -> u8 {
    let color = settings.color;
    if let Err(error) = from_stdin(&mut request) {
        return report::error(&error, None, color);
    }
    match Session::new(settings.budget).answer(&request) {
        Ok(response) => match crate::table::output::write(file, &shown(&response.answer, &request)) {
            Ok(()) => 0,
            Err(error) => report::error(&error, None, color),
        },
        Err(error) => report::error(&error, request.source(&error), color),
    }
}

/// An answer as bytes of its format, with the end of the line.
pub(crate) fn shown(answer: &Answer, request: &Request<'_>) -> Vec<u8> {
    let language = request.language().unwrap_or_default();
    let mut out = Vec::new();
    if request.format == Format::Json {
        session::write_reply(&mut out, None, answer, language);
    } else {
        out = answer.to_text(language).into_bytes();
    }
    out.push(b'\n');
    out
}

/// A value that does not exist is an error of the command line.
pub(crate) fn failure(answer: &Answer) -> Option<Error> {
    match answer {
        Answer::Value { value: Numbers::One(None), note, .. } => {
            Some(Error::new(Kind::Domain, note.clone().unwrap_or_else(|| phrase!("the value is not defined here"))))
        }
        _ => None,
    }
}

/// Reads the expression from stdin where it is `-`.
pub(crate) fn from_stdin(request: &mut Request<'static>) -> Result<(), Error> {
    for text in [&mut request.expr, &mut request.a, &mut request.b] {
        if text.as_deref() == Some("-") {
            *text = Some(Cow::Owned(stdin()?));
        }
    }
    Ok(())
}

fn stdin() -> Result<String, Error> {
    let mut bytes = Vec::new();
    std::io::stdin()
        .lock()
        .read_to_end(&mut bytes)
        .map_err(|error| Error::new(Kind::Io, phrase!("stdin cannot be read: {error}", error)))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Error::new(Kind::Parse, phrase!("stdin is not UTF-8: byte {at} does not belong there", at))
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}
