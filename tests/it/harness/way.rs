//! The ways by which a vendor's API is reached, and tests that go each of them.

/// A way to the API of SmartScanPro.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// By the path.
    Prefix,
    /// By the host's name.
    Host,
    /// By a listener of its own.
    Listener,
}

/// Makes of each test, which takes a server, one a way to the API of SmartScanPro.
macro_rules! each_way {
    ($start:ident: $($test:ident)*) => {
        $(mod $test {
            use $crate::harness::{Server, Way};

            #[tokio::test(flavor = "multi_thread")]
            async fn by_prefix() {
                super::$test(Server::$start(Way::Prefix).await).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn by_host() {
                super::$test(Server::$start(Way::Host).await).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn by_listener() {
                super::$test(Server::$start(Way::Listener).await).await;
            }
        })*
    };
}
pub(crate) use each_way;
