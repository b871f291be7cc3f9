//! What is said to a reader, in English and Korean: one table, a message a row, both languages side by side.
//! Deliberately knows no mathematics: formulas come in through the names in braces. `{u}` is a formula, `{u:을}` the formula
//! and the particle that fits its last sound; a formula of the message's own stands between backticks.
//! What is said elsewhere has its English template for a key: `src/message.rs`.
//! Read next: `../message/particle.rs`.

use crate::message::{Language, Place, fill};

/// A formula or name inside a sentence: as it is shown, and as plain text, by whose end its particle is chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fragment {
    /// In the format of the output.
    pub shown: String,
    /// As plain text.
    pub plain: String,
}

impl Fragment {
    /// A fragment that is shown as it is.
    #[must_use]
    pub fn plain(text: &str) -> Fragment {
        Fragment { shown: text.to_owned(), plain: text.to_owned() }
    }
}

macro_rules! catalogue {
    ($($(#[$about:meta])* $key:ident: $english:literal, $korean:literal;)*) => {
        /// The messages; a key has both languages, or this file does not compile.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[allow(missing_docs)]
        pub enum Message { $($(#[$about])* $key),* }

        impl Message {
            /// All keys.
            pub const ALL: &'static [Message] = &[$(Message::$key),*];

            /// The template in a language.
            #[must_use]
            pub fn template(self, language: Language) -> &'static str {
                let (english, korean) = match self { $(Message::$key => ($english, $korean)),* };
                match language {
                    Language::English => english,
                    Language::Korean => korean,
                }
            }
        }
    };
}

catalogue! {
    // ---- rules
    Constant: "{u} does not depend on {x}, so its derivative is 0.", "{u:은} {x:와} 무관한 상수이므로 미분하면 0입니다.";
    Variable: "The derivative of {x} is 1.", "{x:을} {x:로} 미분하면 1입니다.";
    Sum: "Sum rule: differentiate term by term.", "합의 미분법: 각 항을 따로 미분합니다.";
    SumDone: "Sum rule: differentiate {u} term by term.", "합의 미분법: {u:을} 항별로 미분합니다.";
    Scaled: "Constant factor: {c} stays in front, and {u} is differentiated.", "상수배의 미분법: 상수 {c:은} 그대로 두고 {u:을} 미분합니다.";
    Minus: "The minus sign stays in front, and {u} is differentiated.", "앞의 음의 부호는 그대로 두고 {u:을} 미분합니다.";
    Product: "Product rule `(f·g)′ = f′·g + f·g′` with `f` = {f} and `g` = {g}.", "곱의 미분법 `(f·g)′ = f′·g + f·g′`을 씁니다. 여기서 `f` = {f}, `g` = {g}입니다.";
    ProductMany: "Product rule: differentiate one factor at a time, keep the others, and add.", "곱의 미분법: 인수를 하나씩만 미분하고 나머지는 그대로 둔 것을 모두 더합니다.";
    Quotient: "Quotient rule `(f/g)′ = (f′·g − f·g′)/g²` with `f` = {f} and `g` = {g}.", "몫의 미분법 `(f/g)′ = (f′·g − f·g′)/g²`을 씁니다. 여기서 `f` = {f}, `g` = {g}입니다.";
    Reciprocal: "Quotient rule for a reciprocal: `(1/g)′ = −g′/g²` with `g` = {g}.", "몫의 미분법 `(1/g)′ = −g′/g²`을 씁니다. 여기서 `g` = {g}입니다.";
    Power: "Power rule: the exponent {n} comes down as a factor, and the exponent falls by 1.", "거듭제곱의 미분법: 지수 {n:을} 앞에 곱하고 지수를 1만큼 줄입니다.";
    Root: "Derivative of a root: {u} is a power with the exponent {n}.", "무리함수의 미분법: {u:은} 지수가 {n}인 거듭제곱으로 보고 미분합니다.";
    Exponential: "Exponential function: the derivative of {u} is {new}.", "지수함수의 미분법: {u:을} 미분하면 {new}입니다.";
    Logarithm: "Logarithm: the derivative of {u} is {new}.", "로그함수의 미분법: {u:을} 미분하면 {new}입니다.";
    Trigonometric: "Trigonometric function: the derivative of {u} is {new}.", "삼각함수의 미분법: {u:을} 미분하면 {new}입니다.";
    Hyperbolic: "Hyperbolic function: the derivative of {u} is {new}.", "쌍곡선함수의 미분법: {u:을} 미분하면 {new}입니다.";
    InverseTrigonometric: "Inverse trigonometric function: the derivative of {u} is {new}.", "역삼각함수의 미분법: {u:을} 미분하면 {new}입니다.";
    Function: "The derivative of {u} is {new}.", "{u:을} 미분하면 {new}입니다.";
    Pieces: "Differentiate each piece.", "각 조각을 따로 미분합니다.";
    ManyArguments: "Chain rule: differentiate by each argument in turn, and add.", "연쇄법칙: 인수마다 차례로 미분하여 모두 더합니다.";
    Chain: "Chain rule with the inner function {v} = {u}. The outer function {outer} has the derivative {slope}; multiply it by the inner derivative {dv}.", "연쇄법칙: 속함수를 {v} = {u:로} 놓으면 겉함수는 {outer}입니다. 겉미분 {slope}에 속미분 {dv:을} 곱합니다.";
    General: "Base and exponent both depend on {x}: `(f^g)′ = f^g·(g′·log f + g·f′/f)` with `f` = {f} and `g` = {g}.", "밑과 지수에 모두 {x:이} 있으므로 로그미분법 `(f^g)′ = f^g·(g′·log f + g·f′/f)`를 씁니다. 여기서 `f` = {f}, `g` = {g}입니다.";
    Inner: "So the inner derivative is {dv} = {new}.", "따라서 속미분은 {dv} = {new}입니다.";
    Entries: "A matrix is differentiated entry by entry.", "행렬은 성분별로 미분합니다.";
    Entry: "Row {i}, column {j}.", "{i}행 {j}열 성분입니다.";
    // ---- simplification
    Collect: "Work out numbers and collect like terms.", "수를 계산하고 동류항을 모읍니다.";
    Tidy: "Cancel, collect like terms, and write it in the shortest form.", "약분하고 동류항을 모아 가장 간단한 꼴로 고쳐 씁니다.";
    Again: "That was derivative number {k}; differentiate once more, by {x}.", "{k}계 도함수를 구했습니다. 이것을 {x:로} 한 번 더 미분합니다.";
    // ---- how worked steps are laid out
    Title: "Differentiate by {x}", "{x:로} 미분하기";
    Legend: "D(u, {x}) is the derivative of u that is still to be taken.", "D(u, {x}){:은} 아직 계산하지 않은 u의 도함수입니다.";
    Result: "Result", "결과";
    // ---- verdicts
    Right: "Right.", "맞습니다.";
    RightLong: "Right. It can be written shorter: {result}", "맞습니다. 더 간단히 쓰면 {result}입니다.";
    Wrong: "Wrong.", "틀렸습니다.";
    Witness: "At {at} your answer is {given}, but the derivative is {value}.", "{at}일 때 쓰신 답의 값은 {given}이지만, 도함수의 값은 {value}입니다.";
    WitnessUndefined: "At {at} your answer has no real value, but the derivative is {value}.", "{at}일 때 쓰신 답은 실숫값이 없지만, 도함수의 값은 {value}입니다.";
    WitnessPart: "At {at} your answer is {given}, but it should be {value}.", "{at}일 때 쓰신 답의 값은 {given}이지만, {value:이} 되어야 합니다.";
    Unknown: "It could not be decided whether this is right.", "이 답이 맞는지 판정하지 못했습니다.";
    // ---- mistakes: {u} is where, {right} what it should be there
    ChainInnerMissing: "You left out the inner derivative {du} at {u}.", "{u}에서 속미분 {du:을} 곱하지 않았습니다.";
    ChainDerivativeInside: "At {u} the outer derivative must be taken at the inner function {inner}, not at its derivative {du}.", "{u}에서 겉미분에는 속함수 {inner:을} 그대로 넣어야 하는데, 속미분 {du:을} 넣었습니다.";
    ProductOfDerivatives: "You multiplied the derivatives of the factors of {u}; the product rule is `f′·g + f·g′`.", "{u}에서 인수의 도함수끼리 곱했습니다. 곱의 미분법은 `f′·g + f·g′`입니다.";
    ProductMispaired: "In the product {u} each derivative must be multiplied by the other factor: `f′·g + f·g′`.", "{u}에서 미분한 인수에는 다른 인수를 곱해야 합니다: `f′·g + f·g′`.";
    ProductTermMissing: "In the product {u} a term of `f′·g + f·g′` is missing.", "{u}에서 곱의 미분법 `f′·g + f·g′`의 한 항이 빠졌습니다.";
    ProductSign: "In the product {u} the terms are added: `f′·g + f·g′`, with a plus.", "{u}에서 곱의 미분법 `f′·g + f·g′`의 부호는 더하기입니다.";
    QuotientSign: "In the quotient {u} the sign is wrong: `(f′·g − f·g′)/g²`.", "{u}에서 부호가 틀렸습니다. 몫의 미분법은 `(f′·g − f·g′)/g²`입니다.";
    QuotientSwapped: "In the quotient {u} the terms above are in the wrong order: `f′·g` comes first, `(f′·g − f·g′)/g²`.", "{u}에서 분자의 순서가 바뀌었습니다. `f′·g`가 먼저입니다: `(f′·g − f·g′)/g²`.";
    QuotientOfDerivatives: "You divided the derivatives at {u}; the quotient rule is `(f′·g − f·g′)/g²`.", "{u}에서 분자와 분모를 따로 미분해 나누었습니다. 몫의 미분법은 `(f′·g − f·g′)/g²`입니다.";
    QuotientDenominatorNotSquared: "In the quotient {u} the denominator must be squared: `(f′·g − f·g′)/g²`.", "{u}에서 분모를 제곱하지 않았습니다. 몫의 미분법은 `(f′·g − f·g′)/g²`입니다.";
    PowerExponentLost: "At {u} the exponent must come down as a factor.", "{u}에서 지수를 앞에 곱하지 않았습니다.";
    PowerNotReduced: "At {u} the exponent must fall by 1.", "{u}에서 지수를 1만큼 줄이지 않았습니다.";
    PowerRaised: "At {u} the exponent must fall by 1; you let it rise.", "{u}에서 지수를 1만큼 줄여야 하는데 늘렸습니다.";
    SignLost: "A minus sign was lost at {u}.", "{u}에서 음의 부호가 빠졌습니다.";
    SignAdded: "There is a minus sign too many at {u}.", "{u}에서 음의 부호가 잘못 붙었습니다.";
    ConstantFactorLost: "A constant factor was lost at {u}.", "{u}에서 곱해진 상수가 빠졌습니다.";
    ConstantKept: "In {u} the derivative of a constant term is 0.", "{u}에서 상수항은 미분하면 0이 됩니다.";
    ExponentialAsPower: "{u} is an exponential function, not a power: the variable stands in the exponent, so the power rule does not apply.", "{u:은} 지수에 변수가 있는 지수함수이므로 거듭제곱의 미분법을 쓸 수 없습니다.";
    BaseLogMissing: "At {u} the factor log of the base is missing.", "{u}에서 밑의 로그를 곱하지 않았습니다.";
    VariableExponentAsPower: "In {u} the exponent varies too, so the power rule alone is not enough.", "{u:은} 지수도 변하므로 거듭제곱의 미분법만으로는 안 됩니다.";
    VariableExponentAsExponential: "In {u} the base varies too, so the rule for exponential functions alone is not enough.", "{u:은} 밑도 변하므로 지수함수의 미분법만으로는 안 됩니다.";
    Integrated: "This is an antiderivative: you integrated instead of differentiating.", "이것은 부정적분입니다. 미분하지 않고 적분했습니다.";
    NotDifferentiated: "This is the expression itself; it has not been differentiated.", "이것은 원래 식입니다. 아직 미분하지 않았습니다.";
    DifferentiatedOnce: "This is an earlier derivative; one must be taken {k} times.", "이것은 덜 미분한 도함수입니다. {k}번 미분해야 합니다.";
    DifferentiatedTooOften: "You differentiated once too often.", "한 번 더 많이 미분했습니다.";
    // ---- exercises
    TopicChain: "chain rule", "연쇄법칙";
    TopicProduct: "product rule", "곱의 미분법";
    TopicQuotient: "quotient rule", "몫의 미분법";
    TopicPower: "powers and roots", "거듭제곱과 근호";
    TopicSum: "sums", "합의 미분법";
    TopicExponential: "exponential functions", "지수함수";
    TopicLogarithm: "logarithms", "로그함수";
    TopicTrigonometric: "trigonometric functions", "삼각함수";
    TopicInverse: "inverse trigonometric functions", "역삼각함수";
    TopicSecond: "second derivatives", "이계도함수";
    TopicMixed: "mixed", "종합";
    QuizTitle: "Exercises: {topic}, level {level}", "미분 연습: {topic}, {level}단계";
    QuizAsk: "Differentiate {u} by {x}.", "{u:을} {x:로} 미분하세요.";
    QuizAskTwice: "Differentiate {u} twice by {x}.", "{u:을} {x:로} 두 번 미분하세요.";
    QuizGraph: "Fill in the derivatives that flow backward at {at}.", "{at}일 때 거꾸로 흐르는 미분값을 빈칸에 채우세요.";
    QuizGraphTitle: "The computational graph of {u}", "{u}의 계산 그래프";
    QuizKey: "Answers", "정답과 풀이";
    QuizSeed: "seed {n}", "시드 {n}";
    QuizHow: "? or an empty line is a hint, ! the solution, Ctrl-D the end.", "힌트는 ?나 빈 줄, 풀이는 !, 끝내기는 Ctrl-D입니다.";
    QuizParts: "Parts are judged too: outer: sin(u), inner: x^2, outer-derivative: cos(u), inner-derivative: 2x", "부분만 확인할 수도 있습니다. 겉함수: sin(u), 속함수: x^2, 겉미분: cos(u), 속미분: 2x";
    QuizHint: "Hint {k} of {n}: {text}", "힌트 {k}/{n}: {text}";
    QuizNoHint: "There are no more hints; ! shows the solution.", "힌트가 더 없습니다. !를 쓰면 풀이를 볼 수 있습니다.";
    QuizAgain: "Tries left: {n}.", "{n}번 더 답할 수 있습니다.";
    QuizSolution: "The solution:", "풀이:";
    QuizScore: "{right} of {n} right, {alone} of them at the first try without a hint.", "{n}문제 중 {right}문제를 맞혔습니다. 그중 {alone}문제는 힌트 없이 한 번에 맞혔습니다.";
    WrongVariable: "This would be right with {x} in the place of {y}.", "{y:을} {x:로} 바꾸면 맞습니다.";
}

/// The sentence of a message, with the formulas in their places.
///
/// ```
/// use symdiff::teach::{Fragment, Language, Message, sentence};
/// let said = sentence(Message::Variable, Language::Korean, &[("x", Fragment::plain("t"))]);
/// assert_eq!(said, "t를 t로 미분하면 1입니다.");
/// ```
#[must_use]
pub fn sentence(message: Message, language: Language, parts: &[(&str, Fragment)]) -> String {
    sentence_with(message, language, parts, str::to_owned)
}

/// [`sentence`], with the formulas of the template itself, which stand between backticks, written by `formula`.
pub(crate) fn sentence_with(message: Message, language: Language, parts: &[(&str, Fragment)], formula: impl Fn(&str) -> String) -> String {
    let mut out = String::new();
    for (at, piece) in message.template(language).split('`').enumerate() {
        if at % 2 == 1 {
            out += &formula(piece);
        } else {
            let place = |name: &str| {
                let (_, Fragment { shown, plain }) = parts.iter().find(|(known, _)| *known == name)?;
                Some(Place { shown: shown.into(), plain: plain.into() })
            };
            fill(&mut out, piece, place);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn places(template: &str) -> BTreeSet<&str> {
        template.split('{').skip(1).filter_map(|piece| piece.split(['}', ':']).next()).collect()
    }

    #[test]
    fn every_message_has_both_languages() {
        for &message in Message::ALL {
            let (english, korean) = (message.template(Language::English), message.template(Language::Korean));
            let hangul = |text: &str| text.chars().any(|c| ('가'..='힣').contains(&c));
            assert!(!english.is_empty() && !hangul(english), "{message:?}: {english}");
            assert!(hangul(korean), "{message:?}: {korean}");
            assert!(places(korean).is_superset(&places(english)) || places(english).is_superset(&places(korean)), "{message:?}");
            assert!(english.matches('`').count() % 2 == 0 && korean.matches('`').count() % 2 == 0, "{message:?}");
            assert!(!korean.contains("을(를)") && !korean.contains("은(는)"), "{message:?}");
        }
    }

    #[test]
    fn particles_follow_their_formulas() {
        let parts = |u: &str| [("u", Fragment::plain(u)), ("x", Fragment::plain("x")), ("c", Fragment::plain("3"))];
        assert_eq!(sentence(Message::Scaled, Language::Korean, &parts("x^2")), "상수배의 미분법: 상수 3은 그대로 두고 x^2을 미분합니다.");
        assert_eq!(
            sentence(Message::Scaled, Language::Korean, &parts("sin(x)")),
            "상수배의 미분법: 상수 3은 그대로 두고 sin(x)를 미분합니다."
        );
        assert_eq!(sentence(Message::Title, Language::Korean, &parts("x")), "x로 미분하기");
        assert_eq!(
            sentence(Message::Scaled, Language::English, &parts("x")),
            "Constant factor: 3 stays in front, and x is differentiated."
        );
    }
}
