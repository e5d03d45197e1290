mod document;
mod faults;
mod files;
mod published;
