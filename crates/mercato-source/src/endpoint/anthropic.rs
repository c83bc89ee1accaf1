//! The protocol of `/v1/messages`.

use std::sync::atomic::AtomicBool;

use serde_json::{Value, json};

use super::http::{Line, Protocol, clip};
use super::{Endpoint, EndpointError, Form, Question, Reply, Settings};

pub struct Anthropic {
    line: Line,
    settings: Settings,
}

/// The version of the protocol that is spoken here.
const VERSION: &str = "2023-06-01";

impl Anthropic {
    pub fn new(settings: &Settings) -> Self {
        let mut headers = vec![("anthropic-version", VERSION.to_owned())];
        headers.extend(settings.key.clone().map(|key| ("x-api-key", key)));
        // The protocol has tools and no schema of its own.
        let form = settings.form.max(Form::Tool);
        let settings = Settings { form, ..settings.clone() };
        let line = Line::new(&settings, "/v1/messages", headers);
        Self { line, settings: Settings { key: None, ..settings } }
    }

    fn body(&self, question: &Question<'_>, form: Form) -> Value {
        let mut body = json!({
            "model": self.settings.model,
            "max_tokens": self.settings.max_output,
            "system": question.system,
            "messages": [{"role": "user", "content": question.user}],
        });
        if form != Form::Plain {
            body["tools"] = json!([{"name": "claims", "input_schema": question.schema}]);
            body["tool_choice"] = json!({"type": "tool", "name": "claims"});
        }
        if let Some(temperature) = self.settings.temperature {
            body["temperature"] = json!(temperature);
        }
        if self.settings.stream {
            body["stream"] = json!(true);
        }
        body
    }

    fn usage(usage: Option<&Value>, reply: &mut Reply) {
        let count = |key: &str| usage?.get(key)?.as_u64();
        reply.input_tokens = count("input_tokens").or(reply.input_tokens);
        reply.output_tokens = count("output_tokens").or(reply.output_tokens);
    }

    fn stopped(reason: Option<&str>, reply: &mut Reply) -> Result<(), EndpointError> {
        match reason {
            Some("max_tokens") => reply.cut_off = true,
            Some("refusal") => return Err(EndpointError::Refused { what: clip(&reply.text) }),
            _ => {}
        }
        Ok(())
    }
}

impl Endpoint for Anthropic {
    fn host(&self) -> &str {
        &self.line.host
    }

    fn ask(&self, question: &Question<'_>, stop: &AtomicBool) -> Result<Reply, EndpointError> {
        self.line.exchange(&|form| self.body(question, form), self, stop)
    }
}

impl Protocol for Anthropic {
    fn whole(&self, body: &Value, reply: &mut Reply) -> Result<(), EndpointError> {
        let Some(blocks) = body.get("content").and_then(Value::as_array) else {
            return Err(EndpointError::Unintelligible { host: self.line.host.clone(), what: clip(&body.to_string()) });
        };
        for block in blocks {
            match block.get("type").and_then(Value::as_str) {
                Some("tool_use") => reply.text.push_str(&block["input"].to_string()),
                Some("text") => reply.text.push_str(block["text"].as_str().unwrap_or_default()),
                _ => {}
            }
        }
        Self::usage(body.get("usage"), reply);
        Self::stopped(body.get("stop_reason").and_then(Value::as_str), reply)
    }

    fn event(&self, event: &Value, reply: &mut Reply) -> Result<bool, EndpointError> {
        match event.get("type").and_then(Value::as_str) {
            Some("content_block_delta") => {
                let piece = event.pointer("/delta/text").or_else(|| event.pointer("/delta/partial_json"));
                reply.text.push_str(piece.and_then(Value::as_str).unwrap_or_default());
            }
            Some("message_start") => Self::usage(event.pointer("/message/usage"), reply),
            Some("message_delta") => {
                Self::usage(event.get("usage"), reply);
                Self::stopped(event.pointer("/delta/stop_reason").and_then(Value::as_str), reply)?;
            }
            Some("error") => {
                let what = event.pointer("/error/message").and_then(Value::as_str).unwrap_or_default();
                return Err(EndpointError::Broken { host: self.line.host.clone(), status: 200, what: clip(what) });
            }
            Some("message_stop") => return Ok(true),
            _ => {}
        }
        Ok(false)
    }
}
