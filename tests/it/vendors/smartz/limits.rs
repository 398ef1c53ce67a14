//! How much a subscription may ask for.

use std::num::NonZero;

use hygeia::core::config::Settings;
use hygeia::core::config::smartz::SmartzSettings;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Ward, World, refused, with_accounts};
use crate::harness::Server;

async fn limited(burst: u32, quota: u32) -> Server {
    let smartz = SmartzSettings {
        burst: NonZero::new(burst).unwrap(),
        quota: NonZero::new(quota).unwrap(),
        ..SmartzSettings::default()
    };
    with_accounts(Server::start_by(&Settings { smartz, ..Settings::default() }, None).await).await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_calls_too_fast_waits_for_the_next_second_at_every_replica() {
    let server = limited(3, 1_000).await;
    // The token is the first call of the second.
    let world = World::new(&server).await;
    let smartz = SmartzSettings { burst: NonZero::new(3).unwrap(), ..SmartzSettings::default() };
    let replica = server.replica_by(&Settings { smartz, ..Settings::default() }).await;
    let there = World { server: &replica, ..clone(&world) };
    let first = world.ask(Method::GET, "", &Value::Null).await;
    assert_eq!((first.status, first.header("x-ratelimit-remaining")), (200, "1"));
    assert_eq!(there.ask(Method::GET, "", &Value::Null).await.header("x-ratelimit-remaining"), "0");
    for world in [&world, &there] {
        let full = world.ask(Method::GET, "", &Value::Null).await;
        assert_eq!(refused(&full, 429), "Rate limit is exceeded. Try again in 1 seconds.");
        assert_eq!((full.header("retry-after"), full.header("x-ratelimit-remaining")), ("1", "0"));
    }
    server.app.clock.advance_s(1);
    assert_eq!(world.ask(Method::GET, "", &Value::Null).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_called_as_often_as_a_month_allows_waits_for_the_next() {
    let server = limited(10, 2).await;
    let world = World::new(&server).await;
    assert_eq!(world.ask(Method::GET, "", &Value::Null).await.header("x-ratelimit-remaining"), "0");
    let full = world.ask(Method::GET, "", &Value::Null).await;
    // Noon of the 21st of November.
    assert_eq!(refused(&full, 403), "Out of call volume quota. Quota will be replenished in 228:00:00.");
    assert_eq!(full.header("retry-after"), "820800");
    server.app.clock.advance_s(820_800);
    let mut world = world;
    world.token = world.fetch_token().await;
    assert_eq!(world.ask(Method::GET, "", &Value::Null).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_sends_too_fast_waits_for_the_next_second() {
    let smartz = SmartzSettings { node_burst: NonZero::new(2).unwrap(), ..SmartzSettings::default() };
    let server =
        with_accounts(Server::start_by(&Settings { smartz, ..Settings::default() }, None).await).await;
    let ward = Ward::new(&server).await;
    let batch = json!([ward.reading(0, "wetness", 5.0)]);
    for _ in 0..2 {
        assert_eq!(ward.send(&batch).await.status, 202);
    }
    let full = ward.send(&batch).await;
    assert_eq!(refused(&full, 429), "Rate limit is exceeded. Try again in 1 seconds.");
    assert_eq!(full.header("retry-after"), "1");
    server.app.clock.advance_s(1);
    assert_eq!(ward.send(&batch).await.status, 202);
}

fn clone<'a>(world: &World<'a>) -> World<'a> {
    World {
        server: world.server,
        admin: world.admin.clone(),
        organisation: world.organisation.clone(),
        key: world.key.clone(),
        app: world.app.clone(),
        token: world.token.clone(),
    }
}
