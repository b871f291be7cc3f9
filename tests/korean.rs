//! Does the program speak Korean to those who want it, and English to programs? Runs of the binary, with their exact words.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test that fails must say so

mod common;

use common::{Ended, run_with};
use std::process::Command;

/// A run in Korean.
fn korean(words: &[&str]) -> Ended {
    run_with(&[words, &["--lang", "ko"]].concat(), b"")
}

/// The first line of the message of a run that fails.
fn failure(words: &[&str]) -> String {
    let (code, out, err) = korean(words);
    assert!(code != 0 && out.is_empty(), "{words:?}: {out}{err}");
    err.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn errors_of_all_kinds_are_in_korean() {
    for (words, said) in [
        // parse
        (vec!["x^", "x"], "오류: 수, 이름, 괄호 같은 피연산자가 와야 하는데 끝이 나왔습니다"),
        (vec!["x + (y", "x"], "오류: 5번째 글자의 `(`가 닫히지 않았습니다"),
        (vec!["x = 2", "x"], "오류: `=` 하나는 여기에서 뜻이 없습니다. 비교는 if(...) 안에 `==`로 쓰십시오"),
        (vec![r"\sum x", "x"], r"오류: `\sum`: 첨자에 대한 합은 읽지 않습니다. 항을 늘어놓으십시오"),
        (vec!["\"x\"", "x"], "오류: 여기에는 따옴표('\"')를 쓸 수 없습니다. 식은 따옴표 없이 씁니다"),
        (vec!["x^3을 0번 미분"], "오류: 횟수는 1 이상이어야 합니다"),
        // name
        (vec!["sine(x)", "x"], "오류: `sine`는 알 수 없는 함수입니다"),
        (vec!["eval", "x*y + n", "--at", "x=1"], "오류: n과 y의 값이 없습니다"),
        (vec!["x", "x", "--let", "sin(u)=u"], "오류: `sin`은 symdiff가 아는 함수이므로 다시 정의할 수 없습니다"),
        // arity
        (vec!["log(x, 2, 3)", "x"], "오류: `log`의 인수는 1 또는 2개인데 3개를 썼습니다"),
        // shape
        (vec!["det([[1,2]])", "x"], "오류: 행렬식은 정사각행렬에서만 구할 수 있는데, 이 행렬의 크기는 1×2입니다"),
        (vec!["diff", "A*B", "A", "--shape", "A: 2×3, B: 2×3"], "오류: 2×3과 2×3은 행렬로 곱할 수 없습니다"),
        (vec!["[x,y]*[x,y]", "x"], "오류: 크기가 2×1과 2×1인 배열로는 곱을 계산할 수 없습니다"),
        // domain
        (
            vec!["eval", "1/x", "--at", "x=0"],
            "오류: 값이 존재하지 않습니다: 0으로 나누게 됩니다. 좌극한은 음의 무한대, 우극한은 무한대입니다",
        ),
        (vec!["eval", "gamma(x)", "--at", "x=-1"], "오류: 값이 존재하지 않습니다: `gamma(-1)`은 극에서의 값입니다"),
        // limit
        (vec!["x^2*y", "x", "--max-nodes", "3"], "오류: 노드 한도(3)에 이르렀습니다. --max-nodes 옵션으로 늘릴 수 있습니다"),
        // request
        (vec!["x*y", "--explain"], "오류: 어느 변수로 미분합니까? 식에 x와 y가 있습니다"),
        (
            vec!["simplify", "x", "--assume", "q=3"],
            "오류: `q=3`은 가정이 아닙니다. x>0, x>=0, x<0, x<=0, x!=0, n integer 꼴을 읽습니다 (`assume`에서)",
        ),
        (vec!["help", "frob"], "오류: `frob`라는 명령이나 함수는 없습니다"),
        // io and data
        (vec!["eval", "x", "--data", "/no/such.csv"], "오류: `/no/such.csv`를 열 수 없습니다: 그런 파일이나 폴더가 없습니다"),
        (
            vec!["predict", "/no/such.safetensors", "--at", "1"],
            "오류: `/no/such.safetensors`를 읽을 수 없습니다: 그런 파일이나 폴더가 없습니다",
        ),
    ] {
        assert_eq!(failure(&words), said, "{words:?}");
    }
}

#[test]
fn the_place_and_the_word_that_was_meant_are_shown() {
    let (code, out, err) = korean(&["x + sine(x)", "x"]);
    let said = "오류: `sine`는 알 수 없는 함수입니다\n  |\n1 | x + sine(x)\n  |     ^^^^\n혹시 `sinh`를 뜻하셨습니까?\n";
    assert_eq!((code, &*out, &*err), (2, "", said));
}

#[test]
fn notes_domains_and_remarks_are_in_korean() {
    for (words, said, noted) in [
        (vec!["eval", "sin(x)/x", "--at", "x=0"], "1\n", "참고: 극한값입니다. 식 자체는 그곳에서 값이 없습니다(0으로 나누게 됩니다)\n"),
        (
            vec!["eval", "abs(t)", "--at", "t=0", "--grad", "t"],
            "0\nd/dt = 0\n",
            "참고: 그곳에서 t로 미분가능하지 않습니다: 왼쪽 기울기 -1, 오른쪽 기울기 1\n",
        ),
        (vec!["abs(x - 1)", "x", "--domain"], "sign(x - 1)\nx = 1에서 미분가능하지 않습니다: 왼쪽 기울기 -1, 오른쪽 기울기 1\n", ""),
        (
            vec!["tan(x)", "x", "--domain"],
            "sec(x)^2\nx = pi*k + pi/2 (모든 정수 k)에서 정의되지 않습니다: 좌극한 무한대, 우극한 음의 무한대\n",
            "",
        ),
        (vec!["x^2", "x", "--domain"], "2*x\n정의역의 모든 점에서 미분가능합니다\n", ""),
        (
            vec!["gamma(x)", "x", "--domain"],
            "digamma(x)*gamma(x)\nx = k (모든 정수 k) 가운데 정수가 0 이하인 곳에서 정의되지 않습니다\n",
            "",
        ),
        (vec!["log(-1 - x^2)", "x", "--domain"], "2*x/(x^2 + 1)\nx가 어떤 값이든 그 점에서는 실수가 아닙니다\n", ""),
        (vec!["x^2/x", "x", "--conditions"], "1\nx = 0일 때 주어진 식에는 값이 없지만 답에는 값이 있습니다\n", ""),
        (
            vec!["simplify", "sqrt(x^2)", "--explain"],
            "abs(x)\nabs(x)를 그대로 두었습니다: x = -1.7일 때 값은 1.7인데 x의 값은 -1.7입니다. --assume \"x>0\"을 쓰면 x가 됩니다\n",
            "",
        ),
        (vec!["layer", "x*q"], "y = x*q\ndq = dout*x\ndx = dout*q\n검산: 성분 2개를 중심차분과 비교, 가장 큰 상대오차 3e-14\n", ""),
    ] {
        let (code, out, err) = korean(&words);
        assert_eq!((code, &*out, &*err), (0, said, noted), "{words:?}");
    }
}

/// The language of the locale, without `--lang`.
fn in_locale(locale: &str, words: &[&str]) -> String {
    let done = Command::new(env!("CARGO_BIN_EXE_symdiff")).args(words).env("LC_ALL", locale).output().unwrap();
    String::from_utf8(done.stderr).unwrap()
}

#[test]
fn the_locale_decides_unless_an_option_does() {
    assert!(in_locale("ko_KR.UTF-8", &["x^", "x"]).starts_with("오류: "));
    assert!(in_locale("ko_KR.UTF-8", &["x^", "x", "--lang", "en"]).starts_with("error: found the end, expected an operand"));
    assert!(in_locale("ko_KR.UTF-8", &["--lang=en", "x^", "x"]).starts_with("error: "));
    assert!(in_locale("de_DE.UTF-8", &["x^", "x"]).starts_with("error: "));
}

#[test]
fn programs_read_english_unless_they_ask() {
    let (code, out, _) = run_with(&["eval", "sin(x)/x", "--at", "x=0", "--format", "json"], b"");
    assert!(code == 0 && out.contains("\"note\": \"limit: "), "{out}");
    let lines = [
        (r#"{"id": 1, "op": "diff", "expr": "x^"}"#, "found the end, expected an operand: a number, a name or a bracket"),
        (r#"{"id": 1, "op": "diff", "expr": "x^", "lang": "ko"}"#, "수, 이름, 괄호 같은 피연산자가 와야 하는데 끝이 나왔습니다"),
        (r#"{"id": 1, "op": "frob", "lang": "ko"}"#, "`frob`라는 작업은 없습니다."),
        (r#"{"id": 1, "op": "diff", "expr": 3, "lang": "ko"}"#, "`expr` 항목은 문자열이어야 합니다"),
        (r#"{"id": 1, "op": "eval", "expr": "1/x", "at": {"x": 0}, "lang": "ko"}"#, "값이 존재하지 않습니다: 0으로 나누게 됩니다."),
        (r#"{"id": 1, "op": "diff", "expr": "abs(x)", "domain": true, "lang": "ko"}"#, "x = 0에서 미분가능하지 않습니다"),
        (r#"{"id": 1, "op": "diff", "expr": "x", "lang": "tlh"}"#, "there is no language `tlh`; there are en and ko"),
    ];
    for (line, said) in lines {
        let (code, out, err) = run_with(&["batch"], line.as_bytes());
        assert!(code == 0 && err.is_empty() && out.contains(said), "{line}: {out}{err}");
        assert!(!out.contains("오류") && serde_json::from_str::<serde_json::Value>(&out).is_ok(), "kinds stay words: {out}");
    }
}

#[test]
fn the_repl_speaks_the_language_that_it_is_told() {
    let (code, out, err) =
        run_with(&["repl", "--lang", "ko"], b":frob\n:steps\nhelp\n:lang\nhelp sin\n:lang en\n:lang\n:frob\nhelp sin\n:lang ko\nx^\n");
    assert_eq!(code, 2);
    let said: Vec<&str> = err.lines().filter(|line| line.starts_with("오류") || line.starts_with("error")).collect();
    let wanted = [
        "오류: `:frob` 명령은 없습니다. :help에서 볼 수 있습니다",
        "오류: 아직 구한 도함수가 없습니다",
        "error: there is no command `:frob`; :help shows them",
        "오류: 수, 이름, 괄호 같은 피연산자가 와야 하는데 끝이 나왔습니다",
    ];
    assert_eq!(said, wanted);
    for line in [
        "  eval EXPR at x=1, y=pi/2    값",
        "  :lang [en or ko]            설명하는 언어",
        "  help [NAME]                 함수나 명령의 설명",
        "초등함수:",
        "ko",
        "sin(x): 사인",
        "  실수인 범위   실수(정의되는 곳에서)",
        "en",
        "sin(x): the sine",
        "  real for      real arguments, where it is defined",
    ] {
        assert!(out.lines().any(|shown| shown == line), "{line}: {out}");
    }
    let (_, english, _) = run_with(&["repl"], b"help\n");
    let (_, korean, _) = run_with(&["repl", "--lang", "ko"], b"help\n");
    let commands = |page: &str| page.lines().filter_map(|line| line.get(..24)).filter(|line| line.is_ascii()).count();
    assert!(english.lines().count() == korean.lines().count() && commands(&korean) >= 25, "{korean}");
    let words = |page: &str| page.lines().filter(|line| line.starts_with("  ") && !line.is_ascii()).count();
    assert!(words(&korean) > 35 && words(&english) <= 3, "each line is translated: {korean}");
}
