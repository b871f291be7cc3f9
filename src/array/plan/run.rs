//! How are the steps of a plan carried out, alone or by a team, without new memory?
//! Deliberately does no step itself.
//! Read next: `scene.rs`, what a thread does; `team.rs`.

use super::scene::{Float, Scene, Worker};
use super::step::{Matrix, Step};
use super::team::Team;
use super::{Buffer, Place, Plan};
use crate::error::{Error, Kind, Result};
use crate::phrase;
use crate::product::{Aligned, Selection, Workspace};
use smallvec::SmallVec;

/// Steps of less work than this are done by one thread: to meet costs more.
const WORTH_SHARING: usize = 60_000;

/// The memory of a plan: made once, used by every run.
#[derive(Debug)]
pub(crate) struct Memory<T> {
    arena: Aligned<T>,
    constants: Vec<Vec<T>>,
    workers: Vec<Worker<T>>,
}

impl<T: Float> Memory<T> {
    /// The memory that a plan needs, for this many threads.
    pub(crate) fn new(plan: &Plan, threads: usize) -> Memory<T> {
        let constant = |place: &Place| match *place {
            Place::Identity(size) => {
                let mut matrix = vec![T::from_double(0.0); size * size];
                matrix.iter_mut().step_by(size + 1).for_each(|entry| *entry = T::from_double(1.0));
                matrix
            }
            Place::Given(_) | Place::Scalar(_) | Place::Arena(_) | Place::Moving(_) => Vec::new(),
        };
        let scratch = plan.steps.iter().map(|step| plan.scratch(step)).max().unwrap_or(0);
        let worker = || Worker { scratch: Aligned::filled(scratch, T::from_double(0.0)), workspace: Workspace::default(), failed: false };
        Memory {
            arena: Aligned::filled(plan.arena, T::from_double(0.0)),
            constants: plan.buffers.iter().map(|buffer| constant(&buffer.place)).collect(),
            workers: (0..threads.max(1)).map(|_| worker()).collect(),
        }
    }
}

impl Plan {
    /// Runs all steps. `given` are the arrays and `scalars` the numbers in the order that the plan names them; `moving` are the arrays that
    /// it replaces, in the order of their updates. After an error they may be neither what they were nor what they were to be.
    ///
    /// # Errors
    /// Kind `shape`: an array has another length. Kind `domain`: a matrix has no inverse.
    pub(crate) fn run<T: Float>(
        &self,
        memory: &mut Memory<T>,
        team: &mut Team,
        given: &[&[T]],
        scalars: &[T],
        moving: &mut [&mut [T]],
    ) -> Result<()> {
        self.run_sparse(memory, team, given, None, scalars, moving)
    }

    /// The same, where a given array that is only multiplied ([`Plan::is_only_multiplied`]) comes as some rows of a sparse matrix.
    pub(crate) fn run_sparse<T: Float>(
        &self,
        memory: &mut Memory<T>,
        team: &mut Team,
        given: &[&[T]],
        sparse: Option<(usize, Selection<'_, T>)>,
        scalars: &[T],
        moving: &mut [&mut [T]],
    ) -> Result<()> {
        if given.len() != self.arrays.len() || scalars.len() != self.scalars.len() || memory.arena.len() < self.arena {
            return Err(Error::new(Kind::Shape, phrase!("a plan was given another number of arrays or scalars")));
        }
        for buffer in &self.buffers {
            if let Place::Given(at) = buffer.place
                && given[at].len() != buffer.length
                && sparse.is_none_or(|(place, _)| place != at)
            {
                let message = phrase!(
                    "an array of {given} entries was given where {length} are needed",
                    given = given[at].len(),
                    length = buffer.length
                );
                return Err(Error::new(Kind::Shape, message));
            }
            if let Place::Moving(at) = buffer.place
                && moving.get(at).map(|memory| memory.len()) != Some(buffer.length)
            {
                return Err(Error::new(
                    Kind::Shape,
                    phrase!("the array {at} that a plan replaces must have {length} entries", at, length = buffer.length),
                ));
            }
        }
        let moving: SmallVec<[*mut T; 128]> = moving.iter_mut().map(|memory| memory.as_mut_ptr()).collect();
        let parts = team.members().min(memory.workers.len());
        let scene = Scene {
            plan: self,
            arena: memory.arena.as_mut_ptr(),
            workers: memory.workers.as_mut_ptr(),
            given,
            scalars,
            constants: &memory.constants,
            moving: &moving,
            sparse,
        };
        if parts == 1 || self.work() < WORTH_SHARING {
            self.steps.iter().for_each(|step| scene.part(step, 0, 1));
        } else {
            let meeting = team.meeting();
            let members = team.members();
            let fine = team.run(&|number| {
                for (step, &work) in self.steps.iter().zip(&self.works) {
                    if work >= WORTH_SHARING && number < parts {
                        scene.part(step, number, parts);
                    } else if number == 0 {
                        scene.part(step, 0, 1);
                    }
                    if members > 1 {
                        meeting.wait();
                    }
                }
            });
            if !fine {
                return Err(Error::new(Kind::Domain, phrase!("a thread of the plan has failed")));
            }
        }
        match memory.workers.iter_mut().any(|worker| std::mem::take(&mut worker.failed)) {
            true => Err(Error::new(Kind::Domain, phrase!("a matrix is singular: it has no inverse"))),
            false => Ok(()),
        }
    }

    /// The entries of a root, after a run.
    pub(crate) fn output<'m, T: Float>(&self, memory: &'m Memory<T>, root: usize, given: &[&'m [T]], scalars: &'m [T]) -> &'m [T] {
        let (buffer, _) = self.outputs[root];
        let Buffer { place, length } = &self.buffers[buffer];
        match *place {
            Place::Arena(at) => &memory.arena[at..at + length],
            Place::Given(at) => given[at],
            Place::Scalar(at) => std::slice::from_ref(&scalars[at]),
            Place::Identity(_) | Place::Moving(_) => &memory.constants[buffer],
        }
    }

    /// Whether a given array is only multiplied from the left, as it lies or turned, by matrices that lie row by row.
    pub(crate) fn is_only_multiplied(&self, given: usize) -> bool {
        let is_it = |buffer: usize| self.buffers[buffer].place == Place::Given(given);
        let whole = |b: &Matrix| b.offset == 0 && b.column_stride == 1 && b.row_stride == b.columns;
        self.outputs.iter().all(|(buffer, _)| !is_it(*buffer))
            && self.steps.iter().all(|step| match step {
                Step::Product { a, b, .. } if is_it(a.buffer) => {
                    let straight = a.column_stride == 1 && a.row_stride == a.columns;
                    let turned = a.row_stride == 1 && a.column_stride == a.rows;
                    a.offset == 0 && (straight || turned) && !is_it(b.buffer) && whole(b)
                }
                step => step.reads().into_iter().all(|buffer| !is_it(buffer)),
            })
    }

    /// The axes of a root.
    pub(crate) fn axes(&self, root: usize) -> &[usize] {
        &self.outputs[root].1
    }
}
