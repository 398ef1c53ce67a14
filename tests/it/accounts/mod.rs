//! Accounts of people: signing in, and what keeps others from doing that.

mod throttling;
