//! Enumerations that documents write as words.

/// A choice between words.
pub trait Words: Copy + Default + 'static {
    /// Every word with what it means.
    const WORDS: &'static [(&'static str, Self)];
}

/// Declares an enumeration together with its words; the variant marked `#[default]` is its blank.
macro_rules! words {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)+
        }

        impl $name {
            /// The word for it in documents.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $($name::$variant => $word,)+
                }
            }
        }

        impl $crate::domain::campaign::Words for $name {
            const WORDS: &'static [(&'static str, $name)] = &[$(($word, $name::$variant),)+];
        }
    };
}

pub(super) use words;
