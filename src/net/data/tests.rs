//! Do files become the rows that they hold, and does every damage get an error that names the file and what to do?
//! Deliberately writes tiny files of its own; only the digits come from `examples/data`.
//! Read next: `../data.rs`.
#![allow(clippy::unwrap_used, clippy::panic)] // a test that fails must say so

use super::*;
use std::io::Write;
use tempfile::TempDir;

const TRAIN_IMAGES: &str = "train-images-idx3-ubyte";
const TRAIN_LABELS: &str = "train-labels-idx1-ubyte";
const TEST_IMAGES: &str = "t10k-images-idx3-ubyte";
const TEST_LABELS: &str = "t10k-labels-idx1-ubyte";

fn idx(magic: u32, sizes: &[u32], bytes: &[u8]) -> Vec<u8> {
    let numbers = [magic].into_iter().chain(sizes.iter().copied());
    numbers.flat_map(u32::to_be_bytes).chain(bytes.iter().copied()).collect()
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Three images of 2 x 2 to train on, one to test on.
fn images() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: Vec<u8>| std::fs::write(folder.path().join(name), bytes).unwrap();
    write(TRAIN_IMAGES, idx(0x803, &[3, 2, 2], &[0, 51, 102, 153, 204, 255, 0, 0, 1, 2, 3, 4]));
    write(TRAIN_LABELS, idx(0x801, &[3], &[0, 2, 1]));
    write(TEST_IMAGES, idx(0x803, &[1, 2, 2], &[255; 4]));
    write(TEST_LABELS, idx(0x801, &[1], &[2]));
    folder
}

fn failure(path: &Path) -> (Kind, String) {
    let error = Dataset::read(path, &Options::default()).unwrap_err();
    let name = path.display().to_string();
    assert!(error.message().contains(&name), "{} does not name {name}", error.message());
    (error.kind(), error.message().replace(&name, "F"))
}

fn csv(text: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.csv");
    std::fs::write(&path, text).unwrap();
    (folder, path)
}

#[test]
fn images_are_read() {
    let folder = images();
    let read = Dataset::read(folder.path(), &Options::default()).unwrap();
    assert_eq!((read.features, read.image_shape), (4, Some((2, 2))));
    assert_eq!(read.train.inputs[..6], [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]);
    assert_eq!((read.train.targets, read.test.targets), (Targets::Labels(vec![0, 2, 1]), Targets::Labels(vec![2])));
    assert_eq!(read.classes, ["0", "1", "2"]);
}

#[test]
fn images_have_other_names_and_may_be_compressed() {
    let folder = images();
    let plain = Dataset::read(folder.path(), &Options::default()).unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::rename(at(TRAIN_IMAGES), at("train-images.idx3-ubyte")).unwrap();
    std::fs::write(at("t10k-labels-idx1-ubyte.gz"), packed(&std::fs::read(at(TEST_LABELS)).unwrap())).unwrap();
    std::fs::remove_file(at(TEST_LABELS)).unwrap();
    assert_eq!(Dataset::read(folder.path(), &Options::default()).unwrap(), plain);
}

#[test]
fn damaged_images_are_named() {
    let long = idx(0x803, &[1 << 31, 1 << 15, 1 << 15], &[0; 4]);
    let endless = idx(0x803, &[u32::MAX, u32::MAX, u32::MAX], &[0; 4]);
    let good = idx(0x803, &[3, 2, 2], &[7; 12]);
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        (TRAIN_IMAGES, idx(0x801, &[3], &[0, 1, 2]), "begins with 0x00000801: it holds labels"),
        (TRAIN_IMAGES, b"hello there".to_vec(), "it is of another format"),
        (TRAIN_IMAGES, packed(&good), "its name must end in .gz"),
        (TRAIN_IMAGES, good[..20].to_vec(), "its header tells of 3 x 2 x 2 bytes, it has 4 at most"),
        (TRAIN_IMAGES, [&good[..], &[1]].concat(), "has more than the 12 bytes that should follow its header"),
        (TRAIN_IMAGES, good[..6].to_vec(), "ends within its header"),
        (TRAIN_IMAGES, Vec::new(), "ends within its header"),
        (TRAIN_IMAGES, long, "is cut short"),
        (TRAIN_IMAGES, endless, "is cut short"),
        (TRAIN_IMAGES, idx(0x803, &[0, 2, 2], &[]), "has 3 labels for the 0 images"),
        (TRAIN_LABELS, idx(0x801, &[2], &[0, 1]), "has 2 labels for the 3 images"),
        (TEST_LABELS, idx(0x801, &[1], &[9]), "has the label 9 in row 1, which is not from 0 to 2"),
        (TEST_IMAGES, idx(0x803, &[1, 1, 3], &[1, 2, 3]), "of 4 pixels to train on and of 3 to test on"),
    ];
    for (name, bytes, wanted) in cases {
        let folder = images();
        std::fs::write(folder.path().join(name), bytes).unwrap();
        let (kind, message) = failure(folder.path());
        assert_eq!(kind, Kind::Data, "{message}");
        assert!(message.contains(wanted), "{message}, not {wanted}");
    }
    let folder = images();
    std::fs::remove_file(folder.path().join(TEST_LABELS)).unwrap();
    let (kind, message) = failure(folder.path());
    assert!(kind == Kind::Io && message.contains("has no t10k-labels-idx1-ubyte") && message.contains("all four files"), "{message}");
}

#[test]
fn compressed_images_cut_short_are_named() {
    let whole = packed(&idx(0x803, &[3, 20, 20], &(0..1200).map(|i| (i * i) as u8).collect::<Vec<u8>>()));
    for end in [whole.len() / 2, whole.len() - 9, 12, 3] {
        let folder = images();
        std::fs::remove_file(folder.path().join(TRAIN_IMAGES)).unwrap();
        std::fs::write(folder.path().join(format!("{TRAIN_IMAGES}.gz")), &whole[..end]).unwrap();
        let (kind, message) = failure(folder.path());
        assert_eq!(kind, Kind::Data, "{message}");
        assert!(message.contains("fetch it again"), "{message}");
    }
}

#[test]
fn tables_are_read() {
    let (_folder, path) = csv("a,b,kind\n1,2,\"big, red\"\n3,4,small\n\n5,6,small\n");
    let options = Options { test_share: 0.0, ..Options::default() };
    let read = Dataset::read(&path, &options).unwrap();
    assert_eq!(read.train.inputs, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    assert_eq!((read.train.targets, read.classes.len()), (Targets::Labels(vec![0, 1, 1]), 2));
    assert_eq!((read.names, &read.classes[0][..]), (vec!["a".to_owned(), "b".to_owned()], "big, red"));
    assert!(read.test.targets.is_empty());

    let (_folder, path) = csv("y;u;v\r\n0.5;1;2\r\n0.25;3;4\r\n");
    let read = Dataset::read(&path, &Options { label: Some("y".to_owned()), ..options.clone() }).unwrap();
    assert_eq!((read.train.targets, read.train.inputs), (Targets::Values(vec![0.5, 0.25]), vec![1.0, 2.0, 3.0, 4.0]));

    // no header; whole numbers that come often are classes
    let (_folder, path) = csv("1.5 ,7\n2.5,7\n3.5,3\n4.5,3\n");
    let read = Dataset::read(&path, &options).unwrap();
    assert_eq!((read.train.targets, read.classes), (Targets::Labels(vec![1, 1, 0, 0]), vec!["3".to_owned(), "7".to_owned()]));
    let values = Dataset::read(&path, &Options { classify: Some(false), ..options }).unwrap();
    assert_eq!(values.train.targets, Targets::Values(vec![7.0, 7.0, 3.0, 3.0]));
}

#[test]
fn bad_cells_are_named() {
    let cases = [
        ("a,b\n1,2\nx,3\n", "`F` has `x` in line 3, column 1 (a), where a number should be"),
        ("a,b\n1,2\nNaN,3\n", "`F` has `NaN` in line 3, column 1 (a), where a number should be"),
        ("a,b\n1,2\n,3\n", "`F` has an empty cell in line 3, column 1 (a), where a number should be"),
        ("a,b\n1,2\n3\n", "`F` has 1 cells in line 3, not 2 as in its first line"),
        ("a,b\n1,\n", "`F` has no target in line 2: column 2 (b) is empty"),
        ("a,b\n1,inf\n", "`F` has the target `inf` in row 1; targets are finite"),
        ("a,b\n", "`F` has names of columns and no rows"),
        ("", "`F` is empty"),
        ("a\n1\n", "`F` has a single column; one of features and one of targets are the least"),
        ("a,b\n1,2\n", "`F` has 1 rows: too few to leave some to train on"),
    ];
    for (text, wanted) in cases {
        let (_folder, path) = csv(text);
        let options = Options { test_share: 0.9, ..Options::default() };
        let error = Dataset::read(&path, &options).unwrap_err();
        let found = error.message().replace(&path.display().to_string(), "F");
        assert_eq!((error.kind(), &found[..]), (Kind::Data, wanted));
    }
    let (_folder, path) = csv("a,b\n1,2\n");
    let error = Dataset::read(&path, &Options { label: Some("c".to_owned()), ..Options::default() }).unwrap_err();
    assert!(error.message().ends_with("has no column `c`: its columns are a, b"));
    std::fs::write(&path, b"a,b\n1,\xff\n").unwrap();
    assert_eq!(failure(&path).1, "`F` is no text in UTF-8: see line 2");
    assert_eq!(failure(Path::new("nowhere.csv")).0, Kind::Io);
    assert_eq!(failure(Path::new("nowhere")).0, Kind::Io);
}

/// A `.npy` of version 1.0.
fn npy(descr: &str, shape: &str, bytes: &[u8]) -> Vec<u8> {
    let text = format!("{:<117}\n", format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}"));
    [b"\x93NUMPY\x01\x00\x76\x00", text.as_bytes(), bytes].concat()
}

#[test]
fn arrays_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let floats: Vec<u8> = [1.0_f32, 2.0, 3.0, 4.0].iter().flat_map(|x| x.to_le_bytes()).collect();
    let turned: Vec<u8> = [1_i16, 0].iter().flat_map(|x| x.to_be_bytes()).collect();
    let arrays = [
        ("x_train.npy", npy("<f4", "(2, 2)", &floats)),
        ("y_train.npy", npy(">i2", "(2,)", &turned)),
        ("x_test.npy", npy("|u1", "(1, 2)", &[255, 51])),
        ("y_test.npy", npy("|u1", "(1, 1)", &[1])),
    ];
    for (name, bytes) in &arrays {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    let read = Dataset::read(folder.path(), &Options::default()).unwrap();
    assert_eq!((&read.train.inputs[..], &read.test.inputs[..]), (&[1.0, 2.0, 3.0, 4.0][..], &[1.0, 0.2][..]));
    assert_eq!((&read.train.targets, &read.test.targets), (&Targets::Labels(vec![1, 0]), &Targets::Labels(vec![1])));

    let path = folder.path().join("all.npz");
    let mut archive = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
    for (name, bytes) in &arrays {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap();
    assert_eq!(Dataset::read(&path, &Options::default()).unwrap(), read);
    std::fs::write(&path, b"PK nothing").unwrap();
    assert!(failure(&path).1.starts_with("`F` is no .npz"));

    let cases = [
        ("x_train.npy", npy("<f4", "(2, 3)", &floats), "is cut short"),
        ("x_train.npy", npy("<f4", "(4000000000, 4000000000, 4000000000)", &floats), "is cut short"),
        ("x_train.npy", npy("<f4", "(4, 1)", &floats), "has 4 rows of inputs, but targets of the shape [2]"),
        ("x_train.npy", npy("<f4", "(1, 2)", &floats), "has more than the 8 bytes"),
        ("x_train.npy", npy("<f4", "(2, 2)", &[[0xff; 8], [0; 8]].concat()), "has NaN in row 0, column 0"),
        ("x_train.npy", b"nothing".to_vec(), "is no array of NumPy"),
        ("y_train.npy", npy("<i2", "(2,)", &[0xff; 4]), "has the label -1 in row 1"),
        ("y_test.npy", npy("|u1", "(1,)", &[7]), "has the label 7 in row 1, which is not from 0 to 1"),
    ];
    for (name, bytes, wanted) in cases {
        let right = std::fs::read(folder.path().join(name)).unwrap();
        std::fs::write(folder.path().join(name), bytes).unwrap();
        let (kind, message) = failure(folder.path());
        assert!(kind == Kind::Data && message.contains(wanted), "{message}, not {wanted}");
        std::fs::write(folder.path().join(name), right).unwrap();
    }
    std::fs::remove_file(folder.path().join("y_train.npy")).unwrap();
    assert!(failure(folder.path()).1.contains("has the array `x_train`, but no `y_train` beside it"));
}

#[test]
fn digits_are_read_split_and_standardised() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/digits.csv");
    let mut read = Dataset::read(path, &Options::default()).unwrap();
    assert_eq!((read.features, read.image_shape, read.classes.len()), (64, Some((8, 8)), 10));
    assert_eq!((read.train.targets.len(), read.test.targets.len()), (1797 - 359, 359));
    assert_eq!(Dataset::read(path, &Options::default()).unwrap(), read);
    assert_ne!(Dataset::read(path, &Options { seed: 2, ..Options::default() }).unwrap().test, read.test);
    read.standardise();
    let rows = read.train.targets.len() as f64;
    for feature in 0..64 {
        let column = || read.train.inputs.iter().skip(feature).step_by(64).map(|&x| f64::from(x));
        let (mean, square) = (column().sum::<f64>() / rows, column().map(|x| x * x).sum::<f64>() / rows);
        assert!(mean.abs() < 1e-5 && (square == 0.0 || (square - 1.0).abs() < 1e-4), "{feature}: {mean} {square}");
    }
}

#[test]
fn batches_hold_each_row_once() {
    let mut batches = Batches::new(10, 4, 3).unwrap();
    let all = |batches: &Batches| (0..batches.len()).flat_map(|at| batches.rows(at).to_vec()).collect::<Vec<u32>>();
    assert_eq!((batches.len(), batches.rows(2), batches.rows(3)), (3, &[8, 9][..], &[][..]));
    batches.shuffle();
    let first = all(&batches);
    batches.shuffle();
    let second = all(&batches);
    assert_ne!(first, second);
    for mut order in [first.clone(), second] {
        order.sort_unstable();
        assert_eq!(order, (0..10).collect::<Vec<u32>>());
    }
    let mut again = Batches::new(10, 4, 3).unwrap();
    again.shuffle();
    assert_eq!(all(&again), first);
    assert_eq!(Batches::new(10, 0, 3).unwrap_err().kind(), Kind::Request);
}
