//! Values among those of the same sex and age, worked out from the published tables.

use super::*;

fn rounded(measure: Measure, value: f64, sex: Sex, age: f64) -> Result<Percentile, NoStanding> {
    let found = standing(measure, value, sex, age)?;
    Ok(match found.percentile {
        Percentile::At(percentile) => Percentile::At((percentile * 100.0).round() / 100.0),
        Percentile::Below(percentile) => Percentile::Below(percentile),
        Percentile::Above(percentile) => Percentile::Above(percentile),
    })
}

#[test]
fn whom_no_table_is_for_has_no_percentile() {
    assert_eq!(rounded(Measure::Rmssd, 20.0, Sex::Male, 80.0), Err(NoStanding::NoTable));
    assert_eq!(rounded(Measure::HeartRate, 72.0, Sex::Male, 17.9), Err(NoStanding::NoTable));
    assert_eq!(rounded(Measure::HeartRate, 72.0, Sex::Other, 40.0), Err(NoStanding::SexNotSupported));
}

#[test]
fn beyond_the_knots_no_number_is_made_up() {
    assert_eq!(rounded(Measure::HeartRate, 100.0, Sex::Male, 65.0), Ok(Percentile::Above(95.0)));
    assert_eq!(rounded(Measure::HeartRate, 40.0, Sex::Male, 65.0), Ok(Percentile::Below(5.0)));
}

#[test]
fn without_sex_or_age_all_of_them_count_by_their_number() {
    let among = |value, sex, age| among(Measure::HeartRate, value, sex, age);
    assert_eq!(among(72.0, Some(Sex::Other), None), Err(NoStanding::SexNotSupported));
    assert_eq!(among(72.0, None, Some(12.0)), Err(NoStanding::NoTable));
    let all = among(72.0, None, None).unwrap();
    let Cohort { sex, ages, n, mean, sd, .. } = all.cohort;
    assert_eq!((sex, ages, n), (None, (18, 150), 6_123));
    assert!((mean - 71.51).abs() < 0.01 && (sd - 12.11).abs() < 0.01, "{mean} {sd}");
    assert!(
        matches!(all.percentile, Percentile::At(percentile) if (50.0..60.0).contains(&percentile)),
        "{all:?}"
    );
    assert_eq!(among(110.0, None, None).unwrap().percentile, Percentile::Above(95.0));
    assert_eq!(among(40.0, None, None).unwrap().percentile, Percentile::Below(5.0));
    // At the middle of men of the thirties, women of that age pull it down.
    let (men, both) = (among(69.3, Some(Sex::Male), Some(35.0)), among(69.3, None, Some(35.0)));
    assert_eq!(men.unwrap().percentile, Percentile::At(50.0));
    let both = both.unwrap();
    assert_eq!((both.cohort.sex, both.cohort.ages, both.cohort.n), (None, (30, 39), 868));
    assert!(matches!(both.percentile, Percentile::At(percentile) if percentile < 50.0));
    let women = among(72.0, Some(Sex::Female), None).unwrap().cohort;
    assert_eq!((women.sex, women.ages), (Some(Sex::Female), (18, 150)));
}

#[test]
fn between_the_knots_it_is_a_straight_line() {
    for (measure, sex, age, value, percentile) in [
        (Measure::HeartRate, Sex::Male, 35.0, 72.0, 56.55),
        (Measure::HeartRate, Sex::Female, 45.0, 60.0, 8.43),
        (Measure::Systolic, Sex::Female, 55.0, 128.0, 68.36),
        (Measure::Systolic, Sex::Male, 25.0, 118.0, 51.19),
        (Measure::Diastolic, Sex::Male, 45.0, 80.0, 54.64),
        (Measure::Bmi, Sex::Female, 33.0, 31.2, 60.0),
        (Measure::Bmi, Sex::Male, 72.0, 24.0, 15.56),
        (Measure::HeartRate, Sex::Female, 104.0, 67.7, 50.0),
    ] {
        assert_eq!(rounded(measure, value, sex, age), Ok(Percentile::At(percentile)), "{measure:?} {value}");
    }
}

#[test]
fn variability_is_log_normal() {
    for (measure, sex, age, value, percentile) in [
        (Measure::Rmssd, Sex::Female, 30.0, 40.0, 54.34),
        (Measure::Rmssd, Sex::Male, 50.0, 25.0, 65.92),
        (Measure::Sdnn, Sex::Male, 60.0, 30.0, 50.21),
        (Measure::Sdnn, Sex::Female, 27.0, 60.0, 77.11),
    ] {
        assert_eq!(rounded(measure, value, sex, age), Ok(Percentile::At(percentile)), "{measure:?} {value}");
    }
}

#[test]
fn tables_rise_and_leave_no_age_out() {
    for table in [nhanes::HEART_RATE, nhanes::SYSTOLIC_BP, nhanes::DIASTOLIC_BP, nhanes::BMI] {
        assert!(table.iter().all(|band| band.knots.is_sorted()));
        for sex in [Sex::Female, Sex::Male] {
            let ages: Vec<_> = table.iter().filter(|band| band.sex == sex).map(|band| band.ages).collect();
            assert!(ages.windows(2).all(|pair| pair[0].1 + 1 == pair[1].0), "{ages:?}");
            assert_eq!((ages[0].0, ages[ages.len() - 1].1), (18, 150));
        }
    }
}
