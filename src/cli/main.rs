//! Where does the program start and end? Words to a task, a task to an exit code.
//! Deliberately short: `arguments.rs` reads the words, `command.rs`, `table.rs`, `batch.rs` and `repl.rs` do the work.
//! Read next: `command.rs`.

mod arguments;
mod batch;
mod command;
mod curve;
mod entry;
mod graph;
mod help;
mod interrupt;
mod model;
mod plot;
mod predict;
mod preferences;
mod quiz;
mod repl;
mod report;
mod table;
mod train;

use arguments::{Color, Misuse, Settings, Task};
use std::io::IsTerminal;
use std::process::ExitCode;
use symdiff::phrase;
use symdiff::{Error, Kind};

fn main() -> ExitCode {
    // the last line of defence: a defect ends in one sentence and exit code 1
    std::panic::set_hook(Box::new(|_| {}));
    let code = std::panic::catch_unwind(run).unwrap_or_else(|_| {
        report::error(
            &Error::new(Kind::Limit, phrase!("internal error: this is a defect of symdiff, please report it")),
            None,
            Color::Never,
        )
    });
    ExitCode::from(code)
}

fn run() -> u8 {
    let words: Result<Vec<String>, _> = std::env::args_os().skip(1).map(std::ffi::OsString::into_string).collect();
    let Ok(words) = words else {
        return report::error(&Error::new(Kind::Parse, phrase!("an argument is not UTF-8")), None, Color::Auto);
    };
    report::speak(arguments::language_of(&words));
    let (task, settings) = match arguments::read(words) {
        Ok(read) => read,
        Err(Misuse::Ours(error)) => return report::error(&error, None, Color::Auto),
        Err(Misuse::Clap(error)) => {
            // help and version come this way too; a closed pipe is nobody's loss
            let _ = error.print();
            return u8::try_from(error.exit_code()).unwrap_or(2);
        }
    };
    match task {
        Task::Answer(request) => command::answer(request, settings),
        Task::Table { request, files } => match table::run(request, &files, &settings) {
            Ok(code) => code,
            Err((error, source)) => report::error(&error, source.as_deref(), settings.color),
        },
        Task::Graph { request, picture } => graph::run(request, &picture, settings),
        Task::Plot { request, picture } => plot::run(request, &picture, settings),
        Task::Train(order) => train::run(&order, &settings),
        Task::File { request, out } => command::to_file(request, &out, settings),
        Task::Export(order) => model::run(&order, &settings),
        Task::Predict(order) => predict::run(&order, &settings),
        Task::Quiz(order) => quiz::run(&order, &settings),
        Task::Batch(file) => batch::run(file.as_deref(), settings),
        Task::Repl { plain } => repl::run(settings, plain),
        Task::Text(text) => report::answer(text.as_bytes(), settings.color),
        Task::Nothing if std::io::stdin().is_terminal() && std::io::stdout().is_terminal() => repl::run(Settings::default(), false),
        Task::Nothing => {
            report::message(&help::brief());
            2
        }
    }
}
