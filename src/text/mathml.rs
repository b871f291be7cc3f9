//! How is a formula written as MathML, which browsers show without scripts?
//! Deliberately decides no structure: it spells what `typeset.rs` writes as LaTeX, and knows no more of LaTeX than that.
//! Read next: `typeset.rs`.

use super::typeset::{greek_letter, latex};
use crate::error::Result;
use crate::expr::Pool;
use crate::matrix::Value;

/// A value as a `<math>` element, on a line of its own where `display` is set.
pub(crate) fn mathml(pool: &Pool, value: &Value, display: bool, limit: usize) -> Result<String> {
    let open = if display { "<math display=\"block\">" } else { "<math>" };
    Ok(format!("{open}{}</math>", spelled(&latex(pool, value, limit)?)))
}

/// A text as the content of an HTML element.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// What a pair of braces, or of fences, is for.
enum Purpose {
    Whole,
    Group,
    /// The numerator, to be followed by the denominator over it.
    Above,
    Below(String),
    Root,
    RootOf(String),
    Degree,
    Over,
    /// An index or exponent of this base.
    Script(&'static str, String),
    /// `\left(` and what it is closed by.
    Fence(String),
    /// `\begin`: the name, the rows and the cells so far.
    Table(String, String, String),
}

/// An open group: what it is for, and its items.
struct Group {
    purpose: Purpose,
    items: Vec<String>,
}

impl Group {
    fn new(purpose: Purpose) -> Group {
        Group { purpose, items: Vec::new() }
    }

    fn row(&mut self) -> String {
        let items = std::mem::take(&mut self.items);
        if let [only] = &items[..] { only.clone() } else { format!("<mrow>{}</mrow>", items.concat()) }
    }
}

/// Signs and words that are operators.
const OPERATORS: [(&str, &str); 7] =
    [("cdot", "⋅"), ("le", "≤"), ("ne", "≠"), ("mid", "|"), ("partial", "∂"), ("lfloor", "⌊"), ("rfloor", "⌋")];

/// The LaTeX of `typeset.rs` as MathML.
pub(crate) fn spelled(latex: &str) -> String {
    let mut stack = vec![Group::new(Purpose::Whole)];
    // what the next brace opens
    let mut awaited = Purpose::Group;
    let mut rest = latex;
    while let Some(c) = rest.chars().next() {
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
        match c {
            ' ' => {}
            '{' => stack.push(Group::new(std::mem::replace(&mut awaited, Purpose::Group))),
            '}' => awaited = close(&mut stack),
            '[' if matches!(awaited, Purpose::Root) => stack.push(Group::new(Purpose::Degree)),
            ']' if matches!(stack.last(), Some(Group { purpose: Purpose::Degree, .. })) => {
                let degree = stack.pop().map(|mut group| group.row()).unwrap_or_default();
                awaited = Purpose::RootOf(degree);
            }
            '^' | '_' => {
                let tag = if c == '^' { "msup" } else { "msub" };
                let base = stack.last_mut().and_then(|group| group.items.pop()).unwrap_or_else(|| "<mrow></mrow>".to_owned());
                awaited = Purpose::Script(tag, base);
                if !rest.starts_with('{') {
                    // one letter without braces
                    let letter = rest.chars().next().unwrap_or(' ');
                    rest = rest.get(letter.len_utf8()..).unwrap_or_default();
                    stack.push(Group::new(std::mem::replace(&mut awaited, Purpose::Group)));
                    push(&mut stack, format!("<mi>{}</mi>", escaped(&letter.to_string())));
                    awaited = close(&mut stack);
                }
            }
            '&' => next_cell(&mut stack, false),
            '\\' => awaited = command(&mut stack, &mut rest, awaited),
            '0'..='9' => {
                let length = rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(rest.len());
                push(&mut stack, format!("<mn>{c}{}</mn>", &rest[..length]));
                rest = &rest[length..];
            }
            '\'' => push(&mut stack, "<mo>′</mo>".to_owned()),
            '-' => {
                // behind a sign of equality it is no difference, so no space is around it
                let is_sign = stack.last().and_then(|group| group.items.last()).is_some_and(|item| item == "<mo>=</mo>");
                push(&mut stack, if is_sign { "<mo form=\"prefix\">−</mo>" } else { "<mo>−</mo>" }.to_owned());
            }
            '+' | '=' | '<' | '>' | '!' | ',' | ';' | '(' | ')' | '|' | '[' | ']' | '/' | ':' => {
                push(&mut stack, format!("<mo>{}</mo>", escaped(&c.to_string())));
            }
            c => push(&mut stack, format!("<mi>{}</mi>", escaped(&c.to_string()))),
        }
    }
    while stack.len() > 1 {
        close(&mut stack);
    }
    stack.pop().map(|mut whole| whole.row()).unwrap_or_default()
}

fn push(stack: &mut [Group], item: String) {
    if let Some(group) = stack.last_mut() {
        group.items.push(item);
    }
}

/// Ends the innermost group; what the next brace opens.
fn close(stack: &mut Vec<Group>) -> Purpose {
    if stack.len() < 2 {
        return Purpose::Group;
    }
    let Some(mut group) = stack.pop() else { return Purpose::Group };
    let row = group.row();
    let item = match group.purpose {
        Purpose::Above => return Purpose::Below(row),
        Purpose::Below(above) => format!("<mfrac>{above}{row}</mfrac>"),
        Purpose::Root => format!("<msqrt>{row}</msqrt>"),
        Purpose::RootOf(degree) => format!("<mroot>{row}{degree}</mroot>"),
        Purpose::Over => format!("<mover>{row}<mo>¯</mo></mover>"),
        Purpose::Script(tag, base) => format!("<{tag}>{base}{row}</{tag}>"),
        Purpose::Whole | Purpose::Group | Purpose::Degree | Purpose::Fence(_) | Purpose::Table(..) => row,
    };
    push(stack, item);
    Purpose::Group
}

fn next_cell(stack: &mut [Group], ends_row: bool) {
    let Some(group) = stack.last_mut() else { return };
    let cell = group.row();
    if let Purpose::Table(_, rows, cells) = &mut group.purpose {
        cells.push_str(&format!("<mtd>{cell}</mtd>"));
        if ends_row {
            rows.push_str(&format!("<mtr>{cells}</mtr>"));
            cells.clear();
        }
    }
}

/// The word in the braces that follow.
fn braced<'a>(rest: &mut &'a str) -> &'a str {
    let Some((word, after)) = rest.strip_prefix('{').and_then(|open| open.split_once('}')) else { return "" };
    *rest = after;
    word
}

/// The sign after `\left` or `\right`.
fn fence(rest: &mut &str) -> String {
    let word = rest.strip_prefix('\\').map(|word| &word[..word.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(word.len())]);
    let (sign, length) = match word {
        Some("lfloor") => ("⌊", 7),
        Some("rfloor") => ("⌋", 7),
        Some("lceil") => ("⌈", 6),
        Some("rceil") => ("⌉", 6),
        Some(word) => ("", word.len() + 1),
        None => (rest.get(..1).unwrap_or_default(), 1),
    };
    let sign = sign.to_owned();
    *rest = rest.get(length..).unwrap_or_default();
    sign
}

/// A command; what the next brace opens.
fn command(stack: &mut Vec<Group>, rest: &mut &str, awaited: Purpose) -> Purpose {
    if let Some(after) = rest.strip_prefix('\\') {
        *rest = after;
        next_cell(stack, true);
        return awaited;
    }
    let length = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
    let word = rest.get(..length).unwrap_or_default();
    *rest = rest.get(length..).unwrap_or_default();
    match word {
        // an escaped sign such as `\_`
        "" => {
            let sign = rest.chars().next().unwrap_or(' ');
            *rest = rest.get(sign.len_utf8()..).unwrap_or_default();
            push(stack, format!("<mi>{}</mi>", escaped(&sign.to_string())));
        }
        "frac" => return Purpose::Above,
        "sqrt" => return Purpose::Root,
        "overline" => return Purpose::Over,
        "left" => {
            let sign = fence(rest);
            stack.push(Group::new(Purpose::Fence(sign)));
        }
        "right" => {
            let sign = escaped(&fence(rest));
            if let Some(mut group) = stack.pop_if(|group| matches!(group.purpose, Purpose::Fence(_))) {
                let row = group.row();
                let open = if let Purpose::Fence(open) = group.purpose { escaped(&open) } else { String::new() };
                push(stack, format!("<mrow><mo>{open}</mo>{row}<mo>{sign}</mo></mrow>"));
            }
        }
        "begin" => {
            let name = braced(rest).to_owned();
            stack.push(Group::new(Purpose::Table(name, String::new(), String::new())));
        }
        "end" => {
            braced(rest);
            next_cell(stack, true);
            if let Some(group) = stack.pop_if(|group| matches!(group.purpose, Purpose::Table(..)))
                && let Purpose::Table(name, rows, _) = group.purpose
            {
                let (open, close) = if name == "cases" { ("{", "") } else { ("(", ")") };
                push(stack, format!("<mrow><mo>{open}</mo><mtable>{rows}</mtable><mo>{close}</mo></mrow>"));
            }
        }
        "operatorname" | "mathrm" => {
            let name = braced(rest).replace("\\_", "_");
            push(stack, format!("<mi>{}</mi>", escaped(&name)));
        }
        "text" => {
            let text = escaped(braced(rest));
            push(stack, format!("<mtext>{text}</mtext>"));
        }
        _ => {
            if let Some((_, sign)) = OPERATORS.iter().find(|(name, _)| *name == word) {
                push(stack, format!("<mo>{sign}</mo>"));
            } else if let Some(letter) = greek_letter(word) {
                push(stack, format!("<mi>{letter}</mi>"));
            } else {
                // a function stands apart from the factor before it
                let follows = stack.last().and_then(|group| group.items.last()).is_some_and(|item| !item.starts_with("<mo>"));
                if follows {
                    push(stack, "<mspace width=\"0.17em\"/>".to_owned());
                }
                push(stack, format!("<mi>{word}</mi>"));
            }
        }
    }
    awaited
}

#[cfg(test)]
mod tests {
    use super::spelled;

    #[test]
    fn formulas_are_spelled() {
        for (latex, wanted) in [
            ("x", "<mi>x</mi>"),
            ("x = -1", "<mrow><mi>x</mi><mo>=</mo><mo form=\"prefix\">−</mo><mn>1</mn></mrow>"),
            (r"\frac{1}{x + 2}", "<mfrac><mn>1</mn><mrow><mi>x</mi><mo>+</mo><mn>2</mn></mrow></mfrac>"),
            (r"x^{2} y_{1}", "<mrow><msup><mi>x</mi><mn>2</mn></msup><msub><mi>y</mi><mn>1</mn></msub></mrow>"),
            (r"\left(x\right)^{2}", "<msup><mrow><mo>(</mo><mi>x</mi><mo>)</mo></mrow><mn>2</mn></msup>"),
            (r"\sin^{2}\left(x\right)", "<mrow><msup><mi>sin</mi><mn>2</mn></msup><mrow><mo>(</mo><mi>x</mi><mo>)</mo></mrow></mrow>"),
            (r"\sqrt[3]{x}", "<mroot><mi>x</mi><mn>3</mn></mroot>"),
            (r"\sqrt{\alpha}", "<msqrt><mi>α</mi></msqrt>"),
            (r"\left|x\right|", "<mrow><mo>|</mo><mi>x</mi><mo>|</mo></mrow>"),
            (r"\gamma_E", "<msub><mi>γ</mi><mi>E</mi></msub>"),
            (
                r"\begin{pmatrix} 1 & x \\ 2 & y \end{pmatrix}",
                "<mrow><mo>(</mo><mtable><mtr><mtd><mn>1</mn></mtd><mtd><mi>x</mi></mtd></mtr><mtr><mtd><mn>2</mn></mtd><mtd><mi>y</mi></mtd></mtr></mtable><mo>)</mo></mrow>",
            ),
        ] {
            assert_eq!(spelled(latex), wanted, "{latex}");
        }
    }

    #[test]
    fn whatever_comes_ends_balanced() {
        for text in ["{{{", "}}}", r"\frac{", r"\left(", r"\right)", r"\begin{cases}1&", r"\end{x}", r"^", r"\", r"\sqrt[", "é^", r"\left"]
        {
            let found = spelled(text);
            assert_eq!(found.matches("<mrow>").count(), found.matches("</mrow>").count(), "{text}");
        }
    }
}
