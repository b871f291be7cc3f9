//! Do exercises fit their levels, and does a seed give the same ones again?
//! Deliberately looks at each text anew, not at what was noted while it was made; `tests/quiz.rs` holds the answers against the grader.
//! Read next: `make.rs`.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use super::*;
use crate::expr::Pool;
use crate::simplify::Engine;
use crate::text::{Names, parse};

fn quiz(seed: u64, count: usize) -> Quiz {
    let at = usize::try_from(seed).unwrap();
    Quiz { topic: Topic::ALL[at % Topic::ALL.len()], level: u8::try_from(at / Topic::ALL.len() % 5).unwrap() + 1, seed, count }
}

/// Each exercise of these seeds fits its level, seen anew from its text.
fn all_fit(seeds: std::ops::Range<u64>) {
    let mut pool = Pool::default();
    for seed in seeds {
        let quiz = quiz(seed, 1);
        let allowed = quiz.allowed().unwrap();
        for question in quiz.questions().unwrap() {
            pool.clear();
            let answer = parse(&mut pool, &question.answer, &Names::default()).unwrap().value;
            let text = parse(&mut pool, &question.text, &Names::default()).unwrap().value;
            let (&[answer], &[text]) = (answer.entries(), text.entries()) else { panic!("{question:?}") };
            let x = pool.symbol_named("x");
            assert!(pool.may_contain(answer, x) || quiz.level == 1 && question.answer != "0", "{quiz:?}: {question:?}");
            assert!(make::depth(&pool, text) <= allowed.depth, "{quiz:?}: {question:?}");
            let cost = Engine::new(&mut pool).size(answer);
            assert!(cost <= allowed.answer && question.cost <= allowed.answer, "{quiz:?}: {question:?}, {cost}");
            assert!(quiz.topic == Topic::Mixed || question.topic == quiz.topic);
            assert_eq!(question.order, if question.topic == Topic::Second { 2 } else { 1 });
        }
    }
}

#[test]
fn answers_are_as_short_as_the_level_says() {
    all_fit(0..1_000);
}

#[test]
#[ignore = "takes some time; the shorter one runs always"]
fn answers_are_as_short_as_the_level_says_for_ten_thousand_seeds() {
    all_fit(0..10_000);
}

#[test]
fn no_exercise_comes_twice_in_a_sheet() {
    for seed in 0..55 {
        let questions = quiz(seed, 20).questions().unwrap();
        let texts: std::collections::BTreeSet<&str> = questions.iter().map(|question| &*question.text).collect();
        assert_eq!(texts.len(), 20);
    }
}

#[test]
fn the_same_seed_gives_the_same_exercises() {
    for seed in 0..20 {
        assert_eq!(quiz(seed, 8).questions().unwrap(), quiz(seed, 8).questions().unwrap());
    }
    // a longer sheet begins like a shorter one
    assert_eq!(quiz(3, 12).questions().unwrap()[..5], quiz(3, 5).questions().unwrap()[..]);
    assert_ne!(quiz(3, 5).questions().unwrap(), quiz(58, 5).questions().unwrap());
}

#[test]
fn every_topic_has_a_full_sheet_at_every_level() {
    for level in 1..=5 {
        for &topic in Topic::ALL {
            let questions = Quiz { topic, level, seed: 2, count: 20 }.questions();
            assert!(questions.is_ok(), "{} {level}: {questions:?}", topic.word());
        }
    }
}

#[test]
fn what_there_is_not_is_told() {
    let quiz = Quiz { topic: Topic::Sum, level: 1, seed: 1, count: 1 };
    for level in [0, 6] {
        assert!(Quiz { level, ..quiz }.questions().unwrap_err().message().contains("levels are 1 to 5"));
    }
    assert!(Quiz { count: 201, ..quiz }.questions().is_err());
    let few = Quiz { topic: Topic::Exponential, level: 1, seed: 1, count: 200 }.questions().unwrap_err();
    assert!(few.message().contains("different exercises at level 1"), "{few:?}");
    assert!(Topic::of("algebra").is_err() && Topic::of("chain").is_ok());
}
