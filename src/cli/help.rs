//! What can be said about symdiff: the pages of `--help`, of `help NAME`, and the completion scripts.
//! Deliberately makes texts only; whoever asks prints them.
//! Read next: `arguments.rs` (the words that are read).

use crate::{arguments, report};
use symdiff::Phrase;
use symdiff::key;
use symdiff::phrase;
use symdiff::session;
use symdiff::{Class, Error, Facts, Kind, RealOn, Row, Slope};
use unicode_width::UnicodeWidthStr;

/// One command, as help shows it.
pub(crate) struct About {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) examples: &'static str,
}

#[rustfmt::skip] // a table: one row, one command
pub(crate) static COMMANDS: &[About] = &[
    About { name: "diff", about: "The derivative by each VAR in turn; a COUNT repeats the VAR before it", examples: "Examples:\n  symdiff diff \"exp(x^2+2x+3)\" x\n  symdiff diff \"x^3*y^2\" x 2 y\n  symdiff diff \"[[x^2*w, 3*x*w^2],[2*x*w^3, 6*x^3*w^-1]]\" w\n  symdiff diff \"abs(x^2-1)\" x --domain\n  symdiff diff \"a(z(x))\" x --let \"z(x)=1+x\" --let \"a(z)=1+exp(z)\"\n  symdiff diff \"tr(A*X)\" X --shape \"A: 2×3, X: 3×2\"" },
    About { name: "gradient", about: "One derivative for each VAR", examples: "Examples:\n  symdiff gradient \"x^2*y + sin(y)\" x y\n  symdiff gradient \"x^2*y\" x y --format json\n  symdiff gradient \"sum((X*w - y).^2)\" w --shape \"X: n×m, w: m, y: n\"\n  symdiff gradient \"logdet(S) + x'*inv(S)*x\" S x --shape \"S: n×n, x: n\"\n  symdiff gradient \"norm(X*w)^2\" w --shape \"X: 2×2, w: 2\" --at \"X=[[1,2],[3,4]], w=[1,0]\"" },
    About { name: "jacobian", about: "The matrix of first derivatives of a vector, a row for each entry", examples: "Examples:\n  symdiff jacobian \"[r*cos(t), r*sin(t)]\" r t\n  symdiff jacobian \"softmax(x)\" x --shape \"x: n\"" },
    About { name: "hessian", about: "The matrix of second derivatives", examples: "Examples:\n  symdiff hessian \"x^3*y\" x y\n  symdiff hessian \"sum(log(1 + exp(X*w)))\" w --shape \"X: n×m, w: m\"" },
    About { name: "simplify", about: "The same expression, shorter", examples: "Examples:\n  symdiff simplify \"sin(x)^2 + cos(x)^2\"\n  symdiff simplify \"sqrt(x^2)\" --assume \"x>0\"" },
    About { name: "equal", about: "Whether A and B are the same function: equal, different (and where), or unknown", examples: "Examples:\n  symdiff equal \"sin(x)^2\" \"1 - cos(x)^2\"\n  symdiff equal \"log(x^2)\" \"2*log(x)\"\n\nEqual is proved, or shown by numbers: 60 digits at 48 points and more, real and complex, on all sheets of logarithms and\nroots; this only without pieces such as if, abs, max or floor." },
    About { name: "eval", about: "The value at a point, or at every row of a table", examples: "Examples:\n  symdiff eval \"x^2*w\" --at x=3,w=2\n  symdiff eval \"sin(x)/y\" --at x=pi/6,y=2 --grad x,y\n  symdiff eval \"sin(x)/x\" --at x=0\n  symdiff eval \"X*w\" --shape \"X: 2×2, w: 2\" --at \"X=[[1,2],[3,4]], w=[1,0]\"\n  symdiff eval \"x^2*w\" --data points.csv --grad x,w --out out.csv\n  symdiff eval \"x^2*w\" --data points.npy --columns x,w --out values.npy\n  symdiff eval \"x^2*w\" --data points.npz --out out.parquet\n\nWhere a formula has no value but a limit, that is the value, and a note on stderr says so; beside a pole or jump the error says where\nboth sides go. At a kink --grad notes the slopes of both sides.\n\nTables: columns have the names of symbols (theta and θ are one). Files are .csv (cells separated by , ; or\ntabs), .npy, .npz (an array for each name) and, built with --features parquet, .parquet. Answers stand in the\ncolumns value, d/dx, ...: CSV from CSV keeps all its columns, .npy has the answers only, other files have the\nsymbols' columns too; --format json and .jsonl give a JSON object a line. An empty cell is nan; where there\nis no real value the answer is nan. A file is replaced only when all is written." },
    About { name: "export", about: "Source code of a function with its partial derivatives; a trained network as ONNX or source code", examples: "Examples:\n  symdiff export \"x^3*y^2 + sin(x)\" --wrt x,y --to rust\n  symdiff export \"a*exp(-b*t)\" --wrt a,b --to c --name decay --test > decay.c\n  symdiff export \"log(cos(t) + 2)\" --to numpy\n  symdiff export iris.safetensors --to onnx --out iris.onnx\n  symdiff export iris.safetensors --to pytorch --out iris.py\n\nA trained network goes to onnx (opset 17: inputs, outputs, probabilities), numpy, pytorch or rust, with its numbers; inputs are\nscaled inside as in training, bytes are given divided by 255.\n\nThe function takes the symbols of --wrt in their order, then the others by name. Shared parts are locals, worked out once. --test adds a\nmain program that compares with expected values. Special functions come from the language's library (Rust: the crate libm;\nNumPy: SciPy; Julia: SpecialFunctions.jl); where there is none, the command says so." },
    About { name: "graph", about: "The computational graph: values forward, derivatives backward, as text, SVG, DOT or Mermaid", examples: "Examples:\n  symdiff graph \"apple*n*tax\" --at apple=100,n=2,tax=1.1\n  symdiff graph \"1/(1+exp(-x))\" --at x=1 --out sigmoid.svg\n  symdiff graph \"(a+b)*c\" --at a=2,b=3,c=4 --blank backward\n  symdiff graph \"x*y + sin(x)\"\n\nAbove each line stands the value, below it the derivative of the output by it; what is used more than once gets the sum\nof what comes back. Nodes are in the order of the text. Without --at they show expressions. Where a picture is too wide for the\nterminal, a table takes its place." },
    About { name: "plot", about: "The curves of a function and its derivative, on the terminal or as SVG; tangents and their equations", examples: "Examples:\n  symdiff plot \"x^3 - 3*x\"\n  symdiff plot \"sin(x)/x\" x=-20..20 --no-derivative\n  symdiff plot \"x^2/4 + 1\" x=-1..4 --at x=2\n  symdiff plot \"a*exp(-t)*cos(5*t)\" t=0..pi --let a=2 --out wave.svg\n  symdiff plot \"tan(x)\" x=-2*pi..2*pi y=-5..5\n\nThe line is solid for the function, dotted for the derivative, dashed for tangents. Lines end where there is no real value and at\npoles and jumps. Without a range the picture shows where the function has values. --width and --height count characters, in an SVG pixels." },
    About { name: "layer", about: "The backward pass of a layer, derived; whether one that was written is right; both as code", examples: "Examples:\n  symdiff layer \"1/(1+exp(-x))\"\n  symdiff layer \"X*W + b where W: m×k ~ he, b: k ~ zeros\"\n  symdiff layer softmax\n  symdiff layer affine --backward \"dX = dout*W', dW = X'*dout, db = dout\"\n  symdiff layer \"x/(1+exp(-x))\" --to numpy --name Swish\n\nFORWARD is a formula of each entry, in x or several names; or of a batch X, N×m, with parameters behind `where`; or a name: affine,\nrelu, sigmoid, tanh, softplus, gelu, silu, mul, add, dropout, batchnorm, and the losses softmax and mse with targets T. `dout` is the derivative\nthat comes from above; y (or Y) is the output. Each backward pass is compared with central differences at an example. --backward proves each formula\nequal to the derived one, or shows where it differs and the likely slip." },
    About { name: "train", about: "Train a network whose backward pass is derived, on data from a folder or file", examples: "Examples:\n  symdiff train --data examples/data/digits.csv --layers 64-50-10 --epochs 20 --standardise\n  symdiff train --data MNIST_FOLDER --layers 784-50-10 --activation relu --optimizer sgd --lr 0.1 --batch 100 --epochs 17 --seed 1\n  symdiff train --data examples/data/iris.csv --layers 4-16-3 --activation tanh --optimizer adam --lr 0.01 --batch 16 --standardise\n  symdiff train --data digits.csv --net my.net --curve curve.svg\n  symdiff train --data digits.csv --layers 64-50-10 --standardise --save digits.safetensors --resume\n\nData: a folder with the four files of MNIST or a set like it (plain or .gz), a folder with x_train.npy and y_train.npy, a .npz,\nor a .csv with a header. A --net file has a layer on each line (affine 50, relu, sigmoid, tanh, softplus, gelu, silu, dropout 0.5, batchnorm,\nor your own as = TEXT where ROLES), and perhaps loss mse, l2 0.0001. The same seed and threads give the same network." },
    About { name: "predict", about: "What a trained network says of new data, and how often it is right", examples: "Examples:\n  symdiff predict iris.safetensors --data examples/data/iris.csv --out predictions.csv\n  symdiff predict iris.safetensors --at 5.1,3.5,1.4,0.2\n  symdiff predict mnist.safetensors --data MNIST_FOLDER --format json --out predictions.csv\n\nColumns of a .csv are found by the names that the model knows; what is no input is the right answer, which may be missing. Of a\nfolder or .npz the rows to test on are taken; a .npy has inputs alone. Inputs are scaled as they were in training; a model of\nbytes takes numbers above 1 as bytes. The table has the column prediction, and with softmax a probability for each class." },
    About { name: "steps", about: "The derivative, step by step: which rule, on which part, and why", examples: "Examples:\n  symdiff steps \"exp(x^2+2x+3)\" x\n  symdiff steps \"sin(x)/x\" x 2 --level brief --lang ko\n  symdiff steps \"x^x\" x --format html > steps.html\n  symdiff steps \"x*log(x)\" x --format markdown\n\nD(u, x) is a derivative that is still to be taken. Each line is checked by numbers before it is shown; the last one is what\nsymdiff EXPR x prints. The language is that of LC_ALL, LC_MESSAGES or LANG unless --lang names one." },
    About { name: "check", about: "Whether ANSWER is the derivative: right in any form, or wrong, where, and which mistake it is", examples: "Examples:\n  symdiff check \"sin(x)^2\" x \"sin(2x)\"\n  symdiff check \"sin(x^2)\" x \"cos(x^2)\"\n  symdiff check \"x^5\" x 2 \"20x^3\"\n  symdiff check --part inner \"exp(x^2+2x+3)\" x \"x^2+2x+3\"\n  symdiff check \"cos(x)\" x \"sin(x)\" --lang ko\n\nRight is an answer that equals the derivative wherever that is defined over the reals. --part asks for the outer function, the inner\nfunction, or the derivative of one of them." },
    About { name: "quiz", about: "Exercises: asked, judged and explained here, or as a sheet, or for a Moodle course", examples: "Examples:\n  symdiff quiz --topic chain --level 2\n  symdiff quiz --lang ko --count 3 --seed 7\n  symdiff quiz --sheet --topic product --level 3 --seed 1 > sheet.md\n  symdiff quiz --topic quotient --count 20 --format html --out sheet.html\n  symdiff quiz --level 4 --format moodle --out course.xml\n\nAn answer may have any form. ? or an empty line is a hint, the next step each time; ! is the solution, which three wrong answers\nshow as well; Ctrl-D ends. Where the chain rule is asked for, outer: sin(u) or inner: x^2 is judged alone. Answers may come\nthrough a pipe, one on a line. The same topic, level and seed give the same exercises everywhere. html has computational\ngraphs whose derivatives are to be filled in, unless --no-graphs is given; moodle is XML with questions of the type STACK." },
    About { name: "batch", about: "JSON lines in, JSON lines out, in the same order, on all cores", examples: "Examples:\n  symdiff batch requests.jsonl > replies.jsonl\n  echo '{\"id\": 1, \"op\": \"diff\", \"expr\": \"x^2*w\", \"wrt\": [\"x\"]}' | symdiff batch\n  echo '{\"id\": 2, \"op\": \"eval\", \"expr\": \"x^2*w\", \"at\": {\"x\": 3, \"w\": 2}}' | symdiff batch\n\nops: diff gradient jacobian hessian simplify equal eval export graph layer steps check quiz.\nFields: id op expr a b wrt at grad let assume format form where domain; for export to name test; for layer backward to name; for steps level; for check answer part; for quiz topic level seed count;\nlang (en, ko) for what is said." },
    About { name: "repl", about: "Line by line: definitions, history, completion, hints; sessions saved as .md, .tex or .html", examples: "Examples:\n  symdiff repl\n  symdiff repl --plain\n  symdiff repl < commands.txt\n\nOn a terminal answers are set in two dimensions where they fit. Preferences stand in ~/.config/symdiff/config.toml (or where the\nplatform keeps such files): keys = \"vi\" or \"emacs\", hints, typeset = true or false, color = \"auto\", \"always\" or \"never\"." },
    About { name: "completions", about: "A completion script for a shell", examples: "Examples:\n  symdiff completions bash > ~/.local/share/bash-completion/completions/symdiff\n  symdiff completions fish > ~/.config/fish/completions/symdiff.fish" },
    About { name: "help", about: "This page, or that of a command or function", examples: "Examples:\n  symdiff help eval\n  symdiff help besselj" },
];

const HEAD: &str = "Symbolic differentiation with exact, tidy answers

Usage: symdiff EXPR VAR [COUNT]...     the derivative; VAR may be left out where there is one symbol
       symdiff COMMAND ...
       symdiff                         on a terminal: line by line

Examples:
  symdiff \"exp(x^2+2x+3)\" x            (2*x + 2)*exp(x^2 + 2*x + 3)
  symdiff \"x^3*y^2\" x 2 y              x twice, then y
  symdiff \"e^(x^2+2x+3) x로 미분\"      a prompt in Korean
  echo \"x^2\" | symdiff - x             the expression from stdin
";

const EXIT: &str = "
Exit codes: 0 done, 1 the mathematics or the data cannot be done, 2 usage or syntax.
";

/// The page of a command or function; `None` is the first page.
pub(crate) fn page(name: Option<&str>) -> Result<String, Error> {
    let Some(name) = name else {
        let mut page = HEAD.to_owned() + "\nCommands (symdiff COMMAND --help shows examples):\n";
        for command in COMMANDS {
            page += &format!("  {:<12} {}\n", command.name, command.about);
        }
        let options = arguments::grammar("symdiff").render_help().to_string();
        page += options.find("Options for all commands").map_or("", |at| &options[at - 1..]);
        return Ok(page + EXIT);
    };
    if let Some(command) = COMMANDS.iter().find(|command| command.name == name) {
        return Ok(arguments::grammar(command.name).render_help().to_string());
    }
    function(name).ok_or_else(|| Error::new(Kind::Name, phrase!("there is no command or function `{name}`", name)))
}

/// The first lines, for a call without words.
pub(crate) fn brief() -> String {
    HEAD.to_owned() + "\nsymdiff --help shows the commands.\n"
}

/// What TABLE 1 and TABLE 3 say about a function.
pub(crate) fn function(name: &str) -> Option<String> {
    let rows: Vec<&Row> = session::rows().iter().filter(|row| row.name == name || row.aliases.contains(&name)).collect();
    let mut pages: Vec<String> = rows.into_iter().map(row_page).collect();
    let arrays = session::array_functions().filter(|(names, _)| names.contains(&name));
    pages.extend(arrays.map(|(names, meaning)| {
        let said = phrase!("{names}, of arrays (with --shape): {meaning}", names = names.join(", "), meaning = Phrase::key(meaning));
        report::said(&said) + "\n"
    }));
    (!pages.is_empty()).then(|| pages.join("\n"))
}

fn row_page(row: &Row) -> String {
    let call = if row.parameters.is_empty() { row.name.to_owned() } else { format!("{}({})", row.name, row.parameters.join(", ")) };
    let mut page = format!("{call}: {}\n", report::said(&Phrase::key(row.about)));
    let mut line = |what: &Phrase, text: &str| {
        if !text.is_empty() {
            page += &format!("  {} {text}\n", padded(&report::said(what), 13));
        }
    };
    line(&phrase!("is read as"), row.reads_as.unwrap_or(""));
    for (parameter, slope) in row.parameters.iter().zip(row.slopes) {
        let text = match slope {
            Slope::Text(text) | Slope::WithDu(text) => (*text).to_owned(),
            Slope::Formal => report::said(&phrase!("no closed form; a formal derivative D[i]")),
        };
        line(&Phrase::of(&format!("d/d{parameter}")), &text);
    }
    line(&phrase!("definition"), row.definition.unwrap_or(""));
    line(&phrase!("real for"), &report::said(&Phrase::key(real(row))));
    line(&phrase!("value"), &report::said(&Phrase::key(value(row.value))));
    line(&phrase!("also read"), &row.aliases.join(", "));
    line(&phrase!("source"), row.source);
    page
}

/// A text with so many columns at least.
pub(crate) fn padded(text: &str, columns: usize) -> String {
    text.to_owned() + &" ".repeat(columns.saturating_sub(text.width()))
}

fn real(row: &Row) -> &'static str {
    match row.real {
        _ if row.parameters.is_empty() || row.reads_as.is_some() => "",
        RealOn::Reals => key!("real arguments, where it is defined"),
        RealOn::Nonnegative => key!("arguments that are not negative, where it is defined"),
        RealOn::Everywhere => key!("all arguments"),
        RealOn::Unknown => key!("some real arguments"),
    }
}

fn value(facts: Facts) -> &'static str {
    if facts.has(Facts::POSITIVE) {
        key!("positive")
    } else if facts.has(Facts::NONNEGATIVE) {
        key!("not negative")
    } else if facts.has(Facts::INTEGER) {
        key!("a whole number")
    } else {
        ""
    }
}

/// The names of all functions and constants, shelf by shelf.
pub(crate) fn shelves() -> String {
    let mut page = String::new();
    for (class, title) in [
        (Class::Elementary, key!("elementary")),
        (Class::Pieces, key!("pieces")),
        (Class::Special, key!("special")),
        (Class::Constant, key!("constants")),
    ] {
        let mut names: Vec<&str> = session::rows().iter().filter(|row| row.class == class).map(|row| row.name).collect();
        names.dedup();
        page += &(report::said(&Phrase::key(title)) + ":\n");
        let mut line = String::from(" ");
        for name in names {
            if line.len() + name.len() > 76 {
                page += &(std::mem::replace(&mut line, String::from(" ")) + "\n");
            }
            line += &format!(" {name}");
        }
        page += &(line + "\n");
    }
    page += &(report::said(&phrase!("of arrays, whose shapes are declared")) + ":\n");
    for (names, meaning) in session::array_functions() {
        page += &format!("  {:<13} {}\n", names.join(", "), report::said(&Phrase::key(meaning)));
    }
    page
}

/// The completion script of a shell.
pub(crate) fn completions(shell: &str) -> Result<String, Error> {
    let shell: clap_complete::Shell =
        shell.parse().map_err(|_| Error::new(Kind::Request, phrase!("there is no script for `{shell}`", shell)))?;
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut arguments::whole(), "symdiff", &mut script);
    String::from_utf8(script).map_err(|_| Error::new(Kind::Io, phrase!("the script is not UTF-8")))
}
