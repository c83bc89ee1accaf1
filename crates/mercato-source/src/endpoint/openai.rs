//! The protocol of `/v1/chat/completions`, as OpenAI, vLLM, llama.cpp, Ollama, LM Studio and gateways speak it.

use std::sync::atomic::AtomicBool;

use serde_json::{Value, json};

use super::http::{Line, Protocol, clip};
use super::{Endpoint, EndpointError, Form, Question, Reply, Settings};

pub struct OpenAi {
    line: Line,
    settings: Settings,
}

impl OpenAi {
    pub fn new(settings: &Settings) -> Self {
        let key = settings.key.as_ref().map(|key| ("authorization", format!("Bearer {key}")));
        let line = Line::new(settings, "/v1/chat/completions", key.into_iter().collect());
        Self { line, settings: Settings { key: None, ..settings.clone() } }
    }

    fn body(&self, question: &Question<'_>, form: Form) -> Value {
        let mut body = json!({
            "model": self.settings.model,
            "messages": [
                {"role": "system", "content": question.system},
                {"role": "user", "content": question.user},
            ],
        });
        match form {
            Form::Schema => {
                let schema = json!({"name": "claims", "strict": true, "schema": question.schema});
                body["response_format"] = json!({"type": "json_schema", "json_schema": schema});
            }
            Form::Tool => {
                let function = json!({"name": "claims", "parameters": question.schema});
                body["tools"] = json!([{"type": "function", "function": function}]);
                body["tool_choice"] = json!({"type": "function", "function": {"name": "claims"}});
            }
            Form::Plain => {}
        }
        if let Some(temperature) = self.settings.temperature {
            body["temperature"] = json!(temperature);
        }
        if self.settings.stream {
            body["stream"] = json!(true);
            body["stream_options"] = json!({"include_usage": true});
        }
        body
    }
}

impl Endpoint for OpenAi {
    fn host(&self) -> &str {
        &self.line.host
    }

    fn ask(&self, question: &Question<'_>, stop: &AtomicBool) -> Result<Reply, EndpointError> {
        self.line.exchange(&|form| self.body(question, form), self, stop)
    }
}

impl OpenAi {
    /// A message, or a piece of one.
    fn message(message: &Value, reply: &mut Reply) -> Result<(), EndpointError> {
        if let Some(what) = message.get("refusal").and_then(Value::as_str).filter(|w| !w.is_empty()) {
            return Err(EndpointError::Refused { what: clip(what) });
        }
        if let Some(text) = message.get("content").and_then(Value::as_str) {
            reply.text.push_str(text);
        }
        for call in message.get("tool_calls").and_then(Value::as_array).into_iter().flatten() {
            reply.text.push_str(call.pointer("/function/arguments").and_then(Value::as_str).unwrap_or_default());
        }
        Ok(())
    }

    fn usage(body: &Value, reply: &mut Reply) {
        let count = |key: &str| body.get("usage")?.get(key)?.as_u64();
        reply.input_tokens = count("prompt_tokens").or(reply.input_tokens);
        reply.output_tokens = count("completion_tokens").or(reply.output_tokens);
    }

    fn finish(choice: &Value, reply: &mut Reply) -> Result<bool, EndpointError> {
        match choice.get("finish_reason").and_then(Value::as_str) {
            Some("length") => reply.cut_off = true,
            Some("content_filter") => return Err(EndpointError::Refused { what: "content filter".to_owned() }),
            None => return Ok(false),
            Some(_) => {}
        }
        Ok(true)
    }
}

impl Protocol for OpenAi {
    fn whole(&self, body: &Value, reply: &mut Reply) -> Result<(), EndpointError> {
        let unknown = || EndpointError::Unintelligible { host: self.line.host.clone(), what: clip(&body.to_string()) };
        let choice = body.pointer("/choices/0").ok_or_else(unknown)?;
        Self::message(choice.get("message").ok_or_else(unknown)?, reply)?;
        Self::finish(choice, reply)?;
        Self::usage(body, reply);
        Ok(())
    }

    fn event(&self, event: &Value, reply: &mut Reply) -> Result<bool, EndpointError> {
        if let Some(what) = event.pointer("/error/message").and_then(Value::as_str) {
            let host = self.line.host.clone();
            return Err(EndpointError::Broken { host, status: 200, what: clip(what) });
        }
        Self::usage(event, reply);
        let Some(choice) = event.pointer("/choices/0") else { return Ok(false) };
        Self::message(choice.get("delta").unwrap_or(&Value::Null), reply)?;
        // The count of tokens comes behind the end of the message.
        Self::finish(choice, reply)?;
        Ok(false)
    }
}
