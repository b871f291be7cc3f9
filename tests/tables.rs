//! Are tables read, worked out and written as promised, in each format, and is nothing left behind where that fails?
//! Deliberately looks from outside only: every test runs the binary.
//! Read next: `src/cli/table.rs`.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// A folder of this test's own, in which the program runs; removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("symdiff-tables-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.0.join(name), bytes).unwrap();
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.0.join(name)).unwrap()
    }

    fn text(&self, name: &str) -> String {
        String::from_utf8(self.read(name)).unwrap()
    }

    /// The names of all files, hidden ones too.
    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(&self.0).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_symdiff"));
        command.arg("eval").args(words).current_dir(&self.0).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Exit code, stdout, stderr.
    fn run(&self, words: &[&str]) -> (i32, String, String) {
        let done = self.command(words).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (done.status.code().unwrap_or(-1), text(done.stdout), text(done.stderr))
    }

    fn answer(&self, words: &[&str]) -> String {
        let (code, out, err) = self.run(words);
        assert_eq!((code, &*err), (0, ""), "{words:?}: {out}");
        out
    }

    /// The message of a run that fails, without `error: `.
    fn failure(&self, code: i32, words: &[&str]) -> String {
        let (ended, out, err) = self.run(words);
        assert_eq!((ended, &*out), (code, ""), "{words:?}: {err}");
        err.strip_prefix("error: ").unwrap_or(&err).trim_end().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A `.npy` with this description, of these numbers as bytes.
fn npy(descr: &str, fortran: bool, shape: &str, numbers: &[u8]) -> Vec<u8> {
    let order = if fortran { "True" } else { "False" };
    let text = format!("{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}\n");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend_from_slice(&u16::try_from(text.len()).unwrap().to_le_bytes());
    bytes.extend_from_slice(text.as_bytes());
    bytes.extend_from_slice(numbers);
    bytes
}

fn doubles(values: &[f64]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

/// The shape and the numbers of a `.npy` that was written.
fn array(bytes: &[u8]) -> (Vec<u64>, Vec<f64>) {
    let file = npyz::NpyFile::new(bytes).unwrap();
    (file.shape().to_vec(), file.into_vec().unwrap())
}

#[test]
fn csv_keeps_its_columns_and_gets_answers() {
    let folder = Folder::new("csv");
    folder.file("p.csv", "w,x,\"a, name\"\r\n2,3,\"say \"\"hi\"\"\"\r\n\r\n,5,\"two\nlines\"\r\n1,nan,c");
    let shown = "w,x,\"a, name\",value,d/dx,d/dw\n2,3,\"say \"\"hi\"\"\",18,12,9\n,5,\"two\nlines\",nan,nan,25\n1,nan,c,nan,nan,nan\n";
    assert_eq!(folder.answer(&["x^2*w", "--data", "p.csv", "--grad", "x,w"]), shown);
    // a file without quotes takes another way
    folder.file("q.csv", "\u{feff}w;x\n2;3\n1,5;-2\n");
    assert_eq!(folder.answer(&["x^2*w", "--data", "q.csv"]), "w;x;value\n2;3;18\n1,5;-2;6\n");
    folder.file("t.tsv", "x\ty\n\"1\"\t2\n");
    assert_eq!(folder.answer(&["x+y", "--data", "t.tsv"]), "x\ty\tvalue\n\"1\"\t2\t3\n");
    folder.file("one.csv", "x\n");
    assert_eq!(folder.answer(&["x+1", "--data", "one.csv"]), "x,value\n");
    assert_eq!(folder.answer(&["a+1", "--at", "a=2", "--data", "q.csv"]), "w;x;value\n2;3;3\n1,5;-2;3\n");
}

#[test]
fn names_are_symbols_in_any_spelling() {
    let folder = Folder::new("names");
    folder.file("p.csv", "θ, 반지름 ,x_1\n0,2,5\n");
    let head = "θ, 반지름 ,x_1,value";
    assert_eq!(folder.answer(&["반지름*cos(theta)", "--data", "p.csv", "--grad", "반지름"]), format!("{head},d/d반지름\n0,2,5,2,1\n"));
    assert_eq!(folder.answer(&[r"x_{1}+\theta", "--data", "p.csv"]), format!("{head}\n0,2,5,5\n"));
    // without the table these would be slips for cos(t) and log(p); a function stays what it is
    folder.file("words.csv", "cost,logp,sin,unit price\n2,3,0,1\n");
    assert_eq!(folder.answer(&["cost*k + sin(0)", "--data", "words.csv", "--let", "k=logp"]).lines().nth(1), Some("2,3,0,1,6"));
    folder.file("twice.csv", "theta,θ\n1,2\n");
    assert_eq!(folder.failure(1, &["theta", "--data", "twice.csv"]), "`twice.csv` has two columns for `theta`: columns 1 and 2");
}

#[test]
fn errors_name_the_place() {
    let folder = Folder::new("errors");
    folder.file("p.csv", "x,y\n1,2\n3,oops\n");
    folder.file("short.csv", "x,y\n1,2\n\n3\n");
    folder.file("huge.csv", "x\n1e999\n");
    folder.file("empty.csv", "\n\n");
    folder.file("value.csv", "x,value\n1,2\n");
    folder.file("out.csv", "as it was");
    let failure = |words: &[&str]| folder.failure(1, words);
    assert_eq!(failure(&["x*y", "--data", "p.csv", "--out", "out.csv"]), "`p.csv`, row 2, column `y`: `oops` is not a number");
    assert_eq!(failure(&["x*z", "--data", "p.csv", "--out", "out.csv"]), "`p.csv` has no column `z`; its columns are `x`, `y`");
    assert_eq!(failure(&["x", "--data", "short.csv", "--out", "out.csv"]), "`short.csv`, row 2 has 1 cells, the first line 2");
    assert_eq!(failure(&["x", "--data", "huge.csv", "--out", "n.npz"]), "`huge.csv`, row 1, column `x`: `1e999` is too large for a float");
    assert_eq!(failure(&["x", "--data", "empty.csv"]), "`empty.csv` is empty; its first line must name the columns");
    assert_eq!(failure(&["x", "--data", "value.csv"]), "`value.csv` has a column `value` already, which the answer would be called");
    let given = "`x` is given with --at and is a column of `p.csv` too";
    assert_eq!(failure(&["x*y", "--data", "p.csv", "--at", "x=1"]), given);
    let unknown = "`p.xlsx`: .xlsx is none of the formats of tables; they are .csv, .tsv, .npy, .npz and .parquet";
    assert_eq!(failure(&["x", "--data", "p.xlsx"]), unknown);
    assert_eq!(failure(&["x", "--data", "none.csv"]), "`none.csv` cannot be opened: No such file or directory (os error 2)");
    assert_eq!(folder.text("out.csv"), "as it was");
    assert_eq!(folder.names(), ["empty.csv", "huge.csv", "out.csv", "p.csv", "short.csv", "value.csv"]);
}

#[test]
fn json_is_an_object_a_line() {
    let folder = Folder::new("json");
    folder.file("p.csv", "x,w\n3,2\n-1,nan\n");
    let lines = "{\"value\": 18.0, \"grad\": {\"x\": 12.0, \"w\": 9.0}}\n{\"value\": null, \"grad\": {\"x\": null, \"w\": 1.0}}\n";
    let words = ["x^2*w", "--data", "p.csv", "--grad", "x,w"];
    assert_eq!(folder.answer(&[&words[..], &["--format", "json"]].concat()), lines);
    folder.answer(&[&words[..], &["--out", "o.jsonl"]].concat());
    assert_eq!(folder.text("o.jsonl"), lines);
    let disagreeing = [&words[..], &["--format", "json", "--out", "o.npy"]].concat();
    assert_eq!(folder.failure(2, &disagreeing), "--format json and the ending of `o.npy` do not agree");
    folder.failure(2, &[&words[..], &["--format", "latex"]].concat());
}

#[test]
fn stdin_is_csv() {
    let folder = Folder::new("stdin");
    let mut child = folder.command(&["x^2", "--data", "-"]).stdin(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut output = child.stdout.take().unwrap();
    input.write_all(b"x\n3\n").unwrap();
    // what has come is answered before the input ends
    let mut first = [0; 12];
    output.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"x,value\n3,9\n");
    input.write_all(b"4").unwrap();
    drop(input);
    let mut rest = String::new();
    output.read_to_string(&mut rest).unwrap();
    assert_eq!((&*rest, child.wait().unwrap().code()), ("4,16\n", Some(0)));
}

#[test]
fn arrays_of_numpy() {
    let folder = Folder::new("npy");
    let rows = doubles(&[2.0, 3.0, 1.0, 5.0]);
    folder.file("c.npy", npy("'<f8'", false, "(2, 2)", &rows));
    folder.file("f.npy", npy("'<f8'", true, "(2, 2)", &doubles(&[2.0, 1.0, 3.0, 5.0])));
    let singles: Vec<u8> = [2f32, 3.0, 1.0, 5.0].iter().flat_map(|value| value.to_be_bytes()).collect();
    folder.file("single.npy", npy("'>f4'", false, "(2, 2)", &singles));
    folder.file("int.npy", npy("'<i2'", false, "(2, 2)", &[2, 0, 3, 0, 1, 0, 5, 0]));
    for name in ["c.npy", "f.npy", "single.npy", "int.npy"] {
        let words = ["x^2*w", "--data", name, "--columns", "w,x", "--grad", "x", "--out", "o.npy"];
        assert_eq!(folder.answer(&words), "");
        assert_eq!(array(&folder.read("o.npy")), (vec![2, 2], vec![18.0, 12.0, 25.0, 10.0]), "{name}");
    }
    assert_eq!(folder.answer(&["x^2*w", "--data", "c.npy", "--columns", "w,x"]), "w,x,value\n2,3,18\n1,5,25\n");
    let mut record = Vec::new();
    for (name, x) in [(b"ab", 2.0f64), (b"cd", 3.0)] {
        record.extend_from_slice(name);
        record.extend_from_slice(&x.to_le_bytes());
    }
    folder.file("record.npy", npy("[('name', '|S2'), ('x', '<f8')]", false, "(2,)", &record));
    assert_eq!(folder.answer(&["x^2", "--data", "record.npy"]), "x,value\n2,4\n3,9\n");
    // columns stand in the order of the file, whatever the order in the expression
    for expr in ["x - 2*w", "-2*w + x"] {
        assert_eq!(folder.answer(&[expr, "--data", "c.npy", "--columns", "x,w"]), "x,w,value\n2,3,-4\n1,5,-9\n");
        assert_eq!(folder.answer(&[expr, "--data", "c.npy", "--columns", "w,x"]), "w,x,value\n2,3,-1\n1,5,3\n");
    }
    folder.file("one.npy", npy("'<f8'", false, "(4,)", &rows));
    folder.answer(&["x", "--data", "one.npy", "--columns", "x", "--out", "o.npy"]);
    assert_eq!(array(&folder.read("o.npy")), (vec![4, 1], vec![2.0, 3.0, 1.0, 5.0]));

    folder.file("cut.npy", npy("'<f8'", false, "(9, 2)", &rows));
    folder.file("cube.npy", npy("'<f8'", false, "(1, 2, 2)", &rows));
    let failure = |words: &[&str]| folder.failure(1, words);
    assert_eq!(failure(&["x", "--data", "cut.npy", "--columns", "x,y", "--out", "never.csv"]), "`cut.npy` ends after 2 of 9 rows");
    assert_eq!(failure(&["x", "--data", "cube.npy"]), "`cube.npy` has the shape (1, 2, 2); a table has one dimension, or two");
    let text = "the column `name` of `record.npy` is of the type '|S2', which is not one of real numbers";
    assert_eq!(failure(&["name", "--data", "record.npy"]), text);
    let nameless = "`c.npy` has 2 columns without names; name them in their order: --columns x,y";
    assert_eq!(folder.failure(2, &["x", "--data", "c.npy"]), nameless);
    assert_eq!(folder.failure(2, &["x", "--data", "c.npy", "--columns", "x"]), "--columns names 1 columns, `c.npy` has 2");
    folder.file("p.csv", "x\n1\n");
    let named = "--columns names those of a .npy of two dimensions; `p.csv` has names of its own";
    assert_eq!(folder.failure(2, &["x", "--data", "p.csv", "--columns", "x"]), named);
}

#[test]
fn archives_of_arrays() {
    let folder = Folder::new("npz");
    for (name, method) in [("plain.npz", zip::CompressionMethod::Stored), ("packed.npz", zip::CompressionMethod::Deflated)] {
        let mut archive = zip::ZipWriter::new(File::create(folder.0.join(name)).unwrap());
        let options = zip::write::SimpleFileOptions::default().compression_method(method);
        for (name, values) in [("theta", [0.5, 1.5, 2.5]), ("x", [1.0, 2.0, 3.0])] {
            archive.start_file(format!("{name}.npy"), options).unwrap();
            archive.write_all(&npy("'<f8'", false, "(3,)", &doubles(&values))).unwrap();
        }
        archive.start_file("short.npy", options).unwrap();
        archive.write_all(&npy("'<f8'", false, "(1,)", &doubles(&[1.0]))).unwrap();
        archive.finish().unwrap();
        assert_eq!(folder.answer(&["x*θ", "--data", name]), "theta,x,value\n0.5,1,0.5\n1.5,2,3\n2.5,3,7.5\n", "{name}");
        assert_eq!(folder.failure(1, &["x*short", "--data", name]).split(": ").next(), Some(&*format!("`{name}`")));
    }
    folder.answer(&["x*θ", "--data", "packed.npz", "--grad", "θ", "--out", "o.npz"]);
    let mut archive = zip::ZipArchive::new(File::open(folder.0.join("o.npz")).unwrap()).unwrap();
    let mut column = |name: &str| {
        let mut bytes = Vec::new();
        archive.by_name(name).unwrap().read_to_end(&mut bytes).unwrap();
        array(&bytes)
    };
    assert_eq!(column("value.npy"), (vec![3], vec![0.5, 3.0, 7.5]));
    assert_eq!(column("d/dθ.npy"), (vec![3], vec![1.0, 2.0, 3.0]));
    assert_eq!(column("theta.npy"), (vec![3], vec![0.5, 1.5, 2.5]));
    assert_eq!(folder.answer(&["value + 1", "--data", "o.npz", "--format", "json"]).lines().count(), 3);
}

#[cfg(feature = "parquet")]
#[test]
fn parquet_goes_both_ways() {
    let folder = Folder::new("parquet");
    let rows: String = (0..40_000).map(|i| format!("{i},{}\n", f64::from(i) / 8.0)).collect();
    folder.file("p.csv", format!("x,y\n{rows}"));
    folder.answer(&["x*y", "--data", "p.csv", "--grad", "x", "--out", "o.parquet"]);
    let direct = folder.answer(&["x*y", "--data", "p.csv"]);
    let lines: Vec<f64> = direct.lines().skip(1).map(|line| line.rsplit(',').next().unwrap().parse().unwrap()).collect();
    folder.answer(&["x*y", "--data", "o.parquet", "--out", "back.npy"]);
    assert_eq!(array(&folder.read("back.npy")), (vec![40_000, 1], lines));
    folder.file("no.parquet", "no");
    assert!(folder.failure(1, &["x", "--data", "no.parquet"]).starts_with("`no.parquet` is no Parquet: "));
}

#[cfg(not(feature = "parquet"))]
#[test]
fn without_parquet_that_is_said() {
    let folder = Folder::new("no-parquet");
    folder.file("p.parquet", "PAR1");
    assert_eq!(folder.failure(1, &["x", "--data", "p.parquet"]), "this build reads no Parquet: build with --features parquet");
    folder.file("p.csv", "x\n1\n");
    let error = folder.failure(1, &["x", "--data", "p.csv", "--out", "o.parquet"]);
    assert_eq!(error, "this build writes no Parquet: build with --features parquet");
    assert_eq!(folder.names(), ["p.csv", "p.parquet"]);
}

#[test]
fn rows_without_a_value_are_counted() {
    let folder = Folder::new("undefined");
    folder.file("p.csv", "x\n4\n-1\n\n0\nnan\n");
    let (code, out, err) = folder.run(&["log(x)", "--data", "p.csv"]);
    assert_eq!((code, out.lines().nth(2)), (0, Some("-1,nan")));
    assert_eq!(err, "note: rows without a finite real value: 2 of 4\n");
    // what a kernel cannot do at all is an error, and no table
    let error = folder.failure(1, &["f(x)", "--data", "p.csv", "--out", "o.csv"]);
    assert!(error.contains("`f`"), "{error}");
    assert_eq!(folder.names(), ["p.csv"]);
}

/// One row is what `--at` gives, up to rounding: a kernel rounds each operation, `--at` works with the decimals as written.
#[test]
fn a_row_is_a_point() {
    let folder = Folder::new("point");
    folder.file("p.csv", "x,y\n0.7,2.5\n");
    for expr in ["x^3*exp(-y)", "gamma(y)*sin(x)", "besselj(1, y)/x", "atan2(y, x) + log(x)^2", "if(x > 1, x, y^x)", "10*x - 7"] {
        let json = |words: &[&str]| serde_json::from_str::<serde_json::Value>(&folder.answer(words)).unwrap();
        let point = json(&[expr, "--at", "x=0.7,y=2.5", "--grad", "x", "--format", "json"]);
        let row = json(&[expr, "--data", "p.csv", "--grad", "x", "--format", "json"]);
        for (a, b) in [(&point["value"], &row["value"]), (&point["grad"]["x"], &row["grad"]["x"])] {
            let (a, b) = (a.as_f64().unwrap(), b.as_f64().unwrap());
            assert!((a - b).abs() <= 1e-13 * a.abs().max(1.0), "{expr}: {a} {b}");
        }
    }
}

/// Many chunks come out in the order in which they went in, and a bad row has its number in the whole file.
#[test]
fn long_tables_keep_their_order() {
    let folder = Folder::new("long");
    for quotes in [false, true] {
        let mut text = String::from("n,x\n");
        for i in 0..200_000 {
            text += &if quotes && i % 1000 == 0 { format!("\"a\n{i}\",{i}\n") } else { format!("b{i},{i}\n") };
        }
        folder.file("p.csv", &text);
        folder.answer(&["2*x", "--data", "p.csv", "--out", "o.npy"]);
        assert_eq!(array(&folder.read("o.npy")).1, (0..200_000).map(|i| 2.0 * f64::from(i)).collect::<Vec<_>>());
        folder.file("bad.csv", text + "c,200000\nc,oops\n");
        let error = folder.failure(1, &["2*x", "--data", "bad.csv", "--out", "bad.npy"]);
        assert_eq!(error, "`bad.csv`, row 200002, column `x`: `oops` is not a number");
        assert_eq!(folder.names(), ["bad.csv", "o.npy", "p.csv"]);
    }
}

#[cfg(unix)]
#[test]
fn files_are_replaced_whole_or_not_at_all() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = Folder::new("replace");
    folder.file("p.csv", "x\n1\n");
    folder.file("o.csv", "as it was");
    fs::set_permissions(folder.0.join("o.csv"), fs::Permissions::from_mode(0o640)).unwrap();
    symlink("o.csv", folder.0.join("link.csv")).unwrap();
    assert_eq!(folder.answer(&["2*x", "--data", "p.csv", "--out", "link.csv"]), "");
    assert_eq!(folder.text("o.csv"), "x,value\n1,2\n");
    assert_eq!(fs::metadata(folder.0.join("o.csv")).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(fs::symlink_metadata(folder.0.join("link.csv")).unwrap().is_symlink());
    // a table may take the place of the one it was made of
    folder.answer(&["2*x", "--data", "p.csv", "--out", "p.csv"]);
    assert_eq!(folder.text("p.csv"), "x,value\n1,2\n");
    folder.file("p.csv", "x\n1\n");
    let error = folder.failure(1, &["x", "--data", "p.csv", "--out", "no/o.csv"]);
    assert_eq!(error, "`no/o.csv` cannot be written: No such file or directory (os error 2)");
    assert_eq!(folder.failure(1, &["x", "--data", "p.csv", "--out", "."]), "`.` cannot be written: is a directory");
    assert_eq!(folder.names(), ["link.csv", "o.csv", "p.csv"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told() {
    let folder = Folder::new("full");
    folder.file("p.csv", "x\n1\n");
    let error = folder.failure(1, &["x", "--data", "p.csv", "--out", "/dev/full"]);
    assert_eq!(error, "`/dev/full` cannot be written: No space left on device (os error 28); 0 bytes had been written");
}

#[cfg(unix)]
#[test]
fn an_interrupt_leaves_nothing() {
    let folder = Folder::new("interrupt");
    let mut child = folder.command(&["x", "--data", "-", "--out", "o.csv"]).stdin(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(b"x\n1\n").unwrap();
    let started = std::time::Instant::now();
    while folder.names().is_empty() && started.elapsed().as_secs() < 20 {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    assert!(folder.names()[0].starts_with(".o.csv."), "{:?}", folder.names());
    Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    // the input stays open: who waits for more rows must hear it all the same
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(folder.names().is_empty(), "{:?}", folder.names());
}
