//! How are arrays of NumPy read as data: which array is what, and which number do its bytes mean?
//! Deliberately reads only numbers in C order; bytes are taken for pixels and become 0 to 1.
//! Read next: `classes.rs`, what the targets become.

use super::classes::Column;
use super::{Raw, data, first_of, open, rest};
use crate::error::{Error, Kind, Result};
use crate::message::Phrase;
use crate::phrase;
use npyz::{DType, Endianness, NpyHeader, Order, TypeChar};
use std::io::{BufReader, Read};
use std::path::Path;
use zip::ZipArchive;

/// Names of inputs and of their targets, for training and for testing, as they are usual.
const TRAIN: [(&str, &str); 4] = [("x_train", "y_train"), ("x", "y"), ("images", "labels"), ("inputs", "targets")];
const TEST: [(&str, &str); 1] = [("x_test", "y_test")];
const WANTED: &str = "x_train and y_train (with x_test and y_test), x and y, images and labels, or inputs and targets";

/// An array: its sizes, and its numbers as the file has them.
struct Array {
    shape: Vec<usize>,
    numbers: Numbers,
}

enum Numbers {
    Bytes(Vec<u8>),
    Whole(Vec<i64>),
    Floats(Vec<f64>),
    Singles(Vec<f32>),
}

/// Whether the folder holds arrays.
pub(super) fn stands_in(folder: &Path) -> bool {
    TRAIN.iter().any(|(x, _)| folder.join(format!("{x}.npy")).is_file())
}

/// Reads a folder of arrays, a file each.
pub(super) fn folder(folder: &Path) -> Result<Raw> {
    gather(folder, |name| {
        let Some(path) = first_of(folder, &[format!("{name}.npy")]) else { return Ok(None) };
        let (file, length) = open(&path)?;
        array(&path, &mut BufReader::new(file), length).map(Some)
    })
}

/// Reads the arrays of one file.
pub(super) fn npz(path: &Path) -> Result<Raw> {
    let (file, length) = open(path)?;
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|error| data(path, phrase!("is no .npz: {error}", error)))?;
    gather(path, |name| {
        let name = format!("{name}.npy");
        if !archive.file_names().any(|known| known.is_ok_and(|known| known == name)) {
            return Ok(None);
        }
        let mut member =
            archive.by_name(&name).map_err(|error| data(path, phrase!("holds `{name}`, which cannot be read: {error}", name, error)))?;
        // what is compressed can be at most so much larger
        array(&path.join(&name), &mut member, length.saturating_mul(1032)).map(Some)
    })
}

/// Reads rows of inputs without targets from a file of one array: the numbers, how many rows, and whether they were bytes.
pub(super) fn rows(path: &Path) -> Result<(Vec<f32>, usize, bool)> {
    let (file, length) = open(path)?;
    let inputs = array(path, &mut BufReader::new(file), length)?;
    let rows = inputs.shape.first().copied().unwrap_or(0);
    let bytes = matches!(inputs.numbers, Numbers::Bytes(_));
    let none = Array { shape: vec![rows], numbers: Numbers::Whole(Vec::new()) };
    Ok((part(path, (inputs, none))?.0.0, rows, bytes))
}

fn gather(path: &Path, mut load: impl FnMut(&str) -> Result<Option<Array>>) -> Result<Raw> {
    let mut pair = |names: &[(&str, &str)]| -> Result<Option<(Array, Array)>> {
        for (x, y) in names {
            if let Some(inputs) = load(x)? {
                let missing =
                    || Error::new(Kind::Data, phrase!("`{path}` has the array `{x}`, but no `{y}` beside it", path = path.display(), x, y));
                let targets = load(y)?.ok_or_else(missing)?;
                return Ok(Some((inputs, targets)));
            }
        }
        Ok(None)
    };
    let Some(train) = pair(&TRAIN)? else { return Err(data(path, phrase!("has none of the arrays that are read: {WANTED}", WANTED))) };
    let test = pair(&TEST)?;
    let bytes = matches!(train.0.numbers, Numbers::Bytes(_));
    let (rows, features, image_shape) = part(path, train)?;
    let test = match test {
        None => None,
        Some(test) => {
            let (rows, test_features, _) = part(path, test)?;
            if test_features != features {
                let what =
                    phrase!("has {features} numbers in a row to train on and {test_features} in one to test on", features, test_features);
                return Err(data(path, what));
            }
            Some(rows)
        }
    };
    Ok(Raw { train: rows, test, features, names: Vec::new(), image_shape, bytes })
}

type Rows = ((Vec<f32>, Column), usize, Option<(usize, usize)>);

fn part(path: &Path, (inputs, targets): (Array, Array)) -> Result<Rows> {
    let image_shape = match inputs.shape[..] {
        [_, rows, columns] | [_, rows, columns, 1] => Some((rows, columns)),
        _ => None,
    };
    let (Some(&rows), features) = (inputs.shape.first(), inputs.shape.iter().skip(1).product::<usize>()) else {
        return Err(data(path, phrase!("has inputs that are a single number")));
    };
    if rows == 0 || features == 0 {
        return Err(data(path, phrase!("has inputs of the shape {shape}, which hold nothing", shape = format!("{:?}", inputs.shape))));
    }
    if !matches!(targets.shape[..], [count] | [count, 1] if count == rows) {
        return Err(data(
            path,
            phrase!(
                "has {rows} rows of inputs, but targets of the shape {targets}; one for each row is wanted",
                rows,
                targets = format!("{:?}", targets.shape)
            ),
        ));
    }
    let numbers: Vec<f32> = match inputs.numbers {
        Numbers::Bytes(bytes) => bytes.into_iter().map(|byte| f32::from(byte) / 255.0).collect(),
        Numbers::Whole(whole) => whole.into_iter().map(|x| x as f32).collect(),
        Numbers::Floats(floats) => floats.into_iter().map(|x| x as f32).collect(),
        Numbers::Singles(singles) => singles,
    };
    if let Some(at) = numbers.iter().position(|x| !x.is_finite()) {
        let (row, column) = (at / features, at % features);
        return Err(data(
            path,
            phrase!("has {number} in row {row}, column {column} of its inputs; numbers must be finite", number = numbers[at], row, column),
        ));
    }
    let column = match targets.numbers {
        Numbers::Bytes(bytes) => Column::Whole(bytes.into_iter().map(i64::from).collect()),
        Numbers::Whole(whole) => Column::Whole(whole),
        Numbers::Floats(floats) => finite(path, floats)?,
        Numbers::Singles(singles) => finite(path, singles.into_iter().map(f64::from).collect())?,
    };
    Ok(((numbers, column), features, image_shape))
}

fn finite(path: &Path, targets: Vec<f64>) -> Result<Column> {
    match targets.iter().position(|x| !x.is_finite()) {
        Some(row) => Err(data(path, phrase!("has the target {target} in row {row}; targets must be finite", target = targets[row], row))),
        None => Ok(Column::Numbers(targets)),
    }
}

/// The longest header that is believed; those of arrays have some hundred bytes.
const LONGEST: usize = 1 << 16;

/// Reads the header. The crate reserves what a header says that it needs and multiplies its sizes without a look, so both are
/// looked at before.
fn header(path: &Path, input: &mut dyn Read) -> Result<NpyHeader> {
    let bad = |why: Phrase| data(path, phrase!("is no array of NumPy: {why}", why));
    let mut bytes = Vec::new();
    let mut more = |bytes: &mut Vec<u8>, count: usize| match input.take(count as u64).read_to_end(bytes) {
        Ok(read) if read == count => Ok(()),
        Ok(_) => Err(bad(phrase!("it ends within its header"))),
        Err(error) => Err(bad(Phrase::of(&error))),
    };
    more(&mut bytes, 10)?;
    if !bytes.starts_with(b"\x93NUMPY") {
        return Err(bad(phrase!("it does not begin as one")));
    }
    if bytes[6] > 1 {
        more(&mut bytes, 2)?;
    }
    let length = bytes[8..].iter().rev().fold(0, |length, &byte| length << 8 | usize::from(byte));
    if length > LONGEST {
        return Err(bad(phrase!("its header is too long")));
    }
    let start = bytes.len();
    more(&mut bytes, length)?;
    let text = String::from_utf8_lossy(&bytes[start..]);
    for shape in text.split("shape").skip(1).filter_map(|after| after.split(['(', ')']).nth(1)) {
        let mut sizes = shape.split(',').map(str::trim).filter(|size| !size.is_empty()).map(str::parse::<u64>);
        // 0 takes part as 1: the crate multiplies from both ends
        let product = sizes.try_fold(1 << 16, |product: u64, size| product.checked_mul(size.ok()?.max(1)));
        if product.is_none() {
            return Err(data(
                path,
                phrase!("is cut short: its header tells of the shape ({shape}), its file is smaller; save it again", shape),
            ));
        }
    }
    NpyHeader::from_reader(&bytes[..]).map_err(|error| bad(Phrase::of(&error)))
}

/// Reads an array of at most so many bytes.
fn array(path: &Path, input: &mut dyn Read, most: u64) -> Result<Array> {
    let header = header(path, input)?;
    let dtype = header.dtype();
    let shape: Option<Vec<usize>> = header.shape().iter().map(|&size| usize::try_from(size).ok()).collect();
    let DType::Plain(plain) = &dtype else { return Err(data(path, phrase!("holds records; arrays of numbers are read"))) };
    let (Some(shape), Some(width)) = (shape, plain.num_bytes()) else {
        return Err(data(path, phrase!("holds objects of Python, which are not read")));
    };
    if header.order() == Order::Fortran && shape.len() > 1 {
        return Err(data(path, phrase!("lies column by column; save numpy.ascontiguousarray of it")));
    }
    let size = shape.iter().try_fold(width as u64, |product, &size| product.checked_mul(size as u64));
    let Some(size) = size.filter(|&size| size <= most) else {
        return Err(data(
            path,
            phrase!(
                "is cut short: its header tells of the shape {shape}, its file is smaller; save it again",
                shape = format!("{shape:?}")
            ),
        ));
    };
    let swapped = plain.endianness() == Endianness::Big;
    let bytes = rest(path, input, size)?;
    macro_rules! each {
        ($number:ty, $wanted:ty) => {{
            let items = bytes.chunks_exact(size_of::<$number>()).filter_map(|item| item.first_chunk());
            if swapped {
                items.map(|item| <$number>::from_be_bytes(*item) as $wanted).collect()
            } else {
                items.map(|item| <$number>::from_le_bytes(*item) as $wanted).collect()
            }
        }};
    }
    let numbers = match (plain.type_char(), width) {
        (TypeChar::Uint, 1) => Numbers::Bytes(bytes),
        (TypeChar::Bool, 1) => Numbers::Whole(bytes.into_iter().map(i64::from).collect()),
        (TypeChar::Int, 1) => Numbers::Whole(each!(i8, i64)),
        (TypeChar::Int, 2) => Numbers::Whole(each!(i16, i64)),
        (TypeChar::Int, 4) => Numbers::Whole(each!(i32, i64)),
        (TypeChar::Int, 8) => Numbers::Whole(each!(i64, i64)),
        (TypeChar::Uint, 2) => Numbers::Whole(each!(u16, i64)),
        (TypeChar::Uint, 4) => Numbers::Whole(each!(u32, i64)),
        (TypeChar::Uint, 8) => Numbers::Whole(each!(u64, i64)),
        (TypeChar::Float, 4) => Numbers::Singles(each!(f32, f32)),
        (TypeChar::Float, 8) => Numbers::Floats(each!(f64, f64)),
        _ => return Err(data(path, phrase!("holds the type {descr}, which is not read; save it as float32", descr = dtype.descr()))),
    };
    Ok(Array { shape, numbers })
}
