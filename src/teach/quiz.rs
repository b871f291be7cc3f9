//! Which exercises suit a topic and a level, and what goes with them: answers, usual mistakes, sheets.
//! Deliberately grades nothing: `check.rs` does. The same seed gives the same exercises on every machine.
//! Read next: `quiz/grammar.rs` (the levels and the forms), `quiz/make.rs` (what is kept), `quiz/mistakes.rs`, `quiz/sheet.rs`,
//! `quiz/picture.rs`, `quiz/moodle.rs`.

mod grammar;
mod make;
mod maxima;
mod mistakes;
mod moodle;
mod picture;
mod sheet;

pub use mistakes::Mistake;

use super::message::Message;
use super::{Language, Markup, Options, Worked};
use crate::error::{Error, Kind, Result};
use crate::phrase;

macro_rules! topics {
    ($($topic:ident $word:literal $message:ident;)*) => {
        /// What exercises are about.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[allow(missing_docs)]
        pub enum Topic { $($topic),* }

        impl Topic {
            /// All topics; the last one mixes the others.
            pub const ALL: &'static [Topic] = &[$(Topic::$topic),*];
            /// Their words.
            pub const WORDS: &'static [&'static str] = &[$($word),*];

            /// The word of this topic.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Topic::$topic => $word),* }
            }

            fn message(self) -> Message {
                match self { $(Topic::$topic => Message::$message),* }
            }
        }
    };
}

topics! {
    Chain "chain" TopicChain;
    Product "product" TopicProduct;
    Quotient "quotient" TopicQuotient;
    Power "power" TopicPower;
    Sum "sum" TopicSum;
    Exponential "exponential" TopicExponential;
    Logarithm "logarithm" TopicLogarithm;
    Trigonometric "trigonometric" TopicTrigonometric;
    Inverse "inverse" TopicInverse;
    Second "second" TopicSecond;
    Mixed "mixed" TopicMixed;
}

impl Topic {
    /// The topic of this word.
    ///
    /// # Errors
    /// Kind `request`, with the words there are.
    pub fn of(word: &str) -> Result<Topic> {
        let found = Topic::ALL.iter().find(|topic| topic.word() == word).copied();
        found.ok_or_else(|| {
            Error::new(Kind::Request, phrase!("there is no topic `{word}`; there are {words}", word, words = Topic::WORDS.join(", ")))
        })
    }

    /// Its name in a language.
    #[must_use]
    pub fn title(self, language: Language) -> &'static str {
        self.message().template(language)
    }

    /// How many times is to be differentiated.
    fn order(self) -> usize {
        if self == Topic::Second { 2 } else { 1 }
    }
}

/// Which exercises are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quiz {
    /// What they are about.
    pub topic: Topic,
    /// How hard they are, from 1 to 5.
    pub level: u8,
    /// The same seed gives the same exercises.
    pub seed: u64,
    /// How many there are.
    pub count: usize,
}

/// An exercise: an expression to be differentiated by x.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The expression.
    pub text: String,
    /// How many times it is to be differentiated.
    pub order: usize,
    /// The derivative, simplified.
    pub answer: String,
    /// What it is about.
    pub topic: Topic,
    /// The size of the answer: numbers, names, operators and calls count 1 each.
    pub cost: u32,
}

/// The variable of all exercises.
const X: &str = "x";
/// A sheet has no more exercises.
const MOST: usize = 200;

/// A level is a number up to that of the hardest.
pub(crate) fn no_level(word: &str) -> Error {
    let levels = grammar::LEVELS.len();
    Error::new(Kind::Request, phrase!("there is no level {level}; the levels are 1 to {levels}", level = word, levels))
}

impl Quiz {
    fn allowed(&self) -> Result<&'static grammar::Allowed> {
        let allowed = usize::from(self.level).checked_sub(1).and_then(|at| grammar::LEVELS.get(at));
        allowed.ok_or_else(|| no_level(&self.level.to_string()))
    }

    /// The largest answer that an exercise of this level may have, as [`Question::cost`] counts.
    ///
    /// # Errors
    /// Kind `request` where there is no such level.
    pub fn largest_answer(&self) -> Result<u32> {
        self.allowed().map(|allowed| allowed.answer)
    }

    /// The exercises: no two alike, none with a longer answer than its level allows.
    ///
    /// # Errors
    /// Kind `request` where there is no such level, or not so many exercises.
    ///
    /// ```
    /// use symdiff::teach::{Quiz, Topic};
    /// let quiz = Quiz { topic: Topic::Chain, level: 2, seed: 7, count: 3 };
    /// let questions = quiz.questions()?;
    /// assert_eq!(questions.len(), 3);
    /// assert_eq!(questions, quiz.questions()?);
    /// assert_eq!(symdiff::diff(&questions[0].text, "x")?, questions[0].answer);
    /// # Ok::<(), symdiff::Error>(())
    /// ```
    pub fn questions(&self) -> Result<Vec<Question>> {
        if self.count > MOST {
            return Err(Error::new(Kind::Request, phrase!("a sheet has at most {MOST} exercises", MOST)));
        }
        make::questions(self)
    }

    /// What the exercises are about, and the seed, in words.
    #[must_use]
    pub fn title(&self, language: Language) -> (String, String) {
        sheet::title(self, language)
    }

    /// A sheet of the exercises and, on a page of its own, the key with short steps: Markdown, a LaTeX document or HTML.
    /// In HTML and with `graphs`, first derivatives have the computational graph with values at a point; what flows backward is left out, and
    /// stands in the key.
    ///
    /// # Errors
    /// As [`Quiz::questions`]; kind `request` for another markup.
    ///
    /// ```
    /// use symdiff::teach::{Language, Markup, Quiz, Topic};
    /// let quiz = Quiz { topic: Topic::Product, level: 1, seed: 1, count: 2 };
    /// let sheet = quiz.sheet(Language::English, Markup::Markdown, true)?;
    /// assert!(sheet.starts_with("# Exercises: product rule, level 1") && sheet.contains("## Answers"));
    /// let page = quiz.sheet(Language::English, Markup::Html, true)?;
    /// assert_eq!(page.matches("<svg").count(), 4);
    /// # Ok::<(), symdiff::Error>(())
    /// ```
    pub fn sheet(&self, language: Language, markup: Markup, graphs: bool) -> Result<String> {
        sheet::sheet(self, language, markup, graphs)
    }

    /// The exercises as Moodle XML with questions of the type STACK: graded by Maxima, with feedback for the usual mistakes, and
    /// with question tests.
    ///
    /// # Errors
    /// As [`Quiz::questions`].
    pub fn moodle(&self, language: Language) -> Result<String> {
        moodle::moodle(self, language)
    }
}

impl Question {
    /// By what to differentiate it, in turn.
    #[must_use]
    pub fn by(&self) -> Vec<&'static str> {
        vec![X; self.order]
    }

    /// What is to be done, in a sentence.
    ///
    /// # Errors
    /// Those of reading the text.
    pub fn ask(&self, language: Language, markup: Markup) -> Result<String> {
        sheet::ask(self, language, markup)
    }

    /// The solution, step by step.
    ///
    /// # Errors
    /// As [`steps`](super::steps).
    pub fn solution(&self, options: &Options) -> Result<Worked> {
        sheet::solution(self, options)
    }

    /// The wrong answers that usual mistakes give, all of them different from the right one at some point.
    ///
    /// # Errors
    /// Those of reading and deriving.
    ///
    /// ```
    /// use symdiff::teach::{Language, Markup, Quiz, Topic};
    /// let quiz = Quiz { topic: Topic::Quotient, level: 2, seed: 1, count: 1 };
    /// let mistakes = quiz.questions()?[0].mistakes(Language::English, Markup::Text)?;
    /// assert!(mistakes.iter().any(|mistake| mistake.name == "quotient-sign"));
    /// # Ok::<(), symdiff::Error>(())
    /// ```
    pub fn mistakes(&self, language: Language, markup: Markup) -> Result<Vec<Mistake>> {
        mistakes::mistakes(self, language, markup)
    }
}

#[cfg(test)]
mod tests;
