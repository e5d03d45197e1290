//! Checking what a request says: every fault of it is found before the caller is told, and told at once.
//!
//! The forms are those of the conventions in `thidua/common/v1/rules.proto`. Each check takes the field's path in the
//! request, notes what is wrong under it and gives `None` then; a service's domain builds its own types from the rest.
//!
//! ```
//! use platform::input::{Faults, path};
//! use platform::Result;
//!
//! struct NewBloc { code: String, name: String, members: Vec<String> }
//!
//! fn parse(at: &str, code: &str, name: &str, members: &[String], faults: &mut Faults) -> Option<NewBloc> {
//!     let code = faults.code(path(at, "code"), code);
//!     let name = faults.name(path(at, "name"), name);
//!     let members = faults.each(path(at, "members"), 600, members, |at, member, faults| faults.code(at, member));
//!     Some(NewBloc { code: code?, name: name?, members: members? })
//! }
//!
//! fn new_bloc(code: &str, name: &str, members: &[String]) -> Result<NewBloc> {
//!     let mut faults = Faults::new();
//!     let bloc = parse("bloc", code, name, members, &mut faults);
//!     faults.finish(bloc)
//! }
//!
//! assert!(new_bloc("cum-1", "Cụm 1", &["vl-01".into()]).is_ok());
//! let refused = new_bloc("Cụm 1", "", &["vl-01".into(), " ".into()]).err().map(|e| e.violations().to_vec());
//! let fields: Vec<_> = refused.into_iter().flatten().map(|v| v.field).collect();
//! assert_eq!(fields, ["bloc.code", "bloc.name", "bloc.members[1]"]);
//! ```

mod date;
mod faults;
mod number;
mod text;

pub use date::{Date, parse_date, today};
pub use faults::{Faults, fault, path};
pub use number::{measure_text, parse_measure, parse_points, points_text};
