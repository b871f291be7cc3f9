//! Training through the library: nothing is allocated per step, the same seed gives the same network, and a training that stops goes on as if it
//! had not.
#![allow(clippy::unwrap_used)]

use std::alloc::{GlobalAlloc, Layout as Memory, System};
use std::cell::Cell;
use std::io::Write;
use std::process::{Command, Stdio};
use symdiff::Result;
use symdiff::net::{Examples, Layer, Network, Next, Observer, Optimizer, Position, Progress, Quiet, Schedule, TrainingPlan, Wanted, train};

/// Counts what is allocated.
struct Counting;

thread_local! {
    /// Those of this thread, so that tests beside do not count.
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
    /// Bytes that this thread has taken and not given back, and the most there have been.
    static LIVE: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
}

/// Notes that so many bytes more are taken.
fn note(bytes: isize) {
    // a thread that ends has no count any more
    let _ = LIVE.try_with(|live| {
        live.set(live.get() + bytes);
        PEAK.try_with(|peak| peak.set(peak.get().max(live.get())))
    });
}

// SAFETY: every call goes to the system's allocator as it is.
#[allow(unsafe_code)]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Memory) -> *mut u8 {
        let _ = ALLOCATIONS.try_with(|count| count.set(count.get() + 1));
        note(layout.size() as isize);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, at: *mut u8, layout: Memory) {
        note(-(layout.size() as isize));
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// Points in a square and the quarter that each lies in; `zeros` makes three of four inputs 0.
fn data(zeros: bool) -> (Vec<f32>, Vec<u32>) {
    let mut state = 5u64;
    let mut next = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 40) as f32 / (1u64 << 24) as f32
    };
    let (mut inputs, mut labels) = (Vec::new(), Vec::new());
    for _ in 0..310 {
        let (x, y) = (next() - 0.5, next() - 0.5);
        labels.push(u32::from(x > 0.0) + 2 * u32::from(y > 0.0));
        inputs.extend([x, y]);
        inputs.extend((0..6).map(|at| if zeros || at % 4 != 0 { 0.0 } else { next() }));
    }
    (inputs, labels)
}

fn network(layers: &[&str]) -> Network {
    let layers = layers.iter().map(|text| Layer::named(text).unwrap()).collect();
    let mut network = Network::new(8, layers, Layer::loss("softmax").unwrap()).unwrap();
    network.initialise(None, 3);
    network
}

/// Notes how much has been allocated after each step.
struct Counter(Vec<usize>);

impl Observer for Counter {
    fn step(&mut self, progress: &Progress) -> Next {
        if progress.test.is_none() && self.0.len() < self.0.capacity() {
            self.0.push(ALLOCATIONS.with(Cell::get));
        }
        Next::Go
    }
    fn save(&mut self, _: &Network, _: &Position) -> Result<()> {
        Ok(())
    }
}

/// Stops after so many steps, or saves there.
struct After {
    steps: usize,
    stop: bool,
    saved: Option<(Network, Position)>,
}

impl Observer for After {
    fn step(&mut self, _: &Progress) -> Next {
        self.steps = self.steps.wrapping_sub(1);
        match self.steps {
            0 if self.stop => Next::Stop,
            0 => Next::Save,
            _ => Next::Go,
        }
    }
    fn save(&mut self, network: &Network, position: &Position) -> Result<()> {
        self.saved = Some((network.clone(), position.clone()));
        Ok(())
    }
}

const LAYERS: [&str; 6] = ["affine 12", "batchnorm", "relu", "dropout 0.2", "affine 8", "tanh"];

fn layers() -> Vec<&'static str> {
    LAYERS.iter().copied().chain(["affine 4"]).collect()
}

#[test]
fn training_is_repeatable_and_allocates_nothing_per_step() {
    for zeros in [false, true] {
        let (inputs, labels) = data(zeros);
        let examples = Examples { inputs: &inputs, targets: Wanted::Labels(&labels) };
        for name in ["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw"] {
            let mut optimizer = Optimizer::named(name, 0.01).unwrap();
            optimizer.schedule = Schedule::Step { every: 2, factor: 0.5 };
            let plan = TrainingPlan { batch: 25, epochs: 4, seed: 9, ..TrainingPlan::new(optimizer) };
            // 1: nothing is allocated between two steps of an epoch once memory has been seen
            let mut counter = Counter(Vec::with_capacity(40));
            let mut whole = network(&layers());
            train(&mut whole, examples, None, &plan, Position::default(), &mut counter).unwrap();
            // but for the interpreter's memory, which a thread takes once, when the first argument is outside what machine code can do
            let taken = counter.0[11] - counter.0[1];
            assert!(taken <= 1, "{name}: ten steps allocate {taken} times");
            // 2: the same seed, the same numbers; another number of threads too
            let mut again = network(&layers());
            train(&mut again, examples, None, &TrainingPlan { threads: 2, ..plan.clone() }, Position::default(), &mut Quiet).unwrap();
            assert_eq!(whole, again, "{name}");
            // 3: stopped in the middle of an epoch, or saved there, it goes on as if nothing had been
            for stop in [true, false] {
                let mut half = network(&layers());
                let mut after = After { steps: 19, stop, saved: None };
                let position = train(&mut half, examples, None, &plan, Position::default(), &mut after).unwrap();
                let (mut half, position) = after.saved.unwrap_or((half, position));
                // the observer is told once more at the end of the first epoch, which has 13 steps
                assert_eq!(position.step, 18, "{name}");
                train(&mut half, examples, None, &plan, position, &mut Quiet).unwrap();
                assert_eq!(whole.parameters, half.parameters, "{name} {stop}");
                assert_eq!(whole.state, half.state, "{name} {stop}");
            }
        }
    }
}

/// Everything that training takes, that of deriving and planning included, is at most twice what the parameters with their slopes
/// and memories, the outputs of the layers with theirs, and a batch need.
#[test]
fn training_takes_little_memory() {
    const LAYERS: [usize; 4] = [784, 512, 256, 10];
    const BATCH: usize = 100;
    let mut state = 1u64;
    let inputs: Vec<f32> = (0..2 * BATCH * LAYERS[0])
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 40) as f32 / (1u64 << 24) as f32
        })
        .collect();
    let labels: Vec<u32> = (0..2 * BATCH as u32).map(|i| i % 10).collect();
    let examples = Examples { inputs: &inputs, targets: Wanted::Labels(&labels) };
    for (name, memories) in [("sgd", 0), ("momentum", 1), ("adam", 2)] {
        let layers = ["affine 512", "relu", "affine 256", "relu", "affine 10"].map(|text| Layer::named(text).unwrap());
        let mut network = Network::new(LAYERS[0], layers.to_vec(), Layer::loss("softmax").unwrap()).unwrap();
        network.initialise(None, 1);
        let parameters: usize = LAYERS.windows(2).map(|pair| (pair[0] + 1) * pair[1]).sum();
        // relu has an output of its own
        let outputs = BATCH * (2 * 512 + 2 * 256 + 10);
        let needed = parameters * (2 + memories) + 2 * outputs + BATCH * (LAYERS[0] + 10);
        let plan = TrainingPlan { batch: BATCH, epochs: 2, ..TrainingPlan::new(Optimizer::named(name, 0.01).unwrap()) };
        let before = LIVE.with(Cell::get);
        PEAK.with(|peak| peak.set(before));
        train(&mut network, examples, None, &plan, Position::default(), &mut Quiet).unwrap();
        let taken = (PEAK.with(Cell::get) - before) as usize;
        assert!(taken <= 2 * size_of::<f32>() * needed, "{name}: {taken} bytes where {needed} floats are needed");
    }
}

#[test]
fn every_optimiser_learns() {
    let (inputs, labels) = data(false);
    let examples = Examples { inputs: &inputs, targets: Wanted::Labels(&labels) };
    for (name, rate) in
        [("sgd", 0.5), ("momentum", 0.1), ("nesterov", 0.1), ("adagrad", 0.1), ("rmsprop", 0.01), ("adam", 0.01), ("adamw", 0.01)]
    {
        for doubles in [false, true] {
            let plan = TrainingPlan { batch: 31, epochs: 60, doubles, ..TrainingPlan::new(Optimizer::named(name, rate).unwrap()) };
            let mut net = network(&["affine 16", "relu", "affine 4"]);
            train(&mut net, examples, Some(examples), &plan, Position::default(), &mut Quiet).unwrap();
            let accuracy = symdiff::net::score(&net, examples).unwrap().accuracy;
            assert!(accuracy > 0.93, "{name}: {accuracy}");
        }
    }
}

/// Notes the loss of each step.
struct Losses(Vec<f64>, u64);

impl Observer for Losses {
    fn step(&mut self, progress: &Progress) -> Next {
        // told once more at the end of an epoch, when nothing more has been trained on
        if progress.trained.0 > self.1 {
            self.0.push(progress.loss);
            self.1 = progress.trained.0;
        }
        Next::Go
    }
    fn save(&mut self, _: &Network, _: &Position) -> Result<()> {
        Ok(())
    }
}

#[test]
fn numpy_with_a_backward_pass_by_hand_gives_the_same_losses() {
    const STEPS: usize = 100;
    let (inputs, labels) = data(false);
    let examples = Examples { inputs: &inputs, targets: Wanted::Labels(&labels) };
    let mut net = network(&["affine 16", "relu", "affine 4"]);
    let values = |name: &str| {
        let tensor = net.parameters.iter().find(|tensor| tensor.name == name).unwrap();
        match tensor.axes[..] {
            [_, columns] => serde_json::to_value(tensor.values.chunks(columns).collect::<Vec<_>>()).unwrap(),
            _ => serde_json::to_value(&tensor.values).unwrap(),
        }
    };
    let rows: Vec<Vec<f64>> = inputs.chunks(8).map(|row| row.iter().map(|&x| f64::from(x)).collect()).collect();
    let request = serde_json::json!({
        "inputs": rows, "labels": labels, "W1": values("W1"), "b1": values("b1"), "W2": values("W2"), "b2": values("b2"), "rate": 0.5, "steps": STEPS
    });
    let mut losses = Losses(Vec::with_capacity(STEPS), 0);
    // one batch of all examples: their order is then nothing but another order of sums
    let plan =
        TrainingPlan { batch: labels.len(), epochs: STEPS, doubles: true, ..TrainingPlan::new(Optimizer::named("sgd", 0.5).unwrap()) };
    train(&mut net, examples, None, &plan, Position::default(), &mut losses).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/two_layer_net.py");
    let spawned = Command::new("python3").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let must = std::env::var_os("SYMDIFF_EXPORT_ALL").is_some();
    let Ok(mut child) = spawned else {
        assert!(!must, "python3 is missing");
        return;
    };
    child.stdin.take().unwrap().write_all(request.to_string().as_bytes()).unwrap();
    let out = child.wait_with_output().unwrap();
    if !out.status.success() {
        // without NumPy there is nothing to compare with
        assert!(!must, "{}", String::from_utf8_lossy(&out.stderr));
        return;
    }
    let theirs: Vec<f64> = String::from_utf8(out.stdout).unwrap().lines().map(|line| line.parse().unwrap()).collect();
    assert_eq!((losses.0.len(), theirs.len()), (STEPS, STEPS));
    for (ours, theirs) in losses.0.iter().zip(&theirs) {
        // both in doubles: a hundred steps let rounding grow by far less than this
        approx::assert_relative_eq!(*ours, *theirs, max_relative = 1e-9);
    }
    assert!(losses.0[STEPS - 1] < losses.0[0] / 3.0);
}
