//! "Did you mean": the known word nearest to one that is not known.
//! Deliberately suggests nothing that is far off. Read next: `parse.rs`.

/// The nearest of the known words, if it is near: one slip in a short word, two in a long one.
pub(super) fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let length = word.chars().count();
    if length > 40 {
        return None;
    }
    let allowed = match length {
        0..=2 => 0,
        3..=5 => 1,
        _ => 2,
    };
    let lower = word.to_lowercase();
    known
        .filter(|k| k.chars().count() > 1)
        .map(|k| (if k.to_lowercase() == lower { 0 } else { strsim::damerau_levenshtein(word, k) }, k))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by(|(a, x), (b, y)| {
            // Letters in another order are the likeliest slip, then words that begin alike.
            let swapped = |k: &str| !same_letters(word, k);
            (a, swapped(x)).cmp(&(b, swapped(y))).then_with(|| strsim::jaro_winkler(word, y).total_cmp(&strsim::jaro_winkler(word, x)))
        })
        .map(|(_, k)| k)
}

fn same_letters(a: &str, b: &str) -> bool {
    let sorted = |word: &str| {
        let mut letters: Vec<char> = word.chars().collect();
        letters.sort_unstable();
        letters
    };
    sorted(a) == sorted(b)
}
