//! Which Korean particle follows a formula: 은 or 는, 을 or 를, 으로 or 로?
//! Deliberately knows only how the end of a formula is read aloud, from its plain text: `x` is 엑스, `2` is 이, `e^x` ends in 제곱.
//! Read next: `../message.rs`, whose templates ask.

/// How a word ends, as far as particles care.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Ending {
    Vowel,
    /// ㄹ, after which it is 로.
    Rieul,
    Consonant,
}

/// The particles that have two forms: after a consonant, after a vowel.
const PAIRS: [(&str, &str); 7] = [("이라", "라"), ("이어", "여"), ("은", "는"), ("을", "를"), ("이", "가"), ("과", "와"), ("으로", "로")];

/// The form of a particle after a formula; `particle` is either of its forms. What has one form only stays as it is.
pub(crate) fn particle(formula: &str, particle: &str) -> String {
    // `으로서`: what follows the particle comes along
    let pair = PAIRS.iter().find_map(|&(closed, open)| {
        let rest = [closed, open].into_iter().find_map(|form| particle.strip_prefix(form));
        rest.map(|rest| (closed, open, rest))
    });
    let Some((closed, open, rest)) = pair else { return particle.to_owned() };
    let form = match ending(formula) {
        Ending::Vowel => open,
        Ending::Rieul if closed == "으로" => open,
        Ending::Rieul | Ending::Consonant => closed,
    };
    form.to_owned() + rest
}

fn ending(formula: &str) -> Ending {
    let mut text = formula.trim_matches(|c: char| matches!(c, '`' | '"') || c.is_whitespace());
    // Each round looks at a shorter text: the last term, what stands above its bar, what is inside its brackets.
    loop {
        let (mut depth, mut term, mut bar, mut power) = (0i32, 0, None, None);
        for (at, byte) in text.bytes().enumerate() {
            match byte {
                b'(' | b'[' => depth += 1,
                b')' | b']' => depth -= 1,
                b'+' | b'-' if depth == 0 && at > 0 && !text[..at].trim_end().ends_with('^') => (term, bar, power) = (at + 1, None, None),
                b'=' | b',' | b'<' | b'>' if depth == 0 => (term, bar, power) = (at + 1, None, None),
                b'*' if depth == 0 => power = None,
                b'/' if depth == 0 => (bar, power) = (bar.or(Some(at)), None),
                b'^' if depth == 0 => power = Some(at),
                _ => {}
            }
        }
        let shorter = match (bar, power) {
            // b분의 a
            (Some(bar), _) => text.get(term..bar),
            // 제곱
            (None, Some(_)) => return Ending::Consonant,
            (None, None) => text.get(term..),
        };
        let shorter = shorter.unwrap_or_default().trim();
        let inside = shorter.strip_suffix([')', ']']).map(|open| {
            let mut depth = 1;
            let start = open.bytes().rposition(|byte| {
                depth += match byte {
                    b')' | b']' => 1,
                    b'(' | b'[' => -1,
                    _ => 0,
                };
                depth == 0
            });
            open.get(start.map_or(0, |start| start + 1)..).unwrap_or_default().trim()
        });
        match inside {
            Some(inside) if !inside.is_empty() => text = inside,
            _ if shorter.len() < text.len() && !shorter.is_empty() => text = shorter,
            _ => return of_word(text),
        }
    }
}

/// Names that are read as words, by the end of their reading.
#[rustfmt::skip]
const WORDS: [(&str, Ending); 6] = [
    ("epsilon", Ending::Consonant), ("upsilon", Ending::Consonant), ("omicron", Ending::Consonant), ("dx", Ending::Vowel),
    // 아웃
    ("out", Ending::Consonant), ("dout", Ending::Consonant),
];

fn of_word(text: &str) -> Ending {
    let start =
        text.rfind(|c: char| !(c.is_alphanumeric() || c == '\'')).map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
    let word = text.get(start..).unwrap_or(text);
    if let Some(&(_, ending)) = WORDS.iter().find(|(name, _)| *name == word) {
        return ending;
    }
    match word.chars().next_back() {
        // an English word: -ing is 잉
        Some('g') if word.ends_with("ng") => Ending::Consonant,
        // 프라임
        Some('\'' | '′') => Ending::Consonant,
        // 일, 칠, 팔
        Some('1' | '7' | '8') => Ending::Rieul,
        // 영, 십, 백; 삼; 육
        Some('0' | '3' | '6') => Ending::Consonant,
        Some('²' | '³' | '⁰' | '¹' | '⁴'..='⁹') => Ending::Consonant,
        // 엘, 알
        Some('l' | 'r' | 'L' | 'R') => Ending::Rieul,
        // 엠, 엔; 입실론, 윕실론
        Some('m' | 'n' | 'M' | 'N' | 'ε' | 'υ' | 'ο') => Ending::Consonant,
        Some(c @ '가'..='힣') => match (c as u32 - 0xac00) % 28 {
            0 => Ending::Vowel,
            8 => Ending::Rieul,
            _ => Ending::Consonant,
        },
        _ => Ending::Vowel,
    }
}

#[cfg(test)]
mod tests {
    use super::particle;

    #[test]
    fn the_last_sound_decides() {
        for (formula, asked, wanted) in [
            ("x", "으로", "로"),
            ("2", "으로", "로"),
            ("1", "으로", "로"),
            ("1", "을", "을"),
            ("3", "으로", "으로"),
            ("e^x", "를", "을"),
            ("x^2", "는", "은"),
            ("x^2 + 2*x + 3", "으로", "으로"),
            ("x^2 + 2*x", "으로", "로"),
            ("sin(x)", "을", "를"),
            ("sin(x^2)", "을", "을"),
            ("(x + 1)", "는", "은"),
            ("x/3", "을", "를"),
            ("3/x", "을", "을"),
            ("2*(x + 6)", "으로", "으로"),
            ("l", "으로", "로"),
            ("dout", "가", "이"),
            ("n", "을", "을"),
            ("θ", "으로", "로"),
            ("epsilon", "는", "은"),
            ("겉함수", "은", "는"),
            ("속미분", "가", "이"),
            ("10", "와", "과"),
            ("`3`", "을", "을"),
            ("--assume \"x>0\"", "을", "을"),
            ("nothing", "은", "은"),
            ("foo", "이라는", "라는"),
            ("sin", "이라는", "이라는"),
            ("글", "이어야", "이어야"),
            ("객체", "이어야", "여야"),
            ("x^-1", "을", "을"),
            ("-x", "을", "를"),
            ("D(x, x)", "을", "를"),
            ("", "을", "를"),
            (")", "을", "를"),
        ] {
            assert_eq!(particle(formula, asked), wanted, "{formula} {asked}");
        }
    }
}
