//! Are exercises graded as they are meant, and do dialogue, sheets and Moodle XML say what they should?
//! Deliberately trusts no answer: the grader judges each one, and the right one is derived anew.
//! Read next: `src/teach/quiz.rs`.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

mod common;

use common::run_with;
use std::collections::BTreeSet;
use std::process::Command;
use symdiff::teach::{Language, Markup, Options, Question, Quiz, Topic, Verdict, check};

fn quiz(seed: u64) -> Quiz {
    let at = usize::try_from(seed).unwrap();
    Quiz { topic: Topic::ALL[at % Topic::ALL.len()], level: u8::try_from(at / Topic::ALL.len() % 5).unwrap() + 1, seed, count: 1 }
}

fn verdict(question: &Question, answer: &str) -> Verdict {
    check(&question.text, &question.by(), answer, &Options::default()).unwrap().verdict
}

/// The grader's verdict on the right answer and the foreseen mistakes of these seeds.
fn all_are_graded(seeds: std::ops::Range<u64>) {
    let (mut mistakes, mut names, count) = (0, BTreeSet::new(), seeds.end);
    for seed in seeds {
        let question = quiz(seed).questions().unwrap().remove(0);
        assert_eq!(verdict(&question, &question.answer), Verdict::Right, "{question:?}");
        for mistake in question.mistakes(Language::English, Markup::Text).unwrap() {
            let found = check(&question.text, &question.by(), &mistake.answer, &Options::default()).unwrap();
            assert_eq!(found.verdict, Verdict::Wrong, "{question:?}: {mistake:?}");
            assert!(found.text.ends_with(&mistake.text), "{question:?}: {mistake:?}, {}", found.text);
            names.insert(mistake.name);
            mistakes += 1;
        }
    }
    assert!(mistakes > 2 * count, "{mistakes}");
    assert!(names.len() > 12, "{names:?}");
}

#[test]
fn right_answers_are_right_and_usual_mistakes_wrong() {
    all_are_graded(0..55);
}

#[test]
#[ignore = "takes minutes without optimisation; the shorter one runs always"]
fn right_answers_are_right_and_usual_mistakes_wrong_for_many_seeds() {
    all_are_graded(0..440);
}

/// What a dialogue prints.
fn talk(words: &str, answers: &str) -> String {
    let words: Vec<&str> = ["quiz"].into_iter().chain(words.split_whitespace()).collect();
    let (code, out, err) = run_with(&words, answers.as_bytes());
    assert_eq!((code, &*err), (0, ""));
    out
}

const CHAIN: &str = "--topic chain --level 2 --seed 7 --count 3";

#[test]
fn a_dialogue_in_english() {
    let out =
        talk(&format!("{CHAIN} --lang en"), "8x*(x^2+9)^3\n4*cos(\n?\n\n?\nouter: u^4\nsin(x)^3\nsin(x)^4\n2*sin(x)^2*sin(2x)\n1\n2\n3\n");
    let wanted = "Exercises: chain rule, level 2 (seed 7)
? or an empty line is a hint, ! the solution, Ctrl-D the end.
Parts are judged too: outer: sin(u), inner: x^2, outer-derivative: cos(u), inner-derivative: 2x

1/3. Differentiate (x^2 + 9)^4 by x.
Right.

2/3. Differentiate sin(x)^4 by x.
error: `(` at character 6 is not closed (in `answer`)
  |
1 | 4*cos(
  |       ^
Hint 1 of 2: Chain rule with the inner function u = sin(x). The outer function u^4 has the derivative 4*u^3; multiply it by the inner derivative du/dx.
   = 4*D(sin(x), x)*sin(x)^3
Hint 2 of 2: Trigonometric function: the derivative of sin(x) is cos(x). So the inner derivative is du/dx = cos(x).
There are no more hints; ! shows the solution.
Right.
Wrong. At x = 1.6 your answer is 0.998721, but the derivative is -0.116649.
Tries left: 2.
Wrong. At x = 1.6 your answer is 0.998296, but the derivative is -0.116649. This is the expression itself; it has not been differentiated.
Tries left: 1.
Right.

3/3. Differentiate cos(x^2 + 5*x) by x.
";
    assert!(out.starts_with(wanted), "{out}");
    assert!(out.contains("The solution:\nD(cos(x^2 + 5*x), x)\n"), "{out}");
    assert!(out.ends_with("\n\n2 of 3 right, 1 of them at the first try without a hint.\n"), "{out}");
}

#[test]
fn a_dialogue_in_korean() {
    let out = talk(&format!("{CHAIN} --lang ko"), "\n속함수: x^2 + 9\n4*(x^2+9)^3\n8x(x^2+9)^3\n!\n");
    let wanted = "미분 연습: 연쇄법칙, 2단계 (시드 7)
힌트는 ?나 빈 줄, 풀이는 !, 끝내기는 Ctrl-D입니다.
부분만 확인할 수도 있습니다. 겉함수: sin(u), 속함수: x^2, 겉미분: cos(u), 속미분: 2x

1/3. (x^2 + 9)^4을 x로 미분하세요.
힌트 1/2: 연쇄법칙: 속함수를 u = x^2 + 9로 놓으면 겉함수는 u^4입니다. 겉미분 4*u^3에 속미분 du/dx를 곱합니다.
   = 4*(x^2 + 9)^3*D(x^2 + 9, x)
맞습니다.
틀렸습니다. x = 1.6일 때 쓰신 답의 값은 6179.217664이지만, 도함수의 값은 19773.496525입니다. (x^2 + 9)^4에서 속미분 2*x를 곱하지 않았습니다.
2번 더 답할 수 있습니다.
맞습니다.

2/3. sin(x)^4을 x로 미분하세요.
풀이:
";
    assert!(out.starts_with(wanted), "{out}");
    // the answers end in the middle: the score comes all the same
    assert!(out.ends_with("미분하세요.\n\n3문제 중 1문제를 맞혔습니다. 그중 0문제는 힌트 없이 한 번에 맞혔습니다.\n"), "{out}");
}

#[test]
fn every_exercise_can_be_answered_through_a_pipe() {
    for topic in Topic::WORDS {
        let quiz = Quiz { topic: Topic::of(topic).unwrap(), level: 3, seed: 5, count: 4 };
        let answers: Vec<String> = quiz.questions().unwrap().into_iter().map(|question| question.answer + "\n").collect();
        let out = talk(&format!("--topic {topic} --level 3 --seed 5 --count 4 --lang en"), &answers.concat());
        assert!(out.ends_with("\n4 of 4 right, 4 of them at the first try without a hint.\n"), "{out}");
    }
}

#[test]
fn the_end_comes_without_answers_and_bytes_that_are_no_text_are_told() {
    assert!(talk("--lang en --seed 1", "").ends_with("\n0 of 5 right, 0 of them at the first try without a hint.\n"));
    let (code, out, _) = run_with(&["quiz", "--lang", "en", "--seed", "1"], b"\xff\xfe\n");
    assert_eq!(code, 0);
    assert!(out.contains("error: "), "{out}");
    for bad in [&["quiz", "--level", "6"][..], &["quiz", "--topic", "algebra"], &["quiz", "--count", "0"], &["quiz", "--format", "text"]] {
        assert_eq!(run_with(bad, b"").0, 2, "{bad:?}");
    }
}

const SHEET: &str = "--sheet --topic mixed --level 3 --seed 4 --count 6";

#[test]
fn a_sheet_in_each_language() {
    assert_eq!(talk(&format!("{SHEET} --lang en"), ""), include_str!("data/quiz_sheet_en.md"));
    assert_eq!(talk(&format!("{SHEET} --lang ko"), ""), include_str!("data/quiz_sheet_ko.md"));
}

#[test]
fn the_latex_sheet_is_a_document_whose_groups_close() {
    for language in ["en", "ko"] {
        let sheet = talk(&format!("{SHEET} --format latex --lang {language}"), "");
        assert!(sheet.starts_with("\\documentclass") && sheet.ends_with("\\end{document}\n"), "{sheet}");
        assert_eq!(sheet.contains("kotex"), language == "ko");
        assert_eq!(sheet.matches("\\begin{").count(), sheet.matches("\\end{").count());
        assert_eq!(sheet.matches('{').count(), sheet.matches('}').count());
        assert_eq!(sheet.matches('$').count() % 2, 0);
        assert_eq!(sheet.matches("\\newpage").count(), 1);
    }
}

#[test]
fn the_html_sheet_has_its_key_on_a_page_of_its_own() {
    let sheet = talk(&format!("{SHEET} --format html --lang ko"), "");
    let (tasks, key) = sheet.split_once("<h2 class=\"key\">").unwrap();
    assert!(sheet.starts_with("<!DOCTYPE html>\n<html lang=\"ko\">") && tasks.contains("break-before: page"));
    assert_eq!(tasks.matches("<li>").count(), 6);
    assert_eq!(key.matches("<li>").count(), 6);
    // what follows the head has every element closed
    let body = &sheet[sheet.find("<body>").unwrap()..sheet.find("</html>").unwrap()];
    let tree = roxmltree::Document::parse(body).unwrap();
    assert!(tree.descendants().filter(|node| node.has_tag_name("math")).count() > 20);
}

/// What the pictures of a part of a sheet show: the texts of a class, in order.
fn shown(picture: roxmltree::Node<'_, '_>, class: &str) -> Vec<String> {
    let found = picture.descendants().filter(|node| node.attribute("class") == Some(class));
    found.filter_map(|node| node.text().map(str::to_owned)).collect()
}

#[test]
fn html_sheets_have_graphs_whose_blanks_are_filled_in_the_key() {
    let (mut seen, mut firsts) = (0, 0);
    for topic in Topic::WORDS {
        for language in [Language::English, Language::Korean] {
            let quiz = Quiz { topic: Topic::of(topic).unwrap(), level: 4, seed: 2, count: 5 };
            let sheet = quiz.sheet(language, Markup::Html, true).unwrap();
            assert!(!sheet.contains("<script") && !sheet.contains(" id="), "ids would be of several pictures");
            let body = &sheet[sheet.find("<body>").unwrap()..sheet.find("</html>").unwrap()];
            let document = roxmltree::Document::parse(body).unwrap();
            let lists: Vec<_> = document.descendants().filter(|node| node.has_tag_name("ol")).collect();
            let pictures = |at: usize| {
                let items = lists[at].children().filter(|node| node.has_tag_name("li"));
                items.map(|item| item.children().find(|node| node.has_tag_name("svg"))).collect::<Vec<_>>()
            };
            for ((question, task), key) in quiz.questions().unwrap().iter().zip(pictures(0)).zip(pictures(1)) {
                // some graphs are too large, or have long numbers
                seen += usize::from(task.is_some());
                firsts += usize::from(question.order == 1);
                assert_eq!(task.is_some(), key.is_some());
                assert!(question.order == 1 || task.is_none(), "{question:?}");
                let (Some(task), Some(key)) = (task, key) else { continue };
                assert_eq!(shown(task, "label"), shown(key, "label"));
                assert_eq!(shown(task, "forward"), shown(key, "forward"));
                assert!(shown(task, "backward").iter().all(|text| text == "____") && !sheet.contains("Backward: "));
                assert!(!shown(key, "backward").iter().any(|text| text.contains('_')));
                // x is the first node; what comes back to it is the derivative
                let at: f64 = shown(key, "forward")[0].parse().unwrap();
                let back = shown(key, "backward");
                let total = back.iter().find(|text| text.contains('=')).unwrap_or(&back[0]);
                let total: f64 = total.split('=').next_back().unwrap().trim().parse().unwrap();
                let slope = symdiff::eval(&question.answer, &[("x", at)]).unwrap();
                assert!((total - slope).abs() <= 6e-4 * slope.abs(), "{question:?} at {at}: {total}, {slope}");
                assert!(slope != 0.0, "{question:?}: nothing would flow back at {at}");
                let asked = task.prev_sibling_element().unwrap();
                let asked: String = asked.descendants().filter(|node| node.is_text()).filter_map(|node| node.text()).collect();
                let sign = |text: String| text.replace('-', "−");
                let said = match language {
                    Language::English => format!("Fill in the derivatives that flow backward at x={at}."),
                    Language::Korean => format!("x={at}일 때 거꾸로 흐르는 미분값을 빈칸에 채우세요."),
                };
                assert_eq!(asked, sign(said));
            }
        }
    }
    assert!(seen * 10 > firsts * 9, "{seen} of {firsts}");
}

#[test]
fn a_graph_is_drawn_where_its_numbers_are_short() {
    let sheet = |words: &str| talk(&format!("--format html --lang en {words}"), "");
    let with = sheet("--topic chain --level 2 --seed 7 --count 3");
    // (x^2 + 9)^4 at 1; sin(x)^4 has the slope 0 at 0
    for shown in [">10000</text>", ">8000</text>", ">0.8415</text>"] {
        assert!(with.contains(shown), "{shown} in {with}");
    }
    let without = sheet("--topic chain --level 2 --seed 7 --count 3 --no-graphs");
    assert!(!without.contains("svg") && !without.contains("Fill in"), "{without}");
    assert_eq!(sheet("--topic second --level 2 --seed 7 --count 3").matches("svg").count(), 0);
}

/// Whether a tool runs here; what needs one is left out where it is not.
fn runs(tool: &str, argument: &str) -> bool {
    let found = Command::new(tool).arg(argument).output().is_ok_and(|output| output.status.success());
    if !found {
        println!("left out: {tool} {argument} does not run here");
    }
    found
}

#[test]
fn the_latex_sheet_compiles_where_latex_is() {
    for (language, engine, package) in [("en", "pdflatex", "amsmath.sty"), ("ko", "xelatex", "kotex.sty"), ("ko", "pdflatex", "kotex.sty")]
    {
        if !runs(engine, "--version") || !runs("kpsewhich", package) {
            continue;
        }
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("sheet.tex"), talk(&format!("{SHEET} --format latex --lang {language}"), "")).unwrap();
        let mut command = Command::new(engine);
        let output = command.args(["-interaction=nonstopmode", "-halt-on-error", "sheet.tex"]).current_dir(&folder).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && !said.contains("Missing character") && !said.contains("Overfull"), "{engine}: {said}");
    }
}

/// In a sheet and in a course, the right answer is what Maxima itself derives.
#[test]
fn maxima_derives_the_same_where_it_is() {
    if !runs("maxima", "--version") {
        return;
    }
    let mut input = String::from("display2d: false$\n");
    let mut count = 0;
    for (at, topic) in Topic::WORDS.iter().enumerate() {
        let file = talk(&format!("--format moodle --topic {topic} --level {} --seed 9 --count 2 --lang en", at % 3 + 1), "");
        let document = roxmltree::Document::parse(&file).unwrap();
        for node in document.descendants().filter(|node| node.has_tag_name("question")) {
            let order = if inside(node, "questiontext").contains("twice") { 2 } else { 1 };
            input += inside(node, "questionvariables");
            // a right answer leaves nothing; each of the mistakes leaves something
            let names = inside(node, "questionvariables").lines().filter_map(|line| line.split_once(':')).map(|(name, _)| name);
            for name in names.filter(|name| *name != "f") {
                let rest = format!("ratsimp(radcan(exponentialize(expand(ratsimp({name} - diff(f, x, {order}))))))");
                input += &format!("\nif is({rest} = 0) = {} then print(\"as meant\") else print(\"not so\", f, {name})$\n", name == "ta");
                count += 1;
            }
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("answers.mac");
    std::fs::write(&path, input).unwrap();
    let output = Command::new("maxima").args(["--very-quiet", "-b"]).arg(&path).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    // Maxima repeats what it reads: only whole lines are answers
    assert_eq!(said.lines().filter(|line| line.trim() == "as meant").count(), count, "{said}");
    assert!(count > 60, "{count}");
}

/// The text inside the first element of this name.
fn inside<'a>(node: roxmltree::Node<'a, '_>, name: &str) -> &'a str {
    let found = node.descendants().find(|node| node.has_tag_name(name)).unwrap();
    found.descendants().find_map(|node| node.text().filter(|text| !text.trim().is_empty())).unwrap_or("")
}

#[test]
fn moodle_xml_is_well_formed_and_its_trees_lead_somewhere() {
    for (at, topic) in Topic::WORDS.iter().enumerate() {
        let (level, language) = (at % 5 + 1, if at % 2 == 0 { "ko" } else { "en" });
        let file = talk(&format!("--format moodle --topic {topic} --level {level} --seed 3 --count 3 --lang {language}"), "");
        let quiz = Quiz { topic: Topic::of(topic).unwrap(), level: u8::try_from(level).unwrap(), seed: 3, count: 3 };
        let document = roxmltree::Document::parse(&file).unwrap();
        let questions: Vec<_> = document.root_element().children().filter(|node| node.has_tag_name("question")).collect();
        assert_eq!(questions.len(), 3);
        for (node, question) in questions.into_iter().zip(quiz.questions().unwrap()) {
            assert_eq!(node.attribute("type"), Some("stack"));
            let text = inside(node, "questiontext");
            assert!(text.contains("[[input:ans1]]") && text.contains("[[validation:ans1]]") && !text.contains('$'), "{text}");
            // Maxima reads these; symdiff reads what both have
            let variables: Vec<(&str, &str)> =
                inside(node, "questionvariables").lines().map(|line| line.trim_end_matches(';').split_once(": ").unwrap()).collect();
            let names: BTreeSet<&str> = variables.iter().map(|&(name, _)| name).collect();
            for (name, value) in &variables {
                let value = value.replace('%', "");
                let wanted = if *name == "ta" { Verdict::Right } else { Verdict::Wrong };
                if *name != "f" {
                    assert_eq!(verdict(&question, &value), wanted, "{question:?}: {name} = {value}");
                }
            }
            let tree: Vec<_> = node.descendants().filter(|node| node.has_tag_name("node")).collect();
            assert_eq!(tree.len(), variables.len());
            for (at, one) in tree.iter().enumerate() {
                assert_eq!(inside(*one, "name"), at.to_string());
                assert!(names.contains(inside(*one, "tans")), "{file}");
                let next: i64 = inside(*one, "falsenextnode").parse().unwrap();
                assert_eq!(next, if at + 1 == tree.len() { -1 } else { i64::try_from(at + 1).unwrap() });
                let has_feedback = !inside(*one, "truefeedback").is_empty();
                assert_eq!(has_feedback, inside(*one, "tans") != "ta");
            }
            assert_eq!(inside(tree[0], "answertest"), "AlgEquiv");
            let last = tree[tree.len() - 1];
            assert_eq!((inside(last, "answertest"), inside(last, "testoptions")), ("Diff", "x"));
            let tests = node.descendants().filter(|node| node.has_tag_name("qtest")).count();
            assert_eq!(tests, variables.len() - 1);
        }
    }
}

#[test]
fn a_sheet_goes_to_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sheet.xml");
    assert_eq!(talk(&format!("--format moodle --count 2 --seed 1 --out {}", path.display()), ""), "");
    assert!(std::fs::read_to_string(path).unwrap().ends_with("</quiz>\n"));
}

/// The reply to a line of batch.
fn reply(line: &str) -> serde_json::Value {
    let (code, out, err) = run_with(&["batch"], line.as_bytes());
    assert_eq!((code, &*err), (0, ""), "{line}");
    serde_json::from_str(&out).unwrap()
}

#[test]
fn batch_sets_exercises_with_their_answers() {
    let line = r#"{"id": 1, "op": "quiz", "topic": "chain", "level": 2, "seed": 7, "count": 2, "lang": "ko"}"#;
    let found = reply(line);
    assert_eq!(found, reply(line), "the same seed gives the same exercises");
    let exercises = found["exercises"].as_array().unwrap();
    assert_eq!(exercises.len(), 2);
    for exercise in exercises {
        let text = |name: &str| exercise[name].as_str().unwrap().to_owned();
        assert_eq!(symdiff::diff(&text("expr"), "x").unwrap(), text("answer"));
        assert_eq!((&*text("topic"), &exercise["wrt"]), ("chain", &serde_json::json!(["x"])));
        assert!(text("ask").ends_with("로 미분하세요."), "{exercise}");
    }
    let plain = reply(r#"{"op": "quiz", "topic": "second"}"#);
    assert_eq!(plain["exercises"].as_array().unwrap().len(), 5);
    assert_eq!(plain["exercises"][0]["wrt"], serde_json::json!(["x", "x"]));
    assert!(plain["exercises"][0]["ask"].as_str().unwrap().starts_with("Differentiate "));
    for (fields, said) in [
        (r#""level": 9"#, "there is no level 9; the levels are 1 to 5"),
        (r#""level": "brief""#, "there is no level brief; the levels are 1 to 5"),
        (r#""count": -1"#, "the field `count` must be a whole number"),
        (r#""count": 1000"#, "a sheet has at most 200 exercises"),
        (r#""topic": "sums""#, "there is no topic `sums`"),
    ] {
        let found = reply(&format!(r#"{{"op": "quiz", {fields}}}"#));
        assert!(found["error"]["message"].as_str().unwrap().starts_with(said), "{found}");
    }
}

#[test]
fn the_repl_holds_a_quiz_between_other_lines() {
    let lines = "quiz chain 1\n?\n:lang\ncos(\n!\n:quit\n1 + 1\nquiz second 1\n";
    let (code, out, err) = run_with(&["repl"], lines.as_bytes());
    assert_eq!((code, &*err), (0, ""));
    let order = [
        "Exercises: chain rule, level 1 (seed ",
        "\n1/5. ",
        "Hint 1 of ",
        "\nen\n",
        "`(` at character 4 is not closed",
        "The solution:",
        "\n2/5. ",
    ];
    let mut at = 0;
    for said in order.iter().chain(&["0 of 5 right, ", "\n2\n", "second derivatives, level 1", "\n0 of 5 right, "]) {
        at += out[at..].find(said).unwrap_or_else(|| panic!("{said:?} in {out}"));
    }
    let (_, out, err) = run_with(&["repl"], b"quiz sums\nquiz = 3\nquiz + 1\n");
    assert!(err.starts_with("error: there is no topic `sums`") && out == "4\n", "{out}{err}");
}
