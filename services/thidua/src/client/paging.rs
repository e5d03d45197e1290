use crate::app::AnyError;

/// All entries of a list that comes in pages: `page` gets a page token and gives the entries with the next token.
pub(crate) async fn pages<T>(
    mut page: impl AsyncFnMut(String) -> Result<(Vec<T>, String), AnyError>,
) -> Result<Vec<T>, AnyError> {
    let (mut all, mut token) = (Vec::new(), String::new());
    loop {
        let (entries, next) = page(token).await?;
        all.extend(entries);
        if next.is_empty() {
            return Ok(all);
        }
        token = next;
    }
}
