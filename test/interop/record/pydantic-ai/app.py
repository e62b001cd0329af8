"""A Pydantic AI agent with a tool, once with each provider, and a stream and a failure."""

import asyncio
import os
import sys

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from pydantic_ai import Agent
from pydantic_ai.exceptions import ModelHTTPError
from pydantic_ai.models.instrumented import InstrumentationSettings

sys.tracebacklimit = 0
provider = TracerProvider(resource=Resource({"service.name": os.environ["OTEL_SERVICE_NAME"]}))
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
Agent.instrument_all(InstrumentationSettings(tracer_provider=provider))

QUESTION = "What is the weather in Oslo?"


def get_weather(city: str) -> str:
    """Gives the weather of a city."""
    return f"4 degrees and rain in {city}"


async def main():
    weather = Agent("openai-chat:gpt-5-mini", name="weather_agent", tools=[get_weather])
    await weather.run(QUESTION)
    claude = Agent("anthropic:claude-sonnet-4-5", name="claude_agent", tools=[get_weather])
    await claude.run(QUESTION)
    async with Agent("openai-responses:gpt-5-mini", name="stream_agent").run_stream(QUESTION) as stream:
        await stream.get_output()
    try:
        await Agent("openai-chat:no-such-model", name="broken_agent").run(QUESTION)
    except ModelHTTPError:
        pass


asyncio.run(main())
provider.shutdown()
