//! What matrices and arrays say, in English and Korean.
//! Deliberately rows only.
//! Read next: `../korean.rs`.

use super::Rows;

#[rustfmt::skip] // a table: one row, one message
pub(super) const ROWS: Rows = &[
    // array/index.rs
    ("depth", "깊이"),
    ("{DEPTH} levels of an array formula", "배열 식 {DEPTH}단계"),
    ("unknown functions and formal derivatives of arrays have no text", "배열의 알 수 없는 함수나 형식적 도함수는 글로 나타낼 수 없습니다"),
    ("a comparison has two sides", "비교에는 두 변이 있어야 합니다"),
    ("the derivative has no text: it is an entry of an array that has no matrix form", "도함수를 글로 나타낼 수 없습니다. 행렬로 쓸 수 없는 배열의 성분입니다"),
    // array/lower.rs
    ("there is nothing to read", "읽을 것이 없습니다"),
    ("an index is free in an array of shape {shape}; a formula is in indices or in matrices, not in both", "크기가 {shape}인 배열에 묶이지 않은 첨자가 있습니다. 식은 첨자로 쓰거나 행렬로 쓰되 섞어 쓸 수 없습니다"),
    ("an index runs over axes of the lengths {other} and {size}", "한 첨자가 길이 {other:와} {size}인 축에 함께 쓰였습니다"),
    ("an index of a sum does not occur in what is summed", "합의 첨자가 더하는 식에 없습니다"),
    ("an operation", "연산"),
    ("an operand is missing", "피연산자가 없습니다"),
    // array/plain.rs
    ("the size `{name}` has no value", "크기 `{name}`의 값이 없습니다"),
    ("an array has no value", "배열에 값이 없습니다"),
    ("`{name}` has no value", "`{name}`의 값이 없습니다"),
    ("2^31 entries", "성분 2^31개"),
    ("size", "크기"),
    ("the matrix is singular; it has no inverse", "특이행렬이므로 역행렬이 없습니다"),
    // array/plan/build.rs
    ("2^31 entries of an array", "배열 성분 2^31개"),
    // array/plan/mod.rs
    ("no value is given for {name}", "{name}의 값이 없습니다"),
    // array/plan/run.rs
    ("a plan was given another number of arrays or scalars", "주어진 배열이나 수의 개수가 계산 계획과 다릅니다"),
    ("an array of {given} entries was given where {length} are needed", "성분 {length}개가 필요한데 {given}개인 배열을 받았습니다"),
    ("the array {at} that a plan replaces must have {length} entries", "계산 계획이 바꾸는 배열 {at}에는 성분 {length}개가 있어야 합니다"),
    ("a thread of the plan has failed", "계산 스레드 하나가 실패했습니다"),
    ("a matrix is singular: it has no inverse", "특이행렬이므로 역행렬이 없습니다"),
    // matrix.rs
    ("a sum", "합"),
    ("a difference", "차"),
    ("a product", "곱"),
    ("{what} needs a square matrix, this one is {shape}", "{what:은} 정사각행렬에서만 구할 수 있는데, 이 행렬의 크기는 {shape}입니다"),
    ("the trace", "대각합"),
    ("the determinant", "행렬식"),
    ("matrix size", "행렬 크기"),
    ("{EXPANDED} rows for a determinant of symbols", "문자가 있는 행렬식의 행 {EXPANDED}개"),
    ("the inverse", "역행렬"),
    ("the matrix has no inverse: its determinant is 0", "행렬식이 0이므로 역행렬이 없습니다"),
    ("a power", "거듭제곱"),
    ("the shapes {a} and {b} do not fit in {what}", "크기가 {a:와} {b}인 배열로는 {what:을} 계산할 수 없습니다"),
    // operation.rs
    ("{name} takes a vector or a matrix, not a number", "{name}에는 수가 아니라 벡터나 행렬을 씁니다"),
    ("{name} takes a vector or a square matrix, not an array of shape {of}", "{name}에는 벡터나 정사각행렬을 씁니다. 크기가 {of}인 배열은 쓸 수 없습니다"),
    // shape.rs
    ("{what} needs a square matrix, not one of shape {shape}", "{what:은} 정사각행렬에만 쓸 수 있습니다. 크기가 {shape}인 배열에는 쓸 수 없습니다"),
    ("{a} times {b} is no matrix product{hint}", "{a:와} {b:은} 행렬로 곱할 수 없습니다{hint}"),
    (": both are rows", ": 둘 다 행벡터입니다"),
    (": both are columns; write x'*y for a number, x*y' for a matrix, x.*y for entry by entry", ": 둘 다 열벡터입니다. 수는 x'*y, 행렬은 x*y', 성분별 곱은 x.*y로 쓰십시오"),
    ("an array of shape {shape} has no transpose", "크기가 {shape}인 배열에는 전치가 없습니다"),
    ("there is no axis {axis} in the shape {shape}; axes count from 0", "크기 {shape}에는 축 {axis:이} 없습니다. 축은 0부터 셉니다"),
    ("`{part}` does not declare a shape; write it as X: n×m, w: m, y: 3", "`{part}`{:은} 크기의 선언이 아닙니다. X: n×m, w: m, y: 3처럼 쓰십시오"),
    ("`{name}` has two shapes", "`{name}`의 크기가 둘입니다"),
];
