"""Calls of the OpenAI client: a tool call in a span of the app, a stream, a response, an embedding and a failure."""

from openai import NotFoundError, OpenAI
from opentelemetry import trace

MODEL = "gpt-5-mini"
QUESTION = {"role": "user", "content": "What is the weather in Oslo?"}
CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOLS = [{"type": "function", "function": {"name": "get_weather", "parameters": CITY}}]


def run():
    client = OpenAI(max_retries=0)
    messages = [QUESTION]
    with trace.get_tracer("weather-app").start_as_current_span("answer a question", kind=trace.SpanKind.SERVER):
        first = client.chat.completions.create(model=MODEL, messages=messages, tools=TOOLS)
        call = first.choices[0].message
        result = {"role": "tool", "tool_call_id": call.tool_calls[0].id, "content": "4 degrees, rain"}
        messages += [call.model_dump(exclude_none=True), result]
        client.chat.completions.create(model=MODEL, messages=messages, tools=TOOLS)

    options = {"include_usage": True}
    for _ in client.chat.completions.create(model=MODEL, messages=[QUESTION], stream=True, stream_options=options):
        pass
    client.responses.create(model=MODEL, input=QUESTION["content"])
    client.embeddings.create(model="text-embedding-3-small", input="weather in Oslo")
    try:
        client.chat.completions.create(model="no-such-model", messages=[QUESTION])
    except NotFoundError:
        pass
