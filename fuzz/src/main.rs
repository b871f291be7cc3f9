//! Does the session survive anything? `symdiff-fuzz SECONDS [SEED] [--all]` runs random requests and reports the first finding.
//! With `--all` it goes on and reports the first finding of each sort. Read next: `check.rs` (what must hold), `input.rs`.

mod check;
mod input;

use std::collections::HashSet;
use std::process::ExitCode;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use std::{env, fs, panic, process, thread};

/// Where the last panic was.
static PANIC: Mutex<String> = Mutex::new(String::new());

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let numbers: Vec<u64> = words.iter().filter_map(|word| word.parse().ok()).collect();
    let all = words.iter().any(|word| word == "--all");
    let Some(&seconds) = numbers.first() else {
        eprintln!("usage: symdiff-fuzz SECONDS [SEED] [--all]");
        return ExitCode::from(2);
    };
    let seed = numbers.get(1).copied().unwrap_or(1);
    let corpus = corpus();
    panic::set_hook(Box::new(|info| {
        if let Ok(mut place) = PANIC.lock() {
            *place = info.to_string();
        }
    }));
    let current = Arc::new(Mutex::new((Instant::now(), Vec::new())));
    let watched = Arc::clone(&current);
    thread::spawn(move || watch(&watched));
    // a stack overflow ends the process at once: what it was doing is here
    let last = env::temp_dir().join(format!("symdiff-fuzz-{}", process::id()));

    let mut random = input::Random::new(seed);
    let mut session = check::session();
    let mut seen = HashSet::new();
    let end = Instant::now() + Duration::from_secs(seconds);
    let mut count = 0u64;
    while Instant::now() < end {
        let bytes = if count < corpus.len() as u64 { corpus[count as usize].clone() } else { input::next(&mut random, &corpus) };
        count += 1;
        fs::write(&last, &bytes).ok();
        set(&current, &bytes);
        if let Err(found) = check::check(&mut session, &bytes) {
            if seen.insert(sort(&found)) {
                let (bytes, found) = smaller(bytes, found, &current);
                let place = PANIC.lock().map(|place| place.clone()).unwrap_or_default();
                println!("finding: {found}\n  {}\n  input: {}", if found.starts_with("panic") { &place } else { "" }, show(&bytes));
                if !all {
                    fs::remove_file(&last).ok();
                    println!("{count} inputs of seed {seed}, a finding");
                    return ExitCode::FAILURE;
                }
            }
        }
    }
    fs::remove_file(&last).ok();
    if seen.is_empty() {
        println!("{count} inputs, no finding");
        return ExitCode::SUCCESS;
    }
    println!("{count} inputs of seed {seed}, {} sorts of findings", seen.len());
    ExitCode::FAILURE
}

fn corpus() -> Vec<Vec<u8>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus");
    let mut paths: Vec<_> = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let files: Vec<Vec<u8>> = paths.iter().filter_map(|path| fs::read(path).ok()).collect();
    assert!(!files.is_empty(), "there is no corpus in {folder}");
    files
}

/// What makes two findings the same: the place of a panic, otherwise the words before the first colon.
fn sort(found: &str) -> String {
    if found.starts_with("panic") {
        return PANIC.lock().map(|place| place.lines().next().unwrap_or("").to_owned()).unwrap_or_default();
    }
    found.split([':', '(']).next().unwrap_or(found).to_owned()
}

fn set(current: &Mutex<(Instant, Vec<u8>)>, bytes: &[u8]) {
    if let Ok(mut current) = current.lock() {
        *current = (Instant::now(), bytes.to_vec());
    }
}

/// Ends the process when an input does not end.
fn watch(current: &Mutex<(Instant, Vec<u8>)>) {
    loop {
        thread::sleep(Duration::from_millis(500));
        if let Ok(current) = current.lock() {
            // an input is at most a few requests
            if current.0.elapsed() > check::SLOW + Duration::from_secs(10) {
                println!("finding: an input does not end\n  input: {}", show(&current.1));
                process::exit(1);
            }
        }
    }
}

/// Takes pieces away as long as the same sort of finding stays.
fn smaller(mut bytes: Vec<u8>, mut found: String, current: &Mutex<(Instant, Vec<u8>)>) -> (Vec<u8>, String) {
    let (sort_of, end) = (sort(&found), Instant::now() + Duration::from_secs(8));
    let mut size = bytes.len() / 2;
    while size > 0 {
        let mut at = 0;
        while at < bytes.len() && Instant::now() < end {
            let mut fewer = bytes.clone();
            fewer.drain(at..(at + size).min(bytes.len()));
            set(current, &fewer);
            match check::check(&mut check::session(), &fewer) {
                Err(now) if sort(&now) == sort_of => (bytes, found) = (fewer, now),
                _ => at += size,
            }
        }
        size /= 2;
    }
    // the place of the panic that is reported
    check::check(&mut check::session(), &bytes).err();
    (bytes, found)
}

fn show(bytes: &[u8]) -> String {
    std::str::from_utf8(bytes).map_or_else(|_| format!("bytes {}", bytes.escape_ascii()), str::to_owned)
}
