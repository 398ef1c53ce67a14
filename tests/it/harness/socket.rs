//! A client's WebSocket. The frames are written and read here as RFC 6455, 5.2 has them.

use std::time::Duration;

use reqwest::{RequestBuilder, Upgraded};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

const TEXT: u8 = 0x1;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;
const PONG: u8 = 0xa;

/// A socket that is open.
pub struct Socket {
    stream: Upgraded,
    /// Whether pings are answered, as every client does.
    pub answers: bool,
}

/// What a server says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    Text(String),
    /// It closes the socket, and why.
    Closed(u16, String),
    /// The connection is gone.
    Gone,
}

impl Socket {
    /// Opens a socket by this request.
    pub async fn open(request: RequestBuilder) -> Self {
        let request = request.header("Connection", "Upgrade").header("Upgrade", "websocket");
        let request = request.header("Sec-WebSocket-Version", "13");
        let response = request.header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==").send().await.unwrap();
        assert_eq!(response.status(), 101);
        assert_eq!(response.headers()["sec-websocket-accept"], "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        Self { stream: response.upgrade().await.unwrap(), answers: true }
    }

    async fn write(&mut self, kind: u8, bytes: &[u8]) {
        let length = u16::try_from(bytes.len()).unwrap();
        let mut frame = vec![0x80 | kind];
        match u8::try_from(length) {
            Ok(short) if short < 126 => frame.push(0x80 | short),
            _ => {
                frame.push(0x80 | 126);
                frame.extend(length.to_be_bytes());
            }
        }
        let mask = [7_u8, 1, 8, 2];
        frame.extend(mask);
        frame.extend(bytes.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask));
        // Who is closed already may not be able to hear it.
        drop(self.stream.write_all(&frame).await);
    }

    /// Says something.
    pub async fn say(&mut self, text: &str) {
        self.write(TEXT, text.as_bytes()).await;
    }

    async fn frame(&mut self) -> std::io::Result<(u8, Vec<u8>)> {
        let kind = self.stream.read_u8().await? & 0xf;
        let length = match self.stream.read_u8().await? {
            126 => u64::from(self.stream.read_u16().await?),
            127 => self.stream.read_u64().await?,
            short => u64::from(short),
        };
        let mut text = vec![0; usize::try_from(length).unwrap()];
        self.stream.read_exact(&mut text).await?;
        Ok((kind, text))
    }

    /// What the server says next; none where that is nothing for so long.
    pub async fn next(&mut self, patience: Duration) -> Option<Said> {
        let said = async {
            loop {
                match self.frame().await {
                    Err(_) => return Said::Gone,
                    Ok((TEXT, text)) => return Said::Text(String::from_utf8(text).unwrap()),
                    Ok((CLOSE, text)) => {
                        let code = text.first_chunk().map_or(0, |code| u16::from_be_bytes(*code));
                        let why = text.get(2..).unwrap_or_default();
                        return Said::Closed(code, String::from_utf8(why.to_vec()).unwrap());
                    }
                    Ok((PING, bytes)) if self.answers => self.write(PONG, &bytes).await,
                    Ok(_) => {}
                }
            }
        };
        timeout(patience, said).await.ok()
    }

    /// The next message.
    pub async fn text(&mut self) -> String {
        match self.next(Duration::from_secs(20)).await {
            Some(Said::Text(text)) => text,
            other => panic!("{other:?} is no message"),
        }
    }

    /// Whether nothing is said for a while; pings are answered meanwhile.
    pub async fn is_silent(&mut self) -> bool {
        self.next(Duration::from_millis(1_500)).await.is_none()
    }
}
