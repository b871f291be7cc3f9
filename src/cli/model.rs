//! How does a trained network leave for another program? `symdiff export MODEL.safetensors --to onnx --out FILE`.
//! Deliberately writes no format itself: `net::Model::export` does.
//! Read next: `net/export.rs`.

use crate::arguments::{Misuse, Settings};
use crate::report;
use crate::table::output::write;
use clap::ArgMatches;
use std::io::IsTerminal;
use symdiff::net::{ExportTarget, Model};
use symdiff::phrase;
use symdiff::{Error, Kind, Result};

/// What is asked for.
#[derive(Debug)]
pub(crate) struct Order {
    model: String,
    to: ExportTarget,
    out: Option<String>,
}

/// What the words of `export` ask for, if they name a network or a file for the source.
pub(crate) fn read(matches: &ArgMatches) -> std::result::Result<Option<Order>, Misuse> {
    let text = |name: &str| matches.try_get_one::<String>(name).ok().flatten();
    let Some(model) = text("EXPR").filter(|text| text.ends_with(".safetensors")) else {
        return Ok(None);
    };
    let out = text("out").cloned();
    let to = match (text("to"), &out) {
        (Some(to), _) => ExportTarget::find(to)?,
        (None, Some(file)) if file.ends_with(".onnx") => ExportTarget::Onnx,
        (None, Some(file)) if file.ends_with(".rs") => ExportTarget::Rust,
        _ => return Err(Error::new(Kind::Request, phrase!("to what? write --to onnx, numpy, pytorch or rust")).into()),
    };
    Ok(Some(Order { model: model.clone(), to, out }))
}

/// Exports; the exit code.
pub(crate) fn run(order: &Order, settings: &Settings) -> u8 {
    match carry_out(order, settings) {
        Ok(code) => code,
        Err(error) => report::error(&error, None, settings.color),
    }
}

fn carry_out(order: &Order, settings: &Settings) -> Result<u8> {
    let bytes = Model::load(&order.model)?.export(order.to)?;
    let Some(file) = &order.out else {
        if order.to == ExportTarget::Onnx && std::io::stdout().is_terminal() {
            return Err(Error::new(Kind::Request, phrase!("an ONNX file is no text for a terminal; write --out FILE")));
        }
        return Ok(report::answer(&bytes, settings.color));
    };
    write(file, &bytes)?;
    Ok(0)
}
