//! stub
use crate::{Pool,Expr,Symbol,Result};
#[derive(Clone,Copy)] pub(crate) struct Value64{pub re:f64,pub im:f64}
pub(crate) fn real_value(_p:&mut Pool,_e:Expr,_a:&[(Symbol,f64)])->Result<f64>{Ok(0.0)}
