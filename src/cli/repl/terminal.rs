//! How is a line typed? An editor with history, completion and hints, by the keys that the user prefers.
//! Deliberately knows no command: lines go to `Repl::line`.
//! Read next: `assist.rs`, `../repl.rs`.

use super::assist::{Assist, PROMPT};
use super::{After, Repl};
use crate::{preferences, report};
use rustyline::config::Configurer;
use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;
use rustyline::{ColorMode, CompletionType, Config, EditMode, Editor};
use std::io::IsTerminal;
use symdiff::phrase;
use symdiff::{Error, Kind};

/// Lines that the history keeps.
const HISTORY: usize = 5000;

impl Repl {
    pub(super) fn on_terminal(mut self) -> u8 {
        self.echo = true;
        let mut editor = match editor(self.preferences.vi) {
            Ok(editor) => editor,
            Err(error) => return report::error(&unusable(&error), None, self.color),
        };
        let history = preferences::history_file();
        if let Some(path) = &history {
            // without a history there is still a REPL
            let _ = editor.load_history(path);
        }
        let colors = report::is_colored(self.color, std::io::stdout().is_terminal());
        editor.set_color_mode(if colors { ColorMode::Enabled } else { ColorMode::Disabled });
        report::say(&phrase!("symdiff: help shows what can be done, Ctrl-D ends"));
        loop {
            editor.set_helper(Some(Assist::new(&self.lets, self.preferences.hints, colors)));
            let line = match editor.readline(PROMPT) {
                Ok(line) => line,
                Err(ReadlineError::Interrupted) => continue,
                Err(ReadlineError::Eof) => match self.end_quiz() {
                    Some(score) => {
                        report::answer(score.as_bytes(), self.color);
                        continue;
                    }
                    None => return 0,
                },
                Err(error) => return report::error(&unusable(&error), None, self.color),
            };
            if !line.trim().is_empty() && editor.add_history_entry(&*line).unwrap_or(false) {
                // written at once, so that what ends the process does not take the lines with it
                if let Some(path) = &history {
                    let _ = editor.append_history(path);
                }
            }
            if let After::End(code) = self.line(&line) {
                return code;
            }
        }
    }
}

fn editor(vi: bool) -> rustyline::Result<Editor<Assist, FileHistory>> {
    let config = Config::builder()
        .max_history_size(HISTORY)?
        .history_ignore_dups(true)?
        .history_ignore_space(true)
        .completion_type(CompletionType::List)
        .edit_mode(if vi { EditMode::Vi } else { EditMode::Emacs })
        .build();
    Editor::with_config(config)
}

fn unusable(error: &ReadlineError) -> Error {
    Error::new(Kind::Io, phrase!("the terminal cannot be used: {error}", error))
}
