use std::io::{self, Write};

use serde_json::{Map, Value};
use unicode_width::UnicodeWidthStr as _;

use super::Cell;

/// The space between two columns.
const GAP: usize = 2;

/// A column of a table.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    title: String,
    right: bool,
    /// People see it too.
    shown: bool,
}

impl Column {
    /// A column of texts.
    pub(crate) fn text(title: impl Into<String>) -> Self {
        Self { title: title.into(), right: false, shown: true }
    }

    /// A column of numbers.
    pub(crate) fn number(title: impl Into<String>) -> Self {
        Self { title: title.into(), right: true, shown: true }
    }

    /// A column that stands in JSON alone: people read the same within another.
    pub(crate) fn for_scripts(title: impl Into<String>) -> Self {
        Self { title: title.into(), right: false, shown: false }
    }

    /// Its name in JSON: `Results SHA-256` is `results_sha256`, as in the contracts.
    fn name(&self) -> String {
        self.title.to_lowercase().replace('-', "").replace(' ', "_")
    }
}

/// Rows under titles, aligned by what is seen: a letter with its marks is one place wide.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
}

impl Table {
    pub(crate) fn new(columns: impl IntoIterator<Item = Column>) -> Self {
        Self { columns: columns.into_iter().collect(), rows: Vec::new() }
    }

    pub(crate) fn row<C: Into<Cell>>(&mut self, cells: impl IntoIterator<Item = C>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The titles, and the rows below them; nothing for a table without rows.
    pub(crate) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        if self.is_empty() {
            return Ok(());
        }
        let columns: Vec<_> = self.columns.iter().enumerate().filter(|(_, column)| column.shown).collect();
        let titles: Vec<_> = columns.iter().map(|(_, column)| column.title.as_str()).collect();
        let mut lines = vec![titles];
        for cells in &self.rows {
            let shown = |place: usize| cells.get(place).map_or("", |cell| cell.shown.as_str());
            lines.push(columns.iter().map(|(place, _)| shown(*place)).collect());
        }
        let width = |at: usize| lines.iter().filter_map(|cells| cells.get(at)).map(|cell| cell.width()).max();
        let widths: Vec<_> = (0..columns.len()).map(|at| width(at).unwrap_or_default()).collect();
        for cells in &lines {
            let mut line = String::new();
            for ((cell, (_, column)), width) in cells.iter().zip(&columns).zip(&widths) {
                let free = " ".repeat(width.saturating_sub(cell.width()));
                let (before, after) = if column.right { (free.as_str(), "") } else { ("", free.as_str()) };
                line.extend([before, cell, after, &" ".repeat(GAP)]);
            }
            writeln!(out, "{}", line.trim_end())?;
        }
        Ok(())
    }

    /// On standard output, for people or for scripts.
    pub(crate) fn print(&self, json: bool) -> io::Result<()> {
        let mut out = io::stdout().lock();
        if json { self.write_json(&mut out) } else { self.write(&mut out) }
    }

    /// The rows as JSON, one object a line, for scripts.
    fn write_json(&self, out: &mut impl Write) -> io::Result<()> {
        for cells in &self.rows {
            let fields = self.columns.iter().zip(cells);
            let object: Map<String, Value> =
                fields.map(|(column, cell)| (column.name(), cell.json.clone())).collect();
            writeln!(out, "{}", Value::Object(object))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::new([Column::text("Unit"), Column::number("In all"), Column::text("Class")]);
        table.row(["CĐCS Xí nghiệp", "92,50", "Tốt"].map(String::from));
        table.row(["CĐCS Xã", "100", ""].map(String::from));
        table
    }

    fn written(write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> String {
        let mut bytes = Vec::new();
        write(&mut bytes).expect("written");
        String::from_utf8(bytes).expect("UTF-8")
    }

    #[test]
    fn columns_are_aligned_by_what_is_seen() {
        let seen = "Unit            In all  Class\nCĐCS Xí nghiệp   92,50  Tốt\nCĐCS Xã            100\n";
        assert_eq!(written(|out| table().write(out)), seen);
        // The same letter may be written with a mark of its own.
        let mut apart = Table::new([Column::text("Xã"), Column::text("b")]);
        apart.row(["Xa\u{303}", "c"].map(String::from));
        assert_eq!(written(|out| apart.write(out)), "Xã  b\nXa\u{303}  c\n");
        assert_eq!(written(|out| Table::new([Column::text("a")]).write(out)), "");
    }

    #[test]
    fn scripts_get_an_object_a_line_with_numbers_and_moments_as_json_has_them() {
        let mut table = Table::new([
            Column::text("Class"),
            Column::number("In all"),
            Column::text("Results SHA-256"),
            Column::text("Since"),
            Column::text("Until"),
            Column::for_scripts("Last error"),
        ]);
        let at = prost_types::Timestamp { seconds: 1_700_000_000, nanos: 0 };
        table.row([
            "Tốt".into(),
            1473_u32.into(),
            "ab12".into(),
            Cell::moment(Some(&at)),
            Cell::moment(None),
            "none".into(),
        ]);
        assert_eq!(
            written(|out| table.write_json(out)),
            concat!(
                r#"{"class":"Tốt","in_all":1473,"last_error":"none","results_sha256":"ab12","#,
                r#""since":"2023-11-14T22:13:20Z","until":null}"#,
                "\n"
            )
        );
        let seen = written(|out| table.write(out));
        assert!(
            seen.starts_with("Class  In all  Results SHA-256  Since                       Until\n"),
            "{seen}"
        );
        assert!(seen.contains("  1473  ab12             2023-11-15 05:13:20 +07:00\n"), "{seen}");
    }
}
