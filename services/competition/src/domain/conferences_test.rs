use super::*;

fn entry(unit: &str, present: bool, representative: &str) -> wire::Attendance {
    wire::Attendance { unit: unit.to_owned(), present, representative: representative.to_owned() }
}

fn fields<T>(check: impl FnOnce(&mut Faults) -> Option<T>) -> Vec<String> {
    let mut faults = Faults::new();
    let made = check(&mut faults);
    let error = faults.finish(made).err();
    error.map(|error| error.violations().iter().map(|v| v.field.clone()).collect()).unwrap_or_default()
}

#[test]
fn who_is_not_named_was_not_there() {
    let members = ["vl-01", "vl-02", "vl-03"].map(str::to_owned).into();
    let mut faults = Faults::new();
    let named = vec![entry("vl-03", true, "Bà Lan"), entry("vl-01", false, "")];
    let all = attendance_of(&members, named, &mut faults).expect("fine");
    assert_eq!(all, [entry("vl-01", false, ""), entry("vl-02", false, ""), entry("vl-03", true, "Bà Lan")]);
    let strangers = vec![entry("vl-77", true, ""), entry("vl-01", true, ""), entry("vl-78", true, "")];
    let refused = fields(|faults| attendance_of(&members, strangers, faults));
    assert_eq!(refused, ["attendance[0].unit", "attendance[2].unit"]);
}

#[test]
fn a_member_stands_once_and_nobody_comes_for_an_absent_one() {
    let wrong = [entry("vl-01", true, ""), entry("VL", true, ""), entry("vl-02", false, "Ông Ba")];
    let refused = fields(|faults| parse_attendance(&wrong, faults));
    assert_eq!(refused, ["attendance[1].unit", "attendance[2].representative"]);
    let twice = [entry("vl-01", true, ""), entry("vl-01", false, "")];
    assert_eq!(fields(|faults| parse_attendance(&twice, faults)), ["attendance[1].unit"]);
    assert_eq!(fields(|faults| parse_attendance(&[], faults)), ["attendance"]);
}

#[test]
fn minutes_have_a_text_or_a_reference() {
    let minutes = |text: &str, reference: &str, sha256: &str| wire::Minutes {
        text: text.to_owned(),
        reference: reference.to_owned(),
        sha256: sha256.to_owned(),
        ..wire::Minutes::default()
    };
    let refused = |minutes: wire::Minutes| fields(move |faults| Minutes::parse("minutes", &minutes, faults));
    assert_eq!(refused(minutes("Thống nhất", "", "")), [""; 0]);
    assert_eq!(refused(minutes("", "https://example.vn/03", &"0a".repeat(32))), [""; 0]);
    assert_eq!(refused(minutes("", "", "0A")), ["minutes.sha256", "minutes.text"]);
}
