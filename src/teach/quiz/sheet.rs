//! How is a sheet of exercises written, with its key on a page of its own: as Markdown, LaTeX or HTML with MathML?
//! Deliberately knows no rule: the key's steps are those of `trace.rs`.
//! Read next: `write.rs`.

use super::mistakes::read;
use super::picture::{Picture, picture};
use super::{Question, Quiz};
use crate::error::{Error, Kind, Result};
use crate::expr::Pool;
use crate::net::graph::Graph;
use crate::phrase;
use crate::teach::message::{Fragment, Message, sentence};
use crate::teach::write::{HEAD, fragment, style};
use crate::teach::{Language, Level, Markup, Options, Worked, worked};
use crate::text;

/// The exercise in a sentence.
pub(super) fn ask(question: &Question, language: Language, markup: Markup) -> Result<String> {
    let mut pool = Pool::default();
    let pool = &mut pool;
    let read = read(pool, question)?;
    let x = pool.symbol(super::X);
    let message = if question.order == 1 { Message::QuizAsk } else { Message::QuizAskTwice };
    Ok(sentence(message, language, &[("u", fragment(pool, read.e, markup)?), ("x", fragment(pool, x, markup)?)]))
}

/// The steps of the solution.
pub(super) fn solution(question: &Question, options: &Options) -> Result<Worked> {
    let mut pool = Pool::default();
    let read = read(&mut pool, question)?;
    worked(&mut pool, &read.value, &read.by, options)
}

/// `Exercises: chain rule, level 2` and `seed 7`.
pub(super) fn title(quiz: &Quiz, language: Language) -> (String, String) {
    let parts = [("topic", Fragment::plain(quiz.topic.title(language))), ("level", Fragment::plain(&quiz.level.to_string()))];
    let seed = [("n", Fragment::plain(&quiz.seed.to_string()))];
    (sentence(Message::QuizTitle, language, &parts), sentence(Message::QuizSeed, language, &seed))
}

/// The preamble's part for Korean, with where teachers get it.
const KOTEX: &str = "% xelatex, lualatex and pdflatex take this file. kotex comes with TeX Live (Debian and Ubuntu: texlive-lang-korean)\n\
    % and with MiKTeX; Overleaf has it.\n\\usepackage{kotex}\n";

/// The sheet.
pub(super) fn sheet(quiz: &Quiz, language: Language, markup: Markup, graphs: bool) -> Result<String> {
    let questions = quiz.questions()?;
    let options = Options { language, level: Level::Brief, markup };
    let (mut tasks, mut key) = (Vec::new(), Vec::new());
    for question in &questions {
        tasks.push(ask(question, language, markup)?);
        key.push(solution(question, &options)?);
    }
    let (title, seed) = title(quiz, language);
    let answers = Message::QuizKey.template(language);
    match markup {
        Markup::Markdown => {
            let mut out = format!("# {title}\n\n{seed}\n\n");
            for (at, task) in tasks.iter().enumerate() {
                out += &format!("{}. {task}\n", at + 1);
            }
            out += &format!("\n## {answers}\n");
            for (at, worked) in key.iter().enumerate() {
                out += &format!("\n{}. $\\displaystyle {} = {}$\n", at + 1, worked.start, worked.result);
                for step in &worked.steps {
                    out += &format!("   - {} $\\displaystyle = {}$\n", step.text, step.after);
                }
            }
            Ok(out)
        }
        Markup::Latex => {
            let korean = if language == Language::Korean { KOTEX } else { "" };
            let mut out = format!(
                "\\documentclass[a4paper]{{article}}\n\\usepackage[margin=25mm]{{geometry}}\n\\usepackage{{amsmath}}\n{korean}\\lineskiplimit=2pt \\lineskip=5pt % fractions keep apart\n\\begin{{document}}\n\\section*{{{title}}}\n{seed}\n\\begin{{enumerate}}\n"
            );
            for task in &tasks {
                out += &format!("\\item {task}\n");
            }
            out += &format!("\\end{{enumerate}}\n\\newpage\n\\section*{{{answers}}}\n\\begin{{enumerate}}\n");
            for worked in &key {
                out += &format!("\\item $\\displaystyle {} = {}$\n", worked.start, worked.result);
                if !worked.steps.is_empty() {
                    out += "\\begin{itemize}\n";
                    for step in &worked.steps {
                        out += &format!("\\item {}\\newline $\\displaystyle = {}$\n", step.text, step.after);
                    }
                    out += "\\end{itemize}\n";
                }
            }
            Ok(out + "\\end{enumerate}\n\\end{document}\n")
        }
        Markup::Html => {
            let pictures: Vec<Option<Picture>> = questions.iter().map(|question| picture(question).filter(|_| graphs)).collect();
            let mut more = "li { margin: 0.8rem 0; }\n.key { break-before: page; }\n.tasks li { margin-bottom: 3rem; break-inside: avoid; }\n.tasks math { math-style: normal; }\n".to_owned();
            if pictures.iter().any(Option::is_some) {
                more += &Graph::figure_style();
            }
            let mut out = HEAD[0].to_owned() + language.word() + HEAD[1] + &text::escaped(&title) + &style(&more);
            out += &format!("<h1>{}</h1>\n<p>{seed}</p>\n<ol class=\"tasks\">\n", text::escaped(&title));
            for (task, picture) in tasks.iter().zip(&pictures) {
                out += &format!("<li>{task}");
                if let Some(picture) = picture {
                    out += &format!("\n<p>{}</p>\n{}", picture.ask(language), picture.drawn(false, language));
                }
                out += "</li>\n";
            }
            out += &format!("</ol>\n<h2 class=\"key\">{answers}</h2>\n<ol>\n");
            for (worked, picture) in key.iter().zip(&pictures) {
                out += &format!("<li><div class=\"line\">{}</div>\n", worked.start);
                for step in &worked.steps {
                    out += &format!("<div>{}</div>\n<div class=\"line\">{}</div>\n", step.text, with_equals(&step.after));
                }
                if worked.steps.is_empty() {
                    out += &format!("<div class=\"line\">{}</div>\n", with_equals(&worked.result));
                }
                if let Some(picture) = picture {
                    out += &picture.drawn(true, language);
                }
                out += "</li>\n";
            }
            Ok(out + "</ol>\n</body>\n</html>\n")
        }
        Markup::Text | Markup::Unicode => Err(Error::new(Kind::Request, phrase!("a sheet is written as markdown, latex or html"))),
    }
}

fn with_equals(formula: &str) -> String {
    formula.replacen("<math display=\"block\">", "<math display=\"block\"><mo>=</mo>", 1)
}
