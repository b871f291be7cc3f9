//! stub
use std::io::BufRead;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    if a[1] == "batch" {
        let n = std::time::Instant::now();
        let mut k = 0;
        for l in std::io::stdin().lock().lines() {
            let l = l.unwrap();
            let v: serde_json::Value = serde_json::from_str(&l).unwrap();
            let t0 = std::time::Instant::now();
            let r = symdiff::diff(v["expr"].as_str().unwrap(), v["wrt"][0].as_str().unwrap());
            let dt = t0.elapsed();
            if dt.as_millis() > 20 { eprintln!("SLOW {dt:?} {}", v["expr"]); }
            k += 1;
            match r { Ok(t) => println!("{}", serde_json::json!({"id": v["id"], "result": t})), Err(e) => println!("{}", serde_json::json!({"id": v["id"], "error": {"kind": e.kind().word(), "message": e.to_string()}})) }
        }
        eprintln!("{k} in {:?}", n.elapsed());
    } else if a[1] == "simplify" { println!("{:?}", symdiff::simplify(&a[2])); }
    else { println!("{:?}", symdiff::diff(&a[1], &a[2])); }
}
