//! Are instructions the bytes that GNU `as` makes of their text? `encodings.txt` has both, made once:
//! `SYMDIFF_ENCODINGS=file cargo test encodings` writes the texts to `file`, for `as` with `.intel_syntax noprefix`.
//! Read next: `assembler.rs`, `operation.rs`.

use crate::kernel::native::assembler::{Address, Assembler, Operand, Width};
use crate::kernel::native::fold::Precision;
use crate::kernel::native::operation::Vectors;
use crate::kernel::native::recorder::Kind;

const INTEGERS: [&str; 16] = ["rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"];

/// Texts and bytes, one after the other.
struct Cases {
    width: Width,
    precision: Precision,
    found: Vec<(String, Vec<u8>)>,
}

impl Cases {
    fn register(&self, number: u8) -> String {
        let name = match self.width {
            Width::Xmm => "xmm",
            Width::Ymm => "ymm",
            Width::Zmm => "zmm",
        };
        format!("{name}{number}")
    }

    /// The text of an operand; the pool by its distance from the instruction's end, given its length.
    fn text(&self, operand: Operand, length: usize) -> String {
        match operand {
            Operand::Register(number) => self.register(number),
            Operand::Pool(offset) => {
                let distance = i64::from(offset) - length as i64;
                let lanes = self.width.bytes() / self.precision.bytes();
                let repeat = if self.width == Width::Zmm { format!("{{1to{lanes}}}") } else { String::new() };
                format!("[rip{distance:+}]{repeat}")
            }
            Operand::Memory(Address { base, index, displacement }) => {
                let index = index.map_or(String::new(), |i| format!("+{}", INTEGERS[i as usize]));
                format!("[{}{index}{displacement:+}]", INTEGERS[base as usize])
            }
        }
    }

    fn add(&mut self, write: impl FnOnce(&mut Vectors), text: impl FnOnce(&Cases, usize) -> String) {
        let mut assembler = Assembler::new(0);
        write(&mut Vectors { assembler: &mut assembler, width: self.width, precision: self.precision });
        let text = text(self, assembler.bytes.len());
        self.found.push((text, assembler.bytes));
    }

    fn lane<'a>(&self, double: &'a str, single: &'a str) -> &'a str {
        if self.precision == Precision::Double { double } else { single }
    }

    fn moves(&mut self, register: u8, memory: Operand) {
        let p = self.lane("pd", "ps");
        let zmm = self.width == Width::Zmm;
        self.add(|v| v.store(register, memory), |c, n| format!("vmovu{p} {}, {}", c.text(memory, n), c.register(register)));
        match memory {
            Operand::Pool(_) if zmm => {
                let s = self.lane("sd", "ss");
                let plain = |t: String| t.split('{').next().unwrap_or_default().to_string();
                self.add(
                    |v| v.load(register, memory),
                    |c, n| format!("vbroadcast{s} {}, {}", c.register(register), plain(c.text(memory, n))),
                );
            }
            Operand::Register(_) => {}
            _ => self.add(|v| v.load(register, memory), |c, n| format!("vmovu{p} {}, {}", c.register(register), c.text(memory, n))),
        }
        if self.width == Width::Xmm {
            let name = self.lane("vmovddup", "vbroadcastss");
            let size = self.lane("qword", "dword");
            self.add(|v| v.load_one(register, memory), |c, n| format!("{name} {}, {size} ptr {}", c.register(register), c.text(memory, n)));
            let name = self.lane("vmovsd", "vmovss");
            self.add(
                |v| v.store_one(register, memory),
                |c, n| format!("{name} {size} ptr {}, {}", c.text(memory, n), c.register(register)),
            );
        }
    }

    fn operations(&mut self, to: u8, first: u8, second: Operand) {
        let p = self.lane("pd", "ps");
        let zmm = self.width == Width::Zmm;
        let (bit, whole) = if zmm { (self.lane("q", "d"), "p") } else { (p, "") };
        let i = self.lane("q", "d");
        let names = [
            (Kind::Add, format!("vadd{p}")),
            (Kind::Sub, format!("vsub{p}")),
            (Kind::Mul, format!("vmul{p}")),
            (Kind::Div, format!("vdiv{p}")),
            (Kind::Min, format!("vmin{p}")),
            (Kind::Max, format!("vmax{p}")),
            (Kind::And, format!("v{whole}and{bit}")),
            (Kind::Or, format!("v{whole}or{bit}")),
            (Kind::Xor, format!("v{whole}xor{bit}")),
            (Kind::IntegerAdd, format!("vpadd{i}")),
            (Kind::IntegerSub, format!("vpsub{i}")),
        ];
        for (kind, name) in names {
            self.add(
                |v| v.plain(kind, to, first, second, 0),
                |c, n| format!("{name} {}, {}, {}", c.register(to), c.register(first), c.text(second, n)),
            );
        }
        for (kind, name) in [(Kind::MulAdd, "vfmadd"), (Kind::MulSub, "vfmsub"), (Kind::NegMulAdd, "vfnmadd")] {
            for form in [132, 213, 231] {
                let text =
                    |c: &Cases, n: usize| format!("{name}{form}{p} {}, {}, {}", c.register(to), c.register(first), c.text(second, n));
                self.add(|v| v.product(kind, form, to, first, second), text);
            }
        }
        self.add(|v| v.plain(Kind::Sqrt, to, 0, second, 0), |c, n| format!("vsqrt{p} {}, {}", c.register(to), c.text(second, n)));
        let round = if zmm { "vrndscale" } else { "vround" };
        for (kind, mode) in [(Kind::Round, 8), (Kind::Floor, 9), (Kind::Ceil, 10)] {
            self.add(|v| v.plain(kind, to, 0, second, 0), |c, n| format!("{round}{p} {}, {}, {mode}", c.register(to), c.text(second, n)));
        }
        for (compare, predicate) in [(0, 17), (1, 18), (2, 0), (3, 4)] {
            let text = |c: &Cases, n: usize| {
                let target = if zmm { format!("k{}", to & 7) } else { c.register(to) };
                format!("vcmp{p} {target}, {}, {}, {predicate}", c.register(first), c.text(second, n))
            };
            let target = if zmm { to & 7 } else { to };
            self.add(|v| v.plain(Kind::Mask, target, first, second, compare), text);
        }
        if zmm {
            let text = |c: &Cases, n: usize| format!("vblendm{p} {}{{k3}}, {}, {}", c.register(to), c.register(first), c.text(second, n));
            self.add(|v| v.plain(Kind::Select, to, first, second, 3), text);
        } else {
            let mask = to ^ 5;
            let text = |c: &Cases, n: usize| {
                format!("vblendv{p} {}, {}, {}, {}", c.register(to), c.register(first), c.text(second, n), c.register(mask))
            };
            self.add(|v| v.plain(Kind::Blend, to, first, second, mask), text);
        }
    }

    fn registers(&mut self, to: u8, from: u8) {
        let p = self.lane("pd", "ps");
        let i = self.lane("q", "d");
        let second = Operand::Register(from);
        if to != from {
            self.add(|v| v.load(to, second), |c, n| format!("vmova{p} {}, {}", c.register(to), c.text(second, n)));
        }
        for (kind, name) in [(Kind::ShiftLeft, "sll"), (Kind::ShiftRight, "srl")] {
            self.add(|v| v.plain(kind, to, 0, second, 23), |c, n| format!("vp{name}{i} {}, {}, 23", c.register(to), c.text(second, n)));
        }
        if self.width != Width::Zmm {
            self.add(|v| v.signs(2, from), |c, n| format!("vmovmsk{p} edx, {}", c.text(second, n)));
        }
    }
}

fn cases() -> Vec<(String, Vec<u8>)> {
    let memory = |base, index, displacement| Operand::Memory(Address { base, index, displacement });
    let mut cases = Cases { width: Width::Xmm, precision: Precision::Double, found: Vec::new() };
    for width in [Width::Xmm, Width::Ymm, Width::Zmm] {
        for precision in [Precision::Double, Precision::Single] {
            cases.width = width;
            cases.precision = precision;
            let some: &[u8] = if width == Width::Zmm { &[0, 5, 8, 15, 16, 23, 24, 31] } else { &[0, 5, 8, 15] };
            for (at, &to) in some.iter().enumerate() {
                let first = some[(at * 3 + 1) % some.len()];
                cases.operations(to, first, Operand::Register(some[(at * 5 + 2) % some.len()]));
                for &second in some {
                    cases.registers(to, second);
                }
            }
            let places = [
                memory(7, None, 0),
                memory(4, None, 0),
                memory(4, None, 64),
                memory(4, None, 1 << 20),
                memory(5, None, 0),
                memory(13, None, 0),
                memory(12, None, -8192),
                memory(12, None, 8128),
                memory(0, Some(6), 0),
                memory(13, Some(6), 0),
                memory(3, Some(14), 32),
                memory(15, Some(9), 12345),
                Operand::Pool(640),
                Operand::Pool(4096),
            ];
            for (at, &place) in places.iter().enumerate() {
                let to = some[at % some.len()];
                // Addresses are written by one function: a third of them meets all operations.
                if at % 3 == 0 {
                    cases.operations(to, some[(at + 2) % some.len()], place);
                }
                if !matches!((place, width), (Operand::Pool(_), Width::Zmm)) {
                    cases.moves(to, place);
                }
            }
        }
    }
    cases.found
}

#[test]
fn encodings() {
    let cases = cases();
    if let Ok(file) = std::env::var("SYMDIFF_ENCODINGS") {
        let text: String = cases.iter().map(|(text, _)| format!("{text}\n")).collect();
        assert!(std::fs::write(file, text).is_ok());
        return;
    }
    let expected: Vec<&str> = include_str!("encodings.txt").lines().collect();
    assert_eq!(expected.len(), cases.len());
    for (line, (text, bytes)) in expected.iter().zip(&cases) {
        let hex: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(*line, format!("{hex} {text}"));
    }
}
