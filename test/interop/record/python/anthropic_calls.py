"""Calls of the Anthropic client: a tool call in a span of the app, a stream and a failure."""

from anthropic import Anthropic, NotFoundError
from opentelemetry import trace

COMMON = {"model": "claude-sonnet-4-5", "max_tokens": 500}
QUESTION = {"role": "user", "content": "What is the weather in Oslo?"}
CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOLS = [{"name": "get_weather", "description": "Gives the weather of a city.", "input_schema": CITY}]


def run():
    client = Anthropic(max_retries=0)
    with trace.get_tracer("weather-app").start_as_current_span("answer a question", kind=trace.SpanKind.SERVER):
        first = client.messages.create(**COMMON, messages=[QUESTION], tools=TOOLS)
        result = {"type": "tool_result", "tool_use_id": first.content[0].id, "content": "4 degrees, rain"}
        content = [block.model_dump(exclude_none=True) for block in first.content]
        answered = [QUESTION, {"role": "assistant", "content": content}, {"role": "user", "content": [result]}]
        client.messages.create(**COMMON, messages=answered, tools=TOOLS)

    for _ in client.messages.create(**COMMON, messages=[QUESTION], stream=True):
        pass
    try:
        client.messages.create(**{**COMMON, "model": "no-such-model"}, messages=[QUESTION])
    except NotFoundError:
        pass
