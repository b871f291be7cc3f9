//! How is a trace shown: which sentences, in which language, with formulas as text, Unicode, LaTeX, Markdown or HTML?
//! Deliberately chooses no step; what is said is `message.rs`'s, how formulas are spelled `text/`'s.
//! Read next: `message.rs`.

use super::message::{Fragment, Message, sentence, sentence_with};
use super::trace::{Piece, Said, Trace};
use crate::error::Result;
use crate::expr::{Expr, Pool};
use crate::matrix::Value;
use crate::message::Language;
use crate::text;

/// In what formulas and documents are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Markup {
    /// `2*x^2`, which reads back.
    #[default]
    Text,
    /// `2·x²`
    Unicode,
    /// LaTeX for the body of a document.
    Latex,
    /// Markdown with LaTeX between dollar signs.
    Markdown,
    /// A whole page with MathML, which browsers show without scripts.
    Html,
}

/// One step of a worked derivative.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Which rule: `chain`, `product`, `simplify`, ...
    pub rule: &'static str,
    /// The whole line before; `D(u, x)` is a derivative that is still to be taken.
    pub before: String,
    /// The whole line after.
    pub after: String,
    /// What was done, in a sentence or two.
    pub text: String,
}

/// A worked derivative.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worked {
    /// The first line.
    pub start: String,
    /// The steps; there is none if nothing changes.
    pub steps: Vec<Step>,
    /// The derivative, as `diff` gives it.
    pub result: String,
    /// The language of the sentences.
    pub language: Language,
    /// The markup of the lines.
    pub markup: Markup,
    title: String,
    legend: String,
}

fn formula(pool: &Pool, value: &Value, markup: Markup, display: bool) -> Result<String> {
    let limit = pool.meter.budget.output;
    match markup {
        Markup::Text => text::print(pool, value, limit),
        Markup::Unicode => text::unicode(pool, value, limit),
        Markup::Latex | Markup::Markdown => text::latex(pool, value, limit),
        Markup::Html => text::mathml(pool, value, display, limit),
    }
}

/// A formula inside a sentence.
pub(crate) fn fragment(pool: &Pool, e: Expr, markup: Markup) -> Result<Fragment> {
    let value = Value::Scalar(e);
    let shown = formula(pool, &value, markup, false)?;
    let shown = if matches!(markup, Markup::Latex | Markup::Markdown) { format!("${shown}$") } else { shown };
    Ok(Fragment { shown, plain: text::print(pool, &value, pool.meter.budget.output)? })
}

/// A formula of a message, which is written in Unicode.
fn of_message(formula: &str, markup: Markup) -> String {
    let mut latex = String::new();
    for c in formula.chars() {
        match c {
            '·' => latex += " \\cdot ",
            '′' => latex.push('\''),
            '²' => latex += "^{2}",
            '−' => latex.push('-'),
            c => latex.push(c),
        }
    }
    let latex = latex.replace("log", "\\log");
    match markup {
        Markup::Text | Markup::Unicode => formula.to_owned(),
        Markup::Latex | Markup::Markdown => format!("${latex}$"),
        Markup::Html => format!("<math>{}</math>", text::spelled(&latex)),
    }
}

fn piece(pool: &Pool, piece: &Piece, markup: Markup) -> Result<Fragment> {
    Ok(match piece {
        Piece::Expr(e) => fragment(pool, *e, markup)?,
        Piece::Count(n) => Fragment::plain(&n.to_string()),
        Piece::Slope(letter, by) => {
            let name = pool.symbol_name(*by);
            let plain = format!("d{letter}/d{name}");
            let shown = match markup {
                Markup::Text => plain.clone(),
                Markup::Unicode => format!("d{letter}/d{}", text::unicode_symbol(name)),
                Markup::Latex | Markup::Markdown => {
                    let mut latex = String::new();
                    text::latex_name(&mut latex, pool.symbol_key(*by));
                    format!("$\\frac{{d {letter}}}{{d {latex}}}$")
                }
                Markup::Html => {
                    let mut latex = String::new();
                    text::latex_name(&mut latex, pool.symbol_key(*by));
                    format!("<math>{}</math>", text::spelled(&format!("\\frac{{d {letter}}}{{d {latex}}}")))
                }
            };
            Fragment { shown, plain: format!("d{name}") }
        }
    })
}

pub(crate) fn said(pool: &Pool, said: &[Said], language: Language, markup: Markup) -> Result<String> {
    let mut sentences = Vec::with_capacity(said.len());
    for one in said {
        let mut parts = Vec::with_capacity(one.pieces.len());
        for (name, what) in &one.pieces {
            parts.push((*name, piece(pool, what, markup)?));
        }
        sentences.push(sentence_with(one.message, language, &parts, |formula| of_message(formula, markup)));
    }
    Ok(sentences.join(" "))
}

/// The trace in a language and markup.
pub(crate) fn write(pool: &mut Pool, trace: &Trace, by: Expr, language: Language, markup: Markup) -> Result<Worked> {
    let mut steps = Vec::with_capacity(trace.moves.len());
    for step in &trace.moves {
        pool.check()?;
        steps.push(Step {
            rule: step.rule,
            before: formula(pool, &step.before, markup, true)?,
            after: formula(pool, &step.after, markup, true)?,
            text: said(pool, &step.said, language, markup)?,
        });
    }
    let title =
        sentence(Message::Title, language, &[("x", fragment(pool, by, if markup == Markup::Html { Markup::Unicode } else { markup })?)]);
    let legend =
        sentence(Message::Legend, language, &[("x", fragment(pool, by, if markup == Markup::Text { markup } else { Markup::Unicode })?)]);
    Ok(Worked {
        start: formula(pool, &trace.start, markup, true)?,
        steps,
        result: formula(pool, &trace.result, markup, true)?,
        language,
        markup,
        title,
        legend,
    })
}

/// The beginning of a page: before its language and before its title.
pub(super) const HEAD: [&str; 2] = [
    "<!DOCTYPE html>\n<html lang=\"",
    "\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>",
];

/// What follows the title of a page up to its body, with rules of style of its own.
pub(super) fn style(more: &str) -> String {
    "</title>\n<style>\nbody { font-family: system-ui, sans-serif; line-height: 1.6; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }\n\
:lang(ko) { word-break: keep-all; }\nmath { font-size: 1.1em; }\n.line { margin: 0.6rem 0; overflow: auto hidden; padding: 0.2rem 0; }\n"
        .to_owned()
        + more
        + "</style>\n</head>\n<body>\n"
}

impl Worked {
    /// The whole as a document of its markup.
    ///
    /// ```
    /// use symdiff::teach::{Options, steps};
    /// let worked = steps("x^2", &["x"], &Options::default())?;
    /// assert!(worked.to_text().ends_with("Result: 2*x"));
    /// # Ok::<(), symdiff::Error>(())
    /// ```
    #[must_use]
    pub fn to_text(&self) -> String {
        let result = Message::Result.template(self.language);
        match self.markup {
            Markup::Text | Markup::Unicode => {
                let mut out = self.start.clone() + "\n";
                if !self.steps.is_empty() {
                    out += &format!("({})\n", self.legend);
                }
                for (at, step) in self.steps.iter().enumerate() {
                    out += &format!("\n{}. {}\n   = {}\n", at + 1, step.text, step.after);
                }
                out + &format!("\n{result}: {}", self.result)
            }
            Markup::Latex => {
                let mut out = format!("\\[ {} \\]\n", self.start);
                if !self.steps.is_empty() {
                    out += "\\begin{enumerate}\n";
                    for step in &self.steps {
                        out += &format!("\\item {}\n\\[ = {} \\]\n", step.text, step.after);
                    }
                    out += "\\end{enumerate}\n";
                }
                out + &format!("{result}: \\[ {} \\]", self.result)
            }
            Markup::Markdown => {
                let mut out = format!("## {}\n\n$$ {} $$\n", self.title, self.start);
                for (at, step) in self.steps.iter().enumerate() {
                    out += &format!("\n{}. {}\n\n   $$ = {} $$\n", at + 1, step.text, step.after);
                }
                out + &format!("\n**{result}:**\n\n$$ {} $$", self.result)
            }
            Markup::Html => {
                let language = self.language.word();
                let [open, head] = HEAD;
                let style = style("li { margin: 1rem 0; }\n.result { border-top: 1px solid; padding-top: 0.6rem; }\n");
                let title = text::escaped(&self.title);
                let mut out =
                    format!("{open}{language}{head}{title}{style}<h1>{title}</h1>\n<div class=\"line\">{}</div>\n<ol>\n", self.start);
                for step in &self.steps {
                    out += &format!(
                        "<li>{}\n<div class=\"line\">{}</div></li>\n",
                        step.text,
                        step.after.replacen("<math display=\"block\">", "<math display=\"block\"><mo>=</mo>", 1)
                    );
                }
                out + &format!("</ol>\n<div class=\"result line\">{result}: {}</div>\n</body>\n</html>", self.result)
            }
        }
    }
}
