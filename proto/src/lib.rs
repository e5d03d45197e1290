//! The contracts of thidua's services: `thidua/**/*.proto`, and the code made from them.
//!
//! One module per package; each has messages, and for each service a client and a server module, such as
//! `competition::v1::ballot_service_client`. The conventions that all of them keep (paging, numbers, dates, errors,
//! idempotency) stand at the top of `thidua/common/v1/rules.proto`.

#[cfg(test)]
mod contracts;
mod reasons;
mod rules;

pub use reasons::ERROR_DOMAIN;
pub use rules::{Rule, rule, rules};

/// All files with their comments and options, and what they import, as an encoded
/// `google.protobuf.FileDescriptorSet`: for server reflection, for tests, and for comparison with released contracts.
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));

macro_rules! package {
    ($service:ident, $file:literal) => {
        #[doc = concat!("Package `", $file, "`.")]
        // Generated code is neither read nor mended here, so our lints have nothing to say to it.
        #[allow(clippy::all, clippy::pedantic, clippy::large_futures, unreachable_pub, rustdoc::all)]
        pub mod $service {
            #[allow(missing_docs)]
            pub mod v1 {
                include!(concat!(env!("OUT_DIR"), "/", $file, ".rs"));
            }
        }
    };
}

package!(common, "thidua.common.v1");
package!(platform, "thidua.platform.v1");
package!(organizations, "thidua.organizations.v1");
package!(competition, "thidua.competition.v1");
package!(scoring, "thidua.scoring.v1");
package!(notifications, "thidua.notifications.v1");
