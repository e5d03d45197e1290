//! `thidua tenant`: the federations that the platform serves.

use std::io;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use platform::transport::Connection;
use proto::organizations::v1::tenant_service_client::TenantServiceClient;
use proto::organizations::v1::*;

use crate::app::AnyError;
use crate::client::{self, Aside, Reach, pages};
use crate::show::{Cell, Column, Table, facts, moment, word};

/// Take federations in, and look after them
#[derive(Debug, Args)]
pub(crate) struct TenantCommand {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    reach: Reach,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// All federations
    List {
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// One federation
    Show {
        /// Its code
        code: String,
    },
    /// Take a federation in, with its first administrator
    Create(Box<Create>),
    /// Shut a federation out until it is resumed; nothing of it is deleted
    Suspend {
        /// Its code
        code: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Let a suspended federation work again
    Resume {
        /// Its code
        code: String,
    },
}

#[derive(Debug, Args)]
struct Create {
    /// Its code, such as vinh-long
    code: String,
    /// Its name
    #[arg(long)]
    name: String,
    /// Its IANA time zone; without it, Asia/Ho_Chi_Minh
    #[arg(long, default_value = "", hide_default_value = true)]
    zone: String,
    /// Its share of the workers against the others, 1 to 100
    #[arg(long, default_value_t = 1)]
    weight: u32,
    /// Name of the first administrator
    #[arg(long)]
    admin_name: String,
    /// Title of the first administrator, such as "Chánh Văn phòng"
    #[arg(long)]
    admin_title: String,
    /// Login name of the first administrator
    #[arg(long)]
    admin_login: String,
    /// E-mail address of the first administrator
    #[arg(long, default_value = "", hide_default_value = true)]
    admin_email: String,
}

impl TenantCommand {
    pub(crate) fn run(self) -> ExitCode {
        let Self { action, reach } = self;
        client::run(&reach, Aside::Nothing, async |client| action.act(client.operator()?).await)
    }
}

impl Action {
    async fn act(self, connection: Connection) -> Result<(), AnyError> {
        let mut client = TenantServiceClient::new(connection);
        let tenant = match self {
            Self::List { json } => return list(&client, json).await,
            Self::Show { code } => client.get_tenant(GetTenantRequest { code }).await?.into_inner().tenant,
            Self::Create(create) => {
                let created = client.create_tenant(create.request()).await?.into_inner();
                show(&created.tenant.unwrap_or_default())?;
                let admin = created.first_admin.unwrap_or_default();
                facts(&mut io::stdout(), [("administrator", format!("{} ({})", admin.login, admin.id))])?;
                return Ok(());
            }
            Self::Suspend { code, reason } => {
                client.suspend_tenant(SuspendTenantRequest { code, reason }).await?.into_inner().tenant
            }
            Self::Resume { code } => {
                client.resume_tenant(ResumeTenantRequest { code }).await?.into_inner().tenant
            }
        };
        show(&tenant.unwrap_or_default())
    }
}

impl Create {
    fn request(self) -> CreateTenantRequest {
        CreateTenantRequest {
            code: self.code,
            name: self.name,
            zone: self.zone,
            weight: self.weight,
            quotas: None,
            first_admin: Some(FirstAdmin {
                name: self.admin_name,
                title: self.admin_title,
                login: self.admin_login,
                email: self.admin_email,
            }),
        }
    }
}

async fn list(client: &TenantServiceClient<Connection>, json: bool) -> Result<(), AnyError> {
    let tenants = pages(async |page_token| {
        let request = ListTenantsRequest { page_token, ..ListTenantsRequest::default() };
        let page = client.clone().list_tenants(request).await?.into_inner();
        Ok((page.tenants, page.next_page_token))
    });
    let mut table = Table::new([
        Column::text("Code"),
        Column::text("Name"),
        Column::text("Status"),
        Column::number("Weight"),
        Column::text("Since"),
    ]);
    for tenant in tenants.await? {
        table.row([
            tenant.code.clone().into(),
            tenant.name.clone().into(),
            status(&tenant).into(),
            tenant.weight.into(),
            Cell::moment(tenant.created_at.as_ref()),
        ]);
    }
    Ok(table.print(json)?)
}

fn show(tenant: &Tenant) -> Result<(), AnyError> {
    let quotas = tenant.quotas.unwrap_or_default();
    let quota = |quota: Option<u32>| quota.map(|quota| quota.to_string()).unwrap_or_default();
    let known = [
        ("code", tenant.code.clone()),
        ("id", tenant.id.clone()),
        ("name", tenant.name.clone()),
        ("status", status(tenant)),
        ("suspended for", tenant.suspension_reason.clone()),
        ("zone", tenant.zone.clone()),
        ("weight", tenant.weight.to_string()),
        ("most units", quota(quotas.units)),
        ("most accounts", quota(quotas.accounts)),
        ("most jobs", quota(quotas.jobs_in_flight)),
        ("calls a minute", quota(quotas.calls_per_minute)),
        ("since", moment(tenant.created_at.as_ref())),
    ];
    Ok(facts(&mut io::stdout(), known)?)
}

fn status(tenant: &Tenant) -> String {
    word(tenant.status().as_str_name(), "TENANT_STATUS_")
}
