use super::*;
use crate::clinical::continence::{OutOfRange, UnknownChannel};

#[test]
fn a_channel_that_there_is_not_is_refused_by_its_name() {
    for name in ["", "Wetness", "wetness ", "glucose", "pulse"] {
        assert_eq!(name.parse::<Channel>(), Err(UnknownChannel(name.to_owned())));
    }
    assert_eq!("glucose".parse::<Channel>().unwrap_err().to_string(), "there is no channel \"glucose\"");
    let long = "x".repeat(1000).parse::<Channel>().unwrap_err();
    assert_eq!(long.to_string().len(), "there is no channel \"\"".len() + 40);
}

#[test]
fn a_value_that_a_channel_cannot_have_is_refused_with_its_range() {
    let faults = [
        (Channel::Wetness, -0.1),
        (Channel::Wetness, 100.1),
        (Channel::Wetness, f64::NAN),
        (Channel::Wetness, f64::INFINITY),
        (Channel::Humidity, 101.0),
        (Channel::Temperature, -20.5),
        (Channel::Temperature, 98.6),
        (Channel::Motion, 1.5),
        (Channel::Battery, -1.0),
        (Channel::Rssi, 21.0),
        (Channel::Attached, 0.5),
        (Channel::Attached, 2.0),
    ];
    for (channel, value) in faults {
        assert_eq!(Reading::new(start(), None, channel, value), Err(OutOfRange { channel }), "{value}");
    }
    assert_eq!(OutOfRange { channel: Channel::Motion }.to_string(), "motion goes from 0 to 1");
}

#[test]
fn every_channel_takes_the_ends_of_its_range() {
    for channel in Channel::ALL {
        assert_eq!(channel.as_str().parse::<Channel>(), Ok(channel));
        for value in [*channel.range().start(), *channel.range().end()] {
            assert_eq!(Reading::new(start(), Some(7), channel, value).unwrap().value(), value);
        }
    }
}
