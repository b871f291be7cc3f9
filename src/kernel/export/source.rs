//! The whole source text: the function around the statements, its documentation, and its self-test.
//! Deliberately knows nothing of tapes: statements and outputs are texts here.
//! Read next: `tests.rs`, which looks at each language; `tests/export.rs` compiles and runs them.

use super::body::Body;
use super::syntax::{self, Syntax};
use super::{Language, Sample};
use std::fmt::Write;

/// What a source text is made of.
pub(super) struct Parts<'a> {
    pub(super) name: &'a str,
    pub(super) formula: &'a str,
    pub(super) inputs: &'a [String],
    /// Which inputs the partial derivatives are by, in order.
    pub(super) by: &'a [usize],
    pub(super) body: &'a Body,
    /// The points of the self-test; none if there is no self-test.
    pub(super) points: &'a [Sample],
}

/// Self-tests allow this relative difference: some hundred roundings, and libraries that are off by a few units.
const TOLERANCE: &str = "1e-11";

/// The source text in a language.
pub(super) fn write(parts: &Parts<'_>, language: Language) -> String {
    let syntax = syntax::of(language);
    match language {
        Language::Rust => parts.rust(syntax),
        Language::C => parts.c(syntax),
        Language::Cpp => parts.cpp(syntax),
        Language::Python | Language::Numpy => parts.python(syntax),
        Language::Jax => parts.jax(syntax),
        Language::Pytorch => parts.pytorch(syntax),
        Language::Julia => parts.julia(syntax),
        Language::Javascript => parts.javascript(syntax),
        Language::Fortran => parts.fortran(syntax),
        Language::Glsl => parts.glsl(syntax),
    }
}

impl Parts<'_> {
    fn list(&self, each: impl Fn(&String) -> String) -> String {
        self.inputs.iter().map(each).collect::<Vec<_>>().join(", ")
    }

    fn arguments(&self) -> String {
        self.inputs.join(", ")
    }

    fn partials(&self) -> &[String] {
        self.body.outputs.get(1..).unwrap_or(&[])
    }

    fn value(&self) -> &str {
        self.body.outputs.first().map_or("", String::as_str)
    }

    /// The variables of the partial derivatives.
    fn variables(&self) -> String {
        self.by.iter().map(|&at| self.inputs[at].as_str()).collect::<Vec<_>>().join(", ")
    }

    /// The lines of the documentation.
    fn about(&self) -> Vec<String> {
        let mut lines = vec![format!("{}({}) = {}", self.name, self.arguments(), self.formula.replace("*/", "* /"))];
        if !self.by.is_empty() {
            lines.push(format!("with its partial derivatives by {}.", self.variables()));
        }
        lines.push("Written by symdiff; shared parts are worked out once.".to_string());
        lines
    }

    fn locals(&self, syntax: &Syntax, indent: &str) -> String {
        let (before, after) = syntax.local;
        self.body.locals.iter().fold(String::new(), |out, (name, text)| out + indent + before + name + " = " + text + after + "\n")
    }

    /// Whether a text stands somewhere in the statements.
    fn mentions(&self, syntax: &Syntax, text: &str) -> bool {
        self.locals(syntax, "").contains(text) || self.body.outputs.iter().any(|output| output.contains(text))
    }

    /// Whether the frameworks can be told the derivative: it is by all inputs, and there is more to derive than a number.
    fn is_derived(&self) -> bool {
        let number = self.value().trim_start_matches('-').starts_with(|c: char| c.is_ascii_digit()) && self.value().parse::<f64>().is_ok();
        self.by.len() == self.inputs.len() && !self.by.is_empty() && !number
    }

    /// Inputs and expected outputs of the self-test, one call of `row` for each point.
    fn samples(&self, syntax: &Syntax, row: impl Fn(&str, &str, &str) -> String) -> String {
        let join = |xs: &[f64]| xs.iter().map(|x| syntax.number(*x)).collect::<Vec<_>>().join(", ");
        self.points.iter().map(|(point, out)| row(&join(point), &join(&out[..1]), &join(&out[1..]))).collect()
    }

    fn rust(&self, syntax: &Syntax) -> String {
        let mut out = self.about().iter().fold(String::new(), |out, line| out + "/// " + line + "\n");
        let (name, n) = (self.name, self.by.len());
        let arguments = self.list(|input| format!("{input}: f64"));
        out += "#[allow(clippy::all, unused_parens, non_snake_case)]\n";
        let _ = writeln!(out, "pub fn {name}({arguments}) -> (f64, [f64; {n}]) {{");
        out += &self.locals(syntax, "    ");
        let _ = writeln!(out, "    ({}, [{}])\n}}", self.value(), self.partials().join(", "));
        if !self.points.is_empty() {
            let rows = self.samples(syntax, |point, value, gradient| format!("    check({name}({point}), ({value}, [{gradient}]));\n"));
            let _ = write!(
                out,
                "\nfn main() {{\n    fn check(got: (f64, [f64; {n}]), want: (f64, [f64; {n}])) {{\n        let pairs = got.1.iter().chain([&got.0]).zip(want.1.iter().chain([&want.0]));\n        for (a, b) in pairs {{\n            assert!((a - b).abs() <= {TOLERANCE} * (1.0 + b.abs()), \"{{a}} is not {{b}}\");\n        }}\n    }}\n{rows}    println!(\"ok\");\n}}\n"
            );
        }
        out
    }

    fn block_comment(&self) -> String {
        format!("/* {} */\n", self.about().join("\n * "))
    }

    fn c(&self, syntax: &Syntax) -> String {
        let (name, n) = (self.name, self.by.len());
        let mut out = self.block_comment() + "#include <math.h>\n#include <stddef.h>\n\n";
        let assign = |target: &dyn Fn(usize) -> String, indent: &str| -> String {
            self.partials().iter().enumerate().map(|(at, text)| format!("{indent}{} = {text};\n", target(at))).collect()
        };
        let gradient =
            if n == 0 { String::new() } else { format!("{}double gradient[{n}]", if self.inputs.is_empty() { "" } else { ", " }) };
        let mut arguments = self.list(|input| format!("double {input}")) + &gradient;
        if arguments.is_empty() {
            arguments = "void".to_string();
        }
        let _ = writeln!(out, "static inline double {name}({arguments})\n{{");
        out += &self.locals(syntax, "    ");
        out += &assign(&|at| format!("gradient[{at}]"), "    ");
        let _ = writeln!(out, "    return {};\n}}", self.value());
        // The columns: one loop without calls of this function, so that compilers vectorise it.
        let columns = self.list(|input| format!("const double *restrict {input}_column"));
        let slopes: String = self.by.iter().map(|&at| format!(", double *restrict by_{}_column", self.inputs[at])).collect();
        let comma = if self.inputs.is_empty() { "" } else { ", " };
        let _ = writeln!(
            out,
            "\n/* The same over columns of so many rows. */\nstatic inline void {name}_columns(size_t rows, {columns}{comma}double *restrict value_column{slopes})\n{{\n    for (size_t row = 0; row < rows; row++) {{"
        );
        for input in self.inputs {
            let _ = writeln!(out, "        const double {input} = {input}_column[row];");
        }
        out += &self.locals(syntax, "        ");
        out += &assign(&|at| format!("by_{}_column[row]", self.inputs[self.by[at]]), "        ");
        let _ = writeln!(out, "        value_column[row] = {};\n    }}\n}}", self.value());
        if !self.points.is_empty() {
            out += &self.c_test(syntax);
        }
        out
    }

    fn c_test(&self, syntax: &Syntax) -> String {
        let (name, n) = (self.name, self.by.len());
        let room = n.max(1);
        let rows = self.samples(syntax, |point, value, gradient| {
            let comma = if point.is_empty() || n == 0 { "" } else { ", " };
            let pass = if n == 0 { "" } else { "gradient" };
            let want = if n == 0 { "0.0" } else { gradient };
            format!(
                "    {{\n        const double want[{room}] = {{{want}}};\n        failed |= differs({name}({point}{comma}{pass}), {value});\n        for (int i = 0; i < {n}; i++) failed |= differs(gradient[i], want[i]);\n    }}\n"
            )
        });
        format!(
            "\n#include <stdio.h>\n\nstatic int differs(double got, double want)\n{{\n    if (fabs(got - want) <= {TOLERANCE} * (1.0 + fabs(want))) return 0;\n    printf(\"%.17g is not %.17g\\n\", got, want);\n    return 1;\n}}\n\nint main(void)\n{{\n    double gradient[{room}] = {{0.0}};\n    int failed = 0;\n{rows}    (void)gradient;\n    if (!failed) puts(\"ok\");\n    return failed;\n}}\n"
        )
    }

    fn cpp(&self, syntax: &Syntax) -> String {
        let (name, n) = (self.name, self.by.len());
        let mut out = self.block_comment() + "#include <array>\n#include <cmath>\n#include <utility>\n\n";
        let arguments = self.list(|input| format!("double {input}"));
        let _ = writeln!(out, "inline std::pair<double, std::array<double, {n}>> {name}({arguments})\n{{");
        out += &self.locals(syntax, "    ");
        let _ = writeln!(out, "    return {{{}, {{{}}}}};\n}}", self.value(), self.partials().join(", "));
        if !self.points.is_empty() {
            let rows = self.samples(syntax, |point, value, gradient| {
                format!("    failed |= differs({name}({point}), {{{value}, {{{gradient}}}}});\n")
            });
            let _ = write!(
                out,
                "\n#include <cstdio>\n\nstatic bool differs(std::pair<double, std::array<double, {n}>> got, std::pair<double, std::array<double, {n}>> want)\n{{\n    auto differ = [](double a, double b) {{ return !(std::abs(a - b) <= {TOLERANCE} * (1.0 + std::abs(b))); }};\n    bool failed = differ(got.first, want.first);\n    for (std::size_t i = 0; i < got.second.size(); i++) failed |= differ(got.second[i], want.second[i]);\n    return failed;\n}}\n\nint main()\n{{\n    bool failed = false;\n{rows}    std::puts(failed ? \"failed\" : \"ok\");\n    return failed;\n}}\n"
            );
        }
        out
    }

    fn docstring(&self, indent: &str, raw: &str) -> String {
        format!("{indent}{raw}\"\"\"{}\"\"\"\n", self.about().join(&format!("\n{indent}")))
    }

    /// A tuple of the partial derivatives, also of one or none.
    fn tuple(&self) -> String {
        match self.partials() {
            [one] => format!("({one},)"),
            many => format!("({})", many.join(", ")),
        }
    }

    fn python(&self, syntax: &Syntax) -> String {
        let mut out = String::new();
        for module in ["math", "numpy", "scipy.special"] {
            if self.mentions(syntax, &format!("{module}.")) || (module == "numpy" && syntax.name == "numpy") {
                let _ = writeln!(out, "import {module}");
            }
        }
        if !self.points.is_empty() && !out.contains("import math\n") {
            out.insert_str(0, "import math\n");
        }
        if !out.is_empty() {
            out += "\n\n";
        }
        let _ = writeln!(out, "def {}({}):", self.name, self.arguments());
        out += &self.docstring("    ", "r");
        out += &self.locals(syntax, "    ");
        let _ = writeln!(out, "    return {}, {}", self.value(), self.tuple());
        out + &self.python_test(syntax, &[self.name.to_string()], "", "")
    }

    /// The self-test: `called` is what is called, in the order of the points; `before` stands before the first check.
    fn python_test(&self, syntax: &Syntax, called: &[String], wrap: &str, before: &str) -> String {
        if self.points.is_empty() {
            return String::new();
        }
        let rows = self.samples(syntax, |point, value, gradient| {
            let comma = if self.by.len() == 1 { "," } else { "" };
            let point = if wrap.is_empty() {
                point.to_string()
            } else {
                point.split(", ").filter(|x| !x.is_empty()).map(|x| format!("{wrap}({x})")).collect::<Vec<_>>().join(", ")
            };
            called.iter().map(|name| format!("    check({name}({point}), ({value}, ({gradient}{comma})))\n")).collect()
        });
        format!(
            "\n\nif __name__ == \"__main__\":\n{before}    def check(got, want):\n        for x, wanted in zip((got[0], *got[1]), (want[0], *want[1])):\n            assert math.isclose(float(x), wanted, rel_tol={TOLERANCE}, abs_tol={TOLERANCE}), (x, wanted)\n\n{rows}    print(\"ok\")\n"
        )
    }

    /// What the self-test of a framework calls: the function with its gradient, and what the framework itself derives.
    fn called(&self) -> Vec<String> {
        let mut called = vec![format!("{}_and_gradient", self.name)];
        called.extend(self.is_derived().then(|| "derived".to_string()));
        called
    }

    fn jax(&self, syntax: &Syntax) -> String {
        let name = self.name;
        let mut out = "import jax\nimport jax.numpy as jnp\nimport jax.scipy.special\nimport math\n\n\n".to_string();
        let _ = writeln!(out, "def {name}_and_gradient({}):", self.arguments());
        out += &self.docstring("    ", "r");
        out += &self.locals(syntax, "    ");
        let _ = writeln!(out, "    return {}, {}", self.value(), self.tuple());
        let mut before = "    jax.config.update(\"jax_enable_x64\", True)\n\n".to_string();
        if self.is_derived() {
            let arguments = self.arguments();
            // inputs of one shape have gradients of that shape; JAX sums those of inputs that were spread
            let spread = if self.inputs.len() == 1 { arguments.clone() } else { format!("*jnp.broadcast_arrays({arguments})") };
            let _ = write!(
                out,
                "\n\n@jax.custom_vjp\ndef _{name}({arguments}):\n    return {name}_and_gradient({arguments})[0]\n\n\ndef _{name}_backward(gradient, adjoint):\n    return tuple(adjoint * partial for partial in gradient)\n\n\n_{name}.defvjp({name}_and_gradient, _{name}_backward)\n\n\ndef {name}({arguments}):\n    \"\"\"The value; jax.grad takes the derivative above.\"\"\"\n    return _{name}({spread})\n"
            );
            let _ = write!(
                before,
                "    def derived(*point):\n        return {name}(*point), jax.grad({name}, tuple(range(len(point))))(*point)\n\n"
            );
        }
        out + &self.python_test(syntax, &self.called(), "", &before)
    }

    fn pytorch(&self, syntax: &Syntax) -> String {
        let (name, arguments) = (self.name, self.arguments());
        let mut out = "import math\n\nimport torch\n\n\n".to_string();
        let _ = writeln!(out, "def {name}_and_gradient({arguments}):");
        out += &self.docstring("    ", "r");
        out += &self.locals(syntax, "    ");
        let _ = writeln!(out, "    return {}, {}", self.value(), self.tuple());
        let mut before = "    torch.set_default_dtype(torch.float64)\n\n".to_string();
        if self.is_derived() {
            let class = format!("_{name}_function");
            let spread = if self.inputs.len() == 1 { arguments.clone() } else { format!("*torch.broadcast_tensors({arguments})") };
            let _ = write!(
                out,
                "\n\nclass {class}(torch.autograd.Function):\n    @staticmethod\n    def forward(ctx, *point):\n        value, gradient = {name}_and_gradient(*point)\n        ctx.save_for_backward(*(torch.as_tensor(partial, dtype=value.dtype, device=value.device) for partial in gradient))\n        return value\n\n    @staticmethod\n    def backward(ctx, adjoint):\n        return tuple(adjoint * partial for partial in ctx.saved_tensors)\n\n\ndef {name}({arguments}):\n    \"\"\"The value; `backward` takes the derivative above. All inputs are tensors.\"\"\"\n    return {class}.apply({spread})\n"
            );
            let _ = write!(
                before,
                "    def derived(*point):\n        point = [x.requires_grad_() for x in point]\n        value = {name}(*point)\n        return value, torch.autograd.grad(value, point)\n\n"
            );
        }
        out + &self.python_test(syntax, &self.called(), "torch.tensor", &before)
    }

    fn julia(&self, syntax: &Syntax) -> String {
        let name = self.name;
        let mut out = String::new();
        if self.mentions(syntax, "SpecialFunctions.") {
            out += "import SpecialFunctions\n\n";
        }
        let _ = writeln!(out, "\"\"\"\n{}\n\"\"\"", self.about().join("\n\n").replace('\\', "\\\\").replace('$', "\\$"));
        let _ = writeln!(out, "function {name}({})", self.arguments());
        out += &self.locals(syntax, "    ");
        let _ = writeln!(out, "    return {}, {}\nend", self.value(), self.tuple());
        if !self.points.is_empty() {
            let rows = self.samples(syntax, |point, value, gradient| {
                let comma = if self.by.len() == 1 { "," } else { "" };
                format!("    check({name}({point}), ({value}, ({gradient}{comma})))\n")
            });
            let _ = write!(
                out,
                "\nlet check(got, want) = @assert all(isapprox.((got[1], got[2]...), (want[1], want[2]...); rtol={TOLERANCE}, atol={TOLERANCE}))\n{rows}    println(\"ok\")\nend\n"
            );
        }
        out
    }

    fn javascript(&self, syntax: &Syntax) -> String {
        let name = self.name;
        let mut out = format!("/** {} */\n", self.about().join("\n * "));
        let _ = writeln!(out, "export function {name}({}) {{", self.arguments());
        out += &self.locals(syntax, "  ");
        let _ = writeln!(out, "  return {{ value: {}, gradient: [{}] }};\n}}", self.value(), self.partials().join(", "));
        if !self.points.is_empty() {
            let rows = self.samples(syntax, |point, value, gradient| format!("check({name}({point}), {value}, [{gradient}]);\n"));
            let _ = write!(
                out,
                "\nfunction check(got, value, gradient) {{\n  const pairs = [[got.value, value], ...gradient.map((wanted, i) => [got.gradient[i], wanted])];\n  for (const [a, b] of pairs) {{\n    if (!(Math.abs(a - b) <= {TOLERANCE} * (1 + Math.abs(b)))) throw new Error(`${{a}} is not ${{b}}`);\n  }}\n}}\n\n{rows}console.log(\"ok\");\n"
            );
        }
        out
    }

    fn fortran(&self, syntax: &Syntax) -> String {
        let (name, n) = (self.name, self.by.len());
        let mut out = self.about().iter().fold(String::new(), |out, line| out + &folded(&format!("! {line}"), "! ") + "\n");
        let gradient = if n == 0 { "" } else { ", gradient" };
        let comma = if self.inputs.is_empty() { "" } else { ", " };
        let _ = writeln!(out, "module {name}_module\n  implicit none\ncontains");
        let _ = writeln!(out, "{}", wrapped(&format!("  pure subroutine {name}({}{comma}value{gradient})", self.arguments())));
        out += "    use, intrinsic :: iso_fortran_env, only: real64, int64\n    use, intrinsic :: ieee_arithmetic\n";
        for input in self.inputs {
            let _ = writeln!(out, "    real(real64), intent(in) :: {input}");
        }
        out += "    real(real64), intent(out) :: value\n";
        if n > 0 {
            let _ = writeln!(out, "    real(real64), intent(out) :: gradient({n})");
        }
        for (local, _) in &self.body.locals {
            let _ = writeln!(out, "    real(real64) :: {local}");
        }
        for (local, text) in &self.body.locals {
            let _ = writeln!(out, "{}", wrapped(&format!("    {local} = {text}")));
        }
        let _ = writeln!(out, "{}", wrapped(&format!("    value = {}", self.value())));
        for (at, text) in self.partials().iter().enumerate() {
            let _ = writeln!(out, "{}", wrapped(&format!("    gradient({}) = {text}", at + 1)));
        }
        let _ = writeln!(out, "  end subroutine {name}\nend module {name}_module");
        if !self.points.is_empty() {
            let _ = write!(
                out,
                "\nprogram {name}_test\n  use, intrinsic :: iso_fortran_env, only: real64\n  use {name}_module\n  implicit none\n  real(real64) :: found, slopes({})\n  slopes = 0\n",
                n.max(1)
            );
            let rows = self.samples(syntax, |point, value, wanted| {
                let pass = if n == 0 { "" } else { ", slopes" };
                let mut row = wrapped(&format!("  call {name}({point}{comma}found{pass})"))
                    + "\n"
                    + &wrapped(&format!("  call check(found, {value})"))
                    + "\n";
                for (at, wanted) in wanted.split(", ").filter(|text| !text.is_empty()).enumerate() {
                    row += &format!("  call check(slopes({}), {wanted})\n", at + 1);
                }
                row
            });
            out += &rows;
            let _ = write!(
                out,
                "  print '(a)', 'ok'\ncontains\n  subroutine check(got, wanted)\n    real(real64), intent(in) :: got, wanted\n    if (.not. abs(got - wanted) <= {TOLERANCE}_real64*(1 + abs(wanted))) error stop 'a value differs'\n  end subroutine check\nend program {name}_test\n"
            );
        }
        out
    }

    fn glsl(&self, syntax: &Syntax) -> String {
        let (name, n) = (self.name, self.by.len());
        let mut out = self.block_comment();
        let comma = if self.inputs.is_empty() || n == 0 { "" } else { ", " };
        let gradient = if n == 0 { String::new() } else { format!("out float gradient[{n}]") };
        let _ = writeln!(out, "float {name}({}{comma}{gradient})\n{{", self.list(|input| format!("float {input}")));
        out += &self.locals(syntax, "    ");
        for (at, text) in self.partials().iter().enumerate() {
            let _ = writeln!(out, "    gradient[{at}] = {text};");
        }
        let _ = writeln!(out, "    return {};\n}}", self.value());
        out
    }
}

/// A Fortran statement in lines that the standard allows: at most 132 characters, `&` at the breaks.
fn wrapped(line: &str) -> String {
    folded_by(line, " &", "      ", 110)
}

/// A Fortran comment in lines.
fn folded(line: &str, start: &str) -> String {
    folded_by(line, "", start, 110)
}

/// Breaks after spaces, commas, operators and brackets.
fn folded_by(line: &str, end: &str, start: &str, width: usize) -> String {
    let mut out = String::new();
    let mut rest = line;
    while rest.chars().count() > width {
        let limit = rest.char_indices().nth(width).map_or(rest.len(), |(at, _)| at);
        let Some(at) = rest[..limit].rfind([' ', ',', '(', '*', '/']).filter(|&at| at > start.len() + 20) else { break };
        // `**` and `//` stay whole
        let mut at = at + 1;
        if rest.as_bytes().get(at) == rest.as_bytes().get(at - 1) {
            at += 1;
        }
        out += rest[..at].trim_end();
        out += end;
        out += "\n";
        out += start;
        rest = &rest[at..];
    }
    out + rest
}
