//! How fast are derivatives of big graphs, how big are the results, and how fast is the batch door?
//! `cargo bench --bench workloads` prints the table; `-- CASE...` some cases, `-- --json CASE` one measurement for
//! `peers.py`, `-- --batch FILE` expressions per second. Times are of the verb alone: reading the text comes before.
#![allow(clippy::print_stdout, clippy::print_stderr, clippy::panic)]

use std::fs;
use std::hint::black_box;
use std::time::{Duration, Instant};
use symdiff::session::{Session, read_request, write_error, write_reply};
use symdiff::{Budget, Expression};

/// What is derived, how, and what others need for it.
struct Case {
    name: &'static str,
    verb: Verb,
    /// Microseconds of casadi, symengine, GiNaC and symbolica, measured on another machine of this kind on 2026-11-24;
    /// NaN where they did not end within 40 s.
    peers: [f64; 4],
}

#[derive(Clone, Copy)]
enum Verb {
    /// The derivative of this order by x.
    Diff(usize),
    /// By x1 to xn.
    Gradient(usize),
    /// By x1 to xn.
    Hessian(usize),
}

const NO: f64 = f64::NAN;

#[rustfmt::skip]
const CASES: &[Case] = &[
    Case { name: "chain_1000", verb: Verb::Diff(1), peers: [519.0, 42_900.0, 838_000.0, 91_900.0] },
    Case { name: "chain_10000", verb: Verb::Diff(1), peers: [8_270.0, 9_370_000.0, NO, NO] },
    Case { name: "chain_100000", verb: Verb::Diff(1), peers: [79_000.0, NO, NO, NO] },
    Case { name: "speelpenning_100", verb: Verb::Gradient(100), peers: [190.0, 5_700.0, 85_700.0, 1_070.0] },
    Case { name: "speelpenning_1000", verb: Verb::Gradient(1000), peers: [795.0, 391_000.0, NO, 248_000.0] },
    Case { name: "hessian_50", verb: Verb::Hessian(50), peers: [859.0, 25_600.0, 53_700.0, 2_580.0] },
    Case { name: "hessian_200", verb: Verb::Hessian(200), peers: [6_800.0, 296_000.0, 648_000.0, 66_500.0] },
    Case { name: "kth_expsin_10", verb: Verb::Diff(10), peers: [11_600.0, 202.0, 725.0, 433.0] },
    Case { name: "kth_expsin_20", verb: Verb::Diff(20), peers: [NO, 1_020.0, 4_700.0, 1_760.0] },
    Case { name: "kth_expsin_30", verb: Verb::Diff(30), peers: [NO, 7_150.0, 28_100.0, 6_430.0] },
    Case { name: "kth_xx_8", verb: Verb::Diff(8), peers: [12_500.0, 398.0, 374.0, 8_660.0] },
    Case { name: "kth_xx_12", verb: Verb::Diff(12), peers: [685_000.0, 4_850.0, 958.0, 366_000.0] },
    Case { name: "kth_tanx2_7", verb: Verb::Diff(7), peers: [1_660.0, 161.0, 476.0, 462.0] },
    Case { name: "rising_1000", verb: Verb::Diff(1), peers: [1_150.0, 70_500.0, 231_000.0, 129_000.0] },
    Case { name: "tensines_3", verb: Verb::Diff(3), peers: [343.0, 803.0, 2_410.0, 1_050.0] },
];

/// The text of a case, from its name: what is built, and how big.
fn text(name: &str) -> String {
    let (kind, size) = name.rsplit_once('_').unwrap_or((name, "0"));
    let n: usize = size.parse().unwrap_or(0);
    let joined = |last: usize, by: &str, part: &dyn Fn(usize) -> String| (1..=last).map(part).collect::<Vec<_>>().join(by);
    match kind {
        "chain" => format!("{}x{}", "sin(".repeat(n), ")".repeat(n)),
        "speelpenning" => joined(n, "*", &|i| format!("x{i}")),
        "hessian" => joined(n - 1, "+", &|i| format!("exp(x{i}*x{0})+sin(x{i})*x{0}^2", i + 1)),
        "kth_expsin" => "exp(sin(x))".into(),
        "kth_xx" => "x^x".into(),
        "kth_tanx2" => "tan(x^2)".into(),
        "rising" => joined(n, "*", &|i| format!("(x+{i})")),
        "tensines" => joined(10, "*", &|i| if i == 1 { "sin(x)".into() } else { format!("sin({i}*x)") }),
        _ => panic!("there is no case `{name}`"),
    }
}

/// The derivative as a list of entries; an error where a limit of the default budget ends it.
fn run(f: &Expression, verb: Verb, names: &[&str]) -> symdiff::Result<Vec<Expression>> {
    match verb {
        Verb::Diff(_) => Ok(vec![f.diff_all(names)?]),
        Verb::Gradient(_) => f.gradient(names),
        Verb::Hessian(_) => Ok(f.hessian(names)?.into_iter().flatten().collect()),
    }
}

/// Microseconds of `rounds` runs, sorted, and the result.
fn measure(case: &Case, time: Duration, rounds: usize) -> symdiff::Result<(Vec<f64>, Vec<Expression>)> {
    let f: Expression = text(case.name).parse()?;
    let names: Vec<String> = match case.verb {
        Verb::Diff(order) => vec!["x".into(); order],
        Verb::Gradient(n) | Verb::Hessian(n) => (1..=n).map(|i| format!("x{i}")).collect(),
    };
    let names: Vec<&str> = names.iter().map(|name| &**name).collect();
    let (mut times, begin) = (Vec::new(), Instant::now());
    loop {
        let start = Instant::now();
        let result = black_box(run(black_box(&f), case.verb, &names)?);
        times.push(start.elapsed().as_secs_f64() * 1e6);
        if times.len() >= rounds || (begin.elapsed() > time && times.len() >= 3) {
            times.sort_by(f64::total_cmp);
            return Ok((times, result));
        }
    }
}

/// Distinct nodes over all entries, which share them: a chain of calls holds the entries, and its own nodes are taken off.
fn nodes(result: &[Expression]) -> usize {
    let [one] = result else {
        let start = Expression::symbol("no_symbol_of_any_case");
        let held = result.iter().try_fold(start, |held, entry| Expression::call("atan2", &[held, entry.clone()]));
        return held.map_or(0, |held| held.node_count() - result.len() - 1);
    };
    one.node_count()
}

/// Kilobytes that the process has used at most; 0 where the system does not tell.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

fn shown(microseconds: f64) -> String {
    match microseconds {
        t if t.is_nan() => "-".into(),
        t if t < 1e3 => format!("{t:.0} us"),
        t if t < 1e6 => format!("{:.2} ms", t / 1e3),
        t => format!("{:.2} s", t / 1e6),
    }
}

/// Runs a case in a process of its own, so that its peak of memory is its own.
fn apart(name: &str) -> Option<(f64, u64, u64)> {
    let output = std::process::Command::new(std::env::current_exe().ok()?).args(["--json", name]).output().ok()?;
    let reply: serde_json::Value = serde_json::from_slice(&output.stdout).ok()?;
    Some((reply["us"].as_f64()?, reply["nodes"].as_u64()?, reply["peak_kb"].as_u64()?))
}

/// Every case once per round, so that the machine's moods meet all alike.
fn table(wanted: &[String]) {
    let cases: Vec<&Case> = CASES.iter().filter(|case| wanted.is_empty() || wanted.iter().any(|name| name == case.name)).collect();
    let mut found: Vec<Vec<(f64, u64, u64)>> = vec![Vec::new(); cases.len()];
    for _ in 0..3 {
        for (case, found) in cases.iter().zip(&mut found) {
            found.extend(apart(case.name));
        }
    }
    println!("casadi, symengine, ginac, symbolica: measured on another machine of this kind on 2026-11-24; `-`: no end within 40 s");
    println!(
        "{:18}{:>10}{:>9}{:>9}{:>12}{:>11}{:>11}{:>11}{:>11}",
        "case", "median", "nodes", "peak MB", "to the best", "casadi", "symengine", "ginac", "symbolica"
    );
    let mut chain = Vec::new();
    for (case, mut found) in cases.iter().zip(found) {
        found.sort_by(|a, b| a.0.total_cmp(&b.0));
        let Some(&(us, nodes, peak)) = found.get(found.len() / 2) else {
            println!("{:18}{:>10}", case.name, "failed");
            continue;
        };
        let best = case.peers.iter().copied().fold(NO, f64::min);
        let peers: String = case.peers.iter().map(|us| format!("{:>11}", shown(*us))).collect();
        println!("{:18}{:>10}{nodes:>9}{:>9.1}{:>11.2}x{peers}", case.name, shown(us), peak as f64 / 1024.0, us / best);
        if let Some(n) = case.name.strip_prefix("chain_").and_then(|n| n.parse::<f64>().ok()) {
            chain.push(format!("{:.0} ns at n = {n}", us * 1e3 / n));
        }
    }
    println!("time per link of the chain (the same everywhere if linear): {}", chain.join(", "));
}

/// Derivatives per second of the batch door on one core: JSON line in, JSON line out.
/// Lines are requests, or records with `F` and `var`.
fn batch(file: &str) {
    let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{file}: {error}"));
    let request = |line: &str| -> Option<String> {
        let record: serde_json::Value = serde_json::from_str(line).ok()?;
        if record["class"].as_str().is_some_and(|class| class != "elementary") {
            return None;
        }
        match (&record["F"], &record["var"]) {
            (serde_json::Value::String(expr), var) => Some(serde_json::json!({"op": "diff", "expr": expr, "wrt": [var]}).to_string()),
            _ => Some(line.to_owned()),
        }
    };
    let lines: Vec<String> = text.lines().filter_map(request).collect();
    let mut session = Session::new(Budget::default());
    let mut rates = Vec::new();
    let mut failed = 0;
    for _ in 0..5 {
        let start = Instant::now();
        failed = 0;
        let mut out = Vec::new();
        for line in &lines {
            let (id, request) = read_request(line.as_bytes());
            match request.and_then(|request| session.answer(&request)) {
                Ok(response) => write_reply(&mut out, Some(&id), &response.answer, symdiff::teach::Language::English),
                Err(error) => {
                    failed += 1;
                    write_error(&mut out, Some(&id), &error, symdiff::teach::Language::English);
                }
            }
        }
        black_box(&out);
        rates.push(lines.len() as f64 / start.elapsed().as_secs_f64());
    }
    rates.sort_by(f64::total_cmp);
    println!(
        "{} lines, {failed} failed: {:.0} per second on one core (median of 5; reading, deriving, simplifying, writing)",
        lines.len(),
        rates[2]
    );
    println!("measured on another machine of this kind on 2026-11-24, reading and deriving 1,015 elementary ones:");
    println!(
        "symbolica 21352, symengine 18758, symplex 12135, ginac 11257; with a simplifier: symengine 10944 (expand), ginac 253 (normal), symplex 111"
    );
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--json", name] => {
            let Some(case) = CASES.iter().find(|case| case.name == name) else { panic!("there is no case `{name}`") };
            match measure(case, Duration::from_millis(400), 50) {
                Ok((times, result)) => {
                    let peak = peak(); // before counting, which loads the result once more
                    println!("{{\"us\": {:.1}, \"nodes\": {}, \"peak_kb\": {peak}}}", times[times.len() / 2], nodes(&result));
                }
                Err(error) => println!("{{\"error\": \"{}\"}}", error.to_string().escape_default()),
            }
        }
        ["--batch", file] => batch(file),
        ["--list"] => CASES.iter().for_each(|case| println!("{}", case.name)),
        ["--text", name] => println!("{}", text(name)),
        _ => table(&words),
    }
}
