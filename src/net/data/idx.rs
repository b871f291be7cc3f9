//! How are images and labels read that lie as MNIST does: a header of big-endian sizes, then bytes?
//! Deliberately believes no header before the length of the file agrees.
//! Read next: `classes.rs`, what labels become.

use super::classes::Column;
use super::{Raw, data, first_of, io, open, rest};
use crate::error::{Error, Kind, Result};
use crate::message::Phrase;
use crate::phrase;
use flate2::read::MultiGzDecoder;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

/// The first four bytes: bytes, in three dimensions or in one.
const IMAGES: u32 = 0x0000_0803;
const LABELS: u32 = 0x0000_0801;
/// DEFLATE makes bytes at most so many times smaller.
const DENSEST: u64 = 1032;

/// Reads the four files of a folder.
pub(super) fn folder(folder: &Path) -> Result<Raw> {
    let (train, features, image_shape) = part(folder, "train")?;
    let (test, test_features, _) = part(folder, "t10k")?;
    if features != test_features {
        let what = phrase!(
            "has images of {features} pixels to train on and of {test_features} to test on; they must be of one size",
            features,
            test_features
        );
        return Err(data(folder, what));
    }
    Ok(Raw { train, test: Some(test), features, names: Vec::new(), image_shape: Some(image_shape), bytes: true })
}

type Rows = (Vec<f32>, Column);

fn part(folder: &Path, part: &str) -> Result<(Rows, usize, (usize, usize))> {
    let (images_path, labels_path) = (find(folder, part, "images", 3)?, find(folder, part, "labels", 1)?);
    let (sizes, pixels) = read(&images_path, IMAGES, phrase!("images"))?;
    let (counts, labels) = read(&labels_path, LABELS, phrase!("labels"))?;
    let [images, rows, columns] = sizes[..] else { return Err(data(&images_path, phrase!("has no three sizes"))) };
    if counts != [images] {
        let what = phrase!(
            "has {labels} labels for the {images} images of `{path}`; both must be of one set",
            labels = labels.len(),
            images,
            path = images_path.display()
        );
        return Err(data(&labels_path, what));
    }
    let features = rows * columns;
    if images == 0 || features == 0 {
        return Err(data(&images_path, phrase!("has no images")));
    }
    let inputs = pixels.into_iter().map(|byte| f32::from(byte) / 255.0).collect();
    Ok(((inputs, Column::Whole(labels.into_iter().map(i64::from).collect())), features, (rows, columns)))
}

/// The file under one of the names that are in use.
fn find(folder: &Path, part: &str, what: &str, dimensions: usize) -> Result<PathBuf> {
    let base = [format!("{part}-{what}-idx{dimensions}-ubyte"), format!("{part}-{what}.idx{dimensions}-ubyte")];
    let names: Vec<String> = base.iter().flat_map(|name| [name.clone(), format!("{name}.gz")]).collect();
    first_of(folder, &names).ok_or_else(|| {
        let (folder, name) = (folder.display(), &base[0]);
        Error::new(
            Kind::Io,
            phrase!(
                "`{folder}` has no {name} (nor with a dot before `idx`, nor as .gz); give a folder with all four files of MNIST",
                folder,
                name
            ),
        )
    })
}

/// The sizes in the header, and the bytes behind it.
fn read(path: &Path, magic: u32, what: Phrase) -> Result<(Vec<usize>, Vec<u8>)> {
    let (file, length) = open(path)?;
    let packed = path.extension().is_some_and(|e| e == "gz");
    let mut input: Box<dyn Read> =
        if packed { Box::new(MultiGzDecoder::new(BufReader::new(file))) } else { Box::new(BufReader::new(file)) };
    let found = number(path, &mut input)?;
    if found != magic {
        let other = match found {
            IMAGES => phrase!("it holds images"),
            LABELS => phrase!("it holds labels"),
            _ if found >> 16 == 0x1f8b => phrase!("it is compressed: its name must end in .gz"),
            _ => phrase!("it is of another format"),
        };
        return Err(data(
            path,
            phrase!(
                "should hold {what} and begin with {magic}, but begins with {found}: {other}",
                what,
                magic = format!("{magic:#010x}"),
                found = format!("{found:#010x}"),
                other
            ),
        ));
    }
    let mut sizes = Vec::new();
    for _ in 0..magic & 0xff {
        sizes.push(number(path, &mut input)? as usize);
    }
    let header = 4 * (1 + sizes.len() as u64);
    let wanted = sizes.iter().try_fold(1_u64, |product, &size| product.checked_mul(size as u64));
    let most = if packed { length.saturating_mul(DENSEST) } else { length };
    let there = most.saturating_sub(header);
    match wanted {
        Some(wanted) if wanted <= there => Ok((sizes, rest(path, input, wanted)?)),
        _ => {
            let sizes: Vec<String> = sizes.iter().map(usize::to_string).collect();
            let what = phrase!(
                "is cut short: its header tells of {sizes} bytes, it has {there} at most; fetch it again",
                sizes = sizes.join(" x "),
                there
            );
            Err(data(path, what))
        }
    }
}

fn number(path: &Path, input: &mut dyn Read) -> Result<u32> {
    let mut bytes = [0; 4];
    match input.read_exact(&mut bytes) {
        Ok(()) => Ok(u32::from_be_bytes(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            Err(data(path, phrase!("ends within its header; fetch it again")))
        }
        Err(error) if matches!(error.kind(), std::io::ErrorKind::InvalidData | std::io::ErrorKind::InvalidInput) => {
            Err(data(path, phrase!("is damaged: {error}; fetch it again", error)))
        }
        Err(error) => Err(io(path, &error)),
    }
}
