//! What the platform is deployed with, as far as it can be tried without a container engine or a cluster: the image's
//! recipe, the compose file, the manifests and the script that makes databases.

mod cluster;
mod compose;
mod databases;
mod documents;
mod image;
mod manifests;
mod network;
mod pods;
mod scaling;
mod schemas;
mod settings;
