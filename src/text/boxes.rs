//! How large are the parts of a formula on a grid of characters, and where does each stand? Every box has a baseline.
//! Deliberately knows no notation: `layout.rs` says which boxes there are. Sizes first, drawing last, so a deep formula is drawn once.
//! Read next: `layout.rs`.

use std::borrow::Cow;
use unicode_width::UnicodeWidthStr;

/// The place of a box in its list.
pub(super) type Id = usize;

/// A text at a place of the grid, relative to the left end of a baseline.
#[derive(Debug)]
struct Mark {
    x: usize,
    y: isize,
    text: Cow<'static, str>,
}

/// A part of a formula, measured.
#[derive(Debug, Default)]
struct Sized {
    width: usize,
    /// Rows over the baseline.
    above: usize,
    /// Rows under the baseline.
    below: usize,
    /// Whether it is a fraction, whose bar would run into a minus sign.
    bar: bool,
    parts: Vec<(Id, usize, isize)>,
    marks: Vec<Mark>,
}

/// Brackets that grow: for one row, then top, middle, bottom, and what lies between.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fence {
    one: &'static str,
    top: &'static str,
    middle: &'static str,
    bottom: &'static str,
    between: &'static str,
}

const fn fence(one: &'static str, top: &'static str, bottom: &'static str, between: &'static str) -> Fence {
    Fence { one, top, middle: between, bottom, between }
}

/// The bracket of this name in LaTeX; `None` draws nothing.
pub(super) fn fence_of(name: &str, left: bool) -> Option<Fence> {
    Some(match (name, left) {
        ("(" | ")", true) => fence("(", "⎛", "⎝", "⎜"),
        ("(" | ")", false) => fence(")", "⎞", "⎠", "⎟"),
        ("[" | "]", true) => fence("[", "⎡", "⎣", "⎢"),
        ("[" | "]", false) => fence("]", "⎤", "⎦", "⎥"),
        ("|", _) => fence("|", "│", "│", "│"),
        ("lVert" | "rVert", _) => fence("‖", "║", "║", "║"),
        ("lfloor" | "rfloor", true) => fence("⌊", "⎢", "⎣", "⎢"),
        ("lfloor" | "rfloor", false) => fence("⌋", "⎥", "⎦", "⎥"),
        ("lceil" | "rceil", true) => fence("⌈", "⎡", "⎢", "⎢"),
        ("lceil" | "rceil", false) => fence("⌉", "⎤", "⎥", "⎥"),
        ("{", _) => Fence { one: "{", top: "⎧", middle: "⎨", bottom: "⎩", between: "⎪" },
        _ => return None,
    })
}

/// How the cells of a table stand in their columns.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Aligned {
    Left,
    Centre,
}

/// All boxes of a formula.
#[derive(Debug, Default)]
pub(super) struct Boxes {
    list: Vec<Sized>,
    /// Bytes and places so far: what drawing will cost.
    pub(super) drawn: usize,
}

impl Boxes {
    fn push(&mut self, sized: Sized) -> Id {
        self.drawn += sized.parts.len() + sized.marks.iter().map(|mark| mark.text.len()).sum::<usize>();
        self.list.push(sized);
        self.list.len() - 1
    }

    fn size(&self, id: Id) -> (usize, usize, usize) {
        self.list.get(id).map_or((0, 0, 0), |sized| (sized.width, sized.above, sized.below))
    }

    /// Whether it has one row.
    pub(super) fn is_flat(&self, id: Id) -> bool {
        matches!(self.size(id), (_, 0, 0))
    }

    /// The text of a box that is nothing but text.
    pub(super) fn plain(&self, id: Id) -> Option<&str> {
        let sized = self.list.get(id)?;
        match &*sized.marks {
            [mark] if sized.parts.is_empty() && self.is_flat(id) => Some(&mark.text),
            _ => None,
        }
    }

    pub(super) fn is_bar(&self, id: Id) -> bool {
        self.list.get(id).is_some_and(|sized| sized.bar)
    }

    pub(super) fn text(&mut self, text: impl Into<Cow<'static, str>>) -> Id {
        let text = text.into();
        let width = text.width();
        let marks = if text.is_empty() { Vec::new() } else { vec![Mark { x: 0, y: 0, text }] };
        self.push(Sized { width, marks, ..Sized::default() })
    }

    /// Side by side on one baseline.
    pub(super) fn row(&mut self, items: &[Id]) -> Id {
        if let [only] = items {
            return *only;
        }
        let mut row = Sized::default();
        for &item in items {
            let (width, above, below) = self.size(item);
            row.parts.push((item, row.width, 0));
            row.width += width;
            row.above = row.above.max(above);
            row.below = row.below.max(below);
        }
        self.push(row)
    }

    /// A numerator over a denominator; the bar is the baseline.
    pub(super) fn fraction(&mut self, over: Id, under: Id) -> Id {
        let ((a, a_above, a_below), (b, b_above, b_below)) = (self.size(over), self.size(under));
        let nested = [over, under].iter().any(|&id| !self.is_flat(id));
        let width = a.max(b) + if nested { 2 } else { 0 };
        let parts = vec![(over, (width - a) / 2, -(a_below as isize) - 1), (under, (width - b) / 2, b_above as isize + 1)];
        let marks = vec![Mark { x: 0, y: 0, text: "─".repeat(width).into() }];
        self.push(Sized { width, above: a_above + a_below + 1, below: b_above + b_below + 1, bar: true, parts, marks })
    }

    /// An exponent over the right end.
    pub(super) fn raised(&mut self, base: Id, exponent: Id) -> Id {
        let ((width, above, below), (e_width, e_above, e_below)) = (self.size(base), self.size(exponent));
        let parts = vec![(base, 0, 0), (exponent, width, -((above + e_below) as isize) - 1)];
        self.push(Sized { width: width + e_width, above: above + e_above + e_below + 1, below, parts, ..Sized::default() })
    }

    /// An index under the right end.
    pub(super) fn lowered(&mut self, base: Id, index: Id) -> Id {
        let ((width, above, below), (i_width, i_above, i_below)) = (self.size(base), self.size(index));
        let parts = vec![(base, 0, 0), (index, width, (below + i_above) as isize + 1)];
        self.push(Sized { width: width + i_width, above, below: below + i_above + i_below + 1, parts, ..Sized::default() })
    }

    /// A line over it.
    pub(super) fn overlined(&mut self, inside: Id) -> Id {
        let (width, above, below) = self.size(inside);
        let marks = vec![Mark { x: 0, y: -(above as isize) - 1, text: "_".repeat(width).into() }];
        self.push(Sized { width, above: above + 1, below, parts: vec![(inside, 0, 0)], marks, ..Sized::default() })
    }

    /// A root with its sign on the left and a line over it; the index of a square root is empty.
    pub(super) fn root(&mut self, inside: Id, index: &str) -> Id {
        let (width, above, below) = self.size(inside);
        let (top, bottom) = (-(above as isize) - 1, below as isize);
        let mut marks = vec![Mark { x: 1, y: top, text: ("┌".to_owned() + &"─".repeat(width)).into() }];
        marks.extend((top + 1..=bottom).map(|y| Mark { x: 1, y, text: "│".into() }));
        marks.push(Mark { x: 0, y: bottom, text: "╲".into() });
        if !index.is_empty() {
            marks.push(Mark { x: 0, y: bottom - 1, text: index.to_owned().into() });
        }
        self.push(Sized { width: width + 2, above: above + 1, below, parts: vec![(inside, 2, 0)], marks, ..Sized::default() })
    }

    /// Brackets as tall as what they hold.
    pub(super) fn fenced(&mut self, inside: Id, left: Option<Fence>, right: Option<Fence>) -> Id {
        let (width, above, below) = self.size(inside);
        let start = usize::from(left.is_some());
        let mut marks = Vec::new();
        for (fence, x) in [(left, 0), (right, start + width)] {
            let Some(fence) = fence else { continue };
            let (top, bottom) = (-(above as isize), below as isize);
            for y in top..=bottom {
                let text = match y {
                    _ if top == bottom => fence.one,
                    _ if y == top => fence.top,
                    _ if y == bottom => fence.bottom,
                    0 => fence.middle,
                    _ => fence.between,
                };
                marks.push(Mark { x, y, text: text.into() });
            }
        }
        let width = start + width + usize::from(right.is_some());
        self.push(Sized { width, above, below, parts: vec![(inside, start, 0)], marks, ..Sized::default() })
    }

    /// Rows of cells in columns; the baseline is the middle.
    pub(super) fn table(&mut self, rows: &[Vec<Id>], aligned: Aligned) -> Id {
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        let mut widths = vec![0; columns];
        for row in rows {
            for (width, &cell) in widths.iter_mut().zip(row) {
                *width = self.size(cell).0.max(*width);
            }
        }
        // a row of air beside what is tall, and where a brace needs its middle
        let airy = |row: &[Id]| row.iter().any(|&id| !self.is_flat(id));
        let (mut parts, mut y) = (Vec::new(), 0);
        for (number, row) in rows.iter().enumerate() {
            let before = number.checked_sub(1).and_then(|number| rows.get(number));
            if before.is_some_and(|before| airy(before) || airy(row) || aligned == Aligned::Left) {
                y += 1;
            }
            let above = row.iter().map(|&id| self.size(id).1).max().unwrap_or(0);
            let below = row.iter().map(|&id| self.size(id).2).max().unwrap_or(0);
            let mut x = 0;
            for (&width, &cell) in widths.iter().zip(row) {
                let free = width - self.size(cell).0;
                parts.push((cell, x + if aligned == Aligned::Centre { free / 2 } else { 0 }, (y + above) as isize));
                x += width + GAP;
            }
            y += above + below + 1;
        }
        let middle = y.saturating_sub(1) / 2;
        for part in &mut parts {
            part.2 -= middle as isize;
        }
        let width = widths.iter().sum::<usize>() + GAP * columns.saturating_sub(1);
        self.push(Sized { width, above: middle, below: y.saturating_sub(middle + 1), parts, ..Sized::default() })
    }

    /// Characters of the grid that a box fills.
    pub(super) fn area(&self, id: Id) -> usize {
        let (width, above, below) = self.size(id);
        width.saturating_mul(above + below + 1)
    }

    /// The rows of a box as text, without blanks at their ends.
    pub(super) fn draw(&self, id: Id) -> String {
        let (_, above, below) = self.size(id);
        let mut rows: Vec<Vec<(usize, &str)>> = vec![Vec::new(); above + below + 1];
        let mut pending = vec![(id, 0, above as isize)];
        while let Some((id, x, y)) = pending.pop() {
            let Some(sized) = self.list.get(id) else { continue };
            pending.extend(sized.parts.iter().map(|&(part, dx, dy)| (part, x + dx, y + dy)));
            for mark in &sized.marks {
                if let Some(row) = usize::try_from(y + mark.y).ok().and_then(|y| rows.get_mut(y)) {
                    row.push((x + mark.x, &mark.text));
                }
            }
        }
        let mut out = String::new();
        for (number, mut row) in rows.into_iter().enumerate() {
            if number > 0 {
                out.push('\n');
            }
            row.sort_by_key(|&(x, _)| x);
            let mut at = 0;
            for (x, text) in row.into_iter().filter(|(_, text)| !text.trim().is_empty()) {
                out.extend(std::iter::repeat_n(' ', x.saturating_sub(at)));
                out.push_str(text);
                at = x + text.width();
            }
            out.truncate(out.trim_end_matches(' ').len());
        }
        out
    }
}

/// Columns between two cells.
const GAP: usize = 2;
