//! What a Korean request such as `x^3 x로 두 번 미분` asks for: where its expression stands, and by which variables.
//! Deliberately knows nothing of the expression itself, and only the words that ask for a derivative.
//! Read next: `mod.rs`, whose `parse` reads the expression.

use super::{canonical_symbol, shown_symbol};
use crate::error::{Error, Kind, Result, Span};
use crate::function;
use crate::phrase;
use std::ops::Range;

/// A request in Korean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Prompt {
    /// Where the expression stands.
    pub(crate) expression: Range<usize>,
    /// Canonical keys, one for each derivative: `두 번` repeats its variable.
    pub(crate) variables: Vec<String>,
}

/// After a variable: by it.
#[rustfmt::skip]
const BY: &[&str] = &["에 대하여서", "에 대해서", "에 대하여", "에 대해", "에 대한", "에 관해서", "에 관하여", "에 관해", "에 관한",
    "에대하여", "에대해서", "에대해", "에대한", "에관하여", "에관해", "에관한", "에 따라", "(으)로", "으로", "로"];
/// After an expression.
const OBJECT: &[&str] = &["을", "를", "의", "은", "는", "을(를)", "를(을)", ",", ":"];
/// Before an expression or variable, and between the parts.
const FILLERS: &[&str] = &[
    "다음 식",
    "다음",
    "함수식",
    "함수",
    "수식",
    "변수",
    "식",
    "문제",
    "연속해서",
    "연속으로",
    "연속",
    "반복해서",
    "거듭",
    "더",
    "씩",
    "각각",
];
/// `미분` of an earlier part: `x로 미분하고 y로 미분`.
const EARLIER: &[&str] = &["미분한 뒤", "미분한 후", "미분한 다음", "미분하고", "미분해서", "미분하여", "미분한", "미분", "편"];
const NUMBERS: &[&str] = &["한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열"];
const CHINESE: &[&str] = &["일", "이", "삼", "사", "오", "육", "칠", "팔", "구", "십"];

/// More derivatives than this are no sensible request.
const MOST: usize = 10_000;

/// Reads a request; `None` if the text does not ask for a derivative in Korean.
pub(crate) fn prompt(text: &str) -> Option<Result<Prompt>> {
    let at = ["미분", "도함수"].iter().filter_map(|word| text.rfind(word)).max()?;
    Some(Reader { text, start: 0, end: at, counts: Vec::new() }.read(at))
}

/// The part of the text that is not understood yet.
struct Reader<'a> {
    text: &'a str,
    start: usize,
    end: usize,
    /// Variables from the last to the first, with how often each is meant.
    counts: Vec<(String, usize)>,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.start..self.end]
    }

    fn trim_end(&mut self) {
        self.end = self.start + self.rest().trim_end().len();
    }

    fn trim_start(&mut self) {
        self.start = self.end - self.rest().trim_start().len();
    }

    fn strip_end(&mut self, words: &[&str]) -> bool {
        self.trim_end();
        let rest = self.rest();
        let Some(word) = words.iter().filter(|word| rest.ends_with(**word)).max_by_key(|word| word.len()) else { return false };
        self.end -= word.len();
        self.trim_end();
        true
    }

    fn read(mut self, request: usize) -> Result<Prompt> {
        let place = Span::new(request, self.text.len().min(request + "미분".len()));
        let mut count = None;
        loop {
            self.fillers(&mut count)?;
            let end = self.end;
            if !self.strip_end(BY) {
                break;
            }
            // 로 may close a word of the text; then it is no variable
            let Some(variable) = self.variable() else {
                self.end = end;
                break;
            };
            let several = count.take().unwrap_or(1);
            self.note(variable, several)?;
            // x와 y로, x, y로
            loop {
                let end = self.end;
                if !self.strip_end(&["와", "과", "및", ","]) {
                    break;
                }
                match self.variable() {
                    Some(variable) => self.note(variable, several)?,
                    None => {
                        self.end = end;
                        break;
                    }
                }
            }
        }
        self.strip_end(OBJECT);
        if self.counts.is_empty() {
            self.leading(&mut count)?;
        }
        self.leading_fillers();
        // without a variable the count waits until one is found
        if let [(_, once @ 1)] = &mut self.counts[..]
            && let Some(extra) = count.take()
        {
            *once = extra;
        }
        if self.counts.is_empty() {
            self.inside(count)?;
        }
        self.trim_start();
        self.trim_end();
        if self.counts.is_empty()
            && let Some(variable) = only_symbol(self.rest())
        {
            self.note(variable, count.unwrap_or(1))?;
        }
        if self.rest().trim_matches(|c: char| c == '$' || c.is_whitespace()).is_empty() {
            return Err(Error::new(Kind::Parse, phrase!("expected an expression before the variable: `x^3 x로 미분`")).at(place));
        }
        if self.counts.is_empty() {
            return Err(Error::new(Kind::Parse, phrase!("expected the variable before the request: `x^2*y x로 미분`")).at(place));
        }
        if self.counts.iter().any(|(_, count)| *count == 0) {
            return Err(Error::new(Kind::Parse, phrase!("a count is at least 1")).at(place));
        }
        let variables = self.counts.iter().rev().flat_map(|(variable, count)| std::iter::repeat_n(variable.clone(), *count)).collect();
        Ok(Prompt { expression: self.start..self.end, variables })
    }

    fn note(&mut self, variable: String, count: usize) -> Result<()> {
        if count > MOST || self.counts.iter().map(|row| row.1).sum::<usize>() + count > MOST {
            return Err(crate::budget::limit(phrase!("order"), phrase!("{MOST} derivatives", MOST), "no option"));
        }
        self.counts.push((variable, count));
        Ok(())
    }

    /// Takes fillers and counts off the end.
    fn fillers(&mut self, count: &mut Option<usize>) -> Result<()> {
        loop {
            if self.strip_end(EARLIER) || self.strip_end(FILLERS) {
                continue;
            }
            match self.count() {
                Some(number) => *count = Some(number.min(MOST + 1)),
                None => {
                    let end = self.end;
                    // a comma between two parts: x로 미분, y로 미분
                    if self.strip_end(&[","]) && BY.iter().any(|word| self.rest().ends_with(word)) {
                        continue;
                    }
                    self.end = end;
                    return Ok(());
                }
            }
        }
    }

    /// Takes `두 번`, `2번`, `이계`, `2차`, `세 번째` off the end.
    fn count(&mut self) -> Option<usize> {
        self.trim_end();
        let end = self.end;
        let found = self.counted();
        if found.is_none() {
            self.end = end;
        }
        found
    }

    fn counted(&mut self) -> Option<usize> {
        self.strip_end(&["에", "으로"]);
        let unit = ["번째", "번", "차례", "회", "계", "차"].into_iter().find(|unit| self.rest().ends_with(unit))?;
        self.end -= unit.len();
        self.trim_end();
        let rest = self.rest();
        let digits = rest.len() - rest.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        if digits > 0 {
            let number = rest[rest.len() - digits..].parse().unwrap_or(usize::MAX);
            // x^2 차 is no count: the digits stand alone
            let alone = rest[..rest.len() - digits].chars().next_back().is_none_or(|c| !c.is_ascii() || c.is_whitespace());
            self.end -= digits;
            self.strip_end(&["제"]);
            return alone.then_some(number);
        }
        let words = if matches!(unit, "계" | "차") { CHINESE } else { NUMBERS };
        let (at, word) = words.iter().enumerate().find(|(_, word)| rest.ends_with(**word))?;
        self.end -= word.len();
        self.strip_end(&["제"]);
        Some(at + 1)
    }

    /// Takes a variable off the end: `x`, `\theta`, `x_1`, `$x$`, or the last symbol of a formula in dollars.
    fn variable(&mut self) -> Option<String> {
        self.trim_end();
        let rest = self.rest();
        if let Some(inner) = rest.strip_suffix('$') {
            let inner = inner.strip_suffix('$').unwrap_or(inner);
            let open = inner.rfind('$');
            let (from, formula) = open.map_or((0, inner), |open| (open + 1, &inner[open + 1..]));
            if let Some(word) = last_word(formula.trim_end()) {
                let before = formula.trim_end().len() - word.len();
                if formula[..before].trim().is_empty() {
                    // a formula that is only the variable; before it stands the expression
                    let mut end = from;
                    while self.text[..self.start + end].ends_with('$') && end > 0 {
                        end -= 1;
                    }
                    let key = canonical_symbol(word);
                    self.end = self.start + end;
                    self.strip_end(OBJECT);
                    return Some(key);
                }
                if !formula[..before].ends_with(|c: char| c.is_whitespace() || matches!(c, ')' | '}' | ']' | '|')) {
                    return None;
                }
                let key = canonical_symbol(word);
                self.end = self.start + from + before;
                self.start += from;
                self.trim_end();
                return Some(key);
            }
            return None;
        }
        let word = last_word(rest)?;
        let before = rest[..rest.len() - word.len()].chars().next_back();
        // the variable is a word of its own, or follows a bracket
        if before.is_some_and(|c| !c.is_whitespace() && !matches!(c, ')' | '}' | ']' | '|' | '!' | '$' | ',' | '²' | '³') && !is_korean(c))
        {
            return None;
        }
        let key = canonical_symbol(word);
        self.end -= word.len();
        let end = self.end;
        // a comma may belong to a list of variables
        if !self.strip_end(&["을", "를", "의", "은", "는"]) {
            self.end = end;
        }
        Some(key)
    }

    /// The variable before the expression: `x로 x^3을 미분`, `$x$에 대해 $x^3$을 미분`.
    fn leading(&mut self, count: &mut Option<usize>) -> Result<()> {
        self.trim_start();
        self.leading_fillers();
        let rest = self.rest();
        let Some((at, by)) =
            BY.iter().filter_map(|word| rest.find(word).map(|at| (at, *word))).min_by_key(|(at, word)| (*at, usize::MAX - word.len()))
        else {
            return Ok(());
        };
        let name = rest[..at].trim().trim_matches('$').trim();
        if last_word(name) != Some(name) {
            return Ok(());
        }
        self.note(canonical_symbol(name), count.take().unwrap_or(1))?;
        self.start += at + by.len();
        self.trim_start();
        // x로 두 번 x^3을 미분
        let rest = self.rest();
        if let Some(end) = rest.find("번").map(|at| at + "번".len()) {
            let mut inner = Reader { text: &rest[..end], start: 0, end, counts: Vec::new() };
            if let Some(number) = inner.count()
                && inner.rest().is_empty()
                && let Some(last) = self.counts.last_mut()
            {
                last.1 = number.min(MOST);
                self.start += end;
            }
        }
        Ok(())
    }

    fn leading_fillers(&mut self) {
        loop {
            self.trim_start();
            let rest = self.rest();
            let Some(word) = FILLERS.iter().filter(|word| rest.starts_with(**word)).max_by_key(|word| word.len()) else { return };
            self.start += word.len();
            self.trim_start();
            let rest = self.rest();
            if let Some(word) = OBJECT.iter().filter(|word| rest.starts_with(**word)).max_by_key(|word| word.len()) {
                self.start += word.len();
            }
        }
    }

    /// No variable was named outside: `$ x^2 x $ 미분` names it inside.
    fn inside(&mut self, count: Option<usize>) -> Result<()> {
        let (start, end) = (self.start, self.end);
        self.trim_end();
        if self.rest().ends_with('$')
            && self.rest().matches('$').count() == 2
            && let Some(variable) = self.variable()
        {
            if !self.rest().trim_matches(|c: char| c == '$' || c.is_whitespace()).is_empty() && self.rest().contains(['^', '+', '(', '\\'])
            {
                return self.note(variable, count.unwrap_or(1));
            }
            (self.start, self.end) = (start, end);
        } else {
            (self.start, self.end) = (start, end);
        }
        Ok(())
    }
}

fn is_korean(c: char) -> bool {
    matches!(c, '가'..='힣' | 'ㄱ'..='ㅣ')
}

/// The symbol at the end of a text: `x`, `x_1`, `x_{1}`, `θ`, `\theta`.
fn last_word(text: &str) -> Option<&str> {
    let braces = if text.ends_with('}') { text.rfind("_{")? } else { text.len() };
    let part = |c: char| (c.is_alphanumeric() && !is_korean(c) && !matches!(c, '²' | '³' | '¹' | '⁰'..='ⁿ')) || c == '_';
    let start = braces - text[..braces].chars().rev().take_while(|c| part(*c)).map(char::len_utf8).sum::<usize>();
    let word = text[start..braces].trim_start_matches(|c: char| c.is_ascii_digit() || c == '_');
    let start = braces - word.len();
    if !word.starts_with(|c: char| c.is_alphabetic()) {
        return None;
    }
    let start = if text[..start].ends_with('\\') { start - 1 } else { start };
    Some(&text[start..])
}

/// The symbol of an expression that has only one. Commands such as `\\frac` are no symbols unless they are Greek letters.
fn only_symbol(text: &str) -> Option<String> {
    let mut found: Option<String> = None;
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| (c.is_alphabetic() && !matches!(c, 'ⁿ' | 'ⁱ')) || c == '\\') {
        let part = |c: char| (c.is_alphanumeric() && !matches!(c, '²' | '³' | '¹' | '⁰'..='ⁿ')) || c == '_';
        let command = rest[at..].starts_with('\\');
        let body = &rest[at + usize::from(command)..];
        let word = &body[..body.find(|c: char| !part(c)).unwrap_or(body.len())];
        rest = &body[word.len()..];
        let key = canonical_symbol(word);
        let greek = shown_symbol(&format!("\\{word}")) != word;
        let function = function::rows(word).any(|f| !f.row().parameters.is_empty()) && !(greek && !command && !rest.starts_with('('));
        if word.is_empty() || (command && !greek) || function || matches!(&*key, "e" | "pi" | "I" | "eulergamma") {
            continue;
        }
        match &found {
            Some(known) if *known != key => return None,
            _ => found = Some(key),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (String, String) {
        match prompt(text) {
            Some(Ok(prompt)) => (text[prompt.expression].to_string(), prompt.variables.join(" ")),
            Some(Err(error)) => (format!("{:?}", error.kind()), error.message().to_string()),
            None => (String::new(), String::new()),
        }
    }

    #[test]
    fn requests() {
        #[rustfmt::skip]
        let cases = [
            ("e^(x^2+2x+3) x로 미분", "e^(x^2+2x+3)", "x"),
            ("$ e^{x^{2} + 6x + 3} $ x로 미분", "$ e^{x^{2} + 6x + 3} $", "x"),
            ("$e^{x^{2} + 2x + 3}$ x로 미분", "$e^{x^{2} + 2x + 3}$", "x"),
            ("$ (e^{t} + 3t + 9)^{3} $ t로 미분", "$ (e^{t} + 3t + 9)^{3} $", "t"),
            ("$ \\log(\\cos\\theta + 9) \\theta $ 로 미분", " \\log(\\cos\\theta + 9)", "theta"),
            ("$ \\log(\\cos\\theta + 9) $ $\\theta$ 로 미분", "$ \\log(\\cos\\theta + 9) $", "theta"),
            ("$x^3$을 $x$에 대해 미분하시오.", "$x^3$", "x"),
            ("x³ x 로 미분", "x³", "x"),
            ("x^4 x로 두 번 미분", "x^4", "x x"),
            ("x^4을 두 번 미분", "x^4", "x x"),
            ("x^4의 이계도함수를 구하시오", "x^4", "x x"),
            ("x^4의 3계 도함수", "x^4", "x x x"),
            ("x^4을 x로 2번 미분하시오", "x^4", "x x"),
            ("x^4을 두번 x로 미분해줘", "x^4", "x x"),
            ("x^4의 x에 대한 이계도함수", "x^4", "x x"),
            ("x^4의 x에 관한 2차 도함수를 구하라", "x^4", "x x"),
            ("x^5의 x에 대한 세 번째 도함수", "x^5", "x x x"),
            ("x^2*y^3 y에 대하여 편미분하라", "x^2*y^3", "y"),
            ("x^2*y^3 를 x, y로 편미분", "x^2*y^3", "x y"),
            ("x^2*y^3 을 x와 y로 미분", "x^2*y^3", "x y"),
            ("x^3*y^2 x로 두 번 y로 한 번 미분", "x^3*y^2", "x x y"),
            ("x^3*y^2 x로 미분하고 y로 미분", "x^3*y^2", "x y"),
            ("x로 x^3 미분", "x^3", "x"),
            ("x에 대해 x^2을 미분", "x^2", "x"),
            ("x에 대해서 x^2*y를 두 번 미분하라", "x^2*y", "x x"),
            ("t^2 + 1 t으로 미분", "t^2 + 1", "t"),
            ("함수 sin(x)를 x에 대해서 미분하세요", "sin(x)", "x"),
            ("sin(θ) θ로 미분한 결과", "sin(θ)", "theta"),
            ("x_1^2 x_1로 미분", "x_1^2", "x_1"),
            ("x^3 미분", "x^3", "x"),
            ("sin(x)의 도함수", "sin(x)", "x"),
            ("e^(2x)x로 미분", "e^(2x)", "x"),
            ("\\frac{1}{\\theta} + e 를 미분하라", "\\frac{1}{\\theta} + e", "theta"),
            ("x^2 x에대해 미분해라", "x^2", "x"),
        ];
        for (text, expression, variables) in cases {
            let (found, by) = read(text);
            assert_eq!((found.trim(), by.as_str()), (expression.trim(), variables), "{text}");
        }
    }

    #[test]
    fn what_is_missing_is_said() {
        assert_eq!(read("x로 미분").0, "Parse");
        assert_eq!(read("미분").0, "Parse");
        assert_eq!(read("x*y 미분").0, "Parse");
        assert_eq!(read("x^2 x로 99999999999999999999번 미분").0, "Limit");
        assert!(prompt("x^2").is_none());
    }
}
