//! Where each buffer lies in one block of memory: two that are never needed at the same time may share a place.
//! Deliberately knows only from which step to which a buffer is needed.
//! Read next: `run.rs`.

/// Floats to which places are aligned: a cache line of single floats.
const LINE: usize = 16;

/// For each buffer its length and the first and last step that needs it: where each lies, and how much memory that takes in all.
pub(super) fn share(needs: &[(usize, usize, usize)]) -> (Vec<usize>, usize) {
    let mut order: Vec<usize> = (0..needs.len()).collect();
    order.sort_by_key(|&at| needs[at].1);
    let mut places = vec![0; needs.len()];
    // what is taken now: place, length, last step
    let mut taken: Vec<(usize, usize, usize)> = Vec::new();
    let mut total = 0;
    for at in order {
        let (length, first, last) = needs[at];
        let length = length.next_multiple_of(LINE);
        taken.retain(|&(_, _, end)| end >= first);
        taken.sort_unstable();
        let mut place = 0;
        for &(start, size, _) in &taken {
            if start >= place + length {
                break;
            }
            place = place.max(start + size);
        }
        places[at] = place;
        total = total.max(place + length);
        taken.push((place, length, last));
    }
    (places, total)
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn buffers_that_are_needed_together_do_not_overlap() {
        let needs = [(100, 0, 2), (50, 1, 3), (100, 3, 4), (10, 0, 4), (200, 4, 5)];
        let (places, total) = share(&needs);
        for (i, a) in needs.iter().enumerate() {
            for (j, b) in needs.iter().enumerate().skip(i + 1) {
                let together = a.1 <= b.2 && b.1 <= a.2;
                let overlap = places[i] < places[j] + b.0 && places[j] < places[i] + a.0;
                assert!(!(together && overlap), "{i} and {j}");
            }
            assert!(places[i] + a.0 <= total);
        }
        assert!(total < 460, "places are used again: {total}");
    }
}
