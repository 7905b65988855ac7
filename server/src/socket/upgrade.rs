//! From a request to a websocket: the handshake of RFC 6455, and whose cookie is believed.

use axum::body::Body;
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::http::header::ORIGIN;
use axum::response::Response;
use hyper::upgrade::OnUpgrade;
use nowserving_shared::model::Language;
use tokio_tungstenite::tungstenite::handshake::server::create_response_with_body;

use crate::http::principal;
use crate::http::problem::{Code, Problem};

/// The session in the cookie. A cookie without an origin is not believed: only pages have cookies, and browsers always
/// send a page's origin with the handshake of a websocket.
pub(super) fn session_cookie(headers: &HeaderMap) -> Option<&str> {
    headers.get(ORIGIN)?;
    principal::session_cookie(headers)
}

/// The answer that turns the connection into a websocket, and the websocket to come.
///
/// # Errors
/// When the request is none for a websocket of version 13.
pub(super) fn accept(
    request: &mut Request,
    language: Language,
) -> Result<(Response, OnUpgrade), Problem> {
    let response = create_response_with_body(request, Body::empty).map_err(|error| {
        let sentence = match language {
            Language::ZhCn => format!("这个地址只接受 WebSocket 连接（版本 13）：{error}。"),
            Language::ZhTw => format!("這個位址只接受 WebSocket 連線（版本 13）：{error}。"),
            Language::De => {
                format!("Diese Adresse nimmt nur WebSockets (Version 13) an: {error}.")
            }
            Language::En => {
                format!("This address takes websockets (version 13) only: {error}.")
            }
        };
        Problem::of(Code::BadHeader, language).with_detail(sentence)
    })?;
    Ok((response, hyper::upgrade::on(request)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;
    use axum::http::header::COOKIE;

    fn headers(pairs: &[(axum::http::HeaderName, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(name, HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn a_session_is_read_from_the_cookies_of_a_page_only() {
        let page = [
            (ORIGIN, "http://hall"),
            (COOKIE, "theme=dark; nowserving_session=abc=; x"),
        ];
        assert_eq!(session_cookie(&headers(&page)), Some("abc="));
        assert_eq!(session_cookie(&headers(&page[1..])), None);
        assert_eq!(session_cookie(&headers(&page[..1])), None);
    }
}
