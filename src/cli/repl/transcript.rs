//! What was asked and answered, as Markdown, LaTeX or HTML, and how such a file is read back.
//! Deliberately knows no mathematics: formulas come as LaTeX from whoever keeps the transcript.
//! Read next: `../repl.rs`.

use symdiff::phrase;
use symdiff::{Error, Kind};

/// A line and its answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Turn {
    pub(crate) input: String,
    /// As it was shown.
    pub(crate) output: String,
    /// The answer as LaTeX, if it is a formula.
    pub(crate) latex: Option<String>,
}

/// What a file is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Page {
    Markdown,
    Latex,
    Html,
}

impl Page {
    /// By the ending of a file's name.
    pub(crate) fn of(file: &str) -> Result<Page, Error> {
        match file.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase().as_str() {
            "md" | "markdown" => Ok(Page::Markdown),
            "tex" => Ok(Page::Latex),
            "html" | "htm" => Ok(Page::Html),
            _ => Err(Error::new(Kind::Request, phrase!("a session is saved as .md, .tex or .html, not as `{file}`", file))),
        }
    }
}

/// The lines of an entry as they stand in a file, so that they are found again.
fn prompted(input: &str) -> String {
    let mut out = String::new();
    for (at, line) in input.trim_end().lines().enumerate() {
        out.push_str(if at == 0 { "> " } else { "| " });
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// The text of the file.
pub(crate) fn write(turns: &[Turn], page: Page) -> String {
    let mut out = head(turns, page);
    for turn in turns {
        let input = prompted(&turn.input);
        let output = turn.output.trim_end();
        let answer = if output.is_empty() { String::new() } else { format!("{output}\n") };
        match page {
            Page::Markdown => {
                let fence = fence(&[&input, output]);
                let shown = if turn.latex.is_some() { "" } else { &*answer };
                out.push_str(&format!("{fence}symdiff\n{input}{shown}{fence}\n\n"));
                if let Some(latex) = &turn.latex {
                    out.push_str(&format!("$$\n{latex}\n$$\n\n"));
                }
            }
            Page::Latex => {
                let shown = if turn.latex.is_some() { "" } else { &*answer };
                // the end of the verbatim part cannot stand in it
                let text = format!("{input}{shown}").replace("\\end{verbatim}", "\\end {verbatim}");
                out.push_str(&format!("\\begin{{verbatim}}\n{text}\\end{{verbatim}}\n"));
                if let Some(latex) = &turn.latex {
                    out.push_str(&format!("\\[\n{latex}\n\\]\n"));
                }
                out.push('\n');
            }
            Page::Html => {
                out.push_str(&format!("<pre class=\"input\">{}</pre>\n", escaped(input.trim_end())));
                if !output.is_empty() {
                    out.push_str(&format!("<pre>{}</pre>\n", escaped(output)));
                }
            }
        }
    }
    out + match page {
        Page::Markdown => "",
        Page::Latex => "\\end{document}\n",
        Page::Html => "</body>\n</html>\n",
    }
}

fn head(turns: &[Turn], page: Page) -> String {
    match page {
        Page::Markdown => "# symdiff\n\n".into(),
        Page::Latex => {
            let mut characters = turns.iter().flat_map(|turn| turn.input.chars().chain(turn.output.chars()));
            let korean = if characters.clone().any(|c| ('가'..='힣').contains(&c)) { "\\usepackage{kotex}\n" } else { "" };
            // drawings need a font that has their characters, and an engine that takes such fonts
            let fonts = if characters.any(|c| !c.is_ascii()) {
                "% for xelatex or lualatex\n\\usepackage{fontspec}\n\
                 \\IfFontExistsTF{DejaVu Sans Mono}{\\setmonofont{DejaVu Sans Mono}}{}\n"
            } else {
                ""
            };
            format!("\\documentclass{{article}}\n\\usepackage{{amsmath}}\n{fonts}{korean}\\begin{{document}}\n\n")
        }
        Page::Html => "<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n<title>symdiff</title>\n<style>\n\
            body { max-width: 60em; margin: 2em auto; padding: 0 1em; background: #fff; color: #111; }\n\
            pre { line-height: 1.2; margin: 0.4em 0 1.2em 1.5em; overflow-x: auto; }\n\
            pre.input { margin-left: 0; margin-bottom: 0; color: #0050a0; }\n</style>\n</head>\n<body>\n"
            .into(),
    }
}

/// More backticks than stand in a row inside.
fn fence(texts: &[&str]) -> String {
    let longest = texts.iter().flat_map(|text| text.split(|c| c != '`')).map(str::len).max().unwrap_or(0);
    "`".repeat(longest.max(2) + 1)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The entries of a file: those of a saved session, else its lines, several where brackets are open.
pub(crate) fn entries(text: &str) -> Vec<String> {
    let saved = text.starts_with("# symdiff") || text.starts_with("\\documentclass");
    let mut entries: Vec<String> = Vec::new();
    let mut inside = false;
    let mut open = false;
    for line in text.lines() {
        if !saved {
            match entries.last_mut().filter(|_| open && !line.trim().is_empty()) {
                Some(last) => *last += &format!("\n{line}"),
                None => entries.push(line.to_owned()),
            }
            open = entries.last().is_some_and(|entry| crate::entry::open_brackets(entry) > 0);
            continue;
        }
        if line.starts_with("```") || line == "\\begin{verbatim}" || line == "\\end{verbatim}" {
            inside = line.ends_with("symdiff") || line.starts_with("\\begin");
        } else if let (true, Some(input)) = (inside, line.strip_prefix("> ")) {
            entries.push(input.to_owned());
        } else if let (true, Some(more), Some(last)) = (inside, line.strip_prefix("| "), entries.last_mut()) {
            *last += &format!("\n{more}");
        }
    }
    entries.retain(|entry| !entry.trim().is_empty());
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turns() -> Vec<Turn> {
        let turn = |input: &str, output: &str, latex: Option<&str>| Turn {
            input: input.into(),
            output: output.into(),
            latex: latex.map(str::to_owned),
        };
        vec![turn("f(x) = x^2", "", None), turn("diff f(x\n) x", "2*x\n", Some("2 x")), turn("x < 3 & ```", "error: <&>\n", None)]
    }

    #[test]
    fn what_is_saved_is_found_again() {
        let inputs: Vec<String> = turns().into_iter().map(|turn| turn.input).collect();
        for page in [Page::Markdown, Page::Latex] {
            assert_eq!(entries(&write(&turns(), page)), inputs, "{page:?}");
        }
        assert_eq!(entries("x + (y\n + 1)\n\n# note\nf(x) = 2\n"), ["x + (y\n + 1)", "# note", "f(x) = 2"]);
    }

    #[test]
    fn pages_are_whole() {
        let markdown = write(&turns(), Page::Markdown);
        assert!(markdown.contains("```symdiff\n> diff f(x\n| ) x\n```\n\n$$\n2 x\n$$\n"), "{markdown}");
        assert!(markdown.contains("````symdiff\n> x < 3 & ```\n"), "{markdown}");
        let html = write(&turns(), Page::Html);
        assert!(html.contains("&gt; x &lt; 3 &amp; ```") && html.ends_with("</html>\n"), "{html}");
        let latex = write(&turns(), Page::Latex);
        assert!(
            latex.contains("\\[\n2 x\n\\]")
                && !latex.contains("fontspec")
                && !latex.contains("kotex")
                && latex.ends_with("\\end{document}\n"),
            "{latex}"
        );
        let korean = Turn { input: "x^2을 x로 미분".into(), ..Turn::default() };
        let latex = write(&[korean], Page::Latex);
        assert!(latex.contains("kotex") && latex.contains("fontspec"), "{latex}");
        assert!(Page::of("a.MD").is_ok() && Page::of("a.pdf").is_err() && Page::of("md").is_err());
    }
}
