//! How does a formula look on a terminal, in two dimensions? The LaTeX that `typeset.rs` writes is read and set in boxes, so that
//! brackets, fractions and the notation of functions are decided in one place. Deliberately reads no other LaTeX, and knows no expression.
//! Read next: `boxes.rs` (sizes and drawing), `typeset.rs` (what is written).

use super::boxes::{Aligned, Boxes, Id, fence_of};
use super::print::{Style, Writer};
use super::typeset::{SUPERSCRIPTS, greek_letter};
use crate::budget;
use crate::error::Result;
use crate::expr::Pool;
use crate::matrix::Value;
use crate::phrase;

/// A value in two dimensions: fractions with bars, raised exponents, roots, tall brackets.
pub(crate) fn pretty(pool: &Pool, value: &Value, limit: usize) -> Result<String> {
    let mut writer = Writer::new(pool, limit, Style::Latex);
    writer.dots = true;
    writer.value(value)?;
    layout(&writer.out, limit)
}

/// The same for LaTeX that has been written.
pub(crate) fn layout(latex: &str, limit: usize) -> Result<String> {
    let mut reader = Reader { rest: latex, frames: vec![Frame::new(Close::End)], boxes: Boxes::default() };
    while reader.step() {
        if reader.boxes.drawn > limit.saturating_mul(8) {
            return Err(full(limit));
        }
    }
    let id = reader.finish();
    if reader.boxes.area(id) > limit {
        return Err(full(limit));
    }
    Ok(reader.boxes.draw(id))
}

fn full(limit: usize) -> crate::error::Error {
    budget::limit(phrase!("output"), phrase!("{limit} characters", limit), "--max-output")
}

/// Commands that stand for a sign; those that end in a blank swallow the one behind them.
const SIGNS: [(&str, &str); 16] = [
    ("cdot", "·"),
    ("odot", "⊙ "),
    ("le", "≤ "),
    ("ge", "≥ "),
    ("ne", "≠ "),
    ("mid", "| "),
    ("circ", "∘"),
    ("top", "ᵀ"),
    ("sum", "∑"),
    ("partial", "∂"),
    ("arccos", "acos"),
    ("arcsin", "asin"),
    ("arctan", "atan"),
    ("_", "_"),
    ("lVert", "‖"),
    ("rVert", "‖"),
];

const SUBSCRIPTS: [char; 10] = ['₀', '₁', '₂', '₃', '₄', '₅', '₆', '₇', '₈', '₉'];

/// What is done with a row when it ends.
enum Close {
    End,
    Plain,
    Over,
    Under(Id),
    Root(String),
    Line,
    Raise,
    Lower,
    /// The name of the left bracket.
    Fence(String),
    /// Whether it is a list of cases, and its rows.
    Table(bool, Vec<Vec<Id>>),
}

struct Frame {
    close: Close,
    items: Vec<Id>,
    /// Whether the last item is a blank, the name of a function, or a minus sign.
    last: Last,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    Blank,
    Named,
    Minus,
    Other,
}

impl Frame {
    fn new(close: Close) -> Frame {
        Frame { close, items: Vec::new(), last: Last::Blank }
    }
}

struct Reader<'t> {
    rest: &'t str,
    frames: Vec<Frame>,
    boxes: Boxes,
}

impl Reader<'_> {
    // ---- the row that is being set

    fn add(&mut self, id: Id, last: Last) {
        let Some(frame) = self.frames.last_mut() else { return };
        if frame.last == Last::Minus && self.boxes.is_bar(id) {
            frame.items.push(self.boxes.text(" "));
        }
        frame.items.push(id);
        frame.last = last;
    }

    fn write(&mut self, text: impl Into<std::borrow::Cow<'static, str>>, last: Last) {
        if matches!(self.frames.last(), Some(frame) if frame.last == Last::Named) && last != Last::Blank {
            self.blank();
        }
        let id = self.boxes.text(text);
        self.add(id, last);
    }

    /// A blank, unless there is one or the row begins here.
    fn blank(&mut self) {
        if let Some(frame) = self.frames.last_mut()
            && frame.last != Last::Blank
        {
            // the `dx` under a derivative
            let is_differential =
                matches!((&frame.close, &*frame.items), (Close::Under(_), [only]) if self.boxes.plain(*only) == Some("d"));
            if is_differential {
                return;
            }
            frame.items.push(self.boxes.text(" "));
            frame.last = Last::Blank;
        }
    }

    fn drop_blank(&mut self) {
        if let Some(frame) = self.frames.last_mut()
            && frame.last == Last::Blank
            && !frame.items.is_empty()
        {
            frame.items.pop();
            frame.last = Last::Other;
        }
    }

    /// The items of the innermost row as one box; the row goes on empty.
    fn take_row(&mut self) -> Id {
        self.drop_blank();
        let items = self.frames.last_mut().map(|frame| {
            frame.last = Last::Blank;
            std::mem::take(&mut frame.items)
        });
        self.boxes.row(&items.unwrap_or_default())
    }

    fn open(&mut self, close: Close) {
        self.frames.push(Frame::new(close));
    }

    // ---- one token after the other

    fn eat(&mut self, text: &str) -> bool {
        let found = self.rest.strip_prefix(text);
        self.rest = found.unwrap_or(self.rest);
        found.is_some()
    }

    /// False at the end.
    fn step(&mut self) -> bool {
        let Some(c) = self.rest.chars().next() else { return false };
        if c == '\\' {
            self.command();
            return true;
        }
        if c.is_alphanumeric() {
            let end = self.rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(self.rest.len());
            let (word, rest) = self.rest.split_at(end);
            // an exponent belongs to the last letter or the whole number before it
            let end = if word.starts_with(|c: char| c.is_ascii_digit()) { word.len() } else { c.len_utf8() };
            self.write(word.get(..end).unwrap_or(word).to_owned(), Last::Other);
            self.rest = if end == word.len() { rest } else { self.rest.get(end..).unwrap_or(rest) };
            return true;
        }
        self.rest = self.rest.get(c.len_utf8()..).unwrap_or_default();
        match c {
            ' ' => self.blank(),
            '{' => self.open(Close::Plain),
            '}' => self.close_brace(),
            '^' => self.script(Close::Raise),
            '_' => self.script(Close::Lower),
            '&' => self.cell(),
            '\'' => self.write("′", Last::Other),
            '-' => self.write("-", Last::Minus),
            c => self.write(c.to_string(), Last::Other),
        }
        true
    }

    fn command(&mut self) {
        self.eat("\\");
        if self.eat("\\") {
            self.eat(" ");
            self.cell();
            if let Some(Frame { close: Close::Table(_, rows), .. }) = self.frames.last_mut() {
                rows.push(Vec::new());
            }
            return;
        }
        let end =
            self.rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(self.rest.len()).max(usize::from(self.rest.starts_with('_')));
        let (name, rest) = self.rest.split_at(end);
        let name = name.to_owned();
        self.rest = rest;
        match &*name {
            "frac" => {
                self.eat("{");
                self.open(Close::Over);
            }
            "sqrt" => {
                let index = if self.eat("[") { self.until(']') } else { String::new() };
                self.eat("{");
                self.open(Close::Root(index));
            }
            "overline" => {
                self.eat("{");
                self.open(Close::Line);
            }
            "left" => {
                let bracket = self.bracket();
                self.eat(" ");
                self.open(Close::Fence(bracket));
            }
            "right" => {
                let bracket = self.bracket();
                self.close_fence(&bracket);
            }
            "begin" => {
                self.eat("{");
                let cases = self.until('}') == "cases";
                self.open(Close::Table(cases, vec![Vec::new()]));
            }
            "end" => {
                self.eat("{");
                self.until('}');
                self.close_table();
            }
            "operatorname" | "mathrm" | "text" => {
                self.eat("{");
                let word = self.until('}').replace("\\_", "_");
                let last = if name == "operatorname" { Last::Named } else { Last::Other };
                self.write(word, last);
            }
            _ => self.sign(&name),
        }
    }

    fn sign(&mut self, name: &str) {
        if let Some((_, sign)) = SIGNS.iter().find(|(known, _)| *known == name) {
            if *sign == "·" {
                self.drop_blank();
            }
            let spaced = sign.ends_with(' ');
            if spaced || *sign == "·" {
                self.eat(" ");
            }
            return self.write(*sign, if spaced { Last::Blank } else { Last::Other });
        }
        match greek_letter(name) {
            Some(letter) => self.write(letter, Last::Other),
            None => self.write(name.to_owned(), Last::Named),
        }
    }

    /// The text up to this character, which is taken too.
    fn until(&mut self, end: char) -> String {
        let (text, rest) = self.rest.split_once(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        text.to_owned()
    }

    /// The name of the bracket behind `\left` or `\right`.
    fn bracket(&mut self) -> String {
        let command = self.eat("\\");
        let end = if command { self.rest.find(|c: char| !c.is_ascii_alphabetic()) } else { self.rest.chars().next().map(char::len_utf8) };
        let (name, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        let name = name.to_owned();
        self.rest = rest;
        name
    }

    /// What stands behind `^` or `_`: a group, or one character.
    fn script(&mut self, close: Close) {
        if self.eat("{") {
            return self.open(close);
        }
        self.open(close);
        let Some(c) = self.rest.chars().next() else { return self.close_brace() };
        self.rest = self.rest.get(c.len_utf8()..).unwrap_or_default();
        self.write(c.to_string(), Last::Other);
        self.close_brace();
    }

    // ---- ends of rows

    fn close_brace(&mut self) {
        let flat = self.frames.last().and_then(|frame| match frame.close {
            Close::Raise => small(&self.boxes, &frame.items, raised_character),
            Close::Lower => small(&self.boxes, &frame.items, lowered_character),
            _ => None,
        });
        let inside = self.take_row();
        let Some(frame) = self.frames.pop() else { return };
        let made = match frame.close {
            Close::Over => {
                self.eat("{");
                return self.open(Close::Under(inside));
            }
            Close::Under(over) => self.boxes.fraction(over, inside),
            Close::Root(index) => self.root(inside, &index),
            Close::Line => self.boxes.overlined(inside),
            Close::Raise | Close::Lower => {
                let base = self.base();
                match flat.filter(|_| self.boxes.is_flat(base)) {
                    Some(text) => {
                        let script = self.boxes.text(text);
                        self.boxes.row(&[base, script])
                    }
                    None if matches!(frame.close, Close::Raise) => self.boxes.raised(base, inside),
                    None => self.boxes.lowered(base, inside),
                }
            }
            // a stray end of something else: the text goes on
            _ => inside,
        };
        self.add(made, Last::Other);
    }

    /// What a script belongs to.
    fn base(&mut self) -> Id {
        match self.frames.last_mut().and_then(|frame| frame.items.pop()) {
            Some(base) => base,
            None => self.boxes.text(""),
        }
    }

    fn root(&mut self, inside: Id, index: &str) -> Id {
        let sign = match index {
            "" => "√",
            "3" => "∛",
            "4" => "∜",
            _ => "",
        };
        if sign.is_empty() || self.boxes.area(inside) != 1 {
            return self.boxes.root(inside, index);
        }
        let sign = self.boxes.text(sign);
        self.boxes.row(&[sign, inside])
    }

    fn close_fence(&mut self, right: &str) {
        let inside = self.take_row();
        let Some(frame) = self.frames.pop() else { return };
        let Close::Fence(left) = frame.close else { return self.add(inside, Last::Other) };
        let made = self.boxes.fenced(inside, fence_of(&left, true), fence_of(right, false));
        self.add(made, Last::Other);
    }

    fn cell(&mut self) {
        if !matches!(self.frames.last(), Some(Frame { close: Close::Table(..), .. })) {
            return;
        }
        let cell = self.take_row();
        if let Some(Frame { close: Close::Table(_, rows), .. }) = self.frames.last_mut()
            && let Some(row) = rows.last_mut()
        {
            row.push(cell);
        }
    }

    fn close_table(&mut self) {
        self.cell();
        let Some(Frame { close: Close::Table(cases, rows), .. }) = self.frames.pop() else { return };
        let table = self.boxes.table(&rows, if cases { Aligned::Left } else { Aligned::Centre });
        let made = if cases {
            let space = self.boxes.text(" ");
            let row = self.boxes.row(&[space, table]);
            self.boxes.fenced(row, fence_of("{", true), None)
        } else {
            self.boxes.fenced(table, fence_of("[", true), fence_of("]", false))
        };
        self.add(made, Last::Other);
    }

    /// All that is open is closed.
    fn finish(&mut self) -> Id {
        while self.frames.len() > 1 {
            self.close_brace();
        }
        self.take_row()
    }
}

/// A script of a few digits as small characters on the row of its base.
fn small(boxes: &Boxes, items: &[Id], character: impl Fn(char) -> Option<char>) -> Option<String> {
    let mut text = String::new();
    for &item in items {
        text.push_str(boxes.plain(item)?);
        if text.len() > 6 {
            return None;
        }
    }
    text.chars().map(character).collect::<Option<String>>().filter(|text| !text.is_empty())
}

fn raised_character(c: char) -> Option<char> {
    match c {
        '-' => Some('⁻'),
        'ᵀ' => Some(c),
        _ => SUPERSCRIPTS.get(c.to_digit(10)? as usize)?.chars().next(),
    }
}

fn lowered_character(c: char) -> Option<char> {
    SUBSCRIPTS.get(c.to_digit(10)? as usize).copied()
}

#[cfg(test)]
#[path = "layout_tests.rs"]
mod tests;
