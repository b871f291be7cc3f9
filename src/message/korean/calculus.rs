//! What is said of derivatives, values, domains and lessons, in English and Korean.
//! Deliberately rows only.
//! Read next: `../korean.rs`.

use super::Rows;

#[rustfmt::skip] // a table: one row, one message
pub(super) const ROWS: Rows = &[
    // budget.rs
    ("interrupted", "중단했습니다"),
    ("time", "시간"),
    ("{seconds} s", "{seconds}초"),
    ("no option raises it", "늘리는 옵션은 없습니다"),
    ("raise it with {option}", "{option} 옵션으로 늘릴 수 있습니다"),
    ("the {what} limit of {bound} is reached; {raise}", "{what} 한도({bound})에 이르렀습니다. {raise}"),
    // diff.rs
    ("a derivative D(u, x) inside has to be carried out first", "식 안의 도함수 D(u, x)를 먼저 계산해야 합니다"),
    ("`{name}` has no derivative", "`{name}`{:은} 도함수가 없습니다"),
    ("a function of more than 255 arguments has no formal derivative", "인수가 255개보다 많은 함수에는 형식적 도함수가 없습니다"),
    ("D(u, x) needs a symbol as its second argument", "D(u, x)의 둘째 인수는 변수여야 합니다"),
    // domain.rs
    ("any {name}", "{name:이} 어떤 값이든 그 점"),
    // domain/family.rs
    ("more of these points may be among {all}", "이런 점이 {all} 가운데 더 있을 수 있습니다"),
    (" up to {last}", " 가운데 정수가 {last} 이하인 곳"),
    (" from {first} on", " 가운데 정수가 {first} 이상인 곳"),
    // domain/words.rs
    ("{x} = {number} (approximately)", "{x} = {number} (근삿값)"),
    ("{x} = {all} for every integer {letter}", "{x} = {all} (모든 정수 {letter})"),
    ("not differentiable where {seam} = 0", "{seam} = 0인 곳에서 미분가능하지 않습니다"),
    ("not continuous where {seam} = 0", "{seam} = 0인 곳에서 연속이 아닙니다"),
    ("not defined where {seam} = 0", "{seam} = 0인 곳에서 정의되지 않습니다"),
    ("real on one side only where {seam} = 0", "{seam} = 0인 곳에서는 한쪽에서만 실수입니다"),
    ("perhaps not differentiable where {seam} = 0", "{seam} = 0인 곳에서 미분가능하지 않을 수 있습니다"),
    ("infinity", "무한대"),
    ("-infinity", "음의 무한대"),
    ("not differentiable at {at}: slope {left} from the left, {right} from the right", "{at}에서 미분가능하지 않습니다: 왼쪽 기울기 {left}, 오른쪽 기울기 {right}"),
    ("not differentiable at {at}", "{at}에서 미분가능하지 않습니다"),
    ("not continuous at {at}: {left} from the left, {right} from the right, {there} there", "{at}에서 연속이 아닙니다: 좌극한 {left}, 우극한 {right}, 함숫값 {there}"),
    ("not continuous at {at}: {left} from the left, {right} from the right", "{at}에서 연속이 아닙니다: 좌극한 {left}, 우극한 {right}"),
    ("not continuous at {at}", "{at}에서 연속이 아닙니다"),
    ("not defined at {at}: it goes to {left} from the left, {right} from the right", "{at}에서 정의되지 않습니다: 좌극한 {left}, 우극한 {right}"),
    ("not defined at {at}: the limit is {limit}", "{at}에서 정의되지 않습니다: 극한값은 {limit}입니다"),
    ("not defined at {at}", "{at}에서 정의되지 않습니다"),
    ("real on the left only at {at}: it goes to {to} there", "{at}에서는 왼쪽에서만 실수입니다: 극한이 {to}입니다"),
    ("real on the left only at {at}: slope {slope} there", "{at}에서는 왼쪽에서만 실수입니다: 기울기는 {slope}입니다"),
    ("real on the right only at {at}: it goes to {to} there", "{at}에서는 오른쪽에서만 실수입니다: 극한이 {to}입니다"),
    ("real on the right only at {at}: slope {slope} there", "{at}에서는 오른쪽에서만 실수입니다: 기울기는 {slope}입니다"),
    ("real on one side only at {at}", "{at}에서는 한쪽에서만 실수입니다"),
    ("perhaps not differentiable at {at}", "{at}에서 미분가능하지 않을 수 있습니다"),
    ("not real for {interval}", "{interval}에서는 실수가 아닙니다"),
    ("some points were searched in floats, from {low} to {high}", "일부 점은 {low}부터 {high}까지 부동소수점 수로 찾았습니다"),
    ("differentiable wherever it is defined", "정의역의 모든 점에서 미분가능합니다"),
    // error.rs
    ("did you mean `{word}`?", "혹시 `{word}`{:을} 뜻하셨습니까?"),
    // eval/mod.rs
    ("the value overflows: it is beyond 1.8e308 in size", "값이 넘칩니다: 크기가 1.8e308을 넘습니다"),
    ("the value is not real: {re} {sign} {abs}*I", "값이 실수가 아닙니다: {re} {sign} {abs}*I"),
    // eval/node.rs
    ("this expression was not evaluated", "계산하지 않은 식입니다"),
    ("no value is given for `{symbol}`", "`{symbol}`의 값이 없습니다"),
    ("this would need too many digits", "자릿수가 너무 많이 필요합니다"),
    ("`{id}` has no numeric value: it is an unknown function", "`{id}`{:은} 알 수 없는 함수이므로 값을 수로 구할 수 없습니다"),
    ("a derivative `D(u, x)` has no numeric value before it is carried out", "도함수 `D(u, x)`는 계산하기 전에는 값을 수로 구할 수 없습니다"),
    ("`{name}` has no numeric value here", "`{name}`의 값은 여기에서 수로 구할 수 없습니다"),
    ("`{name}` has no numeric value at complex arguments", "`{name}`의 값은 복소수에서 수로 구할 수 없습니다"),
    ("the formal derivative `D[{slots}]({name})` has no numeric value", "형식적 도함수 `D[{slots}]({name})`의 값은 수로 구할 수 없습니다"),
    // eval/reason.rs
    ("the value does not exist at this point", "이 점에서는 값이 존재하지 않습니다"),
    ("division by zero", "0으로 나누게 됩니다"),
    ("the value does not exist: {why}", "값이 존재하지 않습니다: {why}"),
    ("the logarithm of 0", "0의 로그입니다"),
    ("infinities that cancel, or 0 times infinity", "무한대끼리 상쇄되거나 0과 무한대를 곱하게 됩니다"),
    ("the value does not exist, or is not known: `{call}`", "값이 존재하지 않거나 알 수 없습니다: `{call}`"),
    // expr.rs
    ("{FRACTION_DIGITS} digits of a fraction", "분수의 자릿수 {FRACTION_DIGITS}"),
    ("{digits} digits", "자릿수 {digits}"),
    ("2^31 arguments", "인수 2^31개"),
    ("node", "노드"),
    // expression.rs
    ("there is no function `{name}` of {args} arguments", "인수가 {args}개인 함수 `{name}`{:이} 없습니다"),
    ("this text is a matrix; an Expression is a single one", "이 글은 행렬입니다. Expression은 식 하나여야 합니다"),
    // form.rs
    ("there is no form `{word}`; the forms are {names}", "`{word}`{:이라는} 꼴은 없습니다. {names}{:이} 있습니다"),
    // kernel/adjoint.rs
    ("the derivative of `{name}` by argument {slot} has no numeric value", "`{name}`의 {slot}번째 인수에 대한 도함수는 값을 수로 구할 수 없습니다"),
    ("`{name}` has no derivative with a numeric value", "`{name}`의 도함수는 값을 수로 구할 수 없습니다"),
    // kernel/build.rs
    ("the input `{symbol}` is named twice", "입력 `{symbol}`{:이} 두 번 있습니다"),
    ("`{name}` is not among the inputs of the kernel", "`{name}`{:은} 커널의 입력이 아닙니다"),
    // kernel/export/body.rs
    ("{language} has no function for `{name}`, and symdiff writes none", "{language}에는 `{name}` 함수가 없고, symdiff도 만들지 않습니다"),
    // kernel/export/mod.rs
    ("no point for a self-test was found at which the value and all partial derivatives are real", "값과 모든 편도함수가 실수인 시험 점을 찾지 못했습니다"),
    // kernel/export/names.rs
    ("`{name}` cannot be the name of a function in {language}; take letters, digits and `_`", "`{name}`{:은} {language}의 함수 이름이 될 수 없습니다. 영문자, 숫자, `_`를 쓰십시오"),
    // kernel/lower.rs
    ("`{name}` has no numeric value: it is an unknown function", "`{name}`{:은} 알 수 없는 함수이므로 값을 수로 구할 수 없습니다"),
    ("`I` has no real value, and kernels work with real numbers", "`I`는 실숫값이 없고, 커널은 실수만 계산합니다"),
    // kernel/mod.rs
    ("inputs", "입력"),
    ("the point", "점"),
    ("`out`", "`out`"),
    ("outputs", "출력"),
    ("the list of columns", "열 목록"),
    ("the list of outputs", "출력 목록"),
    ("the columns have different lengths: {points} and {other}", "열의 길이가 서로 다릅니다: {points:와} {other}"),
    ("{what} has length {given}, and the kernel has {wanted} {of}", "{what}의 길이는 {given}인데 커널의 {of:은} {wanted}개입니다"),
    // line.rs
    ("expected one expression, found a matrix", "식 하나가 와야 하는데 행렬입니다"),
    // special/reason.rs
    ("below 0", "0보다 작은 곳"),
    ("below 0 unless the order is a whole number", "0보다 작은 곳(차수가 정수일 때 제외)"),
    ("for orders up to 1000000 in size, and beyond x = 1e9 for orders below sqrt(60*x)", "크기가 1000000 이하인 차수, 그리고 x = 1e9보다 크고 차수가 sqrt(60*x)보다 작은 곳"),
    ("for amplitudes up to 1000000 in size", "크기가 1000000 이하인 진폭"),
    ("for orders 0, 1, 2, ..., 10000", "차수 0, 1, 2, ..., 10000"),
    ("down to -1e100, where its angle is no longer known", "-1e100까지(그 아래에서는 각을 알 수 없음)"),
    ("below -exp(-1)", "-exp(-1)보다 작은 곳"),
    ("down to -10000", "-10000까지"),
    ("above 1 unless the order is 0, -1, -2, ...", "1보다 큰 곳(차수가 0, -1, -2, ...일 때 제외)"),
    ("for orders from -160 to 100, and beyond where its series converges fast", "차수 -160부터 100까지, 그 밖에는 급수가 빨리 수렴하는 곳"),
    ("for a parameter above 1", "매개변수가 1보다 큰 곳"),
    ("below 0 unless the order is 1, 2, 3, ...", "0보다 작은 곳(차수가 1, 2, 3, ...일 때 제외)"),
    ("below 0 for orders up to 170, or where its two parts do not both overflow", "0보다 작으면 차수 170까지, 또는 두 부분이 모두 넘치지는 않는 곳"),
    ("below 0 unless the order is 0, -1, -2, ...", "0보다 작은 곳(차수가 0, -1, -2, ...일 때 제외)"),
    ("below 0 for orders down to -169", "0보다 작으면 차수 -169까지"),
    ("where m*sin^2 of an angle up to the amplitude is above 1", "진폭까지의 어떤 각에서 m*sin^2이 1보다 큰 곳"),
    ("for parameters up to 10000 in size, where its sum keeps digits", "크기가 10000 이하이고 합의 자릿수가 유지되는 매개변수"),
    ("above 1 unless it is a polynomial", "1보다 큰 곳(다항식일 때 제외)"),
    ("`{call}` has a pole", "`{call}`{:은} 극에서의 값입니다"),
    ("the value is not known: `{call}` is complex, as `{name}` is not real {place}", "값을 알 수 없습니다: `{call}`{:은} 복소수입니다. `{name}`{:이} 실수가 아닌 곳: {place}"),
    ("the value is not known: `{call}` is not worked out; `{name}` has values {region}", "값을 알 수 없습니다: `{call}`{:은} 계산하지 않습니다. `{name}`의 값을 구하는 범위: {region}"),
    // teach/check.rs
    ("there is no part `{word}`; there are {words}", "`{word}`{:이라는} 부분은 없습니다. {words}{:이} 있습니다"),
    ("the answer still has a D(u, x) in it; work it out", "답에 D(u, x)가 남아 있습니다. 끝까지 계산하십시오"),
    ("the answer has another shape than the derivative", "답과 도함수의 크기가 다릅니다"),
    ("parts of the chain rule are checked for one expression and one variable", "연쇄법칙의 부분은 식 하나와 변수 하나일 때 확인합니다"),
    ("the expression is no function of an inner function, so the chain rule has nothing to do", "이 식은 속함수가 있는 함수가 아니므로 연쇄법칙을 쓸 곳이 없습니다"),
    // teach/mod.rs
    ("by which variable?", "어느 변수로 미분합니까?"),
    // teach/quiz.rs
    ("there is no topic `{word}`; there are {words}", "`{word}`{:이라는} 주제는 없습니다. {words}{:이} 있습니다"),
    ("there is no level {level}; the levels are 1 to {levels}", "{level}단계는 없습니다. 1단계부터 {levels}단계까지 있습니다"),
    ("a sheet has at most {MOST} exercises", "문제지에는 {MOST}문제까지 넣을 수 있습니다"),
    // teach/quiz/make.rs
    ("topic {word} has only {found} different exercises at level {level}", "{level}단계의 {word} 주제에는 서로 다른 문제가 {found}개뿐입니다"),
    // teach/quiz/maxima.rs
    ("Maxima has no function `{name}`", "Maxima에는 함수 `{name}`{:이} 없습니다"),
    // teach/quiz/sheet.rs
    ("a sheet is written as markdown, latex or html", "문제지는 markdown, latex, html로 씁니다"),
    // teach/trace.rs
    ("there is no level `{word}`; there are brief, normal and full", "`{word}`{:이라는} 자세한 정도는 없습니다. brief, normal, full이 있습니다"),
    ("step", "단계"),
    ("{MOVES} steps", "{MOVES}단계"),
    ("a step did not pass its check and is not shown: {text}", "검산에 맞지 않은 단계가 있어 보이지 않습니다: {text}"),
    // message/language.rs
    ("there is no language `{word}`; there are en and ko", "`{word}`{:이라는} 언어는 없습니다. en과 ko가 있습니다"),
];
