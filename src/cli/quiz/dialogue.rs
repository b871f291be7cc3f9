//! What is said to each answer of a quiz: a verdict, a hint, the solution, the next exercise, in the end the score?
//! Deliberately reads and prints nothing: the command line and the REPL hand it lines.
//! Read next: `../quiz.rs`, `src/teach/quiz.rs`.

use crate::report;
use symdiff::Error;
use symdiff::teach::{Fragment, Language, Message, Options, Part, Question, Quiz, Topic, Verdict, Worked, check_part, sentence};

/// Wrong answers to an exercise until the solution is shown.
const TRIES: usize = 3;

/// The words of parts of the chain rule's work in Korean; those in English are the library's.
const PARTS: [(&str, Part); 4] =
    [("겉함수", Part::Outer), ("속함수", Part::Inner), ("겉미분", Part::OuterDerivative), ("속미분", Part::InnerDerivative)];

/// Exercises that are asked one after the other.
pub(crate) struct Dialogue {
    questions: Vec<Question>,
    /// Which one is asked.
    at: usize,
    /// Its solution; `None` after the last one.
    worked: Option<Worked>,
    /// Wrong answers to it, and hints.
    tries: (usize, usize),
    /// Exercises with a right answer, and those at the first try and without a hint.
    right: (usize, usize),
    options: Options,
    colored: bool,
}

impl Dialogue {
    /// The exercises of a quiz, and what is said first.
    pub(crate) fn open(quiz: Quiz, language: Language, colored: bool) -> Result<(Dialogue, String), Error> {
        let options = Options { language, ..Options::default() };
        let questions = quiz.questions()?;
        let mut dialogue = Dialogue { questions, at: 0, worked: None, tries: (0, 0), right: (0, 0), options, colored };
        let (title, seed) = quiz.title(language);
        let mut said = format!("{title} ({seed})\n{}\n", dialogue.said(Message::QuizHow, &[]));
        if dialogue.questions.iter().any(|question| question.topic == Topic::Chain) {
            said += &(dialogue.said(Message::QuizParts, &[]) + "\n");
        }
        let first = dialogue.ask()?;
        Ok((dialogue, said + &first))
    }

    /// Whether all exercises have been asked and the score is told.
    pub(crate) fn is_over(&self) -> bool {
        self.worked.is_none()
    }

    fn said(&self, message: Message, parts: &[(&str, &str)]) -> String {
        let parts: Vec<(&str, Fragment)> = parts.iter().map(|&(name, text)| (name, Fragment::plain(text))).collect();
        sentence(message, self.options.language, &parts)
    }

    /// The exercise whose turn it is, or the score.
    fn ask(&mut self) -> Result<String, Error> {
        self.tries = (0, 0);
        let Some(question) = self.questions.get(self.at) else {
            self.worked = None;
            return Ok(self.score());
        };
        self.worked = Some(question.solution(&self.options)?);
        let asked = question.ask(self.options.language, self.options.markup)?;
        Ok(format!("\n{}/{}. {asked}\n", self.at + 1, self.questions.len()))
    }

    /// How many were right.
    pub(crate) fn score(&self) -> String {
        let [right, alone, all] = [self.right.0, self.right.1, self.questions.len()].map(|count: usize| count.to_string());
        format!("\n{}\n", self.said(Message::QuizScore, &[("right", &right), ("alone", &alone), ("n", &all)]))
    }

    /// What is said to a line: an answer, or a wish for a hint or the solution.
    pub(crate) fn answer(&mut self, line: &str) -> Result<String, Error> {
        let (Some(question), Some(worked)) = (self.questions.get(self.at), &self.worked) else { return Ok(String::new()) };
        let line = line.trim();
        match line {
            "" | "?" => {
                let hint = self.hint(worked, self.tries.1);
                self.tries.1 += 1;
                return Ok(hint);
            }
            "!" => {
                let solution = self.solution(worked);
                return self.next(solution);
            }
            _ => {}
        }
        let (part, answer) = part(line);
        let checked = match check_part(&question.text, &question.by(), answer, part, &self.options) {
            Ok(checked) => checked,
            // a slip of the pen is no try
            Err(error) => return Ok(report::render(&error, Some(answer), self.colored)),
        };
        let said = checked.text + "\n";
        match (part, checked.verdict) {
            (Part::Derivative, Verdict::Right) => {
                self.right.0 += 1;
                self.right.1 += usize::from(self.tries == (0, 0));
                self.next(said)
            }
            (Part::Derivative, Verdict::Wrong) if self.tries.0 + 1 == TRIES => {
                let solution = self.solution(worked);
                self.next(said + &solution)
            }
            (Part::Derivative, Verdict::Wrong) => {
                self.tries.0 += 1;
                Ok(said + &self.said(Message::QuizAgain, &[("n", &(TRIES - self.tries.0).to_string())]) + "\n")
            }
            _ => Ok(said),
        }
    }

    /// This was said to the last exercise; now the next one.
    fn next(&mut self, said: String) -> Result<String, Error> {
        self.at += 1;
        Ok(said + &self.ask()?)
    }

    /// The next step; the last line is the answer and is kept back.
    fn hint(&self, worked: &Worked, at: usize) -> String {
        let Some(step) = worked.steps.get(at) else { return self.said(Message::QuizNoHint, &[]) + "\n" };
        let (k, n) = ((at + 1).to_string(), worked.steps.len().to_string());
        let mut said = self.said(Message::QuizHint, &[("k", &k), ("n", &n), ("text", &step.text)]) + "\n";
        if step.after.contains("D(") {
            said += &format!("   = {}\n", step.after);
        }
        said
    }

    fn solution(&self, worked: &Worked) -> String {
        format!("{}\n{}\n", self.said(Message::QuizSolution, &[]), worked.to_text())
    }
}

/// The part that a line speaks of, and what it says of it: `inner: x^2`.
fn part(line: &str) -> (Part, &str) {
    let found = line.split_once(':').and_then(|(word, rest)| {
        let all = Part::ALL.iter().chain(&PARTS);
        all.into_iter().find(|(name, _)| *name == word.trim()).map(|&(_, part)| (part, rest.trim()))
    });
    found.unwrap_or((Part::Derivative, line))
}
