use std::io::{self, Write};

use serde_json::{Map, Value};
use unicode_width::UnicodeWidthStr as _;

/// The space between two columns.
const GAP: usize = 2;

/// A column of a table.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    title: String,
    right: bool,
}

impl Column {
    /// A column of texts.
    pub(crate) fn text(title: impl Into<String>) -> Self {
        Self { title: title.into(), right: false }
    }

    /// A column of numbers.
    pub(crate) fn number(title: impl Into<String>) -> Self {
        Self { title: title.into(), right: true }
    }
}

/// Rows under titles, aligned by what is seen: a letter with its marks is one place wide.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(columns: impl IntoIterator<Item = Column>) -> Self {
        Self { columns: columns.into_iter().collect(), rows: Vec::new() }
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The titles, and the rows below them; nothing for a table without rows.
    pub(crate) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        if self.is_empty() {
            return Ok(());
        }
        let titles: Vec<_> = self.columns.iter().map(|column| column.title.clone()).collect();
        let lines = || std::iter::once(&titles).chain(&self.rows);
        let width = |place: usize| {
            lines().filter_map(|cells| cells.get(place)).map(|cell: &String| cell.width()).max()
        };
        let widths: Vec<_> = (0..self.columns.len()).map(|place| width(place).unwrap_or_default()).collect();
        for cells in lines() {
            let mut line = String::new();
            for ((cell, column), width) in cells.iter().zip(&self.columns).zip(&widths) {
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

    /// The rows as JSON, one object with texts a line, for scripts.
    fn write_json(&self, out: &mut impl Write) -> io::Result<()> {
        for cells in &self.rows {
            let fields = self.columns.iter().zip(cells);
            let object: Map<String, Value> = fields
                .map(|(column, cell)| (column.title.to_lowercase().replace(' ', "_"), cell.as_str().into()))
                .collect();
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
    fn scripts_get_an_object_a_line() {
        let lines = written(|out| table().write_json(out));
        let first = lines.lines().next().expect("a line");
        assert_eq!(first, r#"{"class":"Tốt","in_all":"92,50","unit":"CĐCS Xí nghiệp"}"#);
    }
}
