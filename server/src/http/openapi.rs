//! The description of the API (OpenAPI 3.1), made from the handlers themselves.

use std::sync::{Arc, LazyLock};

use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use nowserving_shared::protocol::http::Problem;
use nowserving_shared::protocol::{CSRF_HEADER, IDEMPOTENCY_KEY, IDEMPOTENCY_KEY_BYTES_MAX};
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{self, Content, HttpMethod, Ref, RefOr, Required, ResponseBuilder};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::principal::SESSION_COOKIE;
use crate::app::App;

/// What the description begins with.
#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Nowserving",
        description = "The queue of a service hall: numbers, windows, calls. Moments are milliseconds since \
            1970-01-01T00:00:00Z. Every refusal is a problem (RFC 9457) with a stable code and a sentence in the \
            language of `Accept-Language` (zh-CN, zh-TW, en, de)."
    ),
    components(schemas(Problem)),
    tags(
        (name = "tickets", description = "Taking numbers, and what becomes of them"),
        (name = "windows", description = "What a clerk does at a window"),
        (name = "queries", description = "How it stands with the hall"),
        (name = "access", description = "Passwords, sessions, devices"),
        (name = "configuration", description = "What the hall is made of"),
        (name = "health", description = "For those who run the server"),
    )
)]
struct Beginning;

/// A router that holds nothing but the beginning of the description.
pub(super) fn begin() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::with_openapi(<Beginning as utoipa::OpenApi>::openapi())
}

pub(super) fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(description))
}

/// This description.
#[utoipa::path(get, path = "/api/v1/openapi.json", tag = "health", responses((status = OK, body = Object)))]
async fn description() -> impl IntoResponse {
    static TEXT: LazyLock<Bytes> = LazyLock::new(|| {
        // A description is strings and numbers, which JSON can hold; an empty text is seen by a test.
        Bytes::from(serde_json::to_vec(&document()).unwrap_or_default())
    });
    ([(CONTENT_TYPE, "application/json")], TEXT.clone())
}

/// The whole description, with what all routes have in common.
pub(super) fn document() -> openapi::OpenApi {
    let mut document = super::described().into_openapi();
    document.info.version = env!("CARGO_PKG_VERSION").to_owned();
    let components = document.components.get_or_insert_default();
    for (name, scheme) in schemes() {
        components.add_security_scheme(name, scheme);
    }
    for (path, item) in &mut document.paths.paths {
        let methods = [
            (HttpMethod::Get, &mut item.get),
            (HttpMethod::Put, &mut item.put),
            (HttpMethod::Post, &mut item.post),
            (HttpMethod::Delete, &mut item.delete),
        ];
        for (method, operation) in methods {
            if let Some(operation) = operation {
                complete(path, &method, operation);
            }
        }
    }
    document
}

/// Who may ask, by the name that handlers use.
fn schemes() -> [(&'static str, SecurityScheme); 3] {
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("The token of an enrolled device"))
        .build();
    let header = ApiKeyValue::with_description(
        "Authorization",
        "`Ticket ` and the token of a ticket, for the customer who holds it",
    );
    let cookie = ApiKeyValue::with_description(
        SESSION_COOKIE.to_owned(),
        format!(
            "A session of staff. What changes something also needs the header `{CSRF_HEADER}: 1`"
        ),
    );
    [
        ("device", SecurityScheme::Http(bearer)),
        ("ticket", SecurityScheme::ApiKey(ApiKey::Header(header))),
        ("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie))),
    ]
}

/// Adds what every operation has: problems, the language, and for commands the idempotency key.
fn complete(path: &str, method: &HttpMethod, operation: &mut Operation) {
    let problem = ResponseBuilder::new()
        .description("Refused; see `code`")
        .content(
            "application/problem+json",
            Content::new(Some(Ref::from_schema_name("Problem"))),
        );
    operation
        .responses
        .responses
        .entry("default".to_owned())
        .or_insert_with(|| problem.build().into());
    for response in operation.responses.responses.values_mut() {
        if let RefOr::T(response) = response
            && response.description.is_empty()
        {
            "As asked".clone_into(&mut response.description);
        }
    }
    let command = *method == HttpMethod::Post && is_command(operation);
    let parameters = operation.parameters.get_or_insert_default();
    parameters.push(header(
        "Accept-Language",
        Required::False,
        "The language of sentences: zh-CN (the default), zh-TW, en or de".to_owned(),
    ));
    if command {
        let required = if path.ends_with("/tickets") {
            Required::True
        } else {
            Required::False
        };
        parameters.push(header(
            IDEMPOTENCY_KEY,
            required,
            format!(
                "1 to {IDEMPOTENCY_KEY_BYTES_MAX} visible ASCII characters; the same request with the same key is \
                 carried out once"
            ),
        ));
    }
}

fn is_command(operation: &Operation) -> bool {
    let tags = operation.tags.as_deref().unwrap_or_default();
    tags.iter().any(|tag| tag == "tickets" || tag == "windows")
}

fn header(name: &str, required: Required, description: String) -> RefOr<Parameter> {
    let text = ObjectBuilder::new().schema_type(Type::String);
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(required)
        .description(Some(description))
        .schema(Some(text))
        .build()
        .into()
}
