//! How do exercises get into a course? As Moodle XML with questions of the type STACK, which Maxima grades.
//! Deliberately writes what STACK exports: <https://docs.stack-assessment.org/en/Authoring/ImportExport/>, its potential response
//! trees and question tests.
//! Read next: `maxima.rs`, `mistakes.rs`.

use super::maxima::maxima;
use super::mistakes::{Mistake, mistakes, read};
use super::sheet::{ask, solution, title};
use super::{Question, Quiz};
use crate::error::Result;
use crate::expr::Pool;
use crate::teach::message::Message;
use crate::teach::{Language, Level, Markup, Options};
use crate::text::{Names, escaped, parse};

/// The whole file.
pub(super) fn moodle(quiz: &Quiz, language: Language) -> Result<String> {
    let (title, _) = title(quiz, language);
    let mut out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<quiz>\n".to_owned();
    for (at, one) in quiz.questions()?.iter().enumerate() {
        let name = format!("{title}, {}.{}", quiz.seed, at + 1);
        out += &question(&name, one, language)?;
    }
    Ok(out + "</quiz>\n")
}

/// HTML in an element of its own; `]]>` would end it.
fn html(name: &str, text: &str) -> String {
    format!("<{name} format=\"html\"><text><![CDATA[{}]]></text></{name}>\n", text.replace("]]>", "]]]]><![CDATA[>"))
}

/// Sentences with formulas between dollar signs, as HTML with the delimiters that Moodle knows.
fn page(text: &str) -> String {
    let mut out = String::from("<p>");
    for (at, piece) in text.split('$').enumerate() {
        if at % 2 == 1 {
            out += &format!("\\({}\\)", escaped(piece));
        } else {
            out += &escaped(piece);
        }
    }
    out + "</p>"
}

/// An expression of the session in Maxima's language.
fn translated(text: &str) -> Result<String> {
    let mut pool = Pool::default();
    let value = parse(&mut pool, text, &Names::default())?.value;
    maxima(&mut pool, value.entries().first().copied().unwrap_or(crate::expr::Expr::ZERO))
}

fn question(name: &str, question: &Question, language: Language) -> Result<String> {
    let markup = Markup::Latex;
    let mistakes = mistakes(question, language, markup)?;
    let mut pool = Pool::default();
    let read = read(&mut pool, question)?;
    let (f, ta) = (maxima(&mut pool, read.e)?, maxima(&mut pool, read.right)?);
    let worked = solution(question, &Options { language, level: Level::Brief, markup })?;
    let mut variables = format!("f: {f};\nta: {ta};");
    for (at, mistake) in mistakes.iter().enumerate() {
        variables += &format!("\nm{}: {};", at + 1, translated(&mistake.answer)?);
    }
    let mut way = format!("<p>\\[ {} \\]</p>", escaped(&worked.start));
    for step in &worked.steps {
        way += &format!("{}<p>\\[ = {} \\]</p>", page(&step.text), escaped(&step.after));
    }
    if worked.steps.is_empty() {
        way += &format!("<p>\\[ = {} \\]</p>", escaped(&worked.result));
    }
    let text = page(&ask(question, language, markup)?) + "<p>[[input:ans1]]</p><p>[[validation:ans1]]</p>";
    let said = |message: Message| page(message.template(language));
    let mut out = format!("<question type=\"stack\">\n<name><text>{}</text></name>\n", escaped(name));
    out += &html("questiontext", &text);
    out += &html("generalfeedback", &way);
    out += "<defaultgrade>1</defaultgrade>\n<penalty>0.1</penalty>\n<hidden>0</hidden>\n<idnumber></idnumber>\n<stackversion><text></text></stackversion>\n";
    out += &format!("<questionvariables><text>{}</text></questionvariables>\n", escaped(&variables));
    out += &html("specificfeedback", "<p>[[feedback:prt1]]</p>");
    let note = format!("{} -> {}", question.text, question.answer);
    out += &format!("<questionnote><text>{}</text></questionnote>\n", escaped(&note));
    out += "<questionsimplify>1</questionsimplify>\n<assumepositive>0</assumepositive>\n<assumereal>1</assumereal>\n";
    out += &html("prtcorrect", &said(Message::Right));
    out += &html("prtpartiallycorrect", &said(Message::Unknown));
    out += &html("prtincorrect", &said(Message::Wrong));
    out += "<multiplicationsign>dot</multiplicationsign>\n<sqrtsign>1</sqrtsign>\n<complexno>i</complexno>\n<inversetrig>arccos</inversetrig>\n<matrixparens>[</matrixparens>\n<variantsselectionseed></variantsselectionseed>\n";
    out += INPUT;
    out += &tree(&mistakes);
    out += &tests(&mistakes);
    Ok(out + "</question>\n")
}

/// Where the answer is typed: as in symdiff, `2x` is a product, and `diff` is no answer.
const INPUT: &str = "<input>\n<name>ans1</name>\n<type>algebraic</type>\n<tans>ta</tans>\n<boxsize>30</boxsize>\n<strictsyntax>1</strictsyntax>\n\
    <insertstars>1</insertstars>\n<syntaxhint></syntaxhint>\n<syntaxattribute>0</syntaxattribute>\n<forbidwords>diff, int, integrate</forbidwords>\n\
    <allowwords></allowwords>\n<forbidfloat>1</forbidfloat>\n<requirelowestterms>0</requirelowestterms>\n<checkanswertype>1</checkanswertype>\n\
    <mustverify>1</mustverify>\n<showvalidation>1</showvalidation>\n<options></options>\n</input>\n";

/// A node of the response tree: what the answer is compared with, and what follows.
struct Node<'a> {
    test: &'static str,
    with: &'a str,
    option: &'static str,
    score: u8,
    feedback: &'a str,
}

/// The response tree: right, or one of the mistakes in turn; in the end `Diff`, which sees by itself that somebody integrated.
fn tree(mistakes: &[Mistake]) -> String {
    let names: Vec<String> = (1..=mistakes.len()).map(|at| format!("m{at}")).collect();
    let feedback: Vec<String> = mistakes.iter().map(|mistake| page(&mistake.text)).collect();
    let mut nodes = vec![Node { test: "AlgEquiv", with: "ta", option: "", score: 1, feedback: "" }];
    for (with, feedback) in names.iter().zip(&feedback) {
        nodes.push(Node { test: "AlgEquiv", with, option: "", score: 0, feedback });
    }
    nodes.push(Node { test: "Diff", with: "ta", option: super::X, score: 1, feedback: "" });
    let mut out = "<prt>\n<name>prt1</name>\n<value>1</value>\n<autosimplify>1</autosimplify>\n<feedbackstyle>1</feedbackstyle>\n\
        <feedbackvariables><text></text></feedbackvariables>\n"
        .to_owned();
    let last = nodes.len() - 1;
    for (at, Node { test, with, option, score, feedback }) in nodes.iter().enumerate() {
        let next = if at == last { "-1".to_owned() } else { (at + 1).to_string() };
        // only `Diff` has something of its own to say
        let quiet = u8::from(*test != "Diff");
        out += &format!(
            "<node>\n<name>{at}</name>\n<description></description>\n<answertest>{test}</answertest>\n<sans>ans1</sans>\n<tans>{with}</tans>\n\
             <testoptions>{option}</testoptions>\n<quiet>{quiet}</quiet>\n<truescoremode>=</truescoremode>\n<truescore>{score}</truescore>\n\
             <truepenalty></truepenalty>\n<truenextnode>-1</truenextnode>\n<trueanswernote>prt1-{n}-T</trueanswernote>\n{}\
             <falsescoremode>=</falsescoremode>\n<falsescore>0</falsescore>\n<falsepenalty></falsepenalty>\n<falsenextnode>{next}</falsenextnode>\n\
             <falseanswernote>prt1-{n}-F</falseanswernote>\n{}</node>\n",
            html("truefeedback", feedback),
            html("falsefeedback", ""),
            n = at + 1,
        );
    }
    out + "</prt>\n"
}

/// Question tests: STACK runs them after the import, and shows whether the tree does what is meant here.
fn tests(mistakes: &[Mistake]) -> String {
    let mut out = String::new();
    for at in 0..=mistakes.len() {
        let (value, score, penalty) = if at == 0 { ("ta".to_owned(), 1, "0") } else { (format!("m{at}"), 0, "0.1") };
        out += &format!(
            "<qtest>\n<testcase>{n}</testcase>\n<description></description>\n<testinput><name>ans1</name><value>{value}</value></testinput>\n\
             <expected><name>prt1</name><expectedscore>{score}</expectedscore><expectedpenalty>{penalty}</expectedpenalty>\
             <expectedanswernote>prt1-{n}-T</expectedanswernote></expected>\n</qtest>\n",
            n = at + 1
        );
    }
    out
}
